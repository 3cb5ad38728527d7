"""Notebook 07: gradients through every layer, and a network that learns its filters."""

# References and mistakes are written the way students write them: plain functions of NumPy arrays.

from __future__ import annotations

import numpy as np

from helpers import layers

from .exercise import Notebook

book = Notebook("07_backprop")

BY_HAND = ("numpy.convolve", "numpy.correlate", "scipy", "torch", "helpers.layers")


# Cases. Nearly every number is a small multiple of a power of two, so the order of additions never changes a result.


def _signed(rng, *shape, most=5):
    """Integers of both signs, none 0."""
    return (rng.integers(1, most + 1, shape) * rng.choice([-1, 1], shape)).astype(float)


def _different(rng, *shape):
    """Integers of both signs, no two with the same absolute value, none 0."""
    return ((1 + rng.permutation(int(np.prod(shape)))) * rng.choice([-1, 1], int(np.prod(shape)))).reshape(shape) * 1.0


def _bytes(rng, *shape):
    """Grey values: twice each doesn't fit into a byte."""
    return rng.integers(130, 256, shape).astype(np.uint8)


# ------------------------------------------------------------------------------------------------------- dz_dw


@book.exercise(
    points=2,
    aspects={
        "values": "column i holds the samples that output i uses: the window that starts at i.",
        "filter size": "there are k rows, one for each weight, and n + 2 * padding - k + 1 columns, one for each "
        "output.",
        "padding": "first put zeros on both sides of x. The padding may be 0, and also 2 or 3.",
        "number types": "fractions stay fractions: use a matrix of floats, np.zeros((k, n_out)).",
    },
    hints=[
        "How does z_i change when the first weight grows a little? In proportion to the sample that this weight "
        "multiplies there.",
        "z_i = w_0 * p_i + w_1 * p_(i+1) + w_2 * p_(i+2), for the padded signal p. Its derivative with respect to w_j "
        "is p_(i+j).",
        "So entry [j, i] of the matrix is padded[i + j]: row j is the padded signal, shifted by j.",
    ],
    forbidden=("torch",),
    worked=[("values", {"x": np.array([1, 2, 3, 4, 5]), "k": 3, "padding": 1})],
)
def dz_dw(x, k, padding):
    padded = np.pad(np.asarray(x, dtype=float), padding)
    columns = len(padded) - k + 1
    return np.array([padded[j : j + columns] for j in range(k)])


@dz_dw.cases
def _(rng):
    yield "values", {"x": _different(rng, rng.integers(5, 7)), "k": 3, "padding": 1}
    yield "values", {"x": _different(rng, rng.integers(7, 9)), "k": 3, "padding": 1}
    yield "filter size", {"x": _different(rng, rng.integers(6, 8)), "k": 2, "padding": 1}
    yield "filter size", {"x": _different(rng, rng.integers(7, 9)), "k": 5, "padding": 2}
    yield "filter size", {"x": _different(rng, rng.integers(5, 7)), "k": 4, "padding": 1}
    yield "padding", {"x": _different(rng, rng.integers(5, 7)), "k": 3, "padding": 0}
    yield "padding", {"x": _different(rng, rng.integers(5, 7)), "k": 3, "padding": 2}
    yield "padding", {"x": _different(rng, rng.integers(4, 6)), "k": 2, "padding": 3}
    yield "number types", {"x": _different(rng, 5) + 0.5, "k": 3, "padding": 1}
    yield "number types", {"x": (_different(rng, 6) / 4).astype(np.float32), "k": 2, "padding": 0}
    yield "number types", {"x": _bytes(rng, 5), "k": 3, "padding": 1}


@dz_dw.mistake(
    "transposed",
    "Your matrix is transposed: it has a row for each output. It needs a row for each weight and a column for each "
    "output.",
)
def _(x, k, padding):
    return np.lib.stride_tricks.sliding_window_view(np.pad(x.astype(float), padding), k)


@dz_dw.mistake(
    "windows_turned_around",
    "Your windows are reversed. The first weight multiplies each window's first sample, so the first row holds those "
    "samples.",
)
def _(x, k, padding):
    return np.lib.stride_tricks.sliding_window_view(np.pad(x.astype(float), padding), k).T[::-1]


@dz_dw.mistake("padding_ignored", "Your matrix is what you get without padding.")
def _(x, k, padding):
    columns = len(x) - k + 1
    return np.array([x[j : j + columns].astype(float) for j in range(k)])


@dz_dw.mistake(
    "padding_in_front_only", "Your matrix is what you get when zeros are added only before x. They go on both sides."
)
def _(x, k, padding):
    padded = np.concatenate([np.zeros(padding), x])
    columns = len(padded) - k + 1
    return np.array([padded[j : j + columns] for j in range(k)])


@dz_dw.mistake(
    "edge_repeated",
    "Your matrix is what you get when the first and last samples are repeated as padding. Padding means zeros here.",
)
def _(x, k, padding):
    padded = np.pad(x.astype(float), padding, mode="edge")
    return np.array([padded[j : j + len(padded) - k + 1] for j in range(k)])


@dz_dw.mistake(
    "last_column_missing",
    "Your matrix has one column too few. There are n + 2 * padding - k + 1 windows, including the last one.",
)
def _(x, k, padding):
    padded = np.pad(x.astype(float), padding)
    return np.array([padded[j : j + len(padded) - k] for j in range(k)])


@dz_dw.mistake("always_three", "Your matrix has three rows, whatever k is. It needs a row for each weight.")
def _(x, k, padding):
    padded = np.pad(x.astype(float), padding)
    return np.array([padded[j : j + len(padded) - 2] for j in range(3)])


@dz_dw.mistake(
    "as_many_columns_as_samples",
    "Your matrix has a column for each sample of x. It needs one for each output, and their number depends on the "
    "padding.",
)
def _(x, k, padding):
    padded = np.pad(x.astype(float), (padding, max(padding, k)))
    return np.array([padded[j : j + len(x)] for j in range(k)])


@dz_dw.mistake(
    "empty_slice",
    "Your function fails with padding 0: padded[padding:-padding] is padded[0:-0], which is empty. Write "
    "padded[padding : padding + len(x)].",
)
def _(x, k, padding):
    padded = np.zeros(len(x) + 2 * padding)
    padded[padding:-padding] = x
    return np.array([padded[j : j + len(padded) - k + 1] for j in range(k)])


@dz_dw.mistake(
    "whole_numbers", "Your matrix holds integers: fractions are cut off. Use np.zeros(...) without dtype=int."
)
def _(x, k, padding):
    out = np.zeros((k, len(x) + 2 * padding - k + 1), dtype=int)
    padded = np.pad(x.astype(float), padding)
    for j in range(k):
        out[j] = padded[j : j + out.shape[1]]
    return out


# ------------------------------------------------------------------------------------------- lecture_gradients


@book.exercise(
    points=3,
    aspects={
        "loss": "the prediction is w2 . relu(z), and the loss is (prediction - y) ** 2.",
        "dw2": "the derivative of the loss with respect to the prediction is 2 * (prediction - y). That of the "
        "prediction with respect to w2 is a = relu(z).",
        "dw1": "dL/dw1 = dz/dw1 . da/dz . dL/da. The three factors are the wave of x's; 1 where z > 0, else 0; and 2 * "
        "(prediction - y) * w2.",
        "any n": "z has as many entries as x, and w2 has one weight for each.",
        "number types": "features and weights may be integers of any type: convert them to floats first.",
    },
    hints=[
        "Go forward first, and keep every step: padded x, z, a, prediction. The loss is the easy part.",
        "Then go backward from the end: dprediction = 2 * (prediction - y). Then dw2 = dprediction * a, and da = "
        "dprediction * w2.",
        "dz = da * (z > 0), and dw1 = dz_dw(x, 3, 1) @ dz.",
    ],
    probe="part_of",
    forbidden=("torch",),
    worked=[
        (
            part,
            {
                "x": np.array([1, 2, 0, -1, 3]),
                "y": 2,
                "w1": np.array([1, -1, 2]),
                "w2": np.array([1, 2, 1, -1, 1]),
                "part": part,
            },
        )
        for part in ("loss", "dw2", "dw1")
    ],
)
def lecture_gradients(x, y, w1, w2):
    padded = np.pad(np.asarray(x, dtype=float), 1)
    wave = np.array([padded[j : j + len(x)] for j in range(3)])
    z = wave.T @ w1
    a = np.maximum(z, 0)
    error = a @ w2 - float(y)
    return error**2, wave @ ((z > 0) * 2 * error * w2), 2 * error * a


def _regression(rng, n, dtype=float, scale=1, zeros=False):
    """Arguments for which some units are on and some off, with an error that is not 0, 1/2 or 1.

    With `zeros`, some z is exactly 0, else none.
    """
    while True:
        x, w1, w2 = _signed(rng, n, most=4) / scale, _signed(rng, 3, most=3) / scale, _signed(rng, n, most=3)
        if dtype is np.uint8:
            x = np.abs(x) + 60
        y = float(rng.integers(-6, 7))
        z = np.convolve(x, w1[::-1], "same")
        error = np.maximum(z, 0) @ w2 - y
        on = (z > 0).sum()
        if (
            1 < on < n
            and error not in (0, 0.5, -0.5, 1, -1)
            and (z == 0).any() == zeros
            and len({*w1}) > 1
            and w1[0] != w1[2]
        ):
            return {"x": x.astype(dtype), "y": y, "w1": w1, "w2": w2}


@lecture_gradients.cases
def _(rng):
    for part in ("loss", "dw2", "dw1"):
        yield part, {**_regression(rng, 5), "part": part}
        yield part, {**_regression(rng, 5, zeros=True), "part": part}
    yield "any n", {**_regression(rng, 4), "part": "loss"}
    yield "any n", {**_regression(rng, 7), "part": "dw2"}
    yield "any n", {**_regression(rng, int(rng.integers(8, 10))), "part": "dw1"}
    whole = {name: np.asarray(value, int) for name, value in _regression(rng, 5).items()}
    yield "number types", {**whole, "y": int(whole["y"]), "part": "dw1"}
    yield "number types", {**_regression(rng, 6, np.uint8), "part": "dw1"}
    yield "number types", {**_regression(rng, 5, np.uint8), "part": "dw2"}
    yield "number types", {**_regression(rng, 5, scale=2), "part": "dw1"}


def _lecture(x, y, w1, w2, factor=2, slope=lambda z: z > 0, through=None, turned=False):
    """lecture_gradients with one of its parts replaced."""
    wave = dz_dw.reference(x, 3, 1)
    z = wave.T @ w1
    a = np.maximum(z, 0)
    error = a @ w2 - float(y)
    back = w2 if through is None else through(w2, a)
    dw1 = wave @ (slope(z) * factor * error * back)
    return error**2, dw1[::-1] if turned else dw1, factor * error * a


@lecture_gradients.mistake(
    "factor_two_missing",
    "Your gradients are half of what they should be: the derivative of (a - y) ** 2 is 2 * (a - y).",
)
def _(x, y, w1, w2):
    return _lecture(x, y, w1, w2, factor=1)


@lecture_gradients.mistake(
    "other_sign",
    "Your gradients have the wrong sign: for the loss (prediction - y) ** 2 the derivative is 2 * (prediction - y).",
)
def _(x, y, w1, w2):
    return _lecture(x, y, w1, w2, factor=-2)


@lecture_gradients.mistake(
    "relu_forgotten", "Your dw1 is what you get without ReLU's derivative: where z is below 0, no gradient passes."
)
def _(x, y, w1, w2):
    return _lecture(x, y, w1, w2, slope=lambda z: 1)


@lecture_gradients.mistake(
    "relu_for_its_slope",
    "Your dw1 multiplies by relu(z). ReLU's derivative is 1 wherever z is above 0, however large z is.",
)
def _(x, y, w1, w2):
    return _lecture(x, y, w1, w2, slope=lambda z: np.maximum(z, 0))


@lecture_gradients.mistake(
    "w2_forgotten", "Your dw1 is what you get without w2: the derivative of w2 . a with respect to a is w2."
)
def _(x, y, w1, w2):
    return _lecture(x, y, w1, w2, through=lambda w2, a: 1)


@lecture_gradients.mistake(
    "a_for_w2",
    "Your dw1 uses a instead of w2. The derivative of w2 . a with respect to a is w2; with respect to w2 it is a.",
)
def _(x, y, w1, w2):
    return _lecture(x, y, w1, w2, through=lambda w2, a: a)


@lecture_gradients.mistake("turned_around", "Your dw1 is reversed: its first entry must belong to the first weight.")
def _(x, y, w1, w2):
    return _lecture(x, y, w1, w2, turned=True)


@lecture_gradients.mistake(
    "error_for_loss",
    "Your loss is the difference itself. Square it, so that too small counts as much as too large.",
)
def _(x, y, w1, w2):
    _, dw1, dw2 = _lecture(x, y, w1, w2)
    return (np.maximum(dz_dw.reference(x, 3, 1).T @ w1, 0) @ w2 - y, dw1, dw2)


@lecture_gradients.mistake(
    "half_the_loss", "Your loss has a factor 1/2, and so do your gradients. The loss here has none."
)
def _(x, y, w1, w2):
    loss, dw1, dw2 = _lecture(x, y, w1, w2, factor=1)
    return loss / 2, dw1, dw2


@lecture_gradients.mistake(
    "z_for_a",
    "Your numbers are what you get without ReLU in the forward pass: the prediction is w2 . relu(z), not w2 . z.",
)
def _(x, y, w1, w2):
    wave = dz_dw.reference(x, 3, 1)
    z = wave.T @ w1
    error = z @ w2 - float(y)
    return error**2, wave @ (2 * error * w2), 2 * error * z


@lecture_gradients.mistake(
    "other_order", "Your gradients are in the order of the backward pass, dw2 first. Return (loss, dw1, dw2)."
)
def _(x, y, w1, w2):
    loss, dw1, dw2 = _lecture(x, y, w1, w2)
    return loss, dw2, dw1


@lecture_gradients.mistake(
    "columns",
    "Your gradients are columns, (3, 1) and (n, 1). They must have the shapes of their weights, (3,) and (n,).",
)
def _(x, y, w1, w2):
    loss, dw1, dw2 = _lecture(x, y, w1, w2)
    return loss, dw1[:, None], dw2[:, None]


# ------------------------------------------------------------------------------------------ numerical_gradient


@book.exercise(
    points=2,
    aspects={
        "values": "for each entry: evaluate f with h added and with h subtracted, restore the entry, and divide the "
        "difference by 2 * h.",
        "any shape": "the result has the shape of x, and f must get arrays of that shape too.",
        "step size": "use the given h, on both sides of x.",
        "whole numbers": "x may hold integers, and an integer array cuts off a step of h. Work on a copy with floats.",
    },
    hints=[
        "Take one entry at a time and keep all others fixed. How does f change when this entry moves up by h, and down "
        "by h?",
        "Loop over the places with: for place in np.ndindex(x.shape): ...",
        "Work on p = x.astype(float), which is a copy: p[place] = x[place] + h; up = f(p); p[place] = x[place] - h; "
        "down = f(p); and restore p[place] = x[place] before you go on.",
    ],
    probe="gradient_of",
    forbidden=("scipy", "torch"),
    worked=[("values", {"f": "sum(x ** 2)", "x": np.array([3.0, -1.0]), "h": 0.5})],
)
def numerical_gradient(f, x, h=1e-5):
    x = x.astype(float)
    gradient = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        there = x[place]
        x[place] = there + h
        up = f(x)
        x[place] = there - h
        down = f(x)
        x[place] = there
        gradient[place] = (up - down) / (2 * h)
    return gradient


@numerical_gradient.cases
def _(rng):
    cubes, mixed = "sum(place * x ** 3)", "sum(x ** 3) + x[first] * x[last] ** 2"
    yield "values", {"f": cubes, "x": _different(rng, rng.integers(3, 5)), "h": 0.5}
    yield "values", {"f": mixed, "x": _different(rng, rng.integers(4, 6)), "h": 0.25}
    yield "values", {"f": cubes, "x": _different(rng, 3) + 0.5}
    yield "any shape", {"f": cubes, "x": _different(rng, 2, 3), "h": 0.5}
    yield "any shape", {"f": mixed, "x": _different(rng, 1, 2, 4), "h": 0.125}
    yield "any shape", {"f": cubes, "x": np.array(float(rng.integers(2, 9))), "h": 0.5}
    yield "step size", {"f": cubes, "x": _different(rng, 3), "h": 2.0}
    yield "step size", {"f": cubes, "x": _different(rng, 2, 2), "h": 1 / 64}
    yield "step size", {"f": mixed, "x": _different(rng, 3)}
    yield "whole numbers", {"f": cubes, "x": _different(rng, 4).astype(int), "h": 0.5}
    yield "whole numbers", {"f": mixed, "x": rng.permutation(np.arange(1, 10))[:4].reshape(2, 2)}
    yield "whole numbers", {"f": cubes, "x": np.array([2, 0, int(rng.integers(3, 9))], np.uint8), "h": 0.25}


def _differences(f, x, difference):
    """numerical_gradient with the given rule for a single entry."""
    x = x.astype(float)
    gradient = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = 1
        gradient[place] = difference(x, step)
    return gradient


@numerical_gradient.mistake(
    "one_sided",
    "Your numbers are what you get from (f(x + h) - f(x)) / h, with one step up. A step up and a step down are much "
    "more accurate.",
)
def _(f, x, h=1e-5):
    return _differences(f, x, lambda x, step: (f(x + h * step) - f(x)) / h)


@numerical_gradient.mistake(
    "divided_by_h",
    "Your numbers are twice as large as they should be. The distance from x - h to x + h is 2 * h: divide by that.",
)
def _(f, x, h=1e-5):
    return _differences(f, x, lambda x, step: (f(x + h * step) - f(x - h * step)) / h)


@numerical_gradient.mistake(
    "not_divided", "Your numbers are differences. Divide them by the distance between the two points, 2 * h."
)
def _(f, x, h=1e-5):
    return _differences(f, x, lambda x, step: f(x + h * step) - f(x - h * step))


@numerical_gradient.mistake(
    "halved_instead",
    "Your numbers are what you get from / 2 * h: Python divides by 2 and then multiplies by h. Write / (2 * h).",
)
def _(f, x, h=1e-5):
    return _differences(f, x, lambda x, step: (f(x + h * step) - f(x - h * step)) / 2 * h)


@numerical_gradient.mistake("wrong_sign", "Your numbers have the wrong sign. Subtract f at x - h from f at x + h.")
def _(f, x, h=1e-5):
    return _differences(f, x, lambda x, step: (f(x - h * step) - f(x + h * step)) / (2 * h))


@numerical_gradient.mistake(
    "all_at_once", "Your function moves all entries together, which gives one number. Move one entry at a time."
)
def _(f, x, h=1e-5):
    return np.full(x.shape, (f(x + h) - f(x - h)) / (2 * h))


@numerical_gradient.mistake(
    "own_step", "Your numbers are what you get with a step of 1e-5, whatever h is. Use the given h."
)
def _(f, x, h=1e-5):
    return _differences(f, x, lambda x, step: (f(x + 1e-5 * step) - f(x - 1e-5 * step)) / 2e-5)


@numerical_gradient.mistake(
    "not_put_back", "Your numbers are wrong from the second entry on: restore each entry before you move the next one."
)
def _(f, x, h=1e-5):
    x = x.astype(float)
    gradient = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        x[place] += h
        up = f(x)
        x[place] -= 2 * h
        gradient[place] = (up - f(x)) / (2 * h)
    return gradient


@numerical_gradient.mistake(
    "steps_cut_off",
    "Your numbers are wrong for integers: an integer array can't hold x + h and cuts it off. Work on x.astype(float).",
)
def _(f, x, h=1e-5):
    p = x.copy()
    gradient = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        p[place] = x[place] + h
        up = f(p.astype(float))
        p[place] = max(x[place] - h, 0) if x.dtype == np.uint8 else x[place] - h
        gradient[place] = (up - f(p.astype(float))) / (2 * h)
        p[place] = x[place]
    return gradient


@numerical_gradient.mistake("flattened", "Your gradient is one long row. It must have the shape of x.")
def _(f, x, h=1e-5):
    return numerical_gradient.reference(f, x, h).reshape(-1)


@numerical_gradient.mistake(
    "left_changed", "Your numbers are right, but x is different afterwards: it was moved by h and not restored."
)
def _(f, x, h=1e-5):
    gradient = numerical_gradient.reference(f, x, h)
    if x.dtype.kind == "f":
        x -= h
    return gradient


# ---------------------------------------------------------------------------------------------- relative_error


@book.exercise(
    points=1,
    aspects={
        "values": "compute abs(a - b) / (abs(a) + abs(b)) for each entry, then take the maximum over all entries.",
        "near zero": "where both are 0, the sum is 0 too: divide by at least 1e-8.",
        "any shape": "return one number for any number of axes: the maximum over all entries.",
        "number types": "a difference of unsigned numbers can't be negative: convert them to floats first.",
    },
    hints=[
        "np.abs, np.maximum (entry by entry) and np.max (over all entries) are all you need.",
        "np.max(np.abs(a - b) / np.maximum(1e-8, np.abs(a) + np.abs(b)))",
    ],
    worked=[("values", {"a": np.array([1.0, 10.0]), "b": np.array([3.0, 10.0])})],
)
def relative_error(a, b):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    return float(np.max(np.abs(a - b) / np.maximum(1e-8, np.abs(a) + np.abs(b))))


def _nearly_equal(rng, *shape):
    """Two arrays whose maximal difference, sum and relative difference are in different places."""
    count = int(np.prod(shape))
    a = _signed(rng, count, most=9) * 4
    b = a * (1 + rng.permutation(np.arange(1, count + 1)) / (4 * count))
    a[0] *= 100
    b[0] = a[0] - 150  # the maximal difference, small compared with the numbers
    b[-1] = (rng.integers(5, 30) / 4 + 1) * a[-1]
    mixed = rng.permutation(count)
    return {"a": a[mixed].reshape(shape), "b": b[mixed].reshape(shape)}


@relative_error.cases
def _(rng):
    yield "values", _nearly_equal(rng, 4)
    yield "values", _nearly_equal(rng, 6)
    arguments = _nearly_equal(rng, 5)
    yield "values", {"a": arguments["b"], "b": arguments["a"]}
    arguments = {name: np.concatenate([value, np.zeros(1)]) for name, value in _nearly_equal(rng, 3).items()}
    yield "near zero", arguments
    yield (
        "near zero",
        {
            "a": np.array([0, 1e-9 * rng.integers(2, 6)]),
            "b": np.array(
                [
                    0,
                    1e-9,
                ]
            ),
        },
    )
    yield "near zero", {"a": np.array([3e-10, 0.0]), "b": np.array([0.0, -1e-10 * rng.integers(5, 9)])}
    yield "any shape", _nearly_equal(rng, 2, 3)
    yield "any shape", _nearly_equal(rng, 2, 2, 2)
    yield "any shape", {"a": np.array(float(rng.integers(2, 6))), "b": np.array(-0.5)}
    low, high = rng.integers(1, 60, 3), rng.integers(100, 256, 3)
    first = np.array([True, False, True])
    arguments = {"a": np.where(first, low, high), "b": np.where(first, high, low)}
    yield "number types", {name: value.astype(np.uint8) for name, value in arguments.items()}
    yield "number types", {name: value.astype(np.float32) for name, value in _nearly_equal(rng, 4).items()}
    yield "number types", {name: value.astype(np.int64) for name, value in _nearly_equal(rng, 5).items()}


def _ratio(a, b):
    a, b = a.astype(float), b.astype(float)
    return np.abs(a - b) / np.maximum(1e-8, np.abs(a) + np.abs(b))


@relative_error.mistake(
    "mean_for_largest",
    "Your number is the mean over the entries. One wrong entry among many right ones must show: take the maximum.",
)
def _(a, b):
    return float(np.mean(_ratio(a, b)))


@relative_error.mistake(
    "absolute",
    "Your number is the maximal difference. Divide by the size of the numbers: 0.01 is large compared with 0.02, but "
    "small compared with 1000.",
)
def _(a, b):
    return float(np.max(np.abs(a.astype(float) - b)))


@relative_error.mistake(
    "no_floor", "Your number is nan or much too large when both entries are 0 or nearly 0. Divide by at least 1e-8."
)
def _(a, b):
    a, b = a.astype(float), b.astype(float)
    return float(np.max(np.abs(a - b) / (np.abs(a) + np.abs(b))))


@relative_error.mistake(
    "largest_of_both",
    "Your number is what you get when you divide by the larger of the two. Divide by their sum, abs(a) + abs(b).",
)
def _(a, b):
    a, b = a.astype(float), b.astype(float)
    return float(np.max(np.abs(a - b) / np.maximum(1e-8, np.maximum(np.abs(a), np.abs(b)))))


@relative_error.mistake(
    "largest_too_early",
    "Your number is the maximal difference divided by the maximal sum. Divide entry by entry, then take the maximum.",
)
def _(a, b):
    a, b = a.astype(float), b.astype(float)
    return float(np.max(np.abs(a - b)) / max(1e-8, np.max(np.abs(a) + np.abs(b))))


@relative_error.mistake(
    "sum_without_sizes",
    "Your number is what you get when you divide by abs(a + b), where numbers of opposite sign cancel. Add their "
    "absolute values.",
)
def _(a, b):
    a, b = a.astype(float), b.astype(float)
    return float(np.max(np.abs(a - b) / np.maximum(1e-8, np.abs(a + b))))


@relative_error.mistake(
    "difference_without_size",
    "Your number is what you get without abs around the difference: where a is smaller than b, it is negative.",
)
def _(a, b):
    a, b = a.astype(float), b.astype(float)
    return float(np.max((a - b) / np.maximum(1e-8, np.abs(a) + np.abs(b))))


@relative_error.mistake("not_one_number", "Your result has an entry for each entry of a. Return their maximum.")
def _(a, b):
    return _ratio(a, b)


@relative_error.mistake(
    "kept_in_bytes",
    "Your number is wrong for uint8, where 3 - 5 gives 254. Convert the numbers to floats before you subtract.",
)
def _(a, b):
    return float(np.max(np.abs(a - b) / np.maximum(1e-8, np.abs(a) + np.abs(b))))


# ----------------------------------------------------------------------------------------------- relu_backward


@book.exercise(
    points=1,
    aspects={
        "values": "the gradient passes where z is above 0, and is 0 elsewhere.",
        "any shape": "work entry by entry: the result has the shape of z.",
        "at zero": "where z is exactly 0, use the slope 0.",
        "number types": "keep the gradient's fractions, even when z holds integers.",
    },
    hints=[
        "Where z is above 0, relu(z) = z, so its derivative is 1. And elsewhere?",
        "z > 0 is an array of True and False, which count as 1 and 0 when you multiply.",
    ],
    forbidden=("torch", "helpers.layers"),
    worked=[("values", {"da": np.array([5.0, 6.0, 7.0]), "z": np.array([-1.0, 2.0, 3.0])})],
)
def relu_backward(da, z):
    return da * (z > 0)


@relu_backward.cases
def _(rng):
    def pair(*shape):
        """All four combinations of signs, and never da = z."""
        count = int(np.prod(shape))
        signs = np.array([(1, 1), (1, -1), (-1, 1), (-1, -1)] * count)[:count]
        sizes = 2 + rng.permutation(2 * count).reshape(count, 2)
        da, z = (rng.permutation(sizes * signs)).T * 1.0
        return {"da": da.reshape(shape), "z": z.reshape(shape)}

    yield "values", pair(5)
    yield "values", pair(8)
    yield "any shape", pair(2, 3)
    yield "any shape", pair(2, 1, 4)
    for n in (5, 7):
        arguments = pair(n)
        arguments["z"][rng.integers(0, n, 2)] = 0
        yield "at zero", arguments
    arguments = pair(6)
    yield "number types", {"da": arguments["da"] / 4 + 0.125, "z": arguments["z"].astype(int)}
    yield "number types", {name: (value / 16).astype(np.float32) for name, value in arguments.items()}


@relu_backward.mistake(
    "sign_of_the_gradient",
    "Your result depends on the sign of da. It must depend on whether z, ReLU's input, is above 0.",
)
def _(da, z):
    return da * (da > 0)


@relu_backward.mistake(
    "times_z", "Your result is multiplied by z itself. ReLU's slope is 1 wherever z is above 0, however large z is."
)
def _(da, z):
    return da * np.maximum(z, 0)


@relu_backward.mistake("slope_only", "Your result is ReLU's slope. Multiply it by da, the incoming gradient.")
def _(da, z):
    return (z > 0).astype(float)


@relu_backward.mistake(
    "slope_one_at_zero",
    "Your result is wrong only where z is exactly 0. There the slope is 0, so write z > 0.",
)
def _(da, z):
    return da * (z >= 0)


@relu_backward.mistake(
    "everything_passes", "Your result is da unchanged. Where z is below 0, relu(z) is constant, so no gradient passes."
)
def _(da, z):
    return da.copy()


@relu_backward.mistake("the_other_half", "Your gradient passes where z is below 0. It must pass where z is above 0.")
def _(da, z):
    return da * (z < 0)


@relu_backward.mistake(
    "gradient_overwritten",
    "Your values are right, but da was changed: da[z <= 0] = 0 writes into the caller's array.",
)
def _(da, z):
    da[z <= 0] = 0
    return da


# ------------------------------------------------------------------------------------------------- fc_backward


@book.exercise(
    points=2,
    aspects={
        "dx": "each input affects all outputs: dx[n, i] is the sum over j of dz[n, j] * w[j, i].",
        "dw": "each weight is used for every point: dw[j, i] is the sum over n of dz[n, j] * x[n, i].",
        "db": "each bias is used for every point, with slope 1: db[j] is the sum over n of dz[n, j].",
        "number types": "convert integers to floats before you multiply.",
    },
    hints=[
        "z[n, j] = sum over i of x[n, i] * w[j, i], plus b[j]. What is its derivative with respect to x[n, i], w[j, i] "
        "and b[j]?",
        "The shapes almost tell you: dz is (N, m), x is (N, n), w is (m, n). Which product of dz and x has the shape "
        "of w?",
        "dx = dz @ w, dw = dz.T @ x, db = dz.sum(axis=0).",
    ],
    probe="part_of",
    forbidden=("torch",),
)
def fc_backward(dz, x, w):
    dz, x, w = dz.astype(float), x.astype(float), w.astype(float)
    return dz @ w, dz.T @ x, dz.sum(axis=0)


@fc_backward.cases
def _(rng):
    def layer(n, inputs, outputs):
        return {
            "dz": _different(rng, n, outputs),
            "x": _different(rng, n, inputs),
            "w": _different(rng, outputs, inputs),
        }

    for part in ("dx", "dw", "db"):
        yield part, {**layer(2, 4, 3), "part": part}
        yield part, {**layer(4, 2, 3), "part": part}
        yield part, {**layer(3, 3, 3), "part": part}
    for part in ("dx", "dw", "db"):
        arguments = {"dz": _bytes(rng, 3, 2), "x": _bytes(rng, 3, 4), "w": rng.integers(2, 9, (2, 4)).astype(np.uint8)}
        yield "number types", {**arguments, "part": part}
    halves = {name: value.astype(np.float32) / 4 for name, value in layer(2, 3, 4).items()}
    yield "number types", {**halves, "part": "dx"}


@fc_backward.mistake(
    "mean_over_the_points",
    "Your dw and db are divided by the number of points. The mean is part of the loss, so dz already contains it: just "
    "add up.",
)
def _(dz, x, w):
    dz = dz.astype(float)
    return dz @ w, dz.T @ x / len(x), dz.mean(axis=0)


@fc_backward.mistake(
    "dw_transposed", "Your dw is transposed: it has the shape of x.T @ dz, (n, m). It must have the shape of w, (m, n)."
)
def _(dz, x, w):
    dz = dz.astype(float)
    return dz @ w, x.T @ dz, dz.sum(axis=0)


@fc_backward.mistake(
    "db_over_the_outputs",
    "Your db adds up over the outputs. Each output has its own bias: add up over the points, axis 0.",
)
def _(dz, x, w):
    dz = dz.astype(float)
    return dz @ w, dz.T @ x, dz.sum(axis=1)


@fc_backward.mistake("db_one_number", "Your db is one number. Each output has its own bias: (m,).")
def _(dz, x, w):
    dz = dz.astype(float)
    return dz @ w, dz.T @ x, dz.sum()


@fc_backward.mistake("db_as_a_row", "Your db has the shape (1, m). It must have the shape of b, (m,).")
def _(dz, x, w):
    dz = dz.astype(float)
    return dz @ w, dz.T @ x, dz.sum(axis=0, keepdims=True)


@fc_backward.mistake("dz_for_db", "Your db is dz itself. The bias is used for every point: add up over the points.")
def _(dz, x, w):
    dz = dz.astype(float)
    return dz @ w, dz.T @ x, dz


@fc_backward.mistake(
    "weights_turned_over",
    "Your dx is dz @ w.T. That fails unless there are as many inputs as outputs, and then it is wrong too. Use dz @ w.",
)
def _(dz, x, w):
    dz = dz.astype(float)
    return dz @ w.T.astype(float), dz.T @ x, dz.sum(axis=0)


@fc_backward.mistake("order_of_the_results", "Your three gradients are in another order. Return (dx, dw, db).")
def _(dz, x, w):
    dz = dz.astype(float)
    return dz.T @ x, dz @ w, dz.sum(axis=0)


@fc_backward.mistake(
    "kept_in_bytes",
    "Your gradients are wrong for uint8: results above 255 wrap around. Convert the arrays to floats first.",
)
def _(dz, x, w):
    return dz @ w, dz.T @ x, dz.sum(axis=0, dtype=dz.dtype)


# ---------------------------------------------------------------------------------------- softmax_nll_backward


@book.exercise(
    points=2,
    aspects={
        "values": "take the probabilities, subtract 1 at each true class, and divide by the number of points.",
        "each row on its own": "the probabilities of one point add up to 1, so its gradient adds up to 0.",
        "large logits": "subtract each row's maximum before exp, so that nothing overflows.",
        "number types": "logits may be integers, and y may have any integer type.",
    },
    hints=[
        "The loss of one point is log(sum of exp(z)) - z_y. Its derivative with respect to z_k is softmax(z)_k, minus "
        "1 if k = y.",
        "Start with the probabilities p, (N, K). Then p[np.arange(N), y] -= 1.",
        "The loss is the mean over the points, so each point's gradient is divided by N.",
    ],
    forbidden=("scipy", "torch"),
    worked=[("values", {"logits": np.array([[0.0, 0.0]]), "y": np.array([1])})],
)
def softmax_nll_backward(logits, y):
    z = np.asarray(logits, dtype=float)
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    p[np.arange(len(y)), y] -= 1
    return p / len(y)


def _logits(rng, n, k):
    """Multiples of 1/4 from -3 to 3, all different within a row."""
    return np.array([rng.permutation(np.arange(-12, 13))[:k] for _ in range(n)]) / 4


def _far(rng, n, k):
    """Logits of absolute value 10,000 and more, close together within a row but not between rows."""
    return _logits(rng, n, k) + rng.choice([-1, 1], (n, 1)) * (10_000.0 + 1500 * rng.permutation(n)[:, None])


def _classes(rng, n, k):
    """Classes that are not just 0 to n - 1."""
    while True:
        y = rng.integers(0, k, n)
        if not np.array_equal(y, np.arange(n)) and len(set(y.tolist())) > 1:
            return y


@softmax_nll_backward.cases
def _(rng):
    def points(n, k):
        return {"logits": _logits(rng, n, k), "y": _classes(rng, n, k)}

    yield "values", points(2, 3)
    yield "values", points(4, 2)
    yield "values", points(3, 5)
    yield "each row on its own", points(3, 3)
    yield "each row on its own", {**points(4, 4), "logits": _logits(rng, 4, 4) + np.array([[2], [-2], [1], [0]])}
    yield "large logits", {"logits": _far(rng, 3, 4), "y": _classes(rng, 3, 4)}
    yield "large logits", {"logits": _far(rng, 2, 3) * np.array([[1], [-1]]), "y": _classes(rng, 2, 3)}
    yield "large logits", {"logits": _logits(rng, 3, 3) * 2000, "y": _classes(rng, 3, 3)}
    whole = rng.permutation(np.arange(-3, 6)).reshape(3, 3)
    yield "number types", {"logits": whole, "y": _classes(rng, 3, 3).astype(np.uint8)}
    yield "number types", {"logits": (whole + 240).astype(np.uint8), "y": _classes(rng, 3, 3)}
    yield "number types", {"logits": _logits(rng, 3, 2).astype(np.float32), "y": _classes(rng, 3, 2).astype(np.int32)}


def _probabilities(logits, axis=1):
    z = logits.astype(float)
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def _one_hot(y, k):
    return np.eye(k)[y]


@softmax_nll_backward.mistake(
    "not_divided",
    "Your gradient is that of the sum of the losses. The loss is their mean: divide by the number of points.",
)
def _(logits, y):
    return _probabilities(logits) - _one_hot(y, logits.shape[1])


@softmax_nll_backward.mistake(
    "wrong_sign",
    "Your gradient has the wrong sign: subtract the 1 at the true class from the probabilities, not the other way "
    "round.",
)
def _(logits, y):
    return (_one_hot(y, logits.shape[1]) - _probabilities(logits)) / len(y)


@softmax_nll_backward.mistake(
    "nothing_taken_away", "Your gradient is only the probabilities. Subtract 1 at each true class."
)
def _(logits, y):
    return _probabilities(logits) / len(y)


@softmax_nll_backward.mistake(
    "true_class_only",
    "Your gradient is 0 except at the true classes. But a larger logit of any other class also increases the loss.",
)
def _(logits, y):
    one_hot = _one_hot(y, logits.shape[1])
    return one_hot * (_probabilities(logits) - 1) / len(y)


@softmax_nll_backward.mistake(
    "divided_by_classes", "Your gradient is divided by the number of classes. Divide by the number of points."
)
def _(logits, y):
    return (_probabilities(logits) - _one_hot(y, logits.shape[1])) / logits.shape[1]


@softmax_nll_backward.mistake("divided_twice", "Your gradient is divided by N * K. Divide by the number of points, N.")
def _(logits, y):
    return (_probabilities(logits) - _one_hot(y, logits.shape[1])) / logits.size


@softmax_nll_backward.mistake(
    "taken_away_after_dividing",
    "Your gradient subtracts 1 after dividing by N. Subtract first, then divide.",
)
def _(logits, y):
    return _probabilities(logits) / len(y) - _one_hot(y, logits.shape[1])


@softmax_nll_backward.mistake(
    "all_rows_and_columns",
    "Your gradient is what you get from p[:, y] -= 1, which subtracts 1 in whole columns. p[np.arange(N), y] is one "
    "entry of each row.",
)
def _(logits, y):
    p = _probabilities(logits)
    p[:, y] -= 1
    return p / len(y)


@softmax_nll_backward.mistake(
    "softmax_left_out", "Your gradient uses the logits instead of the probabilities. Apply softmax first."
)
def _(logits, y):
    return (logits - _one_hot(y, logits.shape[1])) / len(y)


@softmax_nll_backward.mistake(
    "over_the_points",
    "Your softmax normalizes over the points. The probabilities of one point, a row, must add up to 1.",
)
def _(logits, y):
    return (_probabilities(logits, 0) - _one_hot(y, logits.shape[1])) / len(y)


@softmax_nll_backward.mistake(
    "overflow", "Your gradient is right until exp overflows. Subtract each row's maximum first."
)
def _(logits, y):
    e = np.exp(logits.astype(float))
    return (e / e.sum(axis=1, keepdims=True) - _one_hot(y, logits.shape[1])) / len(y)


# ------------------------------------------------------------------------------------------ max_pool2d_backward


@book.exercise(
    points=3,
    aspects={
        "values": "each dy goes to the place of its window's maximum. Everything else is 0.",
        "overlap": "a place may be the maximum of several windows: add up their gradients with +=.",
        "gaps": "when the stride is larger than the window, some places are in no window. Their gradient is 0.",
        "sizes that do not divide": "dx has the shape of x, even when a last row or column is in no window.",
        "channels": "each image and each channel has its maxima in different places.",
        "other windows": "the same number may also be in another window. Look for the maximum only within the window.",
        "negative values": "the maximum of -3 and -5 is -3: compare with the window's own maximum, not with 0.",
        "number types": "dx holds fractions, even when x holds integers: use np.zeros(x.shape), not np.zeros_like(x).",
    },
    hints=[
        "The output depends only on the maximum: a small change of any other entry changes nothing. So where does dy "
        "go, and what do the others get?",
        "Loop over the windows, as in the forward pass. For each, find the place of its maximum: window == "
        "window.max(), or np.unravel_index(window.argmax(), window.shape).",
        "dx[n, c, top : top + size, left : left + size] += dy[n, c, i, j] * (window == window.max())",
    ],
    forbidden=BY_HAND,
)
def max_pool2d_backward(dy, x, size, stride):
    dx = np.zeros(x.shape)
    n, c, rows, columns = dy.shape
    for image in range(n):
        for channel in range(c):
            for i in range(rows):
                for j in range(columns):
                    window = x[image, channel, i * stride : i * stride + size, j * stride : j * stride + size]
                    row, column = np.unravel_index(np.argmax(window), window.shape)
                    dx[image, channel, i * stride + row, j * stride + column] += dy[image, channel, i, j]
    return dx


def _pooling(rng, n, c, height, width, size, stride, x=None):
    """Arguments with different values everywhere, so that no window has two maxima."""
    rows, columns = (height - size) // stride + 1, (width - size) // stride + 1
    x = 1.0 + rng.permutation(n * c * height * width) if x is None else x
    return {
        "dy": _different(rng, n, c, rows, columns),
        "x": x.reshape(n, c, height, width),
        "size": size,
        "stride": stride,
    }


def _crowded(rng, n, c, height, width, size, stride):
    """The same, with some places that are the maximum of several windows."""
    while True:
        arguments = _pooling(rng, n, c, height, width, size, stride)
        windows = np.lib.stride_tricks.sliding_window_view(arguments["x"], (size, size), axis=(2, 3))[
            :, :, ::stride, ::stride
        ]
        maxima = windows.max(axis=(4, 5))
        if all(len(np.unique(one)) < one.size for one in maxima.reshape(n, -1)):
            return arguments


@max_pool2d_backward.cases
def _(rng):
    yield "values", _pooling(rng, 1, 1, 4, 6, 2, 2)
    yield "values", _pooling(rng, 1, 1, 6, 4, 2, 2)
    yield "values", _pooling(rng, 1, 1, 3, 9, 3, 3)
    yield "overlap", _crowded(rng, 1, 1, 4, 5, 3, 1)
    yield "overlap", _crowded(rng, 1, 1, 5, 7, 3, 2)
    yield "overlap", _crowded(rng, 2, 1, 5, 4, 2, 1)
    yield "gaps", _pooling(rng, 1, 1, 5, 8, 2, 3)
    yield "gaps", _pooling(rng, 1, 2, 5, 3, 1, 2)
    yield "sizes that do not divide", _pooling(rng, 1, 1, 5, 7, 2, 2)
    yield "sizes that do not divide", _pooling(rng, 1, 1, 7, 4, 3, 2)
    yield "sizes that do not divide", _pooling(rng, 1, 1, 4, 8, 3, 3)
    yield "channels", _pooling(rng, 1, 3, 4, 2, 2, 2)
    yield "channels", _pooling(rng, 3, 2, 2, 4, 2, 2)
    # Two neighbouring windows with the same numbers: each has one maximum, and the map has it twice.
    twice = np.concatenate([rng.permutation(9).reshape(3, 3), rng.permutation(9).reshape(3, 3)], axis=1) + 1.0
    yield "other windows", _pooling(rng, 1, 1, 3, 6, 3, 3, twice)
    yield "other windows", _pooling(rng, 1, 2, 6, 3, 3, 3, np.stack([twice.T, twice[:, ::-1].T]))
    below = -2.0 - rng.permutation(24)
    yield "negative values", _pooling(rng, 1, 1, 4, 6, 2, 2, below)
    yield "negative values", _pooling(rng, 1, 2, 3, 4, 2, 1, below * 1000)
    grey = rng.permutation(np.arange(200, 256))[:24].astype(np.uint8)
    for x in (rng.permutation(24), grey):
        arguments = _pooling(rng, 1, 1, 4, 6, 2, 2, x)
        yield "number types", {**arguments, "dy": arguments["dy"] / 4 + 0.125}
    arguments = _pooling(rng, 1, 1, 4, 6, 2, 2)
    yield (
        "number types",
        {**arguments, "dy": arguments["dy"].astype(np.float32) / 2, "x": arguments["x"].astype(np.float32)},
    )


def _pool_windows(dy, x, size, stride, one):
    """max_pool2d_backward that calls `one(dx, window, slices, gradient)` for each window."""
    dx = np.zeros(x.shape)
    for image, channel, i, j in np.ndindex(dy.shape):
        place = (image, channel, slice(i * stride, i * stride + size), slice(j * stride, j * stride + size))
        one(dx, x[place].astype(float), place, dy[image, channel, i, j])
    return dx


@max_pool2d_backward.mistake(
    "assigned",
    "Your gradients replace one another where windows overlap. Use += instead of =: a place may be the maximum of "
    "several windows.",
)
def _(dy, x, size, stride):
    def one(dx, window, place, gradient):
        here = dx[place]
        here[window == window.max()] = gradient

    return _pool_windows(dy, x, size, stride, one)


@max_pool2d_backward.mistake(
    "found_in_the_whole_map",
    "Your gradients go to every place of the map that holds the window's maximum, in other windows too. "
    "Look for it within the window.",
)
def _(dy, x, size, stride):
    def one(dx, window, place, gradient):
        here = place[:2]
        dx[here] += gradient * (x[here] == window.max())

    return _pool_windows(dy, x, size, stride, one)


@max_pool2d_backward.mistake(
    "whole_window_assigned",
    "Your windows erase the gradients of earlier windows: dx[...] = dy * mask sets the other places to 0. Use += "
    "instead.",
)
def _(dy, x, size, stride):
    def one(dx, window, place, gradient):
        dx[place] = gradient * (window == window.max())

    return _pool_windows(dy, x, size, stride, one)


@max_pool2d_backward.mistake(
    "whole_window", "Your dy goes to all places of its window. Only the maximum's place should get it."
)
def _(dy, x, size, stride):
    def one(dx, window, place, gradient):
        dx[place] += gradient

    return _pool_windows(dy, x, size, stride, one)


@max_pool2d_backward.mistake(
    "average", "Your dy is shared among all places of its window. That is the gradient of average pooling."
)
def _(dy, x, size, stride):
    def one(dx, window, place, gradient):
        dx[place] += gradient / window.size

    return _pool_windows(dy, x, size, stride, one)


@max_pool2d_backward.mistake("smallest", "Your dy goes to the minimum of its window. It should go to the maximum.")
def _(dy, x, size, stride):
    def one(dx, window, place, gradient):
        dx[place] += gradient * (window == window.min())

    return _pool_windows(dy, x, size, stride, one)


@max_pool2d_backward.mistake(
    "times_the_maximum",
    "Your gradient is multiplied by the maximum itself. The slope there is 1: pass on dy unchanged.",
)
def _(dy, x, size, stride):
    def one(dx, window, place, gradient):
        dx[place] += gradient * window * (window == window.max())

    return _pool_windows(dy, x, size, stride, one)


@max_pool2d_backward.mistake(
    "values_for_gradients", "Your dx holds the maxima of x. It must hold the gradients dy, in the places of the maxima."
)
def _(dy, x, size, stride):
    def one(dx, window, place, gradient):
        dx[place] += window * (window == window.max())

    return _pool_windows(dy, x, size, stride, one)


@max_pool2d_backward.mistake(
    "compared_with_zero",
    "Your search for the maximum starts from 0, so a window of negative numbers has none. Start from the window's own "
    "numbers.",
)
def _(dy, x, size, stride):
    def one(dx, window, place, gradient):
        dx[place] += gradient * (window == max(window.max(), 0))

    return _pool_windows(dy, x, size, stride, one)


@max_pool2d_backward.mistake(
    "stride_for_size", "Your windows have the size of the stride. They must be size by size, and move by stride."
)
def _(dy, x, size, stride):
    dx = np.zeros(x.shape)
    for image, channel, i, j in np.ndindex(dy.shape):
        place = (image, channel, slice(i * stride, (i + 1) * stride), slice(j * stride, (j + 1) * stride))
        dx[place] += dy[image, channel, i, j] * (x[place] == x[place].max(initial=-np.inf))
    return dx


@max_pool2d_backward.mistake("steps_of_size", "Your windows move by their own size. They must move by stride.")
def _(dy, x, size, stride):
    dx = np.zeros(x.shape)
    for image, channel, i, j in np.ndindex(dy.shape):
        place = (image, channel, slice(i * size, (i + 1) * size), slice(j * size, (j + 1) * size))
        dx[place] += dy[image, channel, i, j] * (x[place] == x[place].max(initial=-np.inf))
    return dx


@max_pool2d_backward.mistake(
    "place_within_the_window",
    "Your maximum's place is relative to the window's corner, but you use it as a place in the image. Add the place of "
    "the corner.",
)
def _(dy, x, size, stride):
    dx = np.zeros(x.shape)
    for image, channel, i, j in np.ndindex(dy.shape):
        window = x[image, channel, i * stride : i * stride + size, j * stride : j * stride + size]
        row, column = divmod(int(np.argmax(window)), size)
        dx[image, channel, row, column] += dy[image, channel, i, j]
    return dx


@max_pool2d_backward.mistake(
    "first_channel", "Your maxima come from the first channel for all channels. Each channel has its own."
)
def _(dy, x, size, stride):
    dx = np.zeros(x.shape)
    for image, channel, i, j in np.ndindex(dy.shape):
        rows, columns = slice(i * stride, i * stride + size), slice(j * stride, j * stride + size)
        window = x[image, 0, rows, columns]
        dx[image, channel, rows, columns] += dy[image, channel, i, j] * (window == window.max())
    return dx


@max_pool2d_backward.mistake(
    "rows_and_columns_swapped", "Your rows and columns are swapped: the first index of a window is its row."
)
def _(dy, x, size, stride):
    turned = max_pool2d_backward.reference(dy.transpose(0, 1, 3, 2), x.transpose(0, 1, 3, 2), size, stride)
    return turned


@max_pool2d_backward.mistake(
    "square",
    "Your function uses as many columns of windows as rows. Some are then missing, or there are too many.",
)
def _(dy, x, size, stride):
    dx = np.zeros(x.shape)
    for image, channel, i, j in np.ndindex((*dy.shape[:2], dy.shape[2], dy.shape[2])):
        place = (image, channel, slice(i * stride, i * stride + size), slice(j * stride, j * stride + size))
        dx[place] += dy[image, channel, i, j] * (x[place] == x[place].max())
    return dx


@max_pool2d_backward.mistake(
    "whole_numbers",
    "Your dx has the dtype of x: integers cut off the gradient's fractions. np.zeros(x.shape) holds floats.",
)
def _(dy, x, size, stride):
    return max_pool2d_backward.reference(dy, x, size, stride).astype(x.dtype)


# --------------------------------------------------------------------------------------------- conv2d_backward


@book.exercise(
    points=6,
    aspects={
        "db": "a filter's bias is added to every entry of its feature map, for every image: add up dz over images and "
        "places.",
        "dw": "multiply each dz by the window it came from, and add up over all windows and all images.",
        "dx": "multiply each dz by its filter, and add it at the place of its window. Windows overlap, so use +=.",
        "dw with padding": "use the windows of the padded images.",
        "dx with padding": "add up in an array of the padded size, then cut off the padding: [padding : padding + H] "
        "works for padding 0 too.",
        "dw with stride": "window (i, j) starts at (i * stride, j * stride), as in the forward pass.",
        "dx with stride": "window (i, j) starts at (i * stride, j * stride). Pixels in no window keep the gradient 0.",
        "number types": "gradients hold fractions, even when x or w holds integers, and a byte holds at most 255.",
    },
    hints=[
        "db is the easiest: which entries of the output depend on the bias of filter f, and with what slope?",
        "For dw and dx, write the loops of the forward pass: over images, filters, and windows (i, j). There, z[n, f, "
        "i, j] is the sum of window * w[f]. So add dz[n, f, i, j] * window to dw[f], and dz[n, f, i, j] * w[f] to that "
        "window of dx.",
        "dpadded = np.zeros(padded.shape); in the loops: dw[f] += dz[n, f, i, j] * window, and dpadded[n, :, top : top "
        "+ KH, left : left + KW] += dz[n, f, i, j] * w[f]. At the end, cut off the padding.",
    ],
    probe="part_of",
    forbidden=BY_HAND,
)
def conv2d_backward(dz, x, w, padding=0, stride=1):
    height, width = x.shape[2:]
    kh, kw = w.shape[2:]
    dz, w = dz.astype(float), w.astype(float)
    padded = np.pad(x.astype(float), ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    dpadded = np.zeros(padded.shape)
    dw = np.zeros(w.shape)
    for i in range(dz.shape[2]):
        for j in range(dz.shape[3]):
            rows, columns = slice(i * stride, i * stride + kh), slice(j * stride, j * stride + kw)
            here = dz[:, :, i, j]
            dw += np.tensordot(here, padded[:, :, rows, columns], axes=(0, 0))
            dpadded[:, :, rows, columns] += np.tensordot(here, w, axes=(1, 0))
    dx = dpadded[:, :, padding : padding + height, padding : padding + width]
    return dx, dw, dz.sum(axis=(0, 2, 3))


def _conv_layer(rng, n, c, f, sides, filters, padding=0, stride=1):
    """Arguments of a layer: images (n, c, *sides), filters (f, c, *filters)."""
    rows, columns = ((side + 2 * padding - k) // stride + 1 for side, k in zip(sides, filters))
    arguments = {"dz": _signed(rng, n, f, rows, columns, most=7), "x": _signed(rng, n, c, *sides, most=9)}
    w = _signed(rng, f, c, *filters)
    w[..., -1, -1] = 7 * np.sign(w[..., -1, -1])  # so that a flipped filter differs
    return {
        **arguments,
        "w": w,
        **({"padding": padding} if padding else {}),
        **({"stride": stride} if stride > 1 else {}),
    }


@conv2d_backward.cases
def _(rng):
    yield "db", {**_conv_layer(rng, 2, 1, 3, (3, 4), (2, 2)), "part": "db"}
    yield "db", {**_conv_layer(rng, 3, 2, 2, (4, 3), (3, 2)), "part": "db"}
    for part in ("dw", "dx"):
        yield part, {**_conv_layer(rng, 1, 1, 1, (3, 4), (2, 2)), "part": part}
        yield part, {**_conv_layer(rng, 2, 3, 2, (4, 3), (2, 3)), "part": part}
        yield part, {**_conv_layer(rng, 3, 1, 2, (3, 5), (3, 2)), "part": part}
    for part in ("dw", "dx"):
        yield f"{part} with padding", {**_conv_layer(rng, 1, 1, 2, (3, 4), (3, 3), 1), "part": part}
        yield f"{part} with padding", {**_conv_layer(rng, 2, 2, 1, (3, 2), (2, 3), 2), "part": part}
        yield f"{part} with padding", {**_conv_layer(rng, 2, 1, 3, (2, 4), (3, 2), 1), "part": part}
    for part in ("dw", "dx"):
        yield f"{part} with stride", {**_conv_layer(rng, 1, 2, 1, (5, 7), (3, 2), 0, 2), "part": part}
        yield f"{part} with stride", {**_conv_layer(rng, 2, 1, 2, (6, 4), (2, 3), 1, 2), "part": part}
        yield f"{part} with stride", {**_conv_layer(rng, 1, 1, 2, (4, 6), (2, 2), 2, 3), "part": part}
    for part in ("dw", "dx", "db"):
        arguments = _conv_layer(rng, 2, 1, 2, (3, 4), (2, 2))
        arguments |= {
            "x": _bytes(rng, *arguments["x"].shape),
            "dz": rng.integers(60, 120, arguments["dz"].shape).astype(np.uint8),
        }
        yield "number types", {**arguments, "w": np.abs(arguments["w"]).astype(np.uint8), "part": part}
    for part in ("dw", "dx"):
        arguments = _conv_layer(rng, 1, 2, 1, (4, 3), (2, 2), 1)
        whole = {name: arguments[name].astype(int) for name in ("x", "w")}
        yield "number types", {**arguments, **whole, "dz": arguments["dz"] / 4 + 0.125, "part": part}
    arguments = _conv_layer(rng, 1, 1, 2, (3, 4), (2, 2))
    floats = {name: (arguments[name] / 4).astype(np.float32) for name in ("dz", "x", "w")}
    yield "number types", {**arguments, **floats, "part": "dx"}


def _conv_windows(dz, x, w, padding, stride, to_w=None, to_x=None, pad=None, cut=True):
    """conv2d_backward, window by window; `to_w` and `to_x` may replace the additions."""
    height, width = x.shape[2:]
    kh, kw = w.shape[2:]
    dz, w = dz.astype(float), w.astype(float)
    pad = pad or (lambda x: np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding))))
    padded = pad(x.astype(float))
    dpadded, dw = np.zeros(padded.shape), np.zeros(w.shape)
    for image, f, i, j in np.ndindex(dz.shape):
        place = (image, slice(None), slice(i * stride, i * stride + kh), slice(j * stride, j * stride + kw))
        gradient, window = dz[image, f, i, j], padded[place]
        if to_w:
            to_w(dw, f, gradient, window)
        else:
            dw[f] += gradient * window
        if to_x:
            to_x(dpadded, place, gradient, w[f])
        else:
            dpadded[place] += gradient * w[f]
    dx = dpadded[:, :, padding : padding + height, padding : padding + width] if cut else dpadded
    return dx, dw, dz.sum(axis=(0, 2, 3))


@conv2d_backward.mistake(
    "dw_assigned", "Your dw holds only the contribution of the last window of the last image. Use += instead of =."
)
def _(dz, x, w, padding=0, stride=1):
    def to_w(dw, f, gradient, window):
        dw[f] = gradient * window

    return _conv_windows(dz, x, w, padding, stride, to_w)


@conv2d_backward.mistake(
    "dw_of_the_last_image", "Your dw is that of the last image. Add up the contributions of all images."
)
def _(dz, x, w, padding=0, stride=1):
    dx, _, db = conv2d_backward.reference(dz, x, w, padding, stride)
    return dx, conv2d_backward.reference(dz[-1:], x[-1:], w, padding, stride)[1], db


@conv2d_backward.mistake(
    "dw_mean",
    "Your dw and db are divided by the number of images. The mean is part of the loss, so dz already contains it: just "
    "add up.",
)
def _(dz, x, w, padding=0, stride=1):
    dx, dw, db = conv2d_backward.reference(dz, x, w, padding, stride)
    return dx, dw / len(x), db / len(x)


@conv2d_backward.mistake("dw_turned", "Your dw is flipped: entry (0, 0) belongs to the window's top left corner.")
def _(dz, x, w, padding=0, stride=1):
    dx, dw, db = conv2d_backward.reference(dz, x, w, padding, stride)
    return dx, dw[:, :, ::-1, ::-1], db


@conv2d_backward.mistake(
    "dx_assigned", "Your windows replace one another in dx. Use += instead of =: neighbouring windows overlap."
)
def _(dz, x, w, padding=0, stride=1):
    def to_x(dpadded, place, gradient, w):
        dpadded[place] = gradient * w

    return _conv_windows(dz, x, w, padding, stride, to_x=to_x)


@conv2d_backward.mistake(
    "dx_turned",
    "Your dx is what you get when the filter is flipped. Each window of dx gets dz times the filter, without a flip.",
)
def _(dz, x, w, padding=0, stride=1):
    dx = conv2d_backward.reference(dz, x, w[:, :, ::-1, ::-1], padding, stride)[0]
    return (dx, *conv2d_backward.reference(dz, x, w, padding, stride)[1:])


@conv2d_backward.mistake(
    "dx_from_inputs",
    "Your dx uses the windows of x. The derivative of z with respect to x is the filter: use dz times w.",
)
def _(dz, x, w, padding=0, stride=1):
    padded = np.pad(x.astype(float), ((0, 0), (0, 0), (padding, padding), (padding, padding)))

    def to_x(dpadded, place, gradient, w):
        dpadded[place] += gradient * padded[place]

    return _conv_windows(dz, x, w, padding, stride, to_x=to_x)


@conv2d_backward.mistake(
    "dw_from_weights",
    "Your dw uses the weights. The derivative of z with respect to w is the window of x: use dz times the window.",
)
def _(dz, x, w, padding=0, stride=1):
    weights = w.astype(float)

    def to_w(dw, f, gradient, window):
        dw[f] += gradient * weights[f]

    return _conv_windows(dz, x, w, padding, stride, to_w)


@conv2d_backward.mistake(
    "padding_kept", "Your dx still has the padding around it. Cut it off: dx must have the shape of x."
)
def _(dz, x, w, padding=0, stride=1):
    return _conv_windows(dz, x, w, padding, stride, cut=False)


@conv2d_backward.mistake(
    "empty_slice",
    "Your dx is empty without padding: dpadded[:, :, padding:-padding, ...] is then [0:-0]. Write [padding : padding + "
    "H].",
)
def _(dz, x, w, padding=0, stride=1):
    dx, dw, db = _conv_windows(dz, x, w, padding, stride, cut=False)
    return dx[:, :, padding:-padding, padding:-padding], dw, db


@conv2d_backward.mistake(
    "padding_after",
    "Your zeros are only below and to the right of the images. Padding goes on all four sides.",
)
def _(dz, x, w, padding=0, stride=1):
    def pad(x):
        return np.pad(x, ((0, 0), (0, 0), (0, 2 * padding), (0, 2 * padding)))

    return _conv_windows(dz, x, w, padding, stride, pad=pad)


@conv2d_backward.mistake(
    "edge_padding",
    "Your dw is what you get when the pixels at the images' edges are repeated as padding. Padding means zeros here.",
)
def _(dz, x, w, padding=0, stride=1):
    def pad(x):
        return np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), mode="edge")

    return _conv_windows(dz, x, w, padding, stride, pad=pad)


@conv2d_backward.mistake(
    "stride_forgotten",
    "Your windows always move by 1. Window (i, j) starts at (i * stride, j * stride), as in the forward pass.",
)
def _(dz, x, w, padding=0, stride=1):
    return _conv_windows(dz, x, w, padding, 1)


@conv2d_backward.mistake(
    "batch_summed",
    "Your dx is the same for every image: you added up the gradients over the batch. Each image has its own.",
)
def _(dz, x, w, padding=0, stride=1):
    dx, dw, db = conv2d_backward.reference(dz, x, w, padding, stride)
    return np.broadcast_to(dx.sum(axis=0), dx.shape).copy(), dw, db


@conv2d_backward.mistake(
    "last_filter_only",
    "Your dx comes only from the last filter. All filters use the same images: add up over the filters.",
)
def _(dz, x, w, padding=0, stride=1):
    dx = conv2d_backward.reference(dz[:, -1:], x, w[-1:], padding, stride)[0]
    return (dx, *conv2d_backward.reference(dz, x, w, padding, stride)[1:])


@conv2d_backward.mistake(
    "channels_summed",
    "Your dw is the same for every channel: you added up the window over its depth. Each channel has its own.",
)
def _(dz, x, w, padding=0, stride=1):
    dx, dw, db = conv2d_backward.reference(dz, x, w, padding, stride)
    return dx, np.broadcast_to(dw.sum(axis=1, keepdims=True), dw.shape).copy(), db


@conv2d_backward.mistake(
    "db_of_all_weights",
    "Your db counts each dz once for every weight of the filter. The bias is added once to each output.",
)
def _(dz, x, w, padding=0, stride=1):
    dx, dw, db = conv2d_backward.reference(dz, x, w, padding, stride)
    return dx, dw, db * w[0].size


@conv2d_backward.mistake("db_one_number", "Your db is one number. Each filter has its own bias: (F,).")
def _(dz, x, w, padding=0, stride=1):
    dx, dw, db = conv2d_backward.reference(dz, x, w, padding, stride)
    return dx, dw, db.sum()


@conv2d_backward.mistake(
    "db_for_each_image",
    "Your db has a row for each image. A bias is the same for all of them: add up over the images too.",
)
def _(dz, x, w, padding=0, stride=1):
    dx, dw, _ = conv2d_backward.reference(dz, x, w, padding, stride)
    return dx, dw, dz.astype(float).sum(axis=(2, 3))


@conv2d_backward.mistake("db_mean", "Your db is the mean over images and places. Take their sum.")
def _(dz, x, w, padding=0, stride=1):
    dx, dw, _ = conv2d_backward.reference(dz, x, w, padding, stride)
    return dx, dw, dz.astype(float).mean(axis=(0, 2, 3))


@conv2d_backward.mistake("order_of_the_results", "Your three gradients are in another order. Return (dx, dw, db).")
def _(dz, x, w, padding=0, stride=1):
    dx, dw, db = conv2d_backward.reference(dz, x, w, padding, stride)
    return dw, dx, db


@conv2d_backward.mistake(
    "rows_and_columns_swapped",
    "Your gradients have rows and columns swapped: the first index of a window is its row.",
)
def _(dz, x, w, padding=0, stride=1):
    dx, dw, db = conv2d_backward.reference(dz, x, w, padding, stride)
    return dx.transpose(0, 1, 3, 2), dw.transpose(0, 1, 3, 2), db


@conv2d_backward.mistake(
    "square",
    "Your function uses as many columns of windows as rows, and assumes square filters. Height and width may differ.",
)
def _(dz, x, w, padding=0, stride=1):
    height, width = x.shape[2:]
    k = w.shape[2]
    padded = np.pad(x.astype(float), ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    dpadded, dw = np.zeros(padded.shape), np.zeros((*w.shape[:2], k, k))
    for image, f, i, j in np.ndindex((*dz.shape[:2], dz.shape[2], dz.shape[2])):
        place = (image, slice(None), slice(i * stride, i * stride + k), slice(j * stride, j * stride + k))
        dw[f] += dz[image, f, i, j] * padded[place]
        dpadded[place] += dz[image, f, i, j] * w[f]
    return dpadded[:, :, padding : padding + height, padding : padding + width], dw, dz.sum(axis=(0, 2, 3), dtype=float)


@conv2d_backward.mistake(
    "whole_numbers",
    "Your gradients have the dtype of x or w: integers cut off their fractions, and a byte holds at most 255. "
    "np.zeros(x.shape) holds floats; np.zeros_like(x) has the dtype of x.",
)
def _(dz, x, w, padding=0, stride=1):
    dx, dw, db = conv2d_backward.reference(dz, x, w, padding, stride)
    if x.dtype == np.uint8:
        return dx.astype(np.int64).astype(x.dtype), dw.astype(np.int64).astype(w.dtype), db
    return dx.astype(x.dtype), dw.astype(w.dtype), db


# ---------------------------------------------------------------------------------------------------- sgd_step


@book.exercise(
    points=1,
    aspects={
        "values": "subtract lr times its gradient from each array.",
        "any parameters": "use the names in params, whatever they are and however many there are.",
        "names": "the two dicts need not be in the same order: the gradient of params[name] is grads[name].",
        "number types": "integers minus fractions give fractions.",
    },
    hints=[
        "The gradient points in the direction in which the loss grows, so go the other way.",
        "A dict comprehension makes a new dict: {name: ... for name in params}.",
    ],
)
def sgd_step(params, grads, lr):
    return {name: params[name] - lr * grads[name] for name in params}


@sgd_step.cases
def _(rng):
    def step(lr, **shapes):
        params = {name: _different(rng, *shape) for name, shape in shapes.items()}
        return {"params": params, "grads": {name: _different(rng, *shape) for name, shape in shapes.items()}, "lr": lr}

    yield "values", step(0.5, w=(3,))
    yield "values", step(0.25, w=(2, 3), b=(2,))
    yield "any parameters", step(0.125, w1=(2, 1, 2, 2), b1=(2,), w2=(3, 4), b2=(3,))
    yield "any parameters", step(2.0, slope=(1,), offset=())
    arguments = step(0.25, w1=(3,), w2=(3,), b=(3,))
    backwards = dict(reversed(arguments["grads"].items()))
    yield "names", {**arguments, "grads": backwards}
    yield "names", {**step(0.5, w=(2, 2), b=(2, 2)), "grads": {name: _different(rng, 2, 2) for name in "bw"}}
    arguments = step(0.5, w=(2, 2), b=(3,))
    whole = {name: value.astype(int) for name, value in arguments["params"].items()}
    yield (
        "number types",
        {**arguments, "params": whole, "grads": {name: value / 2 for name, value in arguments["grads"].items()}},
    )
    arguments = step(0.25, w=(4,), b=(1,))
    yield (
        "number types",
        {name: {key: item.astype(np.float32) for key, item in arguments[name].items()} for name in ("params", "grads")}
        | {"lr": 0.25},
    )


@sgd_step.mistake(
    "uphill",
    "Your step goes uphill: the gradient points in the direction in which the loss grows. Subtract lr times the "
    "gradient.",
)
def _(params, grads, lr):
    return {name: params[name] + lr * grads[name] for name in params}


@sgd_step.mistake(
    "order_for_names",
    "Your arrays are paired by their order in the dicts. Use the gradient with the same name: grads[name].",
)
def _(params, grads, lr):
    return {name: value - lr * change for (name, value), change in zip(params.items(), grads.values())}


@sgd_step.mistake("step_only", "Your result is the step, lr times the gradient. Subtract it from the parameters.")
def _(params, grads, lr):
    return {name: lr * grads[name] for name in params}


@sgd_step.mistake("lr_ignored", "Your step is the whole gradient. Multiply it by lr.")
def _(params, grads, lr):
    return {name: params[name] - grads[name] for name in params}


@sgd_step.mistake(
    "lr_divided", "Your step is the gradient divided by lr. Multiply it by lr: a smaller lr means smaller steps."
)
def _(params, grads, lr):
    return {name: params[name] - grads[name] / lr for name in params}


@sgd_step.mistake(
    "dict_changed",
    "Your values are right, but you write them into the given dict. Return a new one: {name: ... for name in params}.",
)
def _(params, grads, lr):
    for name in params:
        params[name] = params[name] - lr * grads[name]
    return params


@sgd_step.mistake("first_only", "Your step changes only the first array: is your return inside the loop?")
def _(params, grads, lr):
    new = dict(params)
    for name in params:
        new[name] = params[name] - lr * grads[name]
        return new


@sgd_step.mistake(
    "one_sign_of_all",
    "Your step has the same size everywhere: it uses the sign of the gradient. Use the gradient itself.",
)
def _(params, grads, lr):
    return {name: params[name] - lr * np.sign(grads[name]) for name in params}


# ------------------------------------------------------------------------------------------------------- train


def _forward(params, x):
    """The network of convnet_forward: logits, and every step before them for the backward pass."""
    z1 = layers.conv2d(x, params["w1"], params["b1"], padding=1)
    a1 = layers.relu(z1)
    p1 = layers.max_pool2d(a1, 2, 2)
    z2 = layers.conv2d(p1, params["w2"], params["b2"], padding=1)
    a2 = layers.relu(z2)
    p2 = layers.max_pool2d(a2, 2, 2)
    logits = p2.reshape(len(x), -1) @ params["w3"].T + params["b3"]
    return logits, (x, z1, a1, p1, z2, a2, p2)


def _backward(params, dlogits, steps, slope=layers.relu_backward):
    x, z1, a1, p1, z2, a2, p2 = steps
    grads = {"w3": dlogits.T @ p2.reshape(len(x), -1), "b3": dlogits.sum(axis=0)}
    dp2 = (dlogits @ params["w3"]).reshape(p2.shape)
    dz2 = slope(layers.max_pool2d_backward(dp2, a2, 2, 2), z2)
    dp1, grads["w2"], grads["b2"] = layers.conv2d_backward(dz2, p1, params["w2"], padding=1)
    dz1 = slope(layers.max_pool2d_backward(dp1, a1, 2, 2), z1)
    _, grads["w1"], grads["b1"] = layers.conv2d_backward(dz1, x, params["w1"], padding=1)
    return grads


def _mean_loss(logits, y):
    z = logits - logits.max(axis=1, keepdims=True)
    return -np.mean(z[np.arange(len(y)), y] - np.log(np.exp(z).sum(axis=1)))


@book.exercise(
    points=4,
    aspects={
        "gradient steps": "all images of this case are the same, so every minibatch has the same gradient. Each epoch "
        "makes N / batch steps of params - lr * gradient, in any order.",
        "last batch": "when batch does not divide N, the last batch is smaller. It makes a step too.",
        "learns": "the images show horizontal, vertical or diagonal bars, and the test uses new ones. Shuffle images "
        "and labels together, and update all parameters.",
        "losses": "return one number for each epoch, the mean loss of its points. The losses fall while the network "
        "learns.",
        "same seed": "take the order of the images from np.random.default_rng(seed). The same seed must give the same "
        "result, to the last digit.",
    },
    hints=[
        "For each epoch, shuffle and cut into batches. For each batch, go forward, go backward, and make a step.",
        "order = rng.permutation(len(x)); a batch is x[order[start : start + batch]] and the same entries of y. Keep "
        "each layer's output from the forward pass: the backward pass needs it.",
        "Go backward, from the end: dlogits = softmax_nll_backward(...); the fully connected layer; reshape to the "
        "maps' shape; then pooling, ReLU, convolution, twice. The module layers has them all: "
        "layers.max_pool2d_backward, layers.relu_backward, layers.conv2d_backward.",
    ],
    probe="trained",
    derive="training",
    forbidden=("torch", "sklearn"),
)
def train(params, x, y, lr, epochs, batch, seed):
    rng = np.random.default_rng(seed)
    losses = []
    for _ in range(epochs):
        order = rng.permutation(len(x))
        total = 0.0
        for start in range(0, len(x), batch):
            chosen = order[start : start + batch]
            logits, steps = _forward(params, x[chosen])
            total += _mean_loss(logits, y[chosen]) * len(chosen)
            grads = _backward(params, softmax_nll_backward.reference(logits, y[chosen]), steps)
            params = {name: params[name] - lr * grads[name] for name in params}
        losses.append(float(total / len(x)))
    return params, losses


def _start(rng, shape, filters, classes):
    """He initialization with biases that are not 0, rounded to a few binary digits."""
    c, height, width = shape
    f1, f2 = filters
    n = f2 * (height // 4) * (width // 4)

    def weights(*size):
        return np.round(rng.normal(0, np.sqrt(2 / np.prod(size[1:])), size) * 64) / 64

    def biases(count):
        return rng.integers(1, 9, count) * rng.choice([-1, 1], count) / 64

    w1, w2, w3 = weights(f1, c, 3, 3), weights(f2, f1, 3, 3), weights(classes, n)
    return {"w1": w1, "b1": biases(f1), "w2": w2, "b2": biases(f2), "w3": w3, "b3": biases(classes)}


def _alive(params, x):
    """Whether units of both layers are on for some images and off for others."""
    steps = _forward(params, x)[1]
    return all(0.15 < (a > 0).mean() < 0.9 and (a > 0).any(axis=(0, 2, 3)).all() for a in (steps[2], steps[5]))


def _live_start(rng, x, filters, classes):
    while True:
        params = _start(rng, x.shape[1:], filters, classes)
        if _alive(params, x):
            return params


def _bars(rng, n, height, width):
    """Images (n, 1, H, W) with a bar and some noise, and their classes: 0 horizontal, 1 vertical, 2 diagonal."""
    x = rng.integers(0, 3, (n, 1, height, width)) / 8
    y = rng.permutation(np.arange(n) % 3)
    for image, kind in zip(x[:, 0], y):
        row, column = rng.integers(0, height - 3), rng.integers(0, width - 3)
        for step in range(4):
            place = [(row, column + step), (row + step, column), (row + step, column + step)][kind]
            image[place] = 1.0
    return x, y


def _learnable(rng):
    """Arguments for which the reference learns nearly everything, so that other orders of the images learn most."""
    while True:
        x, y = _bars(rng, 60, 5, 6)
        start, seed = _live_start(rng, x, (8, 8), 3), int(rng.integers(0, 1000))
        arguments = {"params": start, "x": x[:30], "y": y[:30], "lr": 0.125, "epochs": 12, "batch": 5, "seed": seed}
        after, _ = train.reference(**arguments)
        if np.mean(_forward(after, x[30:])[0].argmax(axis=1) == y[30:]) > 0.95:
            return {**arguments, "look_at": "new images", "new_x": x[30:], "new_y": y[30:]}


@train.cases
def _(rng):
    def copies(n, shape, filters, classes, dtype=float):
        """The same image n times."""
        one = rng.integers(0, 9, shape)
        one = one.astype(dtype) if dtype is np.uint8 else one / 4 - 1
        x, y = np.stack([one] * n), np.full(n, rng.integers(0, classes))
        return {"params": _live_start(rng, x / 4, filters, classes), "x": x, "y": y}

    numbers = {"seed": int(rng.integers(0, 1000)), "look_at": "params"}
    yield "gradient steps", {**copies(2, (1, 4, 8), (2, 3), 3), "lr": 0.125, "epochs": 1, "batch": 2, **numbers}
    yield "gradient steps", {**copies(6, (2, 5, 4), (3, 2), 4), "lr": 0.0625, "epochs": 2, "batch": 3, **numbers}
    yield "gradient steps", {**copies(4, (1, 8, 5), (2, 2), 2), "lr": 0.25, "epochs": 3, "batch": 4, **numbers}
    yield (
        "gradient steps",
        {**copies(4, (1, 4, 5), (2, 2), 3, np.uint8), "lr": 0.03125, "epochs": 1, "batch": 2, **numbers},
    )
    yield "last batch", {**copies(5, (1, 4, 5), (2, 2), 3), "lr": 0.125, "epochs": 1, "batch": 2, **numbers}
    yield "last batch", {**copies(7, (1, 5, 4), (2, 3), 2), "lr": 0.0625, "epochs": 2, "batch": 3, **numbers}
    yield "last batch", {**copies(3, (2, 4, 4), (3, 2), 3), "lr": 0.125, "epochs": 2, "batch": 8, **numbers}
    yield "learns", _learnable(rng)
    arguments = {**copies(6, (1, 4, 6), (2, 2), 3), "lr": 2.0**-10, "epochs": 3, "batch": 2}
    yield "losses", {**arguments, "seed": numbers["seed"], "look_at": "losses"}
    for n, epochs in ((18, 6), (12, 8)):
        x, y = _bars(rng, n, 4, 8)
        arguments = {
            "params": _live_start(rng, x, (2, 3), 3),
            "x": x,
            "y": y,
            "lr": 0.03125,
            "epochs": epochs,
            "batch": 2,
        }
        yield "losses", {**arguments, "seed": int(rng.integers(0, 1000)), "look_at": "losses"}
    # Steps so small that each epoch's mean stays that of the start, and no single image's loss is near it.
    while True:
        x, y = _bars(rng, 6, 5, 6)
        start = _live_start(rng, x, (2, 3), 3)
        logits = _forward(start, x)[0]
        each = np.array([_mean_loss(logits[[i]], y[[i]]) for i in range(len(x))])
        if (np.abs(each / each.mean() - 1) > 0.15).all():
            break
    arguments = {"params": start, "x": x, "y": y, "lr": 2.0**-10, "epochs": 2, "batch": 1}
    yield "losses", {**arguments, "seed": int(rng.integers(0, 1000)), "look_at": "small steps"}
    x, y = _bars(rng, 9, 8, 4)
    arguments = {"params": _live_start(rng, x, (2, 2), 3), "x": x, "y": y, "lr": 0.25, "epochs": 2, "batch": 2}
    yield "same seed", {**arguments, "seed": int(rng.integers(0, 1000)), "look_at": "a second run"}


def _trained(params, x, y, lr, epochs, batch, seed, grads=None, orders=None, batches=None, mean=None):
    """train with one of its parts replaced."""
    rng = np.random.default_rng(seed)
    params = dict(params)
    losses: list[float] = []
    for _ in range(epochs):
        order, order_y = orders(rng, len(x)) if orders else [rng.permutation(len(x))] * 2
        found = []
        for start in list(range(0, len(x), batch))[:batches]:
            here, labels = order[start : start + batch], y[order_y[start : start + batch]]
            logits, steps = _forward(params, x[here])
            found.append(_mean_loss(logits, labels))
            dlogits = softmax_nll_backward.reference(logits, labels)
            change = grads(params, dlogits, steps) if grads else _backward(params, dlogits, steps)
            params = {name: params[name] - lr * change[name] for name in params}
        losses += mean(found) if mean else [np.mean(found)]
    return params, losses


@train.mistake("uphill", "Your steps go uphill: the losses grow. Subtract lr times the gradient.")
def _(params, x, y, lr, epochs, batch, seed):
    def grads(params, dlogits, steps):
        return {name: -change for name, change in _backward(params, dlogits, steps).items()}

    return _trained(params, x, y, lr, epochs, batch, seed, grads)


@train.mistake(
    "gradients_summed",
    "Your steps are too large by a factor of the batch size. The loss is a mean, so divide its gradient by the batch "
    "size.",
)
def _(params, x, y, lr, epochs, batch, seed):
    def grads(params, dlogits, steps):
        return _backward(params, dlogits * len(dlogits), steps)

    return _trained(params, x, y, lr, epochs, batch, seed, grads)


@train.mistake(
    "one_step_for_each_epoch",
    "Your epochs make only one step each. An epoch goes through all batches, with a step for each.",
)
def _(params, x, y, lr, epochs, batch, seed):
    return _trained(params, x, y, lr, epochs, batch, seed, batches=1)


@train.mistake(
    "last_batch_left_out",
    "Your epochs leave out the images of a last, smaller batch. Continue to the end: range(0, len(x), batch).",
)
def _(params, x, y, lr, epochs, batch, seed):
    return _trained(params, x, y, lr, epochs, batch, seed, batches=max(1, len(x) // batch))


@train.mistake(
    "last_layer_only", "Your filters don't change: only w3 and b3 learn. The gradient must go back through all layers."
)
def _(params, x, y, lr, epochs, batch, seed):
    def grads(params, dlogits, steps):
        return {name: change * name.endswith("3") for name, change in _backward(params, dlogits, steps).items()}

    return _trained(params, x, y, lr, epochs, batch, seed, grads)


@train.mistake("biases_forgotten", "Your biases don't change. They are parameters too, with their own gradients.")
def _(params, x, y, lr, epochs, batch, seed):
    def grads(params, dlogits, steps):
        return {name: change * name.startswith("w") for name, change in _backward(params, dlogits, steps).items()}

    return _trained(params, x, y, lr, epochs, batch, seed, grads)


@train.mistake(
    "relu_forgotten",
    "Your steps are what you get when ReLU is left out in the backward pass: where z is below 0, no gradient passes.",
)
def _(params, x, y, lr, epochs, batch, seed):
    def grads(params, dlogits, steps):
        return _backward(params, dlogits, steps, slope=lambda da, z: da)

    return _trained(params, x, y, lr, epochs, batch, seed, grads)


@train.mistake(
    "labels_left_behind",
    "Your images are shuffled but the labels are not, so most images get the wrong label. Use the same order for both.",
)
def _(params, x, y, lr, epochs, batch, seed):
    return _trained(params, x, y, lr, epochs, batch, seed, orders=lambda rng, n: (rng.permutation(n), np.arange(n)))


@train.mistake(
    "a_loss_for_each_batch", "Your list has a loss for each batch. Return one for each epoch, the mean over its points."
)
def _(params, x, y, lr, epochs, batch, seed):
    return _trained(params, x, y, lr, epochs, batch, seed, mean=list)


@train.mistake(
    "not_all_points",
    "Your losses are not the mean over all points of an epoch. Do you use only the last batch, or draw some points "
    "twice and leave others out?",
)
def _(params, x, y, lr, epochs, batch, seed):
    return _trained(params, x, y, lr, epochs, batch, seed, mean=lambda found: found[-1:])


@train.mistake("losses_added_up", "Your losses are sums over the batches of an epoch. Return their mean.")
def _(params, x, y, lr, epochs, batch, seed):
    return _trained(params, x, y, lr, epochs, batch, seed, mean=lambda found: [sum(found)])


@train.mistake(
    "seed_unused",
    "Your results differ from run to run: take the order from np.random.default_rng(seed), made once at the start.",
)
def _(params, x, y, lr, epochs, batch, seed):
    rng = np.random.default_rng()
    return _trained(params, x, y, lr, epochs, batch, seed, orders=lambda _, n: [rng.permutation(n)] * 2)


@train.mistake(
    "params_overwritten",
    "Your results are right, but the given parameters were changed: -= writes into the caller's arrays.",
)
def _(params, x, y, lr, epochs, batch, seed):
    trained, losses = train.reference(params, x, y, lr, epochs, batch, seed)
    for name in params:
        params[name][...] = trained[name]
    return params, losses
