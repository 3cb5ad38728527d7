"""conv2d_single: a filter (KH, KW) over an image, (H, W) to (H', W')."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise
from exercises import common_mistakes as common
from exercises.forbidden import CONVOLUTIONS

from . import _arrays as arrays
from ._lecture import DOT, HI


@exercise(
    points=4,
    aspects={
        "values": "output [i, j] is the sum of w times the patch of x whose top left corner is [i, j].",
        "not square": "the image and the filter need not be square. H and KH are numbers of rows, W and KW of columns.",
        "bias": "b is added once to each output, after the products are summed.",
        "padding": "first put `padding` zeros on all four sides. Everything else uses the padded image.",
        "stride": "output [i, j] comes from the patch that starts at row i * stride and column j * stride. Leave out a "
        "last patch that doesn't fit completely.",
        "together": "padding first, then the patches at 0, stride, 2 * stride, ... in both directions, then the bias.",
        "integer input": "x may be an image of bytes (uint8), which hold 0 to 255: store the results as floats.",
        "fractional weights": "the array for the results must hold fractions: np.zeros((h_out, w_out)).",
    },
    hints=[
        "It is like conv1d in two directions: down the rows and along the columns. Pad first. The output then has (n + "
        "2 * padding - k) // stride + 1 rows, where n and k are the heights of image and filter. The same rule gives "
        "the columns.",
        "Write two loops: i over the output's rows, j over its columns. The patch for [i, j] starts at row i * stride "
        "and column j * stride, and is as large as the filter.",
        "patch = padded[i * stride : i * stride + kh, j * stride : j * stride + kw], and then "
        "out[i, j] = np.sum(patch * w) + b.",
    ],
    forbidden=CONVOLUTIONS,
    worked=[
        ("values", {"x": HI, "w": DOT}),
        ("padding", {"x": HI, "w": DOT, "padding": 1}),
        ("together", {"x": HI, "w": DOT, "b": 2.0, "padding": 1}),
    ],
)
def conv2d_single(x, w, b=0.0, padding=0, stride=1):
    padded = np.pad(np.asarray(x, dtype=float), padding)
    windows = np.lib.stride_tricks.sliding_window_view(padded, w.shape)[::stride, ::stride]
    return np.einsum("ijkl,kl->ij", windows, np.asarray(w, dtype=float)) + b


@conv2d_single.steps
def _(x, w, b=0.0, padding=0, stride=1):
    padded = np.pad(np.asarray(x, dtype=float), padding)
    windows = np.lib.stride_tricks.sliding_window_view(padded, w.shape)[::stride, ::stride]
    return {"padded": padded, "windows": windows, "sums": np.einsum("ijkl,kl->ij", windows, w)}


conv2d_single.cases(arrays.convolutions)


common.bias_subtracted(conv2d_single)
common.padding_always_one(conv2d_single)
common.padding_from_the_filter(conv2d_single, 2)
common.stride_always_two(conv2d_single)


@conv2d_single.mistake(
    "flipped_filter",
    "Your output is what you get when the filter is flipped before it slides, w[::-1, ::-1]. In machine learning, a "
    "convolution does not flip it.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    w = w[::-1, ::-1].astype(float)
    kh, kw = w.shape
    rows, columns = (x.shape[0] - kh) // stride + 1, (x.shape[1] - kw) // stride + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.sum(x[i * stride : i * stride + kh, j * stride : j * stride + kw] * w) + b
    return out


@conv2d_single.mistake(
    "mirrored_filter",
    "Your output is what you get when each row of the filter is reversed. The filter's left column must multiply the "
    "patch's left column.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    w = w[:, ::-1].astype(float)
    kh, kw = w.shape
    rows, columns = (x.shape[0] - kh) // stride + 1, (x.shape[1] - kw) // stride + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.sum(x[i * stride : i * stride + kh, j * stride : j * stride + kw] * w) + b
    return out


@conv2d_single.mistake(
    "filter_transposed",
    "Your filter's rows and columns are swapped. Rows come first, w[row, column].",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    rows, columns = (x.shape[0] - kh) // stride + 1, (x.shape[1] - kw) // stride + 1
    out = np.zeros((rows, columns)) + b
    for i in range(rows):
        for j in range(columns):
            for k in range(kh):
                for m in range(kw):
                    out[i, j] += x[i * stride + k, j * stride + m] * w[m, k]
    return out


@conv2d_single.mistake(
    "matrix_product",
    "You compute patch @ w, a matrix product. Multiply the two entry by entry, patch * w, and add up the products.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    rows, columns = (x.shape[0] - kh) // stride + 1, (x.shape[1] - kw) // stride + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.sum(x[i * stride : i * stride + kh, j * stride : j * stride + kw] @ w) + b
    return out


@conv2d_single.mistake(
    "output_transposed",
    "Your output has rows and columns swapped: out[i, j] comes from the patch in row i and column j.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    rows, columns = (x.shape[0] - kh) // stride + 1, (x.shape[1] - kw) // stride + 1
    out = np.zeros((columns, rows))
    for i in range(rows):
        for j in range(columns):
            out[j, i] = np.sum(x[i * stride : i * stride + kh, j * stride : j * stride + kw] * w) + b
    return out


@conv2d_single.mistake(
    "square_image_only",
    "Your function also uses the image's height as its width, so it is right only for square images. x.shape gives "
    "both: H, W = x.shape.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    n = x.shape[0]
    rows, columns = (n - kh) // stride + 1, (n - kw) // stride + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.sum(x[i * stride : i * stride + kh, j * stride : j * stride + kw] * w) + b
    return out


@conv2d_single.mistake(
    "square_filter_only",
    "Your function also uses the filter's height as its width, so it is right only for square filters. w.shape gives "
    "both: KH, KW = w.shape.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    k = w.shape[0]
    rows, columns = (x.shape[0] - k) // stride + 1, (x.shape[1] - k) // stride + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.sum(x[i * stride : i * stride + k, j * stride : j * stride + k] * w) + b
    return out


@conv2d_single.mistake(
    "always_three_by_three",
    "Your function takes every filter to be 3 by 3. Its size is w.shape.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    rows, columns = (x.shape[0] - 3) // stride + 1, (x.shape[1] - 3) // stride + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.sum(x[i * stride : i * stride + 3, j * stride : j * stride + 3] * w) + b
    return out


@conv2d_single.mistake("bias_missing", "Your output is what you get without the bias. Add b to each output.")
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    rows, columns = (x.shape[0] - kh) // stride + 1, (x.shape[1] - kw) // stride + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.sum(x[i * stride : i * stride + kh, j * stride : j * stride + kw] * w)
    return out


@conv2d_single.mistake(
    "bias_once_per_weight",
    "Your output is what you get when b is added once for every weight. Add it once to each output, after the sum.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    rows, columns = (x.shape[0] - kh) // stride + 1, (x.shape[1] - kw) // stride + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.sum(x[i * stride : i * stride + kh, j * stride : j * stride + kw] * w + b)
    return out


@conv2d_single.mistake(
    "bias_on_the_image",
    "Your output is what you get when b is added to the image: the weights then multiply it. Add it to the dot "
    "product.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding) + b
    kh, kw = w.shape
    rows, columns = (x.shape[0] - kh) // stride + 1, (x.shape[1] - kw) // stride + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.sum(x[i * stride : i * stride + kh, j * stride : j * stride + kw] * w)
    return out


@conv2d_single.mistake("padding_ignored", "Your output is what you get without padding.")
def _(x, w, b=0.0, padding=0, stride=1):
    x = x.astype(float)
    kh, kw = w.shape
    rows, columns = (x.shape[0] - kh) // stride + 1, (x.shape[1] - kw) // stride + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.sum(x[i * stride : i * stride + kh, j * stride : j * stride + kw] * w) + b
    return out


@conv2d_single.mistake(
    "padding_top_left_only",
    "Your zeros are only above and on the left. Add them on all four sides, and count both: + 2 * padding.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), ((padding, 0), (padding, 0)))
    kh, kw = w.shape
    rows, columns = (x.shape[0] - kh) // stride + 1, (x.shape[1] - kw) // stride + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.sum(x[i * stride : i * stride + kh, j * stride : j * stride + kw] * w) + b
    return out


@conv2d_single.mistake(
    "padding_on_columns_only",
    "Your output is what you get when zeros are added only on the left and right. Pad above and below too.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), ((0, 0), (padding, padding)))
    kh, kw = w.shape
    rows, columns = (x.shape[0] - kh) // stride + 1, (x.shape[1] - kw) // stride + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.sum(x[i * stride : i * stride + kh, j * stride : j * stride + kw] * w) + b
    return out


@conv2d_single.mistake(
    "edge_repeated",
    "Your output is what you get when the pixels at the image's edge are repeated as padding. Padding means zeros "
    "here.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding, mode="edge")
    kh, kw = w.shape
    rows, columns = (x.shape[0] - kh) // stride + 1, (x.shape[1] - kw) // stride + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.sum(x[i * stride : i * stride + kh, j * stride : j * stride + kw] * w) + b
    return out


@conv2d_single.mistake(
    "empty_slice",
    "Your function fails with padding 0: padded[padding:-padding] is padded[0:-0], which is empty. Write "
    "padded[padding : padding + H, padding : padding + W].",
)
def _(x, w, b=0.0, padding=0, stride=1):
    height, width = x.shape
    padded = np.zeros((height + 2 * padding, width + 2 * padding))
    padded[padding:-padding, padding:-padding] = x
    kh, kw = w.shape
    rows, columns = (padded.shape[0] - kh) // stride + 1, (padded.shape[1] - kw) // stride + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.sum(padded[i * stride : i * stride + kh, j * stride : j * stride + kw] * w) + b
    return out


@conv2d_single.mistake(
    "stride_ignored",
    "Your output is what you get when the patch always moves by 1. It should start at 0, stride, 2 * stride, ...",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    out = np.zeros((x.shape[0] - kh + 1, x.shape[1] - kw + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.sum(x[i : i + kh, j : j + kw] * w) + b
    return out


@conv2d_single.mistake(
    "stride_on_rows_only",
    "Your output is what you get when the stride is used only for the rows. The patch also moves by `stride` to the "
    "right.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    rows, columns = (x.shape[0] - kh) // stride + 1, x.shape[1] - kw + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.sum(x[i * stride : i * stride + kh, j : j + kw] * w) + b
    return out


@conv2d_single.mistake(
    "stride_in_the_size_only",
    "The shape is right, but the patches are the first ones, side by side. Patch [i, j] starts at [i * stride, j"
    " * stride].",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    rows, columns = (x.shape[0] - kh) // stride + 1, (x.shape[1] - kw) // stride + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.sum(x[i : i + kh, j : j + kw] * w) + b
    return out
