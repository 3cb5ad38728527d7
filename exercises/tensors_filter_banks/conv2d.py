"""conv2d: the convolution layer on a batch, (N, C, H, W) to (N, F, H', W')."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise
from exercises import common_mistakes as common
from exercises.forbidden import CONVOLUTIONS
from exercises.number_types import as_floats

from . import _arrays as arrays
from ._layers import output_size, windows_of, zero_padded
from ._lecture import BANK, HI


@exercise(
    points=4,
    aspects={
        "values": "for one image, one channel and one filter, it is the convolution of notebook 03.",
        "bias": "b[f] is added once to each output of filter f.",
        "channels": "add up the products of all channels: a filter gives one map, however deep it is.",
        "filters": "map f of the output comes from filter w[f]: the second axis of the result counts the filters.",
        "batch": "each image is treated separately: out[n] depends only on x[n].",
        "not square": "height and width of images and filters may differ: count the windows along each axis "
        "separately.",
        "padding": "put zeros around rows and columns only, not around images or channels.",
        "stride": "the window starts at i * stride, j * stride. Leave out a window that doesn't fit completely.",
        "together": "padding first, then windows, all channels of each, one map for each filter, then its bias, once.",
        "number types": "x may be an image of bytes (uint8), and results may be fractions: store them in "
        "np.zeros(...), not in an array like x.",
    },
    hints=[
        "A batch is N images. Which of your functions does the whole job for one of them?",
        "out = np.zeros((N, F, H', W')). In loops over n, f, i and j, each output is one sum of products: a window "
        "with all channels times a filter with all channels.",
        "out[n, f, i, j] = np.sum(padded[n, :, i * stride : i * stride + kh, j * stride : j * stride + kw] * "
        "w[f]) + b[f]",
    ],
    forbidden=CONVOLUTIONS,
    worked=[("together", {"x": np.stack([HI, HI.T])[:, None], "w": BANK[:2], "b": np.array([0.0, 2.0]), "padding": 1})],
)
def conv2d(x, w, b, padding=0, stride=1):
    windows = windows_of(x, w.shape[2:], padding, stride)
    return (
        np.einsum("ncijkl,fckl->nfij", windows, np.asarray(w, dtype=float)) + np.asarray(b, dtype=float)[:, None, None]
    )


@conv2d.steps
def _(x, w, b, padding=0, stride=1):
    windows = windows_of(x, w.shape[2:], padding, stride)
    sums = np.einsum("ncijkl,fckl->nfij", windows, np.asarray(w, dtype=float))
    return {"padded": zero_padded(x, padding), "windows": windows, "sums": sums}


@conv2d.cases
def _(rng):
    def case(images, bank, **options):
        w = arrays.weights(rng, *bank)
        return {"x": arrays.image(rng, *images), "w": w, "b": arrays.zeros(w), **options}

    yield "values", case((1, 1, 3, 3), (1, 1, 2, 2))
    yield "values", as_floats(case((1, 1, 4, 4), (1, 1, 3, 3)))
    yield "bias", case((1, 1, 3, 3), (1, 1, 2, 2), b=arrays.biases(rng, 1))
    yield "bias", case((1, 1, 4, 4), (1, 1, 3, 3), b=arrays.biases(rng, 1))
    yield "channels", case((1, 2, 3, 3), (1, 2, 2, 2))
    yield "channels", case((1, 3, 3, 3), (1, 3, 2, 2))
    yield "filters", case((1, 1, 3, 3), (2, 1, 2, 2))
    yield "filters", case((1, 1, 3, 3), (3, 1, 2, 2))
    yield "batch", case((2, 1, 3, 3), (1, 1, 2, 2))
    yield "batch", case((3, 1, 3, 3), (1, 1, 2, 2))
    yield "not square", case((1, 1, 3, 5), (1, 1, 2, 2))
    yield "not square", case((1, 1, 5, 3), (1, 1, 2, 2))
    yield "not square", case((1, 1, 4, 4), (1, 1, 1, 3))
    yield "not square", case((1, 1, 4, 4), (1, 1, 3, 2))
    yield "padding", case((1, 1, 2, 2), (1, 1, 3, 3), padding=1)
    yield "padding", case((1, 1, 2, 2), (1, 1, 2, 2), padding=2)
    # Strides that divide evenly, and strides that leave 1 or 2 over.
    yield "stride", case((1, 1, 5, 5), (1, 1, 3, 3), stride=2)
    yield "stride", case((1, 1, 5, 5), (1, 1, 2, 2), stride=2)
    yield "stride", case((1, 1, 7, 7), (1, 1, 2, 2), stride=3)
    w = arrays.large_weights(rng, 1, 1, 2, 2)
    yield "number types", {"x": arrays.byte_values(rng, 1, 1, 3, 3), "w": w, "b": np.array([0])}
    w = -arrays.large_weights(rng, 1, 1, 2, 2).astype(int)
    yield "number types", {"x": arrays.byte_values(rng, 1, 1, 3, 3), "w": w, "b": np.array([0])}
    yield "number types", {"x": arrays.odd(rng, 1, 1, 4, 4), "w": arrays.halves(rng, 1, 1, 3, 3), "b": np.array([0])}
    x, w = arrays.halves(rng, 1, 1, 3, 3).astype(np.float32), arrays.halves(rng, 1, 1, 2, 2).astype(np.float32)
    yield "number types", {"x": x, "w": w, "b": np.zeros(1, np.float32)}
    yield "together", case((1, 2, 4, 4), (1, 2, 3, 3), b=arrays.biases(rng, 1))
    yield "together", case((1, 1, 3, 3), (3, 1, 2, 2), b=arrays.biases(rng, 3))
    yield "together", case((2, 3, 3, 5), (4, 3, 2, 2), b=arrays.biases(rng, 4), padding=1, stride=2)
    yield "together", case((3, 4, 5, 2), (2, 4, 3, 2), b=arrays.biases(rng, 2), padding=2, stride=3)


common.bias_subtracted(conv2d)
common.padding_from_the_filter(conv2d, 2)
common.stride_always_two(conv2d)
common.stride_on_rows_only(conv2d)


@conv2d.mistake(
    "flipped_filter",
    "Your output is what you get when the filters are flipped before they slide. In machine learning, a convolution "
    "does not flip them.",
)
def _(x, w, b, padding=0, stride=1):
    windows = windows_of(x, w.shape[2:], padding, stride)
    return np.einsum("ncijkl,fckl->nfij", windows, w[:, :, ::-1, ::-1]) + np.asarray(b)[:, None, None]


@conv2d.mistake(
    "first_image_only",
    "Your output holds only the first image's maps. Every image of the batch has its own.",
)
def _(x, w, b, padding=0, stride=1):
    windows = windows_of(x[:1], w.shape[2:], padding, stride)
    return np.einsum("ncijkl,fckl->nfij", windows, w) + np.asarray(b)[:, None, None]


@conv2d.mistake(
    "batch_added_up",
    "Your output adds up the images of the batch. Each image has its own maps: out[n] depends only on x[n].",
)
def _(x, w, b, padding=0, stride=1):
    windows = windows_of(x, w.shape[2:], padding, stride)
    maps = np.einsum("ncijkl,fckl->fij", windows, w) + np.asarray(b)[:, None, None]
    return np.array([maps] * len(x))


@conv2d.mistake(
    "first_channel_only",
    "Your output comes only from the first channel. Add up all channels.",
)
def _(x, w, b, padding=0, stride=1):
    windows = windows_of(x[:, :1], w.shape[2:], padding, stride)
    return np.einsum("ncijkl,fckl->nfij", windows, w[:, :1]) + np.asarray(b)[:, None, None]


@conv2d.mistake(
    "last_channel_only",
    "Your output comes only from the last channel. Use += instead of = in the loop over channels.",
)
def _(x, w, b, padding=0, stride=1):
    windows = windows_of(x[:, -1:], w.shape[2:], padding, stride)
    return np.einsum("ncijkl,fckl->nfij", windows, w[:, -1:]) + np.asarray(b)[:, None, None]


@conv2d.mistake(
    "mean_over_channels",
    "Your output is what you get when the channels are averaged. Add them instead.",
)
def _(x, w, b, padding=0, stride=1):
    windows = windows_of(x, w.shape[2:], padding, stride)
    return np.einsum("ncijkl,fckl->nfij", windows, w) / w.shape[1] + np.asarray(b)[:, None, None]


@conv2d.mistake(
    "channel_and_filter_swapped",
    "Your output is what you get when w is read as (C, F, KH, KW). It is (F, C, KH, KW): w[f] is filter f.",
)
def _(x, w, b, padding=0, stride=1):
    return np.einsum("ncijkl,cfkl->nfij", windows_of(x, w.shape[2:], padding, stride), w) + np.asarray(b)[:, None, None]


@conv2d.mistake(
    "filters_last",
    "Your output has the filters as its last axis: (N, H', W', F). Here they come second: (N, F, H', W').",
)
def _(x, w, b, padding=0, stride=1):
    return np.einsum("ncijkl,fckl->nijf", windows_of(x, w.shape[2:], padding, stride), w) + b


@conv2d.mistake(
    "maps_added_up",
    "Your output has the sum over all filters in each map. Each filter has its own map: only channels are added up.",
)
def _(x, w, b, padding=0, stride=1):
    maps = np.einsum("ncijkl,fckl->nij", windows_of(x, w.shape[2:], padding, stride), w)
    return np.stack([maps] * len(w), axis=1) + np.asarray(b)[:, None, None]


@conv2d.mistake("bias_missing", "Your output is what you get without the biases. Add b[f] to every map of filter f.")
def _(x, w, b, padding=0, stride=1):
    return np.einsum("ncijkl,fckl->nfij", windows_of(x, w.shape[2:], padding, stride), w)


@conv2d.mistake(
    "one_bias_for_all",
    "Your output is what you get when the first bias is used for every filter. Filter f has its own, b[f].",
)
def _(x, w, b, padding=0, stride=1):
    return np.einsum("ncijkl,fckl->nfij", windows_of(x, w.shape[2:], padding, stride), w) + b[0]


@conv2d.mistake(
    "bias_once_per_channel",
    "Your output is what you get when b[f] is added once for every channel. Add it once, after all channels.",
)
def _(x, w, b, padding=0, stride=1):
    maps = np.einsum("ncijkl,fckl->nfij", windows_of(x, w.shape[2:], padding, stride), w)
    return maps + w.shape[1] * np.asarray(b)[:, None, None]


@conv2d.mistake(
    "bias_once_per_weight",
    "Your output is what you get when b[f] is added once for every weight. Add it once to each output, after the sum.",
)
def _(x, w, b, padding=0, stride=1):
    maps = np.einsum("ncijkl,fckl->nfij", windows_of(x, w.shape[2:], padding, stride), w)
    return maps + w[0].size * np.asarray(b)[:, None, None]


@conv2d.mistake(
    "height_and_width_swapped",
    "Your function swaps height and width. x.shape is (N, C, H, W), with rows before columns.",
)
def _(x, w, b, padding=0, stride=1):
    x = zero_padded(x, padding)
    images, _, width, height = x.shape
    filters, _, kh, kw = w.shape
    out = np.zeros((images, filters, (height - kh) // stride + 1, (width - kw) // stride + 1))
    for n in range(images):
        for f in range(filters):
            for i in range(out.shape[2]):
                for j in range(out.shape[3]):
                    i0, j0 = i * stride, j * stride
                    out[n, f, i, j] = np.sum(x[n, :, i0 : i0 + kh, j0 : j0 + kw] * w[f]) + b[f]
    return out


@conv2d.mistake(
    "rows_and_columns_swapped",
    "Each of your maps has its rows and columns swapped. The order is (N, F, H', W').",
)
def _(x, w, b, padding=0, stride=1):
    windows = windows_of(x, w.shape[2:], padding, stride)
    return np.einsum("ncijkl,fckl->nfji", windows, w) + np.asarray(b)[:, None, None]


@conv2d.mistake(
    "square_filter_assumed",
    "Your function also uses the filter's height as its width. They may differ: kh, kw = w.shape[2:].",
)
def _(x, w, b, padding=0, stride=1):
    x = zero_padded(x, padding)
    k = w.shape[2]
    out = np.zeros((len(x), len(w), (x.shape[2] - k) // stride + 1, (x.shape[3] - k) // stride + 1))
    for n in range(len(x)):
        for f in range(len(w)):
            for i in range(out.shape[2]):
                for j in range(out.shape[3]):
                    i0, j0 = i * stride, j * stride
                    out[n, f, i, j] = np.sum(x[n, :, i0 : i0 + k, j0 : j0 + k] * w[f]) + b[f]
    return out


@conv2d.mistake(
    "square_image_assumed",
    "Your function makes as many steps along the columns as along the rows. Each axis has its own number of windows.",
)
def _(x, w, b, padding=0, stride=1):
    x = zero_padded(x, padding)
    kh, kw = w.shape[2:]
    size = (x.shape[2] - kh) // stride + 1
    out = np.zeros((len(x), len(w), size, size))
    for n in range(len(x)):
        for f in range(len(w)):
            for i in range(size):
                for j in range(size):
                    i0, j0 = i * stride, j * stride
                    out[n, f, i, j] = np.sum(x[n, :, i0 : i0 + kh, j0 : j0 + kw] * w[f]) + b[f]
    return out


@conv2d.mistake(
    "padding_always_one",
    "You always pad by 1. Use the parameter `padding`, which may be 0.",
)
def _(x, w, b, padding=0, stride=1):
    return conv2d.reference(x, w, b, 1, stride)


@conv2d.mistake("padding_ignored", "Your output is what you get without padding.")
def _(x, w, b, padding=0, stride=1):
    return np.einsum("ncijkl,fckl->nfij", windows_of(x, w.shape[2:], 0, stride), w) + np.asarray(b)[:, None, None]


@conv2d.mistake(
    "padding_on_one_side",
    "Your zeros are only above and on the left. Add them on all four sides, and count both: + 2 * padding.",
)
def _(x, w, b, padding=0, stride=1):
    x = np.pad(x, ((0, 0), (0, 0), (padding, 0), (padding, 0)))
    return np.einsum("ncijkl,fckl->nfij", windows_of(x, w.shape[2:], 0, stride), w) + np.asarray(b)[:, None, None]


@conv2d.mistake(
    "padding_on_every_axis",
    "Your padding also adds images and channels of zeros. np.pad(x, padding) pads all four axes: give a padding "
    "for each axis.",
)
def _(x, w, b, padding=0, stride=1):
    padded = np.pad(x, padding)[: x.shape[0], : x.shape[1]]
    return np.einsum("ncijkl,fckl->nfij", windows_of(padded, w.shape[2:], 0, stride), w) + np.asarray(b)[:, None, None]


@conv2d.mistake(
    "edge_repeated",
    "Your output is what you get when the outermost pixels are repeated as padding. Padding means zeros here.",
)
def _(x, w, b, padding=0, stride=1):
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), mode="edge")
    return np.einsum("ncijkl,fckl->nfij", windows_of(x, w.shape[2:], 0, stride), w) + np.asarray(b)[:, None, None]


@conv2d.mistake(
    "empty_slice",
    "Your function fails with padding 0: padded[:, :, padding:-padding] is padded[:, :, 0:-0], which is empty. Write "
    "padded[:, :, padding : padding + n].",
)
def _(x, w, b, padding=0, stride=1):
    padded = np.zeros((*x.shape[:2], x.shape[2] + 2 * padding, x.shape[3] + 2 * padding))
    padded[:, :, padding:-padding, padding:-padding] = x
    return np.einsum("ncijkl,fckl->nfij", windows_of(padded, w.shape[2:], 0, stride), w) + np.asarray(b)[:, None, None]


@conv2d.mistake(
    "stride_ignored",
    "Your output is what you get when the window always moves by 1. It should start at 0, stride, 2 * stride, ...",
)
def _(x, w, b, padding=0, stride=1):
    return np.einsum("ncijkl,fckl->nfij", windows_of(x, w.shape[2:], padding), w) + np.asarray(b)[:, None, None]


@conv2d.mistake(
    "stride_in_the_size_only",
    "The shape is right, but the windows are the first ones, side by side. Window i, j starts at i * stride, j *"
    " stride.",
)
def _(x, w, b, padding=0, stride=1):
    height, width = (output_size(n, k, padding, stride) for n, k in zip(x.shape[2:], w.shape[2:]))
    windows = windows_of(x, w.shape[2:], padding)[:, :, :height, :width]
    return np.einsum("ncijkl,fckl->nfij", windows, w) + np.asarray(b)[:, None, None]


@conv2d.mistake(
    "stride_on_the_output",
    "Your results are spread out by the stride. The window moves by `stride`, but the results are next to each other.",
)
def _(x, w, b, padding=0, stride=1):
    maps = np.einsum("ncijkl,fckl->nfij", windows_of(x, w.shape[2:], padding), w) + np.asarray(b)[:, None, None]
    out = np.zeros(maps.shape)
    out[:, :, ::stride, ::stride] = maps[:, :, ::stride, ::stride]
    return out


@conv2d.mistake(
    "part_of_a_window_counted",
    "Your output is too large when the stride doesn't divide evenly: leave out a last window that doesn't fit "
    "completely.",
)
def _(x, w, b, padding=0, stride=1):
    more = [-(n + 2 * padding - k) % stride for n, k in zip(x.shape[2:], w.shape[2:])]
    x = np.pad(x, [(0, 0), (0, 0), *((padding, padding + extra) for extra in more)])
    return np.einsum("ncijkl,fckl->nfij", windows_of(x, w.shape[2:], 0, stride), w) + np.asarray(b)[:, None, None]
