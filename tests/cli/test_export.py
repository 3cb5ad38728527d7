"""autograder export: marks and feedback pages from OUT, in files for each system, and who is left out."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from export.lms import (
    ENGLISH,
    CanvasUser,
    MoodleUser,
    canvas_gradebook,
    canvas_import,
    moodle_import,
    moodle_worksheet,
    raw_fields,
)
from nbgrader.api import Gradebook
from sample_results import BOOK, RELEASES, result, usual
from typer.testing import CliRunner, Result

from autograder.cli.commands import app
from autograder.grading.result import ExerciseResult
from autograder.intake import collected
from autograder.intake.collected import Handin, Person
from autograder.reports import gradebook, kept
from autograder.reports.kept import Kept

HOSTILE = "=cmd()\x1b[2J\u202e"


def collect(folder: Path, source: str) -> None:
    """What class.json says when ann has handed in `source`."""
    people = [Person("ann", "Ann O'Brien-Søren", "ann@example.org", {"ID": "7"}), Person("ben", "_", ids={"ID": "8"})]
    collected.save(collected.of(people, [Handin("ann", BOOK, source, lms_id="501")]), folder)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """ann has a hand grade for her answer, ben and one with a hostile name wait for one, cem could not be graded."""
    folder = tmp_path / "out"
    results = [
        usual("ann"),
        usual("ben"),
        usual(HOSTILE),
        result("cem", ExerciseResult("conv1d", None, 3, "not_graded"), notes=("a link",)),
    ]
    for item in results:
        kept.write(Kept(item), folder)
    url = gradebook.default_url(folder)
    gradebook.write(results, url, RELEASES)
    with Gradebook(url) as held:
        read = held.find_grade("why_not_fc", BOOK, BOOK, "ann")
        read.manual_score, read.needs_manual_grade = 1.5, False
        held.find_comment("why_not_fc", BOOK, BOOK, "ann").manual_comment = "Nearly there."
        held.db.commit()
    collect(folder, "obrien_7_70_02_filters_1d.ipynb")
    return folder


def run(out: Path, *arguments: object) -> Result:
    return CliRunner().invoke(app, ["export", str(out), *map(str, arguments)])


def test_canvas_with_hand_grades_and_who_is_left_out(out: Path) -> None:
    done = run(out, "--to", "canvas")
    assert done.exit_code == 3
    assert f"canvas-{BOOK}.csv: 1 student\n" in done.output
    assert "2 left out: =cmd()\\x1b[2J\\u202e, ben: hand grades for 2 of the points" in done.output
    assert f"1 left out: cem: no mark in {BOOK}: nothing of theirs is graded" in done.output
    assert "\x1b" not in done.output and "\u202e" not in done.output
    path = out / "export" / f"canvas-{BOOK}.csv"
    assert path.stat().st_mode & 0o077 == 0
    found = canvas_import(path.read_bytes(), [CanvasUser(7, "x"), CanvasUser(8, "y")], {})
    assert found.marks == {(7, BOOK): "4.75"} and found.points == {BOOK: "6.00"}


def test_a_hand_grade_for_another_answer_is_not_exported(out: Path) -> None:
    item = usual("ann")
    gradebook.write([item], gradebook.default_url(out), RELEASES, [("ann", BOOK, "why_not_fc")])
    done = run(out, "--to", "canvas")
    assert done.exit_code == 3 and not (out / "export").exists()
    assert f"1 left out: ann: why_not_fc of {BOOK} changed after it was graded by hand" in done.output
    assert f"canvas-{BOOK}.csv: " in run(out, "--to", "canvas", "--incomplete").output


def test_canvas_without_its_file_gets_a_new_column(out: Path, tmp_path: Path) -> None:
    said = f"Canvas will offer to create an assignment {BOOK}: to fill in an existing one, use --template or --column"
    assert said in run(out, "--to", "canvas").output
    assert said not in run(out, "--to", "canvas", "--column", "77").output


def test_incomplete_marks_are_written_when_asked_for(out: Path) -> None:
    done = run(out, "--to", "csv", "--incomplete")
    assert done.exit_code == 3 and "cem" in done.output and "ben" not in done.output
    head, *rows = raw_fields((out / "export" / "marks.csv").read_bytes(), ",")
    table = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    assert table["ann"]["mark"] == "4.75" and table["ann"]["comments"] == "why_not_fc: Nearly there."
    assert table["ben"]["mark"] == "3.25" and table["ben"]["waiting"] == "2" and table["ben"]["ID"] == "8"
    assert f"'{HOSTILE}" in table and "cem" not in table


def test_the_assistants_own_files_are_filled_in(out: Path, tmp_path: Path) -> None:
    users = [CanvasUser(7, "Someone"), CanvasUser(8, "_")]
    template, worksheet, folder = tmp_path / "t.csv", tmp_path / "w.csv", tmp_path / "files"
    template.write_bytes(canvas_gradebook(users, {"02 Filters 1D (77)": ["", "1.00"]}, ["6.00"]))
    done = run(out, "--to", "canvas", "--template", template, "--out", folder)
    assert done.exit_code == 3, done.output
    found = canvas_import((folder / "canvas.csv").read_bytes(), users, {77: "02 Filters 1D"})
    assert {user: said for (user, _), said in found.marks.items()} == {7: "4.75", 8: "1.00"}
    people = [MoodleUser(501, "Ann Someone", ""), MoodleUser(502, "_", "")]
    collect(out, "Ann_501_assignsubmission_file/x.ipynb")
    worksheet.write_bytes(moodle_worksheet(people, ENGLISH, 6))
    done = run(out, "--to", "moodle", "--worksheet", worksheet, "--out", folder)
    assert done.exit_code == 3, done.output
    assert moodle_import((folder / f"moodle-{BOOK}.csv").read_bytes(), people, ENGLISH, 6) == {501: 4.75}


@pytest.mark.parametrize(
    ("system", "file", "name"),
    [
        ("canvas", f"canvas-{BOOK}-feedback.zip", f"annobriensøren_7_70_{BOOK}.html"),
        ("moodle", f"moodle-{BOOK}-feedback.zip", f"Ann O'Brien-Søren_501_assignsubmission_file_{BOOK}.html"),
        ("csv", "feedback.zip", f"ann/{BOOK}.html"),
    ],
)
def test_feedback_has_what_was_given_by_hand(out: Path, system: str, file: str, name: str) -> None:
    if system == "moodle":
        collect(out, "Ann_501_assignsubmission_file/x.ipynb")
    assert run(out, "--to", system, "--feedback").exit_code == 3
    with zipfile.ZipFile(out / "export" / file) as archive:
        assert archive.namelist() == [name]
        assert "Nearly there." in archive.read(name).decode()


def test_two_assignments(out: Path, tmp_path: Path) -> None:
    kept.write(Kept(result("ann", ExerciseResult("dot", 2.0, 4, "partial"), book="03_other")), out)
    assert run(out, "--to", "canvas").output.count("1 student") == 2
    sheet = tmp_path / "sheet.csv"
    sheet.write_bytes(moodle_worksheet([MoodleUser(501, "Ann O'Brien-Søren", "")], ENGLISH, 4))
    done = run(out, "--to", "moodle", "--worksheet", sheet)
    assert done.exit_code == 1 and f"choose one assignment with --assignment: {BOOK}, 03_other" in done.output
    assert run(out, "--to", "moodle", "--worksheet", sheet, "--assignment", "03_other").exit_code == 0
    assert run(out, "--to", "csv", "--assignment", "3_other").output.strip().endswith("did you mean 03_other?")
    users = [CanvasUser(7, "Ann")]
    sheet.write_bytes(canvas_gradebook(users, {"03 other (3)": [""], "02 filters 1d (2)": [""]}, ["4", "6"]))
    run(out, "--to", "canvas", "--template", sheet)
    found = canvas_import((out / "export" / "canvas.csv").read_bytes(), users, {2: "two", 3: "three"})
    assert found.marks == {(7, "two"): "4.75", (7, "three"): "2.00"}
    sheet.write_bytes(canvas_gradebook(users, {"02 filters 1d (2)": [""]}, ["6"]))
    assert "left out: ann: no column is called 03_other" in run(out, "--to", "canvas", "--template", sheet).output


def test_who_is_listed_and_handed_in_nothing_changes_no_exit_status(out: Path) -> None:
    rows = (ExerciseResult("conv1d", None, 3, "missing"), ExerciseResult("why_not_fc", None, 2, "missing"))
    kept.write(Kept(result("dee", *rows, book="03_other")), out)
    kept.write(Kept(result("ann", ExerciseResult("conv1d", 3.0, 3, "correct"), book="03_other")), out)
    done = run(out, "--to", "csv", "--assignment", "03_other")
    assert done.exit_code == 0 and "left out: ben, dee: nothing handed in for 03_other" in done.output


def test_who_handed_in_nothing_changes_no_exit_status(out: Path) -> None:
    kept.write(Kept(result("ann", ExerciseResult("dot", 2.0, 4, "partial"), book="03_other")), out)
    done = run(out, "--to", "csv", "--assignment", "03_other")
    assert done.exit_code == 0 and "left out: ben: nothing handed in for 03_other" in done.output


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["--to", "moodle"], 2, "--worksheet"),
        (["--to", "canvas", "--worksheet", "x"], 2, "--to moodle"),
        (["--to", "moodle", "--template", "x"], 2, "--to canvas"),
        (["--to", "blackboard"], 2, "blackboard"),
        (["--to", "canvas", "--template", "no/such"], 1, "no/such: No such file or directory"),
        (["--to", "canvas", "--template", "/proc/self/status"], 1, "is not a gradebook"),
    ],
)
def test_bad_input_gets_one_clear_line(out: Path, arguments: list[str], status: int, said: str) -> None:
    done = run(out, *arguments)
    assert (done.exit_code, said in done.output) == (status, True), done.output
    assert status == 2 or len(done.output.strip().splitlines()) == 1


def test_a_folder_without_results(tmp_path: Path) -> None:
    done = run(tmp_path, "--to", "csv")
    assert done.exit_code == 1 and "run `autograder grade` first" in done.output


def test_marks_for_gradescope(out: Path) -> None:
    assert run(out, "--to", "gradescope").exit_code == 3
    with zipfile.ZipFile(io.BytesIO((out / "export" / f"gradescope-{BOOK}.zip").read_bytes())) as archive:
        assert sorted(archive.namelist()) == ["marks.json", "run_autograder", "setup.sh"]
