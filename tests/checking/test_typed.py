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
from helpers.checking.spec import load_public

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
