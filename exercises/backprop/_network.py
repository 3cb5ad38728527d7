"""The network of `convnet_forward` for the cases and mistakes of loss_and_gradients and train."""

from __future__ import annotations

import numpy as np

from helpers import layers


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
