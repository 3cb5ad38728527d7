"""The gradebook in SQLite and in PostgreSQL: nbgrader's, whole transactions, clear words when a database fails."""

from __future__ import annotations

import csv
import os
import resource
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
import warm
from conftest import COURSE, ROOT
from nbgrader.api import Gradebook
from sample_results import BOOK, HOSTILE_NAMES, RELEASES, book, grades, nbgrader, result, usual
from sqlalchemy import MetaData, create_engine, select, text

from autograder.cli import grading
from autograder.demo.notebooks import solved, write
from autograder.grading.result import ExerciseResult
from autograder.grading.settings import RunSettings
from autograder.intake.plans import Wishes
from autograder.reports import autograded, database, gradebook, names
from autograder.reports.releases import ReleaseCells

from . import postgresql


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A gradebook that is not there yet, in each kind of database."""
    if request.param == "sqlite":
        return gradebook.default_url(tmp_path)
    server = request.getfixturevalue("server")
    return database.complete(server.url(server.new_database()))


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    return gradebook.default_url(tmp_path)


def contents(url: str) -> dict[str, list[str]]:
    """Every row of every table."""
    engine, found = create_engine(url), MetaData()
    try:
        with engine.connect() as connection:
            found.reflect(connection)
            return {table.name: sorted(map(repr, connection.execute(select(table)))) for table in found.sorted_tables}
    finally:
        engine.dispose()


def empty(url: str) -> None:
    """Removes every table."""
    engine, found = create_engine(url), MetaData()
    found.reflect(engine)
    found.drop_all(engine)
    engine.dispose()


# --- what stands in it


def test_gradebook_is_nbgraders(url: str) -> None:
    gradebook.write([usual("ann"), usual("ben", score=None, status="not_graded")], url, RELEASES)
    assert grades(url, "ann") == {
        "conv1d_check": (2.25, None, None, False, 3),
        "weights_fc_check": (1, None, None, False, 1),
        "why_not_fc": (None, None, None, True, 2),
    }
    assert grades(url, "ben")["conv1d_check"] == (None, None, None, True, 3)
    with Gradebook(url) as held:
        notebook = held.find_notebook(BOOK, BOOK)
        assert notebook.max_score == 6 and notebook.max_written_score == 2
        assert {cell.name for cell in notebook.solution_cells} == {"conv1d", "weights_fc", "why_not_fc"}
        sources = {cell.name: cell for cell in notebook.source_cells}
        assert "conv1d(1) == [2]" in sources["conv1d_check"].source and sources["conv1d_check"].locked
        assert "NotImplementedError" in sources["conv1d"].source and not sources["conv1d"].locked
        assert held.find_submission(BOOK, "ann").score == 3.25


def test_second_write_keeps_what_a_person_entered(url: str) -> None:
    gradebook.write([usual("ann"), usual("ben")], url, RELEASES)
    with Gradebook(url) as held:
        read = held.find_grade("why_not_fc", BOOK, BOOK, "ann")
        read.manual_score, read.extra_credit, read.needs_manual_grade = 1.5, 0.5, False
        better = held.find_grade("conv1d_check", BOOK, BOOK, "ann")
        better.manual_score, better.needs_manual_grade = 3.0, False
        held.find_comment("conv1d", BOOK, BOOK, "ann").manual_comment = "Nearly."
        held.find_submission_notebook(BOOK, BOOK, "ann").flagged = True
        held.add_assignment("other")
        held.add_student("guest", first_name="G")
        held.db.commit()
    gradebook.write([usual("ann"), usual("cem")], url, RELEASES)
    assert grades(url, "ann")["why_not_fc"] == (None, 1.5, 0.5, False, 2)
    assert grades(url, "ann")["conv1d_check"] == (2.25, 3, None, False, 3)
    assert grades(url, "ben")["conv1d_check"] == (2.25, None, None, False, 3)
    gradebook.write([usual("ann", score=1.0)], url, RELEASES, rewritten={("ann", BOOK, "why_not_fc")})
    assert grades(url, "ann")["why_not_fc"] == (None, 1.5, 0.5, True, 2)
    assert grades(url, "ann")["conv1d_check"] == (1, 3, None, True, 3)
    with Gradebook(url) as held:
        assert held.find_comment("conv1d", BOOK, BOOK, "ann").manual_comment == "Nearly."
        assert held.find_submission_notebook(BOOK, BOOK, "ann").flagged
        assert held.find_assignment("other") and held.find_student("guest").first_name == "G"
        assert len(held.assignment_submissions(BOOK)) == 3


def test_untouched_answers_are_no_response(url: str) -> None:
    gradebook.write([usual("ann", status="not_attempted", score=0.0)], url, RELEASES)
    with Gradebook(url) as held:
        assert held.find_comment("conv1d", BOOK, BOOK, "ann").auto_comment == "No response."
        assert held.find_comment("weights_fc", BOOK, BOOK, "ann").auto_comment is None


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # of nbgrader's own making
def test_database_made_by_nbgrader_is_continued(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    gradebook.prepare(url)
    version_of_ours = contents(url)["alembic_version"]
    empty(url)
    # For a new database nbgrader starts `alembic` by its name.
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    with Gradebook(url) as held:
        held.add_assignment(BOOK, duedate=None)
        held.add_notebook(BOOK, BOOK)
        held.add_grade_cell("conv1d_check", BOOK, BOOK, max_score=5, cell_type="code")
        held.add_student("ann", email="ann@uni.example")
        held.add_submission(BOOK, "ann")
    assert contents(url)["alembic_version"] == version_of_ours
    gradebook.write([usual("ann")], url, RELEASES)
    assert grades(url, "ann")["conv1d_check"] == (2.25, None, None, False, 3)
    with Gradebook(url) as held:
        assert held.find_student("ann").email == "ann@uni.example"


def test_cells_that_left_the_release_go_unless_a_person_graded_them(url: str) -> None:
    gradebook.write([usual("ann")], url, RELEASES)
    with Gradebook(url) as held:
        held.find_grade("weights_fc_check", BOOK, BOOK, "ann").manual_score = 0.5
        held.db.commit()
    smaller = ReleaseCells(book(False), book(True))
    for whole in (smaller.notebook, smaller.source):
        del whole.cells[1:5]
    left = result("ann", ExerciseResult("why_not_fc", None, 2, "manual"))
    gradebook.write([left], url, {BOOK: smaller})
    assert set(grades(url, "ann")) == {"why_not_fc", "weights_fc_check"}


def test_gradebook_holds_every_name(url: str) -> None:
    gradebook.write([usual(name) for name in HOSTILE_NAMES], url, RELEASES)
    ids = {names.nbgrader_id(name) for name in HOSTILE_NAMES}
    assert len(ids) == len(HOSTILE_NAMES) and all(len(name) <= 128 for name in ids)
    with Gradebook(url) as held:
        assert {student.id for student in held.students} == ids
    for name in ("ann", "Zoë Müller", "o'brien@uni.example", "s1234567", "anna-maria_2", "李雷"):
        assert names.nbgrader_id(name) == name


def test_nbgrader_exports_it(url: str, tmp_path: Path) -> None:
    gradebook.write([usual("ann"), usual("<b>\n*")], url, RELEASES)
    autograded.course_folder(tmp_path, RELEASES, url)
    nbgrader(tmp_path, "export", "--to", "export.csv")
    found = list(csv.DictReader((tmp_path / "export.csv").open()))
    assert {row["student_id"] for row in found} == {"ann", names.nbgrader_id("<b>\n*")}
    assert {(row["score"], row["max_score"]) for row in found} == {("3.25", "6.0")}


# --- whole transactions


def test_all_or_nothing(url: str) -> None:
    gradebook.write([usual("ann")], url, RELEASES)
    before = contents(url)
    unknown = result("ben", ExerciseResult("no_such", 1.0, 1, "correct"))
    with pytest.raises(database.GradebookError, match="no_such"):
        gradebook.write([usual("aaa"), unknown], url, RELEASES)
    with pytest.raises(database.GradebookError, match="09_other"):
        gradebook.write([usual("aaa"), result("aaa", book="09_other")], url, RELEASES)
    assert contents(url) == before


def test_a_writer_killed_in_the_middle_leaves_nothing(url: str) -> None:
    gradebook.write([usual("ann")], url, RELEASES)
    before = contents(url)
    program = f"""
import os, sys
sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / "tests")!r}]
from sample_results import RELEASES, usual
from autograder.reports import gradebook
grades = gradebook._grades
def killed(session, *arguments):
    grades(session, *arguments)
    session.flush()
    os.kill(os.getpid(), 9)
gradebook._grades = killed
gradebook.write([usual("ann", score=0.5), usual("ben")], {url!r}, RELEASES)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert contents(url) == before
    gradebook.write([usual("ann", score=0.5), usual("ben")], url, RELEASES)
    assert grades(url, "ann")["conv1d_check"][0] == 0.5 and grades(url, "ben")["conv1d_check"][0] == 2.25


def test_writers_take_turns(url: str) -> None:
    failures: list[Exception] = []

    def writes(number: int) -> None:
        try:
            gradebook.write([usual("all of them"), usual(f"student {number}")], url, RELEASES)
        except Exception as error:
            failures.append(error)

    writers = [threading.Thread(target=writes, args=(number,)) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert not failures
    with Gradebook(url) as held:
        assert {student.id for student in held.students} == {"all of them", *(f"student {n}" for n in range(4))}


def test_a_lost_connection_is_tried_again(server: postgresql.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    name = server.new_database()
    before, tried = gradebook._grades, []

    def unlucky(session: object, *arguments: object) -> None:
        before(session, *arguments)
        tried.append(1)
        if len(tried) == 1:
            others = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
            server.execute(others)

    monkeypatch.setattr(gradebook, "_grades", unlucky)
    url = database.complete(server.url(name))
    gradebook.write([usual("ann")], url, RELEASES)
    assert len(tried) == 2 and grades(url, "ann")["conv1d_check"][0] == 2.25


# --- a database that can't be written


def hold(url: str) -> Callable[[], None]:
    """Locks the gradebook as another program would; gives what lets it go."""
    engine = create_engine(url)
    connection = engine.connect()
    if engine.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN EXCLUSIVE")
    else:
        connection.execute(text("LOCK TABLE grade IN ACCESS EXCLUSIVE MODE"))

    def let_go() -> None:
        connection.rollback()
        connection.close()
        engine.dispose()

    return let_go


def test_locked_for_too_long(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    gradebook.write([usual("ann")], url, RELEASES)
    monkeypatch.setattr(database, "LOCK_SECONDS", 0.3)
    let_go = hold(url)
    for attempt in (lambda: gradebook.write([usual("ben")], url, RELEASES), lambda: gradebook.prepare(url)):
        with pytest.raises(database.GradebookError, match=r"lock.*; another program is writing to it: try again"):
            attempt()
    let_go()
    gradebook.write([usual("ben")], url, RELEASES)


def test_locked_for_a_moment(url: str) -> None:
    gradebook.write([usual("ann")], url, RELEASES)
    let_go = hold(url)
    writer = threading.Thread(target=gradebook.write, args=([usual("ben")], url, RELEASES))
    writer.start()
    time.sleep(0.5)
    assert writer.is_alive()
    let_go()
    writer.join()
    assert grades(url, "ben")["conv1d_check"][0] == 2.25


def refused(db_url: str, why: str) -> None:
    """Before the grading and after it the reason is said in one line, without the password."""
    for attempt in (lambda: gradebook.prepare(db_url), lambda: gradebook.write([usual("ben")], db_url, RELEASES)):
        with pytest.raises(database.GradebookError) as caught:
            attempt()
        said = str(caught.value)
        assert why in said and "\n" not in said
        assert "s3cret" not in said and "pass%" not in said


def test_sqlite_files_that_cannot_be_written(sqlite: str, tmp_path: Path) -> None:
    gradebook.write([usual("ann")], sqlite, RELEASES)
    before = contents(sqlite)
    (tmp_path / "text.db").write_text("no database")
    refused(f"sqlite:///file:{tmp_path}/gradebook.db?mode=ro&uri=true", "readonly")
    refused(f"sqlite:///{tmp_path}/none/gradebook.db", "unable to open")
    refused(f"sqlite:///{tmp_path}/text.db", "not a database")
    refused("sqlite://", "in memory")
    assert contents(sqlite) == before


def test_a_database_of_an_older_nbgrader(url: str) -> None:
    gradebook.write([usual("ann")], url, RELEASES)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE grade DROP COLUMN extra_credit"))
    engine.dispose()
    refused(url, "`nbgrader db upgrade`")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("gradebook.db", "not a database URL"),
        ("postgresql//teacher:s3cret@host/db", "not a database URL"),
        ("postgresql://teacher:s3cret@host:port/db", "not a database URL"),
        ("postgresql://teacher:pa@s3cret@host/db", "%40"),
        ("nosuch://teacher:s3cret@host/db", "nosuch"),
        ("postgresql://teacher:s3cret@127.0.0.1:1/db", "refused"),
        ("postgresql://teacher@127.0.0.1:1/db?password=s3cret", "refused"),
        ("postgresql://teacher:s3cret@no-such-host.invalid/db", "no-such-host.invalid"),
    ],
)
def test_addresses_that_lead_nowhere(address: str, said: str) -> None:
    refused(address, said)


def test_servers_that_refuse(server: postgresql.Server) -> None:
    name = server.new_database()
    refused(server.url(name, password="s3cret/wrong"), "password authentication failed")
    refused(server.url("no_such"), 'database "no_such" does not exist; create it first')
    server.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    refused(server.url(name), "read-only transaction")
    server.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
    gradebook.prepare(server.url(name))
    server.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    refused(server.url(name), "read-only transaction")


def test_without_a_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    for driver in database.DRIVERS:
        monkeypatch.setitem(sys.modules, driver, None)
    refused("postgresql://teacher:s3cret@host/db", "pip install 'psycopg[binary]'")


def test_full_disk_leaves_the_gradebook_as_it_was(sqlite: str) -> None:
    """A limit on the size of files stands for the disk."""
    gradebook.write([usual("ann")], sqlite, RELEASES)
    before = contents(sqlite)
    program = f"""
import sys
sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / "tests")!r}]
from sample_results import RELEASES, usual
from autograder.reports import gradebook
gradebook.write([usual(f"student {{n}}") for n in range(600)], {sqlite!r}, RELEASES)
"""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))

    done = subprocess.run([sys.executable, "-c", program], preexec_fn=limit, capture_output=True, text=True)
    assert done.returncode == 1 and "GradebookError: cannot write the gradebook" in done.stderr.splitlines()[-1]
    assert contents(sqlite) == before
    assert sqlite3.connect(sqlite.removeprefix("sqlite:///")).execute("PRAGMA integrity_check").fetchone() == ("ok",)


# --- the command


@pytest.fixture
def class_of_one(tmp_path: Path) -> Path:
    write(solved(COURSE, "01_pixels"), tmp_path / "class", "ada", "01_pixels")
    return tmp_path / "class"


def command(*arguments: object) -> subprocess.CompletedProcess[str]:
    return warm.run("autograder", "grade", *arguments)


def test_grades_into_postgresql(class_of_one: Path, tmp_path: Path, server: postgresql.Server) -> None:
    out, address = tmp_path / "out", server.url(server.new_database())
    done = command(class_of_one, "--out", out, "--db", address)
    assert done.returncode == 0, done.stderr
    assert "postgresql://teacher:***@/course" in done.stdout and "s3cret" not in done.stdout
    assert not (out / "gradebook.db").exists()
    config = out / "nbgrader_config.py"
    assert stat.S_IMODE(config.stat().st_mode) == 0o600, "it holds the password"
    with (out / "grades.csv").open(newline="") as file:
        ours = sum(float(row["score"] or 0) for row in csv.DictReader(file))
    nbgrader(out, "export", "--to", "export.csv")
    (row,) = csv.DictReader((out / "export.csv").open())
    assert float(row["score"]) == ours > 0


def test_a_wrong_password_is_said_before_anything_is_graded(
    class_of_one: Path, tmp_path: Path, server: postgresql.Server
) -> None:
    out = tmp_path / "out"
    done = command(class_of_one, "--out", out, "--db", server.url("postgres", password="s3cret/wrong"))
    assert done.returncode == 1
    assert "password authentication failed" in done.stderr and len(done.stderr.strip().splitlines()) == 1
    assert "s3cret" not in done.stdout + done.stderr
    assert not list(out.glob(".resume/*.json"))


def test_a_gradebook_that_fails_after_the_grading_costs_no_grade(
    class_of_one: Path, tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    monkeypatch.setattr(database, "LOCK_SECONDS", 0.3)
    grade, held = grading._grade, []

    def grade_and_lock(*arguments: object) -> object:
        done = grade(*arguments)
        held.append(hold(url))
        return done

    monkeypatch.setattr(grading, "_grade", grade_and_lock)
    with pytest.raises(typer.Exit) as exit_:
        grading.run(COURSE, class_of_one, out, Wishes(), RunSettings(), url)
    held.pop()()
    said = capsys.readouterr().err
    assert exit_.value.exit_code == 1 and len(said.strip().splitlines()) == 1
    assert "the same command" in said and "s3cret" not in said
    first = (out / "grades.csv").read_bytes()
    assert b"ada,01_pixels,normalize,1,1,correct," in first and (out / "report.html").exists()
    assert contents(url)["submitted_assignment"] == []

    monkeypatch.setattr(grading, "_grade", grade)
    kept = {path: path.stat().st_mtime_ns for path in out.glob(".resume/*.json")}
    assert kept and grading.run(COURSE, class_of_one, out, Wishes(), RunSettings(), url) == 0
    assert {path: path.stat().st_mtime_ns for path in kept} == kept, "finished work was done again"
    assert (out / "grades.csv").read_bytes() == first
    with Gradebook(url) as found:
        assert found.find_submission("01_pixels", "ada").score > 0
