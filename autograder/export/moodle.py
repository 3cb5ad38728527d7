"""Moodle's grading worksheet, filled in.

Moodle takes a worksheet whose headings are in the site's language, so only one that Moodle has made will do. Its
columns are found by their English headings, or by their places and what is in them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.intake.collected import Collected, Person
from autograder.reports.csv_table import number
from autograder.reports.marks import Mark

from .matching import Keys, alike, names, normal, pair
from .ready import NEGLIGIBLE, Exported, ExportError, Left, points, two_decimals
from .sheet import Sheet

_IDENTIFIER = re.compile(r"[^0-9]*([0-9]+)")
_NUMBER = re.compile(r"[0-9]+(?:([.,])[0-9]+)?")
_NOTHING = ("", "-")
# "Grade can be changed" in Moodle's languages. Where a word is missing here, a row that is locked isn't found.
_NO_WORDS = """
    ei ez hayır ne nee nei nej nein nem ni nie no non nu não nē tidak không
    ні нет не όχι לא لا خیر いいえ 否 아니오 아니요
"""
_YES_WORDS = """
    ano bai da evet igen ja jah jā kyllä oui sí si sì sim tak taip ya yes áno có
    так да ναι כן نعم بله はい 是 예
"""
_NO, _YES = frozenset(_NO_WORDS.split()), frozenset(_YES_WORDS.split())
LOCKS_UNKNOWN = (
    "no column was recognised that says whose grade can be changed: Moodle leaves out who is locked, and they are not "
    "named here"
)
_FOLDER_NAMES = ("username", "id number")  # columns of what a student's folder may be called


@dataclass(frozen=True)
class _WorksheetColumns:
    """Where a worksheet has what; None for what it lacks."""

    grade: int
    maximum: int
    changeable: int | None
    decimal_mark: str


def fill(
    content: bytes, marks: Sequence[Mark], collected: Collected, column: str = "", scale: bool = False
) -> Exported:
    """The worksheet with the marks of one assignment filled in; every other byte stays.

    `column` is the heading of the grade's column, where it can't be found. Raises ExportError.
    """
    sheet = Sheet(content)
    rows = [row for row in range(1, len(sheet)) if any(sheet.row(row))]
    if not rows or any(not identifier(sheet.cell(row, 0)) for row in rows):
        raise ExportError("it is not a grading worksheet from Moodle: its first column is not Identifier")
    places = _columns(sheet, rows, column)
    paired = _paired(sheet, rows, marks, collected)
    done, left = [], []
    for mark in marks:
        row = paired.get(mark.student)
        if row is None:
            left.append(Left(mark.student, "no row of the worksheet is surely theirs"))
            continue
        maximum = _value(sheet.cell(row, places.maximum))
        value = points(mark, maximum, scale)
        if maximum is None or value > maximum + NEGLIGIBLE:
            top = "no maximum" if maximum is None else f"the maximum {number(maximum)}"
            left.append(Left(mark.student, f"{number(value)} points, and Moodle has {top} there"))
        elif value <= -NEGLIGIBLE:
            left.append(Left(mark.student, f"{number(value)} points, and Moodle takes none below 0"))
        elif places.changeable is not None and normal(sheet.cell(row, places.changeable)) in _NO:
            left.append(Left(mark.student, "their grade can't be changed: it is locked in Moodle"))
        else:
            sheet.fill(row, places.grade, two_decimals(min(max(value, 0.0), maximum), places.decimal_mark))
            done.append(mark.student)
    read = places.changeable is not None and _are_words(sheet, rows, places.changeable)
    notes = () if read else (LOCKS_UNKNOWN,)
    return Exported(sheet.content(), tuple(done), tuple(left), notes)


def unique_ids(marks: Sequence[Mark], collected: Collected, content: bytes | None = None) -> dict[str, str]:
    """Each student's unique id in one assignment: by its worksheet, else by the hand-ins. Raises ExportError."""
    if content is None:
        return {mark.student: handin_number(mark, collected) for mark in marks}
    sheet = Sheet(content)
    rows = [row for row in range(1, len(sheet)) if any(sheet.row(row))]
    return {student: identifier(sheet.cell(row, 0)) for student, row in _paired(sheet, rows, marks, collected).items()}


def identifier(text: str) -> str:
    """The unique id in a cell such as `Participant 123`; empty where there is none."""
    found = _IDENTIFIER.fullmatch(text.strip())
    return found[1] if found else ""


def _columns(sheet: Sheet, rows: Sequence[int], wanted: str) -> _WorksheetColumns:
    head = [normal(cell) for cell in sheet.row(0)]
    found = [(place, _changeable_column(sheet, rows, head, place)) for place in _maxima(sheet, rows, head, wanted)]
    if not found:
        raise ExportError("no column with a maximum grade: Moodle grades this by a scale, or it is another file")
    # Of several the one that is followed by yes and no; the number of an online text is not.
    maximum, changeable = max(found, key=lambda columns: (columns[1] is not None, columns[0]))
    decimals = _NUMBER.fullmatch(sheet.cell(rows[0], maximum))
    return _WorksheetColumns(maximum - 1, maximum, changeable, (decimals and decimals[1]) or ".")


def _maxima(sheet: Sheet, rows: Sequence[int], head: Sequence[str], wanted: str) -> list[int]:
    """The columns that may hold the maximum: with one number in all rows, after one with numbers or nothing."""
    if wanted:
        if head.count(normal(wanted)) != 1:
            raise ExportError(f"no column is called {wanted}, or more than one")
        return [head.index(normal(wanted)) + 1]
    if "maximum grade" in head and head[head.index("maximum grade") - 1] == "grade":
        return [head.index("maximum grade")]

    def may_be(place: int) -> bool:
        values = {sheet.cell(row, place) for row in rows}
        before = [sheet.cell(row, place - 1) for row in rows]
        one = len(values) == 1 and bool(_value(min(values)))
        return one and all(cell in _NOTHING or _NUMBER.fullmatch(cell) for cell in before)

    return [place for place in range(2, len(head)) if may_be(place)]


def _changeable_column(sheet: Sheet, rows: Sequence[int], head: Sequence[str], maximum: int) -> int | None:
    """The column that says yes or no, within two after the maximum: the state of a workflow may lie between."""
    if "grade can be changed" in head:
        return head.index("grade can be changed")
    for place in range(maximum + 1, min(maximum + 3, len(head))):
        if _are_words(sheet, rows, place):
            return place
    return None


def _are_words(sheet: Sheet, rows: Sequence[int], place: int) -> bool:
    """Whether a column has nothing but words for yes and no that are known."""
    return {normal(sheet.cell(row, place)) for row in rows} <= _NO | _YES


def _value(text: str) -> float | None:
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def _paired(sheet: Sheet, rows: Sequence[int], marks: Sequence[Mark], collected: Collected) -> Mapping[str, int]:
    """The row of each student that has one: by Moodle's number for the hand-in, the e-mail address, or the name."""
    head = [normal(cell) for cell in sheet.row(0)]
    emails = _email_column(sheet, rows, len(head))
    keys = []
    for row in rows:
        folders = [sheet.cell(row, place) for place, heading in enumerate(head) if heading in _FOLDER_NAMES]
        ids = identifier(sheet.cell(row, 0)), sheet.cell(row, emails) if emails else ""
        keys.append(Keys(ids, (names(*folders), names(sheet.cell(row, 1)))))
    students = {mark.student: _student_keys(mark, collected) for mark in marks}

    def may_be(number: int, student: str) -> bool:
        # The number of a group's hand-in may by chance be another student's.
        person = collected.people.get(student)
        return person is None or alike(person.name, sheet.cell(rows[number], 1))

    return {student: rows[at] for at, student in pair(keys, students, may_be).items()}


def handin_number(mark: Mark, collected: Collected) -> str:
    """Moodle's number for what a student has handed in; empty where it came from elsewhere."""
    handin = collected.handins.get((mark.student, mark.assignment))
    return handin.lms_id if handin and f"_{handin.lms_id}_assignsubmission_" in handin.source else ""


def _student_keys(mark: Mark, collected: Collected) -> Keys:
    person = collected.people.get(mark.student, Person(mark.student))
    ids = handin_number(mark, collected), person.email
    return Keys(ids, (names(mark.student), names(mark.student, person.name)))


def _email_column(sheet: Sheet, rows: Sequence[int], columns: int) -> int:
    """The first column of e-mail addresses after the name's, which a person may have chosen to look like one; or 0."""
    for place in range(2, columns):
        if all("@" in sheet.cell(row, place) and " " not in sheet.cell(row, place) for row in rows):
            return place
    return 0
