"""Rows of numbers for more than one exercise, and what each has to do without."""

from __future__ import annotations

import numpy as np

READY_MADE = ("builtins.sorted", "numpy.sort", "numpy.argsort", "heapq")


def distinct(rng, size):
    """Distinct numbers in an order that is neither rising nor falling."""
    while True:
        row = rng.permutation(np.arange(1, 30))[:size]
        steps = np.diff(row)
        if (steps > 0).any() and (steps < 0).any():
            return row
