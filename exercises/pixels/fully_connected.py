"""fully_connected: a fully connected layer, (N, n) to (N, m)."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise
from exercises import common_mistakes as common

from . import _arrays as arrays


@exercise(
    points=2,
    aspects={
        "values": "output j of point i is the dot product of x[i] with w[j], plus b[j].",
        "one point, one output": "a single point or a single output keeps its axis: (1, m) and (N, 1).",
        "fractions": "weights are real numbers: an array that you fill must hold floats.",
        "small integer types": "x may hold bytes (uint8), which end at 255: don't store results in an array like x.",
    },
    hints=[
        "Start with one point and one output: a dot product of two vectors of length n, plus one number.",
        "All points at once: x is (N, n), w is (m, n), and the result is (N, m). Which one must be transposed so that "
        "the axes of length n meet?",
        "x.astype(float) @ w.astype(float).T gives (N, m). Adding b, of shape (m,), adds b[j] to column j.",
    ],
    worked=[
        (
            "values",
            {"x": np.array([[1, 2], [3, 4]]), "w": np.array([[1, 0], [0, 1], [1, 1]]), "b": np.array([10, 20, 30])},
        ),
        (
            "small integer types",
            {
                "x": np.array([[200, 100], [50, 30]], dtype=np.uint8),
                "w": np.array([[1, 2], [3, 0], [1, 1]]),
                "b": np.array([1, 2, 3]),
            },
        ),
    ],
)
def fully_connected(x, w, b):
    return x.astype(float) @ w.astype(float).T + b.astype(float)


@fully_connected.cases
def _(rng):
    points, inputs, outputs = arrays.sides(rng, 3, 2, 4)
    yield (
        "values",
        {
            "x": arrays.signed(rng, points, inputs).astype(float),
            "w": arrays.signed(rng, outputs, inputs).astype(float),
            "b": arrays.signed(rng, outputs),
        },
    )
    points, inputs, outputs = arrays.sides(rng, 3, 2, 4)
    yield (
        "values",
        {
            "x": arrays.signed(rng, points, inputs),
            "w": arrays.distinct(rng, outputs, inputs),
            "b": arrays.signed(rng, outputs),
        },
    )
    points, inputs = arrays.sides(rng, 2, 2, 4)
    yield (
        "values",
        {
            "x": arrays.signed(rng, points, inputs),
            "w": arrays.distinct(rng, inputs, inputs),
            "b": arrays.signed(rng, inputs),
        },
    )
    inputs, many = arrays.sides(rng, 2, 2, 4)
    yield (
        "one point, one output",
        {"x": arrays.signed(rng, 1, inputs), "w": arrays.signed(rng, many, inputs), "b": arrays.signed(rng, many)},
    )
    yield (
        "one point, one output",
        {"x": arrays.signed(rng, many, inputs), "w": arrays.signed(rng, 1, inputs), "b": arrays.signed(rng, 1)},
    )
    points, inputs, outputs = arrays.sides(rng, 3, 2, 4)
    yield (
        "fractions",
        {
            "x": arrays.signed(rng, points, inputs),
            "w": (arrays.signed(rng, outputs, inputs) + 0.25).astype(np.float32),
            "b": arrays.signed(rng, outputs) + 0.3,
        },
    )
    points, inputs, outputs = arrays.sides(rng, 3, 2, 4)
    yield (
        "small integer types",
        {
            "x": rng.integers(10, 25, (points, inputs)).astype(np.uint8) * 10,
            "w": rng.integers(3, 10, (outputs, inputs)),
            "b": arrays.signed(rng, outputs),
        },
    )


common.bias_subtracted(fully_connected)


@fully_connected.mistake("no_bias", "Your output is what you get when the bias is not added.")
def _(x, w, b):
    return x.astype(float) @ w.astype(float).T


@fully_connected.mistake(
    "bias_for_each_weight",
    "Your output is what you get when the bias is added once for each input. It is added once for each output.",
)
def _(x, w, b):
    x, w = x.astype(float), w.astype(float)
    out = np.zeros((len(x), len(w)))
    for i in range(len(x)):
        for j in range(len(w)):
            for k in range(x.shape[1]):
                out[i, j] += x[i, k] * w[j, k] + b[j]
    return out


@fully_connected.mistake(
    "points_in_columns",
    "Your output is what you get when each point becomes a column, (m, N). Here each point is a row: (N, m).",
)
def _(x, w, b):
    return w.astype(float) @ x.astype(float).T + b.reshape(-1, 1)


@fully_connected.mistake(
    "w_not_transposed",
    "You multiply by w as it is. w is (m, n), with one row for each output: use x @ w.T.",
)
def _(x, w, b):
    return x.astype(float) @ w.astype(float) + b


@fully_connected.mistake(
    "reshaped_not_transposed",
    "Your output is what you get when w is reshaped to (n, m). That mixes up its rows. The transpose is w.T.",
)
def _(x, w, b):
    return x.astype(float) @ w.astype(float).reshape(w.shape[1], w.shape[0]) + b


@fully_connected.mistake(
    "first_point_only", "Your output is what you get when only the first point of the batch is used."
)
def _(x, w, b):
    return w.astype(float) @ x[0].astype(float) + b


@fully_connected.mistake(
    "axis_lost",
    "Your output is what you get when a batch of one point, or a layer with one output, loses an axis (by squeeze).",
)
def _(x, w, b):
    return np.squeeze(x.astype(float) @ w.astype(float).T + b)


@fully_connected.mistake(
    "integer_result",
    "Your output is what you get when the result goes into an array of integers, which cuts off the fractions.",
)
def _(x, w, b):
    out = np.zeros((len(x), len(w)), dtype=int)
    for i in range(len(x)):
        for j in range(len(w)):
            out[i, j] = np.dot(x[i].astype(float), w[j].astype(float)) + b[j]
    return out


@fully_connected.variant
def matmul(x, w, b):
    return x.astype(float) @ w.T.astype(float) + b


@fully_connected.variant
def loops(x, w, b):
    out = np.zeros((x.shape[0], w.shape[0]))
    for i in range(x.shape[0]):
        for j in range(w.shape[0]):
            total = float(b[j])
            for k in range(x.shape[1]):
                total += float(x[i, k]) * float(w[j, k])
            out[i, j] = total
    return out


@fully_connected.variant
def einsum(x, w, b):
    return np.einsum("ni,mi->nm", x.astype(float), w.astype(float)) + b[None, :]


@fully_connected.variant
def bias_as_a_weight(x, w, b):
    with_one = np.hstack([x.astype(float), np.ones((len(x), 1))])
    with_bias = np.hstack([w.astype(float), b.reshape(-1, 1)])
    return np.dot(with_one, with_bias.T)


@fully_connected.variant
def broadcast(x, w, b):
    return (x[:, None, :] * w[None, :, :].astype(np.float64)).sum(axis=2) + b


@fully_connected.variant
def tensordot(x, w, b):
    return np.tensordot(x.astype(np.float64), w.astype(np.float64), axes=([1], [1])) + b


@fully_connected.variant
def lists(x, w, b):
    out = []
    for point in x.tolist():
        out.append([sum(a * c for a, c in zip(point, weights)) + bias for weights, bias in zip(w.tolist(), b.tolist())])
    return out


@fully_connected.variant
def types_as_they_come(x, w, b):
    return x @ w.T + b
