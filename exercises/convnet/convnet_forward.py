"""convnet_forward: the whole network, images (N, C, H, W) to logits (N, K)."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise
from exercises.telling import telling


def _convolved(x, w, b, padding=1):
    x = np.pad(x.astype(float), ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=(2, 3))
    return np.einsum("ncijkl,fckl->nfij", windows, w.astype(float)) + b[None, :, None, None]


def _pooled(x):
    rows, columns = x.shape[2] // 2, x.shape[3] // 2
    return x[:, :, : 2 * rows, : 2 * columns].reshape(*x.shape[:2], rows, 2, columns, 2).max(axis=(3, 5))


def _rectified(z):
    return np.maximum(z, 0)


@exercise(
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
        "number types": "images of bytes give logits with fractions: don't store results in arrays like the image.",
    },
    hints=[
        "layers.conv2d(x, w, b, padding), layers.relu(z) and layers.max_pool2d(x, size, stride) are your functions "
        "from earlier notebooks, only faster. You only have to call them one after the other.",
        "Write one line for each layer. While you build it, print the shape after each layer.",
        "After the second pooling: flat = x.reshape(len(x), -1), and the logits are flat @ params['w3'].T + "
        "params['b3']. "
        "No softmax, and no ReLU at the end.",
    ],
    forbidden=("torch", "helpers.network"),
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


@convnet_forward.steps
def _(x, params):
    found, a = {}, x
    for layer in "12":
        z = _convolved(a, params["w" + layer], params["b" + layer])
        a = _pooled(_rectified(z))
        found |= {"z" + layer: z, "a" + layer: _rectified(z), "p" + layer: a, "pooled_z" + layer: _pooled(z)}
    flat = a.reshape(len(x), -1)
    return {**found, "flat": flat, "products": flat @ params["w3"].astype(float).T}


@convnet_forward.cases
def _(rng):
    yield "values", _network(rng, _images(rng, 2, 1, 8, 8, dtype=float), (2, 3), 4, biases=False)
    yield "values", _network(rng, _images(rng, 3, 1, 8, 8, dtype=float), (3, 2), 2, biases=False)
    yield "not square", _network(rng, _images(rng, 2, 1, 4, 12, dtype=float), (2, 3), 2, biases=False)
    drawn = telling(
        convnet_forward,
        lambda: _network(rng, _images(rng, 1, 1, 12, 8, dtype=float), (3, 2), 3, biases=False),
        "relu_at_the_end",
    )
    yield "not square", drawn
    yield "channels", _network(rng, _images(rng, 2, 3, 8, 4, dtype=float), (2, 4), 3)
    yield "channels", _network(rng, _images(rng, 1, 2, 8, 8, dtype=float), (4, 3), 5)
    yield "biases", _network(rng, _images(rng, 2, 1, 8, 8, dtype=float), (3, 2), 2)
    yield "biases", _network(rng, _images(rng, 2, 2, 4, 8, dtype=float), (2, 3), 4)
    yield "sides that do not divide", _network(rng, _images(rng, 2, 1, 7, 9, dtype=float), (2, 3), 3)
    yield "sides that do not divide", _network(rng, _images(rng, 2, 1, 10, 5, dtype=float), (3, 2), 2)
    yield "sides that do not divide", _network(rng, _images(rng, 2, 2, 6, 7, dtype=float), (2, 3), 2)
    yield "filter sizes", _network(rng, _images(rng, 2, 1, 9, 8, dtype=float), (2, 3), 3, ((5, 2), (2, 3)))
    drawn = telling(
        convnet_forward,
        lambda: _network(rng, _images(rng, 1, 2, 8, 10, dtype=float), (2, 2), 2, ((2, 3), (3, 4))),
        "relu_at_the_end",
    )
    yield "filter sizes", drawn
    yield "number types", _network(rng, rng.integers(60, 256, (2, 1, 8, 4)).astype(np.uint8), (2, 3), 3)
    yield "number types", _network(rng, _images(rng, 2, 1, 4, 8, dtype=np.float32), (2, 2), 3, dtype=np.float32)

    def small():
        drawn = _network(rng, _images(rng, 1, 2, 8, 4), (2, 3), 2)
        return {**drawn, "params": {name: value / 8 for name, value in drawn["params"].items()}}

    yield "number types", telling(convnet_forward, small, "first_channel_only")


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
    "Your flatten puts the channels of a place next to each other. The order is that of (C, H, W), channel by channel.",
)
def _(x, params):
    return _forward(x, params, flatten=lambda a: a.transpose(0, 2, 3, 1).reshape(len(a), -1))


@convnet_forward.mistake(
    "images_flattened",
    "You flatten all images into one list. Keep the axis of the images: reshape to (N, C * H * W).",
)
def _(x, params):
    return _forward(x, params, flatten=lambda a: a.flatten())


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


@convnet_forward.variant
def loops(x, params):
    def conv(x, w, b):
        n, c, h, width = x.shape
        f, _, kh, kw = w.shape
        padded = np.zeros((n, c, h + 2, width + 2))
        padded[:, :, 1:-1, 1:-1] = x
        rows, columns = h + 2 - kh + 1, width + 2 - kw + 1
        out = np.zeros((n, f, rows, columns))
        for image in range(n):
            for k in range(f):
                for i in range(rows):
                    for j in range(columns):
                        out[image, k, i, j] = np.sum(padded[image, :, i : i + kh, j : j + kw] * w[k]) + b[k]
        return out

    def pool(x):
        n, c, h, w = x.shape
        out = np.zeros((n, c, h // 2, w // 2))
        for i in range(h // 2):
            for j in range(w // 2):
                out[:, :, i, j] = x[:, :, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2].max(axis=(2, 3))
        return out

    x = pool(np.maximum(conv(x, params["w1"], params["b1"]), 0))
    x = pool(np.maximum(conv(x, params["w2"], params["b2"]), 0))
    x = x.reshape(x.shape[0], -1)
    return np.dot(x, params["w3"].T) + params["b3"]


@convnet_forward.variant
def pool_then_relu(x, params):
    def layer(x, w, b):
        x = np.pad(x, [(0, 0), (0, 0), (1, 1), (1, 1)]).astype(np.float64)
        windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=(2, 3))
        z = np.tensordot(windows, w, axes=((1, 4, 5), (1, 2, 3))).transpose(0, 3, 1, 2) + b.reshape(1, -1, 1, 1)
        h, w = z.shape[2] // 2 * 2, z.shape[3] // 2 * 2
        z = np.maximum(z[:, :, 0:h:2, :w], z[:, :, 1:h:2, :w])
        z = np.maximum(z[..., 0::2], z[..., 1::2])
        return np.where(z > 0, z, 0)

    a = layer(x, params["w1"], params["b1"])
    a = layer(a, params["w2"], params["b2"])
    return np.einsum("nk,mk->nm", a.reshape(len(a), -1), params["w3"]) + params["b3"]


@convnet_forward.variant
def one_image_at_a_time(x, params):
    def conv(image, w, b):
        image = np.pad(image.astype(float), ((0, 0), (1, 1), (1, 1)))
        rows, columns = image.shape[1] - w.shape[2] + 1, image.shape[2] - w.shape[3] + 1
        out = np.zeros((len(w), rows, columns)) + b[:, None, None]
        for i in range(w.shape[2]):
            for j in range(w.shape[3]):
                out += np.einsum("chw,fc->fhw", image[:, i : i + rows, j : j + columns], w[:, :, i, j])
        return out

    def pool(a):
        a = a[:, : a.shape[1] // 2 * 2, : a.shape[2] // 2 * 2]
        return a.reshape(a.shape[0], a.shape[1] // 2, 2, a.shape[2] // 2, 2).max(axis=(2, 4))

    logits = []
    for image in x:
        for number in "12":
            image = pool(np.clip(conv(image, params["w" + number], params["b" + number]), 0, None))
        logits.append(params["w3"] @ image.flatten() + params["b3"])
    return np.array(logits)
