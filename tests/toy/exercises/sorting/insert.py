"""insert: a number put into a sorted row."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise

from ._rows import READY_MADE, distinct


@exercise(
    points=2,
    aspects={
        "middle": "everything before x is at most x, everything behind it is larger.",
        "ends": "x may belong in front of everything, or behind it.",
    },
    hints=["How many numbers of the row are at most x?", "np.concatenate puts three pieces together."],
    forbidden=READY_MADE,
)
def insert(row, x):
    place = int(np.sum(row <= x))
    return np.concatenate([row[:place], [x], row[place:]])


@insert.cases
def _(rng):
    for size in (3, 5, 6):
        row = np.sort(distinct(rng, size)) * 2
        yield "middle", {"row": row, "x": int(row[size // 2]) - 1}
    for size in (3, 4):
        row = np.sort(distinct(rng, size))
        yield "ends", {"row": row, "x": int(row[0]) - 1}
        yield "ends", {"row": row, "x": int(row[-1]) + 1}


@insert.mistake("appended", "You put x at the end, wherever it belongs.")
def _(row, x):
    return np.append(row, x)


@insert.mistake("replaced", "You put x in the place of a number, which is lost.")
def _(row, x):
    row = row.copy()
    row[min(int(np.sum(row <= x)), len(row) - 1)] = x
    return row


@insert.variant
def from_the_right(row, x):
    out = list(row)
    place = len(out)
    while place > 0 and out[place - 1] > x:
        place -= 1
    return np.array([*out[:place], x, *out[place:]])


@insert.variant
def with_numpy(row, x):
    return np.insert(row, np.count_nonzero(row <= x), x)
