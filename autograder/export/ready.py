"""Which marks may leave the house, and as what numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from autograder.reports.csv_table import number
from autograder.reports.marks import Mark

CENT = Decimal("0.01")
NEGLIGIBLE = 0.005  # points: less than two decimals show


class ExportError(Exception):
    """A file can't be made or filled in; the message is one line that says why and what to do."""


class NoColumn(ExportError):
    """A sheet has no column for an assignment."""


@dataclass(frozen=True)
class Left:
    """A student who is not in a file, and why. Nothing is amiss where that was `expected`."""

    student: str
    why: str
    expected: bool = False


@dataclass(frozen=True)
class Exported:
    """A file's content, the students whose marks or pages are in it, and those who are left out.

    `notes` are lines about the file as a whole, for who takes it to the LMS.
    """

    content: bytes
    students: tuple[str, ...]
    left: tuple[Left, ...] = ()
    notes: tuple[str, ...] = ()


def ready(marks: Iterable[Mark], incomplete: bool = False) -> tuple[list[Mark], list[Left]]:
    """The marks that may be exported, and who has none.

    A mark that waits for a person, who must give points or look again, is only exported where `incomplete` marks are
    wanted. Who has no mark at
    all is left out in any case: an empty mark is not a 0. Who handed in nothing has none, and nothing that waits.
    """
    taken, left = [], []
    for mark in marks:
        if mark.mark is None and not mark.waiting:
            left.append(Left(mark.student, f"nothing handed in for {mark.assignment}", expected=True))
        elif mark.mark is None:
            left.append(Left(mark.student, f"no mark in {mark.assignment}: nothing of theirs is graded"))
        elif mark.waiting > 0 and not incomplete:
            left.append(
                Left(
                    mark.student,
                    f"hand grades for {number(mark.waiting)} of the points of {mark.assignment} are missing",
                )
            )
        elif mark.again and not incomplete:
            changed = ", ".join(mark.again)
            left.append(
                Left(
                    mark.student,
                    f"{changed} of {mark.assignment} changed after it was graded by hand: look at it again",
                )
            )
        else:
            taken.append(mark)
    return taken, left


def points(mark: Mark, maximum: float | None, scale: bool) -> float:
    """A mark in points of the LMS, where the assignment is worth `maximum` (None where the LMS doesn't say).

    Raises ExportError when that is not what it is worth here and the marks are not to be converted (`scale`).
    """
    assert mark.mark is not None
    if maximum is None or abs(maximum - mark.max_points) < NEGLIGIBLE:
        return mark.mark
    if not scale:
        raise ExportError(
            f"{mark.assignment} has {number(mark.max_points)} points here and {number(maximum)} in the LMS: "
            f"change the maximum there, or convert the marks with --scale"
        )
    if mark.max_points <= 0:
        raise ExportError(f"{mark.assignment} has no points here, so its marks can't be converted")
    return mark.mark * maximum / mark.max_points


def two_decimals(value: float, decimal_mark: str = ".") -> str:
    """The number with two decimals, halves rounded up: 2.675 is 2.68."""
    return str(Decimal(repr(value)).quantize(CENT, ROUND_HALF_UP)).replace(".", decimal_mark)


def of_assignment(marks: Sequence[Mark], assignment: str) -> list[Mark]:
    """The marks of one assignment, by student."""
    return sorted((mark for mark in marks if mark.assignment == assignment), key=lambda mark: mark.student)
