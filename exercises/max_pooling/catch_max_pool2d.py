"""catch_max_pool2d: inputs that expose four wrong poolings."""

from __future__ import annotations

import numpy as np

from autograder.course import catch
from exercises.arguments import need_axes, need_whole

from . import _max_pool2d_variants  # noqa: F401 - registers them
from .max_pool2d import max_pool2d


def _takes(x, size, stride):
    need_axes("x", x, 4, "four axes, (N, C, H, W)")
    need_whole("size", size, 1)
    need_whole("stride", stride, 1)
    if size > min(x.shape[2:]):
        raise ValueError("the window must not be larger than the map")


def _started_from_zero(x, size, stride):
    rows, columns = (x.shape[2] - size) // stride + 1, (x.shape[3] - size) // stride + 1
    out = np.zeros((*x.shape[:2], rows, columns))
    for i in range(size):
        for j in range(size):
            shifted = x[:, :, i : i + (rows - 1) * stride + 1 : stride, j : j + (columns - 1) * stride + 1 : stride]
            out = np.maximum(out, shifted)
    return out


catch_max_pool2d = catch(
    "catch_max_pool2d",
    right=max_pool2d.variants["four_loops"],
    wrong=[
        (_started_from_zero, "It starts from 0: in a window of negative numbers, 0 wins."),
        (max_pool2d.mistakes["height_for_width"][1], "It uses the height as the width, too."),
        (max_pool2d.mistakes["last_windows_missing"][1], "It leaves out the last windows wherever they fit exactly."),
        (max_pool2d.mistakes["partial_windows"][1], "It counts a last window that reaches past the edge."),
    ],
    takes=_takes,
    most=2,
    inputs=[(-np.arange(1.0, 7.0).reshape(1, 1, 2, 3), 2, 1), (np.arange(9).reshape(1, 1, 3, 3), 2, 2)],
    hints=[
        "What is special about maps after ReLU, and about square maps?",
        "One of them is wrong only where the windows end exactly at the edge, another only where something is "
        "left over.",
        "Take a map of negative numbers that isn't square, with stride 1. Then one of 3 by 3, with windows of 2 "
        "by 2 and stride 2.",
    ],
)

catch_max_pool2d.mistake(
    "no_negative_numbers",
    "The one that is left is right as long as every window has a number that is 0 or more.",
    ([(np.arange(6).reshape(1, 1, 2, 3), 2, 1), (np.arange(9).reshape(1, 1, 3, 3), 2, 2)],),
)
catch_max_pool2d.mistake(
    "square_maps",
    "The one that is left is right for square maps.",
    ([(-np.arange(1.0, 10.0).reshape(1, 1, 3, 3), 2, 1), (np.arange(9).reshape(1, 1, 3, 3), 2, 2)],),
)
catch_max_pool2d.mistake(
    "nothing_left_over",
    "The one that is left is right as long as the last windows end at the edge.",
    ([(-np.arange(1.0, 7.0).reshape(1, 1, 2, 3), 2, 1)],),
)
catch_max_pool2d.mistake(
    "always_left_over",
    "The one that is left is right as long as something is left over at the edges.",
    ([(-np.arange(1.0, 16.0).reshape(1, 1, 3, 5), 2, 2)],),
)
