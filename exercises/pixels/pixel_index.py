"""pixel_index: where a pixel of an image (H, W) is in the flattened image."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise


@exercise(
    points=1,
    aspects={
        "values": "count the pixels that come before this one: the full rows above it, and those to its left.",
        "edges of the image": "rows and columns count from 0, "
        "so the first pixel of row 2 has exactly two full rows before it.",
    },
    hints=[
        "How many pixels come before the first pixel of row 1? Of row 2? Of row `row`?",
        "Each row above holds `width` pixels. In the pixel's own row, `col` more are to its left.",
    ],
    integers=True,
    worked=[("values", {"row": 1, "col": 4, "width": 5}), ("values", {"row": 3, "col": 4, "width": 5})],
)
def pixel_index(row, col, width):
    return row * width + col


@pixel_index.cases
def _(rng):
    for most in (6, 12, 90):
        width = int(rng.integers(most // 2 + 2, most + 3))
        row = int(rng.integers(1, most))
        col = int(rng.choice([other for other in range(1, width) if other != row]))
        yield "values", {"row": row, "col": col, "width": width}
    width = int(rng.integers(30, 90))
    yield "edges of the image", {"row": 0, "col": int(rng.integers(2, width)), "width": width}
    yield "edges of the image", {"row": int(rng.integers(2, 90)), "col": 0, "width": width}
    yield "edges of the image", {"row": int(rng.integers(100, 200)), "col": width - 1, "width": width}


@pixel_index.mistake(
    "row_and_column_swapped",
    "Your output is what you get when row and column are swapped in the formula: col * width + row.",
)
def _(row, col, width):
    return col * width + row


@pixel_index.mistake(
    "counted_from_one", "Your output is what you get when the first pixel is number 1. Positions count from 0."
)
def _(row, col, width):
    return row * width + col + 1


@pixel_index.mistake(
    "row_and_column_from_one",
    "Your output is what you get when row and column are counted from 1. They count from 0.",
)
def _(row, col, width):
    return (row - 1) * width + (col - 1)


@pixel_index.mistake(
    "row_too_short",
    "Your output is what you get when a row is assumed to hold width - 1 pixels. A row holds width pixels.",
)
def _(row, col, width):
    return row * (width - 1) + col


@pixel_index.variant
def formula(row, col, width):
    return row * width + col


@pixel_index.variant
def numpy(row, col, width):
    return np.ravel_multi_index((row, col), (row + 1, width))


@pixel_index.variant
def grid(row, col, width):
    numbers = np.arange((row + 1) * width).reshape(row + 1, width)
    return numbers[row, col]


@pixel_index.variant
def counting(row, col, width):
    before = 0
    for r in range(row + 1):
        for c in range(width):
            if (r, c) == (row, col):
                return before
            before += 1
