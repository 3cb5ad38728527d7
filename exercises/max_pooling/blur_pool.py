"""blur_pool: the maximum of each window at every place, blurred, and then every stride-th: (N, C, H, W).

Zhang 2019, Making convolutional networks shift-invariant again (ICML), with the 3 by 3 binomial filter.
"""

from __future__ import annotations

import numpy as np

from autograder.course import exercise
from exercises.forbidden import CONVOLUTIONS

from . import _arrays as arrays

TRIANGLE = np.array([1, 2, 1]) / 4


@exercise(
    points=0,
    aspects={
        "values": "with stride 1: take the maximum of each window first, then the weighted mean of each 3 by 3 patch.",
        "stride": "only the last step has a stride: maximum and blur look at every place.",
        "integer input": "a weighted mean may be a fraction even when all entries are integers. Calculate with floats.",
    },
    hints=[
        "There are three steps, each with its own line. The first is your max_pool2d with stride 1.",
        "Blur with your conv2d: one channel at a time, with the weights 1 2 1, 2 4 2, 1 2 1 over 16, and no padding.",
        "Every stride-th row and column of the last two axes is out[:, :, ::stride, ::stride].",
    ],
    forbidden=CONVOLUTIONS,
)
def blur_pool(x, size, stride):
    return _blurred(_largest(x, size), TRIANGLE)[:, :, ::stride, ::stride]


def _largest(x, size):
    windows = np.lib.stride_tricks.sliding_window_view(np.asarray(x, dtype=float), (size, size), axis=(2, 3))
    return windows.max(axis=(4, 5))


def _blurred(x, weights):
    windows = np.lib.stride_tricks.sliding_window_view(x, (len(weights),) * 2, axis=(2, 3))
    return np.einsum("nchwij,i,j->nchw", windows, weights, weights)


@blur_pool.cases
def _(rng):
    yield "values", {"x": _signed(rng, 1, 1, 4, 5), "size": 2, "stride": 1}
    yield "values", {"x": _signed(rng, 2, 3, 6, 5), "size": 2, "stride": 1}
    yield "values", {"x": _signed(rng, 1, 2, 5, 7).astype(np.float32), "size": 3, "stride": 1}
    yield "stride", {"x": _signed(rng, 1, 2, 8, 7), "size": 2, "stride": 2}
    yield "stride", {"x": _signed(rng, 2, 1, 9, 11), "size": 3, "stride": 3}
    yield "integer input", {"x": rng.integers(100, 256, (1, 2, 6, 7)).astype(np.uint8), "size": 2, "stride": 2}
    yield "integer input", {"x": -rng.integers(1, 1000, (2, 1, 7, 6)), "size": 3, "stride": 1}


def _signed(rng, *shape):
    """Different numbers of both signs, none of them an integer."""
    return (arrays.feature_map(rng, *shape) - 0.25) * rng.choice([-1, 1], shape)


@blur_pool.mistake("not_blurred", "Your output is what max pooling gives without the blur.")
def _(x, size, stride):
    return _largest(x, size)[:, :, 1:-1, 1:-1][:, :, ::stride, ::stride]


@blur_pool.mistake(
    "blurred_first",
    "Your output is what you get when the blur comes before the maximum. The maximum is the first step.",
)
def _(x, size, stride):
    return _largest(_blurred(np.asarray(x, dtype=float), TRIANGLE), size)[:, :, ::stride, ::stride]


@blur_pool.mistake(
    "sum_for_mean", "Your output is 16 times too large: divide the weights 1 2 1, 2 4 2, 1 2 1 by their sum, 16."
)
def _(x, size, stride):
    return 16 * blur_pool(x, size, stride)


@blur_pool.mistake(
    "plain_mean", "Your output is what the plain mean of each 3 by 3 patch gives: the middle counts 4, the corners 1."
)
def _(x, size, stride):
    return _blurred(_largest(x, size), np.ones(3) / 3)[:, :, ::stride, ::stride]


@blur_pool.mistake(
    "stride_before_blur",
    "Your output is what you get when the maximum already takes steps of stride. Only the last step does: blur first.",
)
def _(x, size, stride):
    return _blurred(_largest(x, size)[:, :, ::stride, ::stride], TRIANGLE)


@blur_pool.variant
def loops(x, size, stride):
    weights = np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]) / 16
    n_images, channels, height, width = x.shape
    largest = np.zeros((n_images, channels, height - size + 1, width - size + 1))
    for i in range(largest.shape[2]):
        for j in range(largest.shape[3]):
            largest[:, :, i, j] = x[:, :, i : i + size, j : j + size].max(axis=(2, 3))
    rows = (largest.shape[2] - 3) // stride + 1
    columns = (largest.shape[3] - 3) // stride + 1
    out = np.zeros((n_images, channels, rows, columns))
    for i in range(rows):
        for j in range(columns):
            top, left = i * stride, j * stride
            out[:, :, i, j] = (largest[:, :, top : top + 3, left : left + 3] * weights).sum(axis=(2, 3))
    return out


@blur_pool.variant
def nine_shifted_copies(x, size, stride):
    height, width = x.shape[2] - size + 1, x.shape[3] - size + 1
    shifted = [x[:, :, i : i + height, j : j + width] for i in range(size) for j in range(size)]
    largest = np.max(shifted, axis=0)
    out = 0.0
    for i, down in enumerate([1, 2, 1]):
        for j, right in enumerate([1, 2, 1]):
            out = out + down * right / 16 * largest[:, :, i : i + height - 2, j : j + width - 2].astype(float)
    return out[:, :, ::stride, ::stride]


@blur_pool.variant
def two_passes(x, size, stride):
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(2, 3))
    largest = windows.max(axis=(-2, -1)).astype(np.float64)
    down = (largest[:, :, :-2] + 2 * largest[:, :, 1:-1] + largest[:, :, 2:]) / 4
    both = (down[..., :-2] + 2 * down[..., 1:-1] + down[..., 2:]) / 4
    return both[..., ::stride, ::stride]
