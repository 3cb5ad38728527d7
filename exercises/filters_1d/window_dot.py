"""window_dot: the dot product of a filter (k,) with one window of a signal (n,)."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise
from exercises.forbidden import CONVOLUTIONS
from exercises.number_types import as_floats
from exercises.telling import telling

from . import _arrays as arrays
from ._lecture import FINDER, LONELY


@exercise(
    points=1,
    aspects={
        "values": "the window is x[i], x[i + 1], ... with as many samples as the filter has weights. Multiply each "
        "sample by its weight and add up the products.",
        "filter size": "take the size from the filter, len(w). It may be 1, 2, 3, 4 or 5.",
        "first and last window": "the first window starts at 0, the last one at len(x) - len(w).",
        "integer input": "x may hold bytes (uint8), 0 to 255: don't turn the result back into one.",
        "fractional weights": "weights may be fractions, and then the result is too: use no int() and no rounding.",
    },
    hints=[
        "Which samples does the window hold when it starts at i and the filter has len(w) weights? A slice gives them.",
        "window = x[i : i + len(w)]. Now multiply it by w, entry by entry, and add up the products: np.sum(window * "
        "w), or window @ w.",
        "For small integers, convert the window to floats before you multiply: x[i : i + len(w)].astype(float).",
    ],
    forbidden=CONVOLUTIONS,
    worked=[
        ("values", {"x": LONELY, "w": FINDER, "i": 5}),
        ("values", {"x": LONELY, "w": FINDER, "i": 4}),
    ],
)
def window_dot(x, w, i):
    return float(np.asarray(x[i : i + len(w)], dtype=float) @ np.asarray(w, dtype=float))


def _window(rng, n, k, i):
    """Arguments for which windows that start elsewhere give different values."""
    starts = sorted({i, i - 1, i + 1, i - k // 2})
    while True:
        x, w = arrays.signal(rng, n), arrays.kernel(rng, k)
        if len({int(np.roll(x, -start)[:k] @ w) for start in starts}) == len(starts):
            return {"x": x, "w": w, "i": int(i)}


@window_dot.cases
def _(rng):
    yield "values", _window(rng, rng.integers(5, 7), 3, rng.integers(1, 3))
    yield "values", as_floats(_window(rng, 8, 3, 4))
    yield "filter size", _window(rng, 6, 2, rng.integers(1, 4))
    yield "filter size", _window(rng, 8, 4, rng.integers(1, 4))
    yield "filter size", _window(rng, 9, 5, rng.integers(1, 4))
    yield "first and last window", _window(rng, rng.integers(5, 8), 3, 0)
    n = rng.integers(6, 9)
    yield "first and last window", _window(rng, n, 4, n - 4)
    yield (
        "integer input",
        {"x": arrays.byte_values(rng, 5), "w": arrays.large_weights(rng, 3), "i": int(rng.integers(1, 3))},
    )
    yield (
        "integer input",
        {"x": arrays.byte_values(rng, 6), "w": arrays.negative_sum(rng, 4), "i": int(rng.integers(0, 3))},
    )

    def fractional(n, k):
        drawn = _window(rng, n, k, rng.integers(1, 3))
        return {**drawn, "w": drawn["w"] + 0.25 * rng.choice([-1, 1])}

    yield "fractional weights", telling(window_dot, lambda: fractional(5, 3), "integer_result")
    yield "fractional weights", telling(window_dot, lambda: fractional(7, 4), "integer_result")


@window_dot.mistake(
    "integer_result",
    "Your output is an integer: the part after the decimal point is cut off. Weights may be fractions.",
)
def _(x, w, i):
    return int(np.dot(x[i : i + len(w)].astype(float), w))


@window_dot.mistake(
    "flipped_filter",
    "Your output is what you get when the filter is flipped, w[::-1]. Here the first weight multiplies the window's "
    "first sample.",
)
def _(x, w, i):
    window = x[i : i + len(w)].astype(float)
    return np.dot(window, w[::-1])


@window_dot.mistake(
    "counted_from_one",
    "Your output is what you get when positions count from 1: your window starts at i - 1. Python counts from 0.",
)
def _(x, w, i):
    total = 0.0
    for j in range(len(w)):
        total += float(x[i - 1 + j]) * float(w[j])
    return total


@window_dot.mistake(
    "centred_window",
    "Your output is what you get when the window is centred at i. Here the window starts at i.",
)
def _(x, w, i):
    half = len(w) // 2
    total = 0.0
    for j in range(len(w)):
        total += float(x[i - half + j]) * float(w[j])
    return total


@window_dot.mistake(
    "always_three",
    "Your output is what you get when the window always has three samples. It should have len(w).",
)
def _(x, w, i):
    x = x.astype(float)
    return x[i] * w[0] + x[i + 1] * w[1] + x[i + 2] * w[2]


@window_dot.mistake(
    "weights_unused",
    "Your output is what you get when the samples are added up without the weights. Multiply by w first.",
)
def _(x, w, i):
    return np.sum(x[i : i + len(w)].astype(float))


@window_dot.mistake(
    "mean_for_sum",
    "Your output is what you get when the products are averaged. A dot product is their sum.",
)
def _(x, w, i):
    return np.mean(x[i : i + len(w)].astype(float) * w)


@window_dot.mistake(
    "signal_overwritten",
    "A slice is a view, so `window *= w` changes x itself and keeps its dtype. Make a new array with window * w.",
)
def _(x, w, i):
    window = x[i : i + len(w)]
    window *= w
    return window.sum()


@window_dot.variant
def slice_and_sum(x, w, i):
    return np.sum(x[i : i + len(w)].astype(float) * w)


@window_dot.variant
def loop(x, w, i):
    total = 0
    for j in range(len(w)):
        total += float(x[i + j]) * float(w[j])
    return total


@window_dot.variant
def python_integers(x, w, i):
    return sum(a * b for a, b in zip(x[i : i + len(w)].tolist(), w.tolist()))


@window_dot.variant
def einsum(x, w, i):
    window = x[i : i + w.size]
    return np.einsum("i,i->", window, w, dtype=np.float64)


@window_dot.variant
def copied_then_multiplied(x, w, i):
    window = np.array(x[i : i + len(w)], dtype=np.float64)
    window *= w
    return window.sum()


@window_dot.variant
def recursion(x, w, i):
    return float(x[i]) * float(w[0]) + recursion(x, w[1:], i + 1) if len(w) else 0


@window_dot.variant
def types_as_they_come(x, w, i):
    return np.sum(x[i : i + len(w)] * w)
