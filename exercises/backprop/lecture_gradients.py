"""lecture_gradients: the loss and both gradients of the lecture's network."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise
from exercises.telling import telling

from . import _arrays as arrays
from .dz_dw import dz_dw


@exercise(
    points=3,
    aspects={
        "loss": "the prediction is w2 . relu(z), and the loss is (prediction - y) ** 2.",
        "dw2": "the derivative of the loss with respect to the prediction is 2 * (prediction - y). That of the "
        "prediction with respect to w2 is a = relu(z).",
        "dw1": "dL/dw1 = dz/dw1 . da/dz . dL/da. The three factors are the wave of x's; 1 where z > 0, else 0; and 2 * "
        "(prediction - y) * w2.",
        "any n": "z has as many entries as x, and w2 has one weight for each.",
        "number types": "features may be integers, bytes too: don't store gradients in an array like x.",
    },
    hints=[
        "Go forward first, and keep every step: padded x, z, a, prediction. The loss is the easy part.",
        "Then go backward from the end: dprediction = 2 * (prediction - y). Then dw2 = dprediction * a, and da = "
        "dprediction * w2.",
        "dz = da * (z > 0), and dw1 = dz_dw(x, 3, 1) @ dz.",
    ],
    adapter="backprop.part_of",
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
        x, w1, w2 = (
            arrays.signed(rng, n, most=4) / scale,
            arrays.signed(rng, 3, most=3) / scale,
            arrays.signed(rng, n, most=3),
        )
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


@lecture_gradients.steps
def _(x, y, w1, w2, part):
    padded = np.pad(np.asarray(x, dtype=float), 1)
    wave = np.array([padded[j : j + len(x)] for j in range(3)])
    z = wave.T @ w1
    a = np.maximum(z, 0)
    _, dw1, dw2 = lecture_gradients.reference(x, y, w1, w2)
    da = 2 * (a @ w2 - float(y)) * w2
    return {"padded": padded, "wave": wave, "z": z, "a": a, "dw2": dw2, "da": da, "dz": da * (z > 0), "dw1": dw1}


@lecture_gradients.cases
def _(rng):
    for part in ("loss", "dw2", "dw1"):
        yield part, {**_regression(rng, 5), "part": part}
        yield part, {**_regression(rng, 5, zeros=True), "part": part}
    yield "any n", {**_regression(rng, 4), "part": "loss"}
    yield "any n", {**_regression(rng, 7), "part": "dw2"}
    drawn = telling(lecture_gradients, lambda: _regression(rng, int(rng.integers(8, 10))), "turned_around")
    yield "any n", {**drawn, "part": "dw1"}
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


@lecture_gradients.variant
def matrices(x, y, w1, w2):
    padded = np.pad(x.astype(float), 1)
    dz_dw1 = np.stack([padded[:-2], padded[1:-1], padded[2:]])
    z = dz_dw1.T @ w1
    a = np.where(z > 0, z, 0)
    prediction = w2 @ a
    dl_da = 2 * (prediction - y) * w2
    da_dz = np.diag((z > 0).astype(float))
    return (prediction - y) ** 2, dz_dw1 @ da_dz @ dl_da, 2 * (prediction - y) * a


@lecture_gradients.variant
def loops(x, y, w1, w2):
    n = len(x)
    p = [0.0, *x.tolist(), 0.0]
    z = [sum(p[i + j] * float(w1[j]) for j in range(3)) for i in range(n)]
    a = [max(value, 0.0) for value in z]
    error = sum(float(w) * value for w, value in zip(w2, a)) - y
    dw1 = [0.0, 0.0, 0.0]
    for i in range(n):
        if z[i] > 0:
            for j in range(3):
                dw1[j] += 2 * error * float(w2[i]) * p[i + j]
    return error**2, np.array(dw1), np.array([2 * error * value for value in a])


@lecture_gradients.variant
def convolve(x, y, w1, w2):
    x = x.astype(float)
    z = np.correlate(np.pad(x, 1), w1.astype(float), "valid")
    a = np.maximum(z, 0)
    d = a @ w2 - y
    dz = 2 * d * w2 * np.heaviside(z, 0)
    return [d * d, np.correlate(np.pad(x, 1), dz, "valid"), 2 * d * a]
