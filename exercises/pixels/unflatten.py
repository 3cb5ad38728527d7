"""unflatten: a vector (n,) back to an image, the inverse of flatten."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise

from . import _arrays as arrays
from ._lecture import HI


@exercise(
    points=1,
    aspects={
        "values": "the first W numbers are the first row; shape is (H, W), rows first.",
        "colour images": "shape may have three entries, (H, W, C): use all of it.",
        "fractions": "numbers are moved, not changed: keep the part after the decimal point.",
    },
    hints=[
        "flatten put the rows one after the other. Now cut the list into rows again.",
        "reshape does this. It takes the whole tuple, so there is no need to unpack `shape`.",
    ],
    worked=[("values", {"x": HI.flatten(), "shape": (5, 5)})],
)
def unflatten(x, shape):
    return x.reshape(shape).copy()


@unflatten.cases
def _(rng):
    for dtype in (np.int64, np.uint8, np.float32):
        high, low = arrays.sides(rng, 2, 2, 4)
        yield "values", {"x": arrays.distinct(rng, high * low, dtype=dtype), "shape": (high, low)}
    high, low = arrays.sides(rng, 2, 2, 4)
    yield "colour images", {"x": arrays.distinct(rng, high * low * 3, dtype=np.uint8), "shape": (high, low, 3)}
    yield "colour images", {"x": arrays.distinct(rng, high * low * 4, dtype=float), "shape": (low, high, 4)}
    low, high = arrays.sides(rng, 2, 2, 4)
    yield "fractions", {"x": arrays.distinct(rng, high * low, dtype=float) / 8, "shape": (high, low)}


@unflatten.mistake(
    "whole_numbers",
    "Your output has lost the part after the decimal point: an array of integers cuts it off. x.reshape keeps the "
    "numbers as they are.",
)
def _(x, shape):
    return x.reshape(shape).astype(int)


@unflatten.mistake(
    "column_by_column",
    "Your output is what you get when the numbers fill the image column by column. flatten went row by row.",
)
def _(x, shape):
    return x.reshape(shape, order="F")


@unflatten.mistake(
    "height_and_width_swapped",
    "Your output is what you get when height and width are swapped. shape is (H, W): rows first.",
)
def _(x, shape):
    return x.reshape(shape[1], shape[0], *shape[2:])


@unflatten.mistake(
    "square_assumed",
    "Your output is what you get when the image is assumed to be square, with the square root of the number of pixels "
    "as its side.",
)
def _(x, shape):
    side = int(np.sqrt(len(x)))
    return x[: side * side].reshape(side, side)


@unflatten.mistake(
    "grey_only",
    "Your function uses only shape[0] and shape[1]. It fails on a colour image, whose shape has a third entry.",
)
def _(x, shape):
    return x.reshape(shape[0], shape[1])


@unflatten.mistake(
    "channel_by_channel",
    "Your output is what you get when x is read as all red values, then all green, then all blue.",
)
def _(x, shape):
    if len(shape) == 2:
        return x.reshape(shape)
    height, width, channels = shape
    return x.reshape(channels, height, width).transpose(1, 2, 0)


@unflatten.mistake(
    "in_place",
    "Your values are right, but you gave the caller's own array a new shape (x.shape = ...). Return a reshaped array "
    "instead.",
)
def _(x, shape):
    x.resize(shape, refcheck=False)
    return x


@unflatten.variant
def reshape(x, shape):
    return x.reshape(shape)


@unflatten.variant
def loops(x, shape):
    out = np.zeros(shape, dtype=x.dtype)
    for position, place in enumerate(np.ndindex(*shape)):
        out[place] = x[position]
    return out


@unflatten.variant
def flat(x, shape):
    out = np.empty(shape)
    out.flat[:] = x
    return out


@unflatten.variant
def divmod_style(x, shape):
    height, width = shape[:2]
    depth = len(x) // (height * width)
    out = np.zeros((height, width, depth))
    for i in range(len(x)):
        pixel, channel = divmod(i, depth)
        row, column = divmod(pixel, width)
        out[row, column, channel] = x[i]
    return out if len(shape) == 3 else out[:, :, 0]


@unflatten.variant
def nested_lists(x, shape):
    height, width = shape[0], shape[1]
    if len(shape) == 2:
        return [[x[r * width + c] for c in range(width)] for r in range(height)]
    depth = shape[2]
    return [[[x[(r * width + c) * depth + k] for k in range(depth)] for c in range(width)] for r in range(height)]
