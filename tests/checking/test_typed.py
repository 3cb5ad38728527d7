"""A case as Python: what is shown can be pasted and gives the same call."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from conftest import COURSE

from checking.test_calls import in_a_cell
from helpers import check, failing
from helpers.checking import typed
from helpers.checking.calls import _same_bits
from helpers.checking.spec import Case, load_public

FUNCTIONS = [item.name for item in COURSE.exercises() if item.kind == "function" and not item.requires]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_call_can_be_pasted(name: str) -> None:
    spec = load_public(name)
    assert spec is not None
    for case in spec.cases:
        given = eval(typed.call(spec, case), {"np": np, name: lambda **arguments: arguments})
        own = typed.own_arguments(case)
        assert list(given) == list(own) and not {"part", "look_at"} & set(given)
        for key, value in own.items():
            if callable(value):
                assert given[key](case.arguments["x"]) == value(case.arguments["x"])
            else:
                assert _same_bits(value, given[key]), (key, value, given[key])


@pytest.mark.parametrize(
    "value",
    [np.array([np.nan, np.inf, -np.inf]), np.zeros((2, 0)), [np.ones(2), (1, np.float32(0.5))], {"a": (X := 1,)}],
)
def test_odd_values_can_be_pasted(value: Any) -> None:
    spec = load_public("relu")
    assert spec is not None
    text = typed._python(value)
    again = eval(text, {"np": np})
    assert repr(again) == repr(value) or typed._python(again) == text


def test_the_case_that_is_held_runs_again(capsys: pytest.CaptureFixture[str]) -> None:
    code = (
        "def conv2d_backward(dz, x, w, padding=0, stride=1):\n    return dz * 0, dz * 0, dz.sum(axis=(0, 2, 3)) + 1\n"
    )
    function = in_a_cell(code)["conv2d_backward"]
    assert not check(function).passed
    assert "`from helpers import failing`, then `case = failing(conv2d_backward)`" in capsys.readouterr().out
    case = failing(function)
    assert case is not None and np.array_equal(function(**case.arguments)[2], case.got)
    assert not check(
        in_a_cell("def numerical_gradient(f, x, h=1e-5):\n    return x * f(x)\n")["numerical_gradient"]
    ).passed
    case = failing("numerical_gradient")
    assert case is not None and np.isscalar(case.arguments["f"](case.arguments["x"]))


def test_large_arrays_are_told_in_short() -> None:
    assert typed.in_short(np.arange(6)) == "np.array([0, 1, 2, 3, 4, 5])"
    assert typed.in_short(np.arange(7)) == "int64 array of shape (7,): 0, 1, 2, ..."
    assert typed.in_short(np.ones((2, 4))) == "float64 array of shape (2, 4): 1, 1, 1, ..."
    assert typed.in_short([1] * 9) == repr([1] * 9)
    assert typed.in_short({"a": np.arange(7), "b": 1}, 2).split("\n") == [
        "{'a': int64 array of shape (7,): 0, 1, 2, ...,",
        "   'b': 1}",
    ]


def test_the_first_wrong_entries_are_told() -> None:
    right = np.arange(6.0).reshape(2, 3)
    wrong = right.copy()
    wrong[1, :2] = 9
    assert typed.differences(right, wrong) == "[1, 0]: 9, not 3\n[1, 1]: 9, not 4"
    assert typed.differences(right, right) == ""
    three = typed.differences(right[0], right[0] + 1)
    assert three.count("\n") == 2 and "..." not in three
    assert typed.differences(right, right + 1).split("\n")[3:] == ["... 6 of 6 numbers are wrong"]
    assert typed.differences(right, right[0]) == typed.differences(right, None) == typed.differences("a", right) == ""


def test_what_is_long_is_told_from_what_is_short() -> None:
    assert typed.is_long("\n" * typed.MAX_LINES) and not typed.is_long("\n" * (typed.MAX_LINES - 1))
    assert typed.is_long("a" * (typed.MAX_CHARACTERS + 1)) and not typed.is_long("a" * typed.MAX_CHARACTERS)
    assert typed.is_long("a\nb", 1) and not typed.is_long("a", 1)


def test_a_call_is_written_in_rows_where_an_argument_has_some() -> None:
    spec = load_public("relu")
    assert spec is not None
    case = Case("values", {"x": np.ones((2, 1)), "n": 2, "part": "dw"})
    assert typed.call(spec, case) == "relu(x=np.array([[1.],\n                 [1.]]),\n     n=2)"
    assert typed.call(spec, Case("values", {"x": 1, "n": (2,)})) == "relu(x=1, n=(2,))"
    assert typed.call(spec, Case("values", {"x": 1, "n": 2}), short=True) == "relu(x=1,\n     n=2)"
    assert typed.compared(case) == "dw" and typed.compared(Case("values", {"look_at": "b"})) == "b"
    assert typed.compared(Case("values", {})) == "" and list(typed.own_arguments(case)) == ["x", "n"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.array([0.1, 1e-9]), "np.array([0.1        , 0.000000001])"),
        (np.array([1.5], np.float32), "np.array([1.5], dtype=np.float32)"),
        (np.array([True]), "np.array([ True], dtype=np.bool_)"),
        (np.zeros(0), "np.array([], dtype=np.float64)"),
        (np.array([np.nan, -np.inf]), "np.array([ np.nan, -np.inf])"),
        (np.float64(0.5), "0.5"),
        ([1, 2], "[1, 2]"),
        ((np.ones(1),), "(np.array([1.]),)"),
        ([[1], [2]], "[[1],\n [2]]"),
        (((1, 2), 3), "((1, 2),\n 3)"),
        ("lambda x: x", "lambda x: x"),
        ("text", "'text'"),
        ({"a": 1, "b": (np.ones(1),)}, "{'a': 1,\n 'b': (np.array([1.]),)}"),
    ],
)
def test_values_as_python(value: Any, text: str) -> None:
    assert typed._python(value) == text


def test_no_array_is_cut() -> None:
    assert "..." not in typed._python(np.arange(1200))
