"""The runs so far, what a regrade moved and why, and which result takes the place of an earlier one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sample_results import BOOK, result, usual

from autograder.grading.result import ExerciseResult
from autograder.grading.run_record import RunRecord
from autograder.reports import history, kept
from autograder.reports.history import Move, Run
from autograder.reports.kept import Basis, Kept, KeptError
from autograder.reports.work import Work
from helpers.checking.messages import Message

RECORD = RunRecord(7, "git abc", "2026-11-27T10:00:00+01:00", "seccomp")
BASIS = Basis(True, "one", {"conv1d": "x", "weights_fc": "y"}, "code")


def message(**aspects: bool) -> Message:
    return Message("fail", "told", tuple(aspects.items()))


def test_runs_are_kept_in_their_order_and_a_damaged_one_is_left_out(tmp_path: Path) -> None:
    assert history.runs(tmp_path) == []
    folder = tmp_path / history.FOLDER
    made = [
        Run(RECORD, {"jobs": n}, (BOOK,), n, ("note",), (Move("ann", BOOK, "conv1d", None, 1.0, "why", ("+values",)),))
        for n in range(3)
    ]
    history.add(made[0], tmp_path)
    assert [path.name for path in folder.iterdir()] == ["0001.json"]
    (folder / "0001.json").rename(folder / "9999.json")
    history.add(made[1], tmp_path)
    (folder / "notes.json").write_text("{}")
    history.add(made[2], tmp_path)
    assert history.runs(tmp_path) == made
    assert (folder / "10001.json").stat().st_mode & 0o077 == 0
    (folder / "10000.json").write_text("{")
    assert history.runs(tmp_path) == [made[0], made[2]]


@pytest.mark.parametrize(
    ("now", "seed_changed", "why"),
    [
        (BASIS, False, "graded again"),
        (BASIS, True, "other hidden cases were drawn"),
        (replace(BASIS, content="two"), False, "the submission changed"),
        (replace(BASIS, content="two", code="other"), False, "the submission changed"),
        (replace(BASIS, code="other"), False, "the grader changed"),
        (replace(BASIS, exercises={"conv1d": "z", "weights_fc": "y"}), False, "the exercise changed"),
        (replace(BASIS, exercises={"conv1d": "x", "weights_fc": "z"}), False, "graded again"),
        (replace(BASIS, content="two", exercises={}), True, None),
    ],
)
def test_a_move_has_its_reasons(now: Basis, seed_changed: bool, why: str | None) -> None:
    before, after = Kept(usual("ann"), BASIS), Kept(usual("ann", score=3.0), now)
    (move,) = history.moves(before, after, seed_changed)
    every = "the submission changed; the exercise changed; other hidden cases were drawn"
    assert move == Move("ann", BOOK, "conv1d", 2.25, 3.0, why or every)


def test_a_move_names_the_aspects_that_turned() -> None:
    before = Kept(usual("ann", message=message(values=True, shape=False, floats=True)), BASIS)
    after = Kept(usual("ann", score=1.0, message=message(values=False, shape=True, floats=True, new=True)), BASIS)
    (move,) = history.moves(before, after, False)
    assert move.aspects == ("-values", "+shape")
    (silent,) = history.moves(before, Kept(usual("ann", score=None, message=None), BASIS), False)
    assert (silent.before, silent.after, silent.aspects) == (2.25, None, ())
    (first,) = history.moves(Kept(usual("ann", message=None), BASIS), after, False)
    assert first.aspects == ()


def test_what_is_new_in_a_result_has_not_moved() -> None:
    old = result("ann", *usual("ann").exercises[1:])
    assert history.moves(Kept(old, BASIS), Kept(usual("ann"), BASIS), True) == []
    assert not history.differ(old, usual("ann")) and not history.differ(usual("ann"), old)
    assert not history.differ(usual("ann"), usual("ann"))
    assert history.differ(usual("ann"), usual("ann", score=None)) and history.differ(old, usual("ann")) is False


NO_NOTEBOOK = result("ann", *(ExerciseResult(name, 0.0, 3, "missing") for name in ("conv1d", "why_not_fc")))


def test_a_missing_notebook_takes_no_grade_away() -> None:
    told = result("ann", *(replace(item, message=message()) for item in NO_NOTEBOOK.exercises))
    half = result("ann", usual("ann").exercises[0], *NO_NOTEBOOK.exercises[1:])
    assert kept.replaces(NO_NOTEBOOK, None) and kept.replaces(NO_NOTEBOOK, Kept(NO_NOTEBOOK))
    assert not kept.replaces(NO_NOTEBOOK, Kept(usual("ann"))) and not kept.replaces(NO_NOTEBOOK, Kept(half))
    assert all(kept.replaces(item, Kept(usual("ann"))) for item in (half, told, usual("ann")))
    assert kept.replaces(usual("ann"), Kept(NO_NOTEBOOK))
    silent = result("ann", ExerciseResult("conv1d", 0.0, 3, "wrong"))
    assert kept.replaces(silent, Kept(usual("ann"))) and not kept.replaces(NO_NOTEBOOK, Kept(silent))


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    assert kept.keys(tmp_path) == [] and kept.read("ann", BOOK, tmp_path) is None
    work = Work(content="one")
    for student, book in (("bo", "b"), ("ann", "b-2"), ("ann", "b")):
        kept.write(Kept(replace(usual(student), assignment=book), BASIS, work), tmp_path)
    folder = tmp_path / kept.FOLDER / "ann"
    (folder / ".b3.json").touch()
    (folder / "b4.txt").touch()
    assert kept.keys(tmp_path) == [("ann", "b"), ("ann", "b-2"), ("bo", "b")]
    assert kept.read("ann", "b", tmp_path) == Kept(replace(usual("ann"), assignment="b"), BASIS, work)
    short = kept.read("ann", "b", tmp_path, with_work=False)
    assert short is not None and short.work == Work() and short.basis == BASIS
    (folder / "b.json").write_text("{}\n")
    with pytest.raises(KeptError, match="delete it, and grade b again"):
        kept.read("ann", "b", tmp_path)


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a\0b"])
def test_a_name_that_is_no_folders_is_kept_nowhere(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not the name of a folder"):
        kept.path(name, BOOK, tmp_path)


def test_what_stayed_hides_no_move_behind_it() -> None:
    first, *others = usual("ann").exercises
    now = result("ann", ExerciseResult("new", 1.0, 1, "correct"), first, *(replace(one, score=0.5) for one in others))
    moved = [move.exercise for move in history.moves(Kept(usual("ann"), BASIS), Kept(now, BASIS), False)]
    assert moved == [one.exercise for one in others if one.score != 0.5] and moved
