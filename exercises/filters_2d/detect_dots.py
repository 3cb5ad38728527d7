"""detect_dots: the places of all 1s whose eight neighbours are 0."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise
from exercises.forbidden import CONVOLUTIONS
from exercises.number_types import as_floats
from exercises.telling import telling

from ._lecture import HI


@exercise(
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

    def told(drawn, *names):
        return telling(detect_dots, drawn, *names)

    by_chance = ("wraps_around", "four_neighbours", "columns_first", "rows_and_columns_apart")
    yield "values", told(draw(5, 6, places=inside(5, 6)), "every_one", "corner_of_the_patch")
    yield "values", as_floats(told(draw(7, 6, places=inside(7, 6)), "every_one", "edges_missed", *by_chance))
    yield "edges", told(draw(4, 5, places=lambda row, column: row == 0), "edges_missed", *by_chance)
    yield "edges", told(draw(5, 4, places=lambda row, column: column == 3), "edges_missed")
    yield "edges", told(draw(5, 7, places=lambda row, column: row == 4), "wraps_around")
    yield "edges", told(draw(6, 5, places=lambda row, column: column == 0), "wraps_around")
    corner = np.zeros((4, 6), dtype=int)
    corner[rng.choice([0, 3]), rng.choice([0, 5])] = 1
    corner[int(rng.integers(1, 3)), int(rng.integers(2, 4))] = 1
    yield "edges", {"image": corner}
    yield "edges", {"image": rng.permutation([[1, 0, 1, 1, 0, 0, 1], [1, 0, 0, 1, 0, 1, 1]])[:1]}
    yield "touching corners", told(draw(5, 6, 0.35), "four_neighbours", "columns_first")
    yield "touching corners", told(draw(6, 5, 0.35), "four_neighbours")
    # One neighbour in each of the eight places, so that none can be forgotten.
    for row, column in ((-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1)):
        pair = np.zeros((4, 7), dtype=int)
        middle = int(rng.integers(1, 3))
        pair[middle, 1] = pair[middle + row, 1 + column] = 1
        pair[int(rng.integers(0, 4)), int(rng.integers(4, 7))] = 1
        yield "touching corners", {"image": pair}
    yield "order", told(draw(5, 7, 0.3), "column_before_row", "every_one", *by_chance)
    yield "order", told(draw(7, 5, 0.3), "column_before_row", "columns_first", "rows_and_columns_apart")
    drawn = draw(5, 6, places=inside(5, 6))
    yield "number types", told(lambda: {"image": drawn()["image"].astype(np.uint8)}, "below_zero_in_bytes")
    yield "number types", told(lambda: {"image": drawn()["image"].astype(float)}, "every_one", *by_chance)


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
    "Your places are the patches' top left corners. The dot is in the middle, one further down and right. The "
    "edges also need padding.",
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
    "Your uint8 numbers are subtracted as uint8: 0 - 1 gives 255. Convert the image to int or float first.",
)
def _(image):
    return _dots(_around(image))


@detect_dots.mistake(
    "float_places",
    "The places are right, but they are floats, which cannot be used as indices. Return rows and columns as integers.",
)
def _(image):
    return np.array(_dots(_around(image.astype(int))), dtype=float)


@detect_dots.variant
def two_loops(image):
    height, width = image.shape
    padded = np.pad(image, 1)
    dots = []
    for i in range(height):
        for j in range(width):
            if padded[i + 1, j + 1] == 1 and padded[i : i + 3, j : j + 3].sum() == 1:
                dots.append((i, j))
    return dots


@detect_dots.variant
def argwhere(image):
    p = np.pad(image.astype(float), 1)
    windows = np.lib.stride_tricks.sliding_window_view(p, (3, 3))
    w = -np.ones((3, 3))
    w[1, 1] = 1
    return np.argwhere(np.einsum("ijkl,kl->ij", windows, w) > 0)


@detect_dots.variant
def lists_of_lists(image):
    p = np.pad(image.astype(int), 1)
    height, width = image.shape
    z = np.zeros((height, width))
    for k in range(3):
        for m in range(3):
            z += p[k : k + height, m : m + width] * (1 if (k, m) == (1, 1) else -1)
    return np.argwhere(np.maximum(z, 0)).tolist()


@detect_dots.variant
def zip_of_nonzero(image):
    ones = image > 0
    p = np.pad(ones, 1)
    lonely = ones.copy()
    for i, j in ((0, 0), (0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1), (2, 2)):
        lonely &= ~p[i : i + image.shape[0], j : j + image.shape[1]]
    return list(zip(*np.nonzero(lonely)))


@detect_dots.variant
def neighbours_in_range(image):
    height, width = image.shape
    dots = []
    for i, j in np.ndindex(height, width):
        patch = image[max(i - 1, 0) : i + 2, max(j - 1, 0) : j + 2]
        if image[i, j] and np.count_nonzero(patch) == 1:
            dots.append((i, j))
    return dots
