"""conv2d_depth: a filter (C, KH, KW) as deep as its image (C, H, W), to (H', W')."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise
from exercises import common_mistakes as common
from exercises.forbidden import CONVOLUTIONS
from exercises.number_types import as_floats

from . import _arrays as arrays
from ._layers import boxes_of, windows_of, zero_padded


@exercise(
    points=2,
    aspects={
        "values": "multiply each channel's window by that channel's weights, and add up everything: one number.",
        "bias": "b is added once to each output, after all channels are summed.",
        "depth": "there may be 1, 3 or 4 channels: x and w always have the same number of them.",
        "not square": "height and width of the image, and of the filter, may differ: (C, H, W) and (C, KH, KW).",
        "padding": "put zeros around each channel, but none before the first channel or after the last.",
        "stride": "the window starts at i * stride, j * stride. Leave out a window that doesn't fit completely.",
        "together": "padding first, then the windows, all channels of each, then the bias.",
        "number types": "x may be an image of bytes (uint8), and results may be fractions: store them in "
        "np.zeros(...), not in an array like x.",
    },
    hints=[
        "A window now holds C * KH * KW numbers, and so does the filter. Their dot product is one output.",
        "Pad only the last two axes: np.pad(x, ((0, 0), (padding, padding), (padding, padding))).",
        "out[i, j] = np.sum(padded[:, i * stride : i * stride + kh, j * stride : j * stride + kw] * w) + b",
    ],
    forbidden=CONVOLUTIONS,
    worked=[
        (
            "values",
            {"x": np.array([[[1, 2], [3, 4]], [[10, 20], [30, 40]]]), "w": np.array([[[1]], [[-1]]])},
        ),
    ],
)
def conv2d_depth(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("cijkl,ckl->ij", windows_of(x, w.shape[1:], padding, stride), np.asarray(w, dtype=float)) + b


@conv2d_depth.steps
def _(x, w, b=0.0, padding=0, stride=1):
    windows = windows_of(x, w.shape[1:], padding, stride)
    return {"padded": zero_padded(x, padding), "windows": windows, "sums": np.einsum("cijkl,ckl->ij", windows, w)}


@conv2d_depth.cases
def _(rng):
    yield "values", {"x": arrays.image(rng, 2, 3, 3), "w": arrays.weights(rng, 2, 2, 2)}
    yield "values", as_floats({"x": arrays.image(rng, 2, 4, 4), "w": arrays.weights(rng, 2, 3, 3)})
    yield "bias", {"x": arrays.image(rng, 2, 3, 3), "w": arrays.weights(rng, 2, 2, 2), "b": arrays.bias(rng)}
    yield "bias", {"x": arrays.image(rng, 2, 3, 3), "w": arrays.weights(rng, 2, 2, 2), "b": arrays.bias(rng)}
    yield "depth", {"x": arrays.image(rng, 1, 3, 3), "w": arrays.weights(rng, 1, 2, 2)}
    yield "depth", {"x": arrays.image(rng, 3, 3, 3), "w": arrays.weights(rng, 3, 2, 2)}
    yield "depth", {"x": arrays.image(rng, 4, 3, 3), "w": arrays.weights(rng, 4, 2, 2)}
    yield "not square", {"x": arrays.image(rng, 2, 3, 5), "w": arrays.weights(rng, 2, 2, 2)}
    yield "not square", {"x": arrays.image(rng, 2, 5, 3), "w": arrays.weights(rng, 2, 2, 2)}
    yield "not square", {"x": arrays.image(rng, 2, 4, 4), "w": arrays.weights(rng, 2, 3, 2)}
    yield "not square", {"x": arrays.image(rng, 2, 3, 3), "w": arrays.weights(rng, 2, 1, 3)}
    yield "padding", {"x": arrays.image(rng, 2, 2, 2), "w": arrays.weights(rng, 2, 3, 3), "padding": 1}
    yield "padding", {"x": arrays.image(rng, 3, 2, 2), "w": arrays.weights(rng, 3, 2, 2), "padding": 2}
    # Strides that divide evenly, and strides that leave 1 or 2 over.
    yield "stride", {"x": arrays.image(rng, 2, 4, 4), "w": arrays.weights(rng, 2, 2, 2), "stride": 2}
    yield "stride", {"x": arrays.image(rng, 2, 5, 5), "w": arrays.weights(rng, 2, 2, 2), "stride": 2}
    yield "stride", {"x": arrays.image(rng, 1, 7, 7), "w": arrays.weights(rng, 1, 2, 2), "stride": 3}
    yield "number types", {"x": arrays.byte_values(rng, 2, 3, 3), "w": arrays.large_weights(rng, 2, 2, 2)}
    yield "number types", {"x": arrays.byte_values(rng, 2, 3, 3), "w": -arrays.large_weights(rng, 2, 2, 2).astype(int)}
    yield "number types", {"x": arrays.odd(rng, 1, 4, 4), "w": arrays.halves(rng, 1, 3, 3)}
    x, w = arrays.halves(rng, 2, 3, 3).astype(np.float32), arrays.halves(rng, 2, 2, 2).astype(np.float32)
    yield "number types", {"x": x, "w": w}
    yield (
        "together",
        {
            "x": arrays.image(rng, 3, 3, 5),
            "w": arrays.weights(rng, 3, 2, 2),
            "b": arrays.bias(rng),
            "padding": 1,
            "stride": 2,
        },
    )
    yield (
        "together",
        {
            "x": arrays.image(rng, 4, 5, 2),
            "w": arrays.weights(rng, 4, 3, 2),
            "b": arrays.bias(rng),
            "padding": 2,
            "stride": 3,
        },
    )


common.bias_subtracted(conv2d_depth)
common.padding_from_the_filter(conv2d_depth, 2)
common.stride_always_two(conv2d_depth)
common.stride_in_the_size_only(conv2d_depth)
common.stride_on_rows_only(conv2d_depth)


@conv2d_depth.mistake(
    "a_map_for_each_channel",
    "Your output has one map for each channel. Add them up: one filter gives one map, however deep it is.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("cijkl,ckl->cij", windows_of(x, w.shape[1:], padding, stride), w) + b


@conv2d_depth.mistake(
    "channels_for_rows",
    "Your sizes come from axes 0 and 1, which are channels and rows. Here an image is (C, H, W): use axes 1 and 2.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    padded, (kh, kw) = zero_padded(x, padding), w.shape[1:]
    out = np.zeros(((padded.shape[0] - kh) // stride + 1, (padded.shape[1] - kw) // stride + 1))
    for i, j in np.ndindex(out.shape):
        out[i, j] = np.sum(padded[:, i * stride : i * stride + kh, j * stride : j * stride + kw] * w) + b
    return out


@conv2d_depth.mistake("first_channel_only", "Your output comes only from the first channel. Add up all channels.")
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("ijkl,kl->ij", windows_of(x[0], w.shape[1:], padding, stride), w[0]) + b


@conv2d_depth.mistake(
    "last_channel_only",
    "Your output comes only from the last channel. Use += instead of = in the loop over channels.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("ijkl,kl->ij", windows_of(x[-1], w.shape[1:], padding, stride), w[-1]) + b


@conv2d_depth.mistake(
    "mean_over_channels",
    "Your output is what you get when the channels are averaged. Add them instead.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    maps = np.einsum("cijkl,ckl->cij", windows_of(x, w.shape[1:], padding, stride), w)
    return maps.mean(axis=0) + b


@conv2d_depth.mistake(
    "same_weights_for_all_channels",
    "Your output is what you get when every channel is multiplied by w[0]. Channel c has its own weights, w[c].",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("cijkl,kl->ij", windows_of(x, w.shape[1:], padding, stride), w[0]) + b


@conv2d_depth.mistake(
    "bias_once_per_channel",
    "Your output is what you get when b is added once for every channel. Add it once, after all channels.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return sum(
        np.einsum("ijkl,kl->ij", windows_of(x[c], w.shape[1:], padding, stride), w[c]) + b for c in range(len(x))
    )


@conv2d_depth.mistake(
    "bias_once_per_weight",
    "Your output is what you get when b is added once for every weight. Add it once to each output, after the sum.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("cijkl,ckl->ij", windows_of(x, w.shape[1:], padding, stride), w) + b * w.size


@conv2d_depth.mistake("bias_missing", "Your output is what you get without the bias. Add b to each output.")
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("cijkl,ckl->ij", windows_of(x, w.shape[1:], padding, stride), w)


@conv2d_depth.mistake(
    "flipped_filter",
    "Your output is what you get when the filter is flipped before it slides. In machine learning, a convolution does "
    "not flip it.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("cijkl,ckl->ij", windows_of(x, w.shape[1:], padding, stride), w[:, ::-1, ::-1]) + b


@conv2d_depth.mistake(
    "channels_padded_too",
    "Your padding also adds channels of zeros, so each channel meets another one's weights. np.pad(x, padding) "
    "pads all axes: give one for each.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    padded = np.pad(x, padding)[: len(x)]
    return np.einsum("cijkl,ckl->ij", windows_of(padded, w.shape[1:], 0, stride), w) + b


@conv2d_depth.mistake(
    "depth_slid_too",
    "Your output has three axes, like that of conv3d. With padding in depth, the filter slides along the channels. "
    "Here it spans them all.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("dijabc,abc->dij", boxes_of(x, w.shape, padding, stride), w) + b


@conv2d_depth.mistake(
    "channels_last_assumed",
    "Your function uses the last axis for the channels. Here they come first: (C, H, W).",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), ((padding, padding), (padding, padding), (0, 0)))
    (height, width, _), (kh, kw, _) = x.shape, w.shape
    out = np.zeros(((height - kh) // stride + 1, (width - kw) // stride + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.sum(x[i * stride : i * stride + kh, j * stride : j * stride + kw, :] * w) + b
    return out


@conv2d_depth.mistake(
    "square_filter_assumed",
    "Your function also uses the filter's height as its width. They may differ: kh, kw = w.shape[1:].",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = zero_padded(x, padding)
    k = w.shape[1]
    out = np.zeros(((x.shape[1] - k) // stride + 1, (x.shape[2] - k) // stride + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.sum(x[:, i * stride : i * stride + k, j * stride : j * stride + k] * w) + b
    return out


@conv2d_depth.mistake(
    "rows_and_columns_swapped",
    "Your output has its rows and columns swapped: out[i, j] is in row i and column j.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("cijkl,ckl->ji", windows_of(x, w.shape[1:], padding, stride), w) + b


@conv2d_depth.mistake(
    "padding_always_one",
    "You always pad by 1. Use the parameter `padding`, which may be 0.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return conv2d_depth.reference(x, w, b, 1, stride)


@conv2d_depth.mistake("padding_ignored", "Your output is what you get without padding.")
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("cijkl,ckl->ij", windows_of(x, w.shape[1:], 0, stride), w) + b


@conv2d_depth.mistake(
    "empty_slice",
    "Your function fails with padding 0: padded[:, padding:-padding] is padded[:, 0:-0], which is empty. Write "
    "padded[:, padding : padding + n].",
)
def _(x, w, b=0.0, padding=0, stride=1):
    channels, height, width = x.shape
    padded = np.zeros((channels, height + 2 * padding, width + 2 * padding))
    padded[:, padding:-padding, padding:-padding] = x
    return np.einsum("cijkl,ckl->ij", windows_of(padded, w.shape[1:], 0, stride), w) + b


@conv2d_depth.mistake(
    "stride_ignored",
    "Your output is what you get when the window always moves by 1. It should start at 0, stride, 2 * stride, ...",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("cijkl,ckl->ij", windows_of(x, w.shape[1:], padding), w) + b


@conv2d_depth.mistake(
    "stride_must_divide",
    "Your function rejects strides that don't divide evenly. They are allowed: what is left over at the end is simply "
    "not used.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    for n, k in zip(x.shape[1:], w.shape[1:]):
        assert (n + 2 * padding - k) % stride == 0
    return np.einsum("cijkl,ckl->ij", windows_of(x, w.shape[1:], padding, stride), w) + b


@conv2d_depth.mistake(
    "integer_results",
    "Your output is what you get when the results are stored as integers: fractions are cut off. Use np.zeros(...) "
    "without an integer dtype.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return (np.einsum("cijkl,ckl->ij", windows_of(x, w.shape[1:], padding, stride), w) + b).astype(int)


@conv2d_depth.variant
def five_loops(x, w, b=0.0, padding=0, stride=1):
    channels, height, width = x.shape
    _, kh, kw = w.shape
    h_out = (height + 2 * padding - kh) // stride + 1
    w_out = (width + 2 * padding - kw) // stride + 1
    out = np.zeros((h_out, w_out))
    for i in range(h_out):
        for j in range(w_out):
            total = b
            for c in range(channels):
                for k in range(kh):
                    for m in range(kw):
                        row, column = i * stride + k - padding, j * stride + m - padding
                        if 0 <= row < height and 0 <= column < width:
                            total += float(x[c, row, column]) * float(w[c, k, m])
            out[i, j] = total
    return out


@conv2d_depth.variant
def window_of_all_channels(x, w, b=0.0, padding=0, stride=1):
    padded = np.pad(x.astype(float), ((0, 0), (padding, padding), (padding, padding)))
    kh, kw = w.shape[1:]
    rows = range(0, padded.shape[1] - kh + 1, stride)
    columns = range(0, padded.shape[2] - kw + 1, stride)
    return np.array([[(padded[:, i : i + kh, j : j + kw] * w).sum() + b for j in columns] for i in rows])


@conv2d_depth.variant
def sum_of_single_channels(x, w, b=0.0, padding=0, stride=1):
    def single(image, weights):
        image = np.pad(image.astype(np.float64), padding)
        windows = np.lib.stride_tricks.sliding_window_view(image, weights.shape)[::stride, ::stride]
        return np.einsum("ijkl,kl->ij", windows, weights)

    out = single(x[0], w[0])
    for c in range(1, len(x)):
        out += single(x[c], w[c])
    return out + b


@conv2d_depth.variant
def as_a_volume(x, w, b=0.0, padding=0, stride=1):
    padded = np.pad(x, [(0, 0), (padding, padding), (padding, padding)]).astype(float)
    windows = np.lib.stride_tricks.sliding_window_view(padded, w.shape)
    return np.einsum("dijabc,abc->dij", windows, w)[0, ::stride, ::stride] + b


@conv2d_depth.variant
def flattened_windows(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), ((0, 0), (padding, padding), (padding, padding)))
    _, kh, kw = w.shape
    rows = np.arange(0, x.shape[1] - kh + 1, stride)
    columns = np.arange(0, x.shape[2] - kw + 1, stride)
    patches = np.array([x[:, i : i + kh, j : j + kw].ravel() for i in rows for j in columns])
    return (patches @ w.ravel() + b).reshape(len(rows), len(columns))


@conv2d_depth.variant
def types_as_they_come(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x, ((0, 0), (padding, padding), (padding, padding)))
    kh, kw = w.shape[1:]
    out = np.zeros(((x.shape[1] - kh) // stride + 1, (x.shape[2] - kw) // stride + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.sum(x[:, i * stride : i * stride + kh, j * stride : j * stride + kw] * w) + b
    return out
