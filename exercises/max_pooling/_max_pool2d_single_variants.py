"""Right solutions of max_pool2d_single in other styles."""

from __future__ import annotations

import math

import numpy as np

from .max_pool2d_single import max_pool2d_single


@max_pool2d_single.variant
def two_loops(x, size, stride):
    h, w = x.shape
    out = np.zeros(((h - size) // stride + 1, (w - size) // stride + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.max(x[i * stride : i * stride + size, j * stride : j * stride + size])
    return out


@max_pool2d_single.variant
def four_loops_from_minus_infinity(x, size, stride):
    rows = int((x.shape[0] - size) / stride) + 1
    columns = int((x.shape[1] - size) / stride) + 1
    out = np.full((rows, columns), -np.inf)
    for i in range(rows):
        for j in range(columns):
            for di in range(size):
                for dj in range(size):
                    if x[i * stride + di, j * stride + dj] > out[i, j]:
                        out[i, j] = x[i * stride + di, j * stride + dj]
    return out


@max_pool2d_single.variant
def nested_lists(x, size, stride):
    def largest(top, left):
        return max(max(row[left : left + size]) for row in table[top : top + size])

    table = x.tolist()
    h, w = len(table), len(table[0])
    return [[largest(i, j) for j in range(0, w - size + 1, stride)] for i in range(0, h - size + 1, stride)]


@max_pool2d_single.variant
def sliding_window_view(x, size, stride):
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size))
    return windows[::stride, ::stride].max(axis=(-1, -2))


@max_pool2d_single.variant
def as_strided(x, size, stride):
    x = np.ascontiguousarray(x)
    rows, columns = ((n - size) // stride + 1 for n in x.shape)
    down, right = x.strides
    shape, steps = (rows, columns, size, size), (down * stride, right * stride, down, right)
    return np.lib.stride_tricks.as_strided(x, shape, steps).reshape(rows, columns, -1).max(axis=2)


@max_pool2d_single.variant
def shifted_copies(x, size, stride):
    """No loop over windows, but one over the places within a window."""
    rows, columns = ((n - size) // stride + 1 for n in x.shape)
    out = None
    for di in range(size):
        for dj in range(size):
            part = x[di : di + (rows - 1) * stride + 1 : stride, dj : dj + (columns - 1) * stride + 1 : stride]
            out = part.copy() if out is None else np.maximum(out, part)
    return out


@max_pool2d_single.variant
def rows_then_columns(x, size, stride):
    down = np.array([x[i : i + size].max(axis=0) for i in range(0, x.shape[0] - size + 1, stride)])
    return np.stack([down[:, j : j + size].max(axis=1) for j in range(0, x.shape[1] - size + 1, stride)], axis=1)


@max_pool2d_single.variant
def sorted_float32(x, size, stride):
    rows, columns = (math.floor((n - size) / stride + 1) for n in x.shape)
    out = np.empty((rows, columns), dtype=np.float32)
    for place in np.ndindex(rows, columns):
        top, left = place[0] * stride, place[1] * stride
        out[place] = np.sort(x[top : top + size, left : left + size], axis=None)[-1]
    return out
