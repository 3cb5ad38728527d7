"""A mark in each assignment, from points by the grader and by hand and from lateness, and what another rule changes."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sample_results import BOOK, RELEASES, result, usual

from autograder.grading.result import ExerciseResult
from autograder.grading.run_record import RunRecord
from autograder.intake import collected
from autograder.intake.collected import Handin, Person
from autograder.reports import book, by_hand, changes, gradebook, kept, marks, what_if
from autograder.reports.book import Mark, mark_of
from autograder.reports.by_hand import Entered, HandGrade
from autograder.reports.database import GradebookError
from autograder.reports.history import Move, Run
from autograder.reports.kept import Basis, Kept
from autograder.reports.lateness import LateRule

from .test_gradebook_rows import CHECK, WORDS, Held

NOTHING = result("ann", ExerciseResult("conv1d", None, 3, "not_graded"))


def test_a_mark_sums_what_is_graded_and_says_what_waits() -> None:
    mark = mark_of(usual("ann"), {"conv1d": HandGrade(comment="see me"), "weights_fc": HandGrade()})
    assert mark == Mark("ann", BOOK, 3.25, 3.25, 6, 2, 0.0, (("conv1d", "see me"),))
    assert mark_of(NOTHING, {}) == Mark("ann", BOOK, None, None, 3, 3)
    late = mark_of(usual("ann"), {}, 1.5, LateRule(0, 10, 100))
    assert (late.raw, late.mark, late.days_late) == (3.25, pytest.approx(2.6), 1.5)


def test_who_handed_in_nothing_has_no_mark_but_the_points_to_be_had() -> None:
    found = [Mark("bo", "b", 1, 1, 4), Mark("ann", "b", 1, 1, 5), Mark("bo", "a", 2, 2, 9)]
    every = marks.completed(found, [("cem", "b"), ("ann", "a")])
    assert [(mark.student, mark.assignment, mark.raw, mark.mark, mark.max_points) for mark in every] == [
        ("ann", "a", None, None, 9),
        ("ann", "b", 1, 1, 5),
        ("bo", "a", 2, 2, 9),
        ("bo", "b", 1, 1, 4),
        ("cem", "b", None, None, 5),
    ]


@pytest.mark.parametrize(
    ("given", "score"),
    [
        (HandGrade(points=3.0), 3.0),
        (HandGrade(points=0.0), 0.0),
        (HandGrade(extra=0.5), 2.75),
        (HandGrade(points=1.0, extra=0.5), 1.5),
        (HandGrade(comment="good"), 2.25),
    ],
)
def test_points_by_hand_take_the_place_of_the_graders_and_extra_credit_is_added(given: HandGrade, score: float) -> None:
    first, *others = by_hand.applied(usual("ann"), {"conv1d": given}).exercises
    assert first.score == score and others == list(usual("ann").exercises[1:])
    assert given.gives_points == (not given.comment)


def test_extra_credit_alone_is_no_grade_for_words() -> None:
    assert by_hand.applied(usual("ann"), {"why_not_fc": HandGrade(extra=1.0)}).exercises[2].score is None


def test_what_a_person_entered_is_read(tmp_path: Path) -> None:
    held = Held(tmp_path)
    with pytest.raises(GradebookError, match="there is no gradebook sqlite"):
        by_hand.read(held.url)
    with pytest.raises(GradebookError, match="cannot read the gradebook"):
        by_hand.read("postgresql://nobody@127.0.0.1:1/none")
    held.write(usual("ann"))
    assert by_hand.read(held.url) == Entered({}, frozenset({("ann", BOOK)}))
    held.write(usual("ann"), usual("bo"))
    assert by_hand.read(held.url) == Entered({}, frozenset({("ann", BOOK), ("bo", BOOK)}))
    held.by_hand(CHECK, manual_score=1.5, extra_credit=math.inf, needs_manual_grade=1)
    held.by_hand(WORDS, extra_credit=0.5)
    said = "UPDATE comment SET manual_comment = ? WHERE cell_id IN (SELECT id FROM base_cell WHERE name = ?)"
    held.ask(said, "Hm.", "conv1d")
    held.ask(said, " ", "weights_fc")
    grades = by_hand.read(held.url).grades
    # Without points there is nothing to look at again.
    both = {"conv1d": HandGrade(1.5, None, "Hm.", again=True), "why_not_fc": HandGrade(None, 0.5)}
    assert grades == {("ann", BOOK): both, ("bo", BOOK): both}
    assert all(list(given) == sorted(given) for given in grades.values())


def test_a_gradebook_without_tables_has_no_grades(tmp_path: Path) -> None:
    (tmp_path / "gradebook.db").touch()
    assert by_hand.read(gradebook.default_url(tmp_path)) == Entered()


DUE = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Two of three students have a result; one is a day late, the other by the LMS's mark alone."""
    people = [Person("ann", "Ann Lee"), Person("bo"), Person("cem", "Cem")]
    handins = [Handin("ann", BOOK, "a.ipynb", DUE + timedelta(1)), Handin("bo", BOOK, "b.ipynb", late=True)]
    collected.save(collected.of(people, handins), tmp_path)
    kept.write(Kept(usual("ann")), tmp_path)
    kept.write(Kept(usual("bo"), Basis(confined=False)), tmp_path)
    (tmp_path / "course.toml").write_text(
        f"[late]\npercent-per-day = 50\ncap-percent = 50\n[due]\n{BOOK} = {DUE.isoformat()}\n"
    )
    return tmp_path


def test_out_becomes_marks(out: Path) -> None:
    gradebook.write([usual("ann"), usual("bo"), usual("zoe")], gradebook.default_url(out), RELEASES)
    entered = by_hand.read(gradebook.default_url(out))
    held = book.load(out, entered)
    assert held.assignments == [BOOK] and held.absent() == [("cem", BOOK)] and held.lost() == 1
    ann, bo = held.entries(BOOK)
    assert not list(held.entries("other")) and list(held.entries()) == [ann, bo]
    assert (ann.name, bo.name) == ("Ann Lee", "bo")
    assert (ann.confined, bo.confined) == (True, False)
    assert ann.mark.mark == 1.625 and not ann.late_by_mark and bo.late_by_mark
    assert [mark.mark for mark in marks.of_course(out)] == [ann.mark.mark, bo.mark.mark, None]
    marks.write(marks.of_course(out), out / "marks.csv")
    lines = (out / "marks.csv").read_text("utf-8").splitlines()
    assert lines[0] == ",".join(marks.COLUMNS)
    assert lines[1] == f"ann,{BOOK},3.25,1.625,6,2,1" and lines[3].startswith(f"cem,{BOOK},,,6,")


def test_what_no_lms_tells_of_is_in_time(out: Path) -> None:
    kept.write(Kept(usual("dee")), out)
    *_, dee = book.load(out, Entered()).entries()
    assert (dee.name, dee.handin, dee.mark.days_late, dee.late_by_mark) == ("dee", None, 0, False)
    assert book.Entry(usual("dee"), dee.mark).confined


def test_hand_ins_without_a_time_are_counted(out: Path) -> None:
    """Neither who handed in nothing nor whom the LMS calls late or in time."""
    nothing = result("fay", ExerciseResult("conv1d", None, 3, "missing"))
    for item in (usual("dee"), usual("eve"), nothing):
        kept.write(Kept(item), out)
    kept.write(Kept(result("dee", ExerciseResult("dot", 1.0, 1, "correct"), book="without a due date")), out)
    assert book.load(out, Entered()).untimed() == {BOOK: 2}


def test_an_extension_by_name_or_address_counts(out: Path) -> None:
    with (out / "course.toml").open("a") as file:
        file.write('[extensions]\n"ann LEE" = 0.5\nbo = 1\n')
    held = book.load(out, Entered())
    assert [entry.mark.days_late for entry in held.entries()] == [0.5, 0]


def test_points_that_a_person_gave_are_by_hand(out: Path) -> None:
    given = {"conv1d": HandGrade(points=3.0), "weights_fc": HandGrade(comment="good")}
    (ann, _) = book.load(out, Entered({("ann", BOOK): given})).entries()
    conv1d, number, words = ann.result.exercises
    assert ann.is_by_hand(conv1d) and not ann.is_by_hand(number) and not ann.is_by_hand(words)
    assert ann.mark.raw == 4 and ann.given == given


@pytest.mark.parametrize(
    ("text", "exercise", "points"), [("drop=a", "a", None), ("points=a:2.5", "a", 2.5), ("points=a:0", "a", 0)]
)
def test_a_change_in_words(text: str, exercise: str, points: float | None) -> None:
    assert what_if.change(text) == what_if.PointsChange(exercise, points)


@pytest.mark.parametrize(
    "text", ["drop=", "drop=a:1", "points=:1", "points=a", "points=a:-1", "points=a:inf", "points=a:x", "add=a:1"]
)
def test_no_change_in_words(text: str) -> None:
    with pytest.raises(what_if.WhatIfError, match="is not a change such as"):
        what_if.change(text)


def test_what_another_number_of_points_changes(out: Path) -> None:
    rule = LateRule()
    entries = list(book.load(out, Entered()).entries())
    (ann, bo) = what_if.outcomes(entries, [what_if.PointsChange("weights_fc", None)], rule)
    assert (ann.student, ann.assignment, bo.student) == ("ann", BOOK, "bo")
    assert (ann.before, ann.after) == (3.25 / 4, 2.25 / 3) and ann.moved == 2.25 / 3 - 3.25 / 4
    (more, _) = what_if.outcomes(entries, [what_if.PointsChange("conv1d", 6)], rule)
    assert more.after == 5.5 / 7
    assert what_if.outcomes(entries, [what_if.PointsChange("other", None)], rule) == []
    gone = [what_if.PointsChange(name, None) for name in ("conv1d", "weights_fc")]
    assert [(one.after, one.moved) for one in what_if.outcomes(entries[:1], gone, rule)] == [(None, -3.25 / 4)]


def test_an_exercise_that_had_no_points_gives_none_yet() -> None:
    free = result("ann", ExerciseResult("conv1d", 0.0, 0, "correct"), ExerciseResult("why_not_fc", None, 2, "manual"))
    now = what_if.changed(free, [what_if.PointsChange("conv1d", 2), what_if.PointsChange("why_not_fc", 4)])
    assert [(item.score, item.max_score) for item in now.exercises] == [(0.0, 2), (None, 4)]


def test_of_what_has_no_points_there_is_no_share() -> None:
    free = result("ann", ExerciseResult("conv1d", 0.0, 0, "correct"))
    held = [book.Entry(free, mark_of(free, {}))]
    (effect,) = what_if.outcomes(held, [what_if.PointsChange("conv1d", 2)], LateRule())
    assert (effect.before, effect.after) == (None, 0.0)


def test_the_page_of_changes_is_there_where_a_score_has_moved(tmp_path: Path) -> None:
    record, page = RunRecord(7, "git abc", "2026-11-27T10:00:00+01:00", "seccomp"), tmp_path / changes.FILE
    people = {"ann": Person("ann", "Ann Lee"), "bo": Person("bo")}
    changes.write([Run(record)], people, page)
    assert not page.exists()
    moves = (Move("ann", BOOK, "conv1d", 1, 2, "the check changed"), Move("bo", BOOK, "conv1d", 1, None, "so it is"))
    changes.write([Run(record, moves=moves), Run(record)], people, page)
    text = page.read_text("utf-8")
    assert "Ann Lee" in text and "the check changed" in text and "so it is" in text


def test_the_largest_moves_come_first() -> None:
    small, large = Move("ann", "b", "x", 1, 1.5, "y"), Move("bo", "b", "x", 2, 0.5, "y", ("-values", "+shape"))
    lost, found = Move("cem", "b", "x", 1, None, "y"), Move("dee", "a", "x", None, 1, "y")
    assert changes.largest_first([small, lost, large, found]) == [found, lost, large, small]
    assert changes.in_words(large) == "x: 2 -> 0.5 (lost values; gained shape), as y"
    assert changes.in_words(lost) == "x: 1 -> not graded, as y"
