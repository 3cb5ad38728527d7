"""catch_im2col: one input that exposes four wrong orders."""

from __future__ import annotations

import numpy as np

from autograder.course import catch
from exercises.arguments import need_axes, need_whole

from .im2col import im2col


def _takes(x, kh, kw, padding=0, stride=1):
    need_axes("x", x, 4, "four axes, (N, C, H, W)")
    for name, value, least in (("kh", kh, 1), ("kw", kw, 1), ("padding", padding, 0), ("stride", stride, 1)):
        need_whole(name, value, least)
    if kh > x.shape[2] + 2 * padding or kw > x.shape[3] + 2 * padding:
        raise ValueError("the window must not be larger than the padded image")


catch_im2col = catch(
    "catch_im2col",
    right=im2col.variants["three_loops"],
    wrong=[
        (im2col.mistakes["images_last"][1], "It takes the first window of every image, then the second."),
        (im2col.mistakes["windows_down_first"][1], "Its windows go down first, then to the right."),
        (im2col.mistakes["channels_last"][1], "In its rows, the channels of a pixel stand next to each other."),
        (im2col.mistakes["window_down_first"][1], "It reads each window column by column."),
    ],
    takes=_takes,
    most=1,
    inputs=[(np.arange(36).reshape(2, 2, 3, 3), 2, 2)],
    hints=[
        "All five have the same numbers in the matrix. They differ in the order. Give the numbers in x different "
        "values: np.arange(...).reshape(...) does.",
        "With one image, the order of the images doesn't show. Which other sizes must not be 1?",
        "Two images, two channels, windows of 2 by 2, and more than one window in each direction.",
    ],
)

catch_im2col.mistake(
    "one_image",
    "The one that is left differs only where there is more than one image.",
    ([(np.arange(18).reshape(1, 2, 3, 3), 2, 2)],),
)
catch_im2col.mistake(
    "one_channel",
    "The one that is left differs only where there is more than one channel.",
    ([(np.arange(18).reshape(2, 1, 3, 3), 2, 2)],),
)
catch_im2col.mistake(
    "one_row_of_a_window",
    "The one that is left differs only where a window has more than one row and more than one column.",
    ([(np.arange(36).reshape(2, 2, 3, 3), 1, 2)],),
)
catch_im2col.mistake(
    "one_row_of_windows",
    "The one that is left differs only where there are several windows in both directions.",
    ([(np.arange(24).reshape(2, 2, 2, 3), 2, 2)],),
)
