"""Inputs that are to expose wrong functions: what is read from a value, and what the student reads of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from conftest import COURSE

from helpers.check import check, judged
from helpers.checking import catching
from helpers.checking.catching import Report, to_judge, tried
from helpers.checking.spec import load_public
from helpers.checking.suspects import Lineup, pack, unpack
from helpers.checking.verdict import Verdict

NAMES = [exercise.name for exercise in COURSE.exercises() if exercise.suspects]
X = np.array([0.5, 2.0])
ALL = [(X, 2), (np.array([3, 4]), 0)]


def verdict(value: Any, name: str = "catch_pad1d") -> Verdict:
    spec = load_public(name)
    assert spec is not None
    return judged(spec, None, (value,))


def said(value: Any, capsys: pytest.CaptureFixture[str], name: str = "catch_pad1d") -> str:
    check(name, value)
    return capsys.readouterr().out


def test_each_notebook_has_one() -> None:
    found = [exercise.notebook for exercise in COURSE.exercises() if exercise.suspects]
    assert found == list(COURSE.notebooks)


@pytest.mark.parametrize("name", NAMES)
def test_the_right_one_has_another_place_than_the_file_says(name: str) -> None:
    """Its letter follows from the sources: neither the first everywhere, nor one that is never right."""
    lineup = unpack(COURSE.exercise(name).suspects)
    assert len(lineup.sources) == len(set(lineup.sources)) == 5
    assert {unpack(COURSE.exercise(other).suspects).right for other in NAMES} >= {1, 3}


@pytest.mark.parametrize("name", NAMES)
def test_one_random_input_is_not_enough(name: str) -> None:
    """The first arguments that come to mind: normal numbers, squares, and the defaults."""
    rng = np.random.default_rng(0)
    first = {
        "catch_translate": lambda: (rng.normal(size=(5, 5)), 1, 1),
        "catch_pad1d": lambda: (rng.integers(1, 9, 6), 1),
        "catch_conv2d_single": lambda: (rng.normal(size=(5, 5)), rng.normal(size=(3, 3))),
        "catch_im2col": lambda: (rng.normal(size=(1, 1, 4, 4)), 2, 2),
        "catch_max_pool2d": lambda: (rng.random(size=(1, 1, 4, 4)), 2, 2),
        "catch_softmax": lambda: (rng.normal(size=(4, 3)),),
        "catch_relu_backward": lambda: (rng.normal(size=6), rng.normal(size=6)),
        "catch_ResidualBlock": lambda: (rng.normal(size=(2, 3, 4, 4)), 3, 1),
    }[name]
    for _ in range(5):
        assert not verdict([first()], name).passed


@pytest.mark.parametrize("value", [ALL, tuple(ALL), [([0.5, 2.0], 2), ([3, 4], 0)], [(X, np.int64(2)), (X, 0)]])
def test_inputs_in_other_forms(value: Any) -> None:
    found = verdict(value)
    assert found.passed and found.score == 2


@pytest.mark.parametrize("value", [None, [], ()])
def test_nothing_written(value: Any) -> None:
    assert verdict(value).status == "not_attempted"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ((X, 2), "this is one input: put it into a list, [(x, padding)]"),
        ([X, X], "it is an array of shape (2,): write all arguments as a tuple, (x, padding)"),
        ([[X, 2]], "write all arguments as a tuple"),
        ([{"x": X, "padding": 2}], "it is a dict: write the values alone"),
        (3, "expected a list of tuples, [(x, padding), ...], got an integer"),
        ([(X, 2, 3)], "takes 2 positional arguments but 3 were given"),
        ([(X,)], "missing 1 required positional argument: 'padding'"),
        ([(np.ones((2, 2)), 1)], "x has the shape (2, 2): it must have one axis"),
        ([(X, 1.5)], "padding must be a whole number, 0 or more"),
        ([(X, -1)], "padding must be a whole number, 0 or more"),
        ([(X, 101)], "argument 2 is larger than 100"),
        ([(X, 10**30)], "argument 2 is too large for a number"),
        ([(X * np.nan, 1)], "argument 1 holds NaN or infinity"),
        ([(np.array([1e7]), 1)], "argument 1 holds a number beyond 1,000,000"),
        ([(np.zeros(0), 1)], "argument 1 is an empty array"),
        ([(np.zeros(10_001), 1)], "more than 10,000 numbers together"),
        ([(None, 1)], "argument 1 is of the type None"),
        ([(lambda: 1, 1)], "argument 1 is of the type function"),
        ([("two words", 1)], "argument 1 is a text"),
        ([([1, [2, 3]], 1)], "x must be an array of numbers"),
    ],
)
def test_what_is_no_input_is_told_in_a_line(value: Any, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(value, capsys)
    assert words in text and "✓" not in text


def test_what_was_not_tried_is_not_allowed() -> None:
    assert not Report("expected a list").allowed and not Report().allowed
    row = ("", "a", ())
    assert Report(inputs=(row,)).allowed and not Report(inputs=(row,), surplus=1).allowed
    assert not Report(inputs=(row, ("it stopped", "", ()))).allowed


def test_what_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    text = said([(X, 2)], capsys)
    assert "3 of 5" not in text and "4 of 5 public checks pass" in text
    assert "[0. , 0. , 0.5, 2. , 0. , 0. ]" in text and "exposes" in text and "one of them is right" in text
    assert "It fails with padding 0" not in text  # told when all is done
    text = said(ALL, capsys)
    assert "public checks pass" in text and "stands: it is right" in text and "It fails with padding 0" in text


def test_more_inputs_than_allowed_lose_a_part(capsys: pytest.CaptureFixture[str]) -> None:
    assert verdict([*ALL, (X, 3)]).score == 1.6
    assert "only the first 2 inputs were tried: leave out 1" in said([*ALL, (X, 3)], capsys)
    assert verdict([(X, 1), (X, 1), *ALL]).score < 1.6  # those behind don't count


def test_one_input_that_cannot_be_tried_leaves_the_other() -> None:
    found = verdict([(X, 2), (X, "two")])
    assert found.score == 1.2 and not found.aspects["inputs allowed"]


def test_a_right_one_that_gives_no_numbers_is_nothing_to_differ_from() -> None:
    report = to_judge(lineup("np.array([np.nan])", "x"), [[(X,)]])[0]
    assert report.exposed == "" and "no finite numbers" in report.inputs[0][0]


def test_an_endless_function_is_stopped() -> None:
    report = to_judge(lineup("x", "[0 for _ in iter(int, 1)]"), [[(X,)]], seconds=0.2)[0]
    assert "did not finish" in report.refused


def test_arguments_are_copies() -> None:
    x = X.copy()
    report = to_judge(lineup("x * 1", "x.fill(0)", "x.__imul__(2)"), [[(x,)]])[0]
    assert report.exposed and (x == X).all()


@pytest.mark.parametrize(
    "found",
    [
        [],
        [None],
        ["full"],
        [("", "AZ", [])],
        [("", "ABCDE", [])],
        [(1, 2, 3)],
        [("", "A", [("A",)])],
        [("stop", "A", [])],
    ],
)
def test_a_reply_of_another_form_exposes_nobody_it_cannot(found: Sequence[Any]) -> None:
    packed = lineup("x", "0", "1")
    right = unpack(packed).right
    report = tried(packed, [(X,)], lambda *unused: found)
    assert isinstance(report, Report) and set(report.exposed) <= set("ABC") - {"ABC"[right]}


def lineup(*bodies: str) -> str:
    """Functions `f` of x with these bodies, the right one first."""
    sources = tuple(f"def f(x):\n    return {body}" for body in bodies)
    return pack(Lineup("f", "(x,)", 0, 1, sources, ("It is right.",) * len(bodies)))


def test_the_parts_of_the_credit_are_the_wrong_functions_and_the_inputs() -> None:
    found = catching.aspects(unpack(lineup("x", "0", "1")))
    assert list(found) == ["1 of 2 exposed", "2 of 2 exposed", "inputs allowed"]
    assert "at most 1, each a tuple (x,)" in found["inputs allowed"]


def test_each_number_and_each_tuple_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    for most, is_tried in ((4, True), (3, False)):  # a tuple, two numbers in an array, one alone
        monkeypatch.setattr(catching, "MAX_NUMBERS", most)
        report = tried(COURSE.exercise("catch_pad1d").suspects, [(X, 2)], lambda packed, inputs: [("", "", [])])
        assert report is not None and bool(report.inputs) is is_tried and ("numbers" in report.refused) is not is_tried
