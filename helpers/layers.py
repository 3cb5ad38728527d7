"""Fast layers of a convolutional network, forward and backward, in NumPy.

For use once they have been written by hand: the same signatures and results as in notebooks 04, 05 and 07. Images are
(N, C, H, W), filter banks (F, C, KH, KW), biases (F,); any real dtype goes in. Results are float32 when all that goes
in is float32 (or fits into it), else float64.

A convolution is a matrix product of the filters with the windows as columns. Two things make it fast. The columns are
made for a few images at a time, so that they stay in the processor's cache. And with stride 1 and some channels, the
windows are laid out for one row of the filter only: the columns of the next row of the filter are the same ones, one
row of the image further on.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import as_strided

Array = np.ndarray

_CACHE = 800_000  # bytes of columns and results to work on at a time
_FEW_CHANNELS = 4  # below, a matrix product for each row of the filter is too small to pay


def conv2d(x: Array, w: Array, b: Array, padding: int = 0, stride: int = 1) -> Array:
    """Convolution of a batch with a filter bank: (N, C, H, W), (F, C, KH, KW), (F,) to (N, F, H', W')."""
    x, w, b = _floats(x, w, b)
    return _convolve(x, w, b, (padding, padding), stride)


def conv2d_backward(dz: Array, x: Array, w: Array, padding: int = 0, stride: int = 1) -> tuple[Array, Array, Array]:
    """The loss's gradients by x, w and the biases: (dx, dw, db), from dz (N, F, H', W'), its gradient by the output."""
    dz, x, w = _floats(dz, x, w)
    db = dz.sum(axis=3).sum(axis=2).sum(axis=0)
    return _input_gradient(dz, x.shape, w, padding, stride), _weight_gradient(dz, x, w.shape, padding, stride), db


def max_pool2d(x: Array, size: int, stride: int) -> Array:
    """The largest value of each window, in each channel: (N, C, H, W) to (N, C, H', W'), of x's dtype."""
    rows, columns = ((side - size) // stride + 1 for side in x.shape[2:])
    by_row = _largest([x[:, :, i : i + stride * rows : stride][:, :, :rows] for i in range(size)])
    return _largest([by_row[..., j : j + stride * columns : stride][..., :columns] for j in range(size)])


def max_pool2d_argmax(x: Array, size: int, stride: int) -> tuple[Array, Array]:
    """`max_pool2d`, and where each maximum stands (the first one, row by row): its index into x.reshape(-1).

    Give these places to `max_pool2d_backward`, and it need not look for them again.
    """
    y = max_pool2d(x, size, stride)
    rows, columns = y.shape[2:]
    height, width = x.shape[2:]
    step = np.zeros(y.shape, np.intp)
    for i in reversed(range(size)):
        for j in reversed(range(size)):
            values = x[:, :, i : i + stride * rows : stride, j : j + stride * columns : stride][:, :, :rows, :columns]
            np.copyto(step, i * width + j, where=values == y)
    corner = stride * (width * np.arange(rows)[:, None] + np.arange(columns))
    first = (height * width * np.arange(x.shape[0] * x.shape[1])).reshape(*x.shape[:2], 1, 1)
    step += corner
    step += first
    return y, step


def max_pool2d_backward(dy: Array, x: Array, size: int, stride: int, places: Array | None = None) -> Array:
    """The loss's gradient by x (N, C, H, W), from dy (N, C, H', W'): each value of dy is added where the maximum was.

    Of equal values the first one counts, row by row.
    """
    (dy,) = _floats(dy)
    if places is None:
        places = max_pool2d_argmax(x, size, stride)[1]
    dx = np.zeros(x.size, dy.dtype)
    if stride >= size:  # no two windows share a place
        dx[places.reshape(-1)] = dy.reshape(-1)
    else:
        np.add.at(dx, places.reshape(-1), dy.reshape(-1))
    return dx.reshape(x.shape)


def relu(z: Array) -> Array:
    """The larger of z and 0, entry by entry."""
    result: Array = np.maximum(z, 0)
    return result


def relu_backward(da: Array, z: Array) -> Array:
    """The loss's gradient by z: da where z is above 0, else 0."""
    result: Array = np.multiply(da, z > 0)
    return result


@dataclass(frozen=True)
class _Columns:
    """Windows of a batch, laid out as columns when they are asked for.

    `images` (N, C, H, W) are padded to rows of `padded[1]` entries, `padded[0]` of them, their pixels from `corner` on.
    Of each, the columns are a view of the shape `view[0]`, with strides `view[1]` in entries. The results of a matrix
    product with the columns are rows of `pitch` entries, of which the first `shape[1]` are wanted. The filter is taken
    apart into `groups` matrices; the columns of each are those of the one before, `pitch` entries further on.
    """

    images: Array
    padded: tuple[int, int]
    corner: tuple[int, int]
    view: tuple[tuple[int, ...], tuple[int, ...]]
    groups: int
    entries: int
    shape: tuple[int, int]
    pitch: int

    @property
    def length(self) -> int:
        return (self.shape[0] - 1) * self.pitch + self.shape[1]

    def wanted(self, results: Array) -> Array:
        """The view (N, F, H', W') of the wanted entries of results (N, F, length)."""
        image, filter_, one = results.strides
        return as_strided(results, (*results.shape[:2], *self.shape), (image, filter_, self.pitch * one, one))

    def matrices(self, w: Array) -> Array:
        """The filters w (F, C, KH, KW) as matrices (groups, F, entries of a column)."""
        f, _, kh, _ = w.shape
        parts = w.transpose(2, 0, 1, 3) if self.groups == kh else w
        return np.ascontiguousarray(parts).reshape(self.groups, f, -1)

    def filters(self, matrices: Array, shape: tuple[int, ...]) -> Array:
        """The inverse of `matrices`."""
        f, c, kh, kw = shape
        return matrices.reshape(kh, f, c, kw).transpose(1, 2, 0, 3) if self.groups == kh else matrices.reshape(shape)


def _columns(x: Array, kh: int, kw: int, padding: tuple[int, int], stride: int) -> _Columns:
    (_, c, height, width), (top, left) = x.shape, padding
    rows, columns = (height + 2 * top - kh) // stride + 1, (width + 2 * left - kw) // stride + 1
    if rows < 1 or columns < 1:
        raise ValueError(f"a filter of {kh} by {kw} does not fit into {height} by {width} pixels, padding {padding}")
    # The zeros behind a row of pixels are the ones in front of the next row, so they are there only once.
    tall, pitch = height + 2 * top, width + left
    channel, out = tall * pitch, (rows, columns)
    if stride == 1 and c >= _FEW_CHANNELS:
        view = (c, kw, (tall - 1) * pitch + columns), (channel, 1, 1)
        return _Columns(x, (tall, pitch), padding, view, kh, c * kw, out, pitch)
    windows = (c, kh, kw, rows, columns), (channel, pitch, 1, stride * pitch, stride)
    return _Columns(x, (tall, pitch), padding, windows, 1, c * kh * kw, out, columns)


def _convolve(x: Array, w: Array, b: Array, padding: tuple[int, int], stride: int) -> Array:
    n, f = len(x), len(w)
    columns = _columns(x, w.shape[2], w.shape[3], padding, stride)
    matrices = columns.matrices(w)
    out = np.empty((n, f, *columns.shape), x.dtype)
    room = np.empty((2, _at_a_time(columns, f), f, columns.length), x.dtype)
    in_place = columns.pitch == columns.shape[1]  # all results are wanted: they go right to where they belong
    for images, block in _blocks(columns, room.shape[1]):
        z, more = room[:, : len(block[0])]
        if in_place:
            z = out[images].reshape(z.shape)
        np.matmul(matrices[0], block[0], out=z)
        for matrix, inputs in zip(matrices[1:], block[1:]):
            z += np.matmul(matrix, inputs, out=more)
        z += b[:, None]
        if not in_place:
            out[images] = columns.wanted(z)
    return out


def _weight_gradient(dz: Array, x: Array, shape: tuple[int, ...], padding: int, stride: int) -> Array:
    f, _, kh, kw = shape
    columns = _columns(x, kh, kw, (padding, padding), stride)
    # Between the wanted entries stay zeros, so that the unwanted ones count nothing. The product is fastest where both
    # matrices lie row by row in memory.
    room = np.zeros((_at_a_time(columns, f), columns.length, f), x.dtype)
    dw = np.zeros((columns.groups, columns.entries, f), x.dtype)
    for images, block in _blocks(columns, len(room)):
        spread = room[: len(block[0])]
        columns.wanted(spread.transpose(0, 2, 1))[...] = dz[images]
        for total, inputs in zip(dw, block):
            total += np.matmul(inputs, spread).sum(axis=0)
    return np.ascontiguousarray(columns.filters(dw.transpose(0, 2, 1), shape))


def _input_gradient(dz: Array, shape: tuple[int, ...], w: Array, padding: int, stride: int) -> Array:
    """Again a convolution: of dz, spread out by the stride, with the filters turned by half a turn."""
    size = w.shape[2:]
    margins = [max(k - 1 - padding, 0) for k in size]
    wanted = [side + k - 1 - 2 * margin for side, k, margin in zip(shape[2:], size, margins)]
    spread = dz
    if stride > 1 or list(dz.shape[2:]) != wanted:
        spread = np.zeros((*dz.shape[:2], *wanted), dz.dtype)
        (rows, from_rows), (columns, from_columns) = (
            _places(side, k, count, padding, stride) for side, k, count in zip(wanted, size, dz.shape[2:])
        )
        spread[:, :, rows, columns] = dz[:, :, from_rows, from_columns]
    turned = w.transpose(1, 0, 2, 3)[:, :, ::-1, ::-1]
    return _convolve(spread, turned, np.zeros(shape[1], w.dtype), (margins[0], margins[1]), 1)


def _places(side: int, k: int, count: int, padding: int, stride: int) -> tuple[slice, slice]:
    """Where on an axis of `side` entries dz's `count` entries go, and which: windows all in the padding have none."""
    left_out = max(padding - (k - 1), 0)
    first = -(-left_out // stride)
    start = first * stride - left_out
    many = max(min(count - first, -(-(side - start) // stride)), 0)
    return slice(start, start + stride * many, stride), slice(first, first + many)


def _at_a_time(columns: _Columns, filters: int) -> int:
    """How many images' columns and results fit into the cache together."""
    entries = math.prod(columns.view[0]) + 2 * filters * columns.length
    return int(min(max(_CACHE // (entries * columns.images.itemsize), 1), len(columns.images)))


def _blocks(columns: _Columns, many: int) -> Iterator[tuple[slice, list[Array]]]:
    """For `many` images at a time: which ones, and the columns (images, entries, length) of each group."""
    images, (tall, pitch), (top, left) = columns.images, columns.padded, columns.corner
    n, c, height, _ = images.shape
    padded = np.zeros(many * c * tall * pitch + left, images.dtype)
    pixels = padded[: many * c * tall * pitch].reshape(many, c, tall, pitch)[:, :, top : top + height, left:]
    shape, steps = columns.view
    strides = [padded.itemsize * step for step in (c * tall * pitch, *steps)]
    windows = as_strided(padded, (many, *shape), strides)
    room = np.empty(windows.shape, images.dtype)
    firsts = [group * columns.pitch for group in range(columns.groups)]
    for start in range(0, n, many):
        chosen = slice(start, min(start + many, n))
        block = room[: chosen.stop - start]
        pixels[: len(block)] = images[chosen]
        block[...] = windows[: len(block)]
        flat = block.reshape(len(block), columns.entries, -1)
        yield chosen, [flat[..., first : first + columns.length] for first in firsts]


def _largest(parts: list[Array]) -> Array:
    result = parts[0].copy()
    for part in parts[1:]:
        np.maximum(result, part, out=result)
    return result


def _floats(*arrays: Array) -> tuple[Array, ...]:
    """The arrays with the one floating-point dtype that holds them all."""
    dtype = np.result_type(np.float32, *arrays)
    return tuple(np.asarray(array, dtype) for array in arrays)
