"""Right solutions of conv2d in other styles."""

from __future__ import annotations

import numpy as np

from .conv2d import conv2d


@conv2d.variant
def seven_loops(x, w, b, padding=0, stride=1):
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


@conv2d.variant
def window_sums(x, w, b, padding=0, stride=1):
    x = np.pad(x.astype(float), ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    filters, _, kh, kw = w.shape
    out = np.zeros((len(x), filters, (x.shape[2] - kh) // stride + 1, (x.shape[3] - kw) // stride + 1))
    for n, f, i, j in np.ndindex(out.shape):
        window = x[n, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
        out[n, f, i, j] = np.sum(window * w[f]) + b[f]
    return out


@conv2d.variant
def all_filters_at_once(x, w, b, padding=0, stride=1):
    x = np.pad(np.asarray(x, np.float64), [(0, 0), (0, 0), (padding, padding), (padding, padding)])
    kh, kw = w.shape[-2:]
    h_out, w_out = (x.shape[2] - kh) // stride + 1, (x.shape[3] - kw) // stride + 1
    out = np.empty((x.shape[0], w.shape[0], h_out, w_out))
    for i in range(h_out):
        for j in range(w_out):
            window = x[:, None, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            out[:, :, i, j] = np.sum(window * w, axis=(2, 3, 4)) + b
    return out


@conv2d.variant
def loop_over_weights(x, w, b, padding=0, stride=1):
    x = np.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)]).astype(float)
    filters, _, kh, kw = w.shape
    h_out, w_out = (x.shape[2] - kh) // stride + 1, (x.shape[3] - kw) // stride + 1
    out = np.zeros((len(x), filters, h_out, w_out))
    for k in range(kh):
        for m in range(kw):
            pixels = x[:, :, k : k + stride * h_out : stride, m : m + stride * w_out : stride][:, :, :h_out, :w_out]
            out += np.einsum("nchw,fc->nfhw", pixels, w[:, :, k, m])
    return out + np.reshape(b, (1, -1, 1, 1))


@conv2d.variant
def as_strided(x, w, b, padding=0, stride=1):
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


@conv2d.variant
def im2col_style(x, w, b, padding=0, stride=1):
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


@conv2d.variant
def bank_of_depth_filters(x, w, b, padding=0, stride=1):
    def one_filter(image, weights, bias):
        padded = np.pad(image.astype(float), ((0, 0), (padding, padding), (padding, padding)))
        _, kh, kw = weights.shape
        rows = range(0, padded.shape[1] - kh + 1, stride)
        columns = range(0, padded.shape[2] - kw + 1, stride)
        return [[np.vdot(padded[:, i : i + kh, j : j + kw], weights) + bias for j in columns] for i in rows]

    return np.array([[one_filter(image, weights, bias) for weights, bias in zip(w, b)] for image in x])


@conv2d.variant
def float32_inside(x, w, b, padding=0, stride=1):
    x = np.pad(x.astype(np.float32), ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    maps = np.tensordot(windows, w.astype(np.float32), axes=([1, 4, 5], [1, 2, 3]))
    return maps.transpose(0, 3, 1, 2) + b.astype(np.float32)[:, None, None]


@conv2d.variant
def types_as_they_come(x, w, b, padding=0, stride=1):
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    kh, kw = w.shape[2:]
    out = np.zeros((len(x), len(w), (x.shape[2] - kh) // stride + 1, (x.shape[3] - kw) // stride + 1))
    for n in range(len(x)):
        for f in range(len(w)):
            for i in range(out.shape[2]):
                for j in range(out.shape[3]):
                    i0, j0 = i * stride, j * stride
                    out[n, f, i, j] = np.sum(x[n, :, i0 : i0 + kh, j0 : j0 + kw] * w[f]) + b[f]
    return out
