"""conv1d_valid: the dot products with all windows, (n,) to (n - k + 1,)."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise
from exercises.forbidden import CONVOLUTIONS
from exercises.number_types import as_floats

from . import _arrays as arrays
from ._lecture import FINDER, LONELY


@exercise(
    points=2,
    aspects={
        "values": "output i is the dot product of w with the window that starts at i.",
        "filter size": "there are len(x) - len(w) + 1 windows, for every size of filter, even or odd.",
        "integer input": "x may hold bytes (uint8), 0 to 255: store the results as floats, since they may be larger.",
        "fractional weights": "the array for the results must hold fractions: np.zeros(...) does, np.zeros_like(x) for "
        "integers doesn't.",
    },
    hints=[
        "How many windows of 3 fit into 10 samples? The last one must still fit completely.",
        "Make an array for n - k + 1 results with np.zeros, then fill it in a loop: out[i] = the dot product of window "
        "i.",
        "for i in range(len(x) - len(w) + 1): out[i] = window_dot(x, w, i)",
    ],
    forbidden=CONVOLUTIONS,
    worked=[("values", {"x": LONELY, "w": FINDER})],
)
def conv1d_valid(x, w):
    windows = np.lib.stride_tricks.sliding_window_view(np.asarray(x, dtype=float), len(w))
    return windows @ np.asarray(w, dtype=float)


@conv1d_valid.cases
def _(rng):
    yield "values", {"x": arrays.signal(rng, rng.integers(5, 7)), "w": arrays.kernel(rng, 3)}
    yield "values", as_floats({"x": arrays.signal(rng, rng.integers(7, 10)), "w": arrays.kernel(rng, 3)})
    yield "filter size", {"x": arrays.signal(rng, rng.integers(5, 7)), "w": arrays.kernel(rng, 2)}
    yield "filter size", {"x": arrays.signal(rng, rng.integers(7, 9)), "w": arrays.kernel(rng, 4)}
    yield "filter size", {"x": arrays.signal(rng, rng.integers(8, 10)), "w": arrays.kernel(rng, 5)}
    yield "filter size", {"x": arrays.signal(rng, 4), "w": arrays.kernel(rng, 1) * 3}
    yield "filter size", {"x": arrays.signal(rng, 6), "w": arrays.kernel(rng, 6)}
    yield "integer input", {"x": arrays.byte_values(rng, rng.integers(5, 7)), "w": arrays.large_weights(rng, 3)}
    yield "integer input", {"x": arrays.byte_values(rng, rng.integers(5, 7)), "w": arrays.negative_sum(rng, 3)}
    yield "fractional weights", {"x": arrays.odd_signal(rng, rng.integers(5, 7)), "w": arrays.halves(rng, 3)}
    yield (
        "fractional weights",
        {"x": arrays.odd_signal(rng, 7).astype(np.float32), "w": arrays.halves(rng, 5).astype(np.float32)},
    )


@conv1d_valid.mistake(
    "flipped_filter",
    "Your output is what you get when the filter is flipped before it slides, w[::-1]. In machine learning, a "
    "convolution does not flip it.",
)
def _(x, w):
    x, w = x.astype(float), w.astype(float)
    n, k = len(x), len(w)
    out = np.zeros(n - k + 1)
    for i in range(n - k + 1):
        for j in range(k):
            out[i] += x[i + j] * w[k - 1 - j]
    return out


@conv1d_valid.mistake(
    "last_window_missing",
    "Your output is what you get when the last window is left out. n samples and k weights give n - k + 1 windows.",
)
def _(x, w):
    x, w = x.astype(float), w.astype(float)
    return np.array([x[i : i + len(w)] @ w for i in range(len(x) - len(w))])


@conv1d_valid.mistake(
    "as_long_as_the_signal",
    "Your output is what you get when the result has as many entries as the signal. The last ones have no complete "
    "window: leave them out.",
)
def _(x, w):
    out = np.zeros(len(x))
    for i in range(len(x) - len(w) + 1):
        out[i] = np.dot(x[i : i + len(w)].astype(float), w)
    return out


@conv1d_valid.mistake(
    "windows_past_the_end",
    "Your loop has a window for every sample, and the last ones reach past the end. There are only n - k + 1 "
    "complete windows.",
)
def _(x, w):
    return np.array([np.dot(x[i : i + len(w)].astype(float), w) for i in range(len(x))])


@conv1d_valid.mistake(
    "padded",
    "Your output is what you get when the signal is padded with zeros first. This function has no padding: use "
    "complete windows only.",
)
def _(x, w):
    k = len(w)
    x = np.pad(x.astype(float), (k - 1) // 2)
    return np.array([np.sum(x[i : i + k] * w) for i in range(len(x) - k + 1)])


@conv1d_valid.mistake(
    "always_three",
    "Your output is what you get when the filter is assumed to have three weights. Its size is len(w).",
)
def _(x, w):
    x = x.astype(float)
    out = np.zeros(len(x) - 2)
    for i in range(len(x) - 2):
        out[i] = x[i] * w[0] + x[i + 1] * w[1] + x[i + 2] * w[2]
    return out


@conv1d_valid.mistake(
    "last_product_only",
    "Your output is what you get when each product replaces the one before it. Use += instead of =.",
)
def _(x, w):
    x, w = x.astype(float), w.astype(float)
    out = np.zeros(len(x) - len(w) + 1)
    for i in range(len(out)):
        for j in range(len(w)):
            out[i] = x[i + j] * w[j]
    return out


@conv1d_valid.mistake(
    "integer_results",
    "Your output is what you get when the results are stored as integers: fractions are cut off. Use np.zeros(n) "
    "without an integer dtype.",
)
def _(x, w):
    out = np.zeros(len(x) - len(w) + 1, dtype=int)
    for i in range(len(out)):
        out[i] = x[i : i + len(w)].astype(float) @ w
    return out


@conv1d_valid.mistake(
    "dtype_of_the_signal",
    "Your output is what you get when the results are stored in the signal's dtype: uint8 wraps around, and integers "
    "lose fractions. Store floats.",
)
def _(x, w):
    out = np.zeros(len(x) - len(w) + 1, dtype=x.dtype)
    for i in range(len(out)):
        out[i] = np.sum(x[i : i + len(w)] * w)
    return out


@conv1d_valid.mistake(
    "signal_overwritten",
    "Your output comes from multiplying windows in place. A slice is a view, so `window *= w` changes the signal that "
    "later windows read.",
)
def _(x, w):
    out = []
    for i in range(len(x) - len(w) + 1):
        window = x[i : i + len(w)]
        window *= w
        out.append(window.sum())
    return np.array(out)


@conv1d_valid.variant
def two_loops(x, w):
    n, k = len(x), len(w)
    out = np.zeros(n - k + 1)
    for i in range(n - k + 1):
        for j in range(k):
            out[i] += float(x[i + j]) * float(w[j])
    return out


@conv1d_valid.variant
def list_of_dots(x, w):
    x, w = x.astype(float), w.astype(float)
    k = len(w)
    return [np.dot(x[i : i + k], w) for i in range(len(x) - k + 1)]


@conv1d_valid.variant
def loop_over_weights(x, w):
    n = len(x) - len(w) + 1
    out = np.zeros(n)
    for j, weight in enumerate(w):
        out += float(weight) * x[j : j + n]
    return out


@conv1d_valid.variant
def sliding_window_view(x, w):
    windows = np.lib.stride_tricks.sliding_window_view(x.astype(np.float64), w.shape[0])
    return np.einsum("nk,k->n", windows, w)


@conv1d_valid.variant
def as_strided(x, w):
    x = np.ascontiguousarray(x, dtype=float)
    n, k = x.size, w.size
    step = x.strides[0]
    windows = np.lib.stride_tricks.as_strided(x, (n - k + 1, k), (step, step), writeable=False)
    return windows.dot(w.astype(float))


@conv1d_valid.variant
def helper_inside(x, w):
    def dot(i):
        return float(np.sum(np.multiply(x[i : i + len(w)], w, dtype=float)))

    return np.array(list(map(dot, range(len(x) - len(w) + 1))))


@conv1d_valid.variant
def types_as_they_come(x, w):
    out = np.zeros(len(x) - len(w) + 1)
    for i in range(len(out)):
        out[i] = np.sum(x[i : i + len(w)] * w)
    return out
