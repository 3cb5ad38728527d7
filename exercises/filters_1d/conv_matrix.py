"""conv_matrix: the matrix (n', n) that does the same as a filter."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise
from exercises.forbidden import CONVOLUTIONS
from exercises.number_types import as_floats

from . import _arrays as arrays
from ._lecture import FINDER


@exercise(
    points=2,
    aspects={
        "values": "row i makes output i: the weights are in columns i, i + 1, ..., and all other entries are 0.",
        "padding": "padding adds 2 * padding rows and moves all weights `padding` columns to the left. Leave out "
        "weights that would multiply a padded zero: M has n columns.",
        "filter size": "M has n + 2 * padding - len(w) + 1 rows, for every size of filter.",
        "fractional weights": "the matrix must hold fractions: np.zeros((rows, n)) does.",
    },
    hints=[
        "Each row of M makes one output. Write down row 0, then row 1, for w = (a, b, c) without padding.",
        "Output i multiplies x[i + j - padding] by w[j], so M[i, i + j - padding] = w[j], "
        "unless that column doesn't exist.",
        "Or build the matrix for the padded signal, with n + 2 * padding columns. Then keep columns padding to padding "
        "+ n - 1: the others multiply only zeros.",
    ],
    forbidden=CONVOLUTIONS,
    worked=[("padding", {"w": FINDER, "n": 10, "padding": 1})],
)
def conv_matrix(w, n, padding=0):
    w = np.asarray(w, dtype=float)
    rows = n + 2 * padding - len(w) + 1
    padded = np.zeros((rows, n + 2 * padding))
    for i in range(rows):
        padded[i, i : i + len(w)] = w
    return padded[:, padding : padding + n]


@conv_matrix.cases
def _(rng):
    yield "values", {"w": arrays.kernel(rng, 3), "n": int(rng.integers(4, 6))}
    yield "values", as_floats({"w": arrays.kernel(rng, 3), "n": int(rng.integers(6, 8))})
    yield "padding", {"w": arrays.kernel(rng, 3), "n": int(rng.integers(4, 7)), "padding": 1}
    yield "padding", {"w": arrays.kernel(rng, 2), "n": int(rng.integers(4, 6)), "padding": 2}
    yield "padding", {"w": arrays.kernel(rng, 4), "n": int(rng.integers(5, 7)), "padding": 3}
    yield "filter size", {"w": arrays.kernel(rng, 2), "n": int(rng.integers(4, 6))}
    yield "filter size", {"w": arrays.kernel(rng, 4), "n": int(rng.integers(5, 8))}
    yield "filter size", {"w": arrays.kernel(rng, 5), "n": int(rng.integers(6, 8))}
    yield "fractional weights", {"w": arrays.halves(rng, 3), "n": int(rng.integers(4, 6))}
    yield "fractional weights", {"w": arrays.halves(rng, 4).astype(np.float32), "n": int(rng.integers(5, 7))}


@conv_matrix.mistake("transposed", "Your matrix has rows and columns swapped: each row of M makes one output.")
def _(w, n, padding=0):
    rows = n + 2 * padding - len(w) + 1
    m = np.zeros((n, rows))
    for i in range(rows):
        for j in range(len(w)):
            if 0 <= i + j - padding < n:
                m[i + j - padding, i] = w[j]
    return m


@conv_matrix.mistake(
    "flipped_filter",
    "Your matrix holds the flipped filter. The first weight multiplies the window's first sample, so it is furthest to "
    "the left.",
)
def _(w, n, padding=0):
    rows = n + 2 * padding - len(w) + 1
    m = np.zeros((rows, n))
    for i in range(rows):
        for j in range(len(w)):
            if 0 <= i + j - padding < n:
                m[i, i + j - padding] = w[len(w) - 1 - j]
    return m


@conv_matrix.mistake("padding_ignored", "Your matrix is the one without padding.")
def _(w, n, padding=0):
    m = np.zeros((n - len(w) + 1, n))
    for i in range(len(m)):
        m[i, i : i + len(w)] = w
    return m


@conv_matrix.mistake(
    "columns_for_the_padding",
    "Your matrix has columns for the padded zeros as well. M multiplies x itself, so it has n columns: cut off the "
    "outer ones.",
)
def _(w, n, padding=0):
    m = np.zeros((n + 2 * padding - len(w) + 1, n + 2 * padding))
    for i in range(len(m)):
        m[i, i : i + len(w)] = w
    return m


@conv_matrix.mistake(
    "wraps_around",
    "Your weights that reach past one edge come back at the other: M[i, -1] is the last column. Leave them out.",
)
def _(w, n, padding=0):
    rows = n + 2 * padding - len(w) + 1
    m = np.zeros((rows, n))
    for i in range(rows):
        for j in range(len(w)):
            m[i, (i + j - padding) % n] = w[j]
    return m


@conv_matrix.mistake(
    "moved_the_wrong_way",
    "Your matrix moves the weights to the right by `padding`. With zeros before the signal, the first window starts "
    "earlier: move them to the left.",
)
def _(w, n, padding=0):
    rows = n + 2 * padding - len(w) + 1
    m = np.zeros((rows, n))
    for i in range(rows):
        for j in range(len(w)):
            if i + j + padding < n:
                m[i, i + j + padding] = w[j]
    return m


@conv_matrix.mistake(
    "always_square",
    "Your matrix always has n rows. It needs one for each output: n + 2 * padding - len(w) + 1.",
)
def _(w, n, padding=0):
    m = np.zeros((n, n))
    for i in range(n):
        for j in range(len(w)):
            if 0 <= i + j - padding < n:
                m[i, i + j - padding] = w[j]
    return m


@conv_matrix.mistake(
    "whole_numbers",
    "Your matrix holds only integers: the weights' fractions are cut off. Use np.zeros((rows, n)) without an integer "
    "dtype.",
)
def _(w, n, padding=0):
    rows = n + 2 * padding - len(w) + 1
    m = np.zeros((rows, n), dtype=int)
    for i in range(rows):
        for j in range(len(w)):
            if 0 <= i + j - padding < n:
                m[i, i + j - padding] = w[j]
    return m


@conv_matrix.variant
def bounds_tested(w, n, padding=0):
    rows = n + 2 * padding - len(w) + 1
    m = np.zeros((rows, n))
    for i in range(rows):
        for j in range(len(w)):
            column = i + j - padding
            if 0 <= column < n:
                m[i, column] = w[j]
    return m


@conv_matrix.variant
def cut(w, n, padding=0):
    rows = n + 2 * padding - len(w) + 1
    return np.array([[0.0] * i + w.tolist() + [0.0] * (rows - 1 - i) for i in range(rows)])[:, padding : padding + n]


@conv_matrix.variant
def windows_of_identity(w, n, padding=0):
    padded = np.pad(np.eye(n), ((padding, padding), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, len(w), axis=0)
    return windows @ w.astype(float)


@conv_matrix.variant
def diagonals(w, n, padding=0):
    rows = n + 2 * padding - len(w) + 1
    m = np.zeros((rows, n))
    for j, weight in enumerate(w):
        m += float(weight) * np.eye(rows, n, k=j - padding)
    return m


@conv_matrix.variant
def nested_lists(w, n, padding=0):
    def entry(row, column):
        j = column - row + padding
        return float(w[j]) if 0 <= j < len(w) else 0.0

    return [[entry(row, column) for column in range(n)] for row in range(n + 2 * padding - len(w) + 1)]
