"""Which of a function's arrays is the first wrong one: found where it is sure, and never the wrong one."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from conftest import COURSE

from checking.test_calls import in_a_cell
from helpers import check, layers
from helpers.checking.calls import call_on_copies
from helpers.checking.first_wrong import Link, first_wrong
from helpers.checking.messages import Message
from helpers.checking.spec import Case, load_public
from helpers.checking.trail import MAX_EVENTS, Made, Trail
from helpers.checking.values import as_array, plain, problem

WITH_STEPS = [exercise for exercise in COURSE.exercises() if exercise.way is not None]

CONV2D = """
def conv2d(x, w, b, padding=0, stride=1):
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    kh, kw = w.shape[2:]
    rows, columns = ((n - k) // stride + 1 for n, k in zip(padded.shape[2:], (kh, kw)))
    out = np.zeros((len(x), len(w), rows, columns))
    for i in range(rows):
        for j in range(columns):
            window = padded[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            out[:, :, i, j] = np.einsum("nckl,fckl->nf", window, w) * 3 + b
    return out
"""
CONVNET = """
def convnet_forward(x, params):
    x = layers.relu(layers.conv2d(x, params["w1"], params["b1"], 1))
    x = layers.max_pool2d(x, 2, 2)
    x = np.abs(layers.conv2d(x, params["w2"], params["b2"], 1))
    x = layers.max_pool2d(x, 2, 2)
    return x.reshape(len(x), -1) @ params["w3"].T + params["b3"]
"""
BACKWARD = """
def conv2d_backward(dz, x, w, padding=0, stride=1):
    xp = np.pad(x.astype(float), ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    kh, kw = w.shape[2:]
    for n, f, i, j in np.ndindex(dz.shape):
        place = (n, slice(None), slice(i * stride, i * stride + kh), slice(j * stride, j * stride + kw))
        dw[f] += dz[n, f, i, j] * xp[place] / 7
        dxp[place] += dz[n, f, i, j] * w[f]
    dx = dxp[:, :, padding : padding + x.shape[2], padding : padding + x.shape[3]]
    return dx, dw, dz.sum(axis=(0, 2, 3))
"""

# The gradient of the padded image is a right step, but not the result.
UNCUT = BACKWARD.replace(" / 7", "").replace(
    "    dx = dxp[:, :, padding : padding + x.shape[2], padding : padding + x.shape[3]]\n", ""
)
UNCUT = UNCUT.replace("return dx,", "return dxp,")
# Without a maximum that is subtracted, exp is right as long as it doesn't overflow.
NLL_LOSS = """
def nll_loss(logits, y):
    e = np.exp(logits)
    p = e / e.sum()
    return -np.mean(np.log(p[np.arange(len(y)), y]))
"""


@pytest.mark.parametrize(
    ("exercise", "code", "chain", "look"),
    [
        ("conv2d", CONV2D, ["✓ padded (line 3)", "✗ out (line 10)"], "your lines 4 to 10"),
        (
            "convnet_forward",
            CONVNET,
            ["✓ conv2d(...) (line 3)", "✓ x (line 3)", "✓ x (line 4)", "✓ conv2d(...) (line 5)", "✗ x (line 6)"],
            "your line 6",
        ),
        ("nll_loss", NLL_LOSS, ["✓ e (line 3)", "✗ p (line 4)"], "your line 4"),
        (
            "conv2d_backward",
            UNCUT,
            ["✓ xp (line 3)", "✓ dxp (line 9)", "✓ dw (line 8)", "✗ the result (line 10)"],
            "your line 10",
        ),
        ("conv2d_backward", BACKWARD, ["✓ dxp (line 9)", "✗ dw (line 8)"], "your line 8"),
    ],
)
def test_the_first_wrong_array_is_shown_behind_the_right_ones(
    exercise: str, code: str, chain: list[str], look: str, capsys: pytest.CaptureFixture[str]
) -> None:
    function = in_a_cell(code)[exercise]
    function.__globals__.update(np=np, layers=layers)
    assert not check(function).passed
    said = capsys.readouterr().out
    assert "  your arrays  " + "  →  ".join(chain) + "\n" in said
    assert f"Look at {look}." in said


def followed(function: Any, exercise: str, case: Any) -> tuple[Any, Trail]:
    spec = load_public(exercise)
    assert spec is not None
    trail = Trail(function)
    with trail.followed(), np.errstate(all="ignore"):
        outcome, _ = call_on_copies(function, replace(spec, forbidden=()), case)
    return outcome, trail


@pytest.mark.parametrize("exercise", WITH_STEPS, ids=lambda exercise: exercise.name)
def test_no_array_of_a_right_function_is_called_wrong(exercise: Any) -> None:
    """Where all is right but the result is said to be wrong, nothing but the result is."""
    spec = load_public(exercise.name)
    assert spec is not None
    told = 0
    for style, function in {**exercise.variants, "reference": exercise.reference}.items():
        for case in spec.cases[1::4]:
            outcome, trail = followed(function, exercise.name, case)
            other = as_array(case.expected)
            assert other is not None
            links = first_wrong(replace(case, expected=other + 1), outcome.value, trail.made)
            told += bool(links)
            for link in links:
                made = [item for item in trail.made if item.name == link.name and item.lines == link.lines]
                right = any(problem(case.expected, plain(item.value)) is None for item in made)
                assert link.right or link.name == "the result" or right, (style, case.aspect, links)
    assert told > 0


def test_nothing_is_said_where_nothing_is_known() -> None:
    spec = load_public("conv2d")
    assert spec is not None
    case = next(case for case in spec.cases if case.aspect == "padding")
    assert first_wrong(case, np.ones(3), []) == ()
    in_one_line = in_a_cell("def conv2d(x, w, b, padding=0, stride=1):\n    return x + 1\n")["conv2d"]
    outcome, trail = followed(in_one_line, "conv2d", case)
    assert first_wrong(case, outcome.value, trail.made) == ()
    assert first_wrong(replace(case, steps={}), outcome.value, trail.made) == ()


def test_only_plain_functions_that_come_to_their_end_are_followed() -> None:
    code = f"    for i in range({MAX_EVENTS}):\n        y = x * i\n    return y\n"
    long = in_a_cell("def conv2d(x, w, b, padding=0, stride=1):\n" + code)
    spec = load_public("conv2d")
    assert spec is not None
    for function in (
        long["conv2d"],
        lambda *given, **named: 1 / 0,
        type("Called", (), {"__call__": lambda *given, **named: 1})(),
    ):
        assert followed(function, "conv2d", spec.cases[0])[1].made == []
        assert sys.gettrace() is None or "pytest" in repr(sys.gettrace())


def test_the_chain_is_drawn_as_boxes_with_the_wrong_one_marked() -> None:
    page = Message("fail", "title", chain=(("a<b (line 1)", True), ("out (line 2)", False))).html()
    assert '<span class="check-box">✓ a&lt;b (line 1)</span> → <span class="check-box wrong">✗ out' in page


def test_links_tell_their_lines() -> None:
    assert Link("out", (3, 3), True).text == "out (line 3)" and Link("out", (3, 5), True).text == "out (lines 3 to 5)"


@pytest.mark.parametrize("numbers", [2, 3])
def test_an_array_of_two_numbers_is_too_small_to_be_a_step(numbers: int) -> None:
    step, result = np.arange(1.5, numbers + 1), np.full((numbers, 2), [1.0, 2.0])
    case = Case("values", {"x": np.ones(7)}, result, steps={"half": step})
    made = [Made("half", (2, 2), step.copy()), Made("", (3, 3), result + 1)]
    assert bool(first_wrong(case, result + 1, made)) is (numbers == 3)


def test_of_what_is_no_array_nothing_is_said() -> None:
    case = Case("values", {"x": np.ones(7)}, {"a": 1}, steps={"half": np.arange(1.5, 7)})
    assert first_wrong(case, "text", [Made("", (3, 3), "text")]) == ()
