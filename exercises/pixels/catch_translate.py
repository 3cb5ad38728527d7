"""catch_translate: inputs that expose four wrong shifts."""

from __future__ import annotations

import numpy as np

from autograder.course import catch
from exercises.arguments import need_axes

from .translate import translate


def _takes(image, dy, dx):
    need_axes("image", image, 2, "two axes, rows and columns")
    for name, shift in (("dy", dy), ("dx", dx)):
        if isinstance(shift, (str, float)) or np.ndim(shift):
            raise ValueError(f"{name} must be a whole number")


def _not_out_of_sight(image, dy, dx):
    height, width = image.shape
    out = np.roll(image, (dy, dx), axis=(0, 1))
    if abs(dy) < height:
        out[slice(0, dy) if dy > 0 else slice(height + dy, height)] = 0
    if abs(dx) < width:
        out[:, slice(0, dx) if dx > 0 else slice(width + dx, width)] = 0
    return out


catch_translate = catch(
    "catch_translate",
    right=translate.variants["slices"],
    wrong=[
        (translate.mistakes["dy_and_dx_swapped"][1], "It swaps dy and dx."),
        (translate.mistakes["square_only"][1], "It takes every image for a square."),
        (translate.mistakes["zeros_on_one_side"][1], "It is wrong when the image moves up or left."),
        (
            _not_out_of_sight,
            "It is wrong when the image moves so far that nothing of it is left.",
        ),
    ],
    takes=_takes,
    most=2,
    inputs=[(np.array([[1, 2, 3], [4, 5, 6]]), -1, 1), (np.array([[1, 2]]), 0, 2)],
    hints=[
        "Which images and which shifts are special? A square, a shift of 0, the same shift down and right: there "
        "many wrong functions are right.",
        "A shift may be negative. And it may be so large that the whole image leaves.",
        "Three of them are exposed by one image that isn't square, moved up and right by different amounts. The "
        "last needs an image that leaves completely.",
    ],
)

catch_translate.mistake(
    "never_out_of_sight",
    "The one that is left is right as long as a part of the image can still be seen.",
    ([(np.array([[1, 2, 3], [4, 5, 6]]), -1, 1), (np.array([[1, 2, 3], [4, 5, 6]]), 1, -2)],),
)
catch_translate.mistake(
    "down_and_right_only",
    "The one that is left is right for every shift down and right. There are other directions.",
    ([(np.array([[1, 2, 3], [4, 5, 6]]), 1, 2), (np.array([[1, 2]]), 0, 2)],),
)
catch_translate.mistake(
    "squares_only",
    "The one that is left is right for every square image. Give it another.",
    ([(np.array([[1, 2], [3, 4]]), -1, 1), (np.array([[1, 2], [3, 4]]), 0, 2)],),
)
