"""max_pool2d_single: the maximum of each window, (H, W) to (H', W')."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise
from exercises import common_mistakes as common
from exercises.forbidden import CONVOLUTIONS
from exercises.number_types import as_floats

from . import _arrays as arrays
from ._lecture import TWO_DETECTIONS


@exercise(
    points=3,
    aspects={
        "values": "output (i, j) is the maximum of the window whose top left corner is at (i * stride, j * stride).",
        "overlap": "the window moves by stride, not by size: with stride 1, neighbouring windows share entries.",
        "gaps": "when the stride is larger than the window, some entries are in no window. That is fine.",
        "sizes that do not divide": "leave out a last window that doesn't fit completely: along a side of n there are "
        "(n - size) // stride + 1 windows.",
        "negative values": "the maximum of -3 and -5 is -3: don't use 0 as a starting value or as padding.",
        "any dtype": "the result must hold the same kind of numbers as x: fractions, bytes, large integers.",
    },
    hints=[
        "How many windows fit into H rows, and how many into W columns? Use output_size from notebook 02: (n - size) "
        "// stride + 1.",
        "Write two loops, over the rows and the columns of the output. Where does the window of output (i, j) start?",
        "window = x[i * stride : i * stride + size, j * stride : j * stride + size], and out[i, j] = window.max()",
    ],
    forbidden=CONVOLUTIONS,
    worked=[
        ("overlap", {"x": TWO_DETECTIONS, "size": 3, "stride": 1}),
        ("values", {"x": TWO_DETECTIONS, "size": 3, "stride": 3}),
    ],
)
def max_pool2d_single(x, size, stride):
    height, width = x.shape
    rows = (height - size) // stride + 1
    columns = (width - size) // stride + 1
    out = np.zeros((rows, columns), dtype=x.dtype)
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.max(x[i * stride : i * stride + size, j * stride : j * stride + size])
    return out


@max_pool2d_single.cases
def _(rng):
    yield "values", {"x": arrays.feature_map(rng, *arrays.sides(rng, 2, 2)), "size": 2, "stride": 2}
    yield "values", as_floats({"x": arrays.feature_map(rng, 9, 6), "size": 3, "stride": 3})
    yield "values", {"x": arrays.feature_map(rng, 4, 8), "size": 2, "stride": 2}
    yield "overlap", {"x": arrays.feature_map(rng, *arrays.sides(rng, 3, 1, (1, 3))), "size": 3, "stride": 1}
    yield "overlap", {"x": arrays.feature_map(rng, *arrays.sides(rng, 3, 2)), "size": 3, "stride": 2}
    yield "overlap", {"x": arrays.feature_map(rng, *arrays.sides(rng, 2, 1, (2, 3))), "size": 2, "stride": 1}
    yield "gaps", {"x": arrays.feature_map(rng, *arrays.sides(rng, 2, 3)), "size": 2, "stride": 3}
    yield "gaps", {"x": arrays.feature_map(rng, *arrays.sides(rng, 1, 2, (2, 3))), "size": 1, "stride": 2}
    yield "sizes that do not divide", {"x": arrays.feature_map(rng, *rng.permutation([5, 7])), "size": 2, "stride": 2}
    yield "sizes that do not divide", {"x": arrays.feature_map(rng, *rng.permutation([6, 8])), "size": 3, "stride": 2}
    yield "sizes that do not divide", {"x": arrays.feature_map(rng, *rng.permutation([7, 8])), "size": 3, "stride": 3}
    yield "sizes that do not divide", {"x": arrays.feature_map(rng, 7, 5), "size": 2, "stride": 3}
    yield "negative values", {"x": -1 - arrays.feature_map(rng, 2, 6), "size": 2, "stride": 2}
    yield "negative values", {"x": arrays.below_zero(rng, *arrays.sides(rng, 2, 2)), "size": 2, "stride": 2}
    yield "negative values", {"x": -arrays.large(rng, *arrays.sides(rng, 3, 2)), "size": 3, "stride": 2}
    yield "any dtype", {"x": arrays.quarters(rng, *arrays.sides(rng, 2, 2)), "size": 2, "stride": 2}
    yield "any dtype", {"x": arrays.quarters(rng, *arrays.sides(rng, 3, 3)).astype(np.float32), "size": 3, "stride": 3}
    yield "any dtype", {"x": arrays.byte_values(rng, *arrays.sides(rng, 3, 3)), "size": 3, "stride": 3}
    yield "any dtype", {"x": arrays.large(rng, *arrays.sides(rng, 2, 2)), "size": 2, "stride": 2}


common.pool_always_two(max_pool2d_single)
common.stride_for_size(max_pool2d_single, "max")


@max_pool2d_single.mistake(
    "steps_of_size",
    "Your output is what you get when the window always moves by its own size. It should move by stride.",
)
def _(x, size, stride):
    height, width = x.shape
    return np.array(
        [
            [x[i : i + size, j : j + size].max() for j in range(0, width - size + 1, size)]
            for i in range(0, height - size + 1, size)
        ]
    )


@max_pool2d_single.mistake(
    "size_and_stride_swapped",
    "Your output is what you get when size and stride are swapped: windows of stride by stride that move by size.",
)
def _(x, size, stride):
    height, width = x.shape
    return np.array(
        [
            [x[i : i + stride, j : j + stride].max() for j in range(0, width - stride + 1, size)]
            for i in range(0, height - stride + 1, size)
        ]
    )


@max_pool2d_single.mistake(
    "last_windows_missing",
    "The last window of each row and column is left out, although it fits. The range must end at n - size + 1.",
)
def _(x, size, stride):
    height, width = x.shape
    rows, columns = range(0, height - size, stride), range(0, width - size, stride)
    out = np.zeros((len(rows), len(columns)))
    for i, top in enumerate(rows):
        for j, left in enumerate(columns):
            out[i, j] = x[top : top + size, left : left + size].max()
    return out


@max_pool2d_single.mistake(
    "partial_windows",
    "Your size is rounded up, so that a last window reaches past the edge. Leave out windows that don't fit "
    "completely: round down with //.",
)
def _(x, size, stride):
    height, width = x.shape
    out = np.zeros((-(-(height - size) // stride) + 1, -(-(width - size) // stride) + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = x[i * stride : i * stride + size, j * stride : j * stride + size].max()
    return out


@max_pool2d_single.mistake(
    "rounded_to_the_nearest",
    "Your number of windows is rounded to the nearest integer. Leave out windows that don't fit completely: "
    "round down with //.",
)
def _(x, size, stride):
    height, width = x.shape
    out = np.zeros((round((height - size) / stride) + 1, round((width - size) / stride) + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = x[i * stride : i * stride + size, j * stride : j * stride + size].max()
    return out


@max_pool2d_single.mistake(
    "a_window_at_every_step",
    "Your windows start at every multiple of stride, up to the edge. Leave out the last ones, which reach past it.",
)
def _(x, size, stride):
    height, width = x.shape
    return np.array(
        [[x[i : i + size, j : j + size].max() for j in range(0, width, stride)] for i in range(0, height, stride)]
    )


@max_pool2d_single.mistake(
    "side_over_stride",
    "You count n // stride windows. Their number also depends on the size: (n - size) // stride + 1.",
)
def _(x, size, stride):
    height, width = x.shape
    out = np.zeros((height // stride, width // stride))
    for i in range(height // stride):
        for j in range(width // stride):
            out[i, j] = x[i * stride : i * stride + size, j * stride : j * stride + size].max()
    return out


@max_pool2d_single.mistake(
    "height_for_width",
    "Your function also uses the height as the width. The map need not be square.",
)
def _(x, size, stride):
    n = (x.shape[0] - size) // stride + 1
    out = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            out[i, j] = np.max(x[i * stride : i * stride + size, j * stride : j * stride + size])
    return out


@max_pool2d_single.mistake(
    "rows_and_columns_swapped",
    "Your window of output (i, j) is taken at row j and column i. Rows come first.",
)
def _(x, size, stride):
    height, width = x.shape
    rows, columns = (height - size) // stride + 1, (width - size) // stride + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.max(x[j * stride : j * stride + size, i * stride : i * stride + size])
    return out


@max_pool2d_single.mistake(
    "started_from_zero",
    "Your search for the maximum starts from 0, which wins over negative entries. Start from an entry of the "
    "window, or from -np.inf.",
)
def _(x, size, stride):
    height, width = x.shape
    rows, columns = (height - size) // stride + 1, (width - size) // stride + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            for value in x[i * stride : i * stride + size, j * stride : j * stride + size].flat:
                if value > out[i, j]:
                    out[i, j] = value
    return out


@max_pool2d_single.mistake(
    "started_from_minus_one",
    "Your search for the maximum starts from -1, which wins over lower entries. Start from an entry of the "
    "window, or from -np.inf.",
)
def _(x, size, stride):
    height, width = x.shape
    rows, columns = (height - size) // stride + 1, (width - size) // stride + 1
    out = -np.ones((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = max(out[i, j], *x[i * stride : i * stride + size, j * stride : j * stride + size].flat)
    return out


@max_pool2d_single.mistake(
    "largest_in_size",
    "Your output is what you get when the maximum of the absolute values is taken. -3 is larger than -5.",
)
def _(x, size, stride):
    windows = np.lib.stride_tricks.sliding_window_view(np.abs(x), (size, size))[::stride, ::stride]
    return windows.max(axis=(2, 3))


@max_pool2d_single.mistake(
    "smallest",
    "Your output is what you get when the minimum of each window is taken. Max pooling takes the maximum.",
)
def _(x, size, stride):
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size))[::stride, ::stride]
    return windows.min(axis=(2, 3))


@max_pool2d_single.mistake(
    "mean_for_max",
    "Your output is what you get when each window is averaged. Max pooling takes its maximum.",
)
def _(x, size, stride):
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size))[::stride, ::stride]
    return windows.mean(axis=(2, 3))


@max_pool2d_single.mistake(
    "sum_for_max",
    "Your output is what you get when each window is summed, as a filter of 1s would do. Max pooling takes its "
    "maximum.",
)
def _(x, size, stride):
    windows = np.lib.stride_tricks.sliding_window_view(x.astype(float), (size, size))[::stride, ::stride]
    return windows.sum(axis=(2, 3))


@max_pool2d_single.mistake(
    "corner_of_the_window",
    "Your output is what you get when the first entry of each window is taken. Take the maximum of all size * size "
    "entries.",
)
def _(x, size, stride):
    height, width = x.shape
    return x[: height - size + 1 : stride, : width - size + 1 : stride].copy()


@max_pool2d_single.mistake(
    "stride_not_applied",
    "Your window of output (i, j) starts at (i, j), so the windows are one pixel apart. Start at (i * stride, j "
    "* stride).",
)
def _(x, size, stride):
    height, width = x.shape
    rows, columns = (height - size) // stride + 1, (width - size) // stride + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.max(x[i : i + size, j : j + size])
    return out


@max_pool2d_single.mistake(
    "zeros_around",
    "Your output is what you get when the map is padded with zeros first. Max pooling here has no padding.",
)
def _(x, size, stride):
    x = np.pad(x, (size - 1) // 2 + 1)
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size))[::stride, ::stride]
    return windows.max(axis=(2, 3))


@max_pool2d_single.mistake(
    "whole_numbers",
    "Your results are stored as integers: fractions are cut off. Give the result array the dtype of x, or leave "
    "the dtype out.",
)
def _(x, size, stride):
    height, width = x.shape
    out = np.zeros(((height - size) // stride + 1, (width - size) // stride + 1), dtype=int)
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.max(x[i * stride : i * stride + size, j * stride : j * stride + size])
    return out


@max_pool2d_single.mistake(
    "kept_as_grey_values",
    "Your results are stored as bytes, 0 to 255. A feature map is not an image: its values may be larger, "
    "negative or fractions.",
)
def _(x, size, stride):
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size))[::stride, ::stride]
    return windows.max(axis=(2, 3)).astype(np.int64).astype(np.uint8)


@max_pool2d_single.mistake(
    "position_for_value",
    "Your output is the position of the maximum in its window (argmax). Return the maximum itself.",
)
def _(x, size, stride):
    height, width = x.shape
    rows, columns = (height - size) // stride + 1, (width - size) // stride + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.argmax(x[i * stride : i * stride + size, j * stride : j * stride + size])
    return out


@max_pool2d_single.mistake(
    "map_overwritten",
    "Your results are right, but you write them into x itself, which destroys the caller's map. Make a new array for "
    "them.",
)
def _(x, size, stride):
    height, width = x.shape
    rows, columns = (height - size) // stride + 1, (width - size) // stride + 1
    for i in range(rows):
        for j in range(columns):
            x[i, j] = x[i * stride : i * stride + size, j * stride : j * stride + size].max()
    return x[:rows, :columns]
