"""first_at_least: the place of the first number of a sorted row that is at least x."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise


@exercise(
    points=1,
    aspects={
        "between": "numbers below x come before the place, all others from it on.",
        "there": "where x is in the row, its first place is meant.",
        "ends": "the place may be 0, or the row's length when all numbers are below x.",
    },
    hints=["How many numbers are below x?"],
    forbidden=("numpy.searchsorted", "bisect"),
    integers=True,
)
def first_at_least(row, x):
    return int(np.sum(row < x))


@first_at_least.cases
def _(rng):
    row = np.cumsum(rng.integers(2, 6, 6))
    for place in (2, 4):
        yield "between", {"row": row, "x": int(row[place]) - 1}
        yield "there", {"row": np.insert(row, place, row[place]), "x": int(row[place])}
    yield "ends", {"row": row, "x": int(row[0]) - 1}
    yield "ends", {"row": row, "x": int(row[-1]) + 1}


@first_at_least.mistake("first_above", "Your place is that of the first number above x. x itself counts, too.")
def _(row, x):
    return int(np.sum(row <= x))


@first_at_least.mistake("from_one", "You count places from 1. Python counts them from 0.")
def _(row, x):
    return int(np.sum(row < x)) + 1


@first_at_least.variant
def loop(row, x):
    place = 0
    while place < len(row) and row[place] < x:
        place += 1
    return place
