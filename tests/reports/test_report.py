"""The figures on the assistant's page of an assignment: means, shares, counts, what needs a person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sample_results import entry

from autograder.grading.result import ExerciseResult, SubmissionResult
from autograder.reports import report
from autograder.reports.by_hand import HandGrade
from helpers.checking.messages import Message


def row(exercise: str, score: float | None, status: str, points: float = 2, **fields: Any) -> ExerciseResult:
    return ExerciseResult(exercise, score, points, status, **fields)


def result(
    student: str, *rows: ExerciseResult, notes: tuple[str, ...] = (), book: str = "01_small"
) -> SubmissionResult:
    return SubmissionResult(student, book, rows, notes)


def part(*results: SubmissionResult, sentences: dict[tuple[str, str], str] | None = None) -> report.AssignmentPart:
    return report.part_of("01_small", map(entry, results), sentences or {})


def test_students_are_sorted_and_counted() -> None:
    found = part(result("ben"), result("ann"))
    assert [student.entry.result.student for student in found.students] == ["ann", "ben"]
    assert part().students == [] and part().mean is None


def test_statuses_in_their_order() -> None:
    found = part(result("ann", row("a", 0, "wrong"), row("b", 2, "correct")), result("ben", row("a", 0, "wrong")))
    assert list(found.statuses.items()) == [("correct", 1), ("wrong", 2)]


def test_a_students_share_is_of_what_is_graded() -> None:
    found = part(
        result("ann", row("a", 1.0, "partial"), row("b", None, "manual", 5), row("c", 2.0, "correct")),
        result("ben", row("a", None, "not_graded")),
        result("cem", row("a", 0.0, "wrong", 0)),
        result("dee", row("a", 2.0, "correct")),
    )
    assert [(item.score, item.points, item.share) for item in found.students] == [
        (3.0, 4, 0.75),
        (0, 0, None),
        (0.0, 0, None),
        (2.0, 2, 1.0),
    ]
    assert found.students[0].groups == {"right": 1, "partly": 1, "waiting": 1}
    assert found.mean == pytest.approx(0.875)
    assert found.bins == [0, 0, 0, 0, 0, 0, 0, 1, 0, 1]


@pytest.mark.parametrize(("score", "tenth"), [(0.0, 0), (0.19, 0), (0.2, 1), (1.0, 5), (1.79, 8), (1.8, 9), (2.0, 9)])
def test_tenths_of_the_points(score: float, tenth: int) -> None:
    found = part(result("ann", row("a", score, "partial")))
    assert [index for index, count in enumerate(found.bins) if count] == [tenth] and len(found.bins) == 10


def test_an_exercise_over_the_class() -> None:
    found = part(
        result("ann", row("b", 1.0, "partial"), row("a", 0.0, "error")),
        result("ben", row("b", 2.0, "correct"), row("a", None, "not_graded", 3)),
        result("cem", row("c", None, "not_graded")),
    )
    b, a, c = found.exercises
    assert [item.exercise for item in found.exercises] == ["b", "a", "c"], "in the notebook's order"
    assert (b.mean, b.points, b.groups, b.statuses) == (
        0.75,
        2,
        {"right": 1, "partly": 1},
        {"correct": 1, "partial": 1},
    )
    assert (a.mean, a.points, a.statuses) == (0.0, 3, {"error": 1, "not_graded": 1})
    assert c.mean is None and found.mean == pytest.approx((0.25 + 1.0) / 2)


def test_an_exercise_that_waits_for_a_person_has_no_mean_yet() -> None:
    found = part(result("ann", row("a", 0.0, "missing")), result("ben", row("a", None, "manual")))
    assert found.exercises[0].mean is None and found.exercises[0].statuses == {"missing": 1, "manual": 1}


def test_common_mistakes_come_first_and_ten_are_shown() -> None:
    def wrong(exercise: str, name: str) -> ExerciseResult:
        return row(exercise, 0.0, "wrong", diagnosis=name)

    found = part(
        result("ann", wrong("b", "y"), wrong("a", "z")),
        result("ben", wrong("b", "x"), wrong("a", "z")),
        result("cem", row("b", 2.0, "correct"), *(wrong("c", f"m{number:02}") for number in range(20))),
        sentences={("b", "x"): "You did x.", ("a", "x"): "Not this."},
    )
    assert found.mistakes[:3] == [(2, "a", "z", ""), (1, "b", "x", "You did x."), (1, "b", "y", "")]
    assert [name for _, _, name, _ in found.mistakes[3:]] == [f"m{number:02}" for number in range(7)]


def test_what_needs_a_person_is_listed_by_reason() -> None:
    ours = Message("open", "the sandbox was lost")
    found = part(
        result("ann", row("a", 0, "timeout", message=ours), row("b", 0, "timeout", message=ours), row("c", 0, "wrong")),
        result("ben", row("a", None, "not_graded", message=ours), row("b", 0, "timeout", message=Message("open", "x"))),
        result("cem", row("a", 0, "missing"), row("b", 0, "missing"), notes=("no folder", "odd")),
    )
    listed = [
        (status, [(item.result.student, exercises, why) for item, exercises, why in rows])
        for status, rows in found.troubles
    ]
    assert listed == [
        ("not_graded", [("ben", ["a"], "the sandbox was lost")]),
        ("missing", [("cem", ["a", "b"], "no folder; odd")]),
        ("timeout", [("ann", ["a", "b"], "the sandbox was lost"), ("ben", ["b"], "x")]),
    ]
    assert [item.result.student for item in found.irregular] == ["cem"]


def test_one_student_may_need_a_person_for_several_reasons() -> None:
    slow, lost = Message("open", "too slow"), Message("open", "the sandbox was lost")
    rows = [row(name, 0, "timeout", message=why) for name, why in (("a", slow), ("b", lost), ("c", slow))]
    ((_, ((_, exercises, why),)),) = part(result("ann", *rows)).troubles
    assert (exercises, why) == (["a", "c", "b"], "a, c: too slow; b: the sandbox was lost")


def test_the_page_is_written_with_what_students_see(tmp_path: Path) -> None:
    found = part(result("ann", row("a", 0.0, "wrong", diagnosis="x")), sentences={("a", "x"): "You did x."})
    report.write(found, tmp_path / "out")
    written = (tmp_path / "out" / "report" / "01_small.html").read_text("utf-8")
    assert "You did x." in written and written == report.page(found)


def test_what_is_to_be_graded_by_hand_is_listed_by_exercise() -> None:
    found = part(
        result("ben", row("why", None, "manual"), row("how", None, "manual")), result("ann", row("why", None, "manual"))
    ).manual
    assert {key: [item.result.student for item in items] for key, items in found.items()} == {
        "why": ["ann", "ben"],
        "how": ["ben"],
    }


def test_points_by_hand_take_an_exercise_off_the_lists_and_a_change_puts_it_on_another() -> None:
    given = {"why": HandGrade(1.5), "a": HandGrade(0.5, again=True)}
    graded = result("ann", row("why", 1.5, "manual"), row("a", 0.5, "not_graded"), row("b", None, "manual"))
    found = report.part_of("01_small", [entry(graded, given=given)], {})
    assert list(found.manual) == ["b"] and found.troubles == [] and list(found.again) == ["a"]
    assert found.statuses == {"manual": 1, "by_hand": 2}
    assert found.exercises[0].groups == {"partly": 1} and found.exercises[0].mean == 0.75


@pytest.mark.parametrize(
    ("message", "why"),
    [
        (None, ""),
        (Message("open", "a title"), "a title"),
        (Message("fail", "a title", notes=("one", "two\n  lines")), "one · two lines"),
        (
            Message("fail", "a title", rows=(("got", "3"), ("raised", "KeyError:\n3")), notes=("one",)),
            "the code raised KeyError: 3 · one",
        ),
        (
            Message("fail", "t", rows=(("stopped", "f uses scipy\nyour line 3:  scipy.x()  # 3 points, please"),)),
            "f uses scipy",
        ),
        (Message("open", "x" * 300), "x" * 300),
        (Message("open", "x" * 301), "x" * 300 + "…"),
    ],
)
def test_reasons_in_one_line(message: Message | None, why: str) -> None:
    assert report.reason(row("a", 0, "error", message=message)) == why


def test_links_lead_to_feedback() -> None:
    assert report.link("two words/%41é\udcff", "01_small") == "feedback/two%20words/%2541%C3%A9%FF/01_small.html"
