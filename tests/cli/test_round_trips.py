"""A class of 30 from each LMS's zip through `grade` to what the LMS takes: everybody has their own mark there."""

from __future__ import annotations

import csv
import io
import json
import runpy
import shutil
import zipfile
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import COURSE, ROOT
from export.lms import (
    FRENCH,
    GERMAN,
    CanvasUser,
    MoodleUser,
    canvas_feedback_file,
    canvas_gradebook,
    canvas_import,
    moodle_feedback_file,
    moodle_import,
    moodle_worksheet,
)
from intake.exports import BOOK, NAMES, SYSTEMS, Student, Zip, a_class, in_file, sortable
from nbgrader.api import Gradebook
from typer.testing import CliRunner

from autograder.cli.commands import app
from autograder.demo.notebooks import filled, grade_id, solved, text

POINTS = {"window_dot": 1, "relu": 1, "weights_conv": 1, "weights_fc": 1, "conv1d_valid": 2}
MAXIMUM = sum(exercise.points for exercise in COURSE.notebooks[BOOK].exercises)
RIGHT = {grade_id(cell): text(cell) for cell in solved(COURSE, BOOK)["cells"] if grade_id(cell) in POINTS}
RULES = "[late]\npercent-per-day = 10\n[due]\n{} = {}\n"


def solves(student: str) -> list[str]:
    """The exercises that somebody solves; none in a notebook that was replaced later."""
    return list(POINTS)[: 1 + NAMES.index(student) % len(POINTS)] if student in NAMES else []


def small(student: str, ids: bool = True) -> bytes:
    """A notebook of a few exercises, some of them solved, that no other student has."""
    made = filled(COURSE, BOOK, {name: RIGHT[name] for name in solves(student)})
    wanted = {"", *POINTS, *(f"{name}_check" for name in POINTS)}
    cells = [cell for cell in made["cells"] if grade_id(cell) in wanted and cell["cell_type"] == "code"]
    cells = [cell for cell in cells if grade_id(cell) or text(cell).startswith("import numpy")]
    cells = cells if ids else [{**cell, "metadata": {}} for cell in cells]
    by = {"cell_type": "markdown", "metadata": {}, "source": f"by {student}"}
    return json.dumps({"cells": [*cells, by], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


CLASS = a_class(write=small)
HANDED_IN = [student for student in CLASS if student.files]


def earned(student: Student) -> float:
    return sum(POINTS[name] for name in solves(student.name))


def marked(student: Student, days: int) -> float:
    """What is left of the points after so many days of lateness, where the student is late."""
    return round(earned(student) * (1 - 0.1 * days * student.late), 2)


def day_counted() -> dict[str, float]:
    """The marks by login where the time is known: each file came a day after the one before."""
    return {student.login: marked(student, 1 + student.newest) for student in HANDED_IN}


def parted(student: Student) -> tuple[str, str]:
    """The last and the first name."""
    last, _, first = sortable(student.name).partition(", ")
    return last, first


def table(*rows: Iterable[object]) -> bytes:
    made = io.StringIO()
    csv.writer(made).writerows(rows)
    return made.getvalue().encode()


@pytest.fixture(scope="module")
def graded_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Finished results of the class: the notebooks are the same in all systems."""
    return tmp_path_factory.mktemp("finished")


@pytest.fixture
def grade(tmp_path: Path, graded_before: Path) -> Callable[..., Path]:
    """Grades the class as a system gives it, with the system's class list; the folder of the results."""

    def run(system: str, roster: bytes, status: int = 0, local: bool = False) -> Path:
        source, out = SYSTEMS[system](CLASS, tmp_path), tmp_path / "out"
        (tmp_path / "list.csv").write_bytes(roster)
        due = datetime(2026, 11, 27).astimezone() if local else datetime(2026, 11, 27, tzinfo=UTC)
        (tmp_path / "rules.toml").write_text(RULES.format(BOOK, due.isoformat()))
        shutil.copytree(graded_before, out / ".resume")
        command("grade", source, "--out", out, "--roster", tmp_path / "list.csv", "--rules", tmp_path / "rules.toml",
                "--seed", 1, status=status)  # fmt: skip
        shutil.copytree(out / ".resume", graded_before, dirs_exist_ok=True)
        return out

    return run


def command(*arguments: object, status: int = 0) -> str:
    done = CliRunner().invoke(app, [str(one) for one in arguments], obj=ROOT)
    assert done.exit_code == status, done.output
    return done.output


def exported(out: Path, *arguments: object, status: int = 0) -> Mapping[str, bytes]:
    """The files that the command writes, by name."""
    command("export", out, *arguments, "--out", out / "files", status=status)
    files = {path.name: path.read_bytes() for path in (out / "files").iterdir()}
    shutil.rmtree(out / "files")
    return files


def names(content: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.namelist()


def test_canvas(grade: Callable[..., Path], tmp_path: Path) -> None:
    users = [CanvasUser(int(one.user_id), sortable(one.name), f"S{one.number}", one.login) for one in CLASS]
    sheet = canvas_gradebook(users, {f"{BOOK} (77)": [""] * len(users)}, [f"{MAXIMUM:.2f}"])
    out = grade("canvas", sheet)
    expected = {int(one.user_id): f"{marked(one, 1):.2f}" for one in HANDED_IN}  # late, and nobody knows by how much
    (tmp_path / "sheet.csv").write_bytes(sheet)
    (content,) = exported(out, "--to", "canvas", "--template", tmp_path / "sheet.csv").values()
    found = canvas_import(content, users, {77: "it"})
    assert {user: mark for (user, _), mark in found.marks.items() if mark} == expected
    assert not found.new_assignments and not found.new_students
    (content,) = exported(out, "--to", "canvas", "--column", 77).values()
    assert {user: mark for (user, _), mark in canvas_import(content, users, {77: "it"}).marks.items()} == expected
    (content,) = exported(out, "--to", "canvas", "--feedback").values()
    assert {canvas_feedback_file(name) for name in names(content)} == {
        (int(one.user_id), 700001 + 10 * one.number + one.newest) for one in HANDED_IN
    }


def test_moodle(grade: Callable[..., Path], tmp_path: Path) -> None:
    when = "Freitag, {}. November 2026, 23:59"  # the zip tells no time
    told = {one.number: when.format(26 + 2 * one.late) for one in CLASS}
    users = [MoodleUser(1234500 + one.number, one.name, one.email, submitted=told[one.number]) for one in CLASS]
    sheet = moodle_worksheet(users, GERMAN, MAXIMUM, ";")
    out = grade("moodle", sheet, local=True)
    expected = {1234500 + one.number: marked(one, 2) for one in HANDED_IN}
    (tmp_path / "sheet.csv").write_bytes(sheet)
    (content,) = exported(out, "--to", "moodle", "--worksheet", tmp_path / "sheet.csv").values()
    assert moodle_import(content, users, GERMAN, MAXIMUM) == expected
    (content,) = exported(out, "--to", "moodle", "--feedback").values()
    given = [moodle_feedback_file(name, users) for name in names(content)]
    assert sorted(item[0] for item in given if item) == sorted(expected) and None not in given


@pytest.mark.parametrize("entry", ["{group}-{name}_{unique}_", "{group}_{team}_"], ids=["members", "groups"])
def test_groups_in_moodle(entry: str, tmp_path: Path, graded_before: Path) -> None:
    """A folder for each member, as versions before 4.0 have it, or one for the group."""
    made = Zip()
    users = []
    for student in CLASS:
        team, unique = student.number // 3, 1234500 + student.number
        users.append(MoodleUser(unique, student.name, student.email, group=f"Team {team}"))
        name = in_file(student.name)
        folder = entry.format(group=f"Team {team}", name=name, unique=unique, team=900 + team)
        path = f"{folder}assignsubmission_file/{BOOK}.ipynb"
        if path not in made.names:
            made.add(path, small(NAMES[3 * team]))
    (tmp_path / "in.zip").write_bytes(made.buffer.getvalue())
    sheet, out = tmp_path / "sheet.csv", tmp_path / "out"
    sheet.write_bytes(moodle_worksheet(users, FRENCH, MAXIMUM))
    shutil.copytree(graded_before, out / ".resume")
    roster = () if "{name}" in entry else ("--roster", sheet)
    command("grade", tmp_path / "in.zip", "--out", out, "--seed", 1, *roster)
    (content,) = exported(out, "--to", "moodle", "--worksheet", sheet).values()
    expected = {1234500 + one.number: earned(CLASS[one.number // 3 * 3]) for one in CLASS}
    assert moodle_import(content, users, FRENCH, MAXIMUM) == expected


def test_gradescope(grade: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = grade("gradescope", table(("Name", "SID", "Email"), *((s.name, s.user_id, s.email) for s in CLASS)))
    (content,) = exported(out, "--to", "gradescope").values()
    place = tmp_path / "autograder"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(place / "source")
    (place / "results").mkdir()
    monkeypatch.setenv("AUTOGRADER_PLACE", str(place))
    for student in HANDED_IN:
        told = {"id": 300 + 10 * student.number + student.newest, "users": [{"email": student.email}]}
        (place / "submission_metadata.json").write_text(json.dumps(told))
        runpy.run_path(str(place / "source" / "run_autograder"), run_name="__main__")
        score = json.loads((place / "results" / "results.json").read_text())["score"]
        assert round(score, 2) == day_counted()[student.login]


def rows_of(out: Path, status: int = 0) -> list[dict[str, str]]:
    """The plain table's rows with a mark."""
    (content,) = exported(out, "--to", "csv", status=status).values()
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def test_blackboard(grade: Callable[..., Path]) -> None:
    people = (("Last Name", "First Name", "Username", "Student ID"), *((*parted(s), s.login, s.user_id) for s in CLASS))
    rows = rows_of(grade("blackboard", table(*people), local=True))
    assert {row["Username"]: float(row["mark"]) for row in rows} == day_counted()
    assert {row["Student ID"] for row in rows} == {student.user_id for student in HANDED_IN}


def test_google_classroom(grade: Callable[..., Path]) -> None:
    people = (("Last Name", "First Name", "Email Address"), *((*parted(student), student.email) for student in CLASS))
    rows = rows_of(grade("classroom", table(*people)))
    assert {row["email"]: float(row["mark"]) for row in rows} == {one.email: earned(one) for one in HANDED_IN}


def test_github_classroom(grade: Callable[..., Path]) -> None:
    head = ("identifier", "github_username", "github_id", "name")
    out = grade("github", table(head, *((s.user_id, s.login, s.number, s.name) for s in CLASS)), status=3)
    rows = rows_of(out, status=3)  # one has a clone without a notebook
    assert {row["github_username"]: float(row["mark"]) for row in rows} == {s.login: earned(s) for s in HANDED_IN}
    assert {row["identifier"] for row in rows} == {student.user_id for student in HANDED_IN}


def test_ilias(grade: Callable[..., Path]) -> None:
    people = (("Login", "Nachname", "Vorname", "E-Mail"), *((s.login, *parted(s), s.email) for s in CLASS))
    rows = rows_of(grade("ilias", table(*people), local=True))
    assert {row["Login"]: float(row["mark"]) for row in rows} == day_counted()
    assert {row["ILIAS id"] for row in rows} == {student.user_id for student in HANDED_IN}


def test_nbgraders_exchange(grade: Callable[..., Path]) -> None:
    head = ("id", "first_name", "last_name", "email")  # as nbgrader itself imports a class
    out = grade("exchange", table(head, *((s.login, *reversed(parted(s)), s.email) for s in CLASS)))
    assert {row["student"]: float(row["mark"]) for row in rows_of(out)} == day_counted()
    with Gradebook(f"sqlite:///{out / 'gradebook.db'}") as book:
        scores = {one.student_id: one.score for one in book.assignment_submissions(BOOK)}
        emails = {one.id: one.email for one in book.students}
    assert scores == {student.login: earned(student) for student in HANDED_IN}
    assert emails == {student.login: student.email for student in HANDED_IN}
