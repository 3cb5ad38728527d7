"""`autograder collect`, and `grade` of what an LMS gives: the table, what is written, and what is said first."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import COURSE, ROOT
from intake.exports import BOOK, Handed, Student, canvas, notebook
from nbgrader.api import Gradebook
from typer.testing import CliRunner, Result

from autograder.cli import grading, intake
from autograder.cli.app import console
from autograder.cli.commands import app
from autograder.demo.notebooks import code_cell
from autograder.grading.settings import RunSettings
from autograder.intake import roster
from autograder.intake.plans import Wishes

LIST = """\
Student,ID,SIS Login ID,Section
Müller Zoë,40002,zoe,A
<b>Li</b> =Bo,40003,bo,A
Byron Ada,40004,ada,A
"""


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal in which no row of a table is broken."""
    monkeypatch.setattr(console, "width", 250)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments], obj=ROOT)


@pytest.fixture
def zipped(tmp_path: Path) -> Path:
    """Two handed in, one of them twice and late, and somebody a text."""
    cells = {"cells": [code_cell("1", "conv1d"), code_cell("2", "relu")]}
    wrong = json.dumps(cells).encode()
    files = (Handed(f"{BOOK}.ipynb", wrong, False), Handed(f"{BOOK}-1.ipynb", wrong))
    students = [
        Student(1, "Müller Zoë", True, files),
        Student(2, "<b>Li</b> =Bo", False, (Handed("x\x1b[2J.ipynb", wrong),)),
        Student(4, "Eve", False, (Handed("essay.pdf", b"%PDF-1.4"),)),
    ]
    return canvas(students, tmp_path)


def test_a_dry_run_shows_who_handed_in_what_and_writes_nothing(zipped: Path, tmp_path: Path) -> None:
    done = run("collect", zipped, "--out", tmp_path / "out", "--dry-run")
    assert done.exit_code == 3, done.output
    first, rest = done.output.split("\n", 1)
    headings = next(line.split() for line in rest.splitlines() if line.split()[:1] == ["student"])
    assert f"Who handed in {BOOK}" in rest and headings == ["student", "file", "late", "of"]
    assert first.startswith("not graded: eve_40005, 02_filters_1d: no notebook") and "essay.pdf" in first
    (zoe,) = [line for line in rest.splitlines() if "40002" in line and "not graded" not in line]
    assert "late" in zoe and "1 of 2" in zoe and f"{BOOK}-1.ipynb" in zoe
    assert "\\x1b" in rest and "\x1b" not in done.output and not (tmp_path / "out").exists()


def test_what_stays_in_out_is_said(tmp_path: Path) -> None:
    first, second = (Student(number, "Eve", False, (Handed("a.ipynb", notebook(str(number))),)) for number in (1, 2))
    newer, older = (canvas([replace(one, number=1)], tmp_path / str(one.number)) for one in (second, first))
    older.write_bytes(older.read_bytes().replace(b"700011", b"700001"))
    assert "already stays" not in run("collect", newer, "--out", tmp_path / "out").output
    done = run("collect", older, "--out", tmp_path / "out")
    assert done.exit_code == 0 and "what OUT has already stays for eve_40002; the report says why" in done.output


def test_what_is_collected_lies_in_out(zipped: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run("collect", zipped, "--out", out).exit_code == 3
    (zoe,) = (out / "submitted").glob("*_40002")
    assert (zoe / BOOK / f"{BOOK}.ipynb").is_file() and (out / "class.json").is_file()
    assert {path.name for path in out.iterdir()} == {".resume", "submitted", "class.json"}
    assert (out / "submitted").stat().st_mode & 0o077 == 0
    again = run("collect", out / "submitted", "--out", out)
    assert again.exit_code == 0 and "2 notebooks of 2 students" in again.output
    assert "late" in again.output or json.loads((out / "class.json").read_text())["handins"][0]["source"].endswith(
        "ipynb"
    )


def test_grade_takes_the_zip_and_gives_no_0_that_nobody_earned(zipped: Path, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(LIST)
    out = tmp_path / "out"
    wishes = Wishes(BOOK, roster.read(tmp_path / "list.csv"), missing_is_zero=True)
    assert grading.run(COURSE, zipped, out, wishes, RunSettings(seed=1), "") == 3
    with (out / "grades.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    scores: dict[str, set[tuple[str, str]]] = {}
    for row in rows:
        scores.setdefault(row["student"].rpartition("_")[2], set()).add((row["status"], row["score"]))
    # Eve is not on the list, so that she may be Ada: nobody gets a 0 for handing in nothing.
    assert scores["40005"] == {("not_graded", "")} and scores["40004"] == {("missing", "")}
    assert {status for status, _ in scores["40002"]} <= {"wrong", "missing", "not_attempted", "error", "partial"}
    with Gradebook(f"sqlite:///{out / 'gradebook.db'}") as book:
        names = {one.id.rpartition("_")[2]: (one.first_name, one.last_name) for one in book.students}
    assert names["40002"] == ("Müller", "Zoë") and "40004" not in names
    assert not set("<>&=") & set("".join(names["40003"]))
    report = (out / "report.html").read_text("utf-8")
    assert "nobody gets a 0" in report and "not on the roster" in report


def test_who_is_on_the_list_and_handed_in_nothing_gets_a_0_if_so_wished(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(LIST)
    source = canvas([Student(1, "Müller Zoë", False, (Handed(f"{BOOK}.ipynb", notebook("zoe")),))], tmp_path)
    plan = intake.taken(
        COURSE, source, tmp_path / "out", Wishes("", roster.read(tmp_path / "list.csv"), missing_is_zero=True), True
    )
    assert {task.student.rpartition("_")[2]: (task.absent, task.zero) for task in plan.tasks} == {
        "40002": ("", False),
        "40003": ("handed in nothing", True),
        "40004": ("handed in nothing", True),
    }


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["collect", "{tmp}/none.zip", "--out", "{tmp}/out"], 1, "no such folder or file"),
        (["collect", "{tmp}/bad.zip", "--out", "{tmp}/out"], 1, "bad.zip: it is damaged"),
        (["collect", "{tmp}/class", "--out", "{tmp}/out", "--roster", "{tmp}/bad.csv"], 1, "no column has names"),
        (["collect", "{tmp}/class", "--out", "{tmp}/out", "--assignment", "02_filter_1d"], 1, "did you mean"),
        (["grade", "{tmp}/bad.zip", "--out", "{tmp}/out"], 1, "bad.zip: it is damaged"),
        (["grade", "{tmp}/class", "--out", "{tmp}/out", "--missing-is-zero"], 2, "--roster"),
    ],
)
def test_bad_input_gets_one_clear_line(arguments: list[str], status: int, said: str, tmp_path: Path) -> None:
    (tmp_path / "class").mkdir()
    (tmp_path / "bad.zip").write_bytes(b"PK\x03\x04 and no more")
    (tmp_path / "bad.csv").write_text("points\n3\n")
    done = run(*(one.format(tmp=tmp_path) for one in arguments))
    assert done.exit_code == status and said in done.output
