"""catch_pad1d: inputs that expose four wrong paddings."""

from __future__ import annotations

import numpy as np

from autograder.course import catch
from exercises.arguments import need_axes, need_whole

from .pad1d import pad1d


def _takes(x, padding):
    need_axes("x", x, 1, "one axis, as a signal has")
    need_whole("padding", padding, 0)


catch_pad1d = catch(
    "catch_pad1d",
    right=pad1d.variants["concatenate"],
    wrong=[
        (pad1d.mistakes["edge_repeated"][1], "It repeats the first and the last sample in place of zeros."),
        (pad1d.mistakes["always_one"][1], "It puts one zero on each side, whatever the padding is."),
        (pad1d.mistakes["whole_numbers"][1], "It keeps the result in an array of integers: fractions are cut off."),
        (pad1d.mistakes["empty_slice"][1], "It fails with padding 0: the slice [0:-0] is empty."),
    ],
    takes=_takes,
    most=2,
    inputs=[(np.array([0.5, 2.0]), 2), (np.array([3, 4]), 0)],
    hints=[
        "What could somebody get wrong about padding? Name some mistakes first. Then find an input that shows each.",
        "With a padding of 1, many functions are right by chance. With a signal that ends in zeros, you don't see "
        "which numbers are at the ends. With whole numbers, you don't see what happens to fractions.",
        "One function is wrong only with padding 0. The other three can be exposed together, by one signal of "
        "fractions and a padding of 2.",
    ],
)

catch_pad1d.mistake(
    "never_zero",
    "The one that is left fails only in a special case: nothing to do at all. Which padding is that?",
    ([(np.array([0.5, 2.0]), 2), (np.array([1.5, 4.0, 3.0]), 3)],),
)
catch_pad1d.mistake(
    "whole_numbers_only",
    "The one that is left is right as long as the signal holds whole numbers.",
    ([(np.array([5, 6]), 2), (np.array([3, 4]), 0)],),
)
catch_pad1d.mistake(
    "dark_ends",
    "The one that is left differs only where the ends of the signal are not 0.",
    ([(np.array([0, 0.5, 0]), 2), (np.array([0.0, 4.0, 0.0]), 0)],),
)
