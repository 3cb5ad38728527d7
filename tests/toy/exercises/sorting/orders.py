"""orders: a row that takes insertion sort as many shifts as possible, and one that takes it none."""

from __future__ import annotations

import numpy as np

from autograder.course import design

orders = design(
    "orders",
    {"slowest": np.array([6, 5, 4, 3, 2, 1]), "fastest": np.array([1, 2, 3, 4, 5, 6])},
    points=2,
    observe="sorting.shifts_of_first",
    aspects={
        "slowest": "each of its numbers has to move past all numbers in front of it.",
        "fastest": "no number has to move.",
    },
    hints=["When does a number stay where it is?"],
)


@orders.cases
def _(rng):
    for which in ("slowest", "fastest"):
        for first in (2, 4, 6):
            yield which, {"which": which, "first": first}


orders.mistake("swapped", "Your two rows are in the wrong order.", (np.arange(1, 7), np.arange(6, 0, -1)))
orders.mistake("both_fastest", "Both of your rows are sorted already.", (np.arange(1, 7), np.arange(1, 7)))
