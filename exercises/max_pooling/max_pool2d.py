"""max_pool2d: max pooling of a batch (N, C, H, W), each channel separately."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise
from exercises import common_mistakes as common
from exercises.forbidden import CONVOLUTIONS
from exercises.number_types import as_floats

from . import _arrays as arrays
from ._lecture import TWO_DETECTIONS
from .avg_pool2d import avg_pool2d
from .max_pool2d_single import max_pool2d_single


@exercise(
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
    forbidden=CONVOLUTIONS,
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
    yield "values", {"x": arrays.feature_map(rng, 2, 3, *arrays.sides(rng, 2, 2)), "size": 2, "stride": 2}
    yield "values", as_floats({"x": arrays.feature_map(rng, 3, 2, 4, 2), "size": 2, "stride": 2})
    yield "images and channels", {"x": arrays.feature_map(rng, 1, 3, 4, 6), "size": 2, "stride": 2}
    yield "images and channels", {"x": arrays.feature_map(rng, 3, 1, *arrays.sides(rng, 2, 2)), "size": 2, "stride": 2}
    yield "images and channels", {"x": arrays.feature_map(rng, 4, 2, 3, 6), "size": 3, "stride": 3}
    yield "overlap and gaps", {"x": arrays.feature_map(rng, 1, 2, *arrays.sides(rng, 3, 1)), "size": 3, "stride": 1}
    yield "overlap and gaps", {"x": arrays.feature_map(rng, 2, 1, *arrays.sides(rng, 3, 2)), "size": 3, "stride": 2}
    yield "overlap and gaps", {"x": arrays.feature_map(rng, 1, 2, *arrays.sides(rng, 2, 3)), "size": 2, "stride": 3}
    yield "overlap and gaps", {"x": arrays.feature_map(rng, 2, 1, *arrays.sides(rng, 1, 2)), "size": 1, "stride": 2}
    yield (
        "sizes that do not divide",
        {"x": arrays.feature_map(rng, 1, 2, *rng.permutation([5, 7])), "size": 2, "stride": 2},
    )
    yield (
        "sizes that do not divide",
        {"x": arrays.feature_map(rng, 2, 1, *rng.permutation([6, 8])), "size": 3, "stride": 2},
    )
    yield "sizes that do not divide", {"x": arrays.feature_map(rng, 1, 2, 7, 5), "size": 2, "stride": 3}
    yield "negative values", {"x": -1 - arrays.feature_map(rng, 2, 1, 2, 4), "size": 2, "stride": 2}
    yield "negative values", {"x": arrays.below_zero(rng, 1, 2, *arrays.sides(rng, 2, 2)), "size": 2, "stride": 2}
    yield "negative values", {"x": -arrays.large(rng, 2, 1, *arrays.sides(rng, 3, 2)), "size": 3, "stride": 2}
    yield "any dtype", {"x": arrays.quarters(rng, 1, 2, *arrays.sides(rng, 2, 2)), "size": 2, "stride": 2}
    yield (
        "any dtype",
        {"x": arrays.quarters(rng, 2, 1, *arrays.sides(rng, 2, 2)).astype(np.float32), "size": 2, "stride": 2},
    )
    yield "any dtype", {"x": arrays.byte_values(rng, 1, 3, *arrays.sides(rng, 2, 2)), "size": 2, "stride": 2}
    yield "any dtype", {"x": arrays.large(rng, 1, 2, *arrays.sides(rng, 3, 3)), "size": 3, "stride": 3}


common.pool_always_two(max_pool2d)
common.stride_for_size(max_pool2d, "max")


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
    "You read the shape as (N, H, W, C). Here channels come before rows and columns: (N, C, H, W).",
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
    "Your function takes the number of images for that of channels. x.shape is (N, C, H, W): N and C may differ.",
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
    "The last window of each row and column is left out, although it fits. There are (n - size) // stride + 1 of them.",
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
    "Your size is rounded up, so that a last window reaches past the edge. Leave out windows that don't fit "
    "completely: round down with //.",
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
    "You count n // stride windows. Their number also depends on the size: (n - size) // stride + 1.",
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
    "Your function also uses the height as the width. The maps need not be square.",
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
    "Your window of output (i, j) is taken at row j and column i. Rows come first.",
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
    "Your search for the maximum starts from 0, which wins over negative entries. Start from an entry of the "
    "window, or from -np.inf.",
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
    "Your results are stored as integers: fractions are cut off. Give the result array the dtype of x, or leave "
    "the dtype out.",
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
