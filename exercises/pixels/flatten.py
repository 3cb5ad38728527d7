"""flatten: an image (H, W) or (H, W, C) as a vector (n,), row by row, copied."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise

from . import _arrays as arrays
from ._lecture import HI


@exercise(
    points=1,
    aspects={
        "values": "take the first row from left to right, then the second row, and so on.",
        "colour images": "for (H, W, C), the C numbers of a pixel stay together. Then comes the next pixel of the row.",
        "a copy": "the image changes after your function has returned (image_later). Your list must not change with "
        "it.",
    },
    hints=[
        "You could write two loops and collect the pixels in a list, "
        "or ask NumPy for another shape of the same numbers.",
        "reshape(-1) gives one axis, row by row, for any number of axes. But its result may share the image's memory.",
        "Arrays have a method with this very name, and it always copies.",
    ],
    adapter="pixels.read_later",
    watched=["a copy"],
    worked=[("values", {"image": HI})],
)
def flatten(image):
    return image.flatten()


@flatten.cases
def _(rng):
    yield "values", {"image": arrays.distinct(rng, *arrays.sides(rng, 2, 2, 4))}
    yield "values", {"image": arrays.distinct(rng, *arrays.sides(rng, 2, 2, 4), dtype=np.float32) / 2}
    high, low = arrays.sides(rng, 2, 2, 4)
    yield "values", {"image": arrays.distinct(rng, max(high, low), min(high, low), dtype=np.uint8)}
    yield "values", {"image": arrays.distinct(rng, min(high, low), max(high, low))}
    yield "colour images", {"image": arrays.distinct(rng, *arrays.sides(rng, 2, 2, 4), 3, dtype=np.uint8)}
    yield "colour images", {"image": arrays.distinct(rng, *arrays.sides(rng, 2, 2, 3), 4, dtype=float)}
    shape = arrays.sides(rng, 2, 2, 3)
    yield "a copy", {"image": arrays.distinct(rng, *shape), "image_later": -arrays.distinct(rng, *shape)}
    shape = (*arrays.sides(rng, 2, 2, 3), 3)
    yield (
        "a copy",
        {"image": arrays.distinct(rng, *shape, dtype=float), "image_later": -arrays.distinct(rng, *shape, dtype=float)},
    )


@flatten.mistake(
    "column_by_column", "Your output is what you get when the image is read column by column. Read it row by row."
)
def _(image):
    return image.flatten(order="F")


@flatten.mistake(
    "a_view",
    "Your result is a view: it changed with the image. reshape and ravel share the image's memory; .flatten() "
    "and .copy() make a copy.",
)
def _(image):
    return image.reshape(-1)


@flatten.mistake(
    "one_row", "Your output is what you get when the result keeps two axes, (1, n). It should have one: (n,)."
)
def _(image):
    return image.reshape(1, -1).copy()


@flatten.mistake(
    "channel_by_channel", "Your output is what you get when all red values come first, then all green, then all blue."
)
def _(image):
    if image.ndim == 2:
        return image.flatten()
    return np.concatenate([image[:, :, channel].flatten() for channel in range(image.shape[2])])


@flatten.mistake(
    "grey_only",
    "Your function assumes that an image has two axes. It fails on a colour image, which has three: (H, W, C).",
)
def _(image):
    height, width = image.shape
    return np.array([image[row, column] for row in range(height) for column in range(width)])


@flatten.mistake(
    "one_list_per_pixel",
    "Your output is what you get when each pixel of a colour image stays a separate list: the shape is (H * W, C).",
)
def _(image):
    out = []
    for row in image:
        for pixel in row:
            out.append(pixel)
    return np.array(out)


@flatten.mistake(
    "square_only",
    "Your function takes the number of rows for the length of a row, too. An image need not be square.",
)
def _(image):
    n = len(image)
    out = []
    for row in range(n):
        for column in range(n):
            out.append(image[row, column])
    return np.array(out).flatten()


@flatten.variant
def method(image):
    return image.flatten()


@flatten.variant
def ravel_copy(image):
    return image.ravel().copy()


@flatten.variant
def reshape_array(image):
    return np.array(image.reshape(-1))


@flatten.variant
def list_of_pixels(image):
    if image.ndim == 2:
        return [value for row in image for value in row]
    return [value for row in image for pixel in row for value in pixel]


@flatten.variant
def loops_into_a_buffer(image):
    out = np.empty(image.size, dtype=image.dtype)
    for position, place in enumerate(np.ndindex(image.shape)):
        out[position] = image[place]
    return out


@flatten.variant
def rows_joined(image):
    rows = [row if row.ndim == 1 else np.concatenate(list(row)) for row in image]
    return np.concatenate(rows)


@flatten.variant
def recursive(image):
    if np.ndim(image) == 0:
        return [image]
    return np.array([value for part in image for value in recursive(part)])
