"""pad2d: zeros on all four sides of an image (H, W)."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise
from exercises.number_types import as_floats

from . import _arrays as arrays
from ._lecture import HI


@exercise(
    points=1,
    aspects={
        "values": "add `padding` rows of zeros above and below x, and `padding` columns of zeros on its left and "
        "right.",
        "not square": "there are 2 * padding more rows and 2 * padding more columns: (H + 2 * padding, W + 2 * "
        "padding).",
        "amount": "the rule is the same for every padding: with 0 the image stays as it is, with 2 or 3 each side gets "
        "that many zeros.",
        "fractions": "the padded array must hold the same numbers as x: use np.zeros(...) without an integer dtype.",
    },
    hints=[
        "How many rows does the result have? How many columns? Both grow by zeros on two sides.",
        "Start from np.zeros((H + 2 * padding, W + 2 * padding)). Where must x[0, 0] go? The rest follows it.",
        "out[padding : padding + H, padding : padding + W] = x works for padding 0 too. (out[padding:-padding, ...] "
        "doesn't: with 0 it is empty.)",
    ],
    worked=[("values", {"x": HI, "padding": 1})],
)
def pad2d(x, padding):
    return np.pad(x, padding)


@pad2d.cases
def _(rng):
    yield "values", {"x": arrays.image(rng, 2, 3), "padding": 1}
    yield "values", as_floats({"x": arrays.image(rng, 3, 4), "padding": 2})
    yield "not square", {"x": arrays.image(rng, int(rng.integers(4, 6)), 2), "padding": 1}
    yield "not square", {"x": arrays.image(rng, 1, int(rng.integers(3, 6))), "padding": 2}
    yield "amount", {"x": arrays.image(rng, 2, int(rng.integers(3, 5))), "padding": 0}
    yield "amount", {"x": arrays.image(rng, 3, 2), "padding": 3}
    yield "amount", {"x": arrays.image(rng, 1, 2), "padding": int(rng.integers(4, 6))}
    yield "fractions", {"x": arrays.odd_image(rng, 3, 3) / 4, "padding": 1}
    yield "fractions", {"x": (arrays.odd_image(rng, 3, 2) / 2).astype(np.float32), "padding": 2}


@pad2d.mistake("rows_only", "Your output is what you get when only rows of zeros are added. Add columns of zeros too.")
def _(x, padding):
    zeros = np.zeros((padding, x.shape[1]))
    return np.vstack([zeros, x, zeros])


@pad2d.mistake(
    "columns_only", "Your output is what you get when only columns of zeros are added. Add rows of zeros too."
)
def _(x, padding):
    zeros = np.zeros((x.shape[0], padding))
    return np.hstack([zeros, x, zeros])


@pad2d.mistake(
    "top_left_only",
    "Your output is what you get when zeros are added only above and on the left. They go on all four sides.",
)
def _(x, padding):
    return np.pad(x, ((padding, 0), (padding, 0)))


@pad2d.mistake(
    "total_for_both_sides",
    "Your output is what you get when `padding` zeros are shared between two sides. Each side gets `padding` of them.",
)
def _(x, padding):
    height, width = x.shape
    out = np.zeros((height + padding, width + padding))
    out[padding // 2 : padding // 2 + height, padding // 2 : padding // 2 + width] = x
    return out


@pad2d.mistake(
    "height_for_width",
    "Your function uses the height for both sides, so it works only for square images. x.shape gives both: H, W = "
    "x.shape.",
)
def _(x, padding):
    n = len(x)
    out = np.zeros((n + 2 * padding, n + 2 * padding))
    out[padding : padding + n, padding : padding + n] = x
    return out


@pad2d.mistake(
    "height_for_width_in_the_size",
    "Your array also uses the height as its width, so only square images fit. x.shape gives both: H, W = x.shape.",
)
def _(x, padding):
    height, width = x.shape
    out = np.zeros((height + 2 * padding, height + 2 * padding))
    out[padding : padding + height, padding : padding + width] = x
    return out


@pad2d.mistake(
    "transposed",
    "Your output is what you get when rows and columns are swapped. Rows come first: x[row, column].",
)
def _(x, padding):
    height, width = x.shape
    out = np.zeros((width + 2 * padding, height + 2 * padding))
    for row in range(height):
        for column in range(width):
            out[column + padding, row + padding] = x[row, column]
    return out


@pad2d.mistake(
    "edge_repeated",
    "Your output is what you get when the pixels at the image's edge are repeated. Zero padding puts zeros there.",
)
def _(x, padding):
    return np.pad(x, padding, mode="edge")


@pad2d.mistake("always_one", "Your output is what you get when each side gets one zero, whatever `padding` says.")
def _(x, padding):
    return np.pad(x, 1)


@pad2d.mistake(
    "empty_slice",
    "Your function fails with padding 0: out[padding:-padding] is out[0:-0], which is empty. Write out[padding : "
    "padding + H, padding : padding + W].",
)
def _(x, padding):
    height, width = x.shape
    out = np.zeros((height + 2 * padding, width + 2 * padding))
    out[padding:-padding, padding:-padding] = x
    return out


@pad2d.mistake(
    "whole_numbers",
    "Your output is what you get when the padded array holds integers: the image's fractions are cut off.",
)
def _(x, padding):
    height, width = x.shape
    out = np.zeros((height + 2 * padding, width + 2 * padding), dtype=int)
    out[padding : padding + height, padding : padding + width] = x
    return out


@pad2d.variant
def pad(x, padding):
    return np.pad(x, ((padding, padding), (padding, padding)))


@pad2d.variant
def zero_buffer(x, padding):
    height, width = x.shape
    out = np.zeros((height + 2 * padding, width + 2 * padding), dtype=x.dtype)
    out[padding : padding + height, padding : padding + width] = x
    return out


@pad2d.variant
def float_buffer(x, padding):
    out = np.zeros((x.shape[0] + 2 * padding, x.shape[1] + 2 * padding))
    if padding == 0:
        out[:] = x
    else:
        out[padding:-padding, padding:-padding] = x
    return out


@pad2d.variant
def stacked(x, padding):
    sides = np.zeros((x.shape[0], padding))
    x = np.hstack([sides, x, sides])
    ends = np.zeros((padding, x.shape[1]))
    return np.vstack([ends, x, ends])


@pad2d.variant
def loops(x, padding):
    height, width = x.shape
    out = [[0.0] * (width + 2 * padding) for _ in range(height + 2 * padding)]
    for i in range(height):
        for j in range(width):
            out[i + padding][j + padding] = float(x[i, j])
    return np.array(out)
