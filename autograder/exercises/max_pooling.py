"""Notebook 05: the maximum of each window, or its mean."""

# References and mistakes are written the way students write them: plain functions of NumPy arrays.

from __future__ import annotations

import numpy as np

from .exercise import Notebook

book = Notebook("05_max_pooling")

FORBIDDEN = ("numpy.convolve", "numpy.correlate", "scipy", "torch", "helpers.layers")

# The lecture's map: two detections in 6 by 6.
TWO_DETECTIONS = np.zeros((6, 6), dtype=int)
TWO_DETECTIONS[1, 4] = TWO_DETECTIONS[4, 1] = 1


# Cases. All entries of an array differ, so that a wrong window shows. Negative numbers have their own aspect.


def _map(rng, *shape):
    """Different integers above 0, like detections."""
    return rng.permutation(np.arange(1, int(np.prod(shape)) + 1)).reshape(shape)


def _below_zero(rng, *shape):
    """Different numbers below -1, some of them far below, so that no fixed starting value is low enough."""
    x = -1.5 - _map(rng, *shape)
    return np.where(x < np.median(x), 5000 * x, x)


def _bytes(rng, *shape):
    """Different grey values: many don't fit into 7 bits, and the sum of two doesn't fit into 8."""
    return rng.permutation(np.arange(90, 256))[: int(np.prod(shape))].astype(np.uint8).reshape(shape)


def _large(rng, *shape):
    """Integers far beyond a byte."""
    return 1000 * _map(rng, *shape) + 70_000


def _quarters(rng, *shape):
    """Different positive numbers, none of them an integer."""
    return _map(rng, *shape) / 2 + 0.25


def _sides(rng, size, stride, more=(1, 2)):
    """Height and width, not equal, into which windows fit without remainder."""
    steps = rng.permutation([*more][:2])
    return tuple(int(size + stride * step) for step in steps)


# max_pool2d_single


@book.exercise(
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
    forbidden=FORBIDDEN,
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
    yield "values", {"x": _map(rng, *_sides(rng, 2, 2)), "size": 2, "stride": 2}
    yield "values", {"x": _map(rng, 9, 6), "size": 3, "stride": 3}
    yield "values", {"x": _map(rng, 4, 8), "size": 2, "stride": 2}
    yield "overlap", {"x": _map(rng, *_sides(rng, 3, 1, (1, 3))), "size": 3, "stride": 1}
    yield "overlap", {"x": _map(rng, *_sides(rng, 3, 2)), "size": 3, "stride": 2}
    yield "overlap", {"x": _map(rng, *_sides(rng, 2, 1, (2, 3))), "size": 2, "stride": 1}
    yield "gaps", {"x": _map(rng, *_sides(rng, 2, 3)), "size": 2, "stride": 3}
    yield "gaps", {"x": _map(rng, *_sides(rng, 1, 2, (2, 3))), "size": 1, "stride": 2}
    yield "sizes that do not divide", {"x": _map(rng, *rng.permutation([5, 7])), "size": 2, "stride": 2}
    yield "sizes that do not divide", {"x": _map(rng, *rng.permutation([6, 8])), "size": 3, "stride": 2}
    yield "sizes that do not divide", {"x": _map(rng, *rng.permutation([7, 8])), "size": 3, "stride": 3}
    yield "sizes that do not divide", {"x": _map(rng, 7, 5), "size": 2, "stride": 3}
    yield "negative values", {"x": -1 - _map(rng, 2, 6), "size": 2, "stride": 2}
    yield "negative values", {"x": _below_zero(rng, *_sides(rng, 2, 2)), "size": 2, "stride": 2}
    yield "negative values", {"x": -_large(rng, *_sides(rng, 3, 2)), "size": 3, "stride": 2}
    yield "any dtype", {"x": _quarters(rng, *_sides(rng, 2, 2)), "size": 2, "stride": 2}
    yield "any dtype", {"x": _quarters(rng, *_sides(rng, 3, 3)).astype(np.float32), "size": 3, "stride": 3}
    yield "any dtype", {"x": _bytes(rng, *_sides(rng, 3, 3)), "size": 3, "stride": 3}
    yield "any dtype", {"x": _large(rng, *_sides(rng, 2, 2)), "size": 2, "stride": 2}


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
    "Your output is what you get when the last window of each row and column is left out, although it fits. The last "
    "one starts at n - size, so the range must end at n - size + 1.",
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
    "Your output is what you get when the size is rounded up, so that a last window reaches past the edge. Leave out "
    "windows that don't fit completely: round down with //.",
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
    "Your output is what you get when the number of windows is rounded to the nearest integer. Leave out windows that "
    "don't fit completely: round down with //.",
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
    "Your output is what you get when a window starts at every multiple of stride, up to the edge. Leave out the last "
    "ones, which reach past the edge.",
)
def _(x, size, stride):
    height, width = x.shape
    return np.array(
        [[x[i : i + size, j : j + size].max() for j in range(0, width, stride)] for i in range(0, height, stride)]
    )


@max_pool2d_single.mistake(
    "side_over_stride",
    "Your output is what you get when the number of windows is assumed to be n // stride. It also depends on the "
    "window's size: (n - size) // stride + 1.",
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
    "Your output is what you get when the height is also used as the width. The map need not be square.",
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
    "Your output is what you get when the window of output (i, j) is taken at row j and column i. Rows come first.",
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
    "Your output is what you get when the search for the maximum starts from 0. In a window with only negative "
    "entries, 0 then wins. Start from an entry of the window, or from -np.inf.",
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
    "Your output is what you get when the search for the maximum starts from -1. Entries below -1 can't win then. "
    "Start from an entry of the window, or from -np.inf.",
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
    "Your output is what you get when the window of output (i, j) starts at (i, j). The number of windows is right, "
    "but they are one pixel apart. Start at (i * stride, j * stride).",
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
    "Your output is what you get when the results are stored as integers: fractions are cut off. Give the result array "
    "the dtype of x, or leave the dtype out.",
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
    "Your output is what you get when the results are stored as bytes, 0 to 255. A feature map is not an image: its "
    "values may be larger, negative or fractions.",
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


# max_pool2d


@book.exercise(
    points=3,
    aspects={
        "values": "entry (n, c, i, j) is the maximum of the window at (i * stride, j * stride), only in channel c of "
        "image n.",
        "images and channels": "every image and every channel has its own result, even when there is only one. The "
        "result always has four axes.",
        "overlap and gaps": "the window moves by stride, which may be smaller or larger than size.",
        "sizes that do not divide": "leave out a last window that doesn't fit completely: along a side of n there are "
        "(n - size) // stride + 1 windows.",
        "negative values": "don't use 0 as a starting value or as padding: all entries of a window may be negative.",
        "any dtype": "the result must hold the same kind of numbers as x: fractions, bytes, large integers.",
    },
    hints=[
        "A batch is N images of C channels, and max_pool2d_single pools one channel of one image.",
        "Make an array for (N, C, H', W') results. Write two loops, over images and channels: out[n, c] = ...",
        "for n in range(N): for c in range(C): out[n, c] = max_pool2d_single(x[n, c], size, stride)",
    ],
    forbidden=FORBIDDEN,
    worked=[
        (
            "overlap and gaps",
            {"x": np.stack([TWO_DETECTIONS, 2 * TWO_DETECTIONS[::-1]])[None], "size": 3, "stride": 1},
        )
    ],
)
def max_pool2d(x, size, stride):
    n_images, channels, height, width = x.shape
    rows = (height - size) // stride + 1
    columns = (width - size) // stride + 1
    out = np.zeros((n_images, channels, rows, columns), dtype=x.dtype)
    for i in range(rows):
        for j in range(columns):
            window = x[:, :, i * stride : i * stride + size, j * stride : j * stride + size]
            out[:, :, i, j] = window.max(axis=(2, 3))
    return out


@max_pool2d.cases
def _(rng):
    yield "values", {"x": _map(rng, 2, 3, *_sides(rng, 2, 2)), "size": 2, "stride": 2}
    yield "values", {"x": _map(rng, 3, 2, 4, 2), "size": 2, "stride": 2}
    yield "images and channels", {"x": _map(rng, 1, 3, 4, 6), "size": 2, "stride": 2}
    yield "images and channels", {"x": _map(rng, 3, 1, *_sides(rng, 2, 2)), "size": 2, "stride": 2}
    yield "images and channels", {"x": _map(rng, 4, 2, 3, 6), "size": 3, "stride": 3}
    yield "overlap and gaps", {"x": _map(rng, 1, 2, *_sides(rng, 3, 1)), "size": 3, "stride": 1}
    yield "overlap and gaps", {"x": _map(rng, 2, 1, *_sides(rng, 3, 2)), "size": 3, "stride": 2}
    yield "overlap and gaps", {"x": _map(rng, 1, 2, *_sides(rng, 2, 3)), "size": 2, "stride": 3}
    yield "overlap and gaps", {"x": _map(rng, 2, 1, *_sides(rng, 1, 2)), "size": 1, "stride": 2}
    yield "sizes that do not divide", {"x": _map(rng, 1, 2, *rng.permutation([5, 7])), "size": 2, "stride": 2}
    yield "sizes that do not divide", {"x": _map(rng, 2, 1, *rng.permutation([6, 8])), "size": 3, "stride": 2}
    yield "sizes that do not divide", {"x": _map(rng, 1, 2, 7, 5), "size": 2, "stride": 3}
    yield "negative values", {"x": -1 - _map(rng, 2, 1, 2, 4), "size": 2, "stride": 2}
    yield "negative values", {"x": _below_zero(rng, 1, 2, *_sides(rng, 2, 2)), "size": 2, "stride": 2}
    yield "negative values", {"x": -_large(rng, 2, 1, *_sides(rng, 3, 2)), "size": 3, "stride": 2}
    yield "any dtype", {"x": _quarters(rng, 1, 2, *_sides(rng, 2, 2)), "size": 2, "stride": 2}
    yield "any dtype", {"x": _quarters(rng, 2, 1, *_sides(rng, 2, 2)).astype(np.float32), "size": 2, "stride": 2}
    yield "any dtype", {"x": _bytes(rng, 1, 3, *_sides(rng, 2, 2)), "size": 2, "stride": 2}
    yield "any dtype", {"x": _large(rng, 1, 2, *_sides(rng, 3, 3)), "size": 3, "stride": 3}


@max_pool2d.mistake(
    "across_channels",
    "Your output is what you get when the maximum is taken over all channels. Each channel is pooled separately: what "
    "one filter found says nothing about another.",
)
def _(x, size, stride):
    out = max_pool2d(x, size, stride)
    out[:] = out.max(axis=1, keepdims=True)
    return out


@max_pool2d.mistake(
    "one_channel_left",
    "Your output is what you get when the channels are pooled into one. Each channel is pooled separately, so there "
    "are as many as before.",
)
def _(x, size, stride):
    return max_pool2d(x, size, stride).max(axis=1, keepdims=True)


@max_pool2d.mistake(
    "across_everything",
    "Your output is what you get when one maximum is taken over all images and channels. Each channel of each image is "
    "pooled separately.",
)
def _(x, size, stride):
    out = max_pool2d(x, size, stride)
    out[:] = out.max(axis=(0, 1))
    return out


@max_pool2d.mistake(
    "across_images",
    "Your output is what you get when the maximum is taken over all images of the batch. Each image is pooled "
    "separately.",
)
def _(x, size, stride):
    out = max_pool2d(x, size, stride)
    out[:] = out.max(axis=0)
    return out


@max_pool2d.mistake(
    "first_image_for_all",
    "Your output is what you get when every image of the batch gets the first one's result. Use x[n] instead of x[0].",
)
def _(x, size, stride):
    out = max_pool2d(x, size, stride)
    out[:] = out[0]
    return out


@max_pool2d.mistake(
    "first_image_only",
    "Your output is what you get when only the first image is pooled. There are x.shape[0] of them.",
)
def _(x, size, stride):
    return max_pool2d(x[0:1], size, stride)


@max_pool2d.mistake(
    "channels_last",
    "Your output is what you get when the shape is read as (N, H, W, C). Here channels come before rows and columns: "
    "(N, C, H, W).",
)
def _(x, size, stride):
    n_images, height, width, channels = x.shape
    out = np.zeros((n_images, (height - size) // stride + 1, (width - size) // stride + 1, channels))
    for i in range(out.shape[1]):
        for j in range(out.shape[2]):
            window = x[:, i * stride : i * stride + size, j * stride : j * stride + size, :]
            out[:, i, j, :] = window.max(axis=(1, 2))
    return out


@max_pool2d.mistake(
    "images_and_channels_swapped",
    "Your output is what you get when images and channels are swapped. The order stays (N, C, H', W').",
)
def _(x, size, stride):
    return max_pool2d(x, size, stride).transpose(1, 0, 2, 3)


@max_pool2d.mistake(
    "images_counted_for_channels",
    "Your output is what you get when there are assumed to be as many channels as images. x.shape is (N, C, H, W): N "
    "and C may differ.",
)
def _(x, size, stride):
    n_images, channels, height, width = x.shape
    out = np.zeros((n_images, channels, (height - size) // stride + 1, (width - size) // stride + 1))
    for n in range(n_images):
        for c in range(n_images):
            out[n, c] = max_pool2d_single(x[n, c], size, stride)
    return out


@max_pool2d.mistake(
    "squeezed",
    "Your output is what you get when axes of length 1 are dropped (squeeze). One image or one channel still gives "
    "four axes.",
)
def _(x, size, stride):
    return np.squeeze(max_pool2d(x, size, stride))


@max_pool2d.mistake(
    "steps_of_size",
    "Your output is what you get when the window always moves by its own size. It should move by stride.",
)
def _(x, size, stride):
    return max_pool2d(x, size, size)


@max_pool2d.mistake(
    "size_and_stride_swapped",
    "Your output is what you get when size and stride are swapped: windows of stride by stride that move by size.",
)
def _(x, size, stride):
    return max_pool2d(x, stride, size)


@max_pool2d.mistake(
    "last_windows_missing",
    "Your output is what you get when the last window of each row and column is left out, although it fits. There are "
    "(n - size) // stride + 1 of them.",
)
def _(x, size, stride):
    height, width = x.shape[2:]
    rows, columns = range(0, height - size, stride), range(0, width - size, stride)
    out = np.zeros((*x.shape[:2], len(rows), len(columns)))
    for i, top in enumerate(rows):
        for j, left in enumerate(columns):
            out[:, :, i, j] = x[:, :, top : top + size, left : left + size].max(axis=(2, 3))
    return out


@max_pool2d.mistake(
    "partial_windows",
    "Your output is what you get when the size is rounded up, so that a last window reaches past the edge. Leave out "
    "windows that don't fit completely: round down with //.",
)
def _(x, size, stride):
    height, width = x.shape[2:]
    out = np.zeros((*x.shape[:2], -(-(height - size) // stride) + 1, -(-(width - size) // stride) + 1))
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            window = x[:, :, i * stride : i * stride + size, j * stride : j * stride + size]
            out[:, :, i, j] = window.max(axis=(2, 3))
    return out


@max_pool2d.mistake(
    "side_over_stride",
    "Your output is what you get when the number of windows is assumed to be n // stride. It also depends on the "
    "window's size: (n - size) // stride + 1.",
)
def _(x, size, stride):
    height, width = x.shape[2:]
    out = np.zeros((*x.shape[:2], height // stride, width // stride))
    for i in range(height // stride):
        for j in range(width // stride):
            window = x[:, :, i * stride : i * stride + size, j * stride : j * stride + size]
            out[:, :, i, j] = window.max(axis=(2, 3))
    return out


@max_pool2d.mistake(
    "height_for_width",
    "Your output is what you get when the height is also used as the width. The maps need not be square.",
)
def _(x, size, stride):
    side = (x.shape[2] - size) // stride + 1
    out = np.zeros((*x.shape[:2], side, side))
    for i in range(side):
        for j in range(side):
            window = x[:, :, i * stride : i * stride + size, j * stride : j * stride + size]
            out[:, :, i, j] = window.max(axis=(2, 3))
    return out


@max_pool2d.mistake(
    "rows_and_columns_swapped",
    "Your output is what you get when the window of output (i, j) is taken at row j and column i. Rows come first.",
)
def _(x, size, stride):
    height, width = x.shape[2:]
    out = np.zeros((*x.shape[:2], (height - size) // stride + 1, (width - size) // stride + 1))
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            window = x[:, :, j * stride : j * stride + size, i * stride : i * stride + size]
            out[:, :, i, j] = window.max(axis=(2, 3))
    return out


@max_pool2d.mistake(
    "stride_not_applied",
    "Your output is what you get when the window of output (i, j) starts at (i, j). Start at (i * stride, j * stride).",
)
def _(x, size, stride):
    height, width = x.shape[2:]
    out = np.zeros((*x.shape[:2], (height - size) // stride + 1, (width - size) // stride + 1))
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            out[:, :, i, j] = x[:, :, i : i + size, j : j + size].max(axis=(2, 3))
    return out


@max_pool2d.mistake(
    "started_from_zero",
    "Your output is what you get when the search for the maximum starts from 0. In a window with only negative "
    "entries, 0 then wins. Start from an entry of the window, or from -np.inf.",
)
def _(x, size, stride):
    return np.maximum(0, max_pool2d(x, size, stride))


@max_pool2d.mistake(
    "mean_for_max",
    "Your output is what you get when each window is averaged. Max pooling takes its maximum.",
)
def _(x, size, stride):
    return avg_pool2d(x, size, stride)


@max_pool2d.mistake(
    "zeros_around",
    "Your output is what you get when the maps are padded with zeros first. Max pooling here has no padding.",
)
def _(x, size, stride):
    edge = (size - 1) // 2 + 1
    return max_pool2d(np.pad(x, ((0, 0), (0, 0), (edge, edge), (edge, edge))), size, stride)


@max_pool2d.mistake(
    "whole_numbers",
    "Your output is what you get when the results are stored as integers: fractions are cut off. Give the result array "
    "the dtype of x, or leave the dtype out.",
)
def _(x, size, stride):
    return max_pool2d(x, size, stride).astype(int)


@max_pool2d.mistake(
    "maps_overwritten",
    "Your results are right, but you write them into x itself, which destroys the caller's maps. Make a new array for "
    "them.",
)
def _(x, size, stride):
    height, width = x.shape[2:]
    rows, columns = (height - size) // stride + 1, (width - size) // stride + 1
    for i in range(rows):
        for j in range(columns):
            window = x[:, :, i * stride : i * stride + size, j * stride : j * stride + size]
            x[:, :, i, j] = window.max(axis=(2, 3))
    return x[:, :, :rows, :columns]


# avg_pool2d


@book.exercise(
    points=1,
    aspects={
        "values": "add up the size * size entries of a window and divide by their number, for each channel separately.",
        "overlap and gaps": "the window moves by stride, which may be smaller or larger than size.",
        "sizes that do not divide": "leave out a last window that doesn't fit completely, as in max pooling.",
        "integer input": "a mean may be a fraction even when all entries are integers, and a sum of bytes may not fit "
        "into a byte. Calculate with floats.",
    },
    hints=[
        "Which line of your max pooling takes the maximum? Everything else stays the same.",
        "Use np.mean of a window, and store it in an array that holds fractions: np.zeros(...) without a dtype.",
    ],
    forbidden=FORBIDDEN,
)
def avg_pool2d(x, size, stride):
    n_images, channels, height, width = x.shape
    rows = (height - size) // stride + 1
    columns = (width - size) // stride + 1
    out = np.zeros((n_images, channels, rows, columns))
    for i in range(rows):
        for j in range(columns):
            window = x[:, :, i * stride : i * stride + size, j * stride : j * stride + size].astype(float)
            out[:, :, i, j] = window.sum(axis=(2, 3)) / size**2
    return out


@avg_pool2d.cases
def _(rng):
    yield "values", {"x": _signed(rng, 2, 3, *_sides(rng, 2, 2)), "size": 2, "stride": 2}
    yield "values", {"x": _signed(rng, 3, 1, 6, 9), "size": 3, "stride": 3}
    yield "values", {"x": _signed(rng, 1, 2, 6, 4).astype(np.float32), "size": 2, "stride": 2}
    yield "overlap and gaps", {"x": _signed(rng, 2, 1, *_sides(rng, 3, 1)), "size": 3, "stride": 1}
    yield "overlap and gaps", {"x": _signed(rng, 1, 2, *_sides(rng, 3, 2)), "size": 3, "stride": 2}
    yield "overlap and gaps", {"x": _signed(rng, 1, 2, *_sides(rng, 2, 3)), "size": 2, "stride": 3}
    yield "sizes that do not divide", {"x": _signed(rng, 1, 2, *rng.permutation([5, 7])), "size": 2, "stride": 2}
    yield "sizes that do not divide", {"x": _signed(rng, 2, 1, *rng.permutation([6, 8])), "size": 3, "stride": 2}
    yield "integer input", {"x": _odd_sums(rng, 1, 2, 2, 6).astype(np.uint8), "size": 2, "stride": 2}
    yield "integer input", {"x": -1000 * _odd_sums(rng, 2, 1, *_sides(rng, 2, 2)) - 1, "size": 2, "stride": 2}


def _signed(rng, *shape):
    """Different numbers of both signs, none of them an integer."""
    return (_map(rng, *shape) - 0.25) * rng.choice([-1, 1], shape)


def _odd_sums(rng, *shape):
    """Grey values; the sum of each 2 by 2 window that starts in an even row and column is odd and exceeds a byte."""
    x = 2 * rng.integers(60, 127, shape)
    x[..., ::2, ::2] += 1
    return x


@avg_pool2d.mistake(
    "sum_for_mean",
    "Your output is what you get when each window is summed, but not divided by the number of its entries.",
)
def _(x, size, stride):
    return avg_pool2d(x, size, stride) * size * size


@avg_pool2d.mistake(
    "max_for_mean",
    "Your output is what you get when the maximum of each window is taken. Average pooling takes its mean.",
)
def _(x, size, stride):
    return max_pool2d(x, size, stride)


@avg_pool2d.mistake(
    "divided_by_size",
    "Your output is what you get when each sum is divided by size. A window has size * size entries.",
)
def _(x, size, stride):
    return avg_pool2d(x, size, stride) * size


@avg_pool2d.mistake(
    "divided_by_stride",
    "Your output is what you get when each sum is divided by stride * stride. A window has size * size entries.",
)
def _(x, size, stride):
    return avg_pool2d(x, size, stride) * size**2 / stride**2


@avg_pool2d.mistake(
    "median_for_mean",
    "Your output is what you get when the median of each window is taken. Average pooling takes its mean.",
)
def _(x, size, stride):
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
    return np.median(windows, axis=(4, 5))


@avg_pool2d.mistake(
    "whole_numbers",
    "Your output is what you get when the results are stored as integers: fractions are cut off. A mean needs an array "
    "of floats.",
)
def _(x, size, stride):
    return np.trunc(avg_pool2d(x, size, stride))


@avg_pool2d.mistake(
    "dtype_of_the_maps",
    "Your output is what you get when the results are stored in the maps' dtype: with integers, the mean loses its "
    "fraction. Store floats.",
)
def _(x, size, stride):
    return avg_pool2d(x, size, stride).astype(x.dtype)


@avg_pool2d.mistake(
    "rounded_down",
    "Your output is what you get when the sum is divided with //: the mean is rounded down. Divide with /.",
)
def _(x, size, stride):
    return np.floor(avg_pool2d(x, size, stride))


@avg_pool2d.mistake(
    "kept_in_bytes",
    "Your output is what you get when uint8 numbers are added as uint8: results above 255 wrap around. Convert them to "
    "floats first.",
)
def _(x, size, stride):
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
    return windows.sum(axis=(4, 5), dtype=x.dtype) / size**2


@avg_pool2d.mistake(
    "across_channels",
    "Your output is what you get when the mean is taken over all channels. Each channel is pooled separately.",
)
def _(x, size, stride):
    out = avg_pool2d(x, size, stride)
    out[:] = out.mean(axis=1, keepdims=True)
    return out


@avg_pool2d.mistake(
    "steps_of_size",
    "Your output is what you get when the window always moves by its own size. It should move by stride.",
)
def _(x, size, stride):
    return avg_pool2d(x, size, size)


@avg_pool2d.mistake(
    "partial_windows",
    "Your output is what you get when a last window reaches past the edge and only the part inside is averaged. Leave "
    "out windows that don't fit completely.",
)
def _(x, size, stride):
    height, width = x.shape[2:]
    out = np.zeros((*x.shape[:2], -(-(height - size) // stride) + 1, -(-(width - size) // stride) + 1))
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            window = x[:, :, i * stride : i * stride + size, j * stride : j * stride + size]
            out[:, :, i, j] = window.mean(axis=(2, 3))
    return out


@avg_pool2d.mistake(
    "height_for_width",
    "Your output is what you get when the height is also used as the width. The maps need not be square.",
)
def _(x, size, stride):
    side = (x.shape[2] - size) // stride + 1
    out = np.zeros((*x.shape[:2], side, side))
    for i in range(side):
        for j in range(side):
            window = x[:, :, i * stride : i * stride + size, j * stride : j * stride + size]
            out[:, :, i, j] = window.sum(axis=(2, 3)) / size**2
    return out


# pool_weights

pool_weights = book.answer(
    "pool_weights",
    0,
    points=1,
    hints=[
        "Which numbers of this layer does gradient descent change?",
        "Size and stride are set by hand, before training. Does the layer have any other number?",
    ],
)
pool_weights.mistake(
    "size_and_stride_counted",
    "2 counts size and stride. They are set by hand, and training does not change them.",
    2,
)
pool_weights.mistake(
    "a_window_of_weights", "9 counts a weight for each entry of the window. A maximum has no weights.", 9
)
pool_weights.mistake(
    "window_and_bias",
    "10 counts the weights of a 3 by 3 filter and its bias. A maximum has neither weights nor a bias.",
    10,
)
pool_weights.mistake("a_bias", "1 counts a bias. A maximum has no bias.", 1)
pool_weights.mistake("a_bias_for_each_channel", "16 counts one number for each channel. A maximum has no bias.", 16)
pool_weights.mistake(
    "a_window_for_each_channel",
    "144 counts 9 weights for each channel. A maximum has no weights.",
    144,
)
pool_weights.mistake(
    "a_filter_for_each_channel",
    "160 counts 9 weights and a bias for each channel. A maximum has neither weights nor a bias.",
    160,
)


# pooled_shape


@book.exercise(
    points=1,
    aspects={
        "values": "the numbers of images and channels stay the same. Height and width each become (n - size) // stride "
        "+ 1, with their own n.",
        "overlap and gaps": "the result depends on both size and stride, which need not be equal.",
        "sizes that do not divide": "round down: leave out a last window that doesn't fit completely.",
    },
    hints=[
        "Which two of the four numbers does pooling change?",
        "For one side of length n: count the steps, (n - size) // stride, and add 1 for the first position.",
    ],
    integers=True,
    worked=[
        ("overlap and gaps", {"shape": (1, 1, 6, 6), "size": 3, "stride": 1}),
        ("values", {"shape": (1, 1, 6, 6), "size": 3, "stride": 3}),
    ],
)
def pooled_shape(shape, size, stride):
    n_images, channels, height, width = shape
    return (n_images, channels, (height - size) // stride + 1, (width - size) // stride + 1)


@pooled_shape.cases
def _(rng):
    def shape(size, stride, left_over=(0, 0)):
        """Images, channels and sides, all different; `left_over` rows and columns don't fill another window."""
        images, channels = (int(n) for n in rng.permutation([3, 5, 7, 8])[:2])
        rows, columns = rng.permutation(np.arange(4, 9))[:2]
        sides = (int(size + stride * steps) + more for steps, more in zip((rows, columns), left_over))
        return {"shape": (images, channels, *sides), "size": size, "stride": stride}

    yield "values", shape(2, 2)
    yield "values", shape(3, 3)
    yield "values", shape(4, 4)
    yield "overlap and gaps", shape(3, 1)
    yield "overlap and gaps", shape(3, 2)
    yield "overlap and gaps", shape(2, 5)
    yield "overlap and gaps", shape(1, 2)
    yield "sizes that do not divide", shape(2, 2, (1, 1))
    yield "sizes that do not divide", shape(3, 3, (2, 1))
    yield "sizes that do not divide", shape(5, 4, (1, 3))
    yield "sizes that do not divide", shape(2, 6, (5, 2))


@pooled_shape.mistake(
    "rounded_up",
    "Your output is what you get when the number of windows is rounded up. Leave out windows that don't fit "
    "completely.",
)
def _(shape, size, stride):
    return (*shape[:2], -(-(shape[2] - size) // stride) + 1, -(-(shape[3] - size) // stride) + 1)


@pooled_shape.mistake(
    "rounded_to_the_nearest",
    "Your output is what you get when the number of windows is rounded to the nearest integer. Leave out windows that "
    "don't fit completely: round down with //.",
)
def _(shape, size, stride):
    return (*shape[:2], *(round((side - size) / stride) + 1 for side in shape[2:]))


@pooled_shape.mistake(
    "float_sizes",
    "Your output is what you get when you divide with /, which makes the sizes floats. Divide with //.",
)
def _(shape, size, stride):
    return (*shape[:2], (shape[2] - size) / stride + 1, (shape[3] - size) / stride + 1)


@pooled_shape.mistake(
    "first_window_not_counted",
    "Your output is what you get when the steps are counted, but not the first position. Add 1.",
)
def _(shape, size, stride):
    return (*shape[:2], (shape[2] - size) // stride, (shape[3] - size) // stride)


@pooled_shape.mistake(
    "side_over_stride",
    "Your output is what you get when the number of windows is assumed to be n // stride. It also depends on the "
    "window's size.",
)
def _(shape, size, stride):
    return (*shape[:2], shape[2] // stride, shape[3] // stride)


@pooled_shape.mistake(
    "side_over_size",
    "Your output is what you get when the number of windows is assumed to be n // size. It also depends on the stride.",
)
def _(shape, size, stride):
    return (*shape[:2], shape[2] // size, shape[3] // size)


@pooled_shape.mistake(
    "size_and_stride_swapped",
    "Your output is what you get when size and stride are swapped: (n - stride) // size + 1.",
)
def _(shape, size, stride):
    return (*shape[:2], (shape[2] - stride) // size + 1, (shape[3] - stride) // size + 1)


@pooled_shape.mistake(
    "stride_one",
    "Your output is what you get when the window moves by 1. It should move by stride.",
)
def _(shape, size, stride):
    return (*shape[:2], shape[2] - size + 1, shape[3] - size + 1)


@pooled_shape.mistake(
    "rows_and_columns_swapped",
    "Your output is what you get when rows and columns are swapped. The order stays (N, C, H', W').",
)
def _(shape, size, stride):
    return (*shape[:2], (shape[3] - size) // stride + 1, (shape[2] - size) // stride + 1)


@pooled_shape.mistake(
    "height_for_width",
    "Your output is what you get when the height is also used as the width. The maps need not be square.",
)
def _(shape, size, stride):
    side = (shape[2] - size) // stride + 1
    return (*shape[:2], side, side)


@pooled_shape.mistake(
    "channels_last",
    "Your output is what you get when the shape is read as (N, H, W, C). Here it is (N, C, H, W).",
)
def _(shape, size, stride):
    return (shape[0], (shape[1] - size) // stride + 1, (shape[2] - size) // stride + 1, shape[3])


@pooled_shape.mistake(
    "channels_pooled",
    "Your output is what you get when the channels are pooled into one. There are as many as before.",
)
def _(shape, size, stride):
    return (shape[0], 1, (shape[2] - size) // stride + 1, (shape[3] - size) // stride + 1)


@pooled_shape.mistake(
    "sides_only",
    "Your output is only the new height and width. Return the whole shape, with images and channels.",
)
def _(shape, size, stride):
    return ((shape[2] - size) // stride + 1, (shape[3] - size) // stride + 1)


@pooled_shape.mistake(
    "padded",
    "Your output is what you get when a padding of 1 is assumed. Max pooling here has no padding.",
)
def _(shape, size, stride):
    return (*shape[:2], (shape[2] + 2 - size) // stride + 1, (shape[3] + 2 - size) // stride + 1)


# detected_anywhere


@book.exercise(
    points=1,
    aspects={
        "values": "return one number for each image and each filter: the maximum of its whole map.",
        "images and filters": "the result has the shape (N, F), even when there is only one image or one filter.",
        "negative values": "where a filter fires nowhere, its maximum is negative: a 0 from np.zeros or ReLU must not "
        "win.",
        "any dtype": "the result must hold the same kind of numbers as the maps: fractions, bytes, large integers.",
    },
    hints=[
        "This is max pooling with a window as large as the map. How many windows fit?",
        "NumPy takes a maximum over several axes at once: x.max(axis=(..., ...)). Which two must disappear?",
    ],
    forbidden=FORBIDDEN,
)
def detected_anywhere(feature_map):
    return feature_map.max(axis=(2, 3))


@detected_anywhere.cases
def _(rng):
    def maps(*shape):
        """Different numbers of both signs, in each map at least one above 0, with the maximum in a random place."""
        x = _map(rng, *shape) * rng.choice([-1, 1], shape)
        place = rng.integers(0, [shape[2], shape[3]])
        x[:, :, place[0], place[1]] = np.abs(x[:, :, place[0], place[1]])
        return x

    yield "values", {"feature_map": maps(2, 3, *rng.permutation([2, 3]))}
    yield "values", {"feature_map": maps(3, 2, *rng.permutation([3, 4]))}
    yield "values", {"feature_map": maps(2, 4, *rng.permutation([3, 5]))}
    yield "images and filters", {"feature_map": maps(1, 3, *rng.permutation([2, 4]))}
    yield "images and filters", {"feature_map": maps(3, 1, *rng.permutation([2, 4]))}
    yield "images and filters", {"feature_map": maps(2, 3, *rng.permutation([1, 5]))}
    yield "negative values", {"feature_map": _below_zero(rng, 2, 3, *rng.permutation([2, 3]))}
    yield "negative values", {"feature_map": -_large(rng, 3, 2, *rng.permutation([2, 3]))}
    yield "any dtype", {"feature_map": _quarters(rng, 2, 3, *rng.permutation([2, 3]))}
    yield "any dtype", {"feature_map": _quarters(rng, 3, 2, *rng.permutation([2, 3])).astype(np.float32)}
    yield "any dtype", {"feature_map": _bytes(rng, 3, 2, *rng.permutation([2, 3]))}
    yield "any dtype", {"feature_map": _large(rng, 2, 3, *rng.permutation([2, 3]))}


@detected_anywhere.mistake(
    "mean_for_max",
    "Your output is what you get when each map is averaged. One detection anywhere is enough: take the maximum.",
)
def _(feature_map):
    return feature_map.mean(axis=(2, 3))


@detected_anywhere.mistake(
    "sum_for_max",
    "Your output is what you get when each map is summed. One detection anywhere is enough: take the maximum.",
)
def _(feature_map):
    return feature_map.astype(float).sum(axis=(2, 3))


@detected_anywhere.mistake(
    "yes_or_no",
    "Your output only says whether anything is above 0. Keep how strongly the filter fires: return the maximum itself.",
)
def _(feature_map):
    return (feature_map > 0).any(axis=(2, 3)).astype(int)


@detected_anywhere.mistake(
    "started_from_zero",
    "Your output is what you get when the search for the maximum starts from 0. In a map with only negative entries, 0 "
    "then wins.",
)
def _(feature_map):
    return np.maximum(feature_map.max(axis=(2, 3)), 0)


@detected_anywhere.mistake(
    "axes_kept",
    "Your output has the shape (N, F, 1, 1). Remove the two axes of length 1: (N, F).",
)
def _(feature_map):
    return feature_map.max(axis=(2, 3), keepdims=True)


@detected_anywhere.mistake(
    "last_axis_only",
    "Your output is the maximum of each row. Take the maximum over all rows and columns.",
)
def _(feature_map):
    return feature_map.max(axis=3)


@detected_anywhere.mistake(
    "wrong_axes",
    "Your output is what you get when the maximum is taken over images and filters. Take it over rows and columns, "
    "axes 2 and 3.",
)
def _(feature_map):
    return feature_map.max(axis=(0, 1))


@detected_anywhere.mistake(
    "across_filters",
    "Your output is the maximum over all filters, one number for each image. Each filter has its own.",
)
def _(feature_map):
    return feature_map.max(axis=(1, 2, 3))


@detected_anywhere.mistake(
    "across_images",
    "Your output is the maximum over all images, one number for each filter. Each image has its own.",
)
def _(feature_map):
    return feature_map.max(axis=(0, 2, 3))


@detected_anywhere.mistake(
    "across_everything",
    "Your output is a single number, the maximum of everything. There is one for each image and filter.",
)
def _(feature_map):
    return feature_map.max()


@detected_anywhere.mistake(
    "images_and_filters_swapped",
    "Your output is what you get when images and filters are swapped. Images come first: (N, F).",
)
def _(feature_map):
    return feature_map.max(axis=(2, 3)).T


@detected_anywhere.mistake(
    "first_image_for_all",
    "Your output is what you get when every image gets the first one's result.",
)
def _(feature_map):
    out = feature_map.max(axis=(2, 3))
    out[:] = out[0]
    return out


@detected_anywhere.mistake(
    "position_for_value",
    "Your output is the position of the maximum in its map (argmax). Return the maximum itself.",
)
def _(feature_map):
    return feature_map.reshape(*feature_map.shape[:2], -1).argmax(axis=2)


@detected_anywhere.mistake(
    "largest_in_size",
    "Your output is what you get when the maximum of the absolute values is taken. -3 is larger than -5.",
)
def _(feature_map):
    return np.abs(feature_map).max(axis=(2, 3))


@detected_anywhere.mistake(
    "squeezed",
    "Your output is what you get when axes of length 1 are dropped (squeeze). A single image or a single filter keeps "
    "its axis.",
)
def _(feature_map):
    return np.squeeze(feature_map.max(axis=(2, 3)))
