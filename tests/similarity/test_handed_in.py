"""What is read from OUT, and the command that writes the page."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

from conftest import COURSE, ROOT
from sample_results import entry
from typer.testing import CliRunner

from autograder.cli.commands import app
from autograder.grading.result import ExerciseResult, SubmissionResult
from autograder.grading.submission import NotebookCell, Submission, parse
from autograder.intake import collected
from autograder.intake.collected import Handin, Person
from autograder.reports import autograded, feedback
from autograder.reports.releases import read_release
from autograder.similarity.handed_in import known_code, read

BOOK = "02_filters_1d"
CODE = """def conv1d_valid(x, w):
    places = len(x) - len(w) + 1
    sums = {}
    for start in range(places):
        for offset, weight in enumerate(w):
            sums[start] = sums.get(start, 0.0) + x[start + offset] * weight
    return np.array([sums[start] for start in sorted(sums)], dtype=float)
"""
RENAMED = CODE.replace("places", "n").replace("sums", "result").replace("+ 1", "+ 1  # as in the lecture")
HELPER = "def helper(x):\n    return [a * 2 + 1 for a in x]"


def write(out: Path, students: dict[str, dict[str, str]], wrong: str = "") -> list[SubmissionResult]:
    """OUT/autograded for students with this code in these cells; "+name" is a cell that is added below `name`."""
    release = read_release(COURSE.release(BOOK), COURSE.solution(BOOK))
    handed_out = parse(COURSE.release(BOOK).read_bytes(), "", BOOK).cells
    results, submissions = [], []
    for student, code in students.items():
        cells: list[NotebookCell] = []
        for cell in handed_out:
            cells.append(replace(cell, source=code.get(cell.grade_id, cell.source)))
            if f"+{cell.grade_id}" in code:
                cells.append(NotebookCell("code", code[f"+{cell.grade_id}"]))
        submissions.append(Submission(student, BOOK, tuple(cells)))
        items = [
            ExerciseResult(item.name, 0.0, item.points, "wrong", wrong_values=wrong if item.name in code else "")
            for item in COURSE.notebooks[BOOK].exercises
        ]
        results.append(SubmissionResult(student, BOOK, tuple(items)))
    autograded.write(submissions, results, {BOOK: release}, out)
    return results


def test_a_students_own_code_is_read_and_nothing_of_the_release(tmp_path: Path) -> None:
    results = write(tmp_path, {"ann": {"conv1d_valid": CODE, "+conv1d_valid": HELPER}, "bob": {}}, wrong="0123abcd")
    ann, bob = read(COURSE, BOOK, tmp_path)
    assert (ann.student, bob.student) == ("ann", "bob")
    assert list(ann.code) == ["conv1d_valid"] and not bob.code and bob.cells == 0
    assert CODE.strip() in ann.code["conv1d_valid"] and HELPER in ann.code["conv1d_valid"]
    assert ann.wrong == {"conv1d_valid": "0123abcd"}
    assert "0123abcd" not in feedback.page(entry(results[0]))


def test_words_and_missing_cells_are_no_code(tmp_path: Path) -> None:
    write(tmp_path, {"ann": {}})
    release = read_release(COURSE.release(BOOK), COURSE.solution(BOOK))
    own = (NotebookCell("code", CODE, "conv1d_valid"), NotebookCell("markdown", "In my own words."))
    for student, cells in (("ben", own), ("cem", ())):
        result = SubmissionResult(student, BOOK, ())
        autograded.write([Submission(student, BOOK, cells)], [result], {BOOK: release}, tmp_path)
    ann, ben, cem = read(COURSE, BOOK, tmp_path)
    assert ben.code.keys() == {"conv1d_valid"} and "words" not in ben.code["conv1d_valid"] and ben.cells == 2
    assert (cem.code, cem.cells, cem.content) == ({}, 0, ann.content) and ben.content != ann.content


def test_what_everybody_may_have_is_known(tmp_path: Path) -> None:
    known = known_code(COURSE, BOOK)
    exercise = COURSE.exercise("conv1d_valid")
    assert len(known["conv1d_valid"]) >= 3 + len(exercise.mistakes) / 2
    assert known.keys() == {item.name for item in COURSE.notebooks[BOOK].exercises if item.kind == "function"}


def test_a_damaged_notebook_hides_no_other(tmp_path: Path) -> None:
    write(tmp_path, {"ann": {"conv1d_valid": CODE}, "bob": {"conv1d_valid": CODE}})
    for damage in ("{", "[]", '{"cells": [{"source": 1}]}', '{"cells": [{"source": "", "metadata": {"nbgrader": 1}}]}'):
        autograded.path("ann", BOOK, tmp_path).write_text(damage)
        assert [work.student for work in read(COURSE, BOOK, tmp_path)] == ["bob"]


def test_what_a_group_handed_in_is_one_hand_in(tmp_path: Path) -> None:
    """Whether all have the same file, or each member a copy of it; and names are found that nbgrader can't hold."""
    names = ("ann", "bob", "cem", "dee", "Doe, Eve", "fay")
    write(tmp_path, {name: {"conv1d_valid": CODE, "relu": "# 2", "pad1d": "# 3"} for name in names})
    handins = [
        Handin("ann", BOOK, "submission_1/x.ipynb"),
        Handin("bob", BOOK, "submission_1/x.ipynb"),
        Handin("cem", BOOK, "1-Cem_3/x.ipynb", group="1"),
        Handin("dee", BOOK, "1-Dee_4/x.ipynb", group="1"),
    ]
    collected.save(collected.of([Person("Doe, Eve", "Eve Doe")], handins), tmp_path)
    done = CliRunner().invoke(app, ["similar", str(tmp_path)], obj=ROOT)
    text = (tmp_path / "report" / "same_work.html").read_text("utf-8")
    assert done.exit_code == 0 and ">ann<" in text and ">cem<" in text and ">Eve Doe<" in text
    assert ">bob<" not in text and ">dee<" not in text


def test_the_command_writes_a_page_for_its_owner_alone(tmp_path: Path) -> None:
    write(tmp_path, {"ann": {"conv1d_valid": CODE}, "bob": {"conv1d_valid": RENAMED}, "cem": {}}, wrong="0123abcd")
    collected.save(collected.of([Person("ann", "Ann Lee"), Person("bob")], []), tmp_path)
    done = CliRunner().invoke(app, ["similar", str(tmp_path)], obj=ROOT)
    assert done.exit_code == 0, done.output
    assert "1 pair of similar code" in done.output and "1 of equal wrong values" in done.output
    page = tmp_path / "report" / "same_work.html"
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    text = page.read_text("utf-8")
    assert "as in the lecture" in text and text.count('class="name">Ann Lee<') == 3
    assert text.count('class="name">bob<') == 3
    done = CliRunner().invoke(app, ["similar", str(tmp_path / "report")], obj=ROOT)
    assert done.exit_code == 1 and "run `autograder grade` first" in done.output


def test_answers_are_no_code(tmp_path: Path) -> None:
    write(tmp_path, {"ann": {"weights_fc": "weights_fc = 12345", "conv1d_valid": CODE}})
    (ann,) = read(COURSE, BOOK, tmp_path)
    assert ann.code.keys() == {"conv1d_valid"} and ann.cells == 2
