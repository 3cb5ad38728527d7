"""fc_backward: the gradients of a fully connected layer."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise

from . import _arrays as arrays


@exercise(
    points=2,
    aspects={
        "dx": "each input affects all outputs: dx[n, i] is the sum over j of dz[n, j] * w[j, i].",
        "dw": "each weight is used for every point: dw[j, i] is the sum over n of dz[n, j] * x[n, i].",
        "db": "each bias is used for every point, with slope 1: db[j] is the sum over n of dz[n, j].",
        "number types": "gradients hold fractions, even when x or w holds integers.",
    },
    hints=[
        "z[n, j] = sum over i of x[n, i] * w[j, i], plus b[j]. What is its derivative with respect to x[n, i], w[j, i] "
        "and b[j]?",
        "The shapes almost tell you: dz is (N, m), x is (N, n), w is (m, n). Which product of dz and x has the shape "
        "of w?",
        "dx = dz @ w, dw = dz.T @ x, db = dz.sum(axis=0).",
    ],
    adapter="backprop.part_of",
    forbidden=("torch", "helpers.network"),
)
def fc_backward(dz, x, w):
    dz, x, w = dz.astype(float), x.astype(float), w.astype(float)
    return dz @ w, dz.T @ x, dz.sum(axis=0)


@fc_backward.cases
def _(rng):
    def layer(n, inputs, outputs):
        return {
            "dz": arrays.different(rng, n, outputs),
            "x": arrays.different(rng, n, inputs),
            "w": arrays.different(rng, outputs, inputs),
        }

    for part in ("dx", "dw", "db"):
        yield part, {**layer(2, 4, 3), "part": part}
        yield part, {**layer(4, 2, 3), "part": part}
        yield part, {**layer(3, 3, 3), "part": part}
    for part in ("dx", "dw", "db"):
        arguments = {
            "dz": arrays.byte_values(rng, 3, 2).astype(int),
            "x": arrays.byte_values(rng, 3, 4),
            "w": rng.integers(2, 9, (2, 4)),
        }
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


@fc_backward.variant
def products(dz, x, w):
    dz, x, w = (array.astype(float) for array in (dz, x, w))
    return np.dot(dz, w), np.dot(dz.T, x), np.sum(dz, axis=0)


@fc_backward.variant
def loops(dz, x, w):
    n, m = dz.shape
    dx, dw, db = np.zeros(x.shape), np.zeros(w.shape), np.zeros(m)
    for i in range(n):
        for j in range(m):
            dx[i] += float(dz[i, j]) * w[j]
            dw[j] += float(dz[i, j]) * x[i]
            db[j] += dz[i, j]
    return dx, dw, db


@fc_backward.variant
def einsum(dz, x, w):
    dx = np.einsum("nm,mk->nk", dz, w, dtype=float)
    dw = np.einsum("nm,nk->mk", dz, x, dtype=float)
    return [dx, dw, np.einsum("nm->m", dz.astype(float))]


@fc_backward.variant
def types_as_they_come(dz, x, w):
    return dz @ w, dz.T @ x, dz.sum(axis=0)
