"""Work as it really comes in: each folder of `submitted` comes out as its EXPECTED.txt says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from autograder.intake import collect
from autograder.intake.plans import Wishes
from conftest import COURSE

from .classroom import Graded, grade_class, lost, said

FOLDERS = Path(__file__).parent / "submitted"
OTHER_LAYOUTS = "64-lms-layouts"
# Students whose work has to come out whole, by folder.
FULL = {
    "01-colab-envelope": ["colab"],
    "02-metadata-lost": ["lost"],
    "07-split-cell": ["split"],
    "08-merged-cells": ["merged"],
    "09-solution-in-added-cell": ["below"],
    "15-input": ["input"],
    "18-colab-lines": ["colablines"],
    "28-python-styles": ["styles"],
    "34-self-test-with-forbidden": ["selftest"],
    "57-ids-lost-odd-forms": ["oddforms"],
}
NUMBERS = "ann arr0 arr1 comma cplx dec expr float frac lst np pr sum tup w"
LETTERS = "choice-B choice-br choice-qa choice-sp"
LAYOUTS = ("canvas", "gradescope", "moodle", "nbgrader-exchange")


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """All students of all folders in one class, each named <number>_<student>."""
    base = tmp_path_factory.mktemp("field")
    for folder in sorted(FOLDERS.iterdir()):
        if folder.name != OTHER_LAYOUTS:
            for student in sorted(path for path in (folder / "submitted").iterdir() if path.is_dir()):
                shutil.copytree(student, base / "class" / name(folder.name, student.name))
    return grade_class(base / "class", base / "resume", newer=newer_exercises())


def newer_exercises() -> set[str]:
    """The exercises that stand in none of the copies: the course has got them since."""
    notebooks = [path for path in FOLDERS.rglob("*") if path.is_file()]
    text = "\n".join(path.read_text("utf-8", errors="replace") for path in notebooks)
    return {item.name for book in COURSE.notebooks.values() for item in book.exercises if item.name not in text}


def name(folder: str, student: str) -> str:
    return f"{folder.split('-')[0]}_{student}"


def test_every_folder_says_what_is_expected() -> None:
    folders = list(FOLDERS.iterdir())
    assert len(folders) == 34 and all((folder / "EXPECTED.txt").stat().st_size for folder in folders)


@pytest.mark.parametrize(("folder", "student"), [(folder, who) for folder, many in FULL.items() for who in many])
def test_full(graded: Graded, folder: str, student: str) -> None:
    assert lost(graded.of(name(folder, student))) == {}


@pytest.mark.parametrize(("student", "exercise"), [("01_colab", "why_not_fc"), ("02_lost", "why_not_fc")])
def test_a_written_answer_reaches_a_person(graded: Graded, student: str, exercise: str) -> None:
    assert graded.row(student, exercise).status == "manual"


@pytest.mark.parametrize("student", ["10_belowcheck", "12_incheck", "13b_helperincheck", "60_above"])
def test_the_ta_is_told_of_code_that_does_not_count(graded: Graded, student: str) -> None:
    gone = lost(graded.of(student))
    assert not gone or any(exercise in graded.told(student) for exercise in gone), (gone, graded.told(student))
    assert not gone or student in graded.attention


@pytest.mark.parametrize("student", ["72_mergeabove", "72_mergebelow"])
def test_work_merged_into_a_check_cell(graded: Graded, student: str) -> None:
    assert not lost(graded.of(student)) or "check cell" in graded.told(student)


@pytest.mark.parametrize(("student", "statuses"), [("14_raise", ("error",)), ("61_raise04", ("error", "partial"))])
def test_a_raise_that_was_left_in_is_named(graded: Graded, student: str, statuses: tuple[str, ...]) -> None:
    rows = [row for row in graded.of(student).exercises if row.status not in ("correct", "manual")]
    assert rows
    for row in rows:
        assert row.status in statuses, row.exercise
        assert "raise NotImplementedError" in said(row) or "raises NotImplementedError" in said(row)


@pytest.mark.parametrize(("student", "reason"), [("16_py313", "Python 3.1"), ("29_numba", "this grader lacks")])
def test_what_the_grader_lacks_costs_no_points(graded: Graded, student: str, reason: str) -> None:
    for exercise, text in lost(graded.of(student)).items():
        assert text.startswith("not_graded") and reason in text, exercise
        assert student in graded.attention


def test_a_name_of_an_older_numpy_costs_no_points(graded: Graded) -> None:
    for exercise, text in lost(graded.of("41_np21")).items():
        assert text.startswith("not_graded") and "NumPy" in text, exercise


@pytest.mark.parametrize("student", ["17_tqdm", "17_tqdm-notebook"])
def test_a_progress_bar_changes_no_number(graded: Graded, student: str) -> None:
    row = graded.row(student, "train")
    assert (row.status, row.score) == ("correct", row.max_score), said(row)


def test_a_written_file_is_imported_or_named(graded: Graded) -> None:
    assert all("mylayers" in text and "written" in text for text in lost(graded.of("20_writefile")).values())


def test_a_merge_conflict_is_graded_with_a_note(graded: Graded) -> None:
    assert lost(graded.of("23_conflict")) == {}
    assert "conflict" in graded.told("23_conflict")


@pytest.mark.parametrize("student", ["24_attachment", "24_onlypicture"])
def test_a_picture_is_an_answer(graded: Graded, student: str) -> None:
    assert graded.row(student, "why_not_fc").status == "manual"


FILES = [path.name for path in sorted((FOLDERS / "31-file-names" / "submitted").iterdir()) if path.is_dir()]


@pytest.mark.parametrize("student", [one for one in FILES if one not in ("__MACOSX", "flat")])
def test_each_file_is_graded_or_named(graded: Graded, student: str) -> None:
    result = graded.of(name("31-file-names", student))
    if any(row.status in ("missing", "not_graded") for row in result.exercises):
        (file,) = (FOLDERS / "31-file-names" / "submitted" / student / "02_filters_1d").glob("*.*")
        words = graded.told(result.student) + "".join(said(row) for row in result.exercises)
        assert file.name in words and result.student in graded.attention
    else:
        assert any(row.score for row in result.exercises)


def test_a_notebook_without_its_folder_is_named(graded: Graded) -> None:
    student = name("31-file-names", "flat")
    assert any(result.student == student for result in graded.results) or any(
        line.startswith(student) and "02_filters_1d.ipynb" in line for line in graded.found
    )


@pytest.mark.parametrize("student", ["32_drivelink", "32_webpage"])
def test_a_web_page_is_named(graded: Graded, student: str) -> None:
    rows = graded.of(student).exercises
    assert {row.status for row in rows} == {"not_graded"}
    assert all("web page" in said(row) or "link" in said(row) for row in rows)


@pytest.mark.parametrize("student", NUMBERS.split())
def test_a_number_in_every_numeric_form_is_right(graded: Graded, student: str) -> None:
    row = graded.row(f"37_{student}", "weights_fc")
    assert (row.status, row.score) == ("correct", row.max_score), said(row)


@pytest.mark.parametrize("student", LETTERS.split())
def test_a_letter_in_every_form_is_read_as_the_letter(graded: Graded, student: str) -> None:
    """The letter of this folder is not the right one any more: each form has to count as the plain letter does."""
    plain, row = (graded.row(f"37_{one}", "shuffled_accuracy") for one in ("choice-b", student))
    same = (row.status, row.score, row.diagnosis) == (plain.status, plain.score, plain.diagnosis)
    assert (same and said(row) == said(plain)) or "letter" in said(row), said(row)


@pytest.mark.parametrize("student", ["txt", "str2"])
def test_an_answer_in_words_is_told(graded: Graded, student: str) -> None:
    row = graded.row(f"37_{student}", "weights_fc")
    assert row.status == "correct" or "number" in said(row), said(row)


def test_a_second_notebook_is_named(graded: Graded) -> None:
    assert "Copy of 02_filters_1d.ipynb" in graded.told("42_both")


def test_prompts_are_read_as_ipython_reads_them(graded: Graded) -> None:
    assert all(text.startswith("error") and "line" in text for text in lost(graded.of("51_prompts")).values())


@pytest.mark.parametrize("student", ["65_C", "65_ans", "65_c", "65_cb", "65_cdot", "65_pcp"])
def test_a_letter_as_it_is_printed(graded: Graded, student: str) -> None:
    row = graded.row(student, "shuffled_accuracy")
    assert row.status == "correct" or "letter" in said(row), said(row)


@pytest.mark.parametrize("student", ["69_amp", "69_cuda"])
def test_a_missing_gpu_is_named(graded: Graded, student: str) -> None:
    pytest.importorskip("torch", reason="pip install torch")
    assert all("no GPU here" in text and "device" in text for text in lost(graded.of(student)).values())


def test_a_missing_torchvision_is_named(graded: Graded) -> None:
    pytest.importorskip("torch", reason="pip install torch")
    for text in lost(graded.of("70_torchvision")).values():
        assert "torchvision" in text and "torchvision" in graded.attention


def test_an_annotation_that_is_not_imported_is_an_error(graded: Graded) -> None:
    row = graded.row("76_annotation", "relu")
    assert row.status == "error" and "NameError" in said(row)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_layout_of_another_system_is_collected(layout: str, tmp_path: Path) -> None:
    folder = FOLDERS / OTHER_LAYOUTS / "submitted" / layout
    plan = collect.plan(COURSE, folder, tmp_path / "out", tmp_path, Wishes())
    assert len(plan.tasks) == len(list(folder.rglob("*.ipynb"))) and not plan.unmatched
    assert {(task.assignment, task.unread, task.absent) for task in plan.tasks} == {("02_filters_1d", "", "")}


def test_files_with_other_names_are_collected(tmp_path: Path) -> None:
    plan = collect.plan(COURSE, FOLDERS / "31-file-names" / "submitted", tmp_path / "out", tmp_path, Wishes())
    assert {task.student for task in plan.tasks} == {*FILES} - {"__MACOSX"} and not plan.unmatched
    assert not any(task.unread or task.absent for task in plan.tasks)
