"""two_layer_forward: a network with one hidden layer and ReLU, (N, n) to (N, m)."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise

from . import _arrays as arrays


@exercise(
    points=2,
    aspects={
        "values": "hidden is relu of the first layer's output (w1, b1); the result is the second layer's output (w2, "
        "b2) for hidden.",
        "outputs below 0": "the output layer is linear: apply no ReLU, no sigmoid and no scaling after it.",
        "one point, one output": "a single point or a single output keeps its axis: (1, m) and (N, 1).",
        "small integer types": "x may hold bytes (uint8), which end at 255: don't store results in an array like x.",
    },
    hints=[
        "You have written both layers already: fully_connected. Only the step between them is new.",
        "ReLU sets negative numbers to 0: np.maximum(z, 0).",
        "hidden = np.maximum(fully_connected(x, w1, b1), 0), and then one more fully connected layer on hidden.",
    ],
    worked=[
        (
            "values",
            {
                "x": np.array([[1, 2]]),
                "w1": np.array([[1, 1], [-1, -1]]),
                "b1": np.array([1, 1]),
                "w2": np.array([[2, 3], [1, 0]]),
                "b2": np.array([10, 20]),
            },
        )
    ],
)
def two_layer_forward(x, w1, b1, w2, b2):
    hidden = np.maximum(x.astype(float) @ w1.astype(float).T + b1, 0)
    return hidden @ w2.astype(float).T + b2


def _network(rng, points, inputs, hidden, outputs, negative=False):
    """A small network and its points, with some hidden units off and some on. Outputs below 0 only with `negative`."""
    while True:
        layers = {
            "x": arrays.signed(rng, points, inputs, most=3),
            "w1": arrays.signed(rng, hidden, inputs, most=3),
            "b1": arrays.signed(rng, hidden, most=3),
            "w2": arrays.signed(rng, outputs, hidden, most=3),
            "b2": arrays.signed(rng, outputs, most=4),
        }
        before = layers["x"] @ layers["w1"].T + layers["b1"]
        out = two_layer_forward(**layers)
        mixed = (out < 0).any() and (out > 0).any()
        if (before < 0).any() and (before > 0).any(axis=1).all() and (mixed or not negative):
            return layers if negative else _lifted(rng, layers)


def _lifted(rng, layers):
    """The same network with output biases so large that every output is above 0."""
    lowest = two_layer_forward(**{**layers, "b2": 0}).min(axis=0).astype(np.int64)
    return {**layers, "b2": np.maximum(1, 1 - lowest) + rng.integers(0, 4, len(lowest))}


@two_layer_forward.steps
def _(x, w1, b1, w2, b2):
    products = x.astype(float) @ w1.astype(float).T
    hidden = np.maximum(products + b1, 0)
    return {"products": products, "z": products + b1, "hidden": hidden, "sums": hidden @ w2.astype(float).T}


@two_layer_forward.cases
def _(rng):
    for dtype in (float, np.int64):
        points, inputs, outputs = (int(size) for size in rng.permutation([1, 2, 3]))
        layers = _network(rng, points, inputs + 1, int(rng.integers(3, 5)), outputs + 1)
        yield "values", {key: value.astype(dtype) for key, value in layers.items()}
    for points, single in ((2, True), (3, False)):
        layers = _network(rng, points, int(rng.integers(2, 4)), int(rng.integers(2, 5)), 2, negative=True)
        yield "outputs below 0", {key: value.astype(np.float32 if single else float) for key, value in layers.items()}
    several = int(rng.integers(2, 4))
    yield "one point, one output", _network(rng, 1, 2, int(rng.integers(2, 5)), several)
    yield "one point, one output", _network(rng, several, 2, int(rng.integers(2, 5)), 1)
    inputs, hidden = arrays.sides(rng, 2, 2, 4)
    x = rng.integers(15, 26, (2, inputs)).astype(np.uint8) * 10
    w1 = rng.integers(1, 6, (hidden, inputs))
    before = x.astype(int) @ w1.T
    b1 = -before.min(axis=0) - arrays.signed(rng, hidden, most=9)
    b1[0] = -before[:, 0].max() - 7  # always off, so that a missing ReLU shows
    b1[1] = -before[:, 1].min() + 5  # always on
    layers = {"x": x, "w1": w1, "b1": b1, "w2": arrays.signed(rng, 2, hidden), "b2": arrays.signed(rng, 2)}
    yield "small integer types", _lifted(rng, layers)


@two_layer_forward.mistake(
    "no_relu",
    "Your output is what you get without the ReLU. Two linear layers in a row are one linear layer: nothing is gained.",
)
def _(x, w1, b1, w2, b2):
    hidden = x.astype(float) @ w1.astype(float).T + b1
    return hidden @ w2.astype(float).T + b2


@two_layer_forward.mistake(
    "largest_along_an_axis",
    "np.max(z, 0) is the largest number along axis 0. np.maximum(z, 0) compares each number with 0.",
)
def _(x, w1, b1, w2, b2):
    hidden = np.max(x.astype(float) @ w1.astype(float).T + b1, 0)
    return hidden @ w2.astype(float).T + b2


@two_layer_forward.mistake(
    "relu_on_the_output",
    "Your output is what you get when ReLU is applied to the output layer too. That layer is linear.",
)
def _(x, w1, b1, w2, b2):
    hidden = np.maximum(x.astype(float) @ w1.astype(float).T + b1, 0)
    return np.maximum(hidden @ w2.astype(float).T + b2, 0)


@two_layer_forward.mistake(
    "relu_on_the_output_only",
    "Your output is what you get when ReLU is applied to the output instead of the hidden layer.",
)
def _(x, w1, b1, w2, b2):
    hidden = x.astype(float) @ w1.astype(float).T + b1
    return np.maximum(hidden @ w2.astype(float).T + b2, 0)


@two_layer_forward.mistake(
    "sigmoid", "Your output is what you get with the logistic function in the hidden layer. ReLU is max(z, 0)."
)
def _(x, w1, b1, w2, b2):
    hidden = 1 / (1 + np.exp(-(x.astype(float) @ w1.astype(float).T + b1)))
    return hidden @ w2.astype(float).T + b2


@two_layer_forward.mistake(
    "absolute_value", "Your output is what you get when negative numbers become positive. ReLU sets them to 0."
)
def _(x, w1, b1, w2, b2):
    hidden = np.abs(x.astype(float) @ w1.astype(float).T + b1)
    return hidden @ w2.astype(float).T + b2


@two_layer_forward.mistake(
    "relu_before_bias",
    "Your output is what you get when ReLU comes before the hidden layer's bias is added. The bias comes first.",
)
def _(x, w1, b1, w2, b2):
    hidden = np.maximum(x.astype(float) @ w1.astype(float).T, 0) + b1
    return hidden @ w2.astype(float).T + b2


@two_layer_forward.mistake(
    "no_hidden_bias", "Your output is what you get when the hidden layer's bias b1 is not added."
)
def _(x, w1, b1, w2, b2):
    hidden = np.maximum(x.astype(float) @ w1.astype(float).T, 0)
    return hidden @ w2.astype(float).T + b2


@two_layer_forward.mistake(
    "no_output_bias", "Your output is what you get when the output layer's bias b2 is not added."
)
def _(x, w1, b1, w2, b2):
    hidden = np.maximum(x.astype(float) @ w1.astype(float).T + b1, 0)
    return hidden @ w2.astype(float).T


@two_layer_forward.mistake("no_biases", "Your output is what you get when neither layer adds its bias.")
def _(x, w1, b1, w2, b2):
    hidden = np.maximum(x.astype(float) @ w1.astype(float).T, 0)
    return hidden @ w2.astype(float).T


@two_layer_forward.mistake(
    "softmax",
    "Your output is what you get when a softmax follows the output layer. Return the plain outputs here.",
)
def _(x, w1, b1, w2, b2):
    hidden = np.maximum(x.astype(float) @ w1.astype(float).T + b1, 0)
    out = hidden @ w2.astype(float).T + b2
    e = np.exp(out - out.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@two_layer_forward.variant
def matmul(x, w1, b1, w2, b2):
    z = x.astype(float) @ w1.astype(float).T + b1
    return np.maximum(0, z) @ w2.astype(float).T + b2


@two_layer_forward.variant
def mask(x, w1, b1, w2, b2):
    z = np.dot(np.asarray(x, float), np.asarray(w1, float).T) + b1
    z[z < 0] = 0
    return np.dot(z, np.asarray(w2, float).T) + b2


@two_layer_forward.variant
def einsum_where(x, w1, b1, w2, b2):
    z = np.einsum("ni,hi->nh", x.astype(float), w1.astype(float)) + b1
    hidden = np.where(z > 0, z, 0.0)
    return np.einsum("nh,mh->nm", hidden, w2.astype(float)) + b2


@two_layer_forward.variant
def loops(x, w1, b1, w2, b2):
    out = np.zeros((len(x), len(w2)))
    for i in range(len(x)):
        hidden = []
        for j in range(len(w1)):
            z = float(b1[j])
            for k in range(x.shape[1]):
                z += float(w1[j, k]) * float(x[i, k])
            hidden.append(max(z, 0.0))
        for m in range(len(w2)):
            out[i, m] = b2[m] + sum(float(w2[m, j]) * hidden[j] for j in range(len(hidden)))
    return out


@two_layer_forward.variant
def columns(x, w1, b1, w2, b2):
    hidden = w1.astype(float) @ x.astype(float).T + b1[:, np.newaxis]
    hidden = hidden * (hidden > 0)
    return (w2.astype(float) @ hidden + b2[:, np.newaxis]).T


@two_layer_forward.variant
def with_a_layer_function(x, w1, b1, w2, b2):
    def layer(values, w, b):
        return values.astype(float) @ w.astype(float).T + b

    return layer(layer(x, w1, b1).clip(min=0), w2, b2)


@two_layer_forward.variant
def types_as_they_come(x, w1, b1, w2, b2):
    hidden = np.maximum(x @ w1.T + b1, 0)
    return hidden @ w2.T + b2
