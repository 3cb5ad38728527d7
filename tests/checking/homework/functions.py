"""Wrong functions as in questions about homework on convolutional networks: the exercise, what is wrong, and its names.

The names are those that are true of the function, of known mistakes as well as of what any exercise may have. They were
written down before any check had seen the functions; where one was added afterwards, a comment says why it is true.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Homework:
    """A wrong function: what is wrong with it, and the names that are true of it."""

    exercise: str
    what: str
    names: frozenset[str]
    function: Callable[..., Any]


HOMEWORK: list[Homework] = []


def wrong(exercise: str, what: str, *names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorator that adds a function to the list, under the name that its exercise calls."""

    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        function.__name__ = exercise
        HOMEWORK.append(Homework(exercise, what, frozenset(names), function))
        return function

    return add


# Convolution, forwards
@wrong("conv2d", "return inside the loop over images", "only_the_first", "first_image_only", "return_in_the_loop")
def _(x, w, b, padding=0, stride=1):
    N, _, H, W = x.shape
    F, _, HH, WW = w.shape
    x_pad = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), mode="constant")
    out = np.zeros((N, F, 1 + (H + 2 * padding - HH) // stride, 1 + (W + 2 * padding - WW) // stride))
    for n in range(N):
        for f in range(F):
            for i in range(out.shape[2]):
                for j in range(out.shape[3]):
                    patch = x_pad[n, :, i * stride : i * stride + HH, j * stride : j * stride + WW]
                    out[n, f, i, j] = np.sum(1.0 * patch * w[f]) + b[f]
        return out


@wrong("conv2d", "padding on all four axes of the batch", "padding_on_every_axis")
def _(x, w, b, padding=0, stride=1):
    N, _, H, W = x.shape
    F, _, HH, WW = w.shape
    C = x.shape[1]
    x_pad = np.pad(x.astype(float), padding)
    Ho, Wo = (H + 2 * padding - HH) // stride + 1, (W + 2 * padding - WW) // stride + 1
    out = np.zeros((N, F, Ho, Wo))
    for n in range(N):
        for f in range(F):
            for i in range(Ho):
                for j in range(Wo):
                    out[n, f, i, j] = (
                        np.sum(x_pad[n, :C, i * stride : i * stride + HH, j * stride : j * stride + WW] * w[f]) + b[f]
                    )
    return out


@wrong("conv2d", "the stride is used for the size of the output only", "stride_in_the_size_only")
def _(x, w, b, padding=0, stride=1):
    N, _, H, W = x.shape
    F, _, HH, WW = w.shape
    x_pad = np.pad(x.astype(float), ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    H_out, W_out = 1 + (H + 2 * padding - HH) // stride, 1 + (W + 2 * padding - WW) // stride
    out = np.zeros((N, F, H_out, W_out))
    for i in range(H_out):
        for j in range(W_out):
            for f in range(F):
                out[:, f, i, j] = np.sum(x_pad[:, :, i : i + HH, j : j + WW] * w[f], axis=(1, 2, 3)) + b[f]
    return out


@wrong(
    "conv2d",
    "the loops go over the padded image in steps, but the results are stored at i and j",
    "stride_on_the_output",
)
def _(x, w, b, padding=0, stride=1):
    N, _, H, W = x.shape
    F, _, HH, WW = w.shape
    x_pad = np.pad(x.astype(float), ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    out = np.zeros((N, F, H + 2 * padding - HH + 1, W + 2 * padding - WW + 1))
    for n in range(N):
        for f in range(F):
            for i in range(0, H + 2 * padding - HH + 1, stride):
                for j in range(0, W + 2 * padding - WW + 1, stride):
                    out[n, f, i, j] = np.sum(x_pad[n, :, i : i + HH, j : j + WW] * w[f]) + b[f]
    return out


@wrong("conv2d", "the bias of the image's number", "other_bias", "bias_of_the_image")
def _(x, w, b, padding=0, stride=1):
    N, _, H, W = x.shape
    F, _, HH, WW = w.shape
    x_pad = np.pad(x.astype(float), ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    out = np.zeros((N, F, 1 + (H + 2 * padding - HH) // stride, 1 + (W + 2 * padding - WW) // stride))
    for n in range(N):
        for f in range(F):
            for i in range(out.shape[2]):
                for j in range(out.shape[3]):
                    window = x_pad[n, :, i * stride : i * stride + HH, j * stride : j * stride + WW]
                    out[n, f, i, j] = np.sum(window * w[f]) + b[n % F]
    return out


@wrong(
    "conv2d",
    "matrix of windows, reshaped to (N, F, H', W') without a transpose",
    "reshaped_not_transposed",
    "not_transposed",
)
def _(x, w, b, padding=0, stride=1):
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    x_pad = np.pad(x.astype(float), ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    Ho, Wo = (H + 2 * padding - HH) // stride + 1, (W + 2 * padding - WW) // stride + 1
    cols = []
    for n in range(N):
        for i in range(Ho):
            for j in range(Wo):
                cols.append(x_pad[n, :, i * stride : i * stride + HH, j * stride : j * stride + WW].ravel())
    out = np.array(cols) @ w.reshape(F, C * HH * WW).T + b
    return out.reshape(N, F, Ho, Wo)


@wrong("conv2d", "padding and stride fixed as in the text of the homework", "padding_always_one", "stride_ignored")
def _(x, w, b, padding=0, stride=1):
    pad, S = 1, 1
    N, _, H, W = x.shape
    F, _, HH, WW = w.shape
    x_pad = np.pad(x.astype(float), ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    H_out, W_out = 1 + (H + 2 * pad - HH) // S, 1 + (W + 2 * pad - WW) // S
    out = np.zeros((N, F, H_out, W_out))
    for n in range(N):
        for f in range(F):
            for i in range(H_out):
                for j in range(W_out):
                    out[n, f, i, j] = np.sum(x_pad[n, :, i * S : i * S + HH, j * S : j * S + WW] * w[f]) + b[f]
    return out


@wrong("conv2d", "sum over the axes of rows and columns only, the last channel is kept", "last_channel_only")
def _(x, w, b, padding=0, stride=1):
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    x_pad = np.pad(x.astype(float), ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    out = np.zeros((N, F, 1 + (H + 2 * padding - HH) // stride, 1 + (W + 2 * padding - WW) // stride))
    for n in range(N):
        for f in range(F):
            for c in range(C):
                for i in range(out.shape[2]):
                    for j in range(out.shape[3]):
                        top, left = i * stride, j * stride
                        out[n, f, i, j] = np.sum(x_pad[n, c, top : top + HH, left : left + WW] * w[f, c]) + b[f]
    return out


# Added: with zeros on one side only, every number and the size would be the same.
@wrong("conv2d", "the padding is counted once in the size of the output", "padding_once", "padding_on_one_side")
def _(x, w, b, padding=0, stride=1):
    N, _, H, W = x.shape
    F, _, HH, WW = w.shape
    x_pad = np.pad(x.astype(float), ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    H_out, W_out = 1 + (H + padding - HH) // stride, 1 + (W + padding - WW) // stride
    out = np.zeros((N, F, H_out, W_out))
    for i in range(H_out):
        for j in range(W_out):
            for f in range(F):
                window = x_pad[:, :, i * stride : i * stride + HH, j * stride : j * stride + WW]
                out[:, f, i, j] = np.sum(window * w[f], axis=(1, 2, 3)) + b[f]
    return out


@wrong("conv2d", "the window moves by the filter's size, and the rest stays 0", "steps_of_the_filter")
def _(x, w, b, padding=0, stride=1):
    N, _, H, W = x.shape
    F, _, HH, WW = w.shape
    x_pad = np.pad(x.astype(float), ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    out = np.zeros((N, F, 1 + (H + 2 * padding - HH) // stride, 1 + (W + 2 * padding - WW) // stride))
    for n in range(N):
        for f in range(F):
            for i in range(out.shape[2]):
                for j in range(out.shape[3]):
                    hs, ws = i * HH, j * WW
                    if hs + HH <= x_pad.shape[2] and ws + WW <= x_pad.shape[3]:
                        out[n, f, i, j] = np.sum(x_pad[n, :, hs : hs + HH, ws : ws + WW] * w[f]) + b[f]
    return out


@wrong("conv2d_single", "the loops stop one early, so that the last row and column stay 0", "all_but_the_last")
def _(x, w, b=0.0, padding=0, stride=1):
    x_pad = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    rows, cols = (x_pad.shape[0] - kh) // stride + 1, (x_pad.shape[1] - kw) // stride + 1
    out = np.zeros((rows, cols))
    for i in range(rows - 1):
        for j in range(cols - 1):
            out[i, j] = np.sum(x_pad[i * stride : i * stride + kh, j * stride : j * stride + kw] * w) + b
    return out


@wrong("conv2d_single", "real convolution: the kernel is rotated by 180 degrees", "flipped_filter")
def _(x, w, b=0.0, padding=0, stride=1):
    x_pad = np.pad(x.astype(float), padding)
    kernel = np.flip(w)
    kh, kw = kernel.shape
    rows = range(0, x_pad.shape[0] - kh + 1, stride)
    cols = range(0, x_pad.shape[1] - kw + 1, stride)
    return np.array([[(x_pad[i : i + kh, j : j + kw] * kernel).sum() + b for j in cols] for i in rows])


@wrong("conv2d_single", "rows are counted by the width", "height_and_width_swapped", "axes_swapped", "sizes_swapped")
def _(x, w, b=0.0, padding=0, stride=1):
    x_pad = np.pad(x.astype(float), padding)
    W, H = x_pad.shape
    kh, kw = w.shape
    out = np.zeros(((H - kh) // stride + 1, (W - kw) // stride + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.sum(x_pad[i * stride : i * stride + kh, j * stride : j * stride + kw] * w) + b
    return out


@wrong(
    "conv2d_single",
    "padding is half the kernel, whatever is asked for",
    "padding_from_the_filter",
    "always_same_padding",
)
def _(x, w, b=0.0, padding=0, stride=1):
    kh, kw = w.shape
    x_pad = np.pad(x.astype(float), ((kh // 2, kh // 2), (kw // 2, kw // 2)))
    rows, cols = (x_pad.shape[0] - kh) // stride + 1, (x_pad.shape[1] - kw) // stride + 1
    out = np.zeros((rows, cols))
    for i in range(rows):
        for j in range(cols):
            out[i, j] = np.sum(x_pad[i * stride : i * stride + kh, j * stride : j * stride + kw] * w) + b
    return out


@wrong("conv2d_single", "stride fixed at 2", "stride_always_two")
def _(x, w, b=0.0, padding=0, stride=1):
    x_pad = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    rows, cols = (x_pad.shape[0] - kh) // 2 + 1, (x_pad.shape[1] - kw) // 2 + 1
    out = np.zeros((rows, cols))
    for i in range(rows):
        for j in range(cols):
            out[i, j] = np.sum(x_pad[2 * i : 2 * i + kh, 2 * j : 2 * j + kw] * w) + b
    return out


@wrong(
    "conv2d_single",
    "the output has the dtype of the image",
    "integer_results",
    "small_integers",
    "dtype_of_the_image",
    "cut_to_integers",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x_pad = np.pad(x, padding)
    kh, kw = w.shape
    rows, cols = (x_pad.shape[0] - kh) // stride + 1, (x_pad.shape[1] - kw) // stride + 1
    out = np.zeros((rows, cols), dtype=int)
    for i in range(rows):
        for j in range(cols):
            out[i, j] = np.sum(1.0 * x_pad[i * stride : i * stride + kh, j * stride : j * stride + kw] * w) + b
    return out


@wrong("conv2d_windows", "padding is always 1", "padding_always_one")
def _(x, w, b=0.0, padding=0, stride=1):
    x_pad = np.pad(x.astype(float), 1)
    view = np.lib.stride_tricks.sliding_window_view(x_pad, w.shape)[::stride, ::stride]
    return np.einsum("ijkl,kl->ij", view, w.astype(float)) + b


@wrong(
    "conv3d",
    "the stride is forgotten for the start in depth",
    "depth_step_1",
    "stride_in_the_size_only",
    "depth_without_stride",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x_pad = np.pad(x.astype(float), padding)
    kd, kh, kw = w.shape
    D, H, W = ((n - k) // stride + 1 for n, k in zip(x_pad.shape, w.shape))
    out = np.zeros((D, H, W))
    for d in range(D):
        for i in range(H):
            for j in range(W):
                box = x_pad[d : d + kd, i * stride : i * stride + kh, j * stride : j * stride + kw]
                out[d, i, j] = np.sum(box * w) + b
    return out


@wrong(
    "filter_bank", "the filter's number is used for the channel as well", "channel_of_the_filter", "one_channel_only"
)
def _(x, w, b, padding=0, stride=1):
    C, H, W = x.shape
    F, _, HH, WW = w.shape
    x_pad = np.pad(x.astype(float), ((0, 0), (padding, padding), (padding, padding)))
    out = np.zeros((F, (H + 2 * padding - HH) // stride + 1, (W + 2 * padding - WW) // stride + 1))
    for f in range(F):
        for i in range(out.shape[1]):
            for j in range(out.shape[2]):
                window = x_pad[f % C, i * stride : i * stride + HH, j * stride : j * stride + WW]
                out[f, i, j] = np.sum(window * w[f, f % C]) + b[f]
    return out


@wrong("conv1d", "the last window is forgotten", "last_window_missing")
def _(x, w, b=0.0, padding=0, stride=1):
    x_pad = np.concatenate([np.zeros(padding), x, np.zeros(padding)])
    return np.array([np.sum(x_pad[i : i + len(w)] * w) + b for i in range(0, len(x_pad) - len(w), stride)])


# im2col
@wrong("im2col", "columns for windows, as in the homework", "columns_are_windows", "transposed_result")
def _(x, kh, kw, padding=0, stride=1):
    N, _, H, W = x.shape
    x_pad = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    Ho, Wo = (H + 2 * padding - kh) // stride + 1, (W + 2 * padding - kw) // stride + 1
    cols = []
    for n in range(N):
        for i in range(Ho):
            for j in range(Wo):
                cols.append(x_pad[n, :, i * stride : i * stride + kh, j * stride : j * stride + kw].reshape(-1))
    return np.stack(cols, axis=1)


@wrong("im2col", "the image's number changes fastest, as in the homework's version", "images_last")
def _(x, kh, kw, padding=0, stride=1):
    N, C, H, W = x.shape
    x_pad = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    Ho, Wo = (H + 2 * padding - kh) // stride + 1, (W + 2 * padding - kw) // stride + 1
    rows = np.empty((Ho, Wo, N, C * kh * kw), dtype=x.dtype)
    for i in range(Ho):
        for j in range(Wo):
            window = x_pad[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            rows[i, j] = window.reshape(N, -1)
    return rows.reshape(-1, C * kh * kw)


@wrong(
    "im2col",
    "the output's height is used for its width",
    "square_image_assumed",
    "height_for_width",
    "square_image_only",
)
def _(x, kh, kw, padding=0, stride=1):
    N, _, H, _ = x.shape
    x_pad = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    Ho = (H + 2 * padding - kh) // stride + 1
    cols = []
    for n in range(N):
        for i in range(Ho):
            for j in range(Ho):
                cols.append(x_pad[n, :, i * stride : i * stride + kh, j * stride : j * stride + kw].reshape(-1))
    return np.array(cols)


# Pooling, forwards
@wrong("max_pool2d", "the window is as large as the stride", "window_from_the_stride", "stride_for_size")
def _(x, size, stride):
    N, C, H, W = x.shape
    Ho, Wo = (H - size) // stride + 1, (W - size) // stride + 1
    out = np.zeros((N, C, Ho, Wo), dtype=x.dtype)
    for i in range(Ho):
        for j in range(Wo):
            out[:, :, i, j] = x[:, :, i * stride : (i + 1) * stride, j * stride : (j + 1) * stride].max(axis=(2, 3))
    return out


@wrong("max_pool2d", "np.max over the window of all channels", "across_channels", "across_everything")
def _(x, size, stride):
    N, C, H, W = x.shape
    Ho, Wo = (H - size) // stride + 1, (W - size) // stride + 1
    out = np.zeros((N, C, Ho, Wo), dtype=x.dtype)
    for n in range(N):
        for c in range(C):
            for i in range(Ho):
                for j in range(Wo):
                    out[n, c, i, j] = np.max(x[n, :, i * stride : i * stride + size, j * stride : j * stride + size])
    return out


# Added: the window does move by its own size.
@wrong("max_pool2d", "the size of the output is the image's over the window's", "side_over_size", "steps_of_size")
def _(x, size, stride):
    N, C, H, W = x.shape
    out = np.zeros((N, C, H // size, W // size), dtype=x.dtype)
    for i in range(H // size):
        for j in range(W // size):
            window = x[:, :, i * size : (i + 1) * size, j * size : (j + 1) * size]
            out[:, :, i, j] = window.max(axis=(2, 3))
    return out


@wrong("max_pool2d_single", "return inside the outer loop", "only_the_first", "return_in_the_loop")
def _(x, size, stride):
    H, W = x.shape
    out = np.zeros(((H - size) // stride + 1, (W - size) // stride + 1), dtype=x.dtype)
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.max(x[i * stride : i * stride + size, j * stride : j * stride + size])
        return out


@wrong("avg_pool2d", "divided by the stride squared", "divided_by_stride")
def _(x, size, stride):
    N, C, H, W = x.shape
    out = np.zeros((N, C, (H - size) // stride + 1, (W - size) // stride + 1))
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            window = x[:, :, i * stride : i * stride + size, j * stride : j * stride + size].astype(float)
            out[:, :, i, j] = window.sum(axis=(2, 3)) / stride**2
    return out


# Softmax and its loss
@wrong("softmax", "axis 0: the columns add up to 1", "over_the_points", "sum_over_the_points")
def _(logits):
    exp = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    return exp / np.sum(exp, axis=0)


@wrong("softmax", "not shifted by the maximum", "overflow")
def _(logits):
    exp_scores = np.exp(1.0 * logits)
    return exp_scores / exp_scores.sum(axis=1, keepdims=True)


@wrong("softmax", "one maximum of the whole batch", "largest_of_the_batch", "overflow")
def _(logits):
    shifted = logits - np.max(logits)
    return np.exp(shifted) / np.sum(np.exp(shifted), axis=1, keepdims=True)


@wrong("nll_loss", "the sum isn't divided by the number of points", "sum_for_mean")
def _(logits, y):
    z = logits - logits.max(axis=1, keepdims=True)
    p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -np.sum(p[range(len(y)), y])


@wrong("nll_loss", "the mean over all classes of log p where y is one-hot", "divided_by_classes_too")
def _(logits, y):
    z = logits - logits.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    one_hot = np.eye(logits.shape[1])[y]
    return -np.mean(one_hot * log_p)


@wrong("softmax_nll_backward", "not divided by N", "not_divided")
def _(logits, y):
    z = logits - logits.max(axis=1, keepdims=True)
    probs = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    probs[np.arange(len(y)), y] -= 1
    return probs


@wrong("softmax_nll_backward", "1 subtracted in whole columns", "all_rows_and_columns")
def _(logits, y):
    z = logits - logits.max(axis=1, keepdims=True)
    probs = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    probs[:, y] -= 1
    return probs / len(y)


# Backwards
@wrong("conv2d_backward", "dx with = where windows overlap", "dx_assigned")
def _(dz, x, w, padding=0, stride=1):
    N, _, H, W = x.shape
    F, _, HH, WW = w.shape
    x_pad = np.pad(x.astype(float), ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    dx_pad, dw = np.zeros_like(x_pad), np.zeros(w.shape)
    for n in range(N):
        for f in range(F):
            for i in range(dz.shape[2]):
                for j in range(dz.shape[3]):
                    top, left = i * stride, j * stride
                    dw[f] += dz[n, f, i, j] * x_pad[n, :, top : top + HH, left : left + WW]
                    dx_pad[n, :, top : top + HH, left : left + WW] = dz[n, f, i, j] * w[f]
    return dx_pad[:, :, padding : padding + H, padding : padding + W], dw, dz.sum(axis=(0, 2, 3))


@wrong("conv2d_backward", "the stride is forgotten in the backward pass", "stride_forgotten")
def _(dz, x, w, padding=0, stride=1):
    N, _, H, W = x.shape
    F, _, HH, WW = w.shape
    x_pad = np.pad(x.astype(float), ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    dx_pad, dw, db = np.zeros_like(x_pad), np.zeros(w.shape), np.zeros(F)
    for n in range(N):
        for f in range(F):
            db[f] += dz[n, f].sum()
            for i in range(dz.shape[2]):
                for j in range(dz.shape[3]):
                    dw[f] += dz[n, f, i, j] * x_pad[n, :, i : i + HH, j : j + WW]
                    dx_pad[n, :, i : i + HH, j : j + WW] += dz[n, f, i, j] * w[f]
    return dx_pad[:, :, padding : padding + H, padding : padding + W], dw, db


@wrong("conv2d_backward", "the padding is cut off with p:-p", "empty_slice")
def _(dz, x, w, padding=0, stride=1):
    N, F = dz.shape[:2]
    HH, WW = w.shape[2:]
    x_pad = np.pad(x.astype(float), ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    dx_pad, dw = np.zeros_like(x_pad), np.zeros(w.shape)
    for n in range(N):
        for f in range(F):
            for i in range(dz.shape[2]):
                for j in range(dz.shape[3]):
                    a, c = i * stride, j * stride
                    dw[f] += dz[n, f, i, j] * x_pad[n, :, a : a + HH, c : c + WW]
                    dx_pad[n, :, a : a + HH, c : c + WW] += dz[n, f, i, j] * w[f]
    return dx_pad[:, :, padding:-padding, padding:-padding], dw, dz.sum(axis=(0, 2, 3))


@wrong("conv2d_backward", "db is summed over images only", "db_for_each_place", "db_for_each_image", "batch_summed")
def _(dz, x, w, padding=0, stride=1):
    N, _, H, W = x.shape
    F, _, HH, WW = w.shape
    x_pad = np.pad(x.astype(float), ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    dx_pad, dw = np.zeros_like(x_pad), np.zeros(w.shape)
    for n in range(N):
        for f in range(F):
            for i in range(dz.shape[2]):
                for j in range(dz.shape[3]):
                    a, c = i * stride, j * stride
                    dw[f] += dz[n, f, i, j] * x_pad[n, :, a : a + HH, c : c + WW]
                    dx_pad[n, :, a : a + HH, c : c + WW] += dz[n, f, i, j] * w[f]
    return dx_pad[:, :, padding : padding + H, padding : padding + W], dw, dz.sum(axis=0)


@wrong(
    "conv2d_backward",
    "return inside the loop over images",
    "dw_of_the_first_image",
    "only_the_first",
    "first_image_only",
    "return_in_the_loop",
)
def _(dz, x, w, padding=0, stride=1):
    N, _, H, W = x.shape
    F, _, HH, WW = w.shape
    x_pad = np.pad(x.astype(float), ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    dx_pad, dw = np.zeros_like(x_pad), np.zeros(w.shape)
    db = dz.sum(axis=(0, 2, 3))
    for n in range(N):
        for f in range(F):
            for i in range(dz.shape[2]):
                for j in range(dz.shape[3]):
                    a, c = i * stride, j * stride
                    dw[f] += dz[n, f, i, j] * x_pad[n, :, a : a + HH, c : c + WW]
                    dx_pad[n, :, a : a + HH, c : c + WW] += dz[n, f, i, j] * w[f]
        return dx_pad[:, :, padding : padding + H, padding : padding + W], dw, db


@wrong("max_pool2d_backward", "the gradient is assigned where windows overlap", "assigned")
def _(dy, x, size, stride):
    dx = np.zeros(x.shape)
    N, C, H, W = dy.shape
    for n in range(N):
        for c in range(C):
            for i in range(H):
                for j in range(W):
                    window = x[n, c, i * stride : i * stride + size, j * stride : j * stride + size]
                    k, m = np.unravel_index(window.argmax(), window.shape)
                    dx[n, c, i * stride + k, j * stride + m] = dy[n, c, i, j]
    return dx


@wrong(
    "max_pool2d_backward",
    "the place of the maximum within the window is taken for that in the map",
    "place_within_the_window",
)
def _(dy, x, size, stride):
    dx = np.zeros(x.shape)
    for n in range(dy.shape[0]):
        for c in range(dy.shape[1]):
            for i in range(dy.shape[2]):
                for j in range(dy.shape[3]):
                    window = x[n, c, i * stride : i * stride + size, j * stride : j * stride + size]
                    dx[n, c][np.unravel_index(np.argmax(window), window.shape)] += dy[n, c, i, j]
    return dx


@wrong("relu_backward", "the gradient passes where the gradient is positive", "sign_of_the_gradient")
def _(da, z):
    dx = np.array(da, dtype=float)
    dx[dx < 0] = 0
    return dx


@wrong("fc_backward", "dw is x.T @ dz, of the transposed shape", "dw_transposed")
def _(dz, x, w):
    dz, x, w = 1.0 * dz, 1.0 * x, 1.0 * w
    return dz.dot(w), x.T.dot(dz), np.sum(dz, axis=0)


@wrong("fc_backward", "db is summed over the outputs", "db_over_the_outputs")
def _(dz, x, w):
    dz, x, w = 1.0 * dz, 1.0 * x, 1.0 * w
    return dz.dot(w), dz.T.dot(x), np.sum(dz, axis=1)


@wrong("sgd_step", "the step goes up the hill", "uphill")
def _(params, grads, lr):
    new = {}
    for key in params:
        new[key] = params[key] + lr * grads[key]
    return new


@wrong("momentum_step", "the velocity isn't used for the step", "plain_step")
def _(params, grads, velocity, lr, momentum):
    v = {key: momentum * velocity[key] - lr * grads[key] for key in params}
    return {key: params[key] - lr * grads[key] for key in params}, v
