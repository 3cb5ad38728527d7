"""Right solutions of notebook 02 in many styles: each has to get full marks, and no mistake may be named for it.

`<exercise>__<style>`; each stands alone and uses only NumPy, since its source is handed in as a student's work.
"""

import numpy as np


def window_dot__slice_and_sum(x, w, i):
    return np.sum(x[i : i + len(w)].astype(float) * w)


def window_dot__loop(x, w, i):
    total = 0
    for j in range(len(w)):
        total += float(x[i + j]) * float(w[j])
    return total


def window_dot__python_integers(x, w, i):
    return sum(a * b for a, b in zip(x[i : i + len(w)].tolist(), w.tolist()))


def window_dot__einsum(x, w, i):
    window = x[i : i + w.size]
    return np.einsum("i,i->", window, w, dtype=np.float64)


def window_dot__copied_then_multiplied(x, w, i):
    window = np.array(x[i : i + len(w)], dtype=np.float64)
    window *= w
    return window.sum()


def window_dot__recursion(x, w, i):
    return float(x[i]) * float(w[0]) + window_dot__recursion(x, w[1:], i + 1) if len(w) else 0


def conv1d_valid__two_loops(x, w):
    n, k = len(x), len(w)
    out = np.zeros(n - k + 1)
    for i in range(n - k + 1):
        for j in range(k):
            out[i] += float(x[i + j]) * float(w[j])
    return out


def conv1d_valid__list_of_dots(x, w):
    x, w = x.astype(float), w.astype(float)
    k = len(w)
    return [np.dot(x[i : i + k], w) for i in range(len(x) - k + 1)]


def conv1d_valid__loop_over_weights(x, w):
    n = len(x) - len(w) + 1
    out = np.zeros(n)
    for j, weight in enumerate(w):
        out += float(weight) * x[j : j + n]
    return out


def conv1d_valid__sliding_window_view(x, w):
    windows = np.lib.stride_tricks.sliding_window_view(x.astype(np.float64), w.shape[0])
    return np.einsum("nk,k->n", windows, w)


def conv1d_valid__as_strided(x, w):
    x = np.ascontiguousarray(x, dtype=float)
    n, k = x.size, w.size
    step = x.strides[0]
    windows = np.lib.stride_tricks.as_strided(x, (n - k + 1, k), (step, step), writeable=False)
    return windows.dot(w.astype(float))


def conv1d_valid__helper_inside(x, w):
    def dot(i):
        return float(np.sum(np.multiply(x[i : i + len(w)], w, dtype=float)))

    return np.array(list(map(dot, range(len(x) - len(w) + 1))))


def relu__maximum(z):
    return np.maximum(0, z)


def relu__where(z):
    return np.where(z > 0, z, 0.0)


def relu__mask(z):
    return z * (z > 0)


def relu__copy_then_set(z):
    out = z.copy()
    out[out < 0] = 0
    return out


def relu__loop(z):
    out = np.zeros(z.shape)
    for place in np.ndindex(z.shape):
        if z[place] > 0:
            out[place] = z[place]
    return out


def relu__half_of_sum(z):
    return (z + np.abs(z)) / 2


def pad1d__buffer(x, padding):
    out = np.zeros(len(x) + 2 * padding, dtype=x.dtype)
    out[padding : padding + len(x)] = x
    return out


def pad1d__concatenate(x, padding):
    zeros = np.zeros(padding)
    return np.concatenate([zeros, x, zeros])


def pad1d__np_pad(x, padding):
    return np.pad(x, (padding, padding), mode="constant", constant_values=0)


def pad1d__list(x, padding):
    return [0] * padding + x.tolist() + [0] * padding


def pad1d__one_at_a_time(x, padding):
    out = np.array(x, dtype=float)
    for _ in range(padding):
        out = np.insert(out, 0, 0)
        out = np.append(out, 0)
    return out


def same_padding__half(k):
    return (k - 1) // 2


def same_padding__floor(k):
    return k // 2


def same_padding__int(k):
    return int((k - 1) / 2)


def same_padding__search(k):
    padding = 0
    while 2 * padding - k + 1 < 0:
        padding += 1
    return padding


def output_size__formula(n, k, padding=0, stride=1):
    return (n + 2 * padding - k) // stride + 1


def output_size__floor(n, k, padding=0, stride=1):
    return int(np.floor((n + 2 * padding - k) / stride) + 1)


def output_size__range(n, k, padding=0, stride=1):
    return len(range(0, n + 2 * padding - k + 1, stride))


def output_size__count(n, k, padding=0, stride=1):
    start, count = 0, 0
    while start + k <= n + 2 * padding:
        count += 1
        start += stride
    return count


def output_size__numpy_integer(n, k, padding=0, stride=1):
    return np.arange(0, n + 2 * padding - k + 1, stride).size * np.int64(1)


def conv1d__loops(x, w, b=0.0, padding=0, stride=1):
    n, k = len(x), len(w)
    padded = np.zeros(n + 2 * padding)
    padded[padding : padding + n] = x
    n_out = (n + 2 * padding - k) // stride + 1
    out = np.zeros(n_out)
    for i in range(n_out):
        for j in range(k):
            out[i] += padded[i * stride + j] * w[j]
        out[i] += b
    return out


def conv1d__np_pad_and_dot(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    return np.array([x[i : i + len(w)] @ w.astype(float) + b for i in range(0, len(x) - len(w) + 1, stride)])


def conv1d__sliding_window_view(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x, (padding, padding)).astype(np.float64)
    windows = np.lib.stride_tricks.sliding_window_view(x, len(w))
    return np.tensordot(windows[::stride], w, axes=(1, 0)) + b


def conv1d__as_strided(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(np.asarray(x, dtype=np.float64), padding)
    count = (x.size - w.size) // stride + 1
    step = x.strides[0]
    windows = np.lib.stride_tricks.as_strided(x, shape=(count, w.size), strides=(stride * step, step))
    return np.einsum("ij,j->i", windows, w.astype(np.float64)) + b


def conv1d__index_grid(x, w, b=0.0, padding=0, stride=1):
    x = np.concatenate([np.zeros(padding), x, np.zeros(padding)])
    starts = np.arange(0, len(x) - len(w) + 1, stride)
    return (x[starts[:, None] + np.arange(len(w))] * w).sum(axis=1) + b


def conv1d__matrix(x, w, b=0.0, padding=0, stride=1):
    n, k = len(x), len(w)
    rows = (n + 2 * padding - k) // stride + 1
    m = np.zeros((rows, n + 2 * padding))
    for i in range(rows):
        m[i, i * stride : i * stride + k] = w
    return m[:, padding : padding + n] @ x + b


def conv1d__bounds_tested(x, w, b=0.0, padding=0, stride=1):
    out = []
    for start in range(-padding, len(x) + padding - len(w) + 1, stride):
        total = b
        for j, weight in enumerate(w.tolist()):
            if 0 <= start + j < len(x):
                total += weight * x[start + j].item()
        out.append(total)
    return out


def conv1d__loop_over_weights(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x, padding)
    n_out = (len(x) - len(w)) // stride + 1
    out = np.full(n_out, float(b))
    for j in range(len(w)):
        out += float(w[j]) * x[j : j + stride * (n_out - 1) + 1 : stride]
    return out


def find_isolated__conditions(x):
    found = []
    for i in range(len(x)):
        left = x[i - 1] if i > 0 else 0
        right = x[i + 1] if i + 1 < len(x) else 0
        if x[i] == 1 and left == 0 and right == 0:
            found.append(i)
    return found


def find_isolated__filter(x):
    p = np.pad(x.astype(float), 1)
    z = np.array([p[i : i + 3] @ np.array([-1.0, 1.0, -1.0]) for i in range(len(x))])
    return np.where(np.maximum(z, 0) > 0)[0]


def find_isolated__masks(x):
    p = np.concatenate([[0], x, [0]])
    return np.flatnonzero((p[1:-1] == 1) & (p[:-2] == 0) & (p[2:] == 0)).tolist()


def find_isolated__text(x):
    text = "0" + "".join(str(int(value)) for value in x) + "0"
    return [i for i in range(len(x)) if text[i : i + 3] == "010"]


def find_isolated__argwhere(x):
    p = np.zeros(len(x) + 2, dtype=int)
    p[1:-1] = x
    return np.argwhere(p[1:-1] * (1 - p[:-2]) * (1 - p[2:])).ravel()


def conv_matrix__bounds_tested(w, n, padding=0):
    rows = n + 2 * padding - len(w) + 1
    m = np.zeros((rows, n))
    for i in range(rows):
        for j in range(len(w)):
            column = i + j - padding
            if 0 <= column < n:
                m[i, column] = w[j]
    return m


def conv_matrix__cut(w, n, padding=0):
    rows = n + 2 * padding - len(w) + 1
    return np.array([[0.0] * i + w.tolist() + [0.0] * (rows - 1 - i) for i in range(rows)])[:, padding : padding + n]


def conv_matrix__windows_of_identity(w, n, padding=0):
    padded = np.pad(np.eye(n), ((padding, padding), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, len(w), axis=0)
    return windows @ w.astype(float)


def conv_matrix__diagonals(w, n, padding=0):
    rows = n + 2 * padding - len(w) + 1
    m = np.zeros((rows, n))
    for j, weight in enumerate(w):
        m += float(weight) * np.eye(rows, n, k=j - padding)
    return m


def conv_matrix__nested_lists(w, n, padding=0):
    def entry(row, column):
        j = column - row + padding
        return float(w[j]) if 0 <= j < len(w) else 0.0

    return [[entry(row, column) for column in range(n)] for row in range(n + 2 * padding - len(w) + 1)]
