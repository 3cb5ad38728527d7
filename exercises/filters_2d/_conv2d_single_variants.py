"""Right solutions of conv2d_single in other styles."""

from __future__ import annotations

import numpy as np

from .conv2d_single import conv2d_single


@conv2d_single.variant
def four_loops(x, w, b=0.0, padding=0, stride=1):
    height, width = x.shape
    kh, kw = w.shape
    padded = np.zeros((height + 2 * padding, width + 2 * padding))
    padded[padding : padding + height, padding : padding + width] = x
    h_out = (height + 2 * padding - kh) // stride + 1
    w_out = (width + 2 * padding - kw) // stride + 1
    out = np.zeros((h_out, w_out))
    for i in range(h_out):
        for j in range(w_out):
            for k in range(kh):
                for m in range(kw):
                    out[i, j] += padded[i * stride + k, j * stride + m] * w[k, m]
            out[i, j] += b
    return out


@conv2d_single.variant
def patch_sums(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    out = np.zeros(((x.shape[0] - kh) // stride + 1, (x.shape[1] - kw) // stride + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            row, column = i * stride, j * stride
            out[i, j] = np.sum(x[row : row + kh, column : column + kw] * w) + b
    return out


@conv2d_single.variant
def flattened_dots(x, w, b=0.0, padding=0, stride=1):
    x, w = np.pad(x, padding).astype(np.float64), w.astype(np.float64)
    kh, kw = w.shape
    rows = range(0, x.shape[0] - kh + 1, stride)
    columns = range(0, x.shape[1] - kw + 1, stride)
    flat = w.ravel()
    return np.array([[x[i : i + kh, j : j + kw].ravel() @ flat + b for j in columns] for i in rows])


@conv2d_single.variant
def nested_lists(x, w, b=0.0, padding=0, stride=1):
    x, w = np.pad(x, padding).tolist(), w.tolist()
    result = []
    for i in range(0, len(x) - len(w) + 1, stride):
        row = []
        for j in range(0, len(x[0]) - len(w[0]) + 1, stride):
            row.append(b + sum(x[i + k][j + m] * w[k][m] for k in range(len(w)) for m in range(len(w[0]))))
        result.append(row)
    return result


@conv2d_single.variant
def loop_over_weights(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x, padding)
    kh, kw = w.shape
    h_out = (x.shape[0] - kh) // stride + 1
    w_out = (x.shape[1] - kw) // stride + 1
    out = np.full((h_out, w_out), float(b))
    for k in range(kh):
        for m in range(kw):
            out += float(w[k, m]) * x[k : k + stride * h_out : stride, m : m + stride * w_out : stride]
    return out


@conv2d_single.variant
def skipping_the_padding(x, w, b=0.0, padding=0, stride=1):
    (height, width), (kh, kw) = x.shape, w.shape
    h_out = int((height + 2 * padding - kh) / stride) + 1
    w_out = int((width + 2 * padding - kw) / stride) + 1
    out = np.empty((h_out, w_out))
    for place in np.ndindex(h_out, w_out):
        total = 0.0
        for (k, m), weight in np.ndenumerate(w):
            i, j = place[0] * stride + k - padding, place[1] * stride + m - padding
            if 0 <= i < height and 0 <= j < width:
                total += float(weight) * float(x[i, j])
        out[place] = total + b
    return out


@conv2d_single.variant
def float32_inside(x, w, b=0.0, padding=0, stride=1):
    x, w = np.pad(x, padding).astype(np.float32), w.astype(np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape)[::stride, ::stride]
    return np.tensordot(windows, w, axes=([2, 3], [0, 1])) + np.float32(b)


@conv2d_single.variant
def types_as_they_come(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x, padding)
    kh, kw = w.shape
    rows, columns = (x.shape[0] - kh) // stride + 1, (x.shape[1] - kw) // stride + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.sum(x[i * stride : i * stride + kh, j * stride : j * stride + kw] * w) + b
    return out
