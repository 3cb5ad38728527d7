"""catch_conv2d_single: inputs that expose four wrong convolutions."""

from __future__ import annotations

import numpy as np

from autograder.course import catch
from exercises.arguments import need_axes, need_whole

from . import (
    _conv2d_single_mistakes,  # noqa: F401 - registers them
    _conv2d_single_variants,  # noqa: F401 - registers them
)
from .conv2d_single import conv2d_single


def _takes(x, w, b=0.0, padding=0, stride=1):
    need_axes("x", x, 2, "two axes, rows and columns")
    need_axes("w", w, 2, "two axes, rows and columns")
    need_axes("b", b, 0, "no axis: a bias is one number")
    need_whole("padding", padding, 0)
    need_whole("stride", stride, 1)
    if any(k > n + 2 * padding for n, k in zip(x.shape, w.shape)):
        raise ValueError("the filter must not be larger than the padded image")
    if w.dtype.kind not in "if":
        raise ValueError("weights must be signed whole numbers or fractions")


catch_conv2d_single = catch(
    "catch_conv2d_single",
    right=conv2d_single.variants["four_loops"],
    wrong=[
        (conv2d_single.mistakes["flipped_filter"][1], "It flips the filter."),
        (conv2d_single.mistakes["bias_once_per_weight"][1], "It adds the bias once for every weight."),
        (
            conv2d_single.mistakes["last_patches_missing"][1],
            "It leaves out the last patches wherever they fit exactly.",
        ),
        (conv2d_single.mistakes["size_rounded_up"][1], "It counts a last patch that doesn't fit completely."),
    ],
    takes=_takes,
    most=2,
    inputs=[
        (np.arange(12).reshape(3, 4), np.array([[1, 2], [3, 4]]), 1.0),
        (np.arange(16).reshape(4, 4), np.array([[1, 2]]), 0.0, 0, 2),
    ],
    hints=[
        "What has conv2d_single to get right? The order of the weights, the bias, and how many patches there are.",
        "A symmetric filter doesn't show that it is flipped, and a bias of 0 shows nothing. You may leave out the "
        "last arguments of a tuple; then they have the defaults b=0.0, padding=0, stride=1.",
        "One of them is wrong only where the steps don't fit evenly: 4 rows, a filter of 1 row and stride 2, say. "
        "Another is wrong only where they do.",
    ],
)

catch_conv2d_single.mistake(
    "nothing_left_over",
    "The one that is left is right as long as the last patch ends at the edge. When doesn't it?",
    ([(np.arange(12).reshape(3, 4), np.array([[1, 2], [3, 4]]), 1.0)],),
)
catch_conv2d_single.mistake(
    "no_bias",
    "The one that is left differs only in what it does with the bias. In your inputs it is 0, or there is one weight.",
    (
        [
            (np.arange(12).reshape(3, 4), np.array([[1, 2], [3, 4]])),
            (np.arange(16).reshape(4, 4), np.array([[1, 2]]), 0.0, 0, 2),
        ],
    ),
)
catch_conv2d_single.mistake(
    "symmetric_filter",
    "The one that is left does the same as the right one with a symmetric filter.",
    (
        [
            (np.arange(12).reshape(3, 4), np.ones((2, 2)), 1.0),
            (np.arange(16).reshape(4, 4), np.array([[1, 1]]), 0.0, 0, 2),
        ],
    ),
)
