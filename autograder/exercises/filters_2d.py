"""Notebook 03: a filter slides over an image."""

# References and mistakes are written the way students write them: plain functions of NumPy arrays.

from __future__ import annotations

import numpy as np

from helpers.checking.values import problem

from .exercise import Notebook

book = Notebook("03_filters_2d")

CONVOLUTIONS = ("numpy.convolve", "numpy.correlate", "scipy", "torch", "helpers.layers")

HI = np.array(
    [[1, 0, 1, 0, 0], [1, 0, 1, 0, 1], [1, 1, 1, 0, 0], [1, 0, 1, 0, 1], [1, 0, 1, 0, 1]],
    dtype=np.uint8,
)
# The lecture's filter: it finds a 1 surrounded by eight 0s.
DOT = np.array([[-1, -1, -1], [-1, 1, -1], [-1, -1, -1]])


# Cases. Every number is a small multiple of a power of two, so the order of additions never changes a result.


def _image(rng, height, width):
    """Different integers of both signs, none 0, so that every mix-up of places shows."""
    n = height * width
    return (rng.permutation(np.arange(1, n + 1)) * rng.choice([-1, 1], n)).reshape(height, width)


def _filter(rng, height, width):
    """Integer weights of both signs, of different absolute values: a flipped, mirrored or transposed filter differs."""
    n = height * width
    return (rng.permutation(np.arange(1, n + 2))[:n] * rng.choice([-1, 1], n)).reshape(height, width)


def _odd_image(rng, height, width):
    """Odd numbers: with an odd number of weights from `_halves`, no result is an integer."""
    return rng.choice([-5, -3, -1, 1, 3, 5], (height, width))


def _halves(rng, height, width):
    n = height * width
    return (rng.permutation(np.arange(1, 2 * n + 2, 2))[:n] * rng.choice([-0.5, 0.5], n)).reshape(height, width)


def _bytes(rng, height, width):
    """Grey values: each times 3 doesn't fit into a byte."""
    return rng.integers(100, 256, (height, width)).astype(np.uint8)


def _byte_weights(rng, height, width):
    return (2 + np.abs(_filter(rng, height, width))).astype(np.uint8)


def _negative_sum(rng, height, width):
    """Weights of which the largest in absolute value is negative: grey values give negative results too."""
    w = np.abs(_filter(rng, height, width))
    w[w == w.max()] *= -w.size
    return w


def _telling(exercise, draw, *names):
    """Arguments from `draw` for which each of the named mistakes differs from the reference."""
    while True:
        arguments = draw()
        right = exercise.reference(**arguments)
        copies = ({key: np.copy(value) for key, value in arguments.items()} for _ in names)
        with np.errstate(all="ignore"):
            wrong = [exercise.mistakes[name][1](**given) for name, given in zip(names, copies)]
        if all(problem(right, value) for value in wrong):
            return arguments


# pad2d


@book.exercise(
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
    yield "values", {"x": _image(rng, 2, 3), "padding": 1}
    yield "values", {"x": _image(rng, 3, 4), "padding": 2}
    yield "not square", {"x": _image(rng, int(rng.integers(4, 6)), 2), "padding": 1}
    yield "not square", {"x": _image(rng, 1, int(rng.integers(3, 6))), "padding": 2}
    yield "amount", {"x": _image(rng, 2, int(rng.integers(3, 5))), "padding": 0}
    yield "amount", {"x": _image(rng, 3, 2), "padding": 3}
    yield "amount", {"x": _image(rng, 1, 2), "padding": int(rng.integers(4, 6))}
    yield "fractions", {"x": _odd_image(rng, 2, 3) / 4, "padding": 1}
    yield "fractions", {"x": (_odd_image(rng, 3, 2) / 2).astype(np.float32), "padding": 2}


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


# conv2d_single


@book.exercise(
    points=4,
    aspects={
        "values": "output [i, j] is the sum of w times the patch of x whose top left corner is [i, j].",
        "not square": "the image and the filter need not be square. H and KH are numbers of rows, W and KW of columns.",
        "bias": "b is added once to each output, after the products are summed.",
        "padding": "first put `padding` zeros on all four sides. Everything else uses the padded image.",
        "stride": "output [i, j] comes from the patch that starts at row i * stride and column j * stride. Leave out a "
        "last patch that doesn't fit completely.",
        "integer input": "uint8 keeps only 8 bits: convert x and w to floats before you multiply.",
        "fractional weights": "the array for the results must hold fractions: np.zeros((h_out, w_out)).",
        "together": "padding first, then the patches at 0, stride, 2 * stride, ... in both directions, then the bias.",
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


def _convolutions(rng):
    """Pairs (aspect, arguments) for every aspect that conv2d_single and conv2d_windows share."""
    yield "values", {"x": _image(rng, 4, 5), "w": _filter(rng, 3, 3)}
    yield "values", {"x": _image(rng, 3, 4), "w": _filter(rng, 2, 2)}
    yield "not square", {"x": _image(rng, 3, int(rng.integers(6, 8))), "w": _filter(rng, 2, 2)}
    yield "not square", {"x": _image(rng, int(rng.integers(6, 8)), 4), "w": _filter(rng, 3, 3)}
    yield "not square", {"x": _image(rng, 4, 6), "w": _filter(rng, 2, 3)}
    yield "not square", {"x": _image(rng, 5, 4), "w": _filter(rng, 4, 2)}
    yield "not square", {"x": _image(rng, 2, 5), "w": _filter(rng, 1, int(rng.integers(3, 5)))}
    yield "not square", {"x": _image(rng, 3, 4), "w": _filter(rng, 1, 1) * 3}
    yield "bias", {"x": _image(rng, 3, 4), "w": _filter(rng, 2, 2), "b": float(rng.integers(2, 6))}
    yield "bias", {"x": _image(rng, 4, 5), "w": _filter(rng, 3, 3), "b": -float(rng.integers(1, 8)) - 0.5}
    yield "padding", {"x": _image(rng, 3, 4), "w": _filter(rng, 3, 3), "padding": 1}
    yield "padding", {"x": _image(rng, 3, 2), "w": _filter(rng, 2, 2), "padding": 2}
    yield "padding", {"x": _image(rng, 3, 4), "w": _filter(rng, 2, 3), "padding": 3}
    # The patch moves by a whole number of steps, with 0, 1 or stride - 1 pixels left over, down and to the right.
    yield "stride", {"x": _image(rng, 5, 7), "w": _filter(rng, 3, 3), "stride": 2}
    yield "stride", {"x": _image(rng, 6, 7), "w": _filter(rng, 2, 2), "stride": 3}
    yield "stride", {"x": _image(rng, 7, 6), "w": _filter(rng, 2, 2), "stride": 3}
    yield "stride", {"x": _image(rng, 5, 6), "w": _filter(rng, 2, 3), "stride": 2}
    yield "integer input", {"x": _bytes(rng, 3, 4), "w": _byte_weights(rng, 2, 2)}
    yield "integer input", {"x": _bytes(rng, 4, 5), "w": _negative_sum(rng, 3, 3)}
    yield "fractional weights", {"x": _odd_image(rng, 4, 5), "w": _halves(rng, 3, 3)}
    yield (
        "fractional weights",
        {"x": _odd_image(rng, 3, 5).astype(np.float32), "w": _halves(rng, 1, 3).astype(np.float32)},
    )
    for (height, width), (kh, kw), padding, stride in (
        ((4, 6), (3, 3), 1, 2),
        ((6, 4), (2, 3), 2, 3),
        ((4, 7), (3, 2), 1, 3),
    ):
        arguments = {"x": _image(rng, height, width), "w": _filter(rng, kh, kw), "b": float(rng.choice([-2.5, 1.5, 3]))}
        yield "together", {**arguments, "padding": padding, "stride": stride}


conv2d_single.cases(_convolutions)


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
    "Your output is what you get when the filter's rows and columns are swapped. Rows come first, w[row, column]; "
    "otherwise a filter that isn't square doesn't even fit.",
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
    "Your output is what you get from patch @ w, a matrix product. Multiply the two entry by entry, patch * w, and add "
    "up the products.",
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
    "Your output is what you get when every filter is assumed to be 3 by 3. Its size is w.shape.",
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
    "Your output is what you get when zeros are added only above and on the left. They go on all four sides.",
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
    "Your output has the right shape, but it holds the first patches one after the other: "
    "patch [i, j] starts at [i * stride, j * stride], not at [i, j].",
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


@conv2d_single.mistake(
    "stride_on_the_output",
    "Your output is what you get when the stride spreads out the results. The patch moves by `stride`, but the results "
    "are next to each other.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    out = np.zeros((x.shape[0] - kh + 1, x.shape[1] - kw + 1))
    for i in range(0, out.shape[0], stride):
        for j in range(0, out.shape[1], stride):
            out[i, j] = np.sum(x[i : i + kh, j : j + kw] * w) + b
    return out


@conv2d_single.mistake(
    "part_of_a_patch_counted",
    "Your output has a row or column too many when the stride doesn't divide evenly: leave out a last patch that "
    "doesn't fit completely.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    rows, columns = (int(np.ceil((side - k) / stride)) + 1 for side, k in zip(x.shape, w.shape))
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            patch = x[i * stride : i * stride + kh, j * stride : j * stride + kw]
            out[i, j] = np.sum(patch * w[: patch.shape[0], : patch.shape[1]]) + b
    return out


@conv2d_single.mistake(
    "size_rounded_up",
    "Your output's size is rounded up when the stride doesn't divide evenly, which counts a last patch that doesn't "
    "fit completely. Divide with //, which rounds down.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    rows, columns = (int(np.ceil((side - k) / stride)) + 1 for side, k in zip(x.shape, w.shape))
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.sum(x[i * stride : i * stride + kh, j * stride : j * stride + kw] * w) + b
    return out


@conv2d_single.mistake(
    "size_rounded_to_nearest",
    "Your output's size is rounded to the nearest integer. More than half a step is still not a complete step: divide "
    "with //, which rounds down.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    rows, columns = (int((side - k) / stride + 0.5) + 1 for side, k in zip(x.shape, w.shape))
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            patch = x[i * stride : i * stride + kh, j * stride : j * stride + kw]
            out[i, j] = np.sum(patch * w[: patch.shape[0], : patch.shape[1]]) + b
    return out


@conv2d_single.mistake(
    "last_patches_missing",
    "Your output is what you get when the last row and column of patches are left out, although they fit: range "
    "excludes its end.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    return np.array(
        [
            [np.sum(x[i : i + kh, j : j + kw] * w) + b for j in range(0, x.shape[1] - kw, stride)]
            for i in range(0, x.shape[0] - kh, stride)
        ]
    )


@conv2d_single.mistake(
    "stride_must_divide",
    "Your function rejects strides that don't divide evenly. They are allowed: what is left over at the end is simply "
    "not used.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    assert (x.shape[0] - kh) % stride == 0 and (x.shape[1] - kw) % stride == 0
    rows, columns = (x.shape[0] - kh) // stride + 1, (x.shape[1] - kw) // stride + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.sum(x[i * stride : i * stride + kh, j * stride : j * stride + kw] * w) + b
    return out


@conv2d_single.mistake(
    "last_product_only",
    "Your output is what you get when each product replaces the one before it. Use += instead of =.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x, w = np.pad(x.astype(float), padding), w.astype(float)
    kh, kw = w.shape
    rows, columns = (x.shape[0] - kh) // stride + 1, (x.shape[1] - kw) // stride + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            for k in range(kh):
                for m in range(kw):
                    out[i, j] = x[i * stride + k, j * stride + m] * w[k, m]
    return out + b


@conv2d_single.mistake(
    "mean_for_sum",
    "Your output is what you get when the products are averaged. A dot product is their sum.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    rows, columns = (x.shape[0] - kh) // stride + 1, (x.shape[1] - kw) // stride + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.mean(x[i * stride : i * stride + kh, j * stride : j * stride + kw] * w) + b
    return out


@conv2d_single.mistake(
    "integer_results",
    "Your output is what you get when the results are stored as integers: fractions are cut off. Use np.zeros((h_out, "
    "w_out)) without an integer dtype.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    rows, columns = (x.shape[0] - kh) // stride + 1, (x.shape[1] - kw) // stride + 1
    out = np.zeros((rows, columns), dtype=int)
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.sum(x[i * stride : i * stride + kh, j * stride : j * stride + kw] * w) + b
    return out


@conv2d_single.mistake(
    "kept_in_bytes",
    "Your output is what you get when uint8 numbers are multiplied as uint8: results above 255 wrap around. Convert "
    "them to floats first.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x, padding)
    kh, kw = w.shape
    rows, columns = (x.shape[0] - kh) // stride + 1, (x.shape[1] - kw) // stride + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.sum(x[i * stride : i * stride + kh, j * stride : j * stride + kw] * w) + b
    return out


@conv2d_single.mistake(
    "relu_included",
    "Your output is what you get when ReLU is applied as well. ReLU is the next step, in its own function.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    rows, columns = (x.shape[0] - kh) // stride + 1, (x.shape[1] - kw) // stride + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            patch = x[i * stride : i * stride + kh, j * stride : j * stride + kw]
            out[i, j] = max(0.0, np.sum(patch * w) + b)
    return out


@conv2d_single.mistake(
    "image_overwritten",
    "Your output comes from multiplying patches in place. A slice is a view, so `patch *= w` changes the image that "
    "later patches read.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    if padding > 0:
        x = np.pad(x, padding)
    kh, kw = w.shape
    rows, columns = (x.shape[0] - kh) // stride + 1, (x.shape[1] - kw) // stride + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            patch = x[i * stride : i * stride + kh, j * stride : j * stride + kw]
            patch *= w
            out[i, j] = patch.sum() + b
    return out


# detect_dots


@book.exercise(
    points=2,
    aspects={
        "values": "a dot is a 1 whose eight neighbours are all 0. Rows and columns count from 0, in the unpadded "
        "image.",
        "edges": "a 1 at an edge or in a corner can be a dot: outside the image there is nothing. Padding helps.",
        "touching corners": "a 1 that touches another 1 only at a corner is not a dot: all eight neighbours count.",
        "order": "list dots from top to bottom, and within a row from left to right, each as (row, column).",
        "number types": "the image may also be uint8 or float. In uint8, 0 - 1 is 255.",
    },
    hints=[
        "The filter with 1 in the middle and -1 around it gives 1 exactly at a dot. What does it give everywhere else?",
        "With padding 1 the output is as large as the image, so places in the output are places in the image.",
        "np.argwhere(z > 0) gives those places row by row, as an array with a row for each. In loops: rows outside, "
        "columns inside.",
    ],
    forbidden=CONVOLUTIONS,
    integers=True,
    worked=[("values", {"image": HI})],
)
def detect_dots(image):
    ones = np.pad(np.asarray(image, dtype=int), 1)
    height, width = np.shape(image)
    around = sum(ones[i : i + height, j : j + width] for i in range(3) for j in range(3))
    return [(int(row), int(column)) for row, column in np.argwhere((ones[1:-1, 1:-1] == 1) & (around == 1))]


@detect_dots.cases
def _(rng):
    def scattered(height, width, ones, places):
        """An image of random ones, with at least two dots, and with the required number of dots in `places`."""
        while True:
            image = (rng.random((height, width)) < ones).astype(int)
            dots = detect_dots(image)
            if len(dots) >= 2 and sum(places(*dot) for dot in dots) >= 1:
                return {"image": image}

    def draw(height, width, ones=0.25, places=lambda row, column: True):
        return lambda: scattered(height, width, ones, places)

    def inside(height, width):
        return lambda row, column: 0 < row < height - 1 and 0 < column < width - 1

    yield "values", _telling(detect_dots, draw(5, 6, places=inside(5, 6)), "every_one", "corner_of_the_patch")
    yield "values", _telling(detect_dots, draw(7, 6, places=inside(7, 6)), "every_one", "edges_missed")
    yield "edges", _telling(detect_dots, draw(4, 5, places=lambda row, column: row == 0), "edges_missed")
    yield "edges", _telling(detect_dots, draw(5, 4, places=lambda row, column: column == 3), "edges_missed")
    yield "edges", _telling(detect_dots, draw(5, 7, places=lambda row, column: row == 4), "wraps_around")
    yield "edges", _telling(detect_dots, draw(6, 5, places=lambda row, column: column == 0), "wraps_around")
    corner = np.zeros((4, 6), dtype=int)
    corner[rng.choice([0, 3]), rng.choice([0, 5])] = 1
    corner[int(rng.integers(1, 3)), int(rng.integers(2, 4))] = 1
    yield "edges", {"image": corner}
    yield "edges", {"image": rng.permutation([[1, 0, 1, 1, 0, 0, 1], [1, 0, 0, 1, 0, 1, 1]])[:1]}
    yield "touching corners", _telling(detect_dots, draw(5, 6, 0.35), "four_neighbours")
    yield "touching corners", _telling(detect_dots, draw(6, 5, 0.35), "four_neighbours")
    # One neighbour in each of the eight places, so that none can be forgotten.
    for row, column in ((-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1)):
        pair = np.zeros((4, 7), dtype=int)
        middle = int(rng.integers(1, 3))
        pair[middle, 1] = pair[middle + row, 1 + column] = 1
        pair[int(rng.integers(0, 4)), int(rng.integers(4, 7))] = 1
        yield "touching corners", {"image": pair}
    for height, width in ((5, 7), (7, 5)):
        drawn = draw(height, width, 0.3)
        yield "order", _telling(detect_dots, drawn, "columns_first", "column_before_row", "rows_and_columns_apart")
    drawn = draw(5, 6, places=inside(5, 6))
    bytes_ = _telling(detect_dots, lambda: {"image": drawn()["image"].astype(np.uint8)}, "below_zero_in_bytes")
    yield "number types", bytes_
    yield "number types", {"image": drawn()["image"].astype(float)}


def _dots(z):
    return [(int(row), int(column)) for row, column in zip(*np.nonzero(z > 0))]


def _around(image):
    """The filter's output at every pixel, with zeros outside, in the image's dtype."""
    p = np.pad(image, 1)
    height, width = image.shape
    others = [p[i : i + height, j : j + width] for i in range(3) for j in range(3) if (i, j) != (1, 1)]
    z = image.copy()
    for other in others:
        z = z - other
    return z


@detect_dots.mistake(
    "edges_missed",
    "Your output is what you get when pixels at the edge are never examined. A 1 there can be a dot too: pad the "
    "image.",
)
def _(image):
    height, width = image.shape
    z = _around(image.astype(int))
    return [(i, j) for i in range(1, height - 1) for j in range(1, width - 1) if z[i, j] > 0]


@detect_dots.mistake(
    "wraps_around",
    "Your output is what you get when opposite edges are neighbours, as with np.roll or an index of -1. There is "
    "nothing beyond the edge.",
)
def _(image):
    image = image.astype(int)
    around = sum(np.roll(image, (i, j), axis=(0, 1)) for i in (-1, 0, 1) for j in (-1, 0, 1))
    return _dots((image == 1) & (around == 1))


@detect_dots.mistake("counted_from_one", "Your rows and columns are all one too large. They count from 0.")
def _(image):
    z = np.pad(_around(image.astype(int)), 1)
    return _dots(z)


@detect_dots.mistake(
    "corner_of_the_patch",
    "Your places are the top left corners of the patches of the unpadded image. The dot is in the middle, one further "
    "down and right. The edges also need padding.",
)
def _(image):
    return _dots(_around(image.astype(int))[1:-1, 1:-1])


@detect_dots.mistake("every_one", "Your output lists the places of all 1s. All eight neighbours must be 0.")
def _(image):
    return [(int(row), int(column)) for row, column in np.argwhere(image == 1)]


@detect_dots.mistake(
    "four_neighbours",
    "Your output is what you get when only the pixels above, below, left and right are examined. The four at the "
    "corners count as well.",
)
def _(image):
    p = np.pad(image.astype(int), 1)
    return _dots((p[1:-1, 1:-1] == 1) & (p[:-2, 1:-1] + p[2:, 1:-1] + p[1:-1, :-2] + p[1:-1, 2:] == 0))


@detect_dots.mistake(
    "zero_counts",
    "Your output is what you get when an output of 0 counts too. Use > 0 instead of >= 0.",
)
def _(image):
    return [(int(row), int(column)) for row, column in np.argwhere(_around(image.astype(int)) >= 0)]


@detect_dots.mistake(
    "column_before_row",
    "Your pairs are (column, row). In an array, and in this course, the row comes first.",
)
def _(image):
    return [(column, row) for row, column in _dots(_around(image.astype(int)))]


@detect_dots.mistake(
    "columns_first",
    "The dots are right, but they are listed column by column. Use the rows for the outer loop.",
)
def _(image):
    return [(row, column) for column, row in _dots(_around(image.astype(int)).T)]


@detect_dots.mistake(
    "rows_and_columns_apart",
    "Your output lists all rows, then all columns, as np.nonzero and np.where do. np.argwhere gives pairs, and so does "
    "zip(rows, columns).",
)
def _(image):
    return np.nonzero(_around(image.astype(int)) > 0)


@detect_dots.mistake(
    "a_flag_for_each_pixel",
    "Your output says for each pixel whether it is a dot. Return the places: np.argwhere finds them.",
)
def _(image):
    return (_around(image.astype(int)) > 0).astype(int)


@detect_dots.mistake(
    "below_zero_in_bytes",
    "Your output is what you get when uint8 numbers are subtracted as uint8: 0 - 1 gives 255. Convert the image to int "
    "or float first.",
)
def _(image):
    return _dots(_around(image))


@detect_dots.mistake(
    "float_places",
    "The places are right, but they are floats, which cannot be used as indices. Return rows and columns as integers.",
)
def _(image):
    return np.array(_dots(_around(image.astype(int))), dtype=float)


# edge_filters


@book.exercise(
    points=2,
    aspects={
        "vertical edges": "where left and right differ by 1, the first filter must fire: its output is at least 0.1 or "
        "at most -0.1 in some window. The second must give 0 in all windows.",
        "horizontal edges": "where above and below differ by 1, the second filter must fire: its output is at least "
        "0.1 or at most -0.1 in some window. The first must give 0 in all windows.",
        "plain areas": "where all pixels are the same, both filters must give 0: their weights add up to 0.",
    },
    hints=[
        "`-1 1` found changes in a row of numbers. What is the same filter with 3 weights, with a 0 in the middle?",
        "Across a vertical edge, the brightness changes from left to right: subtract the left column from the right "
        "column. At a horizontal edge, both columns see the same pixels, so this gives 0.",
        "Use one column of -1s, one of 0s and one of 1s. The other filter is its transpose: w.T.",
    ],
    derive="edge_responses",
)
def edge_filters():
    vertical = np.array([[-1.0, 0.0, 1.0]] * 3)
    return vertical, vertical.T


@edge_filters.cases
def _(rng):
    def step(height, width, row=0, column=0):
        """Darker or brighter by 1, starting at this row or column."""
        image = np.full((height, width), float(rng.integers(1, 5)))
        image[row:, column:] += rng.choice([-1, 1])
        return {"image": image}

    for size in ((4, 6), (5, 7), (7, 6)):
        yield "vertical edges", step(*size, column=int(rng.integers(3, size[1] - 2)))
    for size in ((6, 4), (7, 5), (6, 7)):
        yield "horizontal edges", step(*size, row=int(rng.integers(3, size[0] - 2)))
    for value in (1.0, float(rng.integers(2, 200)), float(rng.integers(1, 8)) / 8):
        yield "plain areas", {"image": np.full((3, int(rng.integers(4, 6))), value)}
    yield "plain areas", step(5, 6, column=3)
    yield "plain areas", step(6, 5, row=3)


@edge_filters.mistake(
    "swapped",
    "Your two filters are in the wrong order. The first one finds vertical edges, where left and right differ, so its "
    "columns must differ.",
)
def _():
    rows = np.array([[-1, -1, -1], [0, 0, 0], [1, 1, 1]])
    return rows, rows.T


@edge_filters.mistake(
    "both_vertical",
    "Both of your filters find only vertical edges. Transpose the second one, so that its rows differ.",
)
def _():
    w = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]])
    return w, -w


@edge_filters.mistake(
    "both_horizontal",
    "Both of your filters find only horizontal edges. Transpose the first one, so that its columns differ.",
)
def _():
    w = np.array([[1, 2, 1], [0, 0, 0], [-1, -2, -1]])
    return w, -w


@edge_filters.mistake(
    "every_direction",
    "Each of your filters fires at both kinds of edge. To give 0 at horizontal edges, the weights of each row must add "
    "up to 0; for vertical edges, those of each column.",
)
def _():
    w = np.array([[0, -1, 0], [-1, 4, -1], [0, -1, 0]])
    return w, w


@edge_filters.mistake(
    "plain_areas_fire",
    "Your filters also fire in plain areas: their weights don't add up to 0.",
)
def _():
    w = np.array([[1, 2, 3]] * 3)
    return w, w.T


@edge_filters.mistake(
    "too_weak",
    "Your filters find the right edges, but their outputs are smaller than 0.1. Use larger weights.",
)
def _():
    w = np.array([[-1, 0, 1]] * 3) / 100
    return w, w.T


@edge_filters.mistake(
    "never_fires",
    "Your filters give 0 at every straight edge. In the first filter, the sums of the columns must differ; in the "
    "second, the sums of the rows.",
)
def _():
    w = np.array([[1, -1, 0], [-1, 1, 0], [0, 0, 0]])
    return w, w.T


# gradient_magnitude


@book.exercise(
    points=2,
    aspects={
        "values": "each Sobel filter gives one output: square both, add them, and take the square root.",
        "not square": "the result has the shape of the image, whatever it is.",
        "edges of the image": "pad with one zero on each side, so that every pixel gets a result.",
        "integer input": "uint8 has no negative numbers and none above 255: convert the image to floats first.",
        "fractions": "don't round, and don't cut off at 1 or 255.",
    },
    hints=[
        "The filter for vertical edges is `-1 0 1`, `-2 0 2`, `-1 0 1`. The other one is its transpose.",
        "You already have a function that slides a filter, with padding. Call it twice, once for each filter.",
        "np.sqrt(across**2 + down**2), like the length of a vector.",
    ],
    forbidden=CONVOLUTIONS,
)
def gradient_magnitude(image):
    p = np.pad(np.asarray(image, dtype=float), 1)
    down_smooth = p[:-2] + 2 * p[1:-1] + p[2:]
    across_smooth = p[:, :-2] + 2 * p[:, 1:-1] + p[:, 2:]
    across = down_smooth[:, 2:] - down_smooth[:, :-2]
    down = across_smooth[2:] - across_smooth[:-2]
    return np.sqrt(across**2 + down**2)


@gradient_magnitude.cases
def _(rng):
    yield "values", {"image": _image(rng, 3, 4)}
    yield "values", {"image": _image(rng, 4, 5).astype(float)}
    yield "not square", {"image": _image(rng, int(rng.integers(5, 7)), 3)}
    yield "not square", {"image": _image(rng, 2, int(rng.integers(4, 7)))}
    yield "not square", {"image": _image(rng, 1, int(rng.integers(3, 6)))}
    # Constant inside, so that only the padding makes a difference.
    for height, width in ((3, 4), (5, 4)):
        yield "edges of the image", {"image": np.full((height, width), float(rng.integers(1, 9)))}
    yield "integer input", {"image": rng.integers(0, 256, (3, 4)).astype(np.uint8)}
    yield "integer input", {"image": rng.integers(0, 256, (4, 3)).astype(np.uint8)}
    yield "fractions", {"image": _odd_image(rng, 3, 4) / 8}
    yield "fractions", {"image": (_odd_image(rng, 4, 3) / 16).astype(np.float32)}


SOBEL = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])


def _slide(padded, w):
    """The sum of w times each complete patch of an image, in the image's dtype."""
    height, width = padded.shape[0] - 2, padded.shape[1] - 2
    z = np.zeros((height, width), dtype=padded.dtype)
    for i in range(3):
        for j in range(3):
            z = z + padded[i : i + height, j : j + width] * w[i, j]
    return z


@gradient_magnitude.mistake(
    "absolute_values_added",
    "Your output is what you get when the absolute values of the two outputs are added. The length of a vector is the "
    "square root of the sum of the squares.",
)
def _(image):
    p = np.pad(image.astype(float), 1)
    return np.abs(_slide(p, SOBEL)) + np.abs(_slide(p, SOBEL.T))


@gradient_magnitude.mistake("root_missing", "Your output is the sum of the squares. Take its square root.")
def _(image):
    p = np.pad(image.astype(float), 1)
    return _slide(p, SOBEL) ** 2 + _slide(p, SOBEL.T) ** 2


@gradient_magnitude.mistake(
    "root_of_the_mean",
    "Your output is the square root of the mean of the squares, too small by a factor of 1.41. Add the two squares "
    "instead.",
)
def _(image):
    p = np.pad(image.astype(float), 1)
    return np.sqrt((_slide(p, SOBEL) ** 2 + _slide(p, SOBEL.T) ** 2) / 2)


@gradient_magnitude.mistake(
    "one_direction_only",
    "Your output finds only vertical edges. Use the transposed filter too.",
)
def _(image):
    return np.abs(_slide(np.pad(image.astype(float), 1), SOBEL))


@gradient_magnitude.mistake(
    "same_filter_twice",
    "Your output is what you get when the same filter is used twice. The second one is the transpose: w.T.",
)
def _(image):
    across = _slide(np.pad(image.astype(float), 1), SOBEL)
    return np.sqrt(across**2 + across**2)


@gradient_magnitude.mistake(
    "added_before_squaring",
    "Your output is what you get when the two outputs are added first: where their signs differ, they cancel. Square "
    "each of them, then add.",
)
def _(image):
    p = np.pad(image.astype(float), 1)
    return np.abs(_slide(p, SOBEL) + _slide(p, SOBEL.T))


@gradient_magnitude.mistake(
    "not_padded",
    "Your output has no result for the pixels at the edge. Pad with one zero on each side.",
)
def _(image):
    p = image.astype(float)
    if min(p.shape) < 3:
        return np.zeros((0, 0))
    return np.sqrt(_slide(p, SOBEL) ** 2 + _slide(p, SOBEL.T) ** 2)


@gradient_magnitude.mistake(
    "edge_repeated",
    "Your output is what you get when the pixels at the image's edge are repeated as padding. Padding means zeros "
    "here.",
)
def _(image):
    p = np.pad(image.astype(float), 1, mode="edge")
    return np.sqrt(_slide(p, SOBEL) ** 2 + _slide(p, SOBEL.T) ** 2)


@gradient_magnitude.mistake(
    "middle_not_doubled",
    "Your output is what you get from the weights 1 1 1. In Sobel's filters the middle one counts twice: 1 2 1.",
)
def _(image):
    p = np.pad(image.astype(float), 1)
    w = np.array([[-1, 0, 1]] * 3)
    return np.sqrt(_slide(p, w) ** 2 + _slide(p, w.T) ** 2)


@gradient_magnitude.mistake(
    "divided_by_eight",
    "Your output is an eighth of the right result. Here the weights are 1 2 1, without a scale factor.",
)
def _(image):
    p = np.pad(image.astype(float), 1)
    return np.sqrt(_slide(p, SOBEL) ** 2 + _slide(p, SOBEL.T) ** 2) / 8


@gradient_magnitude.mistake(
    "stretched",
    "Your output is scaled so that its maximum is 255. Leave the values as they are.",
)
def _(image):
    p = np.pad(image.astype(float), 1)
    z = np.sqrt(_slide(p, SOBEL) ** 2 + _slide(p, SOBEL.T) ** 2)
    return z / z.max() * 255


@gradient_magnitude.mistake(
    "whole_numbers",
    "Your output is what you get when the results are stored as integers: fractions are cut off.",
)
def _(image):
    p = np.pad(image.astype(float), 1)
    return np.sqrt(_slide(p, SOBEL) ** 2 + _slide(p, SOBEL.T) ** 2).astype(int)


@gradient_magnitude.mistake(
    "kept_in_bytes",
    "Your output is what you get when uint8 numbers are added and subtracted as uint8: results below 0 or above 255 "
    "wrap around. Convert the image to floats first.",
)
def _(image):
    p = np.pad(image, 1)
    across = p[:-2, 2:] - p[:-2, :-2] + 2 * p[1:-1, 2:] - 2 * p[1:-1, :-2] + p[2:, 2:] - p[2:, :-2]
    down = p[2:, :-2] - p[:-2, :-2] + 2 * p[2:, 1:-1] - 2 * p[:-2, 1:-1] + p[2:, 2:] - p[:-2, 2:]
    return np.sqrt(across.astype(float) ** 2 + down.astype(float) ** 2)


# what_does_it_do

what_does_it_do = book.written("what_does_it_do", points=1)


# conv2d_windows


@book.exercise(
    points=2,
    aspects={
        "values": "output [i, j] is the sum of w times the patch of x whose top left corner is [i, j].",
        "not square": "the image and the filter need not be square. H and KH are numbers of rows, W and KW of columns.",
        "bias": "b is added once to each output, after the products are summed.",
        "padding": "first put `padding` zeros on all four sides. Everything else uses the padded image.",
        "stride": "keep every `stride`-th window, down and to the right: windows[::stride, ::stride].",
        "integer input": "uint8 keeps only 8 bits: convert x and w to floats before you multiply.",
        "fractional weights": "the results are floats: don't cut off fractions.",
        "together": "padding first, then every stride-th window in both directions, then the bias.",
        "no loop over windows": "Python must not take a step for each window: use no for, comprehension or "
        "np.vectorize over them. A loop over the filter's few entries is fine.",
    },
    weights={"no loop over windows": 9},  # half of the points: with a loop it is conv2d_single again
    hints=[
        "There are two ways. Either multiply all windows, as one array with four axes, by w and sum over the last two "
        "axes. Or loop over the entries of w: each multiplies a shifted part of the whole image.",
        "np.lib.stride_tricks.sliding_window_view(padded, w.shape) has the shape (H', W', KH, KW) and copies nothing. "
        "Take every stride-th: [::stride, ::stride].",
        'np.einsum("ijkl,kl->ij", windows, w) multiplies and adds up. Or: out += w[k, m] * padded[k : k + '
        "stride * h_out : stride, m : m + stride * w_out : stride], for each k and m.",
    ],
    forbidden=CONVOLUTIONS,
    probe="without_loop_over_windows",
    worked=[("values", {"x": HI, "w": DOT})],
)
def conv2d_windows(x, w, b=0.0, padding=0, stride=1):
    padded = np.pad(np.asarray(x, dtype=float), padding)
    windows = np.lib.stride_tricks.sliding_window_view(padded, w.shape)[::stride, ::stride]
    return np.einsum("ijkl,kl->ij", windows, np.asarray(w, dtype=float)) + b


@conv2d_windows.cases
def _(rng):
    yield from _convolutions(rng)
    image = rng.integers(-4, 5, (36, 52))
    yield "no loop over windows", {"x": image, "w": _filter(rng, 2, 3)}
    image = rng.integers(-4, 5, (44, 38))
    yield "no loop over windows", {"x": image, "w": _filter(rng, 3, 2)}


@conv2d_windows.mistake(
    "loop_over_windows",
    "The values are right, but Python still takes a step for each window, in a loop, a comprehension, map or "
    "np.vectorize. Let NumPy handle all windows at once.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    rows = range(0, x.shape[0] - kh + 1, stride)
    columns = range(0, x.shape[1] - kw + 1, stride)
    return np.array([[np.sum(x[i : i + kh, j : j + kw] * w) + b for j in columns] for i in rows])


@conv2d_windows.mistake(
    "flipped_filter",
    "Your output is what you get when the filter is flipped before it slides, w[::-1, ::-1]. In machine learning, a "
    "convolution does not flip it.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape)[::stride, ::stride]
    return np.sum(windows * w[::-1, ::-1], axis=(2, 3)) + b


@conv2d_windows.mistake(
    "filter_transposed",
    'Your output is what you get when the filter\'s rows and columns are swapped. In einsum use "ijkl,kl->ij"; in '
    "tensordot use the same order in both axes.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape)[::stride, ::stride]
    return np.einsum("ijkl,lk->ij", windows, w.astype(float)) + b


@conv2d_windows.mistake(
    "output_transposed",
    "Your output has rows and columns swapped: out[i, j] comes from the patch in row i and column j.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape)[::stride, ::stride]
    return np.einsum("ijkl,kl->ji", windows, w.astype(float)) + b


@conv2d_windows.mistake("bias_missing", "Your output is what you get without the bias. Add b to each output.")
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape)[::stride, ::stride]
    return np.tensordot(windows, w.astype(float), axes=2)


@conv2d_windows.mistake(
    "bias_once_per_weight",
    "Your output is what you get when b is added once for every weight. Add it once to each output, after the sum.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    rows, columns = (x.shape[0] - kh) // stride + 1, (x.shape[1] - kw) // stride + 1
    out = np.zeros((rows, columns))
    for k in range(kh):
        for m in range(kw):
            out += w[k, m] * x[k : k + stride * rows : stride, m : m + stride * columns : stride] + b
    return out


@conv2d_windows.mistake("padding_ignored", "Your output is what you get without padding.")
def _(x, w, b=0.0, padding=0, stride=1):
    windows = np.lib.stride_tricks.sliding_window_view(x.astype(float), w.shape)[::stride, ::stride]
    return np.einsum("ijkl,kl->ij", windows, w.astype(float)) + b


@conv2d_windows.mistake(
    "stride_ignored",
    "Your output is what you get when every window is kept. Keep every `stride`-th: windows[::stride, ::stride].",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape)
    return np.einsum("ijkl,kl->ij", windows, w.astype(float)) + b


@conv2d_windows.mistake(
    "stride_on_rows_only",
    "Your output is what you get from windows[::stride], which skips only rows. Use [::stride, ::stride].",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape)[::stride]
    return np.einsum("ijkl,kl->ij", windows, w.astype(float)) + b


@conv2d_windows.mistake(
    "stride_in_the_size_only",
    "Your output has the right shape, but it is a corner of the output with stride 1: the shifted parts of the image "
    "need the stride too.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    rows, columns = (x.shape[0] - kh) // stride + 1, (x.shape[1] - kw) // stride + 1
    out = np.zeros((rows, columns)) + b
    for k in range(kh):
        for m in range(kw):
            out += w[k, m] * x[k : k + rows, m : m + columns]
    return out


@conv2d_windows.mistake(
    "last_product_only",
    "Your output is what you get when each weight's part replaces the one before it. Use += instead of =.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    rows, columns = (x.shape[0] - kh) // stride + 1, (x.shape[1] - kw) // stride + 1
    for k in range(kh):
        for m in range(kw):
            out = w[k, m] * x[k : k + stride * rows : stride, m : m + stride * columns : stride]
    return out + b


@conv2d_windows.mistake(
    "integer_results",
    "Your output is what you get when the results are stored as integers: fractions are cut off.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape)[::stride, ::stride]
    return (np.einsum("ijkl,kl->ij", windows, w.astype(float)) + b).astype(int)


@conv2d_windows.mistake(
    "kept_in_bytes",
    "Your output is what you get when uint8 numbers are multiplied as uint8: results above 255 wrap around. Convert "
    "them to floats first.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(x, padding), w.shape)[::stride, ::stride]
    return np.einsum("ijkl,kl->ij", windows, w) + b


# best_match


@book.exercise(
    points=2,
    aspects={
        "values": "return (row, column) of the top left corner of the window that is most like the template.",
        "light": "subtract the window's own mean, and divide by the window's own length. Then neither brightness nor "
        "contrast matters.",
        "plain windows": "a constant window has length 0 after subtraction: give it the score 0 instead of dividing.",
        "edges": "the first and the last window in each direction count as well.",
        "negatives": "a negative of the template is the worst match: use no absolute values or squares of the score.",
        "integer input": "uint8 has no negative numbers and none above 255: convert the image and the template to "
        "floats.",
    },
    hints=[
        "Write the score of one window first. Then try every window and remember the best place so far.",
        "t = template - template.mean(), once. For each window: v = window - window.mean(). Their similarity is the "
        "dot product of v and t, divided by both lengths.",
        "length = np.sqrt(np.sum(v**2)); the score is np.sum(v * t) / (length * length_of_t), or 0 if length is 0. "
        "Start with best = -np.inf and keep (i, j) whenever a score is larger.",
    ],
    forbidden=CONVOLUTIONS,
    integers=True,
)
def best_match(image, template):
    image, template = np.asarray(image, dtype=float), np.asarray(template, dtype=float)
    windows = np.lib.stride_tricks.sliding_window_view(image, template.shape)
    v, t = windows - windows.mean(axis=(2, 3), keepdims=True), template - template.mean()
    lengths = np.sqrt((v**2).sum(axis=(2, 3)) * (t**2).sum())
    plain = windows.max(axis=(2, 3)) == windows.min(axis=(2, 3))
    score = np.where(plain, 0.0, (v * t).sum(axis=(2, 3)) / np.where(plain, 1.0, lengths))
    row, column = np.unravel_index(np.argmax(score), score.shape)
    return int(row), int(column)


def _best(image, template, score, rows=None, columns=None):
    """The top left corner of the window with the best score."""
    kh, kw = template.shape
    rows = rows or image.shape[0] - kh + 1
    columns = columns or image.shape[1] - kw + 1
    scores = [[score(image[i : i + kh, j : j + kw], template) for j in range(columns)] for i in range(rows)]
    row, column = np.unravel_index(np.argmax(scores), (rows, columns))
    return int(row), int(column)


def _alike(window, template):
    v, t = window - window.mean(), template - template.mean()
    lengths = np.sqrt(np.sum(v**2) * np.sum(t**2))
    return np.sum(v * t) / lengths if lengths else 0.0


def _scene(rng, size, template_size, seen, others=(), place=None, half=None, ground=None):
    """An image that contains `seen` and `others`; the best window is far better than any other.

    `seen` and `others` are functions that turn the template into a patch. `place` is where `seen` is, `half` (0 or 1)
    the half of the rows; `ground` is the brightness of a constant background, which otherwise is noise.
    """
    kh, kw = template_size
    middle = (size[0] - kh + 1) // 2
    while True:
        template = rng.integers(0, 9, template_size)
        image = rng.integers(15, 35, size) if ground is None else np.full(size, ground)
        used = np.zeros(size, dtype=int)
        for index, patch in enumerate((seen, *others)):
            row, column = (int(rng.integers(0, side - k + 1)) for side, k in zip(size, template_size))
            if index == 0 and half is not None:
                row = row % middle + half * middle
            if index == 0 and place is not None:
                row, column = place
            image[row : row + kh, column : column + kw] = patch(template)
            used[row : row + kh, column : column + kw] += 1
        if used.max() > 1:
            continue
        windows = np.lib.stride_tricks.sliding_window_view(image.astype(float), template_size)
        scores = sorted(_alike(window, template) for line in windows for window in line)
        if scores[-1] - scores[-2] > 0.1:
            return {"image": image, "template": template}


@best_match.cases
def _(rng):
    def light(factor, base):
        return lambda template: base + factor * template

    def hazy(template):
        return 20 + 2 * template + rng.integers(-1, 2, template.shape)

    def bright(template):
        return rng.integers(190, 200, template.shape)

    def harsh(template):
        """Somewhat like the template, with much larger differences."""
        return 90 + 8 * template + rng.integers(-30, 31, template.shape)

    def noise(template):
        return rng.integers(15, 35, template.shape)

    def scene(*arguments, telling=(), **options):
        return _telling(best_match, lambda: _scene(rng, *arguments, **options), *telling)

    yield "values", scene((5, 6), (2, 3), light(1, 20), half=0)
    yield "values", scene((7, 6), (3, 2), light(1, 20), half=1, telling=("column_before_row", "middle_of_the_window"))
    yield "values", scene((6, 9), (3, 4), hazy, others=[lambda t: 15 + 2 * t[::-1, ::-1]], telling=["template_flipped"])
    # Two of each: a wide image and a tall one, with the template in the upper and in the lower half.
    for half, sizes in enumerate((((7, 9), (2, 3)), ((9, 8), (3, 2)))):
        told = ("dot_product_only", "means_kept", "squared_differences", "window_mean_kept", "image_mean")
        yield "light", scene(*sizes, light(1, 40), others=[bright], half=half, telling=told)
        yield "light", scene(*sizes, light(1, 20), others=[harsh], half=half, telling=["lengths_kept"])
        yield "light", scene(*sizes, light(9, 10), others=[noise], half=half, telling=["root_missing"])
    for half, sizes in enumerate((((6, 8), (2, 3)), ((8, 7), (3, 2)))):
        ground = half * int(rng.integers(20, 30))  # 0 too: there 0 / 0 is NaN, however the score is computed
        yield "plain windows", scene(*sizes, light(3, 4), ground=ground, half=half, telling=["nan_wins"])
    # Only the negative, windows that overlap it, and one constant window: there the best score is 0.
    plain, negative = lambda t: np.full(t.shape, 25), lambda t: 40 - 2 * t
    yield "plain windows", scene((4, 8), (4, 4), plain, others=[negative], telling=["plain_windows_skipped"])
    for place in ((0, 0), (0, 5), (4, 0), (4, 5), (int(rng.integers(1, 4)), 5), (4, int(rng.integers(1, 5)))):
        yield "edges", scene((6, 8), (2, 3), light(2, 8), place=place)
    for half, sizes in enumerate((((6, 9), (2, 4)), ((8, 7), (3, 2)))):
        yield "negatives", scene(*sizes, hazy, others=[negative], half=half, telling=["absolute_score"])
    for half, sizes in enumerate((((6, 7), (2, 3)), ((7, 6), (3, 2)))):
        drawn = scene(*sizes, light(20, 60), half=half)
        yield "integer input", {name: value.astype(np.uint8) for name, value in drawn.items()}


@best_match.mistake(
    "dot_product_only",
    "Your place is the maximum of the plain dot product: a bright patch wins, whatever is in it. Subtract the means "
    "and divide by the lengths.",
)
def _(image, template):
    return _best(image.astype(float), template.astype(float), lambda v, t: np.sum(v * t))


@best_match.mistake(
    "lengths_kept",
    "Your place is what you get without dividing by the window's length: a patch with strong contrast wins.",
)
def _(image, template):
    return _best(image.astype(float), template.astype(float), lambda v, t: np.sum((v - v.mean()) * (t - t.mean())))


@best_match.mistake(
    "means_kept",
    "Your place is what you get when you divide by the lengths but don't subtract the means. Subtract them first.",
)
def _(image, template):
    def score(v, t):
        return np.sum(v * t) / (np.sqrt(np.sum(v**2)) * np.sqrt(np.sum(t**2)))

    return _best(image.astype(float), template.astype(float), score)


@best_match.mistake(
    "window_mean_kept",
    "Your place is what you get when only the template's mean is subtracted. Subtract the window's own mean too.",
)
def _(image, template):
    def score(v, t):
        t = t - t.mean()
        return np.sum(v * t) / (np.sqrt(np.sum(v**2)) * np.sqrt(np.sum(t**2)))

    return _best(image.astype(float), template.astype(float), score)


@best_match.mistake(
    "image_mean",
    "Your place is what you get when the mean of the whole image is subtracted. Light differs from place to place: "
    "subtract each window's own mean.",
)
def _(image, template):
    def score(v, t):
        t = t - t.mean()
        return np.sum(v * t) / (np.sqrt(np.sum(v**2)) * np.sqrt(np.sum(t**2)) or 1)

    return _best(image - image.mean(), template.astype(float), score)


@best_match.mistake(
    "root_missing",
    "Your place is what you get when the score is divided by the sums of the squares. A length is the square root of "
    "that.",
)
def _(image, template):
    def score(v, t):
        v, t = v - v.mean(), t - t.mean()
        return np.sum(v * t) / (np.sum(v**2) * np.sum(t**2) or 1)

    return _best(image.astype(float), template.astype(float), score)


@best_match.mistake(
    "squared_differences",
    "Your place is where the squared differences from the template are smallest. In other light, that misses the sign: "
    "compare patterns, not brightness.",
)
def _(image, template):
    return _best(image.astype(float), template.astype(float), lambda v, t: -np.sum((v - t) ** 2))


@best_match.mistake(
    "absolute_score",
    "Your place is what you get when the score's sign is lost (by abs or a square): the template's negative wins.",
)
def _(image, template):
    return _best(image.astype(float), template.astype(float), lambda v, t: abs(_alike(v, t)))


@best_match.mistake(
    "nan_wins",
    "Your place is that of a constant window: 0 divided by 0 is NaN, and np.argmax treats NaN as the maximum. Give "
    "such a window the score 0.",
)
def _(image, template):
    def score(v, t):
        v, t = v - v.mean(), t - t.mean()
        return np.sum(v * t) / np.sqrt(np.sum(v**2) * np.sum(t**2))

    return _best(image.astype(float), template.astype(float), score)


@best_match.mistake(
    "plain_windows_skipped",
    "Your function never chooses a constant window. Its score is 0, which is better than that of a negative.",
)
def _(image, template):
    def score(v, t):
        return _alike(v, t) if v.max() > v.min() else -2.0

    return _best(image.astype(float), template.astype(float), score)


@best_match.mistake(
    "last_windows_missing",
    "Your function never examines the last windows on the right and at the bottom. There are H - KH + 1 rows and W - "
    "KW + 1 columns of windows.",
)
def _(image, template):
    rows, columns = (side - k for side, k in zip(image.shape, template.shape))
    return _best(image.astype(float), template.astype(float), _alike, rows or 1, columns)


@best_match.mistake(
    "middle_of_the_window",
    "Your place is the middle of the window. Return its top left corner.",
)
def _(image, template):
    row, column = _best(image.astype(float), template.astype(float), _alike)
    return row + template.shape[0] // 2, column + template.shape[1] // 2


@best_match.mistake("column_before_row", "Your pair is (column, row). In an array, the row comes first.")
def _(image, template):
    row, column = _best(image.astype(float), template.astype(float), _alike)
    return column, row


@best_match.mistake(
    "template_flipped",
    "Your place is what you get when the template is flipped. Compare it as it is.",
)
def _(image, template):
    return _best(image.astype(float), template[::-1, ::-1].astype(float), _alike)


@best_match.mistake(
    "kept_in_bytes",
    "Your place is what you get when uint8 numbers are multiplied as uint8: results above 255 wrap around. Convert the "
    "image and the template to floats first.",
)
def _(image, template):
    def score(v, t):
        return (np.mean(v * t) - v.mean() * t.mean()) / (v.std() * t.std()) if v.std() else 0.0

    return _best(image, template, score)
