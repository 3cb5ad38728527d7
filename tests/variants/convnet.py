"""Right solutions of notebook 06 in many styles: each has to get full marks, and no mistake may be named for it.

`<exercise>__<style>`; each stands alone and uses only NumPy, since its source is handed in as a student's work.
"""

import numpy as np


def shape_trace__one_loop(layers, shape):
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


def shape_trace__recursive(layers, shape):
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
    return [tuple(shape), *shape_trace__recursive(rest, tuple(shape))]


def shape_trace__numpy_arrays(layers, shape):
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


def shape_trace__dictionary_of_rules(layers, shape):
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


def count_weights__loop(layers, shape):
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


def count_weights__sizes_of_arrays(layers, shape):
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


def count_weights__two_passes(layers, shape):
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


def convnet_forward__loops(x, params):
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


def convnet_forward__pool_then_relu(x, params):
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


def convnet_forward__one_image_at_a_time(x, params):
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


def softmax__standard(logits):
    z = logits.astype(float)
    z = z - np.max(z, axis=1, keepdims=True)
    e = np.exp(z)
    return e / np.sum(e, axis=1, keepdims=True)


def softmax__row_by_row(logits):
    out = np.zeros(logits.shape)
    for i, row in enumerate(logits):
        row = row.astype(float) - float(row.max())
        out[i] = np.exp(row) / np.exp(row).sum()
    return out


def softmax__through_logarithms(logits):
    z = logits.astype(np.float64)
    top = z.max(axis=-1)[:, None]
    return np.exp(z - top - np.log(np.exp(z - top).sum(axis=-1))[:, None])


def softmax__transposed(logits):
    z = logits.T.astype(float)
    e = np.exp(z - z.max(axis=0))
    return (e / e.sum(axis=0)).T


def softmax__logaddexp(logits):
    z = np.array(logits, dtype=float)
    return np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))


def predict__argmax(logits):
    return logits.argmax(axis=1)


def predict__loop(logits):
    out = []
    for row in logits.tolist():
        best = 0
        for k in range(1, len(row)):
            if row[k] > row[best]:
                best = k
        out.append(best)
    return out


def predict__sorted(logits):
    return np.argsort(logits, axis=1)[:, -1]


def predict__of_probabilities(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.argmax(e / e.sum(axis=1, keepdims=True), axis=1)


def accuracy__mean(logits, y):
    return np.mean(logits.argmax(axis=1) == y)


def accuracy__loop(logits, y):
    right = 0
    for row, label in zip(logits, y):
        if np.argmax(row) == label:
            right += 1
    return right / len(y)


def accuracy__sum(logits, y):
    return float((np.argmax(logits, 1) == y).sum()) / y.shape[0]


def accuracy__python_lists(logits, y):
    predicted = [row.index(max(row)) for row in logits.tolist()]
    return sum(a == b for a, b in zip(predicted, y.tolist())) / len(predicted)


def confusion_matrix__add_at(predicted, y, classes):
    counts = np.zeros((classes, classes), dtype=int)
    np.add.at(counts, (y, predicted), 1)
    return counts


def confusion_matrix__bincount(predicted, y, classes):
    return np.bincount(y.astype(int) * classes + predicted, minlength=classes**2).reshape(classes, classes)


def confusion_matrix__comparisons(predicted, y, classes):
    return np.array([[int(np.sum((y == i) & (predicted == j))) for j in range(classes)] for i in range(classes)])


def confusion_matrix__one_hot(predicted, y, classes):
    return np.eye(classes, dtype=int)[y].T @ np.eye(classes, dtype=int)[predicted]


def confusion_matrix__nested_lists(predicted, y, classes):
    counts = [[0] * classes for _ in range(classes)]
    for true, guess in zip(y, predicted):
        counts[true][guess] += 1
    return counts


def squared_error__mean(prediction, y):
    return np.mean((prediction.astype(float) - y.astype(float)) ** 2)


def squared_error__loop(prediction, y):
    total = 0.0
    for p, t in zip(prediction, y):
        total += (float(p) - float(t)) ** 2
    return total / len(y)


def squared_error__dot(prediction, y):
    difference = np.subtract(prediction, y, dtype=np.float64)
    return difference @ difference / difference.size


def nll_loss__log_softmax(logits, y):
    z = logits.astype(float)
    z = z - z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -log_p[range(len(y)), y].mean()


def nll_loss__loop(logits, y):
    total = 0.0
    for row, label in zip(logits.astype(float), y):
        top = row.max()
        total += top + np.log(np.sum(np.exp(row - top))) - row[label]
    return total / len(y)


def nll_loss__one_hot(logits, y):
    n, k = logits.shape
    one_hot = np.zeros((n, k))
    one_hot[np.arange(n), y] = 1
    z = logits - np.max(logits, axis=1)[:, None].astype(float)
    return -np.sum(one_hot * (z - np.log(np.exp(z).sum(axis=1))[:, None])) / n


def nll_loss__logaddexp(logits, y):
    z = np.asarray(logits, dtype=np.float64)
    right = np.take_along_axis(z, y[:, None].astype(int), axis=1)[:, 0]
    return np.mean(np.logaddexp.reduce(z, axis=1) - right)
