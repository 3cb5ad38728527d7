"""Right solutions of notebook 04 in many styles: each has to get full marks, and no mistake may be named for it.

`<exercise>__<style>`; each stands alone and uses only NumPy, since its source is handed in as a student's work.
"""

import numpy as np


def to_channels_first__transpose(image):
    return image.transpose(2, 0, 1)


def to_channels_first__moveaxis(image):
    return np.moveaxis(image, -1, 0).copy()


def to_channels_first__stack(image):
    return np.stack([image[:, :, c] for c in range(image.shape[2])])


def to_channels_first__loops(image):
    height, width, channels = image.shape
    out = np.zeros((channels, height, width))
    for c in range(channels):
        for row in range(height):
            for column in range(width):
                out[c, row, column] = image[row, column, c]
    return out


def to_channels_first__einsum(image):
    return np.einsum("hwc->chw", image)


def to_channels_first__list_of_channels(image):
    return [image[..., c] for c in range(image.shape[-1])]


def conv3d__six_loops(x, w, b=0.0, padding=0, stride=1):
    (depth, height, width), (kd, kh, kw) = x.shape, w.shape
    padded = np.zeros((depth + 2 * padding, height + 2 * padding, width + 2 * padding))
    padded[padding : padding + depth, padding : padding + height, padding : padding + width] = x
    d_out = (depth + 2 * padding - kd) // stride + 1
    h_out = (height + 2 * padding - kh) // stride + 1
    w_out = (width + 2 * padding - kw) // stride + 1
    out = np.zeros((d_out, h_out, w_out))
    for d in range(d_out):
        for i in range(h_out):
            for j in range(w_out):
                total = 0.0
                for p in range(kd):
                    for q in range(kh):
                        for r in range(kw):
                            total += padded[d * stride + p, i * stride + q, j * stride + r] * w[p, q, r]
                out[d, i, j] = total + b
    return out


def conv3d__windows_in_loops(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kd, kh, kw = w.shape
    out = [
        [
            [np.sum(x[d : d + kd, i : i + kh, j : j + kw] * w) + b for j in range(0, x.shape[2] - kw + 1, stride)]
            for i in range(0, x.shape[1] - kh + 1, stride)
        ]
        for d in range(0, x.shape[0] - kd + 1, stride)
    ]
    return np.array(out)


def conv3d__slice_by_slice(x, w, b=0.0, padding=0, stride=1):
    def conv2d(image, weights):
        kh, kw = weights.shape
        rows = range(0, image.shape[0] - kh + 1, stride)
        columns = range(0, image.shape[1] - kw + 1, stride)
        return np.array([[np.sum(image[i : i + kh, j : j + kw] * weights) for j in columns] for i in rows])

    x = np.pad(np.asarray(x, dtype=np.float64), padding)
    starts = range(0, x.shape[0] - w.shape[0] + 1, stride)
    return np.stack([sum(conv2d(x[d + p], w[p]) for p in range(w.shape[0])) for d in starts]) + b


def conv3d__sliding_window_view(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x, padding).astype(float)
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape)[::stride, ::stride, ::stride]
    return np.tensordot(windows, w, axes=3) + b


def conv3d__loop_over_weights(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x, padding)
    shape = [(n - k) // stride + 1 for n, k in zip(x.shape, w.shape)]
    out = np.full(shape, float(b))
    for place in np.ndindex(w.shape):
        part = tuple(slice(start, start + stride * (n - 1) + 1, stride) for start, n in zip(place, shape))
        out += float(w[place]) * x[part]
    return out


def conv2d_depth__five_loops(x, w, b=0.0, padding=0, stride=1):
    channels, height, width = x.shape
    _, kh, kw = w.shape
    h_out = (height + 2 * padding - kh) // stride + 1
    w_out = (width + 2 * padding - kw) // stride + 1
    out = np.zeros((h_out, w_out))
    for i in range(h_out):
        for j in range(w_out):
            total = b
            for c in range(channels):
                for k in range(kh):
                    for m in range(kw):
                        row, column = i * stride + k - padding, j * stride + m - padding
                        if 0 <= row < height and 0 <= column < width:
                            total += float(x[c, row, column]) * float(w[c, k, m])
            out[i, j] = total
    return out


def conv2d_depth__window_of_all_channels(x, w, b=0.0, padding=0, stride=1):
    padded = np.pad(x.astype(float), ((0, 0), (padding, padding), (padding, padding)))
    kh, kw = w.shape[1:]
    rows = range(0, padded.shape[1] - kh + 1, stride)
    columns = range(0, padded.shape[2] - kw + 1, stride)
    return np.array([[(padded[:, i : i + kh, j : j + kw] * w).sum() + b for j in columns] for i in rows])


def conv2d_depth__sum_of_single_channels(x, w, b=0.0, padding=0, stride=1):
    def single(image, weights):
        image = np.pad(image.astype(np.float64), padding)
        windows = np.lib.stride_tricks.sliding_window_view(image, weights.shape)[::stride, ::stride]
        return np.einsum("ijkl,kl->ij", windows, weights)

    out = single(x[0], w[0])
    for c in range(1, len(x)):
        out += single(x[c], w[c])
    return out + b


def conv2d_depth__as_a_volume(x, w, b=0.0, padding=0, stride=1):
    padded = np.pad(x, [(0, 0), (padding, padding), (padding, padding)]).astype(float)
    windows = np.lib.stride_tricks.sliding_window_view(padded, w.shape)
    return np.einsum("dijabc,abc->dij", windows, w)[0, ::stride, ::stride] + b


def conv2d_depth__flattened_windows(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), ((0, 0), (padding, padding), (padding, padding)))
    _, kh, kw = w.shape
    rows = np.arange(0, x.shape[1] - kh + 1, stride)
    columns = np.arange(0, x.shape[2] - kw + 1, stride)
    patches = np.array([x[:, i : i + kh, j : j + kw].ravel() for i in rows for j in columns])
    return (patches @ w.ravel() + b).reshape(len(rows), len(columns))


def conv1d_channels__three_loops(x, w, b=0.0):
    channels, n = x.shape
    k = w.shape[1]
    out = np.zeros(n - k + 1)
    for i in range(n - k + 1):
        for c in range(channels):
            for j in range(k):
                out[i] += float(x[c, i + j]) * float(w[c, j])
        out[i] += b
    return out


def conv1d_channels__window_sum(x, w, b=0.0):
    k = w.shape[1]
    return [float((x[:, i : i + k].astype(float) * w).sum() + b) for i in range(x.shape[1] - k + 1)]


def conv1d_channels__sum_of_rows(x, w, b=0.0):
    x = x.astype(np.float64)
    n = x.shape[1] - w.shape[1] + 1
    rows = [[row[i : i + len(weights)] @ weights for i in range(n)] for row, weights in zip(x, w)]
    return np.sum(rows, axis=0) + b


def conv1d_channels__sliding_window_view(x, w, b=0.0):
    windows = np.lib.stride_tricks.sliding_window_view(x.astype(float), w.shape)[0]
    return (windows * w).sum(axis=(1, 2)) + b


def conv1d_channels__loop_over_weights(x, w, b=0.0):
    n = x.shape[1] - w.shape[1] + 1
    out = np.full(n, float(b))
    for (c, j), weight in np.ndenumerate(w):
        out += x[c, j : j + n] * float(weight)
    return out


def filter_bank__loops(x, w, b, padding=0, stride=1):
    filters, _, kh, kw = w.shape
    x = np.pad(x.astype(float), ((0, 0), (padding, padding), (padding, padding)))
    h_out = (x.shape[1] - kh) // stride + 1
    w_out = (x.shape[2] - kw) // stride + 1
    out = np.zeros((filters, h_out, w_out))
    for f in range(filters):
        for i in range(h_out):
            for j in range(w_out):
                window = x[:, i * stride : i * stride + kh, j * stride : j * stride + kw]
                out[f, i, j] = np.sum(window * w[f]) + b[f]
    return out


def filter_bank__one_filter_at_a_time(x, w, b, padding=0, stride=1):
    def one(weights, bias):
        padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding))).astype(float)
        windows = np.lib.stride_tricks.sliding_window_view(padded, weights.shape)[0, ::stride, ::stride]
        return np.einsum("ijckl,ckl->ij", windows, weights) + bias

    return np.array([one(weights, bias) for weights, bias in zip(w, b)])


def filter_bank__tensordot(x, w, b, padding=0, stride=1):
    x = np.pad(x.astype(float), ((0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=(1, 2))[:, ::stride, ::stride]
    maps = np.tensordot(w, windows, axes=([1, 2, 3], [0, 3, 4]))
    return maps + b.reshape(-1, 1, 1)


def filter_bank__matrix_product(x, w, b, padding=0, stride=1):
    x = np.pad(x.astype(float), ((0, 0), (padding, padding), (padding, padding)))
    kh, kw = w.shape[2:]
    rows = range(0, x.shape[1] - kh + 1, stride)
    columns = range(0, x.shape[2] - kw + 1, stride)
    patches = np.array([x[:, i : i + kh, j : j + kw].ravel() for i in rows for j in columns])
    maps = w.reshape(len(w), -1) @ patches.T + b[:, None]
    return maps.reshape(len(w), len(rows), len(columns))


def conv2d__seven_loops(x, w, b, padding=0, stride=1):
    images, channels, height, width = x.shape
    filters, _, kh, kw = w.shape
    padded = np.zeros((images, channels, height + 2 * padding, width + 2 * padding))
    padded[:, :, padding : padding + height, padding : padding + width] = x
    h_out = (height + 2 * padding - kh) // stride + 1
    w_out = (width + 2 * padding - kw) // stride + 1
    out = np.zeros((images, filters, h_out, w_out))
    for n in range(images):
        for f in range(filters):
            for i in range(h_out):
                for j in range(w_out):
                    for c in range(channels):
                        for k in range(kh):
                            for m in range(kw):
                                out[n, f, i, j] += padded[n, c, i * stride + k, j * stride + m] * w[f, c, k, m]
                    out[n, f, i, j] += b[f]
    return out


def conv2d__window_sums(x, w, b, padding=0, stride=1):
    x = np.pad(x.astype(float), ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    filters, _, kh, kw = w.shape
    out = np.zeros((len(x), filters, (x.shape[2] - kh) // stride + 1, (x.shape[3] - kw) // stride + 1))
    for n, f, i, j in np.ndindex(out.shape):
        window = x[n, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
        out[n, f, i, j] = np.sum(window * w[f]) + b[f]
    return out


def conv2d__all_filters_at_once(x, w, b, padding=0, stride=1):
    x = np.pad(np.asarray(x, np.float64), [(0, 0), (0, 0), (padding, padding), (padding, padding)])
    kh, kw = w.shape[-2:]
    h_out, w_out = (x.shape[2] - kh) // stride + 1, (x.shape[3] - kw) // stride + 1
    out = np.empty((x.shape[0], w.shape[0], h_out, w_out))
    for i in range(h_out):
        for j in range(w_out):
            window = x[:, None, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            out[:, :, i, j] = np.sum(window * w, axis=(2, 3, 4)) + b
    return out


def conv2d__loop_over_weights(x, w, b, padding=0, stride=1):
    x = np.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)]).astype(float)
    filters, _, kh, kw = w.shape
    h_out, w_out = (x.shape[2] - kh) // stride + 1, (x.shape[3] - kw) // stride + 1
    out = np.zeros((len(x), filters, h_out, w_out))
    for k in range(kh):
        for m in range(kw):
            pixels = x[:, :, k : k + stride * h_out : stride, m : m + stride * w_out : stride][:, :, :h_out, :w_out]
            out += np.einsum("nchw,fc->nfhw", pixels, w[:, :, k, m])
    return out + np.reshape(b, (1, -1, 1, 1))


def conv2d__as_strided(x, w, b, padding=0, stride=1):
    x = np.ascontiguousarray(np.pad(x.astype(float), ((0, 0), (0, 0), (padding, padding), (padding, padding))))
    images, channels, height, width = x.shape
    kh, kw = w.shape[2:]
    h_out, w_out = (height - kh) // stride + 1, (width - kw) // stride + 1
    s = x.strides
    windows = np.lib.stride_tricks.as_strided(
        x,
        (images, channels, h_out, w_out, kh, kw),
        (s[0], s[1], s[2] * stride, s[3] * stride, s[2], s[3]),
        writeable=False,
    )
    return np.einsum("ncijkl,fckl->nfij", windows, w) + b[None, :, None, None]


def conv2d__im2col(x, w, b, padding=0, stride=1):
    images, channels = x.shape[:2]
    filters, _, kh, kw = w.shape
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding))).astype(float)
    rows = (np.arange(kh)[:, None] + np.zeros(kw, int)).ravel()
    columns = (np.arange(kw) + np.zeros((kh, 1), int)).ravel()
    h_out, w_out = (x.shape[2] - kh) // stride + 1, (x.shape[3] - kw) // stride + 1
    top = stride * np.repeat(np.arange(h_out), w_out)
    left = stride * np.tile(np.arange(w_out), h_out)
    patches = x[:, :, top[:, None] + rows, left[:, None] + columns]  # (N, C, H' * W', KH * KW)
    patches = patches.transpose(0, 2, 1, 3).reshape(images, h_out * w_out, channels * kh * kw)
    maps = patches @ w.reshape(filters, -1).T + b
    return maps.transpose(0, 2, 1).reshape(images, filters, h_out, w_out)


def conv2d__bank_of_depth_filters(x, w, b, padding=0, stride=1):
    def one_filter(image, weights, bias):
        padded = np.pad(image.astype(float), ((0, 0), (padding, padding), (padding, padding)))
        _, kh, kw = weights.shape
        rows = range(0, padded.shape[1] - kh + 1, stride)
        columns = range(0, padded.shape[2] - kw + 1, stride)
        return [[np.vdot(padded[:, i : i + kh, j : j + kw], weights) + bias for j in columns] for i in rows]

    return np.array([[one_filter(image, weights, bias) for weights, bias in zip(w, b)] for image in x])


def conv2d__float32_inside(x, w, b, padding=0, stride=1):
    x = np.pad(x.astype(np.float32), ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    maps = np.tensordot(windows, w.astype(np.float32), axes=([1, 4, 5], [1, 2, 3]))
    return maps.transpose(0, 3, 1, 2) + b.astype(np.float32)[:, None, None]


def count_conv2d_weights__formula(c_in, c_out, kh, kw):
    return c_out * (c_in * kh * kw + 1)


def count_conv2d_weights__weights_then_biases(c_in, c_out, kh, kw):
    weights = kh * kw * c_in * c_out
    biases = c_out
    return weights + biases


def count_conv2d_weights__arrays(c_in, c_out, kh, kw):
    return np.zeros((c_out, c_in, kh, kw)).size + np.zeros(c_out).size


def count_conv2d_weights__product(c_in, c_out, kh, kw):
    return np.prod([c_out, c_in, kh, kw]) + c_out


def im2col__three_loops(x, kh, kw, padding=0, stride=1):
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    rows = []
    for n in range(padded.shape[0]):
        for i in range(0, padded.shape[2] - kh + 1, stride):
            for j in range(0, padded.shape[3] - kw + 1, stride):
                rows.append(padded[n, :, i : i + kh, j : j + kw].flatten())
    return np.array(rows)


def im2col__entry_by_entry(x, kh, kw, padding=0, stride=1):
    images, channels, height, width = x.shape
    h_out = (height + 2 * padding - kh) // stride + 1
    w_out = (width + 2 * padding - kw) // stride + 1
    out = np.zeros((images * h_out * w_out, channels * kh * kw))
    for n in range(images):
        for i in range(h_out):
            for j in range(w_out):
                for c in range(channels):
                    for k in range(kh):
                        for m in range(kw):
                            row, column = i * stride + k - padding, j * stride + m - padding
                            if 0 <= row < height and 0 <= column < width:
                                line = (n * h_out + i) * w_out + j
                                out[line, (c * kh + k) * kw + m] = x[n, c, row, column]
    return out


def im2col__sliding_window_view(x, kh, kw, padding=0, stride=1):
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (kh, kw), axis=(2, 3))[:, :, ::stride, ::stride]
    windows = np.moveaxis(windows, 1, 3)
    return windows.reshape(-1, windows[0, 0, 0].size)


def im2col__index_arrays(x, kh, kw, padding=0, stride=1):
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    top = np.arange(0, padded.shape[2] - kh + 1, stride)
    left = np.arange(0, padded.shape[3] - kw + 1, stride)
    rows = top[:, None, None, None] + np.arange(kh)[:, None]
    columns = left[None, :, None, None] + np.arange(kw)
    patches = padded[:, :, rows, columns]  # (N, C, H', W', kh, kw)
    return patches.transpose(0, 2, 3, 1, 4, 5).reshape(len(x) * len(top) * len(left), -1)


def im2col__column_by_column(x, kh, kw, padding=0, stride=1):
    images, channels, height, width = x.shape
    padded = np.zeros((images, channels, height + 2 * padding, width + 2 * padding))
    padded[:, :, padding : padding + height, padding : padding + width] = x
    columns = []
    for c in range(channels):
        for k in range(kh):
            for m in range(kw):
                last_row, last_column = padded.shape[2] - kh + k + 1, padded.shape[3] - kw + m + 1
                columns.append(padded[:, c, k:last_row:stride, m:last_column:stride].ravel())
    return np.stack(columns, axis=1)


def im2col__list_of_lists(x, kh, kw, padding=0, stride=1):
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    return [
        [image[c, i + k, j + m].item() for c in range(len(image)) for k in range(kh) for m in range(kw)]
        for image in x
        for i in range(0, image.shape[1] - kh + 1, stride)
        for j in range(0, image.shape[2] - kw + 1, stride)
    ]


def receptive_field__forwards(layers):
    side, step = 1, 1
    for kernel, stride in layers:
        side = side + (kernel - 1) * step
        step = step * stride
    return side


def receptive_field__backwards(layers):
    side = 1
    for kernel, stride in layers[::-1]:
        side = (side - 1) * stride + kernel
    return side


def receptive_field__recursive(layers):
    if len(layers) == 0:
        return 1
    kernel = layers[-1][0]
    before = layers[:-1]
    step = int(np.prod([s for _, s in before]))
    return receptive_field__recursive(before) + (kernel - 1) * step


def receptive_field__products(layers):
    kernels = np.array([kernel for kernel, _ in layers])
    steps = np.cumprod([1] + [stride for _, stride in layers[:-1]])
    return 1 + np.sum((kernels - 1) * steps)


def receptive_field__followed_back(layers):
    first, last = 0, 0  # the range of values that one output depends on
    for kernel, stride in reversed(layers):
        first, last = first * stride, last * stride + kernel - 1
    return last - first + 1
