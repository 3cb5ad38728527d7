"""relu: negative numbers become 0, for any shape."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise


@exercise(
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
    forbidden=("helpers.layers",),
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


@relu.variant
def maximum(z):
    return np.maximum(0, z)


@relu.variant
def where(z):
    return np.where(z > 0, z, 0.0)


@relu.variant
def mask(z):
    return z * (z > 0)


@relu.variant
def copy_then_set(z):
    out = z.copy()
    out[out < 0] = 0
    return out


@relu.variant
def loop(z):
    out = np.zeros(z.shape)
    for place in np.ndindex(z.shape):
        if z[place] > 0:
            out[place] = z[place]
    return out


@relu.variant
def half_of_sum(z):
    return (z + np.abs(z)) / 2
