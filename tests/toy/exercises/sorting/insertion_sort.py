"""insertion_sort: a row, sorted by insertion."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise

from ._rows import READY_MADE, distinct
from .insert import insert


@exercise(
    points=3,
    aspects={
        "order": "the result rises from left to right.",
        "repeats": "a number that is there twice stays there twice.",
        "short": "a row of one number is sorted already.",
    },
    hints=["Start with an empty row, and insert one number after the other."],
    worked=[("order", {"row": np.array([3, 1, 2])})],
    forbidden=READY_MADE,
)
def insertion_sort(row):
    out = row[:0]
    for x in row:
        out = insert(out, x)
    return out


@insertion_sort.cases
def _(rng):
    for size in (4, 5, 7):
        yield "order", {"row": distinct(rng, size)}
    for size in (3, 4):
        row = distinct(rng, size)
        yield "repeats", {"row": np.concatenate([row, row[:2]])}
    yield "short", {"row": distinct(rng, 3)[:1]}


@insertion_sort.mistake("falling", "Your row falls from left to right: the largest number comes first.")
def _(row):
    return np.sort(row)[::-1]


@insertion_sort.mistake("repeats_lost", "Of numbers that are there twice, one is lost.")
def _(row):
    return np.unique(row)


@insertion_sort.mistake("one_pass", "One pass over the row is not enough: a number moves by one place only.")
def _(row):
    row = row.copy()
    for i in range(1, len(row)):
        if row[i - 1] > row[i]:
            row[[i - 1, i]] = row[[i, i - 1]]
            break
    return row


@insertion_sort.variant
def in_place_on_a_copy(row):
    row = row.copy()
    for i in range(1, len(row)):
        x, j = row[i], i
        while j > 0 and row[j - 1] > x:
            row[j] = row[j - 1]
            j -= 1
        row[j] = x
    return row


@insertion_sort.variant
def smallest_first(row):
    rest, out = list(row), []
    while rest:
        out.append(rest.pop(rest.index(min(rest))))
    return out
