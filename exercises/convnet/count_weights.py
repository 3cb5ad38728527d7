"""count_weights: the number of weights of a whole network."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise

from . import _arrays as arrays
from ._layers import output_size
from ._lecture import DIGIT, READER
from .shape_trace import shape_trace


@exercise(
    points=2,
    aspects={
        "conv": "a filter has a weight for each entry of its window, over the whole depth, and one bias.",
        "padding and stride": "padding and stride change the size of the output, not the number of weights.",
        "pool": "pooling, relu and flatten have no weights.",
        "relu, flatten, fc": "each output has a weight for each input, and one bias.",
        "whole network": "a layer's filters are as deep as the number of its input channels. The inputs of a fully "
        "connected layer are all the numbers that flatten gives.",
    },
    hints=[
        "Only conv and fc layers have weights. How many does one filter have if it spans c channels?",
        "A conv layer has f * (c * k * k + 1) weights, where c is the number of input channels: keep track of the "
        "shape.",
        "A fully connected layer with n inputs has m * (n + 1). To get n, you need the shapes after all layers before "
        "it, as in shape_trace.",
    ],
    integers=True,
    worked=[("whole network", {"layers": READER, "shape": DIGIT})],
)
def count_weights(layers, shape):
    total = 0
    for kind, *sizes in layers:
        if kind == "conv":
            f, k, padding, stride = sizes
            total += f * (shape[0] * k * k + 1)
            shape = (f, output_size(shape[1], k, padding, stride), output_size(shape[2], k, padding, stride))
        elif kind == "pool":
            size, stride = sizes
            shape = (shape[0], output_size(shape[1], size, 0, stride), output_size(shape[2], size, 0, stride))
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind == "fc":
            total += sizes[0] * (shape[0] + 1)
            shape = (sizes[0],)
    return total


@count_weights.cases
def _(rng):
    for aspect, layers, shape in arrays.networks(rng):
        if aspect == "pool":  # alone, it would have no weights
            layers = [*layers, ("conv", int(rng.integers(3, 30)), 3, 1, 1)]
        yield aspect, {"layers": layers, "shape": tuple(int(side) for side in shape)}


def _counted(layers, shape, conv=None, fc=None, pool=None, flat=None):
    """count_weights with the given rules for the weights of single layers."""
    conv = conv or (lambda c, f, k, shape: f * (c * k * k + 1))
    fc = fc or (lambda n, m: m * (n + 1))
    total = 0
    for layer, after in zip(layers, shape_trace.reference(layers, shape)):
        if layer[0] == "conv":
            total += conv(shape[0], layer[1], layer[2], after)
        elif layer[0] == "pool" and pool:
            total += pool(layer[1], shape[0])
        elif layer[0] == "fc":
            total += fc(shape[0], layer[1])
        shape = flat(shape) if flat and layer[0] == "flatten" else after
    return total


@count_weights.mistake(
    "biases_left_out",
    "Your number is what you get without biases. There is one for each filter, and one for each fully connected "
    "output.",
)
def _(layers, shape):
    return _counted(layers, shape, lambda c, f, k, after: f * c * k * k, lambda n, m: m * n)


@count_weights.mistake(
    "filter_biases_left_out", "Your number is what you get when the filters have no biases. Each of them has one."
)
def _(layers, shape):
    return _counted(layers, shape, lambda c, f, k, after: f * c * k * k)


@count_weights.mistake(
    "output_biases_left_out",
    "Your number is what you get when the fully connected outputs have no biases. Each of them has one.",
)
def _(layers, shape):
    return _counted(layers, shape, fc=lambda n, m: m * n)


@count_weights.mistake(
    "depth_left_out",
    "Your number is what you get when a filter has k * k weights. It spans the whole depth: c * k * k for c channels.",
)
def _(layers, shape):
    return _counted(layers, shape, lambda c, f, k, after: f * (k * k + 1))


@count_weights.mistake(
    "bias_for_each_channel",
    "Your number is what you get when a filter has a bias for each input channel. It has only one.",
)
def _(layers, shape):
    return _counted(layers, shape, lambda c, f, k, after: f * c * (k * k + 1))


@count_weights.mistake(
    "one_bias_for_a_layer",
    "Your number is what you get when each layer has a single bias. Each filter and each output has one.",
)
def _(layers, shape):
    return _counted(layers, shape, lambda c, f, k, after: f * c * k * k + 1, lambda n, m: m * n + 1)


@count_weights.mistake(
    "weights_for_each_place",
    "Your number is what you get when a filter has different weights at every place. It uses the same weights "
    "everywhere.",
)
def _(layers, shape):
    return _counted(layers, shape, lambda c, f, k, after: f * (c * k * k + 1) * after[1] * after[2])


@count_weights.mistake(
    "one_filter",
    "Your number is what you get when each layer has one filter. It has f of them, each with its own weights.",
)
def _(layers, shape):
    return _counted(layers, shape, lambda c, f, k, after: c * k * k + 1)


@count_weights.mistake(
    "not_squared",
    "Your number is what you get when a window of size k has k entries. It has k rows of k entries: k * k.",
)
def _(layers, shape):
    return _counted(layers, shape, lambda c, f, k, after: f * (c * k + 1))


@count_weights.mistake(
    "pooling_counted",
    "Your number counts weights for pooling. Pooling has no weights: size and stride are set by hand.",
)
def _(layers, shape):
    return _counted(layers, shape, pool=lambda size, c: size * size)


@count_weights.mistake(
    "channels_flattened",
    "You count one input of the fully connected layer for each channel. It has one for each number of flatten: C"
    " * H * W.",
)
def _(layers, shape):
    return _counted(layers, shape, flat=lambda shape: (shape[0],))


@count_weights.mistake(
    "shape_never_changed",
    "Your layers all get the shape of the image. A layer's input has the shape that the layer before it makes.",
)
def _(layers, shape):
    weights = {"conv": lambda f, k, *_: f * (shape[0] * k * k + 1), "fc": lambda m: m * (shape[0] + 1)}
    return sum(weights[kind](*sizes) for kind, *sizes in layers if kind in weights)


@count_weights.mistake(
    "one_channel_flattened",
    "Your number is what you get when flatten takes only one channel. It takes all numbers: C * H * W.",
)
def _(layers, shape):
    return _counted(layers, shape, flat=lambda shape: (shape[1] * shape[2],))


@count_weights.variant
def loop(layers, shape):
    total = 0
    c, *sides = shape
    flat = None
    for layer in layers:
        if layer[0] == "conv":
            f, k, p, s = layer[1:]
            total += f * c * k * k + f
            c, sides = f, [(n + 2 * p - k) // s + 1 for n in sides]
        elif layer[0] == "pool":
            sides = [(n - layer[1]) // layer[2] + 1 for n in sides]
        elif layer[0] == "flatten":
            flat = c * sides[0] * sides[1]
        elif layer[0] == "fc":
            total += layer[1] * flat + layer[1]
            flat = layer[1]
    return total


@count_weights.variant
def sizes_of_arrays(layers, shape):
    total = np.int64(0)
    shape = tuple(shape)
    for kind, *rest in layers:
        if kind == "conv":
            f, k, p, s = rest
            total += np.zeros((f, shape[0], k, k)).size + np.zeros(f).size
            shape = (f, (shape[1] + 2 * p - k) // s + 1, (shape[2] + 2 * p - k) // s + 1)
        elif kind == "pool":
            shape = (shape[0], (shape[1] - rest[0]) // rest[1] + 1, (shape[2] - rest[0]) // rest[1] + 1)
        elif kind == "fc":
            total += np.zeros((rest[0], int(np.prod(shape)))).size + rest[0]
            shape = (rest[0],)
    return total


@count_weights.variant
def two_passes(layers, shape):
    shapes = [tuple(shape)]
    for kind, *rest in layers:
        last = shapes[-1]
        if kind == "conv":
            last = (rest[0], *[(n + 2 * rest[2] - rest[1]) // rest[3] + 1 for n in last[1:]])
        elif kind == "pool":
            last = (last[0], *[(n - rest[0]) // rest[1] + 1 for n in last[1:]])
        elif kind == "flatten":
            last = (int(np.prod(last)),)
        elif kind == "fc":
            last = (rest[0],)
        shapes.append(last)
    convs = sum(item[1] * (before[0] * item[2] ** 2 + 1) for item, before in zip(layers, shapes) if item[0] == "conv")
    fcs = sum(item[1] * (before[0] + 1) for item, before in zip(layers, shapes) if item[0] == "fc")
    return convs + fcs
