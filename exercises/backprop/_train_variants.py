"""Right solutions of train in other styles."""

from __future__ import annotations

import numpy as np

from helpers import layers

from .loss_and_gradients import loss_and_gradients
from .train import train


@train.variant
def ten_lines(params, x, y, lr, epochs, batch, seed):
    rng, losses = np.random.default_rng(seed), []
    for _ in range(epochs):
        total = 0.0
        for chosen in np.array_split(rng.permutation(len(x)), range(batch, len(x), batch)):
            loss, grads = loss_and_gradients(params, x[chosen], y[chosen])
            total += loss * len(chosen)
            params = {name: params[name] - lr * grads[name] for name in params}
        losses += [total / len(x)]
    return params, losses


@train.variant
def shuffled_every_epoch(params, x, y, lr, epochs, batch, seed):
    rng = np.random.default_rng(seed)
    params = {name: value.copy() for name, value in params.items()}
    losses = []
    for _ in range(epochs):
        order = rng.permutation(len(x))
        batch_losses = []
        for start in range(0, len(x), batch):
            xb, yb = x[order[start : start + batch]], y[order[start : start + batch]]
            z1 = layers.conv2d(xb, params["w1"], params["b1"], 1)
            a1 = layers.relu(z1)
            p1 = layers.max_pool2d(a1, 2, 2)
            z2 = layers.conv2d(p1, params["w2"], params["b2"], 1)
            a2 = layers.relu(z2)
            p2 = layers.max_pool2d(a2, 2, 2)
            flat = p2.reshape(len(xb), -1)
            logits = flat @ params["w3"].T + params["b3"]
            z = logits - logits.max(axis=1, keepdims=True)
            log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
            batch_losses.append(-log_p[np.arange(len(yb)), yb].sum())
            d = np.exp(log_p)
            d[np.arange(len(yb)), yb] -= 1
            d /= len(yb)
            dp2 = (d @ params["w3"]).reshape(p2.shape)
            dz2 = layers.relu_backward(layers.max_pool2d_backward(dp2, a2, 2, 2), z2)
            dp1, dw2, db2 = layers.conv2d_backward(dz2, p1, params["w2"], 1)
            dz1 = layers.relu_backward(layers.max_pool2d_backward(dp1, a1, 2, 2), z1)
            _, dw1, db1 = layers.conv2d_backward(dz1, xb, params["w1"], 1)
            params["w3"] -= lr * d.T @ flat
            params["b3"] -= lr * d.sum(axis=0)
            params["w2"] -= lr * dw2
            params["b2"] -= lr * db2
            params["w1"] -= lr * dw1
            params["b1"] -= lr * db1
        losses.append(sum(batch_losses) / len(x))
    return params, losses


@train.variant
def own_layers_pool_before_relu(params, x, y, lr, epochs, batch, seed):
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

    def loss_and_gradients(p, x, y):
        c1 = windows(x.astype(float), 3, 3)
        z1 = np.einsum("ncijkl,fckl->nfij", c1, p["w1"], optimize=True) + p["b1"][:, None, None]
        m1 = corners(z1).max(axis=0)
        a1 = np.maximum(m1, 0)
        c2 = windows(a1, 3, 3)
        z2 = np.einsum("ncijkl,fckl->nfij", c2, p["w2"], optimize=True) + p["b2"][:, None, None]
        m2 = corners(z2).max(axis=0)
        flat = np.maximum(m2, 0).reshape(len(x), -1)
        logits = flat @ p["w3"].T + p["b3"]
        top = logits.max(axis=1, keepdims=True)
        total = np.log(np.exp(logits - top).sum(axis=1, keepdims=True)) + top
        loss = np.mean(total[:, 0] - logits[np.arange(len(y)), y])
        d = (np.exp(logits - total) - np.eye(len(p["b3"]))[y]) / len(y)
        g = {"w3": d.T @ flat, "b3": d.sum(0)}
        dz2 = pool_back((d @ p["w3"]).reshape(m2.shape) * (m2 > 0), z2)
        g["w2"] = np.einsum("nfij,ncijkl->fckl", dz2, c2, optimize=True)
        g["b2"] = dz2.sum((0, 2, 3))
        da1 = np.einsum("nfijkl,fckl->ncij", windows(dz2, 3, 3), p["w2"][:, :, ::-1, ::-1], optimize=True)
        dz1 = pool_back(da1 * (m1 > 0), z1)
        g["w1"] = np.einsum("nfij,ncijkl->fckl", dz1, c1, optimize=True)
        g["b1"] = dz1.sum((0, 2, 3))
        return loss, g

    rng = np.random.RandomState(seed)
    losses = []
    for _ in range(epochs):
        order = np.arange(len(x))
        rng.shuffle(order)
        total = 0
        for chosen in np.split(order, range(batch, len(x), batch)):
            loss, g = loss_and_gradients(params, x[chosen], y[chosen])
            total += loss * len(chosen)
            params = {name: params[name] - lr * g[name] for name in params}
        losses.append(total / len(x))
    return params, np.array(losses)


@train.variant
def random_batches(params, x, y, lr, epochs, batch, seed):
    """Each batch is drawn independently; the losses are those of all points after each epoch."""

    def forward(p, x):
        z1 = layers.conv2d(x, p["w1"], p["b1"], padding=1)
        a1, places1 = layers.max_pool2d_argmax(layers.relu(z1), 2, 2)
        z2 = layers.conv2d(a1, p["w2"], p["b2"], padding=1)
        a2, places2 = layers.max_pool2d_argmax(layers.relu(z2), 2, 2)
        return z1, a1, places1, z2, a2, places2, a2.reshape(len(x), -1) @ p["w3"].T + p["b3"]

    np.random.seed(seed)
    p = dict(params)
    losses = []
    for _ in range(epochs):
        for _ in range(-(-len(x) // batch)):
            chosen = np.random.choice(len(x), batch)
            z1, a1, places1, z2, a2, places2, logits = forward(p, x[chosen])
            e = np.exp(logits - logits.max(axis=1, keepdims=True))
            d = (e / e.sum(axis=1, keepdims=True) - np.eye(logits.shape[1])[y[chosen]]) / batch
            g = {"w3": np.einsum("nk,nj->kj", d, a2.reshape(batch, -1)), "b3": d.sum(axis=0)}
            dz2 = layers.max_pool2d_backward((d @ p["w3"]).reshape(a2.shape), z2, 2, 2, places2) * (z2 > 0)
            da1, g["w2"], g["b2"] = layers.conv2d_backward(dz2, a1, p["w2"], padding=1)
            dz1 = layers.max_pool2d_backward(da1, z1, 2, 2, places1) * (z1 > 0)
            _, g["w1"], g["b1"] = layers.conv2d_backward(dz1, x[chosen], p["w1"], padding=1)
            for name in g:
                p[name] = p[name] - lr * g[name]
        logits = forward(p, x)[-1]
        z = logits - logits.max(axis=1, keepdims=True)
        losses.append(float(np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(y)), y])))
    return p, losses
