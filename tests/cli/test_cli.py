"""The command line: exit status, clear lines, the same bytes for any number of jobs, going on after a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import warm
from conftest import COURSE, ROOT
from processes import content, rows

from autograder.demo import sample_class
from autograder.demo.hostile import ATTACKS
from autograder.demo.notebooks import solved, stub, write

BOOK = "02_filters_1d"
ATTACK = {attack.name: attack for attack in ATTACKS}


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "autograder", *map(str, arguments)]


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return warm.run("autograder", *arguments)


@pytest.fixture
def small_class(tmp_path: Path) -> Path:
    folder = tmp_path / "class"
    write(solved(COURSE, BOOK), folder, "ada", BOOK)
    write(stub(COURSE, BOOK), folder, "ben", BOOK)
    write(sample_class.attacked(COURSE, BOOK, ATTACK["hard-exit"].code), folder, "eve", BOOK)
    write(sample_class.grade_cell_doubled(COURSE, BOOK), folder, "kim", BOOK)
    write(solved(COURSE, "01_pixels"), folder, "ada", "01_pixels")
    return folder


def test_grades_and_reports(small_class: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = run("grade", small_class, "--out", out, "--jobs", 2)
    assert done.returncode == 0, done.stderr
    for name in ("grades.csv", "gradebook.db", "report.html", f"feedback/ada/{BOOK}.html"):
        assert (out / name).is_file(), name
    table = rows(out)
    assert list(table[0]) == ["student", "assignment", "exercise", "score", "max_score", "status", "diagnosis"]
    of_ada = [row for row in table if row["student"] == "ada"]
    assert {row["status"] for row in of_ada} == {"correct", "manual"}
    assert all(row["score"] == row["max_score"] for row in of_ada if row["status"] == "correct")
    assert {row["status"] for row in table if row["student"] == "ben"} == {"not_attempted"}
    assert [row["status"] for row in table if row["student"] == "eve"].count("crashed") == 1
    assert {row["status"] for row in table if row["student"] == "kim"} == {"correct"}


def test_jobs_kill_and_rerun_give_the_same_bytes(small_class: Path, tmp_path: Path) -> None:
    one, two, killed = tmp_path / "one", tmp_path / "two", tmp_path / "killed"
    assert run("grade", small_class, "--out", one, "--jobs", 1, "--seed", 3).returncode == 0
    assert run("grade", small_class, "--out", two, "--jobs", 2, "--seed", 3).returncode == 0
    process = subprocess.Popen(
        command("grade", small_class, "--out", killed, "--jobs", 1, "--seed", 3), cwd=ROOT, stdout=subprocess.DEVNULL
    )
    # Killed as soon as something is finished, before everything is.
    deadline = time.monotonic() + 60
    while not list(killed.glob(".resume/*.json")) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (killed / "grades.csv").exists()
    kept = {path: path.stat().st_mtime_ns for path in killed.glob(".resume/*.json")}
    assert kept
    assert run("grade", small_class, "--out", killed).returncode == 0
    assert {path: path.stat().st_mtime_ns for path in kept} == kept, "finished work was done again"
    for name in ("grades.csv", "report.html", f"feedback/ada/{BOOK}.html"):
        assert len({content(out / name) for out in (one, two, killed)}) == 1, name


def test_another_seed_draws_other_cases_and_honest_work_keeps_its_marks(small_class: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run("grade", small_class, "--out", out, "--seed", 99, "--assignment", BOOK).returncode == 0
    assert {row["assignment"] for row in rows(out)} == {BOOK}
    assert {row["status"] for row in rows(out) if row["student"] == "ada"} == {"correct"}


def test_with_an_assignment_everybody_without_it_is_listed(small_class: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run("grade", small_class, "--out", out, "--assignment", "01_pixels").returncode == 0
    assert {row["status"] for row in rows(out) if row["student"] == "ben"} == {"missing"}


def test_what_cannot_be_graded_is_said_by_the_exit_status(small_class: Path, tmp_path: Path) -> None:
    path = small_class / "zoe" / BOOK / f"{BOOK}.ipynb"
    path.parent.mkdir(parents=True)
    path.symlink_to("/etc/passwd")
    out = tmp_path / "out"
    assert run("grade", small_class, "--out", out).returncode == 3
    of_zoe = [row for row in rows(out) if row["student"] == "zoe"]
    assert {(row["status"], row["score"]) for row in of_zoe} == {("not_graded", "")}


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["grade", "no/such/folder", "--out", "{tmp}/out"], 1, "no such folder"),
        (["grade", "{tmp}/empty", "--out", "{tmp}/out"], 1, "no submissions"),
        (
            ["grade", "{tmp}/class", "--out", "{tmp}/out", "--assignment", "02_filter_1d"],
            1,
            "did you mean 02_filters_1d?",
        ),
        (["grade", "{tmp}/class", "--out", "{tmp}/file/out"], 1, "Not a directory"),
        (["grade", "{tmp}/class", "--out", "/proc/out"], 1, "No such file or directory"),
        (["grade", "{tmp}/class", "--out", "{tmp}/out", "--db", "nonsense"], 1, "gradebook"),
        (["grade", "{tmp}/class"], 2, "--out"),
        (["grade", "{tmp}/class", "--out", "{tmp}/out", "--jobs", "0"], 2, "--jobs"),
        (["mark"], 2, "No such command"),
    ],
)
def test_bad_input_gets_one_clear_line(
    small_class: Path, tmp_path: Path, arguments: list[str], status: int, said: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("")
    done = run(*(argument.format(tmp=tmp_path) for argument in arguments))
    assert done.returncode == status, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    if status == 1:
        assert len(done.stderr.strip().splitlines()) == 1


def test_without_confinement_it_refuses(small_class: Path, tmp_path: Path) -> None:
    """As on a machine whose libseccomp or Landlock is missing: pyseccomp's import fails there."""
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "sitecustomize.py").write_text("import sys\nsys.modules['pyseccomp'] = None\n")
    environment = {**os.environ, "PYTHONPATH": str(broken)}
    given = command("grade", small_class, "--out", tmp_path / "out")
    done = subprocess.run(given, capture_output=True, text=True, cwd=ROOT, env=environment)
    assert done.returncode == 1
    assert "pyseccomp is not installed" in done.stderr and done.stderr.endswith(": run `autograder doctor`\n")
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "out" / "grades.csv").exists()


def test_unconfined_is_spelled_out_and_written_on_the_report(small_class: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = run("grade", small_class, "--out", out, "--unconfined")
    assert done.returncode == 0
    assert "UNCONFINED" in done.stderr
    pages = [out / "report.html", *(out / "feedback").rglob("*.html")]
    assert len(pages) == 6 and all("UNCONFINED" in page.read_text("utf-8") for page in pages)


def test_an_error_holds_nothing_that_a_terminal_obeys(tmp_path: Path) -> None:
    done = run("grade", tmp_path / "in\x1b[31m", "--out", tmp_path / "out")
    assert done.returncode == 1 and "\\x1b[31m: no such folder" in done.stderr and "\x1b" not in done.stderr
