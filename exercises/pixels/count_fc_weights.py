"""count_fc_weights: the number of weights of a fully connected layer, including biases."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise

from . import _arrays as arrays


@exercise(
    points=1,
    aspects={
        "values": "each output has a weight for each input, and one bias.",
        "large layers": "the rule is the same for inputs the size of a photograph. Use only integers.",
    },
    hints=[
        "How many weights does one output need for n_in inputs? Don't forget its bias.",
        "w has the shape (n_out, n_in) and b the shape (n_out,). Count the entries of both.",
    ],
    integers=True,
    worked=[("values", {"n_in": 25, "n_out": 10}), ("large layers", {"n_in": 784, "n_out": 1000})],
)
def count_fc_weights(n_in, n_out):
    return n_out * (n_in + 1)


@count_fc_weights.cases
def _(rng):
    for most in (8, 30, 200):
        n_in, n_out = arrays.sides(rng, 2, 3, most)
        yield "values", {"n_in": n_in, "n_out": n_out}
    # Not so large that an array of all weights, which may be counted, doesn't fit into memory.
    yield "large layers", {"n_in": int(rng.integers(1_000, 3_000)), "n_out": int(rng.integers(300, 900))}
    yield "large layers", {"n_in": int(rng.integers(300, 900)), "n_out": int(rng.integers(1_000, 3_000))}


@count_fc_weights.mistake(
    "no_biases", "Your output is what you get when the biases are not counted. Each output has one."
)
def _(n_in, n_out):
    return n_in * n_out


@count_fc_weights.mistake(
    "one_bias_in_all", "Your output is what you get with a single bias for the whole layer. Each output has its own."
)
def _(n_in, n_out):
    return n_in * n_out + 1


@count_fc_weights.mistake(
    "bias_for_each_input",
    "Your output is what you get with a bias for each input. Each output has one; inputs have none.",
)
def _(n_in, n_out):
    return (n_out + 1) * n_in


@count_fc_weights.mistake(
    "bias_on_both_sides",
    "Your output is what you get when inputs and outputs both have a bias: (n_in + 1) * (n_out + 1).",
)
def _(n_in, n_out):
    return (n_in + 1) * (n_out + 1)


@count_fc_weights.variant
def formula(n_in, n_out):
    return (n_in + 1) * n_out


@count_fc_weights.variant
def sum_style(n_in, n_out):
    weights = n_in * n_out
    biases = n_out
    return weights + biases


@count_fc_weights.variant
def shapes(n_in, n_out):
    return int(np.prod([n_out, n_in], dtype=np.int64) + np.prod([n_out], dtype=np.int64))
