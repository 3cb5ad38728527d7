"""shape_trace: the shapes after each layer of a network."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise

from . import _arrays as arrays
from ._layers import output_size
from ._lecture import DIGIT, READER


@exercise(
    points=3,
    aspects={
        "conv": "there are as many channels as filters. Without padding, a filter of size k removes k - 1 rows and "
        "columns.",
        "padding and stride": "height and width are each (n + 2 * padding - k) // stride + 1.",
        "pool": "height and width are each (n - size) // stride + 1; the channels stay.",
        "relu, flatten, fc": "relu doesn't change the shape. flatten makes a single axis: (C * H * W,). fc with m "
        "outputs gives (m,).",
        "whole network": "each layer's input shape is the previous layer's output shape.",
    },
    hints=[
        "Go through the layers one by one, and keep track of the shape after each.",
        "layer[0] says what kind of layer it is. For a conv layer, f, k, padding, stride = layer[1:].",
        "Height and width follow the formula of notebook 02, (n + 2 * padding - k) // stride + 1; for pooling, the "
        "padding is 0. The first entry of a shape is the number of channels.",
    ],
    integers=True,
    worked=[("whole network", {"layers": READER, "shape": DIGIT})],
)
def shape_trace(layers, shape):
    shapes = []
    for kind, *sizes in layers:
        if kind == "conv":
            f, k, padding, stride = sizes
            shape = (f, output_size(shape[1], k, padding, stride), output_size(shape[2], k, padding, stride))
        elif kind == "pool":
            size, stride = sizes
            shape = (shape[0], output_size(shape[1], size, 0, stride), output_size(shape[2], size, 0, stride))
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind == "fc":
            shape = (sizes[0],)
        shapes.append(tuple(shape))
    return shapes


@shape_trace.cases
def _(rng):
    for aspect, layers, shape in arrays.networks(rng):
        yield aspect, {"layers": layers, "shape": tuple(int(side) for side in shape)}


def _traced(layers, shape, conv, pool, flatten=lambda shape: (int(np.prod(shape)),), keep_relu=True):
    """shape_trace with the given rules for single layers, for most of the mistakes."""
    shapes = []
    for layer in layers:
        if layer[0] == "conv":
            shape = conv(shape, *layer[1:])
        elif layer[0] == "pool":
            shape = pool(shape, *layer[1:])
        elif layer[0] == "flatten":
            shape = flatten(shape)
        elif layer[0] == "fc":
            shape = (layer[1],)
        if layer[0] != "relu" or keep_relu:
            shapes.append(shape)
    return shapes


def _conv_shape(shape, f, k, padding, stride):
    return (f, *(output_size(n, k, padding, stride) for n in shape[1:]))


def _pool_shape(shape, size, stride):
    return (shape[0], *(output_size(n, size, 0, stride) for n in shape[1:]))


@shape_trace.mistake(
    "padding_once",
    "Your shapes are what you get when the padding is counted once. It is on both sides: n + 2 * padding - k.",
)
def _(layers, shape):
    def conv(shape, f, k, padding, stride):
        return (f, *((n + padding - k) // stride + 1 for n in shape[1:]))

    return _traced(layers, shape, conv, _pool_shape)


@shape_trace.mistake(
    "padding_ignored",
    "Your shapes are what you get when the padding is ignored. It adds 2 * padding to height and width.",
)
def _(layers, shape):
    return _traced(layers, shape, lambda shape, f, k, p, s: _conv_shape(shape, f, k, 0, s), _pool_shape)


@shape_trace.mistake(
    "padding_and_stride_swapped",
    'You read padding and stride in the wrong order. A layer is ("conv", f, k, padding, stride).',
)
def _(layers, shape):
    return _traced(layers, shape, lambda shape, f, k, p, s: _conv_shape(shape, f, k, s, p), _pool_shape)


@shape_trace.mistake(
    "stride_ignored", "Your shapes are what you get when every filter moves by 1. A convolution may also have a stride."
)
def _(layers, shape):
    return _traced(layers, shape, lambda shape, f, k, p, s: _conv_shape(shape, f, k, p, 1), _pool_shape)


@shape_trace.mistake(
    "channels_kept",
    "Your convolution keeps the number of channels. It makes one channel for each filter, whatever the number of"
    " input channels.",
)
def _(layers, shape):
    return _traced(
        layers, shape, lambda shape, f, k, p, s: (shape[0], *_conv_shape(shape, f, k, p, s)[1:]), _pool_shape
    )


@shape_trace.mistake(
    "filters_for_each_channel",
    "Your filters make a channel for each input channel. A filter spans the whole depth and makes one channel.",
)
def _(layers, shape):
    def conv(shape, f, k, p, s):
        return (shape[0] * f, *_conv_shape(shape, f, k, p, s)[1:])

    return _traced(layers, shape, conv, _pool_shape)


@shape_trace.mistake(
    "rounded_up",
    "Your shapes are what you get when a last window that doesn't fit completely is counted too. Round down, with //.",
)
def _(layers, shape):
    def up(n, k, p, s):
        return -((k - n - 2 * p) // s) + 1

    return _traced(
        layers,
        shape,
        lambda shape, f, k, p, s: (f, *(up(n, k, p, s) for n in shape[1:])),
        lambda shape, size, s: (shape[0], *(up(n, size, 0, s) for n in shape[1:])),
    )


@shape_trace.mistake(
    "one_missing", "Your sides are one too small: you count the steps, but not the window's first position."
)
def _(layers, shape):
    return _traced(
        layers,
        shape,
        lambda shape, f, k, p, s: (f, *((n + 2 * p - k) // s for n in shape[1:])),
        lambda shape, size, s: (shape[0], *((n - size) // s for n in shape[1:])),
    )


@shape_trace.mistake(
    "pooling_divides",
    "Your pooling divides each side by the stride. The number of windows also depends on their size: (n - size) "
    "// stride + 1.",
)
def _(layers, shape):
    return _traced(layers, shape, _conv_shape, lambda shape, size, s: (shape[0], *(n // s for n in shape[1:])))


@shape_trace.mistake(
    "pooling_moves_by_its_size",
    "Your shapes are what you get when the pooling window always moves by its own size. It should move by stride.",
)
def _(layers, shape):
    return _traced(layers, shape, _conv_shape, lambda shape, size, s: _pool_shape(shape, size, size))


@shape_trace.mistake(
    "channels_pooled",
    "Your shapes are what you get when pooling merges all channels into one. Each channel is pooled separately.",
)
def _(layers, shape):
    return _traced(layers, shape, _conv_shape, lambda shape, size, s: (1, *_pool_shape(shape, size, s)[1:]))


@shape_trace.mistake(
    "height_and_width_swapped",
    "Your shapes are what you get when height and width are swapped. A shape is (C, H, W).",
)
def _(layers, shape):
    channels, height, width = shape
    return _traced(layers, (channels, width, height), _conv_shape, _pool_shape)


@shape_trace.mistake(
    "square", "Your shapes are what you get when the height is also used as the width. An image need not be square."
)
def _(layers, shape):
    return _traced(layers, (shape[0], shape[1], shape[1]), _conv_shape, _pool_shape)


@shape_trace.mistake(
    "one_channel_flattened",
    "Your shapes are what you get when flatten takes only one channel. It takes all numbers: C * H * W.",
)
def _(layers, shape):
    return _traced(layers, shape, _conv_shape, _pool_shape, lambda shape: (shape[1] * shape[2],))


@shape_trace.mistake(
    "batch_axis",
    "Your shapes are what you get when flatten returns (1, n). Here there is one image and no batch axis: (n,).",
)
def _(layers, shape):
    return _traced(layers, shape, _conv_shape, _pool_shape, lambda shape: (1, int(np.prod(shape))))


@shape_trace.mistake(
    "relu_left_out",
    "Your list has no entry for relu. It is a layer too: its shape is that of the layer before it.",
)
def _(layers, shape):
    return _traced(layers, shape, _conv_shape, _pool_shape, keep_relu=False)


@shape_trace.mistake(
    "input_listed", "Your list starts with the image's own shape. The first entry is the shape after the first layer."
)
def _(layers, shape):
    return [tuple(shape), *_traced(layers, shape, _conv_shape, _pool_shape)]


@shape_trace.mistake("last_shape_only", "Your result is only the last shape. Return a list of all shapes.")
def _(layers, shape):
    return _traced(layers, shape, _conv_shape, _pool_shape)[-1]


@shape_trace.mistake(
    "floats", "Your sizes are what you get when you divide with /, which makes floats. A size is an integer: use //."
)
def _(layers, shape):
    def floats(n, k, p, s):
        return float(output_size(n, k, p, s))

    return _traced(
        layers,
        shape,
        lambda shape, f, k, p, s: (f, *(floats(n, k, p, s) for n in shape[1:])),
        lambda shape, size, s: (shape[0], *(floats(n, size, 0, s) for n in shape[1:])),
        lambda shape: (float(np.prod(shape)),),
    )


@shape_trace.variant
def one_loop(layers, shape):
    c, h, w = shape
    current = (c, h, w)
    out = []
    for layer in layers:
        name = layer[0]
        if name == "conv":
            _, f, k, p, s = layer
            _, h, w = current
            current = (f, (h + 2 * p - k) // s + 1, (w + 2 * p - k) // s + 1)
        if name == "pool":
            _, size, s = layer
            c, h, w = current
            current = (c, (h - size) // s + 1, (w - size) // s + 1)
        if name == "flatten":
            n = 1
            for side in current:
                n *= side
            current = (n,)
        if name == "fc":
            current = (layer[1],)
        out.append(current)
    return out


@shape_trace.variant
def recursive(layers, shape):
    if not layers:
        return []
    first, rest = layers[0], layers[1:]
    if first[0] == "conv":
        shape = [first[1]] + [int(np.floor((n + 2 * first[3] - first[2]) / first[4])) + 1 for n in shape[1:]]
    elif first[0] == "pool":
        shape = [shape[0]] + [len(range(0, n - first[1] + 1, first[2])) for n in shape[1:]]
    elif first[0] == "flatten":
        shape = [int(np.prod(shape))]
    elif first[0] == "fc":
        shape = [first[1]]
    return [tuple(shape), *recursive(rest, tuple(shape))]


@shape_trace.variant
def numpy_arrays(layers, shape):
    shape = np.array(shape)
    shapes = []
    for kind, *numbers in layers:
        if kind in ("conv", "pool"):
            k, padding, stride = numbers[1:] if kind == "conv" else (numbers[0], 0, numbers[1])
            channels = numbers[0] if kind == "conv" else shape[0]
            shape = np.array([channels, *((shape[1:] + 2 * padding - k) // stride + 1)])
        elif kind != "relu":
            shape = np.array([np.prod(shape) if kind == "flatten" else numbers[0]])
        shapes.append(shape)
    return shapes


@shape_trace.variant
def dictionary_of_rules(layers, shape):
    rules = {
        "conv": lambda s, f, k, p, t: (f, *((n + 2 * p - k) // t + 1 for n in s[1:])),
        "relu": lambda s: s,
        "pool": lambda s, k, t: (s[0], *((n - k) // t + 1 for n in s[1:])),
        "flatten": lambda s: (int(np.prod(s)),),
        "fc": lambda s, m: (m,),
    }
    out = []
    for kind, *rest in layers:
        shape = rules[kind](shape, *rest)
        out.append(shape)
    return out
