"""Right solutions of max_pool2d in other styles."""

from __future__ import annotations

import numpy as np

from .max_pool2d import max_pool2d


@max_pool2d.variant
def single_maps(x, size, stride):
    def single(image):
        h, w = image.shape
        return [
            [image[i : i + size, j : j + size].max() for j in range(0, w - size + 1, stride)]
            for i in range(0, h - size + 1, stride)
        ]

    return np.array([[single(channel) for channel in image] for image in x])


@max_pool2d.variant
def four_loops(x, size, stride):
    n, c, h, w = x.shape
    h_out, w_out = 1 + (h - size) // stride, 1 + (w - size) // stride
    out = np.zeros((n, c, h_out, w_out), dtype=x.dtype)
    for image in range(n):
        for channel in range(c):
            for i in range(h_out):
                for j in range(w_out):
                    window = x[image, channel, i * stride : i * stride + size, j * stride : j * stride + size]
                    out[image, channel, i, j] = np.max(window)
    return out


@max_pool2d.variant
def batch_at_once(x, size, stride):
    n, c, h, w = x.shape
    out = np.empty((n, c, (h - size) // stride + 1, (w - size) // stride + 1))
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            window = x[:, :, i * stride : i * stride + size, j * stride : j * stride + size]
            out[:, :, i, j] = np.amax(window, axis=(2, 3))
    return out


@max_pool2d.variant
def sliding_window_view(x, size, stride):
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(2, 3))
    return np.max(windows[:, :, ::stride, ::stride], axis=(4, 5))


@max_pool2d.variant
def maps_in_a_row(x, size, stride):
    n, c, h, w = x.shape
    flat = x.reshape(n * c, h, w)
    rows, columns = range(0, h - size + 1, stride), range(0, w - size + 1, stride)
    out = np.stack(
        [flat[:, i : i + size, j : j + size].reshape(n * c, -1).max(axis=1) for i in rows for j in columns], axis=1
    )
    return out.reshape(n, c, len(rows), len(columns))


@max_pool2d.variant
def channels_last_inside(x, size, stride):
    images = x.transpose(0, 2, 3, 1)
    n, h, w, c = images.shape
    out = np.zeros((n, (h - size) // stride + 1, (w - size) // stride + 1, c))
    for i in range(out.shape[1]):
        for j in range(out.shape[2]):
            patch = images[:, i * stride : i * stride + size, j * stride : j * stride + size]
            out[:, i, j] = patch.max(axis=1).max(axis=1)
    return out.transpose(0, 3, 1, 2)


@max_pool2d.variant
def columns_of_windows(x, size, stride):
    """Like im2col: each window becomes a row, then the maximum of each row."""
    n, c, h, w = x.shape
    rows, columns = (h - size) // stride + 1, (w - size) // stride + 1
    top = stride * np.repeat(np.arange(rows), columns)[:, None] + np.repeat(np.arange(size), size)
    left = stride * np.tile(np.arange(columns), rows)[:, None] + np.tile(np.arange(size), size)
    return x[:, :, top, left].max(axis=3).reshape(n, c, rows, columns)
