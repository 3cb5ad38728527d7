"""Right solutions of conv2d_backward in other styles."""

from __future__ import annotations

import numpy as np

from .conv2d_backward import conv2d_backward


@conv2d_backward.variant
def six_loops(dz, x, w, padding=0, stride=1):
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


@conv2d_backward.variant
def windows(dz, x, w, padding=0, stride=1):
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


@conv2d_backward.variant
def over_the_filter(dz, x, w, padding=0, stride=1):
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


@conv2d_backward.variant
def im2col(dz, x, w, padding=0, stride=1):
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
