"""avg_pool2d: the mean of each window of a batch (N, C, H, W)."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise
from exercises import common_mistakes as common
from exercises.forbidden import CONVOLUTIONS

from . import _arrays as arrays


@exercise(
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
    forbidden=CONVOLUTIONS,
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
    yield "values", {"x": _signed(rng, 2, 3, *arrays.sides(rng, 2, 2)), "size": 2, "stride": 2}
    yield "values", {"x": _signed(rng, 3, 1, 6, 9), "size": 3, "stride": 3}
    yield "values", {"x": _signed(rng, 1, 2, 6, 4).astype(np.float32), "size": 2, "stride": 2}
    yield "overlap and gaps", {"x": _signed(rng, 2, 1, *arrays.sides(rng, 3, 1)), "size": 3, "stride": 1}
    yield "overlap and gaps", {"x": _signed(rng, 1, 2, *arrays.sides(rng, 3, 2)), "size": 3, "stride": 2}
    yield "overlap and gaps", {"x": _signed(rng, 1, 2, *arrays.sides(rng, 2, 3)), "size": 2, "stride": 3}
    yield "sizes that do not divide", {"x": _signed(rng, 1, 2, *rng.permutation([5, 7])), "size": 2, "stride": 2}
    yield "sizes that do not divide", {"x": _signed(rng, 2, 1, *rng.permutation([6, 8])), "size": 3, "stride": 2}
    yield "integer input", {"x": _odd_sums(rng, 1, 2, 2, 6).astype(np.uint8), "size": 2, "stride": 2}
    yield "integer input", {"x": -1000 * _odd_sums(rng, 2, 1, *arrays.sides(rng, 2, 2)) - 1, "size": 2, "stride": 2}


def _signed(rng, *shape):
    """Different numbers of both signs, none of them an integer."""
    return (arrays.feature_map(rng, *shape) - 0.25) * rng.choice([-1, 1], shape)


def _odd_sums(rng, *shape):
    """Grey values; the sum of each 2 by 2 window that starts in an even row and column is odd and exceeds a byte."""
    x = 2 * rng.integers(60, 127, shape)
    x[..., ::2, ::2] += 1
    return x


common.pool_always_two(avg_pool2d)
common.stride_for_size(avg_pool2d, "mean")


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
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
    return windows.max(axis=(4, 5))


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
    "Your function also uses the height as the width. The maps need not be square.",
)
def _(x, size, stride):
    side = (x.shape[2] - size) // stride + 1
    out = np.zeros((*x.shape[:2], side, side))
    for i in range(side):
        for j in range(side):
            window = x[:, :, i * stride : i * stride + size, j * stride : j * stride + size]
            out[:, :, i, j] = window.sum(axis=(2, 3)) / size**2
    return out


@avg_pool2d.variant
def mean_of_windows(x, size, stride):
    n, c, h, w = x.shape
    out = np.zeros((n, c, (h - size) // stride + 1, (w - size) // stride + 1))
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            window = x[:, :, i * stride : i * stride + size, j * stride : j * stride + size]
            out[:, :, i, j] = window.mean(axis=(2, 3))
    return out


@avg_pool2d.variant
def sums_in_python(x, size, stride):
    n, c, h, w = x.shape
    table = x.tolist()

    def mean(image, channel, top, left):
        rows = table[image][channel][top : top + size]
        return sum(sum(row[left : left + size]) for row in rows) / (size * size)

    return [
        [
            [
                [mean(i, k, top, left) for left in range(0, w - size + 1, stride)]
                for top in range(0, h - size + 1, stride)
            ]
            for k in range(c)
        ]
        for i in range(n)
    ]


@avg_pool2d.variant
def shifted_sums(x, size, stride):
    x = x.astype(np.float64)
    h, w = x.shape[2:]
    total = 0.0
    for i in range(size):
        for j in range(size):
            total = total + x[:, :, i : h - size + i + 1 : stride, j : w - size + j + 1 : stride]
    return total / size**2


@avg_pool2d.variant
def filter_of_equal_weights(x, size, stride):
    windows = np.lib.stride_tricks.sliding_window_view(x.astype(float), (size, size), axis=(2, 3))
    return np.einsum("nchwij,ij->nchw", windows[:, :, ::stride, ::stride], np.full((size, size), 1 / size**2))


@avg_pool2d.variant
def summed_area_table(x, size, stride):
    table = np.pad(x.astype(float).cumsum(axis=2).cumsum(axis=3), ((0, 0), (0, 0), (1, 0), (1, 0)))
    sums = table[..., size:, size:] - table[..., :-size, size:] - table[..., size:, :-size] + table[..., :-size, :-size]
    return sums[..., ::stride, ::stride] / (size * size)


@avg_pool2d.variant
def float32_inside(x, size, stride):
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
    return windows.mean(axis=(4, 5), dtype=np.float32)
