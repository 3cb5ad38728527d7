"""The figures on the assistant's page: means, shares, counts, what needs a person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from autograder.grading.result import ExerciseResult, SubmissionResult
from autograder.reports import report
from helpers.checking.messages import Message


def row(exercise: str, score: float | None, status: str, points: float = 2, **fields: Any) -> ExerciseResult:
    return ExerciseResult(exercise, score, points, status, **fields)


def result(
    student: str, *rows: ExerciseResult, notes: tuple[str, ...] = (), book: str = "01_small"
) -> SubmissionResult:
    return SubmissionResult(student, book, rows, notes)


@pytest.fixture
def values(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the page's template is given."""
    monkeypatch.setattr(report.pages, "render", lambda template, **given: given)
    return lambda *results, sentences=None, notes=(): report.page(results, sentences or {}, notes)


def test_submissions_and_students_are_counted(values: Any) -> None:
    found = values(result("ben"), result("ann", book="02_later"), result("ann"), notes=["a note"])
    assert (found["submissions"], found["students"], found["notes"]) == (3, 2, ["a note"])
    assert [part.name for part in found["parts"]] == ["01_small", "02_later"]
    assert [student.result.student for student in found["parts"][0].students] == ["ann", "ben"]
    assert values()["parts"] == [] and values()["submissions"] == 0


def test_statuses_in_their_order(values: Any) -> None:
    found = values(result("ann", row("a", 0, "wrong"), row("b", 2, "correct")), result("ben", row("a", 0, "wrong")))
    assert found["statuses"] == [("correct", 1), ("wrong", 2)]


def test_a_students_share_is_of_what_is_graded(values: Any) -> None:
    (part,) = values(
        result("ann", row("a", 1.0, "partial"), row("b", None, "manual", 5), row("c", 2.0, "correct")),
        result("ben", row("a", None, "not_graded")),
        result("cem", row("a", 0.0, "wrong", 0)),
        result("dee", row("a", 2.0, "correct")),
    )["parts"]
    assert [(item.score, item.points, item.share) for item in part.students] == [
        (3.0, 4, 0.75),
        (0, 0, None),
        (0.0, 0, None),
        (2.0, 2, 1.0),
    ]
    assert part.students[0].groups == {"right": 1, "partly": 1, "waiting": 1}
    assert part.mean == pytest.approx(0.875)
    assert part.bins == [0, 0, 0, 0, 0, 0, 0, 1, 0, 1]


@pytest.mark.parametrize(("score", "tenth"), [(0.0, 0), (0.19, 0), (0.2, 1), (1.0, 5), (1.79, 8), (1.8, 9), (2.0, 9)])
def test_tenths_of_the_points(score: float, tenth: int, values: Any) -> None:
    (part,) = values(result("ann", row("a", score, "partial")))["parts"]
    assert [index for index, count in enumerate(part.bins) if count] == [tenth] and len(part.bins) == 10


def test_an_exercise_over_the_class(values: Any) -> None:
    (part,) = values(
        result("ann", row("b", 1.0, "partial"), row("a", 0.0, "error")),
        result("ben", row("b", 2.0, "correct"), row("a", None, "not_graded", 3)),
        result("cem", row("c", None, "not_graded")),
    )["parts"]
    b, a, c = part.exercises
    assert [item.exercise for item in part.exercises] == ["b", "a", "c"], "in the notebook's order"
    assert (b.mean, b.points, b.groups, b.statuses) == (
        0.75,
        2,
        {"right": 1, "partly": 1},
        {"correct": 1, "partial": 1},
    )
    assert (a.mean, a.points, a.statuses) == (0.0, 3, {"error": 1, "not_graded": 1})
    assert c.mean is None and part.mean == pytest.approx((0.25 + 1.0) / 2)


def test_an_exercise_that_waits_for_a_person_has_no_mean_yet(values: Any) -> None:
    (part,) = values(result("ann", row("a", 0.0, "missing")), result("ben", row("a", None, "manual")))["parts"]
    assert part.exercises[0].mean is None and part.exercises[0].statuses == {"missing": 1, "manual": 1}


def test_common_mistakes_come_first_and_ten_are_shown(values: Any) -> None:
    def wrong(exercise: str, name: str) -> ExerciseResult:
        return row(exercise, 0.0, "wrong", diagnosis=name)

    (part,) = values(
        result("ann", wrong("b", "y"), wrong("a", "z")),
        result("ben", wrong("b", "x"), wrong("a", "z")),
        result("cem", row("b", 2.0, "correct"), *(wrong("c", f"m{number:02}") for number in range(20))),
        sentences={("b", "x"): "You did x.", ("a", "x"): "Not this."},
    )["parts"]
    assert part.mistakes[:3] == [(2, "a", "z", ""), (1, "b", "x", "You did x."), (1, "b", "y", "")]
    assert [name for _, _, name, _ in part.mistakes[3:]] == [f"m{number:02}" for number in range(7)]


def test_what_needs_a_person_is_listed_by_reason(values: Any) -> None:
    ours = Message("open", "the sandbox was lost")
    found = values(
        result("ann", row("a", 0, "timeout", message=ours), row("b", 0, "timeout", message=ours), row("c", 0, "wrong")),
        result("ben", row("a", None, "not_graded", message=ours), row("b", 0, "timeout", message=Message("open", "x"))),
        result("cem", row("a", 0, "missing"), row("b", 0, "missing"), notes=("no folder", "odd")),
    )
    listed = [
        (status, [(item.student, exercises, why) for item, exercises, why in rows])
        for status, rows in found["troubles"]
    ]
    assert listed == [
        ("not_graded", [("ben", ["a"], "the sandbox was lost")]),
        ("missing", [("cem", ["a", "b"], "no folder; odd")]),
        ("timeout", [("ann", ["a", "b"], "the sandbox was lost"), ("ben", ["b"], "x")]),
    ]
    assert [item.student for item in found["irregular"]] == ["cem"]


def test_one_student_may_need_a_person_for_several_reasons(values: Any) -> None:
    slow, lost = Message("open", "too slow"), Message("open", "the sandbox was lost")
    rows = [row(name, 0, "timeout", message=why) for name, why in (("a", slow), ("b", lost), ("c", slow))]
    ((_, ((_, exercises, why),)),) = values(result("ann", *rows))["troubles"]
    assert (exercises, why) == (["a", "c", "b"], "a, c: too slow; b: the sandbox was lost")


def test_the_page_is_written_with_what_students_see_and_what_is_to_be_noted(tmp_path: Path) -> None:
    found = [result("ann", row("a", 0.0, "wrong", diagnosis="x"))]
    report.write(found, tmp_path / "out" / "report.html", {("a", "x"): "You did x."}, ["notes.txt: skipped"])
    written = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "You did x." in written and "notes.txt: skipped" in written
    report.write(found, tmp_path / "report.html")
    bare = (tmp_path / "report.html").read_text("utf-8")
    assert bare == report.page(found, {}, ()) and "You did x." not in bare


def test_what_is_to_be_graded_by_hand_is_listed_by_exercise(values: Any) -> None:
    found = values(
        result("ben", row("why", None, "manual"), row("how", None, "manual")),
        result("ann", row("why", None, "manual")),
        result("ann", row("why", None, "manual"), book="02_later"),
    )["manual"]
    assert {key: [item.student for item in items] for key, items in found.items()} == {
        ("01_small", "why"): ["ann", "ben"],
        ("01_small", "how"): ["ben"],
        ("02_later", "why"): ["ann"],
    }


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
    assert report.link(result("two words/%41é\udcff")) == ("feedback/two%20words/%2541%C3%A9%FF/01_small.html")
