"""fc_backward: the gradients of a fully connected layer."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise

from . import _arrays as arrays


@exercise(
    points=2,
    aspects={
        "dx": "each input reaches all outputs: dx[n, i] is the sum over j of dz[n, j] * w[j, i].",
        "dw": "each weight is used for every point: dw[j, i] is the sum over n of dz[n, j] * x[n, i].",
        "db": "each bias is used for every point, with slope 1: db[j] is the sum over n of dz[n, j].",
        "number types": "whole numbers are turned into floats before they are multiplied.",
    },
    hints=[
        "z[n, j] = sum over i of x[n, i] * w[j, i], plus b[j]. What is its derivative by x[n, i], by w[j, i], by b[j]?",
        "The shapes nearly tell: dz is (N, m), x (N, n), w (m, n). Which product of dz and x has the shape of w?",
        "dx = dz @ w, dw = dz.T @ x, db = dz.sum(axis=0).",
    ],
    adapter="backprop.part_of",
    forbidden=("torch",),
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
            "dz": arrays.byte_values(rng, 3, 2),
            "x": arrays.byte_values(rng, 3, 4),
            "w": rng.integers(2, 9, (2, 4)).astype(np.uint8),
        }
        yield "number types", {**arguments, "part": part}
    halves = {name: value.astype(np.float32) / 4 for name, value in layer(2, 3, 4).items()}
    yield "number types", {**halves, "part": "dx"}


@fc_backward.mistake(
    "mean_over_the_points",
    "Your dw and db are divided by the number of points. The mean belongs "
    "to the loss, and dz has it in it already: add up.",
)
def _(dz, x, w):
    dz = dz.astype(float)
    return dz @ w, dz.T @ x / len(x), dz.mean(axis=0)


@fc_backward.mistake(
    "dw_transposed", "Your dw lies on its side: it has the shape of x.T @ dz, (n, m). It has to be that of w, (m, n)."
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


@fc_backward.mistake("db_one_number", "Your db is one number. Each output has a bias of its own: (m,).")
def _(dz, x, w):
    dz = dz.astype(float)
    return dz @ w, dz.T @ x, dz.sum()


@fc_backward.mistake("db_as_a_row", "Your db has the shape (1, m). It has to be that of b, (m,).")
def _(dz, x, w):
    dz = dz.astype(float)
    return dz @ w, dz.T @ x, dz.sum(axis=0, keepdims=True)


@fc_backward.mistake("dz_for_db", "Your db is dz itself. The bias is used for every point: add up over them.")
def _(dz, x, w):
    dz = dz.astype(float)
    return dz @ w, dz.T @ x, dz


@fc_backward.mistake(
    "weights_turned_over",
    "Your dx is dz @ w.T: that stops where there are more inputs than outputs or fewer, and is wrong elsewhere, too. "
    "It is dz @ w.",
)
def _(dz, x, w):
    dz = dz.astype(float)
    return dz @ w.T.astype(float), dz.T @ x, dz.sum(axis=0)


@fc_backward.mistake("order_of_the_results", "Your three gradients come in another order: (dx, dw, db) is wanted.")
def _(dz, x, w):
    dz = dz.astype(float)
    return dz.T @ x, dz @ w, dz.sum(axis=0)


@fc_backward.mistake(
    "kept_in_bytes", "Your gradients go wrong for uint8: what is above 255 is lost. Turn the arrays into floats first."
)
def _(dz, x, w):
    return dz @ w, dz.T @ x, dz.sum(axis=0, dtype=dz.dtype)


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
