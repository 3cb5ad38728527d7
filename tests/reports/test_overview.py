"""The first page: who is in it, in which order, with which sums."""

from __future__ import annotations

import re

from sample_results import BOOK, entry, result, usual

from autograder.grading.run_record import RunRecord
from autograder.intake.collected import Person
from autograder.reports import overview, report
from autograder.reports.book import Mark
from autograder.reports.overview import Summary

ONE, OTHER = "01_a", "02_b"


def summary(name: str, submissions: int = 1) -> Summary:
    return Summary(name, submissions, 0.5, {}, 0, 0, {}, 0)


def rows(marks: list[Mark], people: dict[str, Person] | None = None) -> list[str]:
    """The students' lines, as a person reads them."""
    page = overview.page([summary(ONE), summary(OTHER)], marks, people or {})
    table = page.partition('id="everybody"')[2].partition("<tbody>")[2].partition("</table>")[0]
    return [" ".join(re.sub("<[^>]*>", " ", row).split()) for row in table.split("</tr>")[:-1]]


def test_the_sum_is_that_of_what_is_graded() -> None:
    ann = [Mark("ann", ONE, 3.0, 2.5, 6.0, waiting=2.0), Mark("ann", OTHER, 4.0, 4.0, 5.0)]
    ben = [Mark("ben", ONE, 0.0, 0.0, 6.0), Mark("ben", OTHER, None, None, 5.0, waiting=5.0)]
    assert rows([*ann, *ben]) == ["ann 2.5 * 4 6.5 9", "ben 0 … 0 6"]
    assert rows([Mark("cem", OTHER, None, None, 5.0)]) == ["cem – – 0 0"]


def test_students_are_in_the_order_of_their_names_else_of_their_folders() -> None:
    marks = [Mark(student, ONE, 1.0, 1.0, 1.0) for student in ("d", "c", "b", "a")]
    people = {"a": Person("a", "Zoe"), "b": Person("b", "Ann"), "c": Person("c"), "d": Person("d", "Ann")}
    order = [row.partition(" 1 ")[0] for row in rows(marks, people)]
    assert order == ["Ann b", "Ann d", "Zoe a", "c"]


def test_an_assignment_in_a_line() -> None:
    class_of = [
        entry(usual("ann")),
        entry(usual("ben", score=None, status="not_graded", diagnosis="")),
        entry(result("cem", *usual("cem").exercises[:2])),
    ]
    found = overview.summary(report.part_of(BOOK, class_of, {}))
    assert (found.name, found.submissions, found.manual, found.again) == (BOOK, 3, 2, 0)
    assert found.attention == {"not_graded": 1} and found.statuses["manual"] == 2


def test_the_page_says_of_the_run_what_there_is() -> None:
    record = RunRecord(7, "git abc", "2026-11-27T10:00:00+01:00", "seccomp")
    page = overview.page([summary(ONE, 2), summary("a b", 3)], [], {}, ["a note"], record, "report/moved.html")
    assert "<strong>5</strong> submissions" in page and "report/a%20b.html" in page
    assert "a note" in page and "git abc" in page and 'href="report/moved.html"' in page
    plain = overview.page([], [], {})
    assert "Last run" not in plain and "About the last run" not in plain and "regrade" not in plain
