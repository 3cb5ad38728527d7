"""dz_dw: the derivatives of all outputs with respect to the weights, (k, n'): a wave of x's."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise

from . import _arrays as arrays


@exercise(
    points=2,
    aspects={
        "values": "column i holds the samples that output i uses: the window that starts at i.",
        "filter size": "there are k rows, one for each weight, and n + 2 * padding - k + 1 columns, one for each "
        "output.",
        "padding": "first put zeros on both sides of x. The padding may be 0, and also 2 or 3.",
        "number types": "fractions stay fractions: use a matrix of floats, np.zeros((k, n_out)).",
    },
    hints=[
        "How does z_i change when the first weight grows a little? In proportion to the sample that this weight "
        "multiplies there.",
        "z_i = w_0 * p_i + w_1 * p_(i+1) + w_2 * p_(i+2), for the padded signal p. Its derivative with respect to w_j "
        "is p_(i+j).",
        "So entry [j, i] of the matrix is padded[i + j]: row j is the padded signal, shifted by j.",
    ],
    forbidden=("torch",),
    worked=[("values", {"x": np.array([1, 2, 3, 4, 5]), "k": 3, "padding": 1})],
)
def dz_dw(x, k, padding):
    padded = np.pad(np.asarray(x, dtype=float), padding)
    columns = len(padded) - k + 1
    return np.array([padded[j : j + columns] for j in range(k)])


@dz_dw.cases
def _(rng):
    yield "values", {"x": arrays.different(rng, rng.integers(5, 7)), "k": 3, "padding": 1}
    yield "values", {"x": arrays.different(rng, rng.integers(7, 9)), "k": 3, "padding": 1}
    yield "filter size", {"x": arrays.different(rng, rng.integers(6, 8)), "k": 2, "padding": 1}
    yield "filter size", {"x": arrays.different(rng, rng.integers(7, 9)), "k": 5, "padding": 2}
    yield "filter size", {"x": arrays.different(rng, rng.integers(5, 7)), "k": 4, "padding": 1}
    yield "padding", {"x": arrays.different(rng, rng.integers(5, 7)), "k": 3, "padding": 0}
    yield "padding", {"x": arrays.different(rng, rng.integers(5, 7)), "k": 3, "padding": 2}
    yield "padding", {"x": arrays.different(rng, rng.integers(4, 6)), "k": 2, "padding": 3}
    yield "number types", {"x": arrays.different(rng, 5) + 0.5, "k": 3, "padding": 1}
    yield "number types", {"x": (arrays.different(rng, 6) / 4).astype(np.float32), "k": 2, "padding": 0}
    yield "number types", {"x": arrays.byte_values(rng, 5), "k": 3, "padding": 1}


@dz_dw.mistake(
    "transposed",
    "Your matrix is transposed: it has a row for each output. It needs a row for each weight and a column for each "
    "output.",
)
def _(x, k, padding):
    return np.lib.stride_tricks.sliding_window_view(np.pad(x.astype(float), padding), k)


@dz_dw.mistake(
    "windows_turned_around",
    "Your windows are reversed. The first weight multiplies each window's first sample, so the first row holds those "
    "samples.",
)
def _(x, k, padding):
    return np.lib.stride_tricks.sliding_window_view(np.pad(x.astype(float), padding), k).T[::-1]


@dz_dw.mistake("padding_ignored", "Your matrix is what you get without padding.")
def _(x, k, padding):
    columns = len(x) - k + 1
    return np.array([x[j : j + columns].astype(float) for j in range(k)])


@dz_dw.mistake(
    "padding_in_front_only", "Your matrix is what you get when zeros are added only before x. They go on both sides."
)
def _(x, k, padding):
    padded = np.concatenate([np.zeros(padding), x])
    columns = len(padded) - k + 1
    return np.array([padded[j : j + columns] for j in range(k)])


@dz_dw.mistake(
    "edge_repeated",
    "Your matrix is what you get when the first and last samples are repeated as padding. Padding means zeros here.",
)
def _(x, k, padding):
    padded = np.pad(x.astype(float), padding, mode="edge")
    return np.array([padded[j : j + len(padded) - k + 1] for j in range(k)])


@dz_dw.mistake(
    "last_column_missing",
    "Your matrix has one column too few. There are n + 2 * padding - k + 1 windows, including the last one.",
)
def _(x, k, padding):
    padded = np.pad(x.astype(float), padding)
    return np.array([padded[j : j + len(padded) - k] for j in range(k)])


@dz_dw.mistake("always_three", "Your matrix has three rows, whatever k is. It needs a row for each weight.")
def _(x, k, padding):
    padded = np.pad(x.astype(float), padding)
    return np.array([padded[j : j + len(padded) - 2] for j in range(3)])


@dz_dw.mistake(
    "as_many_columns_as_samples",
    "Your matrix has a column for each sample of x. It needs one for each output, and their number depends on the "
    "padding.",
)
def _(x, k, padding):
    padded = np.pad(x.astype(float), (padding, max(padding, k)))
    return np.array([padded[j : j + len(x)] for j in range(k)])


@dz_dw.mistake(
    "empty_slice",
    "Your function fails with padding 0: padded[padding:-padding] is padded[0:-0], which is empty. Write "
    "padded[padding : padding + len(x)].",
)
def _(x, k, padding):
    padded = np.zeros(len(x) + 2 * padding)
    padded[padding:-padding] = x
    return np.array([padded[j : j + len(padded) - k + 1] for j in range(k)])


@dz_dw.mistake(
    "whole_numbers", "Your matrix holds integers: fractions are cut off. Use np.zeros(...) without dtype=int."
)
def _(x, k, padding):
    out = np.zeros((k, len(x) + 2 * padding - k + 1), dtype=int)
    padded = np.pad(x.astype(float), padding)
    for j in range(k):
        out[j] = padded[j : j + out.shape[1]]
    return out


@dz_dw.variant
def loops(x, k, padding):
    n_out = len(x) + 2 * padding - k + 1
    out = np.zeros((k, n_out))
    for j in range(k):
        for i in range(n_out):
            position = i + j - padding
            if 0 <= position < len(x):
                out[j, i] = x[position]
    return out


@dz_dw.variant
def windows(x, k, padding):
    padded = np.concatenate([np.zeros(padding), x, np.zeros(padding)])
    return np.lib.stride_tricks.sliding_window_view(padded, k).T


@dz_dw.variant
def columns(x, k, padding):
    padded = np.zeros(len(x) + 2 * padding)
    padded[padding : padding + len(x)] = x
    return np.column_stack([padded[i : i + k] for i in range(len(padded) - k + 1)])


@dz_dw.variant
def nested_lists(x, k, padding):
    padded = [0.0] * padding + [float(value) for value in x] + [0.0] * padding
    return [padded[j : len(padded) - k + 1 + j] for j in range(k)]
