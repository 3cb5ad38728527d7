"""The network of notebooks 06 and 07, with the fast layers: its logits, its loss and the gradients.

For use once they have been written by hand, and where a reader's own can't be used. `params` is a dict as in `weights`.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from . import layers

Array = np.ndarray


def forward(params: Mapping[str, Array], x: Array) -> Array:
    """The logits (N, K) for images (N, C, H, W)."""
    for layer in "12":
        x = layers.relu(layers.conv2d(x, params["w" + layer], params["b" + layer], padding=1))
        x = layers.max_pool2d(x, 2, 2)
    logits: Array = x.reshape(len(x), -1) @ params["w3"].T + params["b3"]
    return logits


def nll_loss(logits: Array, y: Array) -> float:
    """The mean negative log likelihood of the classes y (N,)."""
    z = logits - logits.max(axis=1, keepdims=True)
    return float(np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(y)), y]))


def softmax_nll_backward(logits: Array, y: Array) -> Array:
    """The gradient of `nll_loss` by the logits."""
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    p[np.arange(len(y)), y] -= 1
    return np.asarray(p / len(y))


def fc_backward(dz: Array, x: Array, w: Array) -> tuple[Array, Array, Array]:
    """The gradients (dx, dw, db) of a fully connected layer x @ w.T + b, from dz (N, m)."""
    return dz @ w, dz.T @ x, dz.sum(axis=0)


def loss_and_gradients(params: Mapping[str, Array], x: Array, y: Array) -> tuple[float, dict[str, Array]]:
    """The loss on images x (N, C, H, W) of the classes y (N,), and its gradient by each parameter."""
    z1 = layers.conv2d(x, params["w1"], params["b1"], padding=1)
    a1 = layers.relu(z1)
    p1 = layers.max_pool2d(a1, 2, 2)
    z2 = layers.conv2d(p1, params["w2"], params["b2"], padding=1)
    a2 = layers.relu(z2)
    p2 = layers.max_pool2d(a2, 2, 2)
    flat = p2.reshape(len(x), -1)
    logits = flat @ params["w3"].T + params["b3"]
    grads = {}
    dflat, grads["w3"], grads["b3"] = fc_backward(softmax_nll_backward(logits, y), flat, params["w3"])
    dz2 = layers.relu_backward(layers.max_pool2d_backward(dflat.reshape(p2.shape), a2, 2, 2), z2)
    dp1, grads["w2"], grads["b2"] = layers.conv2d_backward(dz2, p1, params["w2"], padding=1)
    dz1 = layers.relu_backward(layers.max_pool2d_backward(dp1, a1, 2, 2), z1)
    _, grads["w1"], grads["b1"] = layers.conv2d_backward(dz1, x, params["w1"], padding=1)
    return nll_loss(logits, y), {name: grads[name] for name in params}
