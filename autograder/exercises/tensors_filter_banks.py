"""Notebook 04: filters with depth, filter banks, and the whole convolution layer."""

# References and mistakes are written the way students write them: plain functions of NumPy arrays.

from __future__ import annotations

import numpy as np

from .exercise import Notebook

book = Notebook("04_tensors_filter_banks")

CONVOLUTIONS = ("numpy.convolve", "numpy.correlate", "scipy", "torch", "helpers.layers")

# The lecture's picture and its three kinds of filter: dot, vertical edge, horizontal edge.
HI = np.array([[1, 0, 1, 0, 0], [1, 0, 1, 0, 1], [1, 1, 1, 0, 0], [1, 0, 1, 0, 1], [1, 0, 1, 0, 1]])
DOT = np.array([[-1, -1, -1], [-1, 1, -1], [-1, -1, -1]])
VERTICAL = np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]])
BANK = np.array([DOT, VERTICAL, VERTICAL.T])[:, None]


# Cases. Every number is a small multiple of a power of two, so the order of additions never changes a result.


def _image(rng, *shape):
    """Integers from -9 to 9, none 0."""
    return rng.integers(1, 10, shape) * rng.choice([-1, 1], shape)


def _numbered(rng, *shape):
    """The integers from 1, each once."""
    return rng.permutation(np.arange(1, np.prod(shape) + 1)).reshape(shape)


def _weights(rng, *shape):
    """Integers from -5 to 5, none 0. The first and the last differ, so that a flipped filter differs."""
    w = rng.integers(1, 6, shape) * rng.choice([-1, 1], shape)
    w.flat[-1] = w.flat[0] % 5 + 1
    return w


def _odd(rng, *shape):
    """Odd numbers: with an odd number of weights from `_halves`, no result is an integer."""
    return rng.choice([-7, -5, -3, -1, 1, 3, 5, 7], shape)


def _halves(rng, *shape):
    return rng.choice([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5], shape)


def _bytes(rng, *shape):
    """Grey values: each times 3 doesn't fit into a byte."""
    return rng.integers(100, 256, shape).astype(np.uint8)


def _byte_weights(rng, *shape):
    return rng.integers(2, 7, shape).astype(np.uint8)


def _zeros(w):
    """No bias, for a bank of filters."""
    return np.zeros(len(w))


def _biases(rng, count):
    """A different bias for each filter, none 0."""
    return rng.permutation(np.arange(1, count + 3))[:count] * rng.choice([-1.0, 1.0], count)


def _bias(rng):
    return float(rng.integers(2, 7) * rng.choice([-1, 1]))


# Windows


def _size(n, k, padding, stride):
    return (n + 2 * padding - k) // stride + 1


def _padded(x, padding):
    """Zeros around the last two axes, in floats."""
    return np.pad(np.asarray(x, dtype=float), [(0, 0)] * (x.ndim - 2) + [(padding, padding)] * 2)


def _windows(x, size, padding=0, stride=1):
    """All windows of the last two axes: (..., H, W) and size (kh, kw) to (..., H', W', kh, kw), floats."""
    windows = np.lib.stride_tricks.sliding_window_view(_padded(x, padding), size, axis=(-2, -1))
    return windows[..., ::stride, ::stride, :, :]


def _boxes(x, size, padding=0, stride=1):
    """All windows of a volume: (D, H, W) and size (kd, kh, kw) to (D', H', W', kd, kh, kw), floats."""
    boxes = np.lib.stride_tricks.sliding_window_view(np.pad(np.asarray(x, dtype=float), padding), size)
    return boxes[::stride, ::stride, ::stride]


# to_channels_first


@book.exercise(
    points=1,
    aspects={
        "values": "channel c of the result is image[:, :, c], the numbers of one channel.",
        "not square": "within a channel, rows stay rows and columns stay columns: (H, W, C) becomes (C, H, W).",
        "number of channels": "take the number of channels from the image: it may be 1, 2, 3 or 4.",
        "number types": "nothing is calculated: every number stays as it is, and so does the dtype.",
    },
    hints=[
        "The axes get a new order, and the numbers stay the same. Which axis must come first?",
        "reshape only cuts the same list of numbers at other places. To move axes, use transpose or moveaxis.",
        "image.transpose(2, 0, 1): the new axes are the old axes 2, 0 and 1.",
    ],
    worked=[("values", {"image": np.array([[[1, 2, 3], [4, 5, 6]], [[7, 8, 9], [10, 11, 12]]])})],
)
def to_channels_first(image):
    return np.moveaxis(image, 2, 0)


@to_channels_first.cases
def _(rng):
    yield "values", {"image": _numbered(rng, 2, 2, 3)}
    yield "values", {"image": _numbered(rng, 3, 3, 3)}
    yield "not square", {"image": _numbered(rng, 2, 3, 3)}
    yield "not square", {"image": _numbered(rng, 4, 2, 3)}
    yield "number of channels", {"image": _numbered(rng, 2, 3, 1)}
    yield "number of channels", {"image": _numbered(rng, 3, 2, 2)}
    yield "number of channels", {"image": _numbered(rng, 2, 3, 4)}
    yield "number types", {"image": (_numbered(rng, 2, 3, 3) + 0.5) / 4}
    yield "number types", {"image": (_numbered(rng, 3, 2, 3) + 230).astype(np.uint8)}
    yield "number types", {"image": _numbered(rng, 3, 2, 2) + 300}


@to_channels_first.mistake(
    "reshaped",
    "Your output is what you get from reshape, which cuts the same list of numbers into other rows and mixes the "
    "channels. Move the axis instead, with transpose or moveaxis.",
)
def _(image):
    height, width, channels = image.shape
    return image.reshape(channels, height, width)


@to_channels_first.mistake(
    "all_axes_turned_around",
    "Your output is what you get from image.T: (C, W, H), with every channel transposed. Move only the channel axis to "
    "the front.",
)
def _(image):
    return image.T


@to_channels_first.mistake(
    "channels_in_the_middle",
    "Your output has the shape (H, C, W): the channels come second. They must come first.",
)
def _(image):
    return np.swapaxes(image, 1, 2)


@to_channels_first.mistake(
    "wrong_way_round",
    "Your output is what you get from transpose(1, 2, 0), which turns (C, H, W) into (H, W, C). Here you need the "
    "opposite.",
)
def _(image):
    return image.transpose(1, 2, 0)


@to_channels_first.mistake(
    "colours_reversed",
    "Your output has the channels in reverse order: blue, green, red. Keep their order.",
)
def _(image):
    return np.stack([image[:, :, c] for c in reversed(range(image.shape[2]))])


@to_channels_first.mistake(
    "always_three",
    "Your output is what you get when every image is assumed to have three channels. image.shape[2] says how many it "
    "has.",
)
def _(image):
    return np.array([image[:, :, 0], image[:, :, 1], image[:, :, 2]])


@to_channels_first.mistake("first_channel_only", "Your output is the first channel only. It must contain all channels.")
def _(image):
    return image[:, :, 0]


@to_channels_first.mistake(
    "one_channel_dropped",
    "Your output has lost the channel axis of an image with a single channel: (H, W, 1) becomes (1, H, W). squeeze "
    "removes such axes.",
)
def _(image):
    return np.squeeze(image.transpose(2, 0, 1))


@to_channels_first.mistake(
    "scaled",
    "Your output is divided by 255. Move only the axes; don't change the values.",
)
def _(image):
    return image.transpose(2, 0, 1) / 255


@to_channels_first.mistake(
    "made_bytes",
    "Your output is what you get in uint8: fractions are cut off, and values above 255 wrap around. Keep the image's "
    "dtype.",
)
def _(image):
    return image.transpose(2, 0, 1).astype(np.uint8)


# tensor_axes

tensor_axes = book.answer(
    "tensor_axes",
    4,
    points=1,
    hints=[
        "A vector has one axis, a matrix two. How many does one colour photograph have?",
        "A batch adds one more axis, which selects the photograph: batch[n, c, row, column].",
    ],
)
tensor_axes.mistake("one_photograph", "That is right for one photograph: (C, H, W). A batch has one more axis.", 3)
tensor_axes.mistake("size_for_axes", "That is how many photographs there are. The question is how many axes.", 32)
tensor_axes.mistake("grey", "That is right for a single grey image: rows and columns.", 2)


# conv3d


@book.exercise(
    points=3,
    aspects={
        "values": "output [d, i, j] is the sum of w times the box of x that starts at [d, i, j].",
        "bias": "b is added once to each output, after the products are summed.",
        "filter sizes": "depth, height and width of the filter may all differ: kd, kh, kw = w.shape.",
        "image sizes": "depth, height and width of the input may all differ, so each axis has its own "
        "number of windows.",
        "padding": "put `padding` zeros on both sides of all three axes, depth included.",
        "stride": "the box moves by `stride` along all three axes. Leave out a box that doesn't fit completely.",
        "number types": "convert x and w to floats before you multiply, since uint8 keeps only 8 bits. Store the "
        "results in np.zeros(...), which holds fractions.",
        "together": "padding first, then the boxes that start at d * stride, i * stride, j * stride, then the bias.",
    },
    hints=[
        "It is your 2D convolution with one more axis: one more loop, one more slice.",
        "The output has (n + 2 * padding - k) // stride + 1 entries along each axis, with that axis' own n and k.",
        "out[d, i, j] = np.sum(padded[d * stride : d * stride + kd, i * stride : i * stride + kh, "
        "j * stride : j * stride + kw] * w) + b",
    ],
    forbidden=CONVOLUTIONS,
    worked=[
        ("values", {"x": np.arange(8).reshape(2, 2, 2), "w": np.array([[[0, 0], [0, 0]], [[0, 0], [0, 1]]])}),
    ],
)
def conv3d(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("dijabc,abc->dij", _boxes(x, w.shape, padding, stride), np.asarray(w, dtype=float)) + b


@conv3d.cases
def _(rng):
    yield "values", {"x": _image(rng, 3, 3, 3), "w": _weights(rng, 2, 2, 2)}
    yield "values", {"x": _image(rng, 3, 3, 3), "w": _weights(rng, 3, 3, 3)}
    yield "bias", {"x": _image(rng, 2, 2, 2), "w": _weights(rng, 2, 2, 2), "b": _bias(rng)}
    yield "bias", {"x": _image(rng, 3, 3, 3), "w": _weights(rng, 2, 2, 2), "b": _bias(rng)}
    yield "filter sizes", {"x": _image(rng, 3, 3, 3), "w": _weights(rng, 1, 2, 3)}
    yield "filter sizes", {"x": _image(rng, 3, 3, 3), "w": _weights(rng, 3, 1, 2)}
    yield "filter sizes", {"x": _image(rng, 3, 3, 3), "w": _weights(rng, 2, 3, 1)}
    yield "image sizes", {"x": _image(rng, 2, 3, 4), "w": _weights(rng, 2, 2, 2)}
    yield "image sizes", {"x": _image(rng, 4, 2, 3), "w": _weights(rng, 2, 2, 2)}
    yield "image sizes", {"x": _image(rng, 3, 4, 2), "w": _weights(rng, 2, 2, 2)}
    yield "padding", {"x": _image(rng, 2, 2, 2), "w": _weights(rng, 3, 3, 3), "padding": 1}
    yield "padding", {"x": _image(rng, 1, 1, 1), "w": _weights(rng, 1, 1, 1), "padding": 1}
    # Strides that divide evenly, and strides that leave 1 or 2 over.
    yield "stride", {"x": _image(rng, 3, 3, 3), "w": _weights(rng, 1, 1, 1), "stride": 2}
    yield "stride", {"x": _image(rng, 4, 4, 4), "w": _weights(rng, 1, 1, 1), "stride": 2}
    yield "stride", {"x": _image(rng, 4, 4, 4), "w": _weights(rng, 2, 2, 2), "stride": 3}
    yield "number types", {"x": _bytes(rng, 3, 3, 3), "w": _byte_weights(rng, 2, 2, 2)}
    yield "number types", {"x": _bytes(rng, 2, 2, 2), "w": -_byte_weights(rng, 2, 2, 2).astype(int)}
    yield "number types", {"x": _odd(rng, 3, 3, 3), "w": _halves(rng, 3, 3, 3)}
    x, w = _halves(rng, 2, 2, 2).astype(np.float32), _halves(rng, 1, 1, 1).astype(np.float32)
    yield "number types", {"x": x, "w": w}
    yield (
        "together",
        {"x": _image(rng, 3, 4, 2), "w": _weights(rng, 2, 1, 3), "b": _bias(rng), "padding": 1, "stride": 2},
    )
    yield (
        "together",
        {"x": _image(rng, 2, 3, 4), "w": _weights(rng, 3, 2, 1), "b": _bias(rng), "padding": 2, "stride": 3},
    )


@conv3d.mistake(
    "flipped_filter",
    "Your output is what you get when the filter is flipped before it slides, w[::-1, ::-1, ::-1]. In machine "
    "learning, a convolution does not flip it.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("dijabc,abc->dij", _boxes(x, w.shape, padding, stride), w[::-1, ::-1, ::-1]) + b


@conv3d.mistake(
    "depth_not_slid",
    "Your output is what you get when the box slides only along height and width. It also slides along depth, so the "
    "output has three axes.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("ijabc,abc->ij", _boxes(x, w.shape, padding, stride)[0], w) + b


@conv3d.mistake(
    "each_slice_alone",
    "Your output is what you get when each slice is filtered separately, with w[0]. The box covers kd slices and adds "
    "them all up.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("dijbc,bc->dij", _windows(x, w.shape[1:], padding, stride), w[0]) + b


@conv3d.mistake("bias_missing", "Your output is what you get without the bias. Add b to each output.")
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("dijabc,abc->dij", _boxes(x, w.shape, padding, stride), w)


@conv3d.mistake(
    "bias_once_per_weight",
    "Your output is what you get when b is added once for every weight. Add it once to each output, after the sum.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return np.sum(_boxes(x, w.shape, padding, stride) * w + b, axis=(3, 4, 5))


@conv3d.mistake("padding_ignored", "Your output is what you get without padding.")
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("dijabc,abc->dij", _boxes(x, w.shape, 0, stride), w) + b


@conv3d.mistake(
    "depth_not_padded",
    "Your output is what you get when zeros are added only around each slice. Add `padding` slices of zeros before the "
    "first and after the last slice too.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x, ((0, 0), (padding, padding), (padding, padding)))
    return np.einsum("dijabc,abc->dij", _boxes(x, w.shape, 0, stride), w) + b


@conv3d.mistake(
    "padding_on_one_side",
    "Your output is what you get when zeros are added only at the start of each axis. Add `padding` zeros at its end "
    "too.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("dijabc,abc->dij", _boxes(np.pad(x, (padding, 0)), w.shape, 0, stride), w) + b


@conv3d.mistake(
    "edge_repeated",
    "Your output is what you get when the outermost values are repeated as padding. Padding means zeros here.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("dijabc,abc->dij", _boxes(np.pad(x, padding, mode="edge"), w.shape, 0, stride), w) + b


@conv3d.mistake(
    "empty_slice",
    "Your function fails with padding 0: padded[padding:-padding] is padded[0:-0], which is empty. Write "
    "padded[padding : padding + n].",
)
def _(x, w, b=0.0, padding=0, stride=1):
    padded = np.zeros([n + 2 * padding for n in x.shape])
    padded[padding:-padding, padding:-padding, padding:-padding] = x
    return np.einsum("dijabc,abc->dij", _boxes(padded, w.shape, 0, stride), w) + b


@conv3d.mistake(
    "stride_ignored",
    "Your output is what you get when the box always moves by 1. It should start at 0, stride, 2 * stride, ...",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("dijabc,abc->dij", _boxes(x, w.shape, padding), w) + b


@conv3d.mistake(
    "depth_step_1",
    "Your output is what you get when the stride is used only for height and width. The box takes the same steps in "
    "depth.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("dijabc,abc->dij", _boxes(x, w.shape, padding)[:, ::stride, ::stride], w) + b


@conv3d.mistake(
    "stride_in_the_size_only",
    "Your output has the right shape, but it holds the first boxes one after the other: "
    "box d, i, j starts at d * stride, i * stride, j * stride.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    depth, height, width = (_size(n, k, padding, stride) for n, k in zip(x.shape, w.shape))
    return np.einsum("dijabc,abc->dij", _boxes(x, w.shape, padding)[:depth, :height, :width], w) + b


@conv3d.mistake(
    "part_of_a_box_counted",
    "Your output is too large when the stride doesn't divide evenly: leave out a last box that doesn't fit completely.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    more = [-(n + 2 * padding - k) % stride for n, k in zip(x.shape, w.shape)]
    x = np.pad(x, [(padding, padding + extra) for extra in more])
    return np.einsum("dijabc,abc->dij", _boxes(x, w.shape, 0, stride), w) + b


@conv3d.mistake(
    "stride_must_divide",
    "Your function rejects strides that don't divide evenly. They are allowed: what is left over at the end is simply "
    "not used.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    for n, k in zip(x.shape, w.shape):
        assert (n + 2 * padding - k) % stride == 0
    return np.einsum("dijabc,abc->dij", _boxes(x, w.shape, padding, stride), w) + b


@conv3d.mistake(
    "rows_and_columns_swapped",
    "Your output has its rows and columns swapped. The order is depth, height, width.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("dijabc,abc->dji", _boxes(x, w.shape, padding, stride), w) + b


@conv3d.mistake(
    "depth_comes_last",
    "Your output has the depth as its last axis. The order is depth, height, width.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("dijabc,abc->ijd", _boxes(x, w.shape, padding, stride), w) + b


@conv3d.mistake(
    "cubic_filter_assumed",
    "Your function also uses the filter's depth as its height and width. Its three sizes may differ: kd, kh, kw = "
    "w.shape.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    k = w.shape[0]
    depth, height, width = ((n - k) // stride + 1 for n in x.shape)
    out = np.zeros((depth, height, width))
    for d in range(depth):
        for i in range(height):
            for j in range(width):
                d0, i0, j0 = d * stride, i * stride, j * stride
                out[d, i, j] = np.sum(x[d0 : d0 + k, i0 : i0 + k, j0 : j0 + k] * w) + b
    return out


@conv3d.mistake(
    "cubic_image_assumed",
    "Your function makes as many steps in height and width as in depth. Each axis has its own number of windows.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kd, kh, kw = w.shape
    n = (x.shape[0] - kd) // stride + 1
    out = np.zeros((n, n, n))
    for d in range(n):
        for i in range(n):
            for j in range(n):
                d0, i0, j0 = d * stride, i * stride, j * stride
                out[d, i, j] = np.sum(x[d0 : d0 + kd, i0 : i0 + kh, j0 : j0 + kw] * w) + b
    return out


@conv3d.mistake(
    "last_product_only",
    "Your output is what you get when each product replaces the one before it. Use += instead of =.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return _boxes(x, w.shape, padding, stride)[..., -1, -1, -1] * w[-1, -1, -1] + b


@conv3d.mistake(
    "mean_for_sum",
    "Your output is what you get when the products are averaged. A dot product is their sum.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return np.mean(_boxes(x, w.shape, padding, stride) * w, axis=(3, 4, 5)) + b


@conv3d.mistake(
    "integer_results",
    "Your output is what you get when the results are stored as integers: fractions are cut off. Use np.zeros(...) "
    "without an integer dtype.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return (np.einsum("dijabc,abc->dij", _boxes(x, w.shape, padding, stride), w) + b).astype(int)


@conv3d.mistake(
    "kept_in_bytes",
    "Your output is what you get when uint8 numbers are multiplied as uint8: results above 255 wrap around. Convert "
    "them to floats first.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    boxes = np.lib.stride_tricks.sliding_window_view(np.pad(x, padding), w.shape)[::stride, ::stride, ::stride]
    return np.sum(boxes * w, axis=(3, 4, 5)) + b


# conv2d_depth


@book.exercise(
    points=2,
    aspects={
        "values": "multiply each channel's window by that channel's weights, and add up everything: one number.",
        "bias": "b is added once to each output, after all channels are summed.",
        "depth": "there may be 1, 3 or 4 channels: x and w always have the same number of them.",
        "not square": "height and width of the image, and of the filter, may differ: (C, H, W) and (C, KH, KW).",
        "padding": "put zeros around each channel, but none before the first channel or after the last.",
        "stride": "the window starts at i * stride, j * stride. Leave out a window that doesn't fit completely.",
        "number types": "convert x and w to floats before you multiply, since uint8 keeps only 8 bits. Store the "
        "results in np.zeros(...), which holds fractions.",
        "together": "padding first, then the windows, all channels of each, then the bias.",
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
    return np.einsum("cijkl,ckl->ij", _windows(x, w.shape[1:], padding, stride), np.asarray(w, dtype=float)) + b


@conv2d_depth.cases
def _(rng):
    yield "values", {"x": _image(rng, 2, 3, 3), "w": _weights(rng, 2, 2, 2)}
    yield "values", {"x": _image(rng, 2, 4, 4), "w": _weights(rng, 2, 3, 3)}
    yield "bias", {"x": _image(rng, 2, 3, 3), "w": _weights(rng, 2, 2, 2), "b": _bias(rng)}
    yield "bias", {"x": _image(rng, 2, 3, 3), "w": _weights(rng, 2, 2, 2), "b": _bias(rng)}
    yield "depth", {"x": _image(rng, 1, 3, 3), "w": _weights(rng, 1, 2, 2)}
    yield "depth", {"x": _image(rng, 3, 3, 3), "w": _weights(rng, 3, 2, 2)}
    yield "depth", {"x": _image(rng, 4, 3, 3), "w": _weights(rng, 4, 2, 2)}
    yield "not square", {"x": _image(rng, 2, 3, 5), "w": _weights(rng, 2, 2, 2)}
    yield "not square", {"x": _image(rng, 2, 5, 3), "w": _weights(rng, 2, 2, 2)}
    yield "not square", {"x": _image(rng, 2, 4, 4), "w": _weights(rng, 2, 3, 2)}
    yield "not square", {"x": _image(rng, 2, 3, 3), "w": _weights(rng, 2, 1, 3)}
    yield "padding", {"x": _image(rng, 2, 2, 2), "w": _weights(rng, 2, 3, 3), "padding": 1}
    yield "padding", {"x": _image(rng, 3, 2, 2), "w": _weights(rng, 3, 2, 2), "padding": 2}
    # Strides that divide evenly, and strides that leave 1 or 2 over.
    yield "stride", {"x": _image(rng, 2, 4, 4), "w": _weights(rng, 2, 2, 2), "stride": 2}
    yield "stride", {"x": _image(rng, 2, 5, 5), "w": _weights(rng, 2, 2, 2), "stride": 2}
    yield "stride", {"x": _image(rng, 1, 7, 7), "w": _weights(rng, 1, 2, 2), "stride": 3}
    yield "number types", {"x": _bytes(rng, 2, 3, 3), "w": _byte_weights(rng, 2, 2, 2)}
    yield "number types", {"x": _bytes(rng, 2, 3, 3), "w": -_byte_weights(rng, 2, 2, 2).astype(int)}
    yield "number types", {"x": _odd(rng, 1, 4, 4), "w": _halves(rng, 1, 3, 3)}
    x, w = _halves(rng, 2, 3, 3).astype(np.float32), _halves(rng, 2, 2, 2).astype(np.float32)
    yield "number types", {"x": x, "w": w}
    yield (
        "together",
        {"x": _image(rng, 3, 3, 5), "w": _weights(rng, 3, 2, 2), "b": _bias(rng), "padding": 1, "stride": 2},
    )
    yield (
        "together",
        {"x": _image(rng, 4, 5, 2), "w": _weights(rng, 4, 3, 2), "b": _bias(rng), "padding": 2, "stride": 3},
    )


@conv2d_depth.mistake(
    "a_map_for_each_channel",
    "Your output has one map for each channel. Add them up: one filter gives one map, however deep it is.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("cijkl,ckl->cij", _windows(x, w.shape[1:], padding, stride), w) + b


@conv2d_depth.mistake("first_channel_only", "Your output comes only from the first channel. Add up all channels.")
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("ijkl,kl->ij", _windows(x[0], w.shape[1:], padding, stride), w[0]) + b


@conv2d_depth.mistake(
    "last_channel_only",
    "Your output comes only from the last channel. Use += instead of = in the loop over channels.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("ijkl,kl->ij", _windows(x[-1], w.shape[1:], padding, stride), w[-1]) + b


@conv2d_depth.mistake(
    "mean_over_channels",
    "Your output is what you get when the channels are averaged. Add them instead.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    maps = np.einsum("cijkl,ckl->cij", _windows(x, w.shape[1:], padding, stride), w)
    return maps.mean(axis=0) + b


@conv2d_depth.mistake(
    "same_weights_for_all_channels",
    "Your output is what you get when every channel is multiplied by w[0]. Channel c has its own weights, w[c].",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("cijkl,kl->ij", _windows(x, w.shape[1:], padding, stride), w[0]) + b


@conv2d_depth.mistake(
    "bias_once_per_channel",
    "Your output is what you get when b is added once for every channel. Add it once, after all channels.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return sum(np.einsum("ijkl,kl->ij", _windows(x[c], w.shape[1:], padding, stride), w[c]) + b for c in range(len(x)))


@conv2d_depth.mistake(
    "bias_once_per_weight",
    "Your output is what you get when b is added once for every weight. Add it once to each output, after the sum.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("cijkl,ckl->ij", _windows(x, w.shape[1:], padding, stride), w) + b * w.size


@conv2d_depth.mistake("bias_missing", "Your output is what you get without the bias. Add b to each output.")
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("cijkl,ckl->ij", _windows(x, w.shape[1:], padding, stride), w)


@conv2d_depth.mistake(
    "flipped_filter",
    "Your output is what you get when the filter is flipped before it slides. In machine learning, a convolution does "
    "not flip it.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("cijkl,ckl->ij", _windows(x, w.shape[1:], padding, stride), w[:, ::-1, ::-1]) + b


@conv2d_depth.mistake(
    "channels_padded_too",
    "Your output is what you get when zeros are also added before the first channel, so that every channel is "
    "multiplied by another one's weights. np.pad(x, padding) pads all axes: give a padding for each axis.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    padded = np.pad(x, padding)[: len(x)]
    return np.einsum("cijkl,ckl->ij", _windows(padded, w.shape[1:], 0, stride), w) + b


@conv2d_depth.mistake(
    "depth_slid_too",
    "Your output has three axes, like that of conv3d. With padding in depth, the filter slides along the channels. "
    "Here it spans them all.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("dijabc,abc->dij", _boxes(x, w.shape, padding, stride), w) + b


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
    x = _padded(x, padding)
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
    return np.einsum("cijkl,ckl->ji", _windows(x, w.shape[1:], padding, stride), w) + b


@conv2d_depth.mistake("padding_ignored", "Your output is what you get without padding.")
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("cijkl,ckl->ij", _windows(x, w.shape[1:], 0, stride), w) + b


@conv2d_depth.mistake(
    "empty_slice",
    "Your function fails with padding 0: padded[:, padding:-padding] is padded[:, 0:-0], which is empty. Write "
    "padded[:, padding : padding + n].",
)
def _(x, w, b=0.0, padding=0, stride=1):
    channels, height, width = x.shape
    padded = np.zeros((channels, height + 2 * padding, width + 2 * padding))
    padded[:, padding:-padding, padding:-padding] = x
    return np.einsum("cijkl,ckl->ij", _windows(padded, w.shape[1:], 0, stride), w) + b


@conv2d_depth.mistake(
    "stride_ignored",
    "Your output is what you get when the window always moves by 1. It should start at 0, stride, 2 * stride, ...",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("cijkl,ckl->ij", _windows(x, w.shape[1:], padding), w) + b


@conv2d_depth.mistake(
    "stride_must_divide",
    "Your function rejects strides that don't divide evenly. They are allowed: what is left over at the end is simply "
    "not used.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    for n, k in zip(x.shape[1:], w.shape[1:]):
        assert (n + 2 * padding - k) % stride == 0
    return np.einsum("cijkl,ckl->ij", _windows(x, w.shape[1:], padding, stride), w) + b


@conv2d_depth.mistake(
    "integer_results",
    "Your output is what you get when the results are stored as integers: fractions are cut off. Use np.zeros(...) "
    "without an integer dtype.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return (np.einsum("cijkl,ckl->ij", _windows(x, w.shape[1:], padding, stride), w) + b).astype(int)


@conv2d_depth.mistake(
    "kept_in_bytes",
    "Your output is what you get when uint8 numbers are multiplied as uint8: results above 255 wrap around. Convert "
    "them to floats first.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x, ((0, 0), (padding, padding), (padding, padding)))
    kh, kw = w.shape[1:]
    out = np.zeros(((x.shape[1] - kh) // stride + 1, (x.shape[2] - kw) // stride + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.sum(x[:, i * stride : i * stride + kh, j * stride : j * stride + kw] * w) + b
    return out


# conv1d_channels


def _one_hot(letters):
    return np.array([[int(letter == base) for letter in letters] for base in "ACGT"])


@book.exercise(
    points=2,
    aspects={
        "values": "output i is the sum of w times columns i, i + 1, ... of x, over all channels.",
        "bias": "b is added once to each output, after all channels are summed.",
        "depth": "there may be 1, 3 or 4 channels: x and w always have the same number of them.",
        "filter size": "there are n - k + 1 windows, for every k: k = w.shape[1].",
        "number types": "convert x and w to floats before you multiply, since uint8 keeps only 8 bits. Store the "
        "results in np.zeros(...), which holds fractions.",
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
    yield "values", {"x": _image(rng, 2, rng.integers(4, 6)), "w": _weights(rng, 2, 3)}
    yield "values", {"x": _image(rng, 2, rng.integers(6, 9)), "w": _weights(rng, 2, 3)}
    yield "bias", {"x": _image(rng, 2, 5), "w": _weights(rng, 2, 3), "b": _bias(rng)}
    yield "bias", {"x": _image(rng, 2, 6), "w": _weights(rng, 2, 3), "b": _bias(rng)}
    yield "depth", {"x": _image(rng, 1, rng.integers(5, 8)), "w": _weights(rng, 1, 3)}
    yield "depth", {"x": _image(rng, 3, rng.integers(5, 8)), "w": _weights(rng, 3, 3)}
    yield "depth", {"x": _image(rng, 4, rng.integers(5, 8)), "w": _weights(rng, 4, 3)}
    yield "filter size", {"x": _image(rng, 2, rng.integers(4, 7)), "w": _weights(rng, 2, 2)}
    yield "filter size", {"x": _image(rng, 3, rng.integers(6, 9)), "w": _weights(rng, 3, 4)}
    yield "filter size", {"x": _image(rng, 2, 5), "w": _weights(rng, 2, 1)}
    yield "filter size", {"x": _image(rng, 2, 5), "w": _weights(rng, 2, 5)}
    yield "number types", {"x": _bytes(rng, 2, 5), "w": _byte_weights(rng, 2, 3)}
    yield "number types", {"x": _bytes(rng, 3, 4), "w": -_byte_weights(rng, 3, 2).astype(int)}
    yield "number types", {"x": _odd(rng, 3, 5), "w": _halves(rng, 3, 3)}
    yield (
        "number types",
        {"x": _halves(rng, 2, 6).astype(np.float32), "w": _halves(rng, 2, 4).astype(np.float32)},
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


@conv1d_channels.mistake(
    "kept_in_bytes",
    "Your output is what you get when uint8 numbers are multiplied as uint8: results above 255 wrap around. Convert "
    "them to floats first.",
)
def _(x, w, b=0.0):
    k = w.shape[1]
    return np.array([np.sum(x[:, i : i + k] * w) + b for i in range(x.shape[1] - k + 1)])


# filter_bank


@book.exercise(
    points=2,
    aspects={
        "values": "map f of the output is the result of filter w[f]: (F, H', W'), in the order of the filters.",
        "number of filters": "there is one map for each filter: 1, 3 or 4 of them. len(w) says how many.",
        "depth": "each filter is as deep as the image: 1, 3 or 4 channels.",
        "bias": "b holds one bias for each filter: b[f] is added to map f, once.",
        "not square": "height and width of the image, and of the filters, may differ.",
        "padding and stride": "pass padding and stride to every filter's convolution.",
        "number types": "convert x and w to floats before you multiply, since uint8 keeps only 8 bits. Store the "
        "results in np.zeros(...), which holds fractions.",
        "together": "each map is conv2d_depth(x, w[f], b[f], padding, stride).",
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
    windows = _windows(x, w.shape[2:], padding, stride)
    return np.einsum("cijkl,fckl->fij", windows, np.asarray(w, dtype=float)) + np.asarray(b, dtype=float)[:, None, None]


@filter_bank.cases
def _(rng):
    def case(image, bank, **options):
        w = _weights(rng, *bank)
        return {"x": _image(rng, *image), "w": w, "b": _zeros(w), **options}

    yield "values", case((2, 3, 3), (2, 2, 2, 2))
    yield "values", case((2, 4, 4), (2, 2, 3, 3))
    yield "number of filters", case((2, 3, 3), (1, 2, 2, 2))
    yield "number of filters", case((2, 3, 3), (3, 2, 2, 2))
    yield "number of filters", case((2, 3, 3), (4, 2, 2, 2))
    yield "depth", case((1, 3, 3), (2, 1, 2, 2))
    yield "depth", case((3, 3, 3), (2, 3, 2, 2))
    yield "depth", case((4, 3, 3), (2, 4, 2, 2))
    yield "bias", case((2, 3, 3), (2, 2, 2, 2), b=_biases(rng, 2))
    yield "bias", case((2, 3, 3), (3, 2, 2, 2), b=_biases(rng, 3))
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
    w = _byte_weights(rng, 2, 2, 2, 2)
    yield "number types", {"x": _bytes(rng, 2, 3, 3), "w": w, "b": np.array([0, 0])}
    w = -_byte_weights(rng, 2, 2, 2, 2).astype(int)
    yield "number types", {"x": _bytes(rng, 2, 2, 2), "w": w, "b": np.array([0, 0])}
    yield "number types", {"x": _odd(rng, 1, 3, 3), "w": _halves(rng, 2, 1, 3, 3), "b": np.array([0, 0])}
    x, w = _halves(rng, 2, 3, 3).astype(np.float32), _halves(rng, 2, 2, 2, 2).astype(np.float32)
    yield "number types", {"x": x, "w": w, "b": np.zeros(2, np.float32)}
    yield "together", case((3, 3, 5), (2, 3, 2, 2), b=_biases(rng, 2), padding=1, stride=2)
    yield "together", case((2, 5, 2), (4, 2, 3, 2), b=_biases(rng, 4), padding=2, stride=3)


@filter_bank.mistake(
    "maps_added_up",
    "Your output is one map, the sum over all filters. Each filter has its own map: only channels are added up.",
)
def _(x, w, b, padding=0, stride=1):
    windows = _windows(x, w.shape[2:], padding, stride)
    return np.einsum("cijkl,fckl->ij", windows, w) + np.sum(b)


@filter_bank.mistake(
    "last_filter_only",
    "Your output is only the last filter's map: each pass of the loop replaces the map before it. Collect all maps.",
)
def _(x, w, b, padding=0, stride=1):
    windows = _windows(x, w.shape[2:], padding, stride)
    for f in range(len(w)):
        out = np.einsum("cijkl,ckl->ij", windows, w[f]) + b[f]
    return out


@filter_bank.mistake(
    "same_filter_for_all",
    "All your maps come from the first filter. Map f comes from w[f].",
)
def _(x, w, b, padding=0, stride=1):
    windows = _windows(x, w.shape[2:], padding, stride)
    return np.array([np.einsum("cijkl,ckl->ij", windows, w[0]) + b[f] for f in range(len(w))])


@filter_bank.mistake(
    "filters_last",
    "Your output has the filters as its last axis: (H', W', F). Here channels come first: (F, H', W').",
)
def _(x, w, b, padding=0, stride=1):
    windows = _windows(x, w.shape[2:], padding, stride)
    return np.einsum("cijkl,fckl->ijf", windows, w) + b


@filter_bank.mistake(
    "a_map_for_each_channel",
    "Your output has a map for each filter and each channel. A filter adds up all its channels, so there are F maps.",
)
def _(x, w, b, padding=0, stride=1):
    maps = np.einsum("cijkl,fckl->fcij", _windows(x, w.shape[2:], padding, stride), w)
    return maps + np.asarray(b)[:, None, None, None]


@filter_bank.mistake(
    "channel_and_filter_swapped",
    "Your output is what you get when w is read as (C, F, KH, KW). It is (F, C, KH, KW): w[f] is filter f.",
)
def _(x, w, b, padding=0, stride=1):
    windows = _windows(x, w.shape[2:], padding, stride)
    return np.array([np.einsum("cijkl,ckl->ij", windows, w[:, f]) + b[f] for f in range(w.shape[1])])


@filter_bank.mistake(
    "first_channel_only",
    "Your output comes only from the image's first channel. Each filter uses all of them.",
)
def _(x, w, b, padding=0, stride=1):
    windows = _windows(x[0], w.shape[2:], padding, stride)
    return np.einsum("ijkl,fkl->fij", windows, w[:, 0]) + np.asarray(b)[:, None, None]


@filter_bank.mistake("bias_missing", "Your output is what you get without the biases. Add b[f] to map f.")
def _(x, w, b, padding=0, stride=1):
    return np.einsum("cijkl,fckl->fij", _windows(x, w.shape[2:], padding, stride), w)


@filter_bank.mistake(
    "one_bias_for_all",
    "Your output is what you get when the first bias is used for every filter. Filter f has its own, b[f].",
)
def _(x, w, b, padding=0, stride=1):
    return np.einsum("cijkl,fckl->fij", _windows(x, w.shape[2:], padding, stride), w) + b[0]


@filter_bank.mistake(
    "biases_added_up",
    "Your output is what you get when all biases are added to every map. Map f gets only b[f].",
)
def _(x, w, b, padding=0, stride=1):
    return np.einsum("cijkl,fckl->fij", _windows(x, w.shape[2:], padding, stride), w) + np.sum(b)


@filter_bank.mistake(
    "bias_once_per_channel",
    "Your output is what you get when b[f] is added once for every channel. Add it once, after all channels.",
)
def _(x, w, b, padding=0, stride=1):
    maps = np.einsum("cijkl,fckl->fij", _windows(x, w.shape[2:], padding, stride), w)
    return maps + len(x) * np.asarray(b)[:, None, None]


@filter_bank.mistake(
    "padding_and_stride_not_handed_on",
    "Your output is what you get with padding 0 and stride 1: your function takes both, but doesn't pass them on.",
)
def _(x, w, b, padding=0, stride=1):
    return np.einsum("cijkl,fckl->fij", _windows(x, w.shape[2:]), w) + np.asarray(b)[:, None, None]


@filter_bank.mistake("padding_ignored", "Your output is what you get without padding.")
def _(x, w, b, padding=0, stride=1):
    return np.einsum("cijkl,fckl->fij", _windows(x, w.shape[2:], 0, stride), w) + np.asarray(b)[:, None, None]


@filter_bank.mistake(
    "stride_ignored",
    "Your output is what you get when the window always moves by 1. It should start at 0, stride, 2 * stride, ...",
)
def _(x, w, b, padding=0, stride=1):
    return np.einsum("cijkl,fckl->fij", _windows(x, w.shape[2:], padding), w) + np.asarray(b)[:, None, None]


@filter_bank.mistake(
    "padding_and_stride_swapped",
    "Your output is what you get when padding and stride are swapped: conv2d_depth takes padding first.",
)
def _(x, w, b, padding=0, stride=1):
    windows = _windows(x, w.shape[2:], stride, padding)
    return np.einsum("cijkl,fckl->fij", windows, w) + np.asarray(b)[:, None, None]


@filter_bank.mistake(
    "rows_and_columns_swapped",
    "Each of your maps has its rows and columns swapped. The order is (F, H', W').",
)
def _(x, w, b, padding=0, stride=1):
    return np.einsum("cijkl,fckl->fji", _windows(x, w.shape[2:], padding, stride), w) + np.asarray(b)[:, None, None]


@filter_bank.mistake(
    "integer_results",
    "Your output is what you get when the results are stored as integers: fractions are cut off. Use np.zeros(...) "
    "without an integer dtype.",
)
def _(x, w, b, padding=0, stride=1):
    maps = np.einsum("cijkl,fckl->fij", _windows(x, w.shape[2:], padding, stride), w) + np.asarray(b)[:, None, None]
    return maps.astype(int)


# second_layer_depth

second_layer_depth = book.answer(
    "second_layer_depth",
    16,
    points=1,
    hints=[
        "What does the first layer pass on? How many feature maps are in that stack?",
        "A filter is as deep as its input. The second layer's input is not the photograph.",
    ],
)
second_layer_depth.mistake(
    "depth_of_the_photograph",
    "That is the photograph's depth. The second layer's input is the first layer's output.",
    3,
)
second_layer_depth.mistake(
    "channels_times_filters",
    "That counts three maps for each filter. A filter adds up its channels: it gives one map.",
    48,
)
second_layer_depth.mistake("flat", "That filter would use only one of the feature maps. A filter spans them all.", 1)
second_layer_depth.mistake(
    "size_of_the_filter", "That is the filter's height and width. Its depth comes from the layer before it.", 5
)


# conv2d


@book.exercise(
    points=4,
    aspects={
        "values": "for one image, one channel and one filter, it is the convolution of notebook 03.",
        "bias": "b[f] is added once to each output of filter f, after all channels are summed.",
        "channels": "add up the products of all channels: a filter gives one map, however deep it is.",
        "filters": "map f of the output comes from filter w[f]: the second axis of the result counts the filters.",
        "batch": "each image is treated separately: out[n] depends only on x[n].",
        "not square": "height and width of images and filters may differ: count the windows along each axis "
        "separately.",
        "padding": "put zeros around rows and columns only, not around images or channels.",
        "stride": "the window starts at i * stride, j * stride. Leave out a window that doesn't fit completely.",
        "number types": "convert x and w to floats before you multiply, since uint8 keeps only 8 bits. Store the "
        "results in np.zeros(...), which holds fractions.",
        "together": "padding first, then windows, all channels of each, one map for each filter, then the bias.",
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
    windows = _windows(x, w.shape[2:], padding, stride)
    return (
        np.einsum("ncijkl,fckl->nfij", windows, np.asarray(w, dtype=float)) + np.asarray(b, dtype=float)[:, None, None]
    )


@conv2d.cases
def _(rng):
    def case(images, bank, **options):
        w = _weights(rng, *bank)
        return {"x": _image(rng, *images), "w": w, "b": _zeros(w), **options}

    yield "values", case((1, 1, 3, 3), (1, 1, 2, 2))
    yield "values", case((1, 1, 4, 4), (1, 1, 3, 3))
    yield "bias", case((1, 1, 3, 3), (1, 1, 2, 2), b=_biases(rng, 1))
    yield "bias", case((1, 1, 3, 3), (3, 1, 2, 2), b=_biases(rng, 3))
    yield "bias", case((1, 2, 4, 4), (1, 2, 3, 3), b=_biases(rng, 1))
    yield "channels", case((1, 2, 3, 3), (1, 2, 2, 2))
    yield "channels", case((1, 3, 3, 3), (1, 3, 2, 2))
    yield "filters", case((1, 1, 3, 3), (2, 1, 2, 2))
    yield "filters", case((1, 1, 3, 3), (3, 1, 2, 2))
    yield "filters", case((1, 2, 3, 3), (2, 2, 2, 2))
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
    w = _byte_weights(rng, 1, 1, 2, 2)
    yield "number types", {"x": _bytes(rng, 1, 1, 3, 3), "w": w, "b": np.array([0])}
    w = -_byte_weights(rng, 1, 1, 2, 2).astype(int)
    yield "number types", {"x": _bytes(rng, 1, 1, 3, 3), "w": w, "b": np.array([0])}
    yield "number types", {"x": _odd(rng, 1, 1, 4, 4), "w": _halves(rng, 1, 1, 3, 3), "b": np.array([0])}
    x, w = _halves(rng, 1, 1, 3, 3).astype(np.float32), _halves(rng, 1, 1, 2, 2).astype(np.float32)
    yield "number types", {"x": x, "w": w, "b": np.zeros(1, np.float32)}
    yield "together", case((2, 3, 3, 5), (4, 3, 2, 2), b=_biases(rng, 4), padding=1, stride=2)
    yield "together", case((3, 4, 5, 2), (2, 4, 3, 2), b=_biases(rng, 2), padding=2, stride=3)


@conv2d.mistake(
    "flipped_filter",
    "Your output is what you get when the filters are flipped before they slide. In machine learning, a convolution "
    "does not flip them.",
)
def _(x, w, b, padding=0, stride=1):
    windows = _windows(x, w.shape[2:], padding, stride)
    return np.einsum("ncijkl,fckl->nfij", windows, w[:, :, ::-1, ::-1]) + np.asarray(b)[:, None, None]


@conv2d.mistake(
    "first_image_only",
    "Your output holds only the first image's maps. Every image of the batch has its own.",
)
def _(x, w, b, padding=0, stride=1):
    windows = _windows(x[:1], w.shape[2:], padding, stride)
    return np.einsum("ncijkl,fckl->nfij", windows, w) + np.asarray(b)[:, None, None]


@conv2d.mistake(
    "batch_added_up",
    "Your output adds up the images of the batch. Each image has its own maps: out[n] depends only on x[n].",
)
def _(x, w, b, padding=0, stride=1):
    windows = _windows(x, w.shape[2:], padding, stride)
    maps = np.einsum("ncijkl,fckl->fij", windows, w) + np.asarray(b)[:, None, None]
    return np.array([maps] * len(x))


@conv2d.mistake(
    "first_channel_only",
    "Your output comes only from the first channel. Add up all channels.",
)
def _(x, w, b, padding=0, stride=1):
    windows = _windows(x[:, :1], w.shape[2:], padding, stride)
    return np.einsum("ncijkl,fckl->nfij", windows, w[:, :1]) + np.asarray(b)[:, None, None]


@conv2d.mistake(
    "last_channel_only",
    "Your output comes only from the last channel. Use += instead of = in the loop over channels.",
)
def _(x, w, b, padding=0, stride=1):
    windows = _windows(x[:, -1:], w.shape[2:], padding, stride)
    return np.einsum("ncijkl,fckl->nfij", windows, w[:, -1:]) + np.asarray(b)[:, None, None]


@conv2d.mistake(
    "mean_over_channels",
    "Your output is what you get when the channels are averaged. Add them instead.",
)
def _(x, w, b, padding=0, stride=1):
    windows = _windows(x, w.shape[2:], padding, stride)
    return np.einsum("ncijkl,fckl->nfij", windows, w) / w.shape[1] + np.asarray(b)[:, None, None]


@conv2d.mistake(
    "channel_and_filter_swapped",
    "Your output is what you get when w is read as (C, F, KH, KW). It is (F, C, KH, KW): w[f] is filter f.",
)
def _(x, w, b, padding=0, stride=1):
    return np.einsum("ncijkl,cfkl->nfij", _windows(x, w.shape[2:], padding, stride), w) + np.asarray(b)[:, None, None]


@conv2d.mistake(
    "filters_last",
    "Your output has the filters as its last axis: (N, H', W', F). Here they come second: (N, F, H', W').",
)
def _(x, w, b, padding=0, stride=1):
    return np.einsum("ncijkl,fckl->nijf", _windows(x, w.shape[2:], padding, stride), w) + b


@conv2d.mistake(
    "maps_added_up",
    "Your output has the sum over all filters in each map. Each filter has its own map: only channels are added up.",
)
def _(x, w, b, padding=0, stride=1):
    maps = np.einsum("ncijkl,fckl->nij", _windows(x, w.shape[2:], padding, stride), w)
    return np.stack([maps] * len(w), axis=1) + np.asarray(b)[:, None, None]


@conv2d.mistake("bias_missing", "Your output is what you get without the biases. Add b[f] to every map of filter f.")
def _(x, w, b, padding=0, stride=1):
    return np.einsum("ncijkl,fckl->nfij", _windows(x, w.shape[2:], padding, stride), w)


@conv2d.mistake(
    "one_bias_for_all",
    "Your output is what you get when the first bias is used for every filter. Filter f has its own, b[f].",
)
def _(x, w, b, padding=0, stride=1):
    return np.einsum("ncijkl,fckl->nfij", _windows(x, w.shape[2:], padding, stride), w) + b[0]


@conv2d.mistake(
    "bias_once_per_channel",
    "Your output is what you get when b[f] is added once for every channel. Add it once, after all channels.",
)
def _(x, w, b, padding=0, stride=1):
    maps = np.einsum("ncijkl,fckl->nfij", _windows(x, w.shape[2:], padding, stride), w)
    return maps + w.shape[1] * np.asarray(b)[:, None, None]


@conv2d.mistake(
    "bias_once_per_weight",
    "Your output is what you get when b[f] is added once for every weight. Add it once to each output, after the sum.",
)
def _(x, w, b, padding=0, stride=1):
    maps = np.einsum("ncijkl,fckl->nfij", _windows(x, w.shape[2:], padding, stride), w)
    return maps + w[0].size * np.asarray(b)[:, None, None]


@conv2d.mistake(
    "height_and_width_swapped",
    "Your function swaps height and width. x.shape is (N, C, H, W), with rows before columns.",
)
def _(x, w, b, padding=0, stride=1):
    x = _padded(x, padding)
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
    windows = _windows(x, w.shape[2:], padding, stride)
    return np.einsum("ncijkl,fckl->nfji", windows, w) + np.asarray(b)[:, None, None]


@conv2d.mistake(
    "square_filter_assumed",
    "Your function also uses the filter's height as its width. They may differ: kh, kw = w.shape[2:].",
)
def _(x, w, b, padding=0, stride=1):
    x = _padded(x, padding)
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
    x = _padded(x, padding)
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


@conv2d.mistake("padding_ignored", "Your output is what you get without padding.")
def _(x, w, b, padding=0, stride=1):
    return np.einsum("ncijkl,fckl->nfij", _windows(x, w.shape[2:], 0, stride), w) + np.asarray(b)[:, None, None]


@conv2d.mistake(
    "padding_on_one_side",
    "Your output is what you get when zeros are added only above and on the left. Add them below and on the right too.",
)
def _(x, w, b, padding=0, stride=1):
    x = np.pad(x, ((0, 0), (0, 0), (padding, 0), (padding, 0)))
    return np.einsum("ncijkl,fckl->nfij", _windows(x, w.shape[2:], 0, stride), w) + np.asarray(b)[:, None, None]


@conv2d.mistake(
    "padding_on_every_axis",
    "Your output is what you get when images and channels are padded too, so that x[0] is an image of zeros. np.pad(x, "
    "padding) pads all four axes: give a padding for each axis.",
)
def _(x, w, b, padding=0, stride=1):
    padded = np.pad(x, padding)[: x.shape[0], : x.shape[1]]
    return np.einsum("ncijkl,fckl->nfij", _windows(padded, w.shape[2:], 0, stride), w) + np.asarray(b)[:, None, None]


@conv2d.mistake(
    "edge_repeated",
    "Your output is what you get when the outermost pixels are repeated as padding. Padding means zeros here.",
)
def _(x, w, b, padding=0, stride=1):
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), mode="edge")
    return np.einsum("ncijkl,fckl->nfij", _windows(x, w.shape[2:], 0, stride), w) + np.asarray(b)[:, None, None]


@conv2d.mistake(
    "empty_slice",
    "Your function fails with padding 0: padded[:, :, padding:-padding] is padded[:, :, 0:-0], which is empty. Write "
    "padded[:, :, padding : padding + n].",
)
def _(x, w, b, padding=0, stride=1):
    padded = np.zeros((*x.shape[:2], x.shape[2] + 2 * padding, x.shape[3] + 2 * padding))
    padded[:, :, padding:-padding, padding:-padding] = x
    return np.einsum("ncijkl,fckl->nfij", _windows(padded, w.shape[2:], 0, stride), w) + np.asarray(b)[:, None, None]


@conv2d.mistake(
    "stride_ignored",
    "Your output is what you get when the window always moves by 1. It should start at 0, stride, 2 * stride, ...",
)
def _(x, w, b, padding=0, stride=1):
    return np.einsum("ncijkl,fckl->nfij", _windows(x, w.shape[2:], padding), w) + np.asarray(b)[:, None, None]


@conv2d.mistake(
    "stride_in_the_size_only",
    "Your output has the right shape, but it holds the first windows one after the other: "
    "window i, j starts at i * stride, j * stride.",
)
def _(x, w, b, padding=0, stride=1):
    height, width = (_size(n, k, padding, stride) for n, k in zip(x.shape[2:], w.shape[2:]))
    windows = _windows(x, w.shape[2:], padding)[:, :, :height, :width]
    return np.einsum("ncijkl,fckl->nfij", windows, w) + np.asarray(b)[:, None, None]


@conv2d.mistake(
    "stride_on_the_output",
    "Your output is what you get when the stride spreads out the results. The window moves by `stride`, but the "
    "results are next to each other.",
)
def _(x, w, b, padding=0, stride=1):
    maps = np.einsum("ncijkl,fckl->nfij", _windows(x, w.shape[2:], padding), w) + np.asarray(b)[:, None, None]
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
    return np.einsum("ncijkl,fckl->nfij", _windows(x, w.shape[2:], 0, stride), w) + np.asarray(b)[:, None, None]


@conv2d.mistake(
    "size_rounded_up",
    "Your output's size is rounded up when the stride doesn't divide evenly, which counts a last window that doesn't "
    "fit completely. Divide with //, which rounds down.",
)
def _(x, w, b, padding=0, stride=1):
    x = np.pad(x.astype(float), ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    kh, kw = w.shape[2:]
    height, width = (int(np.ceil((n - k) / stride)) + 1 for n, k in zip(x.shape[2:], (kh, kw)))
    out = np.zeros((len(x), len(w), height, width))
    for i in range(height):
        for j in range(width):
            window = x[:, None, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            out[:, :, i, j] = np.sum(window * w, axis=(2, 3, 4)) + b
    return out


@conv2d.mistake(
    "stride_must_divide",
    "Your function rejects strides that don't divide evenly. They are allowed: what is left over at the end is simply "
    "not used.",
)
def _(x, w, b, padding=0, stride=1):
    for n, k in zip(x.shape[2:], w.shape[2:]):
        assert (n + 2 * padding - k) % stride == 0
    return np.einsum("ncijkl,fckl->nfij", _windows(x, w.shape[2:], padding, stride), w) + np.asarray(b)[:, None, None]


@conv2d.mistake(
    "axes_dropped",
    "Your output has lost the axes of size 1: squeeze removes them all. One image and one filter still give (1, 1, H', "
    "W').",
)
def _(x, w, b, padding=0, stride=1):
    windows = _windows(x, w.shape[2:], padding, stride)
    return np.squeeze(np.einsum("ncijkl,fckl->nfij", windows, w) + np.asarray(b)[:, None, None])


@conv2d.mistake(
    "relu_included",
    "Your output is what you get when ReLU is applied as well. ReLU is the next step, in its own function.",
)
def _(x, w, b, padding=0, stride=1):
    windows = _windows(x, w.shape[2:], padding, stride)
    return np.maximum(np.einsum("ncijkl,fckl->nfij", windows, w) + np.asarray(b)[:, None, None], 0)


@conv2d.mistake(
    "integer_results",
    "Your output is what you get when the results are stored as integers: fractions are cut off. Use np.zeros(...) "
    "without an integer dtype.",
)
def _(x, w, b, padding=0, stride=1):
    windows = _windows(x, w.shape[2:], padding, stride)
    return (np.einsum("ncijkl,fckl->nfij", windows, w) + np.asarray(b)[:, None, None]).astype(int)


@conv2d.mistake(
    "kept_in_bytes",
    "Your output is what you get when uint8 numbers are multiplied as uint8: results above 255 wrap around. Convert "
    "them to floats first.",
)
def _(x, w, b, padding=0, stride=1):
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    kh, kw = w.shape[2:]
    out = np.zeros((len(x), len(w), (x.shape[2] - kh) // stride + 1, (x.shape[3] - kw) // stride + 1))
    for n in range(len(x)):
        for f in range(len(w)):
            for i in range(out.shape[2]):
                for j in range(out.shape[3]):
                    i0, j0 = i * stride, j * stride
                    out[n, f, i, j] = np.sum(x[n, :, i0 : i0 + kh, j0 : j0 + kw] * w[f]) + b[f]
    return out


# count_conv2d_weights


@book.exercise(
    points=1,
    aspects={
        "values": "one filter has c_in * kh * kw weights and one bias; there are c_out filters.",
        "not square": "kh and kw may differ.",
        "one channel": "a grey image has one channel, and a bank may have one filter. The rule is the same.",
        "deep layers": "in later layers, c_in is the number of incoming maps.",
    },
    hints=[
        "Count one filter first. How many numbers are in its box, and how many biases does it have?",
        "The box is c_in deep, kh high and kw wide. Each filter also has one bias.",
        "c_out * (c_in * kh * kw + 1)",
    ],
    integers=True,
    worked=[
        ("one channel", {"c_in": 1, "c_out": 1, "kh": 3, "kw": 3}),
        ("values", {"c_in": 3, "c_out": 8, "kh": 3, "kw": 3}),
    ],
)
def count_conv2d_weights(c_in, c_out, kh, kw):
    return c_out * (c_in * kh * kw + 1)


@count_conv2d_weights.cases
def _(rng):
    def case(c_in, c_out, kh, kw):
        return {"c_in": int(c_in), "c_out": int(c_out), "kh": int(kh), "kw": int(kw)}

    k = rng.integers(2, 6)
    yield "values", case(3, rng.integers(4, 60), k, k)
    yield "values", case(rng.integers(4, 9), 2 + rng.integers(8, 60), k + 1, k + 1)
    yield "not square", case(rng.integers(2, 5), rng.integers(5, 40), k, k + 2)
    yield "not square", case(rng.integers(2, 5), rng.integers(5, 40), k + 3, k)
    yield "one channel", case(1, rng.integers(3, 60), k, k)
    yield "one channel", case(rng.integers(3, 60), 1, k, k)
    yield "deep layers", case(rng.integers(64, 129), rng.integers(130, 260), k, k)


@count_conv2d_weights.mistake("biases_missing", "Your number is what you get without biases. Every filter has one.")
def _(c_in, c_out, kh, kw):
    return c_in * c_out * kh * kw


@count_conv2d_weights.mistake(
    "one_bias_for_all",
    "Your number counts one bias for the whole bank. Every filter has its own.",
)
def _(c_in, c_out, kh, kw):
    return c_in * c_out * kh * kw + 1


@count_conv2d_weights.mistake(
    "a_bias_for_each_channel",
    "Your number counts a bias for each channel of each filter. A filter adds up its channels, then adds one bias.",
)
def _(c_in, c_out, kh, kw):
    return c_out * c_in * (kh * kw + 1)


@count_conv2d_weights.mistake(
    "filters_are_flat",
    "Your number is right for filters that are one channel deep. Each filter has kh * kw weights for each of the c_in "
    "channels.",
)
def _(c_in, c_out, kh, kw):
    return c_out * (kh * kw + 1)


@count_conv2d_weights.mistake(
    "biases_for_inputs",
    "Your number counts a bias for each input channel. There is one for each filter, that is, for each output map.",
)
def _(c_in, c_out, kh, kw):
    return c_in * c_out * kh * kw + c_in


@count_conv2d_weights.mistake(
    "square_filter_assumed",
    "Your number is right for square filters. Height and width may differ.",
)
def _(c_in, c_out, kh, kw):
    return c_out * (c_in * kh**2 + 1)


@count_conv2d_weights.mistake(
    "one_filter",
    "Your number is that of a single filter. The bank has c_out of them.",
)
def _(c_in, c_out, kh, kw):
    return c_in * kh * kw + 1


@count_conv2d_weights.mistake(
    "a_float",
    "The value is right, but it is a float. A number of weights is an integer.",
)
def _(c_in, c_out, kh, kw):
    return float(c_out * (c_in * kh * kw + 1))


# im2col


@book.exercise(
    points=3,
    aspects={
        "values": "each row is one window, flattened row by row. The windows go from left to right, then down.",
        "channels": "within a row, all of channel 0 comes first, then channel 1, and so on.",
        "batch": "all windows of image 0 come first, then those of image 1, and so on.",
        "not square": "height and width of images and windows may differ: (kh, kw).",
        "padding": "put zeros around rows and columns only, not around images or channels.",
        "stride": "windows start at i * stride, j * stride; leave out one that doesn't fit completely.",
        "number types": "nothing is calculated: every number stays as it is, including fractions.",
        "together": "padding first. Then order the windows by image, row, column, and the entries of each by channel, "
        "row, column.",
    },
    hints=[
        "First write the loops: for each image, each row and each column there is one window, which gives one row.",
        "A window of all channels is padded[n, :, i : i + kh, j : j + kw], of shape (C, kh, kw). flatten() gives its "
        "row, in the right order.",
        "rows.append(padded[n, :, i * stride : i * stride + kh, j * stride : j * stride + kw].flatten()), "
        "in loops over n, then i, then j; np.array(rows) at the end",
    ],
    forbidden=("scipy", "torch", "helpers.layers"),
    worked=[("values", {"x": np.arange(1, 10).reshape(1, 1, 3, 3), "kh": 2, "kw": 2})],
)
def im2col(x, kh, kw, padding=0, stride=1):
    windows = _windows(x, (kh, kw), padding, stride).transpose(0, 2, 3, 1, 4, 5)
    return windows.reshape(-1, x.shape[1] * kh * kw)


@im2col.cases
def _(rng):
    yield "values", {"x": _numbered(rng, 1, 1, 3, 3), "kh": 2, "kw": 2}
    yield "values", {"x": _numbered(rng, 1, 1, 4, 4), "kh": 3, "kw": 3}
    yield "channels", {"x": _numbered(rng, 1, 2, 3, 3), "kh": 2, "kw": 2}
    yield "channels", {"x": _numbered(rng, 1, 3, 3, 3), "kh": 2, "kw": 2}
    yield "batch", {"x": _numbered(rng, 2, 1, 3, 3), "kh": 2, "kw": 2}
    yield "batch", {"x": _numbered(rng, 3, 1, 3, 3), "kh": 2, "kw": 2}
    yield "not square", {"x": _numbered(rng, 1, 1, 3, 5), "kh": 2, "kw": 2}
    yield "not square", {"x": _numbered(rng, 1, 1, 5, 3), "kh": 2, "kw": 2}
    yield "not square", {"x": _numbered(rng, 1, 1, 3, 3), "kh": 1, "kw": 3}
    yield "not square", {"x": _numbered(rng, 1, 1, 4, 4), "kh": 3, "kw": 2}
    yield "padding", {"x": _numbered(rng, 1, 1, 2, 2), "kh": 3, "kw": 3, "padding": 1}
    yield "padding", {"x": _numbered(rng, 1, 1, 2, 2), "kh": 2, "kw": 2, "padding": 2}
    # Strides that divide evenly, and strides that leave 1 or 2 over.
    yield "stride", {"x": _numbered(rng, 1, 1, 5, 5), "kh": 3, "kw": 3, "stride": 2}
    yield "stride", {"x": _numbered(rng, 1, 1, 5, 5), "kh": 2, "kw": 2, "stride": 2}
    yield "stride", {"x": _numbered(rng, 1, 1, 7, 7), "kh": 2, "kw": 2, "stride": 3}
    yield "number types", {"x": _halves(rng, 1, 1, 4, 4), "kh": 2, "kw": 2}
    yield "number types", {"x": _numbered(rng, 1, 1, 4, 4) * 300, "kh": 2, "kw": 2}
    yield "number types", {"x": (_numbered(rng, 1, 1, 4, 4) + 240).astype(np.uint8), "kh": 2, "kw": 2}
    yield "together", {"x": _numbered(rng, 2, 3, 5, 2), "kh": 2, "kw": 3, "padding": 1, "stride": 2}
    yield "together", {"x": _numbered(rng, 3, 2, 3, 7), "kh": 1, "kw": 3, "padding": 1, "stride": 3}


@im2col.mistake(
    "columns_are_windows",
    "Your matrix is transposed: its columns are the windows. Here each window is a row.",
)
def _(x, kh, kw, padding=0, stride=1):
    windows = _windows(x, (kh, kw), padding, stride).transpose(0, 2, 3, 1, 4, 5)
    return windows.reshape(-1, x.shape[1] * kh * kw).T


@im2col.mistake(
    "windows_down_first",
    "Your windows go down the first column, then the next. They should go along the first row, then the next.",
)
def _(x, kh, kw, padding=0, stride=1):
    windows = _windows(x, (kh, kw), padding, stride).transpose(0, 3, 2, 1, 4, 5)
    return windows.reshape(-1, x.shape[1] * kh * kw)


@im2col.mistake(
    "images_last",
    "Your rows take the first window of every image, then the second. All windows of image 0 come first.",
)
def _(x, kh, kw, padding=0, stride=1):
    windows = _windows(x, (kh, kw), padding, stride).transpose(2, 3, 0, 1, 4, 5)
    return windows.reshape(-1, x.shape[1] * kh * kw)


@im2col.mistake(
    "channels_last",
    "In your rows, the channels of a pixel are next to each other. All of channel 0's window comes first, then channel "
    "1's.",
)
def _(x, kh, kw, padding=0, stride=1):
    windows = _windows(x, (kh, kw), padding, stride).transpose(0, 2, 3, 4, 5, 1)
    return windows.reshape(-1, x.shape[1] * kh * kw)


@im2col.mistake(
    "window_down_first",
    "In your rows, each window is read column by column. Read it row by row, as flatten does.",
)
def _(x, kh, kw, padding=0, stride=1):
    windows = _windows(x, (kh, kw), padding, stride).transpose(0, 2, 3, 1, 5, 4)
    return windows.reshape(-1, x.shape[1] * kh * kw)


@im2col.mistake(
    "not_rearranged",
    "Your matrix has the right shape, but reshape was called before the axes were in order: its rows mix numbers of "
    "different windows. Transpose to (n, row, column, c, kernel row, kernel column) first.",
)
def _(x, kh, kw, padding=0, stride=1):
    return _windows(x, (kh, kw), padding, stride).reshape(-1, x.shape[1] * kh * kw)


@im2col.mistake(
    "a_row_for_each_channel",
    "Your matrix has a row for each channel of a window. A window's channels follow one another in one row.",
)
def _(x, kh, kw, padding=0, stride=1):
    return _windows(x, (kh, kw), padding, stride).transpose(0, 2, 3, 1, 4, 5).reshape(-1, kh * kw)


@im2col.mistake("first_image_only", "Your matrix holds only the windows of the first image. Add those of all images.")
def _(x, kh, kw, padding=0, stride=1):
    windows = _windows(x[:1], (kh, kw), padding, stride).transpose(0, 2, 3, 1, 4, 5)
    return windows.reshape(-1, x.shape[1] * kh * kw)


@im2col.mistake(
    "first_channel_only",
    "Your rows hold only the first channel's window. The windows of all channels belong in the same row.",
)
def _(x, kh, kw, padding=0, stride=1):
    return _windows(x[:, :1], (kh, kw), padding, stride).transpose(0, 2, 3, 1, 4, 5).reshape(-1, kh * kw)


@im2col.mistake(
    "not_flattened",
    "Your result still has all six axes. Flatten: one row for each window, one column for each of its entries.",
)
def _(x, kh, kw, padding=0, stride=1):
    return _windows(x, (kh, kw), padding, stride).transpose(0, 2, 3, 1, 4, 5)


@im2col.mistake(
    "square_window_assumed",
    "Your windows are kh by kh. They are kh high and kw wide.",
)
def _(x, kh, kw, padding=0, stride=1):
    windows = _windows(x, (kh, kh), padding, stride).transpose(0, 2, 3, 1, 4, 5)
    return windows.reshape(-1, x.shape[1] * kh * kh)


@im2col.mistake("padding_ignored", "Your matrix is what you get without padding.")
def _(x, kh, kw, padding=0, stride=1):
    windows = _windows(x, (kh, kw), 0, stride).transpose(0, 2, 3, 1, 4, 5)
    return windows.reshape(-1, x.shape[1] * kh * kw)


@im2col.mistake(
    "padding_on_every_axis",
    "Your matrix is what you get when images and channels are padded too: np.pad(x, padding) pads all four axes. Give "
    "a padding for each axis.",
)
def _(x, kh, kw, padding=0, stride=1):
    windows = _windows(np.pad(x, padding), (kh, kw), 0, stride).transpose(0, 2, 3, 1, 4, 5)
    return windows.reshape(-1, (x.shape[1] + 2 * padding) * kh * kw)


@im2col.mistake(
    "stride_ignored",
    "Your matrix is what you get when the window always moves by 1. It should start at 0, stride, 2 * stride, ...",
)
def _(x, kh, kw, padding=0, stride=1):
    windows = _windows(x, (kh, kw), padding).transpose(0, 2, 3, 1, 4, 5)
    return windows.reshape(-1, x.shape[1] * kh * kw)


@im2col.mistake(
    "part_of_a_window_counted",
    "Your matrix has too many rows when the stride doesn't divide evenly: leave out a last window that doesn't fit "
    "completely.",
)
def _(x, kh, kw, padding=0, stride=1):
    more = [-(n + 2 * padding - k) % stride for n, k in zip(x.shape[2:], (kh, kw))]
    x = np.pad(x, [(0, 0), (0, 0), *((padding, padding + extra) for extra in more)])
    windows = _windows(x, (kh, kw), 0, stride).transpose(0, 2, 3, 1, 4, 5)
    return windows.reshape(-1, x.shape[1] * kh * kw)


@im2col.mistake(
    "integer_results",
    "Your matrix is what you get when the numbers are stored as integers: fractions are cut off. Use np.zeros(...) "
    "without an integer dtype.",
)
def _(x, kh, kw, padding=0, stride=1):
    windows = _windows(x, (kh, kw), padding, stride).transpose(0, 2, 3, 1, 4, 5)
    return windows.reshape(-1, x.shape[1] * kh * kw).astype(int)


# receptive_field


@book.exercise(
    points=2,
    aspects={
        "one layer": "an output of the first layer sees a patch of its filter's size, whatever the stride.",
        "stride 1": "each further filter of size k adds k - 1 to the side.",
        "strides": "after a stride of s, neighbouring values are s pixels apart. The next filter adds (k - 1) * s.",
        "deep": "strides multiply: after strides 2 and 3, neighbours are 6 pixels apart.",
    },
    hints=[
        "Draw it: one output of the second layer sees 3 values of the first, and each of these sees 3 pixels. They "
        "overlap.",
        "Go from the first layer to the last and keep two numbers: the side so far, and the distance in pixels between "
        "neighbouring values.",
        "side, step = 1, 1; for each (kernel, stride): side += (kernel - 1) * step, then step *= stride",
    ],
    integers=True,
    worked=[
        ("one layer", {"layers": [(3, 1)]}),
        ("stride 1", {"layers": [(3, 1), (3, 1)]}),
        ("strides", {"layers": [(3, 2), (3, 1)]}),
    ],
)
def receptive_field(layers):
    side, step = 1, 1
    for kernel, stride in layers:
        side += (kernel - 1) * step
        step *= stride
    return side


@receptive_field.cases
def _(rng):
    def network(kernels, strides):
        return {"layers": [(int(kernel), int(stride)) for kernel, stride in zip(kernels, strides)]}

    def kernels(count):
        """Different sizes, so that their order matters when there are strides."""
        return rng.permutation([2, 3, 4, 5, 7])[:count]

    yield "one layer", network([rng.integers(4, 12)], [1])
    yield "one layer", network([rng.integers(4, 12)], [rng.integers(2, 5)])
    yield "stride 1", network(kernels(2), [1, 1])
    yield "stride 1", network(kernels(3), [1, 1, 1])
    yield "stride 1", network(kernels(4), [1, 1, 1, 1])
    yield "strides", network(kernels(2), [2, 1])
    yield "strides", network(kernels(2), [3, 1])
    yield "strides", network(kernels(2), [1, 3])
    yield "deep", network(kernels(3), [2, 3, 1])
    yield "deep", network(kernels(4), [1, 2, 2, 3])
    yield "deep", network(kernels(5), rng.permutation([1, 1, 2, 2, 3]))


@receptive_field.mistake(
    "sizes_added",
    "Your number is the sum of the filters' sizes. Their patches overlap: each further filter of size k adds only k - "
    "1.",
)
def _(layers):
    return sum(kernel for kernel, _ in layers)


@receptive_field.mistake(
    "sizes_multiplied",
    "Your number is the product of the filters' sizes. Neighbouring patches overlap, so far fewer pixels are seen.",
)
def _(layers):
    side = 1
    for kernel, _ in layers:
        side *= kernel
    return side


@receptive_field.mistake(
    "strides_ignored",
    "Your number is right for strides of 1. After a stride of s, neighbouring values are s pixels apart.",
)
def _(layers):
    return 1 + sum(kernel - 1 for kernel, _ in layers)


@receptive_field.mistake(
    "own_stride_counted",
    "Your number applies a layer's stride to its own filter. The stride sets the distance between its outputs: it "
    "matters only for later layers.",
)
def _(layers):
    side, step = 1, 1
    for kernel, stride in layers:
        step *= stride
        side += (kernel - 1) * step
    return side


@receptive_field.mistake(
    "last_stride_only",
    "Your number uses only the stride of the previous layer. Multiply the strides of all previous layers.",
)
def _(layers):
    side, step = 1, 1
    for kernel, stride in layers:
        side += (kernel - 1) * step
        step = stride
    return side


@receptive_field.mistake(
    "strides_added",
    "Your number adds up the strides. They multiply: every second of every third value is every sixth.",
)
def _(layers):
    side, step = 1, 1
    for kernel, stride in layers:
        side += (kernel - 1) * step
        step += stride - 1
    return side


@receptive_field.mistake(
    "last_layer_first",
    "Your number is what you get when the layers are read from the last to the first. Start with the first one.",
)
def _(layers):
    side, step = 1, 1
    for kernel, stride in reversed(layers):
        side += (kernel - 1) * step
        step *= stride
    return side


@receptive_field.mistake(
    "pixel_itself_missed",
    "Your number is one too small. Before the first layer, a value sees one pixel, itself: start from 1.",
)
def _(layers):
    side, step = 0, 1
    for kernel, stride in layers:
        side += (kernel - 1) * step
        step *= stride
    return side


@receptive_field.mistake(
    "pixels_in_the_patch",
    "Your number is the number of pixels in the patch. Return its side.",
)
def _(layers):
    side, step = 1, 1
    for kernel, stride in layers:
        side += (kernel - 1) * step
        step *= stride
    return side**2
