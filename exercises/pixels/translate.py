"""translate: an image (H, W) moved down and to the right, filled with zeros."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise
from exercises.number_types import as_floats

from . import _arrays as arrays
from ._lecture import HI


@exercise(
    points=2,
    aspects={
        "values": "the pixel at (row, col) moves to (row + dy, col + dx). Places that no pixel moves to are 0.",
        "shifts of 0": "avoid slices such as [:-dy]: with dy = 0 they are empty.",
        "negative shifts": "a negative dy moves up, a negative dx moves left. Zeros then come in at the bottom or "
        "right.",
        "large shifts": "a large shift may leave one row, one pixel or nothing of the image. The shape stays the same.",
    },
    hints=[
        "Start with an array of zeros of the image's shape, then fill in the pixels that are still inside.",
        "Ask for each pixel of the result where it came from: out[row, col] = image[row - dy, col - dx], if that is "
        "inside the image. NumPy accepts negative indices without an error: test for them yourself.",
        "Without loops: pad the image with enough zeros on all sides. Then cut out a window of the old size, dy above "
        "and dx to the left of the image.",
    ],
    worked=[("values", {"image": HI, "dy": 1, "dx": 2})],
)
def translate(image, dy, dx):
    height, width = image.shape
    out = np.zeros_like(image)
    for row in range(height):
        for column in range(width):
            if 0 <= row - dy < height and 0 <= column - dx < width:
                out[row, column] = image[row - dy, column - dx]
    return out


@translate.cases
def _(rng):
    yield "values", as_floats({"image": arrays.distinct(rng, *arrays.sides(rng, 2, 3, 4)), "dy": 1, "dx": 2})
    yield "values", {"image": arrays.distinct(rng, *arrays.sides(rng, 2, 3, 5), dtype=np.uint8), "dy": 2, "dx": 1}
    yield (
        "shifts of 0",
        {"image": arrays.distinct(rng, *arrays.sides(rng, 2, 3, 4)), "dy": 0, "dx": int(rng.integers(1, 3))},
    )
    yield (
        "shifts of 0",
        {"image": arrays.distinct(rng, *arrays.sides(rng, 2, 3, 4)) / 2, "dy": -int(rng.integers(1, 3)), "dx": 0},
    )
    yield "negative shifts", {"image": arrays.distinct(rng, *arrays.sides(rng, 2, 3, 4)), "dy": -1, "dx": -2}
    yield (
        "negative shifts",
        {"image": arrays.distinct(rng, *arrays.sides(rng, 2, 3, 5), dtype=np.float32), "dy": -2, "dx": 1},
    )
    yield "negative shifts", {"image": arrays.distinct(rng, *arrays.sides(rng, 2, 3, 5)), "dy": 1, "dx": -2}
    # Nothing is left of the second and third image, so zeros alone would be right. The first and last prevent that.
    height, width = arrays.sides(rng, 2, 3, 5)
    yield "large shifts", {"image": arrays.distinct(rng, height, width), "dy": height - 1, "dx": 2 - width}
    yield (
        "large shifts",
        {"image": arrays.distinct(rng, height, width, dtype=np.uint8), "dy": height + int(rng.integers(1, 4)), "dx": 1},
    )
    yield (
        "large shifts",
        {"image": arrays.distinct(rng, height, width), "dy": -1, "dx": -width - int(rng.integers(0, 3))},
    )
    yield "large shifts", {"image": arrays.distinct(rng, width, height), "dy": 1 - width, "dx": 1}


@translate.mistake(
    "wraps_around", "Your output is what you get when pixels that leave on one side come back on the other (np.roll)."
)
def _(image, dy, dx):
    return np.roll(image, (dy, dx), axis=(0, 1))


@translate.mistake(
    "dy_and_dx_swapped", "Your output is what you get when dy and dx are swapped. dy moves down, dx moves right."
)
def _(image, dy, dx):
    dy, dx = dx, dy
    height, width = image.shape
    out = np.zeros_like(image)
    for row in range(height):
        for column in range(width):
            if 0 <= row - dy < height and 0 <= column - dx < width:
                out[row, column] = image[row - dy, column - dx]
    return out


@translate.mistake(
    "wrong_way", "Your output is what you get when the image moves the other way: up by dy and left by dx."
)
def _(image, dy, dx):
    height, width = image.shape
    out = np.zeros_like(image)
    for row in range(height):
        for column in range(width):
            if 0 <= row + dy < height and 0 <= column + dx < width:
                out[row, column] = image[row + dy, column + dx]
    return out


@translate.mistake(
    "up_is_positive",
    "Your output is what you get when positive dy moves up, as in a mathematical plot. Here rows are counted "
    "downwards.",
)
def _(image, dy, dx):
    height, width = image.shape
    out = np.zeros_like(image)
    for row in range(height):
        for column in range(width):
            if 0 <= row + dy < height and 0 <= column - dx < width:
                out[row, column] = image[row + dy, column - dx]
    return out


@translate.mistake(
    "edge_repeated", "Your output is what you get when the pixels at the edge are repeated. Fill with zeros instead."
)
def _(image, dy, dx):
    height, width = image.shape
    rows = np.clip(np.arange(height) - dy, 0, height - 1)
    columns = np.clip(np.arange(width) - dx, 0, width - 1)
    return image[rows][:, columns]


@translate.mistake(
    "old_pixels_left",
    "Your output is what you get when the moved image is drawn over the old one: old pixels remain. Start from zeros "
    "instead.",
)
def _(image, dy, dx):
    height, width = image.shape
    out = image.copy()
    for row in range(height):
        for column in range(width):
            if 0 <= row - dy < height and 0 <= column - dx < width:
                out[row, column] = image[row - dy, column - dx]
    return out


@translate.mistake(
    "negative_index",
    "Your output is what you get when image[row - dy, col - dx] is read with a negative index: "
    "NumPy then counts from the end.",
)
def _(image, dy, dx):
    out = np.zeros_like(image)
    for row in range(image.shape[0]):
        for column in range(image.shape[1]):
            if row - dy < image.shape[0] and column - dx < image.shape[1]:
                out[row, column] = image[row - dy, column - dx]
    return out


@translate.mistake(
    "written_outside",
    "You write to out[row + dy, col + dx] even outside the image, where an index is too large or negative. Skip "
    "these pixels.",
)
def _(image, dy, dx):
    out = np.zeros_like(image)
    for row in range(image.shape[0]):
        for column in range(image.shape[1]):
            out[row + dy, column + dx] = image[row, column]
    return out


@translate.mistake(
    "positive_only",
    "Your slices work only for shifts from 0 up to the size of the image. For other shifts their sizes differ.",
)
def _(image, dy, dx):
    height, width = image.shape
    out = np.zeros_like(image)
    out[dy:, dx:] = image[: height - dy, : width - dx]
    return out


@translate.mistake("empty_slice", "You slice with [:-dy] or [:-dx], which is empty when the shift is 0.")
def _(image, dy, dx):
    out = np.zeros_like(image)
    out[dy:, dx:] = image[:-dy, :-dx]
    return out


@translate.mistake(
    "zeros_on_one_side",
    "Your output is what you get when zeros always come in at the top and left, even when the image moves up or left.",
)
def _(image, dy, dx):
    out = np.roll(image, (dy, dx), axis=(0, 1))
    out[:dy] = 0
    out[:, :dx] = 0
    return out


@translate.mistake(
    "grows",
    "Your output is what you get when zeros are added on one side but nothing is cut off on the other. The shape must "
    "stay the same.",
)
def _(image, dy, dx):
    return np.pad(image, ((max(dy, 0), max(-dy, 0)), (max(dx, 0), max(-dx, 0))))


@translate.mistake(
    "overwritten_while_read",
    "You move the pixels within the image itself. That changes the caller's image and reads pixels that are already "
    "overwritten.",
)
def _(image, dy, dx):
    height, width = image.shape
    for row in range(height):
        for column in range(width):
            if 0 <= row - dy < height and 0 <= column - dx < width:
                image[row, column] = image[row - dy, column - dx]
            else:
                image[row, column] = 0
    return image


@translate.mistake(
    "square_only", "Your output is what you get when the number of rows is used as the number of columns too."
)
def _(image, dy, dx):
    n = image.shape[0]
    out = np.zeros((n, n))
    for row in range(n):
        for column in range(n):
            if 0 <= row - dy < n and 0 <= column - dx < n:
                out[row, column] = image[row - dy, column - dx]
    return out


@translate.variant
def loops(image, dy, dx):
    height, width = image.shape
    out = np.zeros((height, width))
    for row in range(height):
        for column in range(width):
            if 0 <= row + dy < height and 0 <= column + dx < width:
                out[row + dy][column + dx] = image[row][column]
    return out


@translate.variant
def slices(image, dy, dx):
    height, width = image.shape
    out = np.zeros_like(image)
    if abs(dy) < height and abs(dx) < width:
        out[max(dy, 0) : height + min(dy, 0), max(dx, 0) : width + min(dx, 0)] = image[
            max(-dy, 0) : height + min(-dy, 0), max(-dx, 0) : width + min(-dx, 0)
        ]
    return out


@translate.variant
def pad_and_cut(image, dy, dx):
    height, width = image.shape
    padded = np.pad(image, ((abs(dy), abs(dy)), (abs(dx), abs(dx))))
    return padded[abs(dy) - dy : abs(dy) - dy + height, abs(dx) - dx : abs(dx) - dx + width]


@translate.variant
def roll_and_clear(image, dy, dx):
    height, width = image.shape
    out = np.roll(np.roll(image, dy, axis=0), dx, axis=1)
    if dy > 0:
        out[:dy, :] = 0
    elif dy < 0:
        out[max(height + dy, 0) :, :] = 0
    if dx > 0:
        out[:, :dx] = 0
    elif dx < 0:
        out[:, max(width + dx, 0) :] = 0
    return out


@translate.variant
def shift_matrices(image, dy, dx):
    height, width = image.shape
    return np.eye(height, k=-dy) @ image @ np.eye(width, k=dx)


@translate.variant
def nested_lists(image, dy, dx):
    height, width = image.shape
    return [
        [image[r - dy, c - dx] if 0 <= r - dy < height and 0 <= c - dx < width else 0 for c in range(width)]
        for r in range(height)
    ]


@translate.variant
def index_grid(image, dy, dx):
    rows, columns = np.indices(image.shape)
    rows, columns = rows - dy, columns - dx
    inside = (rows >= 0) & (rows < image.shape[0]) & (columns >= 0) & (columns < image.shape[1])
    return np.where(inside, image[rows % image.shape[0], columns % image.shape[1]], 0)
