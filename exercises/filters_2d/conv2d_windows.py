"""conv2d_windows: conv2d_single without a Python loop over windows."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise
from exercises import common_mistakes as common
from exercises.forbidden import CONVOLUTIONS

from . import _arrays as arrays
from ._lecture import DOT, HI


@exercise(
    points=2,
    aspects={
        "values": "output [i, j] is the sum of w times the patch of x whose top left corner is [i, j].",
        "not square": "the image and the filter need not be square. H and KH are numbers of rows, W and KW of columns.",
        "bias": "b is added once to each output, after the products are summed.",
        "padding": "first put `padding` zeros on all four sides. Everything else uses the padded image.",
        "stride": "keep every `stride`-th window, down and to the right: windows[::stride, ::stride].",
        "together": "padding first, then every stride-th window in both directions, then the bias.",
        "no loop over windows": "Python must not take a step for each window: use no for, comprehension or "
        "np.vectorize over them. A loop over the filter's few entries is fine.",
        "integer input": "x may be an image of bytes (uint8), which hold 0 to 255: store the results as floats.",
        "fractional weights": "the results are floats: don't cut off fractions.",
    },
    weights={"no loop over windows": 9},  # half of the points: with a loop it is conv2d_single again
    hints=[
        "There are two ways. Either multiply all windows, as one array with four axes, by w and sum over the last two "
        "axes. Or loop over the entries of w: each multiplies a shifted part of the whole image.",
        "np.lib.stride_tricks.sliding_window_view(padded, w.shape) has the shape (H', W', KH, KW) and copies nothing. "
        "Take every stride-th: [::stride, ::stride].",
        'np.einsum("ijkl,kl->ij", windows, w) multiplies and adds up. Or: out += w[k, m] * padded[k : k + '
        "stride * h_out : stride, m : m + stride * w_out : stride], for each k and m.",
    ],
    forbidden=CONVOLUTIONS,
    adapter="filters_2d.without_loop_over_windows",
    watched=["no loop over windows"],
    worked=[("values", {"x": HI, "w": DOT})],
)
def conv2d_windows(x, w, b=0.0, padding=0, stride=1):
    padded = np.pad(np.asarray(x, dtype=float), padding)
    windows = np.lib.stride_tricks.sliding_window_view(padded, w.shape)[::stride, ::stride]
    return np.einsum("ijkl,kl->ij", windows, np.asarray(w, dtype=float)) + b


@conv2d_windows.cases
def _(rng):
    yield from arrays.convolutions(rng)
    image = rng.integers(-4, 5, (36, 52))
    yield "no loop over windows", {"x": image, "w": arrays.kernel(rng, 2, 3)}
    image = rng.integers(-4, 5, (44, 38))
    yield "no loop over windows", {"x": image, "w": arrays.kernel(rng, 3, 2)}


common.bias_subtracted(conv2d_windows)
common.padding_always_one(conv2d_windows)
common.padding_from_the_filter(conv2d_windows, 2)
common.stride_always_two(conv2d_windows)


@conv2d_windows.mistake(
    "loop_over_windows",
    "The values are right, but Python still takes a step for each window, in a loop, a comprehension, map or "
    "np.vectorize. Let NumPy handle all windows at once.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    rows = range(0, x.shape[0] - kh + 1, stride)
    columns = range(0, x.shape[1] - kw + 1, stride)
    return np.array([[np.sum(x[i : i + kh, j : j + kw] * w) + b for j in columns] for i in rows])


@conv2d_windows.mistake(
    "flipped_filter",
    "Your output is what you get when the filter is flipped before it slides, w[::-1, ::-1]. In machine learning, a "
    "convolution does not flip it.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape)[::stride, ::stride]
    return np.sum(windows * w[::-1, ::-1], axis=(2, 3)) + b


@conv2d_windows.mistake(
    "filter_transposed",
    'Your filter\'s rows and columns are swapped. In einsum use "ijkl,kl->ij"; in tensordot use the same order in'
    " both axes.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape)[::stride, ::stride]
    return np.einsum("ijkl,lk->ij", windows, w.astype(float)) + b


@conv2d_windows.mistake(
    "output_transposed",
    "Your output has rows and columns swapped: out[i, j] comes from the patch in row i and column j.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape)[::stride, ::stride]
    return np.einsum("ijkl,kl->ji", windows, w.astype(float)) + b


@conv2d_windows.mistake("bias_missing", "Your output is what you get without the bias. Add b to each output.")
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape)[::stride, ::stride]
    return np.tensordot(windows, w.astype(float), axes=2)


@conv2d_windows.mistake(
    "bias_once_per_weight",
    "Your output is what you get when b is added once for every weight. Add it once to each output, after the sum.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    rows, columns = (x.shape[0] - kh) // stride + 1, (x.shape[1] - kw) // stride + 1
    out = np.zeros((rows, columns))
    for k in range(kh):
        for m in range(kw):
            out += w[k, m] * x[k : k + stride * rows : stride, m : m + stride * columns : stride] + b
    return out


@conv2d_windows.mistake("padding_ignored", "Your output is what you get without padding.")
def _(x, w, b=0.0, padding=0, stride=1):
    windows = np.lib.stride_tricks.sliding_window_view(x.astype(float), w.shape)[::stride, ::stride]
    return np.einsum("ijkl,kl->ij", windows, w.astype(float)) + b


@conv2d_windows.mistake(
    "stride_ignored",
    "Your output is what you get when every window is kept. Keep every `stride`-th: windows[::stride, ::stride].",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape)
    return np.einsum("ijkl,kl->ij", windows, w.astype(float)) + b


@conv2d_windows.mistake(
    "stride_on_rows_only",
    "Your output is what you get from windows[::stride], which skips only rows. Use [::stride, ::stride].",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape)[::stride]
    return np.einsum("ijkl,kl->ij", windows, w.astype(float)) + b


@conv2d_windows.mistake(
    "stride_in_the_size_only",
    "Your output has the right shape, but it is a corner of the output with stride 1: the shifted parts of the image "
    "need the stride too.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    rows, columns = (x.shape[0] - kh) // stride + 1, (x.shape[1] - kw) // stride + 1
    out = np.zeros((rows, columns)) + b
    for k in range(kh):
        for m in range(kw):
            out += w[k, m] * x[k : k + rows, m : m + columns]
    return out


@conv2d_windows.mistake(
    "last_product_only",
    "Your output is what you get when each weight's part replaces the one before it. Use += instead of =.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    rows, columns = (x.shape[0] - kh) // stride + 1, (x.shape[1] - kw) // stride + 1
    for k in range(kh):
        for m in range(kw):
            out = w[k, m] * x[k : k + stride * rows : stride, m : m + stride * columns : stride]
    return out + b


@conv2d_windows.mistake(
    "integer_results",
    "Your output is what you get when the results are stored as integers: fractions are cut off.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape)[::stride, ::stride]
    return (np.einsum("ijkl,kl->ij", windows, w.astype(float)) + b).astype(int)


@conv2d_windows.variant
def einsum(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape)[::stride, ::stride]
    return np.einsum("ijkl,kl->ij", windows, w.astype(float), optimize=True) + b


@conv2d_windows.variant
def broadcast_and_sum(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x, padding).astype(float)
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape)
    return (windows * w).sum(axis=(2, 3))[::stride, ::stride] + b


@conv2d_windows.variant
def loop_over_weights(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x, ((padding, padding), (padding, padding))).astype(float)
    kh, kw = w.shape
    h_out = (x.shape[0] - kh) // stride + 1
    w_out = (x.shape[1] - kw) // stride + 1
    out = np.zeros((h_out, w_out))
    for k in range(kh):
        for m in range(kw):
            shifted = x[k:, m:]
            part = shifted[::stride, ::stride]
            part = part[:h_out, :w_out]
            out += w[k, m] * part
    return out + b


@conv2d_windows.variant
def as_strided(x, w, b=0.0, padding=0, stride=1):
    x = np.ascontiguousarray(np.pad(x.astype(np.float64), padding))
    kh, kw = w.shape
    down, right = x.strides
    shape = ((x.shape[0] - kh) // stride + 1, (x.shape[1] - kw) // stride + 1, kh, kw)
    strides = (down * stride, right * stride, down, right)
    windows = np.lib.stride_tricks.as_strided(x, shape, strides, writeable=False)
    return np.tensordot(windows, w.astype(float), axes=((2, 3), (0, 1))) + b


@conv2d_windows.variant
def im2col_by_indices(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    h_out, w_out = (x.shape[0] - kh) // stride + 1, (x.shape[1] - kw) // stride + 1
    rows = (np.arange(h_out) * stride)[:, None, None, None] + np.arange(kh)[:, None]
    columns = (np.arange(w_out) * stride)[:, None, None] + np.arange(kw)
    patches = x[rows, columns].reshape(h_out * w_out, kh * kw)
    return (patches @ w.reshape(-1) + b).reshape(h_out, w_out)


@conv2d_windows.variant
def rolled(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    total = np.zeros_like(x)
    for (k, m), weight in np.ndenumerate(w):
        total = total + weight * np.roll(x, (-k, -m), axis=(0, 1))
    return total[: x.shape[0] - w.shape[0] + 1 : stride, : x.shape[1] - w.shape[1] + 1 : stride] + b


@conv2d_windows.variant
def fourier(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    spectrum = np.fft.fft2(x) * np.conj(np.fft.fft2(w.astype(float), x.shape))
    z = np.fft.ifft2(spectrum).real[: x.shape[0] - w.shape[0] + 1, : x.shape[1] - w.shape[1] + 1]
    return z[::stride, ::stride] + b


@conv2d_windows.variant
def types_as_they_come(x, w, b=0.0, padding=0, stride=1):
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(x, padding), w.shape)[::stride, ::stride]
    return np.einsum("ijkl,kl->ij", windows, w) + b
