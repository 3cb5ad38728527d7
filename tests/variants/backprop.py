"""Right solutions of notebook 07 in many styles: each has to get full marks, and no mistake may be named for it.

`<exercise>__<style>`; each stands alone and uses only NumPy and `helpers.layers`, since its source is handed in as a
student's work.
"""

import numpy as np

from helpers import layers


def dz_dw__loops(x, k, padding):
    n_out = len(x) + 2 * padding - k + 1
    out = np.zeros((k, n_out))
    for j in range(k):
        for i in range(n_out):
            position = i + j - padding
            if 0 <= position < len(x):
                out[j, i] = x[position]
    return out


def dz_dw__windows(x, k, padding):
    padded = np.concatenate([np.zeros(padding), x, np.zeros(padding)])
    return np.lib.stride_tricks.sliding_window_view(padded, k).T


def dz_dw__columns(x, k, padding):
    padded = np.zeros(len(x) + 2 * padding)
    padded[padding : padding + len(x)] = x
    return np.column_stack([padded[i : i + k] for i in range(len(padded) - k + 1)])


def dz_dw__nested_lists(x, k, padding):
    padded = [0.0] * padding + [float(value) for value in x] + [0.0] * padding
    return [padded[j : len(padded) - k + 1 + j] for j in range(k)]


def lecture_gradients__matrices(x, y, w1, w2):
    padded = np.pad(x.astype(float), 1)
    dz_dw1 = np.stack([padded[:-2], padded[1:-1], padded[2:]])
    z = dz_dw1.T @ w1
    a = np.where(z > 0, z, 0)
    prediction = w2 @ a
    dl_da = 2 * (prediction - y) * w2
    da_dz = np.diag((z > 0).astype(float))
    return (prediction - y) ** 2, dz_dw1 @ da_dz @ dl_da, 2 * (prediction - y) * a


def lecture_gradients__loops(x, y, w1, w2):
    n = len(x)
    p = [0.0, *x.tolist(), 0.0]
    z = [sum(p[i + j] * float(w1[j]) for j in range(3)) for i in range(n)]
    a = [max(value, 0.0) for value in z]
    error = sum(float(w) * value for w, value in zip(w2, a)) - y
    dw1 = [0.0, 0.0, 0.0]
    for i in range(n):
        if z[i] > 0:
            for j in range(3):
                dw1[j] += 2 * error * float(w2[i]) * p[i + j]
    return error**2, np.array(dw1), np.array([2 * error * value for value in a])


def lecture_gradients__convolve(x, y, w1, w2):
    x = x.astype(float)
    z = np.correlate(np.pad(x, 1), w1.astype(float), "valid")
    a = np.maximum(z, 0)
    d = a @ w2 - y
    dz = 2 * d * w2 * np.heaviside(z, 0)
    return [d * d, np.correlate(np.pad(x, 1), dz, "valid"), 2 * d * a]


def numerical_gradient__copies(f, x, h=1e-5):
    gradient = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        up, down = x.astype(float), x.astype(float)
        up[place] += h
        down[place] -= h
        gradient[place] = (f(up) - f(down)) / (2 * h)
    return gradient


def numerical_gradient__flat(f, x, h=1e-5):
    out = []
    for i in range(x.size):
        step = np.zeros(x.size)
        step[i] = h
        step = step.reshape(x.shape)
        out.append((f(x + step) - f(x - step)) / (h + h))
    return np.array(out).reshape(x.shape)


def numerical_gradient__changed_and_put_back(f, x, h=1e-5):
    work = x if x.dtype.kind == "f" else x.astype(float)
    gradient = np.zeros_like(work)
    iterator = np.nditer(work, flags=["multi_index"])
    for _ in iterator:
        place = iterator.multi_index
        old = work[place].copy()
        work[place] = old + h
        plus = f(work)
        work[place] = old - h
        minus = f(work)
        work[place] = old
        gradient[place] = (plus - minus) / 2 / h
    return gradient


def relative_error__numpy(a, b):
    a, b = a.astype(float), b.astype(float)
    return np.max(np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-8))


def relative_error__loop(a, b):
    worst = 0.0
    for p, q in zip(a.ravel().tolist(), b.ravel().tolist()):
        worst = max(worst, abs(p - q) / max(1e-8, abs(p) + abs(q)))
    return worst


def relative_error__where(a, b):
    a, b = np.array(a, dtype=np.float64), np.array(b, dtype=np.float64)
    size = abs(a) + abs(b)
    return (abs(a - b) / np.where(size < 1e-8, 1e-8, size)).max()


def relu_backward__mask(da, z):
    return da * (z > 0)


def relu_backward__where(da, z):
    return np.where(z > 0, da, 0)


def relu_backward__copy(da, z):
    dz = da.copy()
    dz[z <= 0] = 0
    return dz


def relu_backward__loop(da, z):
    dz = np.zeros(z.shape)
    for place in np.ndindex(z.shape):
        if z[place] > 0:
            dz[place] = da[place]
    return dz


def fc_backward__products(dz, x, w):
    dz, x, w = (array.astype(float) for array in (dz, x, w))
    return np.dot(dz, w), np.dot(dz.T, x), np.sum(dz, axis=0)


def fc_backward__loops(dz, x, w):
    n, m = dz.shape
    dx, dw, db = np.zeros(x.shape), np.zeros(w.shape), np.zeros(m)
    for i in range(n):
        for j in range(m):
            dx[i] += float(dz[i, j]) * w[j]
            dw[j] += float(dz[i, j]) * x[i]
            db[j] += dz[i, j]
    return dx, dw, db


def fc_backward__einsum(dz, x, w):
    dx = np.einsum("nm,mk->nk", dz, w, dtype=float)
    dw = np.einsum("nm,nk->mk", dz, x, dtype=float)
    return [dx, dw, np.einsum("nm->m", dz.astype(float))]


def softmax_nll_backward__indexed(logits, y):
    n = len(y)
    z = logits - logits.max(axis=1, keepdims=True).astype(float)
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    p[np.arange(n), y] -= 1
    return p / n


def softmax_nll_backward__one_hot(logits, y):
    z = logits.astype(float)
    e = np.exp(z - np.max(z, axis=1)[:, None])
    target = np.zeros(logits.shape)
    target[range(len(y)), y] = 1.0
    return (e / e.sum(1)[:, None] - target) / logits.shape[0]


def softmax_nll_backward__loop(logits, y):
    out = np.zeros(logits.shape)
    for i, (row, label) in enumerate(zip(logits.astype(float), y)):
        p = np.exp(row - row.max())
        p = p / p.sum()
        for k in range(len(row)):
            out[i, k] = (p[k] - (1 if k == label else 0)) / len(y)
    return out


def max_pool2d_backward__masks(dy, x, size, stride):
    dx = np.zeros(x.shape)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            rows, columns = slice(i * stride, i * stride + size), slice(j * stride, j * stride + size)
            window = x[:, :, rows, columns]
            mask = window == window.max(axis=(2, 3), keepdims=True)
            dx[:, :, rows, columns] += dy[:, :, i, j][:, :, None, None] * mask
    return dx


def max_pool2d_backward__first_place(dy, x, size, stride):
    dx = np.zeros(x.shape)
    n, c, rows, columns = dy.shape
    for image in range(n):
        for channel in range(c):
            for i in range(rows):
                for j in range(columns):
                    best, place = None, None
                    for row in range(i * stride, i * stride + size):
                        for column in range(j * stride, j * stride + size):
                            value = x[image, channel, row, column]
                            if best is None or value > best:
                                best, place = value, (row, column)
                    dx[image, channel, place[0], place[1]] += dy[image, channel, i, j]
    return dx


def max_pool2d_backward__add_at(dy, x, size, stride):
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
    best = windows.reshape(*windows.shape[:4], -1).argmax(axis=-1)
    n, c, i, j = np.indices(dy.shape)
    dx = np.zeros(x.shape)
    np.add.at(dx, (n, c, i * stride + best // size, j * stride + best % size), dy)
    return dx


def max_pool2d_backward__shared_between_ties(dy, x, size, stride):
    dx = np.zeros(x.shape, dtype=float)
    for n, c, i, j in np.ndindex(*dy.shape):
        top, left = i * stride, j * stride
        window = x[n, c, top : top + size, left : left + size]
        mask = (window == window.max()).astype(float)
        dx[n, c, top : top + size, left : left + size] += dy[n, c, i, j] * mask / mask.sum()
    return dx


def conv2d_backward__six_loops(dz, x, w, padding=0, stride=1):
    n, _c, height, width = x.shape
    f, _, kh, kw = w.shape
    dx, dw, db = np.zeros(x.shape), np.zeros(w.shape), np.zeros(f)
    for image in range(n):
        for k in range(f):
            for i in range(dz.shape[2]):
                for j in range(dz.shape[3]):
                    d = float(dz[image, k, i, j])
                    db[k] += d
                    for a in range(kh):
                        for b in range(kw):
                            row, column = i * stride + a - padding, j * stride + b - padding
                            if 0 <= row < height and 0 <= column < width:
                                dw[k, :, a, b] += d * x[image, :, row, column]
                                dx[image, :, row, column] += d * w[k, :, a, b]
    return dx, dw, db


def conv2d_backward__windows(dz, x, w, padding=0, stride=1):
    n, _, height, width = x.shape
    f, _, kh, kw = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding))).astype(np.float64)
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    db = np.sum(dz, axis=(0, 2, 3), dtype=float)
    for image in range(n):
        for k in range(f):
            for i in range(dz.shape[2]):
                for j in range(dz.shape[3]):
                    top, left = i * stride, j * stride
                    dw[k] += xp[image, :, top : top + kh, left : left + kw] * dz[image, k, i, j]
                    dxp[image, :, top : top + kh, left : left + kw] += w[k].astype(float) * dz[image, k, i, j]
    return dxp[:, :, padding : height + padding, padding : width + padding], dw, db


def conv2d_backward__over_the_filter(dz, x, w, padding=0, stride=1):
    height, width = x.shape[2:]
    kh, kw = w.shape[2:]
    rows, columns = dz.shape[2:]
    dz, w = dz.astype(float), w.astype(float)
    xp = np.zeros((*x.shape[:2], height + 2 * padding, width + 2 * padding))
    xp[:, :, padding : padding + height, padding : padding + width] = x
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for a in range(kh):
        for b in range(kw):
            place = np.s_[:, :, a : a + stride * (rows - 1) + 1 : stride, b : b + stride * (columns - 1) + 1 : stride]
            dw[:, :, a, b] = np.einsum("nfij,ncij->fc", dz, xp[place])
            dxp[place] += np.einsum("nfij,fc->ncij", dz, w[:, :, a, b])
    return dxp[:, :, padding : padding + height, padding : padding + width], dw, dz.sum((0, 2, 3))


def conv2d_backward__im2col(dz, x, w, padding=0, stride=1):
    n, c, _height, _width = x.shape
    f, _, kh, kw = w.shape
    xp = np.pad(x.astype(float), [(0, 0), (0, 0), (padding,) * 2, (padding,) * 2])
    windows = np.lib.stride_tricks.sliding_window_view(xp, (kh, kw), axis=(2, 3))[:, :, ::stride, ::stride]
    rows, columns = windows.shape[2:4]
    cols = windows.transpose(0, 2, 3, 1, 4, 5).reshape(-1, c * kh * kw)
    d = dz.transpose(0, 2, 3, 1).reshape(-1, f).astype(float)
    dw = (d.T @ cols).reshape(w.shape)
    dcols = (d @ w.reshape(f, -1)).reshape(n, rows, columns, c, kh, kw)
    dxp = np.zeros(xp.shape)
    for i in range(rows):
        for j in range(columns):
            dxp[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw] += dcols[:, i, j]
    if padding:
        dxp = dxp[:, :, padding:-padding, padding:-padding]
    return dxp, dw, d.sum(axis=0)


def sgd_step__comprehension(params, grads, lr):
    return {key: value - lr * grads[key] for key, value in params.items()}


def sgd_step__loop(params, grads, lr):
    new = {}
    for name in params:
        new[name] = params[name] - lr * grads[name]
    return new


def sgd_step__ordered_dict(params, grads, lr):
    from collections import OrderedDict

    return OrderedDict((name, params[name] - lr * grads[name]) for name in sorted(params))


def sgd_step__copies(params, grads, lr):
    new = {name: np.array(value, dtype=float) for name, value in params.items()}
    for name in new:
        new[name] -= lr * grads[name]
    return new


def train__shuffled_every_epoch(params, x, y, lr, epochs, batch, seed):
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
            batch_losses.append(-log_p[np.arange(len(yb)), yb].mean())
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
        losses.append(np.mean(batch_losses))
    return params, losses


def train__own_layers_pool_before_relu(params, x, y, lr, epochs, batch, seed):
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


def train__random_batches(params, x, y, lr, epochs, batch, seed):
    """Each batch is drawn anew; the losses are those of all points after each epoch."""

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
