"""filter_bank: F filters on one image, (C, H, W) to (F, H', W')."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise
from exercises import common_mistakes as common
from exercises.forbidden import CONVOLUTIONS
from exercises.number_types import as_floats

from . import _arrays as arrays
from ._layers import windows_of, zero_padded
from ._lecture import BANK, HI


@exercise(
    points=2,
    aspects={
        "values": "map f of the output is the result of filter w[f]: (F, H', W'), in the order of the filters.",
        "number of filters": "there is one map for each filter: 1, 3 or 4 of them. len(w) says how many.",
        "depth": "each filter is as deep as the image: 1, 3 or 4 channels.",
        "bias": "b holds one bias for each filter: b[f] is added to map f, once.",
        "not square": "height and width of the image, and of the filters, may differ.",
        "padding and stride": "pass padding and stride to every filter's convolution.",
        "together": "each map is conv2d_depth(x, w[f], b[f], padding, stride).",
        "number types": "x may be an image of bytes (uint8), and results may be fractions: store them in "
        "np.zeros(...), not in an array like x.",
    },
    hints=[
        "You already have a function for one filter. A bank is several filters, one after the other.",
        "conv2d_depth(x, w[f], b[f], padding, stride) is map f.",
        "np.stack stacks maps of the same shape: np.stack([... for f in range(len(w))]).",
    ],
    forbidden=CONVOLUTIONS,
    worked=[("together", {"x": HI[None], "w": BANK, "b": np.zeros(3), "padding": 1})],
)
def filter_bank(x, w, b, padding=0, stride=1):
    windows = windows_of(x, w.shape[2:], padding, stride)
    return np.einsum("cijkl,fckl->fij", windows, np.asarray(w, dtype=float)) + np.asarray(b, dtype=float)[:, None, None]


@filter_bank.steps
def _(x, w, b, padding=0, stride=1):
    windows = windows_of(x, w.shape[2:], padding, stride)
    return {"padded": zero_padded(x, padding), "windows": windows, "sums": np.einsum("cijkl,fckl->fij", windows, w)}


@filter_bank.cases
def _(rng):
    def case(image, bank, **options):
        w = arrays.weights(rng, *bank)
        return {"x": arrays.image(rng, *image), "w": w, "b": arrays.zeros(w), **options}

    yield "values", case((2, 3, 3), (2, 2, 2, 2))
    yield "values", as_floats(case((2, 4, 4), (2, 2, 3, 3)))
    yield "number of filters", case((2, 3, 3), (1, 2, 2, 2))
    yield "number of filters", case((2, 3, 3), (3, 2, 2, 2))
    yield "number of filters", case((2, 3, 3), (4, 2, 2, 2))
    yield "depth", case((1, 3, 3), (2, 1, 2, 2))
    yield "depth", case((3, 3, 3), (2, 3, 2, 2))
    yield "depth", case((4, 3, 3), (2, 4, 2, 2))
    yield "bias", case((1, 3, 3), (2, 1, 2, 2), b=arrays.biases(rng, 2))
    yield "bias", case((1, 3, 3), (3, 1, 2, 2), b=arrays.biases(rng, 3))
    yield "not square", case((2, 3, 5), (2, 2, 2, 2))
    yield "not square", case((2, 5, 3), (2, 2, 2, 2))
    yield "not square", case((2, 4, 4), (2, 2, 3, 2))
    yield "not square", case((2, 3, 3), (2, 2, 1, 3))
    yield "padding and stride", case((2, 2, 2), (2, 2, 3, 3), padding=1)
    yield "padding and stride", case((2, 2, 2), (2, 2, 2, 2), padding=2)
    # Strides that divide evenly, and strides that leave 1 or 2 over.
    yield "padding and stride", case((2, 4, 4), (2, 2, 2, 2), stride=2)
    yield "padding and stride", case((2, 5, 5), (2, 2, 2, 2), stride=2)
    yield "padding and stride", case((1, 7, 7), (2, 1, 2, 2), stride=3)
    w = arrays.large_weights(rng, 2, 2, 2, 2)
    yield "number types", {"x": arrays.byte_values(rng, 2, 3, 3), "w": w, "b": np.array([0, 0])}
    w = -arrays.large_weights(rng, 2, 2, 2, 2).astype(int)
    yield "number types", {"x": arrays.byte_values(rng, 2, 2, 2), "w": w, "b": np.array([0, 0])}
    yield "number types", {"x": arrays.odd(rng, 1, 3, 3), "w": arrays.halves(rng, 2, 1, 3, 3), "b": np.array([0, 0])}
    x, w = arrays.halves(rng, 2, 3, 3).astype(np.float32), arrays.halves(rng, 2, 2, 2, 2).astype(np.float32)
    yield "number types", {"x": x, "w": w, "b": np.zeros(2, np.float32)}
    yield "together", case((3, 3, 5), (2, 3, 2, 2), b=arrays.biases(rng, 2), padding=1, stride=2)
    yield "together", case((2, 5, 2), (4, 2, 3, 2), b=arrays.biases(rng, 4), padding=2, stride=3)


common.bias_subtracted(filter_bank)
common.padding_from_the_filter(filter_bank, 2)
common.stride_always_two(filter_bank)
common.stride_in_the_size_only(filter_bank)


@filter_bank.mistake(
    "maps_added_up",
    "Your output is one map, the sum over all filters. Each filter has its own map: only channels are added up.",
)
def _(x, w, b, padding=0, stride=1):
    windows = windows_of(x, w.shape[2:], padding, stride)
    return np.einsum("cijkl,fckl->ij", windows, w) + np.sum(b)


@filter_bank.mistake(
    "last_filter_only",
    "Your output is only the last filter's map: each pass of the loop replaces the map before it. Collect all maps.",
)
def _(x, w, b, padding=0, stride=1):
    windows = windows_of(x, w.shape[2:], padding, stride)
    for f in range(len(w)):
        out = np.einsum("cijkl,ckl->ij", windows, w[f]) + b[f]
    return out


@filter_bank.mistake(
    "same_filter_for_all",
    "All your maps come from the first filter. Map f comes from w[f].",
)
def _(x, w, b, padding=0, stride=1):
    windows = windows_of(x, w.shape[2:], padding, stride)
    return np.array([np.einsum("cijkl,ckl->ij", windows, w[0]) + b[f] for f in range(len(w))])


@filter_bank.mistake(
    "filters_last",
    "Your output has the filters as its last axis: (H', W', F). Here channels come first: (F, H', W').",
)
def _(x, w, b, padding=0, stride=1):
    windows = windows_of(x, w.shape[2:], padding, stride)
    return np.einsum("cijkl,fckl->ijf", windows, w) + b


@filter_bank.mistake(
    "a_map_for_each_channel",
    "Your output has a map for each filter and each channel. A filter adds up all its channels, so there are F maps.",
)
def _(x, w, b, padding=0, stride=1):
    maps = np.einsum("cijkl,fckl->fcij", windows_of(x, w.shape[2:], padding, stride), w)
    return maps + np.asarray(b)[:, None, None, None]


@filter_bank.mistake(
    "channel_and_filter_swapped",
    "Your output is what you get when w is read as (C, F, KH, KW). It is (F, C, KH, KW): w[f] is filter f.",
)
def _(x, w, b, padding=0, stride=1):
    windows = windows_of(x, w.shape[2:], padding, stride)
    return np.array([np.einsum("cijkl,ckl->ij", windows, w[:, f]) + b[f] for f in range(w.shape[1])])


@filter_bank.mistake(
    "first_channel_only",
    "Your output comes only from the image's first channel. Each filter uses all of them.",
)
def _(x, w, b, padding=0, stride=1):
    windows = windows_of(x[0], w.shape[2:], padding, stride)
    return np.einsum("ijkl,fkl->fij", windows, w[:, 0]) + np.asarray(b)[:, None, None]


@filter_bank.mistake("bias_missing", "Your output is what you get without the biases. Add b[f] to map f.")
def _(x, w, b, padding=0, stride=1):
    return np.einsum("cijkl,fckl->fij", windows_of(x, w.shape[2:], padding, stride), w)


@filter_bank.mistake(
    "one_bias_for_all",
    "Your output is what you get when the first bias is used for every filter. Filter f has its own, b[f].",
)
def _(x, w, b, padding=0, stride=1):
    return np.einsum("cijkl,fckl->fij", windows_of(x, w.shape[2:], padding, stride), w) + b[0]


@filter_bank.mistake(
    "biases_added_up",
    "Your output is what you get when all biases are added to every map. Map f gets only b[f].",
)
def _(x, w, b, padding=0, stride=1):
    return np.einsum("cijkl,fckl->fij", windows_of(x, w.shape[2:], padding, stride), w) + np.sum(b)


@filter_bank.mistake(
    "bias_once_per_channel",
    "Your output is what you get when b[f] is added once for every channel. Add it once, after all channels.",
)
def _(x, w, b, padding=0, stride=1):
    maps = np.einsum("cijkl,fckl->fij", windows_of(x, w.shape[2:], padding, stride), w)
    return maps + len(x) * np.asarray(b)[:, None, None]


@filter_bank.mistake(
    "padding_and_stride_not_handed_on",
    "Your output is what you get with padding 0 and stride 1: your function takes both, but doesn't pass them on.",
)
def _(x, w, b, padding=0, stride=1):
    return np.einsum("cijkl,fckl->fij", windows_of(x, w.shape[2:]), w) + np.asarray(b)[:, None, None]


@filter_bank.mistake(
    "padding_always_one",
    "You always pad by 1. Use the parameter `padding`, which may be 0.",
)
def _(x, w, b, padding=0, stride=1):
    return filter_bank.reference(x, w, b, 1, stride)


@filter_bank.mistake("padding_ignored", "Your output is what you get without padding.")
def _(x, w, b, padding=0, stride=1):
    return np.einsum("cijkl,fckl->fij", windows_of(x, w.shape[2:], 0, stride), w) + np.asarray(b)[:, None, None]


@filter_bank.mistake(
    "stride_ignored",
    "Your output is what you get when the window always moves by 1. It should start at 0, stride, 2 * stride, ...",
)
def _(x, w, b, padding=0, stride=1):
    return np.einsum("cijkl,fckl->fij", windows_of(x, w.shape[2:], padding), w) + np.asarray(b)[:, None, None]


@filter_bank.mistake(
    "padding_and_stride_swapped",
    "You pass padding and stride in the wrong order: conv2d_depth takes padding first.",
)
def _(x, w, b, padding=0, stride=1):
    windows = windows_of(x, w.shape[2:], stride, padding)
    return np.einsum("cijkl,fckl->fij", windows, w) + np.asarray(b)[:, None, None]


@filter_bank.mistake(
    "rows_and_columns_swapped",
    "Each of your maps has its rows and columns swapped. The order is (F, H', W').",
)
def _(x, w, b, padding=0, stride=1):
    return np.einsum("cijkl,fckl->fji", windows_of(x, w.shape[2:], padding, stride), w) + np.asarray(b)[:, None, None]


@filter_bank.mistake(
    "integer_results",
    "Your output is what you get when the results are stored as integers: fractions are cut off. Use np.zeros(...) "
    "without an integer dtype.",
)
def _(x, w, b, padding=0, stride=1):
    maps = np.einsum("cijkl,fckl->fij", windows_of(x, w.shape[2:], padding, stride), w) + np.asarray(b)[:, None, None]
    return maps.astype(int)


@filter_bank.variant
def loops(x, w, b, padding=0, stride=1):
    filters, _, kh, kw = w.shape
    x = np.pad(x.astype(float), ((0, 0), (padding, padding), (padding, padding)))
    h_out = (x.shape[1] - kh) // stride + 1
    w_out = (x.shape[2] - kw) // stride + 1
    out = np.zeros((filters, h_out, w_out))
    for f in range(filters):
        for i in range(h_out):
            for j in range(w_out):
                window = x[:, i * stride : i * stride + kh, j * stride : j * stride + kw]
                out[f, i, j] = np.sum(window * w[f]) + b[f]
    return out


@filter_bank.variant
def one_filter_at_a_time(x, w, b, padding=0, stride=1):
    def one(weights, bias):
        padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding))).astype(float)
        windows = np.lib.stride_tricks.sliding_window_view(padded, weights.shape)[0, ::stride, ::stride]
        return np.einsum("ijckl,ckl->ij", windows, weights) + bias

    return np.array([one(weights, bias) for weights, bias in zip(w, b)])


@filter_bank.variant
def tensordot(x, w, b, padding=0, stride=1):
    x = np.pad(x.astype(float), ((0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=(1, 2))[:, ::stride, ::stride]
    maps = np.tensordot(w, windows, axes=([1, 2, 3], [0, 3, 4]))
    return maps + b.reshape(-1, 1, 1)


@filter_bank.variant
def matrix_product(x, w, b, padding=0, stride=1):
    x = np.pad(x.astype(float), ((0, 0), (padding, padding), (padding, padding)))
    kh, kw = w.shape[2:]
    rows = range(0, x.shape[1] - kh + 1, stride)
    columns = range(0, x.shape[2] - kw + 1, stride)
    patches = np.array([x[:, i : i + kh, j : j + kw].ravel() for i in rows for j in columns])
    maps = w.reshape(len(w), -1) @ patches.T + b[:, None]
    return maps.reshape(len(w), len(rows), len(columns))
