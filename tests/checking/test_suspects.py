"""What five functions do on an input: who is exposed, who is alike, and what is told of a result."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from helpers.checking.suspects import FIRST, MAX_ENTRIES, Lineup, pack, run, unpack

X = np.array([0.5, 2.0])


def lineup(*bodies: str, right: int = 0, takes: str = "") -> str:
    """Functions `f` of x with these bodies."""
    sources = tuple(f"def f(x):\n    return {body}" for body in bodies)
    return pack(Lineup("f", "(x,)", right, 1, sources, ("told",) * len(bodies), takes))


def told(*bodies: str, x: Any = X, **options: Any) -> tuple[str, str, list[tuple[str, str]]]:
    return run(lineup(*bodies, **options), [(x,)])[0]


def test_letters() -> None:
    some = unpack(lineup("1", "2", "3", right=1))
    assert (some.letters, some.wrong, some.right, some.most) == ("ABC", "AC", 1, 1)
    assert type(some.sources) is tuple and type(some.explanations) is tuple


def test_who_differs_from_the_right_one_is_exposed_and_equal_ones_are_grouped() -> None:
    stops, exposed, groups = told("x + 1", "x", "x + 1", "x * 1", "1 / 0", right=2)
    assert (stops, exposed) == ("", "BDE")
    assert groups == [("AC", "[1.5, 3. ]"), ("BD", "[0.5, 2. ]"), ("E", "raises ZeroDivisionError")]


def test_exceptions_are_alike_whatever_their_kind() -> None:
    assert told("1", "1 / 0", "[][0]")[2] == [("A", "1"), ("BC", "raises ZeroDivisionError")]


def test_inputs_are_tried_one_by_one() -> None:
    found = run(lineup("x", "abs(x)"), [(1,), (-1,)])
    assert [exposed for _, exposed, _ in found] == ["", "B"]


@pytest.mark.parametrize(
    ("body", "stops"),
    [
        ("[][0]", "a right f raises IndexError: list index out of range"),
        ("np.array([1.0, np.nan])", "a right f gives no finite numbers for it"),
        ("[np.array([np.inf]), np.ones(3)]", "a right f gives no finite numbers for it"),
        ("['a', None]", "a right f gives no finite numbers for it"),
        ("None", "a right f gives no finite numbers for it"),
        ("{'a': 1.0}", "a right f gives no finite numbers for it"),
        ("print", "a right f gives no finite numbers for it"),
        ("'nan'", ""),
        ("['a', np.ones((2, 2)), 3]", ""),
        ("(np.ones(2), np.ones(3))", ""),
        ("[1, 2]", ""),
    ],
)
def test_a_right_one_without_finite_values_exposes_nobody(body: str, stops: str) -> None:
    said, exposed, groups = told(body, "'other'")
    assert said == stops
    assert (exposed, bool(groups)) == (("", False) if stops else ("B", True))


def test_messages_are_cut() -> None:
    takes = "def f(x):\n    raise ValueError('a' * 300)"
    assert told("x", takes=takes) == ("a" * 200, "", [])
    assert told("x", takes="def f(x):\n    x[:] = 9")[1:] == ("", [("A", "[0.5, 2. ]")])
    body = "(_ for _ in ()).throw(ValueError('a' * 300))"
    assert told(body)[0] == "a right f raises ValueError: " + "a" * 188


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (np.arange(MAX_ENTRIES + 1), "shape (41,), first numbers 0, 1, 2, 3, sum 820"),
        (np.full((1, 1, 2), 1 / 3), "shape (1, 1, 2), first numbers 0.3333, 0.3333, sum 0.666667"),
        (np.zeros((1, 2)), "[[0., 0.]]"),
    ],
)
def test_a_result_in_few_characters(x: Any, text: str) -> None:
    assert told("x", x=x)[2] == [("A", text)]


def test_as_many_entries_as_fit_are_shown_as_they_are() -> None:
    assert "shape" not in told("x", x=np.zeros(MAX_ENTRIES))[2][0][1] and FIRST == 4


def test_warnings_and_overflow_are_kept_still() -> None:
    with np.errstate(all="raise"):
        assert told("np.exp(x * 1000).size", "0")[1] == "B"


def test_arguments_are_copies() -> None:
    x = [np.zeros(2)]
    assert told("x[0].fill(1) or x", "x", x=x)[1] == "B" and x[0][0] == 0
