"""A gradebook file for Canvas: its own export with an assignment's column filled in, or a small one made by ids.

Canvas finds a student by "ID", else by "SIS User ID", else by "SIS Login ID", else by name. It takes an empty field for
a mark that is to be removed, so a file that is made here has no row for a student without a mark.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from autograder.intake.collected import Collected, Person
from autograder.reports.csv_table import as_csv, harmless
from autograder.reports.marks import Mark

from .matching import Keys, names, normal, pair
from .ready import Exported, ExportError, Left, NoColumn, points, two_decimals
from .sheet import Sheet

IDS = ("ID", "SIS User ID", "SIS Login ID")
POINTS_POSSIBLE = "Points Possible"
KEPT = ("ex", "n/a")  # marks that say that there is none
_TITLE_AND_ID = re.compile(r"(.*?)\s*\((\d+)\)\s*", re.DOTALL)
# Columns that Canvas computes.
_COMPUTED = re.compile(r"(?:Current|Final) (?:Score|Points|Grade)|Override (?:Score|Grade|Status)")
_NUMBER = re.compile(r"-?\d+(?:([.,])\d+)?")


def make(marks: Sequence[Mark], collected: Collected, column: str = "") -> Exported:
    """A gradebook file with one column, for the marks of one assignment; `column` is its title or id in Canvas.

    Canvas offers to create an assignment that it doesn't know. Names are made harmless for spreadsheets, ids are not
    changed: a student without one that is harmless as it stands is left out.
    """
    title = f"{marks[0].assignment} ({column})" if column.isdecimal() else column or marks[0].assignment
    rows: list[Sequence[str]] = [("Student", *IDS, "Section", title)]
    rows.append((f"    {POINTS_POSSIBLE}", "", "", "", "", two_decimals(marks[0].max_points)))
    done, left = [], []
    for mark in marks:
        person = collected.people.get(mark.student, Person(mark.student))
        assert mark.mark is not None
        ids = [person.ids.get(heading, "").strip() for heading in IDS]
        fit = [text if text and harmless(text) == text else "" for text in ids]
        if not any(fit):
            said = "their id would be a formula in a spreadsheet" if any(ids) else "their Canvas id is not known"
            left.append(Left(mark.student, f"{said}: fill in Canvas's own file with --template"))
            continue
        name, section = person.name or mark.student, person.ids.get("Section", "")
        rows.append((name, *fit, section, two_decimals(mark.mark)))
        done.append(mark.student)
    new = f"Canvas will offer to create an assignment {title}: to fill in an existing one, use --template or --column"
    return Exported(as_csv(rows).encode(), tuple(done), tuple(left), () if column else (new,))


def fill(
    content: bytes, marks: Sequence[Mark], collected: Collected, column: str = "", scale: bool = False
) -> Exported:
    """Canvas's own export with the marks of one assignment filled in; every other byte stays.

    The assignment's column is the one with the title or id `column`, else with the assignment's name. Excused students
    stay excused. Raises ExportError.
    """
    sheet = Sheet(content)
    head = sheet.row(0)
    identity = _identity(head)
    place = _column(sheet, head, identity, column or marks[0].assignment)
    first = _first_student(sheet)
    possible = _maximum(sheet, first, place)
    decimal_mark = _decimal_mark(sheet, range(1, len(sheet)), range(identity, len(head)))
    rows = {number: _row_keys(sheet, number, head) for number in range(first, len(sheet)) if any(sheet.row(number))}
    numbers = list(rows)
    students = {mark.student: _student_keys(mark.student, collected) for mark in marks}
    paired = {student: numbers[at] for at, student in pair(list(rows.values()), students).items()}
    done, left = [], []
    for mark in marks:
        if mark.student not in paired:
            left.append(Left(mark.student, "no row of the file is surely theirs"))
        elif normal(sheet.cell(paired[mark.student], place)) in KEPT:
            left.append(Left(mark.student, f"{sheet.cell(paired[mark.student], place)} stays in the file"))
        else:
            value = two_decimals(points(mark, possible, scale), decimal_mark)
            sheet.fill(paired[mark.student], place, value)
            done.append(mark.student)
    return Exported(sheet.content(), tuple(done), tuple(left))


def _identity(head: Sequence[str]) -> int:
    """How many columns say who a student is."""
    cells = [cell.strip() for cell in head]
    names_first = cells[:1] == ["Student"] or cells[:2] == ["LastName", "FirstName"]
    if not names_first or "ID" not in cells or "Section" not in cells:
        raise ExportError("it is not a gradebook exported from Canvas: it lacks the columns Student, ID and Section")
    return cells.index("Section") + 1


def _column(sheet: Sheet, head: Sequence[str], identity: int, wanted: str) -> int:
    """The column of an assignment, by its title, its id, or both as the heading has them."""
    found, titles = [], []
    for place in range(identity, len(head)):
        heading = head[place].strip()
        parts = _TITLE_AND_ID.fullmatch(heading)
        title, number = parts.groups() if parts else (heading, "")
        if _COMPUTED.search(heading):
            continue
        titles.append(heading)
        if wanted.strip() in (heading, number) or _same_title(title, wanted):
            found.append(place)
    if len(found) != 1:
        known = ", ".join(titles) or "none"
        said = f"{len(found)} columns are" if found else "no column is"
        raise NoColumn(f"{said} called {wanted}: name the assignment's id with --column (the file has: {known})")
    if any("read only" in sheet.cell(row, found[0]).casefold() for row in range(1, min(len(sheet), 4))):
        raise ExportError(f"Canvas takes no marks for {head[found[0]].strip()}: its column is read only")
    return found[0]


def _same_title(title: str, wanted: str) -> bool:
    """Whether two titles differ in nothing but signs between words: `01 First Steps` is 01_first_steps."""

    def words(text: str) -> str:
        return "".join(character for character in normal(text) if character.isalnum())

    return bool(words(title)) and words(title) == words(wanted)


def _first_student(sheet: Sheet) -> int:
    """The first row after what Canvas says of the columns."""
    for row in range(1, min(len(sheet), 4)):
        if POINTS_POSSIBLE in sheet.cell(row, 0):
            return row + 1
    return 1


def _maximum(sheet: Sheet, first: int, place: int) -> float | None:
    text = sheet.cell(first - 1, place) if first > 1 else ""
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def _decimal_mark(sheet: Sheet, rows: range, columns: range) -> str:
    """A comma where all numbers with decimals in the file have one; Canvas understands both."""
    cells = (sheet.cell(row, column) for row in rows for column in columns)
    marks = {found[1] for cell in cells if (found := _NUMBER.fullmatch(cell))} - {None}
    return "," if marks == {","} else "."


def _row_keys(sheet: Sheet, row: int, head: Sequence[str]) -> Keys:
    cells = {heading.strip(): sheet.cell(row, place) for place, heading in enumerate(head)}
    name = cells.get("Student") or f"{cells.get('LastName', '')}, {cells.get('FirstName', '')}"
    ids = tuple(cells.get(heading, "") for heading in IDS)
    return Keys(ids, (names(*ids[1:]), names(name)))


def _student_keys(student: str, collected: Collected) -> Keys:
    person = collected.people.get(student, Person(student))
    ids = tuple(person.ids.get(heading, "") for heading in IDS)
    return Keys(ids, (names(student, person.email), names(student, person.name)))
