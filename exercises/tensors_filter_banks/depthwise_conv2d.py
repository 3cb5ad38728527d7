"""depthwise_conv2d: one filter for each channel, and no sum over the channels: (N, C, H, W) to (N, C, H', W').

Howard et al. 2017, MobileNets: efficient convolutional neural networks for mobile vision applications.
"""

from __future__ import annotations

import numpy as np

from autograder.course import exercise
from exercises.forbidden import CONVOLUTIONS
from exercises.number_types import as_floats

from . import _arrays as arrays
from ._layers import windows_of, zero_padded


@exercise(
    points=0,
    aspects={
        "values": "channel c of the output comes from channel c of the input and filter w[c], and from nothing else.",
        "bias": "each channel has its own bias: add b[c] once to each output of channel c.",
        "padding and stride": "they work as in conv2d. Images and filters need not be square.",
        "integer input": "x may hold bytes (uint8), 0 to 255: store the results as floats, since they may be larger.",
    },
    hints=[
        "Begin with your conv2d. Leave out the sum over the channels, and with it the loop over filters.",
        "For each image n and each channel c, output [n, c] is conv2d_single of x[n, c] with w[c] and b[c].",
        "With windows of shape (N, C, KH, KW), (window * w).sum(axis=(2, 3)) + b gives all channels of one place.",
    ],
    forbidden=CONVOLUTIONS,
)
def depthwise_conv2d(x, w, b, padding=0, stride=1):
    return _apart(windows_of(x, w.shape[1:], padding, stride), w) + np.asarray(b)[:, None, None]


def _apart(windows, w):
    return np.einsum("ncijkl,ckl->ncij", windows, w)


@depthwise_conv2d.cases
def _(rng):
    yield "values", _arguments(rng, (1, 2, 4, 5), 3, 3)
    yield "values", as_floats(_arguments(rng, (2, 3, 4, 3), 2, 2))
    yield "values", _arguments(rng, (2, 4, 3, 4), 1, 2)
    yield "bias", _arguments(rng, (1, 3, 4, 5), 2, 2, biased=True)
    yield "bias", _arguments(rng, (2, 2, 4, 3), 3, 3, biased=True)
    yield "padding and stride", _arguments(rng, (1, 2, 3, 5), 3, 3, padding=1)
    yield "padding and stride", _arguments(rng, (2, 2, 6, 8), 2, 3, stride=2)
    yield "padding and stride", _arguments(rng, (1, 3, 5, 7), 3, 2, padding=2, stride=3)
    large = {"w": arrays.large_weights(rng, 2, 2, 2), "b": np.zeros(2)}
    yield "integer input", {"x": arrays.byte_values(rng, 1, 2, 4, 3), **large}
    yield "integer input", {"x": arrays.byte_values(rng, 2, 2, 3, 4), **large, "w": -large["w"]}


def _arguments(rng, shape, kh, kw, biased=False, **settings):
    """A filter for each channel, no two of them alike."""
    channels = shape[1]
    w = np.stack([arrays.weights(rng, kh, kw) * (c + 1) for c in range(channels)])
    b = arrays.biases(rng, channels) if biased else np.zeros(channels)
    return {"x": arrays.image(rng, *shape), "w": w, "b": b, **settings}


@depthwise_conv2d.mistake(
    "channels_added",
    "Your output is what you get when the channels are added, as conv2d does. Here each channel stays separate.",
)
def _(x, w, b, padding=0, stride=1):
    maps = _apart(windows_of(x, w.shape[1:], padding, stride), w)
    return maps.sum(axis=1, keepdims=True) + np.asarray(b)[:, None, None]


@depthwise_conv2d.mistake(
    "channels_added_without_an_axis",
    "Your output has one map for each image: the channels were added. Here each channel stays separate.",
)
def _(x, w, b, padding=0, stride=1):
    return _apart(windows_of(x, w.shape[1:], padding, stride), w).sum(axis=1) + np.sum(b)


@depthwise_conv2d.mistake(
    "every_filter_on_all_channels",
    "Your output is what you get when every filter goes over all channels and adds them up. Filter c meets channel c "
    "only.",
)
def _(x, w, b, padding=0, stride=1):
    maps = np.einsum("ncijkl,fkl->nfij", windows_of(x, w.shape[1:], padding, stride), w)
    return maps + np.asarray(b)[:, None, None]


@depthwise_conv2d.mistake(
    "first_filter_for_all",
    "Your output is what you get when every channel meets w[0]. Channel c has a filter of its own, w[c].",
)
def _(x, w, b, padding=0, stride=1):
    windows = windows_of(x, w.shape[1:], padding, stride)
    return np.einsum("ncijkl,kl->ncij", windows, w[0]) + np.asarray(b)[:, None, None]


@depthwise_conv2d.mistake(
    "first_bias_for_all", "Your output is what you get when b[0] is added to every channel. Channel c has b[c]."
)
def _(x, w, b, padding=0, stride=1):
    return _apart(windows_of(x, w.shape[1:], padding, stride), w) + b[0]


@depthwise_conv2d.mistake("bias_missing", "Your output is what you get without the biases. Add b[c] to channel c.")
def _(x, w, b, padding=0, stride=1):
    return _apart(windows_of(x, w.shape[1:], padding, stride), w)


@depthwise_conv2d.mistake(
    "flipped_filter",
    "Your output is what you get when the filters are flipped before they slide. In machine learning, a convolution "
    "does not flip them.",
)
def _(x, w, b, padding=0, stride=1):
    windows = windows_of(x, w.shape[1:], padding, stride)
    return _apart(windows, w[:, ::-1, ::-1]) + np.asarray(b)[:, None, None]


@depthwise_conv2d.mistake("padding_ignored", "Your output is what you get without padding.")
def _(x, w, b, padding=0, stride=1):
    return _apart(windows_of(x, w.shape[1:], 0, stride), w) + np.asarray(b)[:, None, None]


@depthwise_conv2d.mistake(
    "stride_ignored",
    "Your output is what you get when the window always moves by 1. It should start at 0, stride, 2 * stride, ...",
)
def _(x, w, b, padding=0, stride=1):
    return _apart(windows_of(x, w.shape[1:], padding), w) + np.asarray(b)[:, None, None]


@depthwise_conv2d.mistake(
    "square_filter_assumed",
    "Your function also uses the filter's height as its width. They may differ: kh, kw = w.shape[1:].",
)
def _(x, w, b, padding=0, stride=1):
    x, k = zero_padded(x, padding), w.shape[1]
    out = np.zeros((*x.shape[:2], (x.shape[2] - k) // stride + 1, (x.shape[3] - k) // stride + 1))
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            window = x[:, :, i * stride : i * stride + k, j * stride : j * stride + k]
            out[:, :, i, j] = (window * w).sum(axis=(2, 3)) + b
    return out


@depthwise_conv2d.variant
def loops(x, w, b, padding=0, stride=1):
    images, channels, height, width = x.shape
    _, kh, kw = w.shape
    rows = (height + 2 * padding - kh) // stride + 1
    columns = (width + 2 * padding - kw) // stride + 1
    padded = np.zeros((images, channels, height + 2 * padding, width + 2 * padding))
    padded[:, :, padding : padding + height, padding : padding + width] = x
    out = np.zeros((images, channels, rows, columns))
    for n in range(images):
        for c in range(channels):
            for i in range(rows):
                for j in range(columns):
                    window = padded[n, c, i * stride : i * stride + kh, j * stride : j * stride + kw]
                    out[n, c, i, j] = np.sum(window * w[c]) + b[c]
    return out


@depthwise_conv2d.variant
def a_bank_with_zeros(x, w, b, padding=0, stride=1):
    channels, kh, kw = w.shape
    bank = np.zeros((channels, channels, kh, kw))
    bank[range(channels), range(channels)] = w
    padded = np.pad(x.astype(float), ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (kh, kw), axis=(2, 3))[:, :, ::stride, ::stride]
    return np.tensordot(windows, bank, ([1, 4, 5], [1, 2, 3])).transpose(0, 3, 1, 2) + b.reshape(-1, 1, 1)


@depthwise_conv2d.variant
def weight_by_weight(x, w, b, padding=0, stride=1):
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding))).astype(np.float64)
    kh, kw = w.shape[1:]
    rows = (padded.shape[2] - kh) // stride + 1
    columns = (padded.shape[3] - kw) // stride + 1
    out = np.zeros((*x.shape[:2], rows, columns)) + np.asarray(b)[None, :, None, None]
    for i in range(kh):
        for j in range(kw):
            moved = padded[:, :, i : i + (rows - 1) * stride + 1 : stride, j : j + (columns - 1) * stride + 1 : stride]
            out += w[:, i, j][None, :, None, None] * moved
    return out


@depthwise_conv2d.variant
def one_channel_at_a_time(x, w, b, padding=0, stride=1):
    def single(image, weights):
        image = np.pad(image.astype(float), padding)
        windows = np.lib.stride_tricks.sliding_window_view(image, weights.shape)[::stride, ::stride]
        return np.einsum("ijkl,kl->ij", windows, weights)

    return np.array([[single(image[c], w[c]) + b[c] for c in range(len(w))] for image in x])
