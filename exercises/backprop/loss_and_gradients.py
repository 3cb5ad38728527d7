"""loss_and_gradients: forward and backward through the whole network, on one batch."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise
from helpers import layers
from helpers.checking.values import problem

from .fc_backward import fc_backward
from .softmax_nll_backward import softmax_nll_backward


def forward(params, x):
    """The network of convnet_forward: logits, and every step before them for the backward pass."""
    z1 = layers.conv2d(x, params["w1"], params["b1"], padding=1)
    a1 = layers.relu(z1)
    p1 = layers.max_pool2d(a1, 2, 2)
    z2 = layers.conv2d(p1, params["w2"], params["b2"], padding=1)
    a2 = layers.relu(z2)
    p2 = layers.max_pool2d(a2, 2, 2)
    logits = p2.reshape(len(x), -1) @ params["w3"].T + params["b3"]
    return logits, (x, z1, a1, p1, z2, a2, p2)


def backward(params, dlogits, steps, slopes=(layers.relu_backward, layers.relu_backward)):
    """The gradients by the parameters, from `steps` of `forward`; `slopes` are both ReLUs' backward functions."""
    x, z1, a1, p1, z2, a2, p2 = steps
    first, second = slopes
    grads = {"w3": dlogits.T @ p2.reshape(len(x), -1), "b3": dlogits.sum(axis=0)}
    dp2 = (dlogits @ params["w3"]).reshape(p2.shape)
    dz2 = second(layers.max_pool2d_backward(dp2, a2, 2, 2), z2)
    dp1, grads["w2"], grads["b2"] = layers.conv2d_backward(dz2, p1, params["w2"], padding=1)
    dz1 = first(layers.max_pool2d_backward(dp1, a1, 2, 2), z1)
    _, grads["w1"], grads["b1"] = layers.conv2d_backward(dz1, x, params["w1"], padding=1)
    return grads


def mean_loss(logits, y):
    """The mean negative log likelihood."""
    z = logits - logits.max(axis=1, keepdims=True)
    return -np.mean(z[np.arange(len(y)), y] - np.log(np.exp(z).sum(axis=1)))


@exercise(
    points=3,
    aspects={
        "loss": "the loss is the mean negative log likelihood of the logits, one number.",
        "last layer": "the gradients of w3 and b3: fc_backward(dlogits, flat, w3), where flat is what the layer got.",
        "second convolution": "go back from flat: reshape to the maps' shape, then pooling, ReLU, convolution. Each "
        "backward function needs what its layer got in the forward pass.",
        "first convolution": "the gradient by what the second convolution got is the gradient by the first pooling's "
        "output. From there the steps are the same.",
        "all sizes": "sides need not divide by 4: take the shapes from the forward pass.",
    },
    hints=[
        "Go forward with a name for each result: z1, a1, p1, z2, a2, p2, flat, logits. The backward pass needs them.",
        "Start from dlogits = softmax_nll_backward(logits, y). Then fc_backward gives the gradients of the last layer "
        "and the gradient by flat.",
        "dp2 = dflat.reshape(p2.shape); da2 = layers.max_pool2d_backward(dp2, a2, 2, 2); dz2 = relu_backward(da2, z2); "
        "then layers.conv2d_backward(dz2, p1, w2, padding=1) gives dp1, dw2 and db2. The same again for layer 1.",
    ],
    adapter="backprop.loss_and_part",
    forbidden=("torch", "helpers.network.loss_and_gradients"),
)
def loss_and_gradients(params, x, y):
    logits, steps = forward(params, x)
    return mean_loss(logits, y), backward(params, softmax_nll_backward.reference(logits, y), steps)


def start(rng, shape, filters, classes):
    """He initialization with biases that are not 0, rounded to a few binary digits."""
    c, height, width = shape
    f1, f2 = filters
    n = f2 * (height // 4) * (width // 4)

    def weights(*size):
        return np.round(rng.normal(0, np.sqrt(2 / np.prod(size[1:])), size) * 64) / 64

    def biases(count):
        return rng.integers(1, 9, count) * rng.choice([-1, 1], count) / 64

    w1, w2, w3 = weights(f1, c, 3, 3), weights(f2, f1, 3, 3), weights(classes, n)
    return {"w1": w1, "b1": biases(f1), "w2": w2, "b2": biases(f2), "w3": w3, "b3": biases(classes)}


def live_start(rng, x, filters, classes):
    """A start for which units of both layers are on for some images and off for others."""
    while True:
        params = start(rng, x.shape[1:], filters, classes)
        if _alive(params, x):
            return params


def _alive(params, x):
    steps = forward(params, x)[1]
    return all(0.15 < (a > 0).mean() < 0.9 and (a > 0).any(axis=(0, 2, 3)).all() for a in (steps[2], steps[5]))


_PARTS = {"loss": "loss", "last layer": "3", "second convolution": "2", "first convolution": "1"}


@loss_and_gradients.cases
def _(rng):
    def batch(n, shape, filters, classes):
        x = rng.integers(0, 9, (n, *shape)) / 4 - 1
        params = live_start(rng, x / 4, filters, classes)
        return {"params": params, "x": x, "y": rng.permutation(np.arange(n) % classes)}

    def bent():
        """A batch in which the second ReLU stops gradients on their way to the second convolution."""
        while True:
            drawn = batch(4, (2, 4, 8), (2, 3), 3)
            right, without = (each(**drawn)[1]["w2"] for each in (loss_and_gradients.reference, _without_relu))
            if problem(right, without):
                return drawn

    for aspect, part in _PARTS.items():
        yield aspect, {**batch(3, (1, 4, 4), (2, 2), 2), "part": part}
        yield aspect, {**bent(), "part": part}
    for part in ("3", "2", "1", "loss"):
        yield "all sizes", {**batch(3, (1, 7, 10), (2, 3), 3), "part": part}


def _stepped(params, x, y, dlogits=None, **options):
    """The reference with another gradient by the logits, or another backward pass."""
    logits, steps = forward(params, x)
    if dlogits is None:
        dlogits = softmax_nll_backward.reference(logits, y)
    return mean_loss(logits, y), backward(params, dlogits, steps, **options)


@loss_and_gradients.mistake(
    "gradients_summed",
    "Your gradients are too large by a factor of the batch size. The loss is a mean, so divide its gradient by the "
    "batch size.",
)
def _(params, x, y):
    loss, grads = loss_and_gradients.reference(params, x, y)
    return loss, {name: value * len(x) for name, value in grads.items()}


@loss_and_gradients.mistake(
    "loss_summed", "Your loss is the sum over the batch, and your gradients belong to that sum. Return the mean."
)
def _(params, x, y):
    loss, grads = loss_and_gradients.reference(params, x, y)
    return loss * len(x), {name: value * len(x) for name, value in grads.items()}


@loss_and_gradients.mistake("loss_alone_summed", "Your loss is the sum over the batch. Return the mean.")
def _(params, x, y):
    loss, grads = loss_and_gradients.reference(params, x, y)
    return loss * len(x), grads


@loss_and_gradients.mistake("uphill", "Your gradients have the wrong sign: at the true class, the gradient is p - 1.")
def _(params, x, y):
    loss, grads = loss_and_gradients.reference(params, x, y)
    return loss, {name: -value for name, value in grads.items()}


@loss_and_gradients.mistake(
    "steps_returned",
    "Your result is the parameters after a step. Return the gradients themselves: the step comes later.",
)
def _(params, x, y):
    loss, grads = loss_and_gradients.reference(params, x, y)
    return loss, {name: params[name] - grads[name] for name in params}


@loss_and_gradients.mistake(
    "last_layer_only",
    "Your gradients of the filters are 0: only w3 and b3 would learn. Go back through all layers.",
)
def _(params, x, y):
    loss, grads = loss_and_gradients.reference(params, x, y)
    return loss, {name: value * name.endswith("3") for name, value in grads.items()}


@loss_and_gradients.mistake("biases_forgotten", "Your gradients of the biases are 0. Biases are parameters too.")
def _(params, x, y):
    loss, grads = loss_and_gradients.reference(params, x, y)
    return loss, {name: value * name.startswith("w") for name, value in grads.items()}


@loss_and_gradients.mistake(
    "relu_forgotten",
    "Your gradients are what you get when ReLU is left out in the backward pass: where z is below 0, nothing passes.",
)
def _without_relu(params, x, y):
    return _stepped(params, x, y, slopes=(lambda da, z: da, lambda da, z: da))


@loss_and_gradients.mistake(
    "first_relu_forgotten",
    "Your gradients of the first convolution are what you get without its ReLU in the backward pass.",
)
def _(params, x, y):
    return _stepped(params, x, y, slopes=(lambda da, z: da, layers.relu_backward))


@loss_and_gradients.mistake(
    "probabilities_for_their_gradient",
    "Your gradient by the logits is the probabilities themselves: subtract 1 at the true class.",
)
def _(params, x, y):
    logits, _ = forward(params, x)
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    return _stepped(params, x, y, p / p.sum(axis=1, keepdims=True) / len(x))


@loss_and_gradients.mistake(
    "softmax_twice",
    "Your logits go through softmax before softmax_nll_backward, which does that by itself. Give it the logits.",
)
def _(params, x, y):
    logits, _ = forward(params, x)
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    return _stepped(params, x, y, softmax_nll_backward.reference(p, y))


@loss_and_gradients.variant
def with_own_functions(params, x, y):
    z1 = layers.conv2d(x, params["w1"], params["b1"], padding=1)
    p1 = layers.max_pool2d(layers.relu(z1), 2, 2)
    z2 = layers.conv2d(p1, params["w2"], params["b2"], padding=1)
    p2 = layers.max_pool2d(layers.relu(z2), 2, 2)
    flat = p2.reshape(len(x), -1)
    logits = flat @ params["w3"].T + params["b3"]
    z = logits - logits.max(axis=1, keepdims=True)
    loss = np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(y)), y])
    dflat, dw3, db3 = fc_backward(softmax_nll_backward(logits, y), flat, params["w3"])
    dz2 = layers.relu_backward(layers.max_pool2d_backward(dflat.reshape(p2.shape), layers.relu(z2), 2, 2), z2)
    dp1, dw2, db2 = layers.conv2d_backward(dz2, p1, params["w2"], padding=1)
    dz1 = layers.relu_backward(layers.max_pool2d_backward(dp1, layers.relu(z1), 2, 2), z1)
    _, dw1, db1 = layers.conv2d_backward(dz1, x, params["w1"], padding=1)
    return float(loss), {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2, "w3": dw3, "b3": db3}


@loss_and_gradients.variant
def pool_before_relu(params, x, y):
    """All by itself; ReLU after pooling gives the same values and gradients."""

    def windows(x, kh, kw):
        return np.lib.stride_tricks.sliding_window_view(np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1))), (kh, kw), (2, 3))

    def corners(x):
        x = x[:, :, : x.shape[2] // 2 * 2, : x.shape[3] // 2 * 2]
        return np.stack([x[:, :, i::2, j::2] for i in (0, 1) for j in (0, 1)])

    def pool_back(dy, x):
        best = corners(x).argmax(axis=0)
        dx = np.zeros(x.shape)
        for k in range(4):
            i, j = divmod(k, 2)
            dx[:, :, i : 2 * dy.shape[2] : 2, j : 2 * dy.shape[3] : 2] = dy * (best == k)
        return dx

    p = params
    c1 = windows(x.astype(float), 3, 3)
    z1 = np.einsum("ncijkl,fckl->nfij", c1, p["w1"], optimize=True) + p["b1"][:, None, None]
    m1 = corners(z1).max(axis=0)
    c2 = windows(np.maximum(m1, 0), 3, 3)
    z2 = np.einsum("ncijkl,fckl->nfij", c2, p["w2"], optimize=True) + p["b2"][:, None, None]
    m2 = corners(z2).max(axis=0)
    flat = np.maximum(m2, 0).reshape(len(x), -1)
    logits = flat @ p["w3"].T + p["b3"]
    top = logits.max(axis=1, keepdims=True)
    total = np.log(np.exp(logits - top).sum(axis=1, keepdims=True)) + top
    d = (np.exp(logits - total) - np.eye(len(p["b3"]))[y]) / len(y)
    g = {"w3": d.T @ flat, "b3": d.sum(0)}
    dz2 = pool_back((d @ p["w3"]).reshape(m2.shape) * (m2 > 0), z2)
    g["w2"] = np.einsum("nfij,ncijkl->fckl", dz2, c2, optimize=True)
    g["b2"] = dz2.sum((0, 2, 3))
    da1 = np.einsum("nfijkl,fckl->ncij", windows(dz2, 3, 3), p["w2"][:, :, ::-1, ::-1], optimize=True)
    dz1 = pool_back(da1 * (m1 > 0), z1)
    g["w1"] = np.einsum("nfij,ncijkl->fckl", dz1, c1, optimize=True)
    g["b1"] = dz1.sum((0, 2, 3))
    return np.mean(total[:, 0] - logits[np.arange(len(y)), y]), g


@loss_and_gradients.variant
def a_loop_over_the_layers(params, x, y):
    """A list of what goes back, filled on the way forward."""
    grads, back, value = {}, [], x
    for layer in ("1", "2"):
        z = layers.conv2d(value, params["w" + layer], params["b" + layer], padding=1)
        a = np.where(z > 0, z, 0.0)
        pooled, places = layers.max_pool2d_argmax(a, 2, 2)
        back.append((layer, value, z, a, places))
        value = pooled
    flat = value.reshape(value.shape[0], -1)
    logits = np.einsum("nj,kj->nk", flat, params["w3"]) + params["b3"]
    log_p = logits - np.logaddexp.reduce(logits, axis=1)[:, None]
    loss = -log_p[range(len(y)), y].mean()
    d = np.exp(log_p)
    d[range(len(y)), y] -= 1
    d = d / len(y)
    grads["b3"], grads["w3"] = d.sum(0), np.tensordot(d, flat, (0, 0))
    d = np.dot(d, params["w3"]).reshape(value.shape)
    for layer, given, z, a, places in reversed(back):
        d = layers.max_pool2d_backward(d, a, 2, 2, places) * (z > 0)
        d, grads["w" + layer], grads["b" + layer] = layers.conv2d_backward(d, given, params["w" + layer], 1)
    return [loss, grads]
