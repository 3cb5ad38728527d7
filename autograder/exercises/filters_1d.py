"""Notebook 02: a filter slides over a 1D signal."""

# References and mistakes are written the way students write them: plain functions of NumPy arrays.

from __future__ import annotations

import numpy as np

from .exercise import Notebook

book = Notebook("02_filters_1d")

CONVOLUTIONS = ("numpy.convolve", "numpy.correlate", "scipy", "torch", "helpers.layers")

# The lecture's signal, and its filter, which finds an isolated 1.
LONELY = np.array([0, 0, 1, 1, 1, 0, 1, 0, 0, 0])
FINDER = np.array([-1, 1, -1])


# Cases. Every number is a small multiple of a power of two, so the order of additions never changes a result.


def _signal(rng, n):
    """n different integers of both signs, none 0."""
    return rng.permutation(np.arange(1, n + 1)) * rng.choice([-1, 1], n)


def _filter(rng, k):
    """k integer weights of both signs, of different absolute values, so that a flipped filter differs."""
    return rng.permutation(np.arange(1, k + 2))[:k] * rng.choice([-1, 1], k)


def _odd_signal(rng, n):
    """n odd numbers: with an odd number of weights from `_halves`, no result is an integer."""
    return rng.choice([-5, -3, -1, 1, 3, 5], n)


def _halves(rng, k):
    return rng.permutation(np.arange(1, 2 * k + 2, 2))[:k] * rng.choice([-0.5, 0.5], k)


def _bytes(rng, n):
    """Grey values: each times 3 doesn't fit into a byte."""
    return rng.integers(100, 256, n).astype(np.uint8)


def _byte_weights(rng, k):
    return np.abs(_filter(rng, k)).astype(np.uint8)


def _negative_sum(rng, k):
    """Weights of which the largest in absolute value is negative: grey values give negative results too."""
    w = np.abs(_filter(rng, k))
    w[w == w.max()] *= -k
    return w


# window_dot


@book.exercise(
    points=1,
    aspects={
        "values": "the window is x[i], x[i + 1], ... with as many samples as the filter has weights. Multiply each "
        "sample by its weight and add up the products.",
        "filter size": "take the size from the filter, len(w). It may be 1, 2, 3, 4 or 5.",
        "first and last window": "the first window starts at 0, the last one at len(x) - len(w).",
        "integer input": "a product of two uint8 numbers keeps only 8 bits: above 255 it wraps around. Convert x to "
        "floats first: x.astype(float).",
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
        x, w = _signal(rng, n), _filter(rng, k)
        if len({int(np.roll(x, -start)[:k] @ w) for start in starts}) == len(starts):
            return {"x": x, "w": w, "i": int(i)}


@window_dot.cases
def _(rng):
    yield "values", _window(rng, rng.integers(5, 7), 3, rng.integers(1, 3))
    yield "values", _window(rng, 8, 3, 4)
    yield "filter size", _window(rng, 6, 2, rng.integers(1, 4))
    yield "filter size", _window(rng, 8, 4, rng.integers(1, 4))
    yield "filter size", _window(rng, 9, 5, rng.integers(1, 4))
    yield "first and last window", _window(rng, rng.integers(5, 8), 3, 0)
    n = rng.integers(6, 9)
    yield "first and last window", _window(rng, n, 4, n - 4)
    yield "integer input", {"x": _bytes(rng, 5), "w": _byte_weights(rng, 3), "i": int(rng.integers(1, 3))}
    yield "integer input", {"x": _bytes(rng, 6), "w": _negative_sum(rng, 4), "i": int(rng.integers(0, 3))}
    for n, k in ((5, 3), (7, 4)):
        drawn = _window(rng, n, k, rng.integers(1, 3))
        yield "fractional weights", {**drawn, "w": drawn["w"] + 0.25 * rng.choice([-1, 1])}


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
    "kept_in_bytes",
    "Your output is what you get when uint8 numbers are multiplied as uint8: results above 255 wrap around. Convert "
    "them to floats first.",
)
def _(x, w, i):
    return np.sum(x[i : i + len(w)] * w)


@window_dot.mistake(
    "signal_overwritten",
    "Your result comes from multiplying the window in place. A slice is a view, so `window *= w` changes x itself and "
    "keeps its dtype. Make a new array with window * w.",
)
def _(x, w, i):
    window = x[i : i + len(w)]
    window *= w
    return window.sum()


# conv1d_valid


@book.exercise(
    points=2,
    aspects={
        "values": "output i is the dot product of w with the window that starts at i.",
        "filter size": "there are len(x) - len(w) + 1 windows, for every size of filter, even or odd.",
        "integer input": "uint8 keeps only 8 bits: convert x and w to floats before you multiply.",
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
    yield "values", {"x": _signal(rng, rng.integers(5, 7)), "w": _filter(rng, 3)}
    yield "values", {"x": _signal(rng, rng.integers(7, 10)), "w": _filter(rng, 3)}
    yield "filter size", {"x": _signal(rng, rng.integers(5, 7)), "w": _filter(rng, 2)}
    yield "filter size", {"x": _signal(rng, rng.integers(7, 9)), "w": _filter(rng, 4)}
    yield "filter size", {"x": _signal(rng, rng.integers(8, 10)), "w": _filter(rng, 5)}
    yield "filter size", {"x": _signal(rng, 4), "w": _filter(rng, 1) * 3}
    yield "filter size", {"x": _signal(rng, 6), "w": _filter(rng, 6)}
    yield "integer input", {"x": _bytes(rng, rng.integers(5, 7)), "w": _byte_weights(rng, 3)}
    yield "integer input", {"x": _bytes(rng, rng.integers(5, 7)), "w": _negative_sum(rng, 3)}
    yield "fractional weights", {"x": _odd_signal(rng, rng.integers(5, 7)), "w": _halves(rng, 3)}
    yield (
        "fractional weights",
        {"x": _odd_signal(rng, 7).astype(np.float32), "w": _halves(rng, 5).astype(np.float32)},
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
    "Your loop has a window for every sample. The last ones reach past the end, so they are shorter than the filter. "
    "There are only n - k + 1 complete windows.",
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
    "kept_in_bytes",
    "Your output is what you get when uint8 numbers are multiplied as uint8: results above 255 wrap around. Convert "
    "them to floats first.",
)
def _(x, w):
    out = np.zeros(len(x) - len(w) + 1)
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


# relu


@book.exercise(
    points=1,
    aspects={
        "values": "negative entries become 0, and all others stay as they are.",
        "any shape": "compare entry by entry: the result has the shape of z, whatever it is.",
        "fractions": "0.5 stays 0.5: don't round, and don't cut off at 1.",
    },
    hints=[
        "For each entry the answer is the larger of two numbers. Which two?",
        "np.maximum(a, b) takes the larger of two entry by entry. (np.max finds the maximum of one array.)",
    ],
    worked=[
        ("values", {"z": np.array([-1, 0, -1, 0, -2, 1, -1, 0])}),
        ("values", {"z": np.array([0, -1, 0, -1, 0, -2, 1, -1, 0, 0])}),
        ("values", {"z": np.array([1, 0, 1, 0, 1, -1, 2, 0, 1, 1])}),
    ],
)
def relu(z):
    return np.maximum(z, 0)


@relu.cases
def _(rng):
    def mixed(*shape):
        z = rng.integers(2, 9, shape) * rng.choice([-1, 1], shape)
        z.flat[:3] = rng.permutation([-3, 0, 4])
        return z

    yield "values", {"z": mixed(rng.integers(4, 7))}
    yield "values", {"z": mixed(rng.integers(7, 10)) * 100.0}
    yield "any shape", {"z": mixed(2, rng.integers(4, 6))}
    yield "any shape", {"z": mixed(rng.integers(7, 9), 1)}
    yield "any shape", {"z": mixed(2, 3, rng.integers(2, 4)).astype(float)}
    yield "fractions", {"z": (mixed(rng.integers(4, 7)) + 0.5) / 4}
    yield "fractions", {"z": ((mixed(rng.integers(7, 9)) + 0.5) / 8).astype(np.float32)}


@relu.mistake(
    "absolute_value",
    "Your output is what you get when negative numbers become positive. ReLU makes them 0.",
)
def _(z):
    return np.abs(z)


@relu.mistake(
    "negatives_kept",
    "Your output is what you get when negative numbers are kept and positive ones become 0. It is the other way round.",
)
def _(z):
    return np.minimum(0, z)


@relu.mistake(
    "step",
    "Your output is what you get when every positive number becomes 1. ReLU keeps its value.",
)
def _(z):
    return (z > 0).astype(float)


@relu.mistake(
    "cut_off_at_one",
    "Your output is what you get when everything above 1 is cut off too. ReLU has no upper bound.",
)
def _(z):
    return np.clip(z, 0, 1)


@relu.mistake(
    "max_of_all",
    "Your output is what you get from np.max, which finds the maximum along an axis. np.maximum compares entry by "
    "entry.",
)
def _(z):
    return np.max(z, 0)


@relu.mistake(
    "flattened",
    "Your output is what you get when the entries form one long row. The result has the shape of z.",
)
def _(z):
    return np.array([value if value > 0 else 0 for value in z.flatten()])


@relu.mistake(
    "negatives_dropped",
    "Your output is what you get when negative entries are left out. They become 0 and keep their place.",
)
def _(z):
    return z[z >= 0]


@relu.mistake(
    "whole_numbers",
    "Your output is what you get when the results are integers: fractions are cut off.",
)
def _(z):
    return np.maximum(z, 0).astype(int)


@relu.mistake(
    "changed_in_place",
    "The values are right, but z itself was changed: z[z < 0] = 0 writes into the caller's array. Work on z.copy().",
)
def _(z):
    z[z < 0] = 0
    return z


# pad1d


@book.exercise(
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
    yield "values", {"x": _signal(rng, rng.integers(3, 5)), "padding": 1}
    yield "values", {"x": _signal(rng, rng.integers(5, 7)), "padding": 2}
    yield "amount", {"x": _signal(rng, rng.integers(3, 6)), "padding": 0}
    yield "amount", {"x": _signal(rng, rng.integers(4, 6)), "padding": 3}
    yield "amount", {"x": _signal(rng, rng.integers(2, 4)), "padding": int(rng.integers(4, 6))}
    yield "fractions", {"x": _odd_signal(rng, rng.integers(3, 6)) / 4, "padding": 1}
    yield "fractions", {"x": (_odd_signal(rng, rng.integers(3, 6)) / 2).astype(np.float32), "padding": 2}


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


# same_padding


@book.exercise(
    points=1,
    aspects={"values": "n + 2 * padding - k + 1 must equal n. Solve for padding, and divide with //."},
    hints=[
        "Without padding, k weights cost k - 1 outputs. How many zeros per side make up for that?",
        "n + 2 * padding - k + 1 = n gives padding = (k - 1) / 2. A number of zeros is an integer: use //.",
    ],
    integers=True,
    worked=[("values", {"k": 3}), ("values", {"k": 5})],
)
def same_padding(k):
    return (k - 1) // 2


@same_padding.cases
def _(rng):
    yield "values", {"k": 1}
    for half in sorted(rng.choice(np.arange(3, 40), 4, replace=False)):
        yield "values", {"k": 2 * int(half) + 1}


@same_padding.mistake(
    "both_sides_together",
    "Your number counts the zeros of both sides together. `padding` counts those on one side.",
)
def _(k):
    return k - 1


@same_padding.mistake(
    "fraction",
    "The value is right, but it is a float. A number of zeros is an integer: divide with // instead of /.",
)
def _(k):
    return (k - 1) / 2


@same_padding.mistake(
    "one_too_many",
    "Your number is one too large: the output would be two entries longer than the input.",
)
def _(k):
    return (k + 1) // 2


@same_padding.mistake(
    "always_one",
    "1 is right for 3 weights. A larger filter needs more, because it reaches further past the edge.",
)
def _(k):
    return 1


# output_size


@book.exercise(
    points=1,
    aspects={
        "values": "n samples contain n - k + 1 windows of size k.",
        "padding": "zeros on both sides make the signal 2 * padding longer before the filter slides.",
        "stride": "the first window starts at 0; count the steps of size `stride` after it, and add 1 for the first.",
        "left over": "leave out a last window that doesn't fit completely: divide with //, which rounds down.",
    },
    hints=[
        "How far can the window move from its first position to its last? That is n + 2 * padding - k samples.",
        "How many complete steps of size `stride` is that? The first position counts as well.",
        "(n + 2 * padding - k) // stride + 1",
    ],
    integers=True,
    worked=[("values", {"n": 10, "k": 3}), ("padding", {"n": 10, "k": 3, "padding": 1})],
)
def output_size(n, k, padding=0, stride=1):
    return (n + 2 * padding - k) // stride + 1


@output_size.cases
def _(rng):
    def sizes(steps, stride, left_over, padding=0):
        """n and k for which the window makes `steps` steps and `left_over` samples remain; the size changes."""
        k = int(rng.choice([k for k in range(2, 9) if k != 2 * padding + 1]))
        return {"n": int(steps) * stride + left_over + k - 2 * padding, "k": k}

    def different(low, high, count):
        return rng.permutation(np.arange(low, high))[:count]

    for steps in different(4, 60, 3):
        yield "values", sizes(steps, 1, 0)
    for steps, padding in zip(different(8, 40, 3), (1, 2, 3)):
        yield "padding", {**sizes(steps, 1, 0, padding), "padding": padding}
    for steps, stride in zip(different(3, 12, 3), (2, 3, int(rng.integers(4, 6)))):
        yield "stride", {**sizes(steps, stride, 0), "stride": stride}
    for steps, (stride, left_over, padding) in zip(different(4, 14, 4), ((3, 1, 0), (3, 2, 1), (2, 1, 0), (5, 4, 2))):
        yield "left over", {**sizes(steps, stride, left_over, padding), "padding": padding, "stride": stride}


@output_size.mistake(
    "one_missing",
    "Your number is one too small: it counts the steps, but not the window's first position.",
)
def _(n, k, padding=0, stride=1):
    return (n + 2 * padding - k) // stride


@output_size.mistake(
    "fraction",
    "A size must be an integer, and / always gives a float. Divide with //, which also leaves out a last window that "
    "doesn't fit.",
)
def _(n, k, padding=0, stride=1):
    return (n + 2 * padding - k) / stride + 1


@output_size.mistake(
    "rounded_up",
    "Your number also counts a last window that doesn't fit completely. Round down.",
)
def _(n, k, padding=0, stride=1):
    return int(np.ceil((n + 2 * padding - k) / stride)) + 1


@output_size.mistake(
    "rounded_to_nearest",
    "Your number is what you get when a size is rounded to the nearest integer. More than half a step is still not a "
    "complete step: round down.",
)
def _(n, k, padding=0, stride=1):
    return int((n + 2 * padding - k) / stride + 0.5) + 1


@output_size.mistake(
    "padding_once",
    "Your number counts the zeros of one side only. They are on both sides: 2 * padding.",
)
def _(n, k, padding=0, stride=1):
    return (n + padding - k) // stride + 1


@output_size.mistake(
    "one_added_too_early",
    "Your number is what you get from (n + 2 * padding - k + 1) // stride. Divide first, then add 1 for the first "
    "position.",
)
def _(n, k, padding=0, stride=1):
    return (n + 2 * padding - k + 1) // stride


@output_size.mistake(
    "stride_ignored",
    "Your number is right for steps of 1. A stride of s uses only every s-th position.",
)
def _(n, k, padding=0, stride=1):
    return n + 2 * padding - k + 1


@output_size.mistake("padding_ignored", "Your number is what you get without padding.")
def _(n, k, padding=0, stride=1):
    return (n - k) // stride + 1


# conv1d


@book.exercise(
    points=3,
    aspects={
        "values": "without padding, bias or stride, it is conv1d_valid.",
        "bias": "b is added once to each output, after the products are summed.",
        "padding": "first put `padding` zeros on both sides. Everything else uses the padded signal.",
        "stride": "output i comes from the window that starts at i * stride. Leave out a last window that doesn't fit "
        "completely.",
        "integer input": "uint8 keeps only 8 bits: convert x and w to floats before you multiply.",
        "fractional weights": "the array for the results must hold fractions: np.zeros(n_out).",
        "together": "padding first, then the windows at 0, stride, 2 * stride, ..., then the bias.",
    },
    hints=[
        "You have all the parts: pad1d pads the signal, output_size says how many results there are.",
        "Result i comes from the window of the padded signal that starts at i * stride.",
        "out[i] = window_dot(padded, w, i * stride) + b, for i in range(output_size(len(x), len(w), padding, stride))",
    ],
    forbidden=CONVOLUTIONS,
    worked=[
        ("values", {"x": LONELY, "w": FINDER}),
        ("padding", {"x": LONELY, "w": FINDER, "padding": 1}),
        ("together", {"x": LONELY, "w": FINDER, "b": 1.0, "padding": 1}),
    ],
)
def conv1d(x, w, b=0.0, padding=0, stride=1):
    padded = np.pad(np.asarray(x, dtype=float), padding)
    windows = np.lib.stride_tricks.sliding_window_view(padded, len(w))[::stride]
    return windows @ np.asarray(w, dtype=float) + b


@conv1d.cases
def _(rng):
    yield "values", {"x": _signal(rng, rng.integers(5, 7)), "w": _filter(rng, 3)}
    yield "values", {"x": _signal(rng, rng.integers(6, 9)), "w": _filter(rng, 4)}
    yield "bias", {"x": _signal(rng, rng.integers(4, 6)), "w": _filter(rng, 2), "b": float(rng.integers(2, 6))}
    yield "bias", {"x": _signal(rng, rng.integers(5, 7)), "w": _filter(rng, 3), "b": -float(rng.integers(1, 8)) - 0.5}
    yield "padding", {"x": _signal(rng, rng.integers(4, 6)), "w": _filter(rng, 3), "padding": 1}
    yield "padding", {"x": _signal(rng, rng.integers(5, 7)), "w": _filter(rng, 2), "padding": 2}
    yield "padding", {"x": _signal(rng, rng.integers(5, 7)), "w": _filter(rng, 5), "padding": 3}
    # The window moves by a whole number of steps, with 0, 1 or stride - 1 samples left over.
    yield "stride", {"x": _signal(rng, 3 + 2 * rng.integers(2, 4)), "w": _filter(rng, 3), "stride": 2}
    yield "stride", {"x": _signal(rng, 4 + 3 * rng.integers(1, 3)), "w": _filter(rng, 3), "stride": 3}
    yield "stride", {"x": _signal(rng, 6 + 3 * rng.integers(1, 3)), "w": _filter(rng, 4), "stride": 3}
    yield "integer input", {"x": _bytes(rng, rng.integers(4, 6)), "w": _byte_weights(rng, 3)}
    yield "integer input", {"x": _bytes(rng, rng.integers(5, 7)), "w": _negative_sum(rng, 3)}
    yield "fractional weights", {"x": _odd_signal(rng, rng.integers(5, 7)), "w": _halves(rng, 3)}
    yield (
        "fractional weights",
        {"x": _odd_signal(rng, 7).astype(np.float32), "w": _halves(rng, 5).astype(np.float32)},
    )
    for k, padding, stride in ((3, 1, 2), (4, 2, 3), (2, 3, 2)):
        n = rng.integers(2, 4) * stride + k + 1
        arguments = {"x": _signal(rng, n), "w": _filter(rng, k), "b": float(rng.choice([-2.5, 1.5, 3]))}
        yield "together", {**arguments, "padding": padding, "stride": stride}


@conv1d.mistake(
    "flipped_filter",
    "Your output is what you get when the filter is flipped before it slides, w[::-1]. In machine learning, a "
    "convolution does not flip it.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    w = w[::-1].astype(float)
    n = (len(x) - len(w)) // stride + 1
    return np.array([np.dot(x[i * stride : i * stride + len(w)], w) + b for i in range(n)])


@conv1d.mistake("bias_missing", "Your output is what you get without the bias. Add b to each output.")
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    n = (len(x) - len(w)) // stride + 1
    return np.array([np.dot(x[i * stride : i * stride + len(w)], w) for i in range(n)])


@conv1d.mistake(
    "bias_once_per_weight",
    "Your output is what you get when b is added once for every weight. Add it once to each output, after the sum.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x, w = np.pad(x.astype(float), padding), w.astype(float)
    n = (len(x) - len(w)) // stride + 1
    out = np.zeros(n)
    for i in range(n):
        for j in range(len(w)):
            out[i] += x[i * stride + j] * w[j] + b
    return out


@conv1d.mistake(
    "bias_on_the_signal",
    "Your output is what you get when b is added to the signal: the weights then multiply it. Add it to the dot "
    "product.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding) + b
    n = (len(x) - len(w)) // stride + 1
    return np.array([np.sum(x[i * stride : i * stride + len(w)] * w) for i in range(n)])


@conv1d.mistake("padding_ignored", "Your output is what you get without padding.")
def _(x, w, b=0.0, padding=0, stride=1):
    x = x.astype(float)
    n = (len(x) - len(w)) // stride + 1
    return np.array([np.dot(x[i * stride : i * stride + len(w)], w) + b for i in range(n)])


@conv1d.mistake(
    "padding_on_one_side",
    "Your output is what you get when zeros are added only before the signal. Put `padding` zeros after it as well.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.concatenate([np.zeros(padding), x])
    n = (len(x) - len(w)) // stride + 1
    return np.array([np.dot(x[i * stride : i * stride + len(w)], w) + b for i in range(n)])


@conv1d.mistake(
    "edge_repeated",
    "Your output is what you get when the first and last samples are repeated as padding. Padding means zeros here.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding, mode="edge")
    n = (len(x) - len(w)) // stride + 1
    return np.array([np.dot(x[i * stride : i * stride + len(w)], w) + b for i in range(n)])


@conv1d.mistake(
    "empty_slice",
    "Your function fails with padding 0: padded[padding:-padding] is padded[0:-0], which is empty. Write "
    "padded[padding : padding + len(x)].",
)
def _(x, w, b=0.0, padding=0, stride=1):
    padded = np.zeros(len(x) + 2 * padding)
    padded[padding:-padding] = x
    n = (len(padded) - len(w)) // stride + 1
    return np.array([np.dot(padded[i * stride : i * stride + len(w)], w) + b for i in range(n)])


@conv1d.mistake(
    "stride_ignored",
    "Your output is what you get when the window always moves by 1. It should start at 0, stride, 2 * stride, ...",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    return np.array([np.dot(x[i : i + len(w)], w) + b for i in range(len(x) - len(w) + 1)])


@conv1d.mistake(
    "stride_in_the_size_only",
    "Your output has the right length, but it holds the first windows one after the other: "
    "window i starts at i * stride, not at i.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    out = np.zeros((len(x) - len(w)) // stride + 1)
    for i in range(len(out)):
        out[i] = np.dot(x[i : i + len(w)], w) + b
    return out


@conv1d.mistake(
    "stride_on_the_output",
    "Your output is what you get when the stride spreads out the results. The window moves by `stride`, but the "
    "results are next to each other.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    out = np.zeros(len(x) - len(w) + 1)
    for i in range(0, len(out), stride):
        out[i] = np.dot(x[i : i + len(w)], w) + b
    return out


@conv1d.mistake(
    "part_of_a_window_counted",
    "Your output has one entry too many when the stride doesn't divide evenly: leave out a last window that doesn't "
    "fit completely.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    n = int(np.ceil((len(x) - len(w)) / stride)) + 1
    out = np.zeros(n)
    for i in range(n):
        window = x[i * stride : i * stride + len(w)]
        out[i] = np.sum(window * w[: len(window)]) + b
    return out


@conv1d.mistake(
    "size_rounded_up",
    "Your output's size is rounded up when the stride doesn't divide evenly, which counts a last window that doesn't "
    "fit completely. Divide with //, which rounds down.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    n = int(np.ceil((len(x) - len(w)) / stride)) + 1
    return np.array([np.dot(x[i * stride : i * stride + len(w)], w) + b for i in range(n)])


@conv1d.mistake(
    "last_window_missing",
    "Your output is what you get when the last window is left out although it fits: range excludes its end.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    return np.array([np.dot(x[i : i + len(w)], w) + b for i in range(0, len(x) - len(w), stride)])


@conv1d.mistake(
    "stride_must_divide",
    "Your function rejects strides that don't divide evenly. They are allowed: what is left over at the end is simply "
    "not used.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    assert (len(x) - len(w)) % stride == 0
    n = (len(x) - len(w)) // stride + 1
    return np.array([np.dot(x[i * stride : i * stride + len(w)], w) + b for i in range(n)])


@conv1d.mistake(
    "integer_results",
    "Your output is what you get when the results are stored as integers: fractions are cut off. Use np.zeros(n) "
    "without an integer dtype.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    out = np.zeros((len(x) - len(w)) // stride + 1, dtype=int)
    for i in range(len(out)):
        out[i] = np.dot(x[i * stride : i * stride + len(w)], w) + b
    return out


@conv1d.mistake(
    "kept_in_bytes",
    "Your output is what you get when uint8 numbers are multiplied as uint8: results above 255 wrap around. Convert "
    "them to floats first.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x, padding)
    n = (len(x) - len(w)) // stride + 1
    return np.array([np.sum(x[i * stride : i * stride + len(w)] * w) + b for i in range(n)])


@conv1d.mistake(
    "relu_included",
    "Your output is what you get when ReLU is applied as well. ReLU is the next step, in its own function.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    n = (len(x) - len(w)) // stride + 1
    return np.array([max(0.0, np.dot(x[i * stride : i * stride + len(w)], w) + b) for i in range(n)])


@conv1d.mistake(
    "signal_overwritten",
    "Your output comes from multiplying windows in place. A slice is a view, so `window *= w` changes the signal that "
    "later windows read.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    if padding > 0:
        x = np.pad(x, padding)
    out = []
    for i in range(0, len(x) - len(w) + 1, stride):
        window = x[i : i + len(w)]
        window *= w
        out.append(window.sum() + b)
    return np.array(out)


# find_isolated


@book.exercise(
    points=2,
    aspects={
        "values": "an isolated 1 has a 0 before it and a 0 after it. Positions count from 0, in the unpadded signal.",
        "ends": "a 1 at either end needs only one 0 next to it. Padding takes care of that.",
        "runs": "a 1 next to another 1 is not isolated, even at the start or end of a run.",
        "number types": "the signal may also be uint8 or float. In uint8, 0 - 1 is 255.",
    },
    hints=[
        "The filter -1 1 -1 gives 1 exactly at an isolated 1. What does it give everywhere else?",
        "With padding 1 the output is as long as the signal, so positions in the output are positions in the signal.",
        "np.flatnonzero(conv1d(x, np.array([-1, 1, -1]), padding=1) > 0) gives those positions.",
    ],
    integers=True,
    worked=[("values", {"x": LONELY})],
)
def find_isolated(x):
    x = np.pad(np.asarray(x, dtype=int), 1)
    return [int(i) for i in np.flatnonzero(x[1:-1] - x[:-2] - x[2:] > 0)]


@find_isolated.cases
def _(rng):
    def ones(runs, before, behind):
        """Runs of ones, 1 to 3 zeros apart, with zeros at both ends."""
        x = [0] * before
        for position, length in enumerate(runs):
            x += [0] * int(rng.integers(1, 4)) * (position > 0) + [1] * int(length)
        return np.array(x + [0] * behind)

    def inside(runs):
        return ones(rng.permutation(runs), int(rng.integers(1, 4)), int(rng.integers(1, 4)))

    yield "values", {"x": ones(rng.permutation([1, 2]), 1, int(rng.integers(1, 3)))}
    yield "values", {"x": inside([1, 1, 3, 1])}
    yield "ends", {"x": ones([1, 2], 0, int(rng.integers(1, 4)))}
    yield "ends", {"x": ones([3, 1], int(rng.integers(1, 4)), 0)}
    yield "ends", {"x": ones([1, *rng.permutation([1, 2]), 1], 0, 0)}
    yield "runs", {"x": ones([2, 1, 3], 0, 0)}
    yield "runs", {"x": inside([2, 1, 4, 1])}
    yield "number types", {"x": inside([1, 2, 1]).astype(np.uint8)}
    yield "number types", {"x": inside([1, 3]).astype(float)}


@find_isolated.mistake(
    "ends_missed",
    "Your output is what you get when the first and last sample are never examined. A 1 there can be isolated too: pad "
    "the signal.",
)
def _(x):
    return [i for i in range(1, len(x) - 1) if x[i] == 1 and x[i - 1] == 0 and x[i + 1] == 0]


@find_isolated.mistake(
    "wraps_around",
    "Your output is what you get when the signal's two ends are neighbours: in Python, x[-1] is the last sample. The "
    "first sample has none before it.",
)
def _(x):
    return np.flatnonzero((x == 1) & (np.roll(x, 1) == 0) & (np.roll(x, -1) == 0))


@find_isolated.mistake("counted_from_one", "Your positions are all one too large. Positions count from 0.")
def _(x):
    p = np.pad(x, 1)
    return [i for i in range(1, len(p) - 1) if p[i] == 1 and p[i - 1] == 0 and p[i + 1] == 0]


@find_isolated.mistake(
    "start_of_the_window",
    "Your positions are where the windows of the unpadded signal start. The isolated 1 is in the middle of its window, "
    "one further. The ends also need padding.",
)
def _(x):
    found = []
    for i in range(len(x) - 2):
        if x[i] == 0 and x[i + 1] == 1 and x[i + 2] == 0:
            found.append(i)
    return found


@find_isolated.mistake("every_one", "Your output lists the positions of all 1s. Both neighbours must be 0.")
def _(x):
    return np.flatnonzero(x == 1)


@find_isolated.mistake(
    "left_neighbour_only",
    "Your output is what you get when only the sample before is examined, so that every run's first 1 counts. Examine "
    "both sides.",
)
def _(x):
    return [i for i in range(len(x)) if x[i] == 1 and (i == 0 or x[i - 1] == 0)]


@find_isolated.mistake(
    "zero_counts",
    "Your output is what you get when an output of 0 counts too. Use > 0 instead of >= 0.",
)
def _(x):
    p = np.pad(x.astype(float), 1)
    return np.flatnonzero(p[1:-1] - p[:-2] - p[2:] >= 0)


@find_isolated.mistake(
    "below_zero_in_bytes",
    "Your output is what you get when uint8 numbers are subtracted as uint8: 0 - 1 gives 255. Convert the signal to "
    "int or float first.",
)
def _(x):
    p = np.pad(x, 1)
    return np.flatnonzero(p[1:-1] - p[:-2] - p[2:] > 0)


@find_isolated.mistake(
    "a_flag_for_each_sample",
    "Your output says for each sample whether it is isolated. Return the positions: np.flatnonzero finds them.",
)
def _(x):
    p = np.pad(x.astype(int), 1)
    return (p[1:-1] - p[:-2] - p[2:] > 0).astype(int)


@find_isolated.mistake(
    "float_positions",
    "The positions are right, but they are floats, which cannot be used as indices. np.append to an empty array makes "
    "floats. Collect the positions in a list.",
)
def _(x):
    p = np.pad(x, 1)
    found = np.array([])
    for i in range(len(x)):
        if p[i] == 0 and p[i + 1] == 1 and p[i + 2] == 0:
            found = np.append(found, i)
    return found


# conv_matrix


@book.exercise(
    points=2,
    aspects={
        "values": "row i makes output i: the weights are in columns i, i + 1, ..., and all other entries are 0.",
        "padding": "padding adds 2 * padding rows and moves all weights `padding` columns to the left. Leave out "
        "weights that would multiply a padded zero: M has n columns.",
        "filter size": "M has n + 2 * padding - len(w) + 1 rows, for every size of filter.",
        "fractional weights": "the matrix must hold fractions: np.zeros((rows, n)) does.",
    },
    hints=[
        "Each row of M makes one output. Write down row 0, then row 1, for w = (a, b, c) without padding.",
        "Output i multiplies x[i + j - padding] by w[j], so M[i, i + j - padding] = w[j], "
        "unless that column doesn't exist.",
        "Or build the matrix for the padded signal, with n + 2 * padding columns. Then keep columns padding to padding "
        "+ n - 1: the others multiply only zeros.",
    ],
    forbidden=CONVOLUTIONS,
    worked=[("padding", {"w": FINDER, "n": 10, "padding": 1})],
)
def conv_matrix(w, n, padding=0):
    w = np.asarray(w, dtype=float)
    rows = n + 2 * padding - len(w) + 1
    padded = np.zeros((rows, n + 2 * padding))
    for i in range(rows):
        padded[i, i : i + len(w)] = w
    return padded[:, padding : padding + n]


@conv_matrix.cases
def _(rng):
    yield "values", {"w": _filter(rng, 3), "n": int(rng.integers(4, 6))}
    yield "values", {"w": _filter(rng, 3), "n": int(rng.integers(6, 8))}
    yield "padding", {"w": _filter(rng, 3), "n": int(rng.integers(4, 7)), "padding": 1}
    yield "padding", {"w": _filter(rng, 2), "n": int(rng.integers(4, 6)), "padding": 2}
    yield "padding", {"w": _filter(rng, 4), "n": int(rng.integers(5, 7)), "padding": 3}
    yield "filter size", {"w": _filter(rng, 2), "n": int(rng.integers(4, 6))}
    yield "filter size", {"w": _filter(rng, 4), "n": int(rng.integers(5, 8))}
    yield "filter size", {"w": _filter(rng, 5), "n": int(rng.integers(6, 8))}
    yield "fractional weights", {"w": _halves(rng, 3), "n": int(rng.integers(4, 6))}
    yield "fractional weights", {"w": _halves(rng, 4).astype(np.float32), "n": int(rng.integers(5, 7))}


@conv_matrix.mistake("transposed", "Your matrix has rows and columns swapped: each row of M makes one output.")
def _(w, n, padding=0):
    rows = n + 2 * padding - len(w) + 1
    m = np.zeros((n, rows))
    for i in range(rows):
        for j in range(len(w)):
            if 0 <= i + j - padding < n:
                m[i + j - padding, i] = w[j]
    return m


@conv_matrix.mistake(
    "flipped_filter",
    "Your matrix holds the flipped filter. The first weight multiplies the window's first sample, so it is furthest to "
    "the left.",
)
def _(w, n, padding=0):
    rows = n + 2 * padding - len(w) + 1
    m = np.zeros((rows, n))
    for i in range(rows):
        for j in range(len(w)):
            if 0 <= i + j - padding < n:
                m[i, i + j - padding] = w[len(w) - 1 - j]
    return m


@conv_matrix.mistake("padding_ignored", "Your matrix is the one without padding.")
def _(w, n, padding=0):
    m = np.zeros((n - len(w) + 1, n))
    for i in range(len(m)):
        m[i, i : i + len(w)] = w
    return m


@conv_matrix.mistake(
    "columns_for_the_padding",
    "Your matrix has columns for the padded zeros as well. M multiplies x itself, so it has n columns: cut off the "
    "outer ones.",
)
def _(w, n, padding=0):
    m = np.zeros((n + 2 * padding - len(w) + 1, n + 2 * padding))
    for i in range(len(m)):
        m[i, i : i + len(w)] = w
    return m


@conv_matrix.mistake(
    "wraps_around",
    "Your matrix puts weights that reach past one edge at the other edge: in Python, M[i, -1] is the last column. "
    "These weights multiply padded zeros: leave them out.",
)
def _(w, n, padding=0):
    rows = n + 2 * padding - len(w) + 1
    m = np.zeros((rows, n))
    for i in range(rows):
        for j in range(len(w)):
            m[i, (i + j - padding) % n] = w[j]
    return m


@conv_matrix.mistake(
    "moved_the_wrong_way",
    "Your matrix moves the weights to the right by `padding`. With zeros before the signal, the first window starts "
    "earlier: move them to the left.",
)
def _(w, n, padding=0):
    rows = n + 2 * padding - len(w) + 1
    m = np.zeros((rows, n))
    for i in range(rows):
        for j in range(len(w)):
            if i + j + padding < n:
                m[i, i + j + padding] = w[j]
    return m


@conv_matrix.mistake(
    "always_square",
    "Your matrix always has n rows. It needs one for each output: n + 2 * padding - len(w) + 1.",
)
def _(w, n, padding=0):
    m = np.zeros((n, n))
    for i in range(n):
        for j in range(len(w)):
            if 0 <= i + j - padding < n:
                m[i, i + j - padding] = w[j]
    return m


@conv_matrix.mistake(
    "whole_numbers",
    "Your matrix holds only integers: the weights' fractions are cut off. Use np.zeros((rows, n)) without an integer "
    "dtype.",
)
def _(w, n, padding=0):
    rows = n + 2 * padding - len(w) + 1
    m = np.zeros((rows, n), dtype=int)
    for i in range(rows):
        for j in range(len(w)):
            if 0 <= i + j - padding < n:
                m[i, i + j - padding] = w[j]
    return m


# weights_conv, weights_fc

weights_conv = book.answer(
    "weights_conv",
    4,
    points=1,
    hints=[
        "Which numbers must be learned? Count only those. The window's position is not one of them.",
        "There are three weights, which all positions share, and one number that is added to each output.",
    ],
)
weights_conv.mistake("bias_left_out", "3 counts only the filter. The bias is learned as well.", 3)
weights_conv.mistake(
    "a_filter_for_each_output",
    "30 counts a filter of 3 weights for each of 10 outputs. They all share one filter, and there is a bias.",
    30,
)
weights_conv.mistake(
    "nothing_shared",
    "40 counts a filter and a bias for each of the 10 outputs. All positions share one filter and one bias.",
    40,
)
weights_conv.mistake(
    "a_bias_for_each_output",
    "13 counts a bias for each of the 10 outputs. They all share one bias.",
    13,
)
weights_conv.mistake(
    "a_bias_for_each_weight", "6 counts a bias for each weight. There is one bias, added to the dot product.", 6
)
weights_conv.mistake(
    "outputs_counted",
    "10 is the number of outputs. Count the numbers that must be learned.",
    10,
)
weights_conv.mistake(
    "fully_connected",
    "110 is right for the fully connected layer. How many different numbers does the filter have?",
    110,
)

weights_fc = book.answer(
    "weights_fc",
    110,
    points=1,
    hints=[
        "Consider a single output: how many inputs does it use, and what is added at the end?",
        "There are 10 outputs, and each has 10 weights and one bias.",
    ],
)
weights_fc.mistake(
    "biases_left_out",
    "100 counts a weight for each pair of input and output. Each output also has a bias.",
    100,
)
weights_fc.mistake(
    "one_bias_for_all",
    "101 counts one bias for all outputs. In a fully connected layer, each output has its own.",
    101,
)
weights_fc.mistake("one_output", "11 counts one output: 10 weights and a bias. There are 10 outputs.", 11)
weights_fc.mistake(
    "bias_on_both_sides",
    "121 is 11 times 11. There are 10 outputs, each with 10 weights and a bias.",
    121,
)
weights_fc.mistake(
    "inputs_and_outputs_added",
    "20 is the sum of inputs and outputs. There is a weight for each pair of them.",
    20,
)
weights_fc.mistake(
    "convolution",
    "4 counts the filter with its bias. Here every output has its own weight for every input.",
    4,
)


# satellite_filter: stars may have any brightness, so only the shape of the light can tell.

satellite_filter = book.design(
    "satellite_filter",
    {"satellite_filter": np.array([-1.0, 1.0, -1.0]), "satellite_bias": 0.0},
    points=2,
    derive="fires",
    aspects={
        "dark sky": "the filter fires when any window gives an output above 0. It should fire for a series with a "
        "blip, but not for a dark sky.",
        "flat stars": "the filter fires when any window gives an output above 0. It should not fire for a star that "
        "appears, shines evenly and disappears, however bright it is. Check the windows at the star's two edges.",
        "rising and falling": "the filter fires when any window gives an output above 0. It should not fire for a star "
        "that rises and falls. Check the window whose middle is the brightest sample.",
    },
    hints=[
        "A blip is bright with darkness on both sides: an isolated 1. Which filter finds those?",
        "The neighbours' light must count against the middle. The first sample of a flat star has one neighbour that "
        "is just as bright: that one alone must outweigh the middle.",
        "Use a positive weight in the middle. On each side, use a negative weight that is at least as large in "
        "absolute value. The bias can stay 0.",
    ],
)


@satellite_filter.cases
def _(rng):
    def series(light, least=3):
        """The light, at least three dark samples from either end, so that the middle of seven weights sees it too."""
        before, behind = rng.integers(least, least + 3, 2)
        return {"x": np.concatenate([np.zeros(before), light, np.zeros(behind)])}

    def peak(brightness, left, right):
        """Rises for `left` samples, falls for `right`; a neighbour of the brightest sample has at least half of it."""
        rise = np.sort(rng.integers(1, 5, left)) / 8
        fall = np.sort(rng.integers(1, 5, right))[::-1] / 8
        rise[-1], fall[0] = rng.choice([0.5, 0.75], 2)
        return brightness * np.array([*rise, 1.0, *fall])

    yield "dark sky", {"x": np.zeros(rng.integers(7, 12))}
    for _ in range(2):
        yield "dark sky", series([1.0], least=6)  # so that even the outermost of seven weights sees it

    faint, bright = rng.choice([0.25, 0.5]), rng.choice([2.0, 2.5, 3.0])
    yield "flat stars", series([1.0], least=6)
    for brightness, width in ((faint, 3), (1.0, 3), (bright, 4), (bright, 3), (1.5, 6)):
        yield "flat stars", series(np.full(width + rng.integers(0, 2), brightness))

    faint, bright = rng.choice([0.25, 0.5]), rng.choice([2.0, 3.0])
    yield "rising and falling", series([1.0], least=6)
    yield "rising and falling", series(faint * np.array([0.5, 1, 0.5]))
    yield "rising and falling", series(bright * np.array([0.5, 1, 0.5]))
    for brightness, left, right in ((1.0, 1, 2), (bright, 2, 2), (1.5, 3, 1), (3.0, 2, 3)):
        yield "rising and falling", series(peak(brightness, left, right))


satellite_filter.mistake(
    "always_fires",
    "Your filter also fires at a dark sky. With only zeros in the window, the output is the bias: it must be 0 or "
    "less.",
    (np.array([-1.0, 1.0, -1.0]), 0.5),
)
satellite_filter.mistake(
    "never_fires",
    "Your filter never fires, not even at the blip. Its middle weight plus the bias must be above 0.",
    (np.array([-1.0, 1.0, -1.0]), -1.0),
)
satellite_filter.mistake(
    "fires_at_any_light",
    "Your filter fires at every star, not only at the blip. The light on both sides of the middle must count against "
    "it.",
    (np.array([0.0, 1.0, 0.0]), 0.0),
)
satellite_filter.mistake(
    "brightness_alone",
    "Your filter fires at anything bright enough. Brightness can't tell a star from a satellite, but the neighbours "
    "can.",
    (np.array([1.0]), -0.5),
)
satellite_filter.mistake(
    "bright_stars_fire",
    "Your filter is right about faint stars, but fires at bright ones. A bias helps only up to one brightness. One "
    "bright neighbour alone must outweigh the middle.",
    (np.array([-1.0, 2.0, -1.0]), -1.0),
)
satellite_filter.mistake(
    "peaks_fire",
    "Your filter is right about flat stars, but fires at the top of a star that rises and falls. The two samples next "
    "to the middle must count more.",
    (np.array([-0.5, -0.5, 1.0, -0.5, -0.5]), 0.0),
)
