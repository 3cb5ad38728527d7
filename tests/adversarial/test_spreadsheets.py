"""Class 31: no name is a formula in any spreadsheet, whatever it takes for the end of a field or of a line."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

from autograder.grading.result import ExerciseResult, SubmissionResult
from autograder.reports import grades_csv
from autograder.reports.csv_table import as_csv

FORMULA = "=cmd()|'C calc'!A0"
ENDS = [";", "\t", "\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x1e", "\x85", "\u2028", "\u2029"]
STARTS = ["=", "+", "-", "@"]
NAMES = [
    *(f"ada{end}{start}cmd()" for end in ENDS for start in STARTS),
    *(f"ada{end} {start}cmd()" for end in ENDS for start in STARTS),
    *(f"{end}{start}cmd()" for end in ENDS for start in STARTS),
    FORMULA,
    f" {FORMULA}",
    f"'{FORMULA};{FORMULA}",
    f"ada;{FORMULA};{FORMULA};",
    f'ada";{FORMULA};"',
    f'";{FORMULA}',
    f"';{FORMULA}",
    f'ada","{FORMULA}',
    f"ada;;;{FORMULA}",
    f"ada;\n;{FORMULA}",
]


def cells(text: str, separator: str, quotes: bool) -> list[str]:
    """Each field that a spreadsheet makes of a file by its separator, with or without a sense of quotation marks."""
    if quotes:
        return [field for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) for field in row]
    return [field for line in text.splitlines() for field in re.split(separator, line)]


@pytest.mark.parametrize("name", NAMES)
def test_31_no_name_is_a_formula(name: str, tmp_path: Path) -> None:
    row = ExerciseResult("relu", 1.5, 2, "partial", "flipped")
    grades_csv.write([SubmissionResult(name, "01_small", (row,))], tmp_path / "grades.csv")
    text = (tmp_path / "grades.csv").read_bytes().decode("utf-8")
    for separator in ",;\t":
        for quotes in (True, False):
            for field in cells(text, separator, quotes):
                assert not field.strip().startswith(tuple(STARTS)), (separator, field)
    (_, fields) = csv.reader(io.StringIO(text, newline=""))
    assert fields[1:] == ["01_small", "relu", "1.5", "2", "partial", "flipped"]
    assert fields[0].replace("'", "") == name.replace("'", "")


@pytest.mark.parametrize(
    "name", ["ada", "O'Brien", "a-b", "x=1", "a+b@example.org", "Müller; Ada", "one\ttwo", "学生 3"]
)
def test_31_ordinary_names_stay_as_they_are(name: str) -> None:
    text = as_csv([(name, 1, None, -0.5)])
    assert next(csv.reader(io.StringIO(text, newline=""))) == [name, "1", "", "-0.5"]


def test_31_every_table_of_texts_and_numbers_is_written_in_one_place() -> None:
    """Whatever else writes CSV has to go through `as_csv`."""
    engine = Path(grades_csv.__file__).parents[1]
    offenders = [
        str(path.relative_to(engine))
        for path in engine.rglob("*.py")
        if re.search(r"^\s*from csv |csv\.(?:Dict)?[Ww]riter|\.to_csv\(", path.read_text("utf-8"), re.M)
    ]
    assert not offenders
