"""Notebook 06: the whole network, from pixels to probabilities."""

# References and mistakes are written the way students write them: plain functions of NumPy arrays.

from __future__ import annotations

import numpy as np

from .exercise import Notebook

book = Notebook("06_convnet")

# The network that reads digits, and the shape of a digit.
DIGIT = (1, 8, 8)
READER = [
    ("conv", 12, 3, 1, 1),
    ("relu",),
    ("pool", 2, 2),
    ("conv", 24, 3, 1, 1),
    ("relu",),
    ("pool", 2, 2),
    ("flatten",),
    ("fc", 10),
]


def _different(rng, low, high, count):
    """`count` different integers from low to high, so that nothing is square by accident."""
    return [int(number) for number in rng.permutation(np.arange(low, high + 1))[:count]]


# ------------------------------------------------------------------------------------------------- shape_trace


def _size(n, k, padding, stride):
    return (n + 2 * padding - k) // stride + 1


@book.exercise(
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
            shape = (f, _size(shape[1], k, padding, stride), _size(shape[2], k, padding, stride))
        elif kind == "pool":
            size, stride = sizes
            shape = (shape[0], _size(shape[1], size, 0, stride), _size(shape[2], size, 0, stride))
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind == "fc":
            shape = (sizes[0],)
        shapes.append(tuple(shape))
    return shapes


def _networks(rng):
    """Triples (aspect, layers, shape) for the two exercises about architectures; windows leave something over."""

    def image(low=14, high=40):
        return (_different(rng, 1, 4, 1)[0], *_different(rng, low, high, 2))

    def sides(size, stride, left_over):
        """Two different sides into which windows fit with `left_over` pixels left over."""
        return [size + stride * step + left_over for step in _different(rng, 4, 9, 2)]

    f = _different(rng, 5, 30, 6)
    yield "conv", [("conv", f[0], 3, 0, 1)], image()
    yield "conv", [("conv", f[1], int(rng.choice([4, 5])), 0, 1), ("conv", f[2], 2, 0, 1)], image()
    yield "padding and stride", [("conv", f[3], 4, 1, 1)], image()
    yield "padding and stride", [("conv", f[4], 4, 2, 2)], (3, *(side - 4 for side in sides(4, 2, 1)))
    yield (
        "padding and stride",
        [("conv", f[5], 5, 1, 3), ("conv", f[0], 3, 2, 1)],
        (2, *(side - 2 for side in sides(5, 3, 2))),
    )
    channels = _different(rng, 2, 9, 3)
    yield "pool", [("pool", 2, 2)], (channels[0], *sides(2, 2, 1))
    yield "pool", [("pool", 3, 2)], (channels[1], *sides(3, 2, 1))
    yield "pool", [("pool", 2, 3), ("pool", 2, 1)], (channels[2], *sides(2, 3, 2))
    units = _different(rng, 4, 60, 4)
    yield "relu, flatten, fc", [("relu",), ("flatten",), ("relu",), ("fc", units[0])], image(3, 9)
    yield (
        "relu, flatten, fc",
        [("flatten",), ("fc", units[1]), ("relu",), ("fc", units[2])],
        (4, *_different(rng, 3, 9, 2)),
    )
    f = _different(rng, 3, 12, 3)
    layers = [("conv", f[0], 3, 1, 1), ("relu",), ("pool", 2, 2), ("conv", f[1], 5, 1, 2), ("relu",), ("flatten",)]
    yield "whole network", [*layers, ("fc", units[3])], (3, *sides(2, 2, 1 + 2 * int(rng.integers(2, 5))))
    layers = [("conv", f[2], 4, 2, 3), ("relu",), ("pool", 3, 1), ("conv", f[0], 2, 0, 1), ("pool", 2, 2), ("flatten",)]
    yield "whole network", [*layers, ("fc", units[0]), ("relu",), ("fc", units[1])], (2, *sides(20, 3, 1))


@shape_trace.cases
def _(rng):
    for aspect, layers, shape in _networks(rng):
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
    return (f, *(_size(n, k, padding, stride) for n in shape[1:]))


def _pool_shape(shape, size, stride):
    return (shape[0], *(_size(n, size, 0, stride) for n in shape[1:]))


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
    "stride_ignored", "Your shapes are what you get when every filter moves by 1. A convolution may also have a stride."
)
def _(layers, shape):
    return _traced(layers, shape, lambda shape, f, k, p, s: _conv_shape(shape, f, k, p, 1), _pool_shape)


@shape_trace.mistake(
    "channels_kept",
    "Your shapes are what you get when a convolution keeps the number of channels. It makes one channel for each "
    "filter, whatever the number of input channels.",
)
def _(layers, shape):
    return _traced(
        layers, shape, lambda shape, f, k, p, s: (shape[0], *_conv_shape(shape, f, k, p, s)[1:]), _pool_shape
    )


@shape_trace.mistake(
    "filters_for_each_channel",
    "Your shapes are what you get when each filter makes a channel for each input channel. A filter spans the whole "
    "depth and makes one channel.",
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
    "Your shapes are what you get when pooling divides each side by the stride. The number of windows also depends on "
    "their size: (n - size) // stride + 1.",
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
        return float(_size(n, k, p, s))

    return _traced(
        layers,
        shape,
        lambda shape, f, k, p, s: (f, *(floats(n, k, p, s) for n in shape[1:])),
        lambda shape, size, s: (shape[0], *(floats(n, size, 0, s) for n in shape[1:])),
        lambda shape: (float(np.prod(shape)),),
    )


# ----------------------------------------------------------------------------------------------- count_weights


@book.exercise(
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
            shape = (f, _size(shape[1], k, padding, stride), _size(shape[2], k, padding, stride))
        elif kind == "pool":
            size, stride = sizes
            shape = (shape[0], _size(shape[1], size, 0, stride), _size(shape[2], size, 0, stride))
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind == "fc":
            total += sizes[0] * (shape[0] + 1)
            shape = (sizes[0],)
    return total


@count_weights.cases
def _(rng):
    for aspect, layers, shape in _networks(rng):
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
    "Your number is what you get when the fully connected layer has an input for each channel. It has one for each "
    "number that flatten gives: C * H * W.",
)
def _(layers, shape):
    return _counted(layers, shape, flat=lambda shape: (shape[0],))


@count_weights.mistake(
    "one_channel_flattened",
    "Your number is what you get when flatten takes only one channel. It takes all numbers: C * H * W.",
)
def _(layers, shape):
    return _counted(layers, shape, flat=lambda shape: (shape[1] * shape[2],))


# --------------------------------------------------------------------------------------------- convnet_forward


def _convolved(x, w, b, padding=1):
    x = np.pad(x.astype(float), ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=(2, 3))
    return np.einsum("ncijkl,fckl->nfij", windows, w.astype(float)) + b[None, :, None, None]


def _pooled(x):
    rows, columns = x.shape[2] // 2, x.shape[3] // 2
    return x[:, :, : 2 * rows, : 2 * columns].reshape(*x.shape[:2], rows, 2, columns, 2).max(axis=(3, 5))


def _rectified(z):
    return np.maximum(z, 0)


@book.exercise(
    points=4,
    aspects={
        "values": "use convolution with padding 1, ReLU, pooling with size and stride 2; the same three again; "
        "flatten; then flat @ w3.T + b3.",
        "not square": "height and width may differ: don't assume that they are equal.",
        "channels": "an image may have several channels. The second bank's filters are as deep as the number of "
        "filters in the first bank.",
        "biases": "each filter's bias is added to all of its map, before ReLU.",
        "sides that do not divide": "pooling leaves out a last row or column that doesn't fill a window.",
        "filter sizes": "take the size of the filters from w1 and w2. The padding is 1 for all of them.",
        "number types": "integer images can give logits with fractions. Integers of 8 bits overflow: convert images to "
        "floats first.",
    },
    hints=[
        "layers.conv2d(x, w, b, padding), layers.relu(z) and layers.max_pool2d(x, size, stride) are your functions "
        "from earlier notebooks, only faster. You only have to call them one after the other.",
        "Write one line for each layer. While you build it, print the shape after each layer.",
        "After the second pooling: flat = x.reshape(len(x), -1), and the logits are flat @ params['w3'].T + "
        "params['b3']. "
        "No softmax, and no ReLU at the end.",
    ],
    forbidden=("torch",),
)
def convnet_forward(x, params):
    a = _rectified(_convolved(x, params["w1"], params["b1"]))
    a = _pooled(a)
    a = _rectified(_convolved(a, params["w2"], params["b2"]))
    a = _pooled(a)
    flat = a.reshape(len(x), -1)
    return flat @ params["w3"].astype(float).T + params["b3"]


def _network(rng, x, filters, classes, sizes=((3, 3), (3, 3)), biases=True, dtype=np.float64):
    """Arguments for which many of both layers' numbers are above 0 and some are below."""
    f1, f2 = filters
    c = x.shape[1]

    def weights(*shape):
        return (rng.integers(1, 5, shape) * rng.choice([-1, 1], shape)).astype(dtype)

    def offsets(count, most):
        signs = rng.permutation([1, -1] * count)[:count]
        return (
            rng.permutation(np.arange(1, count + 2))[:count] * signs * most / 2 if biases else np.zeros(count)
        ).astype(dtype)

    for _ in range(1000):
        w1, b1 = weights(f1, c, *sizes[0]), offsets(f1, int(x.max()))
        z1 = _convolved(x, w1, b1)
        a1 = _pooled(_rectified(z1))
        w2, b2 = weights(f2, f1, *sizes[1]), offsets(f2, int(a1.max()))
        z2 = _convolved(a1, w2, b2)
        a2 = _pooled(_rectified(z2))
        alive = (a2 > 0).mean(axis=(0, 2, 3))
        if (z1 > 0).mean(axis=(0, 2, 3)).min() > 0.2 and (a1 == 0).any() and alive.min() > 0.3 and (a2 == 0).any():
            break
    w3 = weights(classes, a2[0].size)
    return {"x": x, "params": {"w1": w1, "b1": b1, "w2": w2, "b2": b2, "w3": w3, "b3": offsets(classes, 4)}}


def _images(rng, *shape, dtype=np.int64):
    """Integers from 1 to 9, with both signs when the dtype has them."""
    x = rng.integers(1, 10, shape)
    return (x if np.dtype(dtype).kind == "u" else x * rng.choice([-1, 1], shape)).astype(dtype)


@convnet_forward.cases
def _(rng):
    yield "values", _network(rng, _images(rng, 2, 1, 8, 8, dtype=float), (2, 3), 4, biases=False)
    yield "values", _network(rng, _images(rng, 3, 1, 8, 8, dtype=float), (3, 2), 2, biases=False)
    yield "not square", _network(rng, _images(rng, 2, 1, 4, 12, dtype=float), (2, 3), 2, biases=False)
    yield "not square", _network(rng, _images(rng, 1, 1, 12, 8, dtype=float), (3, 2), 3, biases=False)
    yield "channels", _network(rng, _images(rng, 2, 3, 8, 4, dtype=float), (2, 4), 3)
    yield "channels", _network(rng, _images(rng, 1, 2, 8, 8, dtype=float), (4, 3), 5)
    yield "biases", _network(rng, _images(rng, 2, 1, 8, 8, dtype=float), (3, 2), 2)
    yield "biases", _network(rng, _images(rng, 2, 2, 4, 8, dtype=float), (2, 3), 4)
    yield "sides that do not divide", _network(rng, _images(rng, 2, 1, 7, 9, dtype=float), (2, 3), 3)
    yield "sides that do not divide", _network(rng, _images(rng, 2, 1, 10, 5, dtype=float), (3, 2), 2)
    yield "sides that do not divide", _network(rng, _images(rng, 2, 2, 6, 7, dtype=float), (2, 3), 2)
    yield "filter sizes", _network(rng, _images(rng, 2, 1, 9, 8, dtype=float), (2, 3), 3, ((5, 2), (2, 3)))
    yield "filter sizes", _network(rng, _images(rng, 1, 2, 8, 10, dtype=float), (2, 2), 2, ((2, 3), (3, 4)))
    yield "number types", _network(rng, rng.integers(60, 256, (2, 1, 8, 4)).astype(np.uint8), (2, 3), 3)
    yield "number types", _network(rng, _images(rng, 2, 1, 4, 8, dtype=np.float32), (2, 2), 3, dtype=np.float32)
    arguments = _network(rng, _images(rng, 1, 2, 8, 4), (2, 3), 2)
    arguments["params"] = {name: value / 8 for name, value in arguments["params"].items()}
    yield "number types", arguments


def _forward(x, params, conv=_convolved, relu1=_rectified, relu2=_rectified, pool=_pooled, flatten=None):
    """convnet_forward with one of its parts replaced, for most of the mistakes."""
    flatten = flatten or (lambda a: a.reshape(len(a), -1))
    a = pool(relu1(conv(x, params["w1"], params["b1"])))
    a = pool(relu2(conv(a, params["w2"], params["b2"])))
    return flatten(a) @ params["w3"].T.astype(float) + params["b3"]


@convnet_forward.mistake("first_relu_missing", "Your logits are what you get without the first ReLU.")
def _(x, params):
    return _forward(x, params, relu1=lambda z: z)


@convnet_forward.mistake("second_relu_missing", "Your logits are what you get without the second ReLU.")
def _(x, params):
    return _forward(x, params, relu2=lambda z: z)


@convnet_forward.mistake("relus_missing", "Your logits are what you get without the two ReLUs after the convolutions.")
def _(x, params):
    return _forward(x, params, relu1=lambda z: z, relu2=lambda z: z)


@convnet_forward.mistake(
    "relu_at_the_end", "Your logits are what you get with a ReLU after the last layer. A logit may be negative."
)
def _(x, params):
    return np.maximum(_forward(x, params), 0)


@convnet_forward.mistake(
    "softmax_at_the_end",
    "Your numbers are what you get with a softmax after the last layer. Return the logits themselves.",
)
def _(x, params):
    logits = _forward(x, params)
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@convnet_forward.mistake(
    "average_pooling", "Your logits are what you get with the mean of each window. Max pooling takes the maximum."
)
def _(x, params):
    def average(x):
        rows, columns = x.shape[2] // 2, x.shape[3] // 2
        return x[:, :, : 2 * rows, : 2 * columns].reshape(*x.shape[:2], rows, 2, columns, 2).mean(axis=(3, 5))

    return _forward(x, params, pool=average)


@convnet_forward.mistake(
    "every_second_pixel",
    "Your logits are what you get when every second row and column is kept instead of the maximum of each window.",
)
def _(x, params):
    return _forward(x, params, pool=lambda x: x[:, :, : x.shape[2] // 2 * 2 : 2, : x.shape[3] // 2 * 2 : 2])


@convnet_forward.mistake(
    "odd_sides_refused",
    "Your function fails when a side is not divisible by 2. Cut off a last row or column that doesn't fill a window.",
)
def _(x, params):
    def pool(x):
        n, c, height, width = x.shape
        return x.reshape(n, c, height // 2, 2, width // 2, 2).max(axis=(3, 5))

    return _forward(x, params, pool=pool)


@convnet_forward.mistake(
    "flipped_filters",
    "Your logits are what you get when the filters are flipped. In machine learning, a convolution does not flip them.",
)
def _(x, params):
    return _forward(x, params, conv=lambda x, w, b: _convolved(x, w[:, :, ::-1, ::-1], b))


@convnet_forward.mistake("filter_biases_missing", "Your logits are what you get without the biases b1 and b2.")
def _(x, params):
    return _forward(x, params, conv=lambda x, w, b: _convolved(x, w, 0 * b))


@convnet_forward.mistake("last_bias_missing", "Your logits are what you get without b3.")
def _(x, params):
    return _forward(x, {**params, "b3": 0 * params["b3"]})


@convnet_forward.mistake(
    "channels_last",
    "Your logits are what you get when flatten puts the channels of a place next to each other. The order is that of "
    "(C, H, W), channel by channel, as reshape gives it.",
)
def _(x, params):
    return _forward(x, params, flatten=lambda a: a.transpose(0, 2, 3, 1).reshape(len(a), -1))


@convnet_forward.mistake(
    "rows_and_columns_swapped",
    "Your logits are what you get when the maps are transposed before they are flattened.",
)
def _(x, params):
    return _forward(x, params, flatten=lambda a: a.transpose(0, 1, 3, 2).reshape(len(a), -1))


@convnet_forward.mistake(
    "sides_cut_first",
    "Your logits are what you get when the image is first cut to sides divisible by 4. Each pooling layer leaves out "
    "its own leftover rows and columns.",
)
def _(x, params):
    return _forward(x[:, :, : x.shape[2] // 4 * 4, : x.shape[3] // 4 * 4], params)


@convnet_forward.mistake(
    "first_channel_only",
    "Your logits are what you get when only the first channel of the image is used. A filter adds up all channels.",
)
def _(x, params):
    return _forward(x[:, :1], {**params, "w1": params["w1"][:, :1]})


@convnet_forward.mistake(
    "kept_in_bytes",
    "Your logits are what you get when the first layer calculates with 8 bits. Convert the image to floats first: "
    "x.astype(float).",
)
def _(x, params):
    if x.dtype == np.uint8:
        w, padded = params["w1"].astype(np.int64).astype(np.uint8), np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
        windows = np.lib.stride_tricks.sliding_window_view(padded, w.shape[2:], axis=(2, 3))
        z = np.einsum("ncijkl,fckl->nfij", windows, w) + params["b1"][None, :, None, None]
        return _forward(x, params, conv=lambda x, w, b: z if x.dtype == np.uint8 else _convolved(x, w, b))
    return _forward(x, params)


# ----------------------------------------------------------------------------------------------------- softmax


@book.exercise(
    points=2,
    aspects={
        "values": "take exp of each logit, and divide it by the sum of exp over its row.",
        "each row on its own": "the sum goes over the classes of one point, axis 1, even when there are as many points "
        "as classes.",
        "large logits": "exp(10000) is infinity. Subtract each row's maximum first: that doesn't change the "
        "probabilities.",
        "number types": "integer logits give fractions, and a difference of unsigned numbers can't be negative.",
    },
    hints=[
        "There are two steps: make every number positive with np.exp, then divide each row by its sum.",
        "keepdims=True keeps the sums as a column, (N, 1), so that each row is divided by its own sum.",
        "Adding the same number to all logits of a row changes nothing. So subtract the row's maximum: z = logits - "
        "logits.max(axis=1, keepdims=True). Then no exp is above 1.",
    ],
    forbidden=("scipy", "torch"),
    worked=[("values", {"logits": np.array([[0.0, 0.0], [0.0, 1.0]])})],
)
def softmax(logits):
    logits = np.asarray(logits, dtype=float)
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def _logits(rng, n, k):
    """Multiples of 1/4 from -3 to 3, all different within a row."""
    return np.array([rng.permutation(np.arange(-12, 13))[:k] for _ in range(n)]) / 4


def _far(rng, n, k):
    """Logits of absolute value 10,000 and more, of both signs, close together within a row but not between rows."""
    return _logits(rng, n, k) + rng.choice([-1, 1], (n, 1)) * (10_000.0 + 1500 * rng.permutation(n)[:, None])


@softmax.cases
def _(rng):
    yield "values", {"logits": _logits(rng, 1, 3)}
    yield "values", {"logits": _logits(rng, 2, 3)}
    yield "values", {"logits": _logits(rng, 4, 2)}
    yield "each row on its own", {"logits": _logits(rng, 3, 3)}
    yield "each row on its own", {"logits": _logits(rng, 3, 5) + np.array([[3], [-3], [1]])}
    yield "large logits", {"logits": _far(rng, 2, 3)}
    yield "large logits", {"logits": _far(rng, 3, 2) * np.array([[1], [-1], [1]])}
    yield "large logits", {"logits": _logits(rng, 2, 4) * 400}
    yield "number types", {"logits": rng.permutation(np.arange(1, 9)).reshape(2, 4)}
    yield "number types", {"logits": (rng.permutation(np.arange(8)) + 200).reshape(2, 4).astype(np.uint8)}
    yield "number types", {"logits": _logits(rng, 3, 2).astype(np.float32)}


@softmax.mistake(
    "over_the_points",
    "Your numbers are what you get when each column adds up to 1. The probabilities of one point, a row, must add up "
    "to 1.",
)
def _(logits):
    logits = logits.astype(float)
    e = np.exp(logits - logits.max(axis=0))
    return e / e.sum(axis=0)


@softmax.mistake(
    "over_everything", "Your numbers are what you get when the whole batch adds up to 1. Each row must add up to 1."
)
def _(logits):
    logits = logits.astype(float)
    e = np.exp(logits - logits.max())
    return e / e.sum()


@softmax.mistake(
    "sum_over_everything",
    "Your numbers are what you get when each row is divided by the sum of the whole batch. Divide it by its own sum.",
)
def _(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True).astype(float))
    return e / e.sum()


@softmax.mistake(
    "overflow",
    "Your numbers are right until exp overflows: exp(1000) is infinity, and infinity / infinity is nan. Subtract each "
    "row's maximum first.",
)
def _(logits):
    e = np.exp(logits.astype(float))
    return e / np.sum(e, axis=1, keepdims=True)


@softmax.mistake(
    "largest_of_the_batch",
    "Your numbers are right until the rows differ a lot. You subtract the maximum of the whole batch, so a row far "
    "below it becomes 0 / 0. Subtract each row's own maximum.",
)
def _(logits):
    logits = logits.astype(float)
    e = np.exp(logits - np.max(logits))
    return e / np.sum(e, axis=1, keepdims=True)


@softmax.mistake(
    "logarithms",
    "Your numbers are the logarithms of the probabilities: they are negative and don't add up to 1. Return the "
    "probabilities.",
)
def _(logits):
    z = logits - logits.max(axis=1, keepdims=True).astype(float)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))


@softmax.mistake(
    "no_exp",
    "Your numbers are what you get when the logits themselves are divided by their sum. Take exp of each first.",
)
def _(logits):
    return logits / logits.sum(axis=1, keepdims=True, dtype=float)


@softmax.mistake(
    "not_divided", "Your numbers don't add up to 1. exp makes them positive; then divide by each row's sum."
)
def _(logits):
    return np.exp(logits - logits.max(axis=1, keepdims=True).astype(float))


@softmax.mistake(
    "sigmoid",
    "Your numbers are what you get when the logistic function is applied to each logit. In softmax, the probabilities "
    "of all classes add up to 1.",
)
def _(logits):
    return 1 / (1 + np.exp(-logits.astype(float)))


@softmax.mistake(
    "columns_and_rows_mixed",
    "A sum of shape (N,) divides the columns, not the rows. That gives wrong numbers when there are as many points as "
    "classes; otherwise the shapes don't fit. keepdims=True makes the sum (N, 1).",
)
def _(logits):
    logits = logits.astype(float)
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1)


@softmax.mistake(
    "unsigned_differences",
    "Your numbers are wrong for uint8 logits: 200 - 203 gives 253, since a byte can't be negative. Convert the logits "
    "to floats first.",
)
def _(logits):
    z = logits - logits.max(axis=1, keepdims=True)
    e = np.exp(z.astype(float))
    return e / e.sum(axis=1, keepdims=True)


@softmax.mistake(
    "rows_turned_around",
    "Your numbers are what you get when the smaller logit has the larger probability: exp(-z) instead of exp(z).",
)
def _(logits):
    z = logits.astype(float)
    e = np.exp(z.min(axis=1, keepdims=True) - z)
    return e / e.sum(axis=1, keepdims=True)


@softmax.mistake(
    "logits_overwritten",
    "Your probabilities are right, but the logits were changed: -= and /= write into the caller's array.",
)
def _(logits):
    if logits.dtype.kind != "f":
        return softmax.reference(logits)
    logits -= logits.max(axis=1, keepdims=True)
    np.exp(logits, out=logits)
    logits /= logits.sum(axis=1, keepdims=True)
    return logits


# ----------------------------------------------------------------------------------------------------- predict


@book.exercise(
    points=1,
    aspects={
        "values": "for each row, return the position of its maximum.",
        "negative logits": "the maximum of negative logits is the one closest to 0.",
        "as many points as classes": "the classes are in the columns: take argmax along axis 1.",
    },
    hints=[
        "Softmax keeps the order of the logits, so the most probable class has the largest logit.",
        "np.max gives the maximum. Which function gives its position? And along which axis?",
    ],
    integers=True,
)
def predict(logits):
    return np.argmax(logits, axis=1)


@predict.cases
def _(rng):
    def table(n, k, sign=None):
        """No two numbers have the same absolute value, and neighbouring rows have their maxima in different columns."""
        for _ in range(1000):
            z = rng.permutation(np.arange(1, n * k + 1)).reshape(n, k) / 4
            z = z * (sign or rng.choice([-1, 1], (n, k)))
            best = z.argmax(axis=1)
            others = (z.argmin(axis=1), np.abs(z).argmax(axis=1))
            if (
                len(set(best.tolist())) > 1
                and best.max() > 0
                and all((best != other).any() for other in others if not sign)
            ):
                break
        return {"logits": z}

    yield "values", table(3, 4)
    yield "values", table(5, 3)
    yield "values", table(4, 7)
    yield "negative logits", table(3, 5, -1)
    yield "negative logits", table(6, 4, -1)
    yield "as many points as classes", table(4, 4)
    yield "as many points as classes", table(5, 5)


@predict.mistake(
    "over_the_points",
    "Your numbers say for each class which point has its largest logit. Return the class of each point.",
)
def _(logits):
    return np.argmax(logits, axis=0)


@predict.mistake("logits_themselves", "Your numbers are the largest logits. Return the position of each in its row.")
def _(logits):
    return np.max(logits, axis=1)


@predict.mistake(
    "smallest", "Your numbers are the positions of the smallest logits. The largest logit is the most probable class."
)
def _(logits):
    return np.argmin(logits, axis=1)


@predict.mistake("largest_in_size", "Your numbers are the positions of the largest absolute values. -5 is less than 1.")
def _(logits):
    return np.argmax(np.abs(logits), axis=1)


@predict.mistake("one_number", "Your number is one position in the whole batch. Each row has its own: use axis=1.")
def _(logits):
    return np.argmax(logits)


@predict.mistake("counted_from_one", "Your classes count from 1. Classes count from 0, as positions do.")
def _(logits):
    return np.argmax(logits, axis=1) + 1


# ---------------------------------------------------------------------------------------------------- accuracy


@book.exercise(
    points=1,
    aspects={
        "values": "count the predicted classes that equal y, and divide by the number of points.",
        "all and none": "return 1.0 when all are right, 0.0 when none is.",
        "number types": "y may have another integer type than your predictions: compare the numbers.",
    },
    hints=[
        "First the predicted classes: the position of the largest logit in each row.",
        "predicted == y is an array of True and False, and True counts as 1: what is its mean?",
    ],
    forbidden=("sklearn",),
)
def accuracy(logits, y):
    return float(np.mean(np.argmax(logits, axis=1) == y))


def _judged(rng, n, k, right):
    """Logits and classes of which `right` are right; the second largest and the smallest logit are right less often."""
    z = np.array([rng.permutation(np.arange(-2 * k, 2 * k + 1))[:k] for _ in range(n)]) / 2
    order = z.argsort(axis=1)
    y = np.where(np.arange(n) < right, order[:, -1], order[np.arange(n), rng.integers(1, k - 1, n)])
    mixed = rng.permutation(n)
    return {"logits": z[mixed], "y": y[mixed]}


@accuracy.cases
def _(rng):
    yield "values", _judged(rng, 4, 3, 3)
    yield "values", _judged(rng, 7, 5, int(rng.integers(2, 6)))
    yield "values", _judged(rng, 11, 4, int(rng.integers(3, 9)))
    yield "values", _judged(rng, 13, 13, int(rng.integers(8, 12)))
    yield "all and none", _judged(rng, 5, 4, 5)
    yield "all and none", _judged(rng, 6, 4, 0)
    arguments = _judged(rng, 9, 6, int(rng.integers(2, 8)))
    yield "number types", {**arguments, "y": arguments["y"].astype(np.uint8)}


@accuracy.mistake("count", "Your number is how many are right. Divide by the number of points.")
def _(logits, y):
    return int(np.sum(np.argmax(logits, axis=1) == y))


@accuracy.mistake("percent", "Your number is a percentage. Return a share from 0 to 1.")
def _(logits, y):
    return 100 * float(np.mean(np.argmax(logits, axis=1) == y))


@accuracy.mistake("share_of_wrong", "Your number is the share that is wrong. Accuracy is the share that is right.")
def _(logits, y):
    return float(np.mean(np.argmax(logits, axis=1) != y))


@accuracy.mistake(
    "divided_by_classes",
    "Your number is how many are right, divided by the number of classes. Divide by the number of points.",
)
def _(logits, y):
    return float(np.sum(np.argmax(logits, axis=1) == y) / logits.shape[1])


@accuracy.mistake("smallest_logit", "Your number is what you get when the class of the smallest logit is predicted.")
def _(logits, y):
    return float(np.mean(np.argmin(logits, axis=1) == y))


@accuracy.mistake("all_or_nothing", "Your result says whether all are right. Return the share that is right.")
def _(logits, y):
    return float(np.all(np.argmax(logits, axis=1) == y))


# -------------------------------------------------------------------------------------------- confusion_matrix


@book.exercise(
    points=1,
    aspects={
        "values": "entry [i, j] counts the points of class i that were predicted as j: rows are true classes, columns "
        "predicted ones.",
        "classes that do not occur": "the matrix is (classes, classes), even when some class never occurs.",
        "number types": "classes may have any integer type. Counts are integers: np.zeros(..., dtype=int).",
    },
    hints=[
        "Start with a matrix of zeros, then go through the points and add 1 to one entry for each.",
        "For a point of true class i that was predicted as j, that entry is [i, j].",
        "Why not counts[y, predicted] += 1? Because it counts a pair that occurs three times only once. A loop counts "
        "it correctly.",
    ],
    forbidden=("sklearn",),
    integers=True,
)
def confusion_matrix(predicted, y, classes):
    counts = np.zeros((classes, classes), dtype=int)
    for i, j in zip(y, predicted):
        counts[i, j] += 1
    return counts


@confusion_matrix.cases
def _(rng):
    def pairs(n, classes, used=None, dtype=np.int64):
        """Predictions that are right more often than not; one pair of unequal classes occurs three times or more."""
        used = np.arange(classes) if used is None else used
        a, b = rng.permutation(used)[:2]
        y = rng.choice(used, n)
        predicted = np.where(rng.random(n) < 0.5, y, rng.choice(used, n))
        y[:3], predicted[:3] = a, b
        y[3:6], predicted[3:6] = a, a
        mixed = rng.permutation(n)
        return {"predicted": predicted[mixed].astype(dtype), "y": y[mixed].astype(dtype), "classes": classes}

    yield "values", pairs(9, 3)
    yield "values", pairs(14, 4)
    yield "values", pairs(30, 5)
    yield "classes that do not occur", pairs(12, 6, np.array([1, 2, 4]))
    yield "classes that do not occur", pairs(10, 5, np.array([0, 2, 3]))
    yield "number types", pairs(13, 4, dtype=np.uint8)
    yield "number types", pairs(13, 3, dtype=np.int32)


@confusion_matrix.mistake(
    "transposed", "Your matrix is transposed: rows are true classes, columns are predicted classes."
)
def _(predicted, y, classes):
    counts = np.zeros((classes, classes), dtype=int)
    np.add.at(counts, (predicted, y), 1)
    return counts


@confusion_matrix.mistake(
    "counted_once",
    "Your matrix is what you get from counts[y, predicted] += 1: a pair that occurs several times is counted only "
    "once. Use a loop, or np.add.at.",
)
def _(predicted, y, classes):
    counts = np.zeros((classes, classes), dtype=int)
    counts[y, predicted] += 1
    return counts


@confusion_matrix.mistake("shares", "Your matrix holds shares of each row. Return counts, as integers.")
def _(predicted, y, classes):
    counts = np.zeros((classes, classes))
    np.add.at(counts, (y, predicted), 1)
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)


@confusion_matrix.mistake(
    "right_ones_only", "Your matrix counts only right predictions, on the diagonal. Count the wrong ones too."
)
def _(predicted, y, classes):
    return np.diag(np.bincount(y[predicted == y], minlength=classes))


@confusion_matrix.mistake(
    "occurring_classes_only",
    "Your matrix has rows only for classes that occur. It is (classes, classes), so that class i is always row i.",
)
def _(predicted, y, classes):
    present = np.unique(np.concatenate([y, predicted])).tolist()
    counts = np.zeros((len(present), len(present)), dtype=int)
    for i, j in zip(y, predicted):
        counts[present.index(i), present.index(j)] += 1
    return counts


@confusion_matrix.mistake("floats", "Your counts are floats. Counts are integers: use np.zeros(..., dtype=int).")
def _(predicted, y, classes):
    counts = np.zeros((classes, classes))
    np.add.at(counts, (y, predicted), 1)
    return counts


# ----------------------------------------------------------------------------------------------- squared_error


@book.exercise(
    points=1,
    aspects={
        "values": "square the difference for each point, then take the mean over the points.",
        "any number of points": "divide by the number of points, whatever it is. It may be 1.",
        "number types": "a difference of unsigned numbers can't be negative: convert them to floats first.",
    },
    hints=[
        "Three steps: differences, squares, mean. Each is one NumPy operation.",
        "np.mean((prediction - y) ** 2), with prediction and y as floats.",
    ],
    forbidden=("sklearn", "torch"),
    worked=[("values", {"prediction": np.array([1.0, 2.0, 4.0]), "y": np.array([1.0, 3.0, 1.0])})],
)
def squared_error(prediction, y):
    return float(np.mean((np.asarray(prediction, dtype=float) - y) ** 2))


@squared_error.cases
def _(rng):
    def points(n, dtype=float, most=9):
        """No two differences have the same absolute value, and their mean isn't 0."""
        y = rng.integers(-most, most + 1, n)
        signs = np.where(rng.random(n) < 0.7, 1, -1)
        signs[:2] = 1, -1
        return {"prediction": (y + rng.permutation(np.arange(2, n + 2)) * signs).astype(dtype), "y": y.astype(dtype)}

    yield "values", points(3)
    yield "values", {name: value / 4 for name, value in points(5).items()}
    yield "any number of points", {"prediction": rng.integers(3, 30, 1) + 0.5, "y": -rng.integers(1, 9, 1) / 2}
    yield "any number of points", points(4)
    yield "any number of points", points(12)
    low, high = rng.integers(0, 60, 4), rng.integers(120, 256, 4)
    first = np.array([True, False, True, False])
    arguments = {"prediction": np.where(first, low, high), "y": np.where(first, high, low)}
    yield "number types", {name: value.astype(np.uint8) for name, value in arguments.items()}
    yield "number types", points(5, np.float32)
    yield "number types", points(6, np.int64)


@squared_error.mistake("sum_for_mean", "Your number is the sum of the squares. Divide by the number of points.")
def _(prediction, y):
    return float(np.sum((prediction.astype(float) - y) ** 2))


@squared_error.mistake(
    "half", "Your number is half of the loss. Some books put a factor 1/2 into the loss, but this course doesn't."
)
def _(prediction, y):
    return float(np.mean((prediction.astype(float) - y) ** 2) / 2)


@squared_error.mistake(
    "root", "Your number is the square root of the loss. It has the same unit as y, but it is another loss."
)
def _(prediction, y):
    return float(np.sqrt(np.mean((prediction.astype(float) - y) ** 2)))


@squared_error.mistake("absolute_error", "Your number is the mean of the absolute differences. Square them instead.")
def _(prediction, y):
    return float(np.mean(np.abs(prediction.astype(float) - y)))


@squared_error.mistake(
    "mean_squared_afterwards",
    "Your number is the square of the mean difference, where errors of opposite sign cancel. Square first.",
)
def _(prediction, y):
    return float(np.mean(prediction.astype(float) - y) ** 2)


@squared_error.mistake("not_averaged", "Your result has an entry for each point. The loss is their mean, one number.")
def _(prediction, y):
    return (prediction.astype(float) - y) ** 2


@squared_error.mistake(
    "kept_in_bytes",
    "Your number is wrong for uint8, where 3 - 5 gives 254. Convert the numbers to floats before you subtract.",
)
def _(prediction, y):
    return float(np.mean((prediction - y) ** 2))


# ---------------------------------------------------------------------------------------------------- nll_loss


@book.exercise(
    points=2,
    aspects={
        "values": "for each point, take minus the logarithm of the probability of the true class. Then take the mean "
        "over the points.",
        "order of the classes": "y says which column counts in each row: logits[np.arange(N), y].",
        "large logits": "a probability may be too small for a float, so that its logarithm is infinite. Write "
        "log(exp(z_y) / sum exp(z)) as z_y - log(sum exp(z)), after subtracting the row's maximum.",
        "number types": "logits may be integers, and y may have any integer type.",
    },
    hints=[
        "For one point: -log(p), where p is the probability of its true class. A confident right answer costs almost "
        "nothing.",
        "The logarithm of a quotient is a difference: log p = z_y - log(sum of exp(z)). No division, and no log of 0.",
        "With z = logits - logits.max(axis=1, keepdims=True): log_p = z - np.log(np.exp(z).sum(axis=1, "
        "keepdims=True)), "
        "and the loss is the mean of -log_p[np.arange(len(y)), y].",
    ],
    forbidden=("scipy", "sklearn", "torch"),
    worked=[("values", {"logits": np.array([[0.0, 0.0]]), "y": np.array([1])})],
)
def nll_loss(logits, y):
    z = np.asarray(logits, dtype=float)
    z = z - z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return float(-np.mean(log_p[np.arange(len(y)), y]))


def _classes(rng, n, k):
    """Classes that differ between some neighbours and are not just 0 to n - 1."""
    while True:
        y = rng.integers(0, k, n)
        if n == 1 or ((np.diff(y) != 0).any() and not np.array_equal(y, np.arange(n)) and len(set(y[:k].tolist())) > 1):
            return y


@nll_loss.cases
def _(rng):
    def points(n, k):
        return {"logits": _logits(rng, n, k), "y": _classes(rng, n, k)}

    yield "values", {"logits": _logits(rng, 1, 3), "y": rng.integers(0, 3, 1)}
    yield "values", points(2, 3)
    yield "values", points(5, 4)
    yield "order of the classes", points(3, 3)
    yield "order of the classes", points(4, 6)
    yield "large logits", {"logits": _far(rng, 3, 3), "y": _classes(rng, 3, 3)}
    yield "large logits", {"logits": _far(rng, 2, 4) * np.array([[1], [-1]]), "y": _classes(rng, 2, 4)}
    logits = _logits(rng, 3, 4) * 2000
    yield "large logits", {"logits": logits, "y": logits.argsort(axis=1)[np.arange(3), [0, 3, int(rng.integers(1, 3))]]}
    whole = rng.permutation(np.arange(1, 13)).reshape(3, 4)
    yield "number types", {"logits": whole, "y": _classes(rng, 3, 4).astype(np.uint8)}
    yield "number types", {"logits": (whole[:, ::-1] + 190).astype(np.uint8), "y": _classes(rng, 3, 4)}
    yield "number types", {"logits": _logits(rng, 4, 3).astype(np.float32), "y": _classes(rng, 4, 3).astype(np.int32)}


def _log_softmax(logits):
    z = logits.astype(float) - logits.max(axis=1, keepdims=True)
    return z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))


@nll_loss.mistake("sum_for_mean", "Your number is the sum over the points. The loss is their mean.")
def _(logits, y):
    return float(-_log_softmax(logits)[np.arange(len(y)), y].sum())


@nll_loss.mistake(
    "sign_missing", "Your number has the wrong sign: the logarithm of a probability is negative, but a loss is not."
)
def _(logits, y):
    return float(_log_softmax(logits)[np.arange(len(y)), y].mean())


@nll_loss.mistake(
    "overflow",
    "Your number is right until exp overflows or a probability rounds to 0. Subtract each row's maximum, and don't "
    "divide before the logarithm.",
)
def _(logits, y):
    e = np.exp(logits.astype(float))
    p = e / e.sum(axis=1, keepdims=True)
    return float(np.mean(-np.log(p[np.arange(len(y)), y])))


@nll_loss.mistake(
    "log_of_zero",
    "Your softmax doesn't overflow, but a small probability rounds to 0, and its logarithm is infinite. "
    "Use log p = z_y - log(sum exp(z)).",
)
def _(logits, y):
    e = np.exp(logits.astype(float) - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return float(np.mean(-np.log(p[np.arange(len(y)), y])))


@nll_loss.mistake(
    "clipped",
    "Your number is what you get when probabilities are clipped before the logarithm, or a small number is added: a "
    "very wrong answer then costs too little. Neither is needed with log p = z_y - log(sum exp(z)).",
)
def _(logits, y):
    e = np.exp(logits.astype(float) - logits.max(axis=1, keepdims=True))
    p = np.maximum(e / e.sum(axis=1, keepdims=True), 1e-12)
    return float(np.mean(-np.log(p[np.arange(len(y)), y])))


@nll_loss.mistake("probability_for_logarithm", "Your number is the mean of -p. The loss is the mean of -log(p).")
def _(logits, y):
    return float(-np.exp(_log_softmax(logits))[np.arange(len(y)), y].mean())


@nll_loss.mistake(
    "logarithm_of_mean",
    "Your number is the logarithm of the mean probability. Take each point's logarithm first, then the mean.",
)
def _(logits, y):
    return float(-np.log(np.exp(_log_softmax(logits))[np.arange(len(y)), y].mean()))


@nll_loss.mistake(
    "all_rows_and_columns",
    "Your number is what you get from log_p[:, y], which takes all columns y of every row. log_p[np.arange(N), y] "
    "takes one entry of each row.",
)
def _(logits, y):
    return float(-_log_softmax(logits)[:, y].mean())


@nll_loss.mistake("all_classes", "Your number adds up all classes of a point. Only the true class counts.")
def _(logits, y):
    return float(-_log_softmax(logits).sum(axis=1).mean())


@nll_loss.mistake(
    "divided_by_classes_too",
    "Your number is divided by all N * K entries of the logits. Divide by the number of points only.",
)
def _(logits, y):
    return float(-_log_softmax(logits)[np.arange(len(y)), y].sum() / logits.size)


@nll_loss.mistake(
    "softmax_left_out",
    "Your number is the mean of -z_y, the logits of the true classes. Apply softmax first: the loss needs their "
    "probabilities.",
)
def _(logits, y):
    return float(-np.mean(logits[np.arange(len(y)), y].astype(float)))


@nll_loss.mistake(
    "largest_logit", "Your number uses the predicted class of each point. The loss uses the true class, y."
)
def _(logits, y):
    return float(-_log_softmax(logits).max(axis=1).mean())


@nll_loss.mistake(
    "base_two", "Your number is in bits: you used the logarithm to base 2. Use the natural logarithm, np.log."
)
def _(logits, y):
    return float(-_log_softmax(logits)[np.arange(len(y)), y].mean() / np.log(2))


@nll_loss.mistake(
    "over_the_points",
    "Your softmax normalizes over the points. The probabilities of one point, a row, must add up to 1.",
)
def _(logits, y):
    z = logits.astype(float) - logits.max(axis=0)
    log_p = z - np.log(np.exp(z).sum(axis=0))
    return float(-log_p[np.arange(len(y)), y].mean())
