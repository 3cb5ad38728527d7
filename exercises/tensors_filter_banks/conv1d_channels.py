"""conv1d_channels: the same idea in 1D: a motif (C, k) in a one-hot genome (C, n)."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise
from exercises.forbidden import CONVOLUTIONS
from exercises.number_types import as_floats

from . import _arrays as arrays


def _one_hot(letters):
    return np.array([[int(letter == base) for letter in letters] for base in "ACGT"])


@exercise(
    points=2,
    aspects={
        "values": "output i is the sum of w times columns i, i + 1, ... of x, over all channels.",
        "bias": "b is added once to each output, after all channels are summed.",
        "depth": "there may be 1, 3 or 4 channels: x and w always have the same number of them.",
        "filter size": "there are n - k + 1 windows, for every k: k = w.shape[1].",
        "number types": "x may be an image of bytes (uint8), and results may be fractions: store them in "
        "np.zeros(...), not in an array like x.",
    },
    hints=[
        "It is conv2d_depth with one axis less. The filter has as many channels as the signal and slides along n.",
        "The window that starts at i is x[:, i : i + k]. It has the same shape as w.",
        "out[i] = np.sum(x[:, i : i + k] * w) + b, for i in range(n - k + 1)",
    ],
    forbidden=CONVOLUTIONS,
    worked=[("values", {"x": _one_hot("GATTACA"), "w": _one_hot("TTA")})],
)
def conv1d_channels(x, w, b=0.0):
    windows = np.lib.stride_tricks.sliding_window_view(np.asarray(x, dtype=float), w.shape[1], axis=1)
    return np.einsum("cik,ck->i", windows, np.asarray(w, dtype=float)) + b


@conv1d_channels.cases
def _(rng):
    yield "values", {"x": arrays.image(rng, 2, rng.integers(4, 6)), "w": arrays.weights(rng, 2, 3)}
    yield "values", as_floats({"x": arrays.image(rng, 2, rng.integers(6, 9)), "w": arrays.weights(rng, 2, 3)})
    yield "bias", {"x": arrays.image(rng, 2, 5), "w": arrays.weights(rng, 2, 3), "b": arrays.bias(rng)}
    yield "bias", {"x": arrays.image(rng, 2, 6), "w": arrays.weights(rng, 2, 3), "b": arrays.bias(rng)}
    yield "depth", {"x": arrays.image(rng, 1, rng.integers(5, 8)), "w": arrays.weights(rng, 1, 3)}
    yield "depth", {"x": arrays.image(rng, 3, rng.integers(5, 8)), "w": arrays.weights(rng, 3, 3)}
    yield "depth", {"x": arrays.image(rng, 4, rng.integers(5, 8)), "w": arrays.weights(rng, 4, 3)}
    yield "filter size", {"x": arrays.image(rng, 2, rng.integers(4, 7)), "w": arrays.weights(rng, 2, 2)}
    yield "filter size", {"x": arrays.image(rng, 3, rng.integers(6, 9)), "w": arrays.weights(rng, 3, 4)}
    yield "filter size", {"x": arrays.image(rng, 2, 5), "w": arrays.weights(rng, 2, 1)}
    yield "filter size", {"x": arrays.image(rng, 2, 5), "w": arrays.weights(rng, 2, 5)}
    yield "number types", {"x": arrays.byte_values(rng, 2, 5), "w": arrays.large_weights(rng, 2, 3)}
    yield "number types", {"x": arrays.byte_values(rng, 3, 4), "w": -arrays.large_weights(rng, 3, 2).astype(int)}
    yield "number types", {"x": arrays.odd(rng, 3, 5), "w": arrays.halves(rng, 3, 3)}
    yield (
        "number types",
        {"x": arrays.halves(rng, 2, 6).astype(np.float32), "w": arrays.halves(rng, 2, 4).astype(np.float32)},
    )


@conv1d_channels.mistake(
    "a_row_for_each_channel",
    "Your output has one row for each channel. Add them up: one filter gives one row, however deep it is.",
)
def _(x, w, b=0.0):
    k = w.shape[1]
    n = x.shape[1] - k + 1
    return np.array([[np.dot(x[c, i : i + k].astype(float), w[c]) + b for i in range(n)] for c in range(len(x))])


@conv1d_channels.mistake("first_channel_only", "Your output comes only from the first channel. Add up all channels.")
def _(x, w, b=0.0):
    k = w.shape[1]
    return np.array([np.dot(x[0, i : i + k].astype(float), w[0]) + b for i in range(x.shape[1] - k + 1)])


@conv1d_channels.mistake(
    "last_channel_only",
    "Your output comes only from the last channel. Use += instead of = in the loop over channels.",
)
def _(x, w, b=0.0):
    k = w.shape[1]
    out = np.zeros(x.shape[1] - k + 1)
    for i in range(len(out)):
        for c in range(x.shape[0]):
            out[i] = np.sum(x[c, i : i + k].astype(float) * w[c])
        out[i] += b
    return out


@conv1d_channels.mistake(
    "bias_once_per_channel",
    "Your output is what you get when b is added once for every channel. Add it once, after all channels.",
)
def _(x, w, b=0.0):
    k = w.shape[1]
    out = np.zeros(x.shape[1] - k + 1)
    for i in range(len(out)):
        for c in range(x.shape[0]):
            out[i] += np.sum(x[c, i : i + k].astype(float) * w[c]) + b
    return out


@conv1d_channels.mistake(
    "channels_for_length",
    "You use len(x) as the signal's length. Here x is (C, n): len(x) is the number of channels, and x.shape[1] is n.",
)
def _(x, w, b=0.0):
    k = w.shape[1]
    out = np.zeros(max(0, len(x) - k + 1))
    for i in range(len(out)):
        out[i] = np.sum(x[:, i : i + k].astype(float) * w) + b
    return out


@conv1d_channels.mistake("bias_missing", "Your output is what you get without the bias. Add b to each output.")
def _(x, w, b=0.0):
    k = w.shape[1]
    return np.array([np.sum(x[:, i : i + k].astype(float) * w) for i in range(x.shape[1] - k + 1)])


@conv1d_channels.mistake(
    "flipped_filter",
    "Your output is what you get when the filter is flipped before it slides, w[:, ::-1]. In machine learning, a "
    "convolution does not flip it.",
)
def _(x, w, b=0.0):
    k = w.shape[1]
    return np.array([np.sum(x[:, i : i + k].astype(float) * w[:, ::-1]) + b for i in range(x.shape[1] - k + 1)])


@conv1d_channels.mistake(
    "channels_for_width",
    "You use len(w) as the filter's width. Here w is (C, k): len(w) is the number of channels, and w.shape[1] is the "
    "width.",
)
def _(x, w, b=0.0):
    k = len(w)
    return np.array([np.sum(x[:, i : i + k].astype(float) * w) + b for i in range(x.shape[1] - k + 1)])


@conv1d_channels.mistake(
    "last_window_missing",
    "Your output is what you get when the last window is left out. n samples and k weights give n - k + 1 windows.",
)
def _(x, w, b=0.0):
    k = w.shape[1]
    return np.array([np.sum(x[:, i : i + k].astype(float) * w) + b for i in range(x.shape[1] - k)])


@conv1d_channels.mistake(
    "padded",
    "Your output is what you get when the signal is padded with zeros first. This function has no padding: use "
    "complete windows only.",
)
def _(x, w, b=0.0):
    k = w.shape[1]
    padded = np.pad(x.astype(float), ((0, 0), (k // 2, k // 2)))
    return np.array([np.sum(padded[:, i : i + k] * w) + b for i in range(x.shape[1])])


@conv1d_channels.mistake(
    "always_three",
    "Your output is what you get when the filter is assumed to be three wide. Its size is w.shape[1].",
)
def _(x, w, b=0.0):
    out = np.zeros(x.shape[1] - 2)
    for i in range(x.shape[1] - 2):
        for c in range(x.shape[0]):
            for j in range(3):
                out[i] += float(x[c, i + j]) * float(w[c, j])
    return out + b


@conv1d_channels.mistake(
    "integer_results",
    "Your output is what you get when the results are stored as integers: fractions are cut off. Use np.zeros(...) "
    "without an integer dtype.",
)
def _(x, w, b=0.0):
    k = w.shape[1]
    out = np.zeros(x.shape[1] - k + 1, dtype=int)
    for i in range(len(out)):
        out[i] = np.sum(x[:, i : i + k].astype(float) * w) + b
    return out


@conv1d_channels.variant
def three_loops(x, w, b=0.0):
    channels, n = x.shape
    k = w.shape[1]
    out = np.zeros(n - k + 1)
    for i in range(n - k + 1):
        for c in range(channels):
            for j in range(k):
                out[i] += float(x[c, i + j]) * float(w[c, j])
        out[i] += b
    return out


@conv1d_channels.variant
def window_sum(x, w, b=0.0):
    k = w.shape[1]
    return [float((x[:, i : i + k].astype(float) * w).sum() + b) for i in range(x.shape[1] - k + 1)]


@conv1d_channels.variant
def sum_of_rows(x, w, b=0.0):
    x = x.astype(np.float64)
    n = x.shape[1] - w.shape[1] + 1
    rows = [[row[i : i + len(weights)] @ weights for i in range(n)] for row, weights in zip(x, w)]
    return np.sum(rows, axis=0) + b


@conv1d_channels.variant
def sliding_window_view(x, w, b=0.0):
    windows = np.lib.stride_tricks.sliding_window_view(x.astype(float), w.shape)[0]
    return (windows * w).sum(axis=(1, 2)) + b


@conv1d_channels.variant
def loop_over_weights(x, w, b=0.0):
    n = x.shape[1] - w.shape[1] + 1
    out = np.full(n, float(b))
    for (c, j), weight in np.ndenumerate(w):
        out += x[c, j : j + n] * float(weight)
    return out


@conv1d_channels.variant
def types_as_they_come(x, w, b=0.0):
    k = w.shape[1]
    return np.array([np.sum(x[:, i : i + k] * w) + b for i in range(x.shape[1] - k + 1)])
