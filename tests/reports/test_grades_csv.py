"""The rows of grades.csv."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.grading.result import ExerciseResult, SubmissionResult
from autograder.reports import csv_table, grades_csv


def result(student: str, *rows: ExerciseResult, assignment: str = "01_small") -> SubmissionResult:
    return SubmissionResult(student, assignment, rows)


def written(folder: Path, *results: SubmissionResult) -> list[str]:
    grades_csv.write(results, folder / "grades.csv")
    return (folder / "grades.csv").read_bytes().decode("utf-8").split("\n")


def test_rows_are_sorted_by_student_and_assignment_and_keep_the_exercises_order(tmp_path: Path) -> None:
    two = (ExerciseResult("b", 0.5, 2, "partial", "flipped"), ExerciseResult("a", None, 1, "manual"))
    lines = written(tmp_path, result("ben", *two), result("Ann", two[0], assignment="02_later"), result("Ann", two[1]))
    assert lines == [
        "student,assignment,exercise,score,max_score,status,diagnosis",
        "Ann,01_small,a,,1,manual,",
        "Ann,02_later,b,0.5,2,partial,flipped",
        "ben,01_small,b,0.5,2,partial,flipped",
        "ben,01_small,a,,1,manual,",
        "",
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2, "2"),
        (2.0, "2"),
        (0, "0"),
        (0.5, "0.5"),
        (2 / 3, "0.666667"),
        (10.0, "10"),
        (100, "100"),
        (1e-7, "0"),
        (1e9, "1000000000"),
    ],
)
def test_numbers(value: float, text: str) -> None:
    assert csv_table.number(value) == text


@pytest.mark.parametrize("mark", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_name_is_a_formula(mark: str) -> None:
    assert csv_table.harmless(f"{mark}1") == f"'{mark}1"
    assert csv_table.harmless(f"1{mark}") == f"1{mark}"


def test_names_are_quoted_where_they_have_to_be(tmp_path: Path) -> None:
    row = ExerciseResult("a", 1.0, 1, "correct")
    lines = written(tmp_path, *(result(name, row) for name in ("a,b", 'c"d', "e\rf", "plain", "odd \udcff")))
    assert [line.removesuffix(",01_small,a,1,1,correct,") for line in lines[1:-1]] == [
        '"a,b"', '"c""d"', '"e\rf"', "odd \\udcff", "plain"
    ]  # fmt: skip
    assert written(tmp_path, result("a\nb", row))[1:3] == ['"a', 'b",01_small,a,1,1,correct,']
