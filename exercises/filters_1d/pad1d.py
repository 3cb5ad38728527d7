"""pad1d: zeros on both sides of a signal."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise
from exercises.number_types import as_floats

from . import _arrays as arrays
from ._lecture import LONELY


@exercise(
    points=1,
    aspects={
        "values": "`padding` zeros, then x, then `padding` zeros.",
        "amount": "the rule is the same for every padding: with 0 the signal stays as it is, with 2 or 3 each side "
        "gets that many zeros.",
        "fractions": "the padded array must hold the same numbers as x: use np.zeros(...) without an integer dtype.",
    },
    hints=[
        "How long is the result? It has the signal, and `padding` zeros on each side.",
        "Start from zeros of length len(x) + 2 * padding. Where must x[0] go? The rest follows it.",
        "out[padding : padding + len(x)] = x works for padding 0 too. (out[padding:-padding] doesn't: with 0 it is "
        "empty.)",
    ],
    worked=[("values", {"x": LONELY, "padding": 1})],
)
def pad1d(x, padding):
    return np.pad(x, padding)


@pad1d.cases
def _(rng):
    yield "values", {"x": arrays.signal(rng, rng.integers(3, 5)), "padding": 1}
    yield "values", as_floats({"x": arrays.signal(rng, rng.integers(5, 7)), "padding": 2})
    yield "amount", {"x": arrays.signal(rng, rng.integers(3, 6)), "padding": 0}
    yield "amount", {"x": arrays.signal(rng, rng.integers(4, 6)), "padding": 3}
    yield "amount", {"x": arrays.signal(rng, rng.integers(2, 4)), "padding": int(rng.integers(4, 6))}
    yield "fractions", {"x": arrays.odd_signal(rng, rng.integers(3, 6)) / 4, "padding": 1}
    yield "fractions", {"x": (arrays.odd_signal(rng, rng.integers(3, 6)) / 2).astype(np.float32), "padding": 2}


@pad1d.mistake(
    "left_only", "Your output is what you get when zeros are added only before the signal. They go on both sides."
)
def _(x, padding):
    return np.concatenate([np.zeros(padding), x])


@pad1d.mistake(
    "right_only", "Your output is what you get when zeros are added only after the signal. They go on both sides."
)
def _(x, padding):
    return np.concatenate([x, np.zeros(padding)])


@pad1d.mistake(
    "total_for_both_sides",
    "Your output is what you get when `padding` zeros are shared between the two sides. Each side gets `padding` of "
    "them.",
)
def _(x, padding):
    left = padding // 2
    out = np.zeros(len(x) + padding)
    out[left : left + len(x)] = x
    return out


@pad1d.mistake(
    "edge_repeated",
    "Your output is what you get when the first and last samples are repeated. Zero padding puts zeros there.",
)
def _(x, padding):
    return np.pad(x, padding, mode="edge")


@pad1d.mistake("always_one", "Your output is what you get when each side gets one zero, whatever `padding` says.")
def _(x, padding):
    return np.concatenate([[0], x, [0]])


@pad1d.mistake(
    "empty_slice",
    "Your function fails with padding 0: out[padding:-padding] is out[0:-0], which is empty. Write out[padding : "
    "padding + len(x)].",
)
def _(x, padding):
    out = np.zeros(len(x) + 2 * padding)
    out[padding:-padding] = x
    return out


@pad1d.mistake(
    "whole_numbers",
    "Your output is what you get when the padded array holds integers: the signal's fractions are cut off.",
)
def _(x, padding):
    out = np.zeros(len(x) + 2 * padding, dtype=int)
    out[padding : padding + len(x)] = x
    return out


@pad1d.mistake(
    "added_to_a_list",
    "`+` joins lists, but with an array it adds the numbers. Use list(x), or np.concatenate.",
)
def _(x, padding):
    return [0] * padding + x + [0] * padding


@pad1d.variant
def buffer(x, padding):
    out = np.zeros(len(x) + 2 * padding, dtype=x.dtype)
    out[padding : padding + len(x)] = x
    return out


@pad1d.variant
def concatenate(x, padding):
    zeros = np.zeros(padding)
    return np.concatenate([zeros, x, zeros])


@pad1d.variant
def np_pad(x, padding):
    return np.pad(x, (padding, padding), mode="constant", constant_values=0)


@pad1d.variant
def list_style(x, padding):
    return [0] * padding + x.tolist() + [0] * padding


@pad1d.variant
def one_at_a_time(x, padding):
    out = np.array(x, dtype=float)
    for _ in range(padding):
        out = np.insert(out, 0, 0)
        out = np.append(out, 0)
    return out
