"""halving: the same place, found with a look at few of the numbers."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise


@exercise(
    points=3,
    aspects={
        "short rows": "the first place whose number is at least x.",
        "few looks": "each look at row[i] halves what is left: ten looks are enough for a thousand numbers.",
    },
    hints=["Look at the middle. Which half can be left out?", "Keep two places: the answer lies between them."],
    adapter="searching.counting_looks",
    forbidden=("numpy.searchsorted", "bisect"),
)
def halving(row, x):
    low, high = 0, len(row)
    while low < high:
        middle = (low + high) // 2
        if row[middle] < x:
            low = middle + 1
        else:
            high = middle
    return low


@halving.cases
def _(rng):
    row = np.cumsum(rng.integers(2, 6, 7))
    for place in (0, 3, 6):
        yield "short rows", {"row": row, "x": int(row[place])}
        yield "short rows", {"row": row, "x": int(row[place]) + 1}
    row = np.cumsum(rng.integers(2, 6, 500))
    for place in (0, 250, 499):
        yield "few looks", {"row": row, "x": int(row[place]), "most_looks": 10}


@halving.mistake("one_by_one", "You look at one number after the other. Leave out half of them with each look.")
def _(row, x):
    place = 0
    while place < len(row) and row[place] < x:
        place += 1
    return place


@halving.mistake("one_left_out", "Your search leaves the middle out, although it may be the answer.")
def _(row, x):
    low, high = 0, len(row)
    while low < high:
        middle = (low + high) // 2
        if row[middle] < x:
            low = middle + 1
        else:
            high = middle - 1
    return max(low, 0)


@halving.variant
def recursive(row, x):
    def search(low, high):
        if low == high:
            return low
        middle = (low + high) // 2
        return search(middle + 1, high) if row[middle] < x else search(low, middle)

    return search(0, len(row))
