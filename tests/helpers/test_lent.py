"""The course's functions draw pictures where the reader's don't work yet, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import COURSE, ROOT

from autograder.course import Exercise
from helpers import check, lend, lent
from helpers.attempt import attempt
from helpers.checking.calls import call
from helpers.checking.verdict import judge

FUNCTIONS = [item for item in COURSE.exercises() if item.kind == "function"]


@pytest.fixture(autouse=True)
def nothing_lent(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(lent, "_asked", set())
    monkeypatch.setattr(lent, "_failed", type(lent._failed)())
    yield


def relu(z: np.ndarray) -> np.ndarray:
    raise NotImplementedError


def as_in_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(relu.__globals__, "__name__", "__main__")


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda exercise: exercise.name)
def test_every_function_can_be_lent_and_is_right(exercise: Exercise) -> None:
    function = lent.course_function(exercise.name)
    assert function is not None and function.__name__ == exercise.name
    spec = replace(COURSE.public(exercise.name), forbidden=())
    with np.errstate(all="ignore"):
        assert judge(spec, [call(function, spec, case) for case in spec.cases]).passed


def test_where_the_operation_is_to_be_written_a_lent_one_is_forbidden() -> None:
    spec = COURSE.public("conv2d_single")
    function = lent.course_function("conv2d_single")
    verdict = judge(spec, [call(function, spec, case) for case in spec.cases])
    assert verdict.status == "forbidden" and verdict.score == 0


def test_on_request_a_picture_is_drawn_with_the_courses_function(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    as_in_a_notebook(monkeypatch)
    z = np.array([-1.0, 2.0])
    assert attempt(relu, z, shape=(2,)) is None
    said = capsys.readouterr().out
    assert "write relu first" in said and 'from helpers import lend; lend("relu")' in said
    lend(relu)
    drawn = attempt(relu, z, shape=(2,))
    assert drawn is not None and drawn.tolist() == [0, 2]
    assert "Drawn with the course's relu: yours doesn't work yet." in capsys.readouterr().out
    # Also where a figure hands it to another function.
    given = attempt(lambda function, values: function(values) + 1, relu, z, shape=(2,), reader=relu)
    assert given is not None and given.tolist() == [1, 3]


def test_a_function_that_works_is_never_replaced(capsys: pytest.CaptureFixture[str]) -> None:
    lend("relu")
    capsys.readouterr()

    def own(z: np.ndarray) -> np.ndarray:
        return z - 5

    own.__name__ = "relu"
    drawn = attempt(own, np.array([1.0]), shape=(1,))
    assert drawn is not None and drawn.tolist() == [-4] and capsys.readouterr().out == ""


def test_a_function_of_a_cell_that_calls_others_finds_the_lent_ones(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {"__name__": "__main__", "np": np}
    unwritten = "".join(f"def {name}:\n    raise NotImplementedError\n" for name in ("relu(z)", "pad1d(x, padding)"))
    exec(f"{unwritten}def both(x):\n    return relu(pad1d(x, 1))", names)
    own = names["relu"]
    lend("relu")
    assert attempt(names["both"], np.array([-2.0, 3.0]), shape=(4,)) is None
    assert "write pad1d first" in capsys.readouterr().out
    lend("pad1d")
    drawn = attempt(names["both"], np.array([-2.0, 3.0]), shape=(4,))
    assert drawn is not None and drawn.tolist() == [0, 0, 3, 0]
    assert "Drawn with the course's pad1d and relu" in capsys.readouterr().out
    assert names["relu"] is own


def test_three_failed_checks_lend_it(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    as_in_a_notebook(monkeypatch)
    for failures in range(lent.AFTER):
        assert not lent.is_lent("relu") and attempt(relu, np.array([1.0]), shape=(1,)) is None, failures
        check(relu)
    assert attempt(relu, np.array([1.0]), shape=(1,)) is not None
    assert not lent.is_lent("pad1d")


def test_an_unknown_function_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    lend("conv4d")
    lend(3)
    assert capsys.readouterr().out.count("there is no function called") == 2


def test_nothing_of_it_can_be_read_by_chance() -> None:
    for path in sorted((ROOT / "helpers" / "lent").glob("*.txt")):
        text = path.read_text("ascii")
        assert "def " not in text and len(text) > 1000
        assert "return" in json.dumps(lent._packed()[path.stem])


def test_a_file_that_is_damaged_or_missing_lends_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "01_pixels.txt").write_text("not packed")
    monkeypatch.setattr(lent, "FOLDER", tmp_path)
    lent._packed.cache_clear()
    try:
        assert lent.course_function("flatten") is None and not lent.can_be_lent("flatten")
    finally:
        monkeypatch.undo()
        lent._packed.cache_clear()
    assert lent.can_be_lent("flatten")
