"""More known mistakes of conv2d."""

from __future__ import annotations

import numpy as np

from ._layers import windows_of
from .conv2d import conv2d


@conv2d.mistake(
    "size_rounded_up",
    "Your output's size is rounded up, which counts a last window that doesn't fit completely. Divide with //, "
    "which rounds down.",
)
def _(x, w, b, padding=0, stride=1):
    x = np.pad(x.astype(float), ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    kh, kw = w.shape[2:]
    height, width = (int(np.ceil((n - k) / stride)) + 1 for n, k in zip(x.shape[2:], (kh, kw)))
    out = np.zeros((len(x), len(w), height, width))
    for i in range(height):
        for j in range(width):
            window = x[:, None, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            out[:, :, i, j] = np.sum(window * w, axis=(2, 3, 4)) + b
    return out


@conv2d.mistake(
    "stride_must_divide",
    "Your function rejects strides that don't divide evenly. They are allowed: what is left over at the end is simply "
    "not used.",
)
def _(x, w, b, padding=0, stride=1):
    for n, k in zip(x.shape[2:], w.shape[2:]):
        assert (n + 2 * padding - k) % stride == 0
    return np.einsum("ncijkl,fckl->nfij", windows_of(x, w.shape[2:], padding, stride), w) + np.asarray(b)[:, None, None]


@conv2d.mistake(
    "axes_dropped",
    "Your output has lost the axes of size 1: squeeze removes them all. One image and one filter still give (1, 1, H', "
    "W').",
)
def _(x, w, b, padding=0, stride=1):
    windows = windows_of(x, w.shape[2:], padding, stride)
    return np.squeeze(np.einsum("ncijkl,fckl->nfij", windows, w) + np.asarray(b)[:, None, None])


@conv2d.mistake(
    "relu_included",
    "Your output is what you get when ReLU is applied as well. ReLU is the next step, in its own function.",
)
def _(x, w, b, padding=0, stride=1):
    windows = windows_of(x, w.shape[2:], padding, stride)
    return np.maximum(np.einsum("ncijkl,fckl->nfij", windows, w) + np.asarray(b)[:, None, None], 0)


@conv2d.mistake(
    "integer_results",
    "Your output is what you get when the results are stored as integers: fractions are cut off. Use np.zeros(...) "
    "without an integer dtype.",
)
def _(x, w, b, padding=0, stride=1):
    windows = windows_of(x, w.shape[2:], padding, stride)
    return (np.einsum("ncijkl,fckl->nfij", windows, w) + np.asarray(b)[:, None, None]).astype(int)


@conv2d.mistake(
    "reshaped_not_transposed",
    "Your numbers are in the wrong places: a product of windows and filters has the filters last. Reshape it to "
    "(N, H', W', F), then transpose.",
)
def _(x, w, b, padding=0, stride=1):
    windows = windows_of(x, w.shape[2:], padding, stride)
    right = np.einsum("ncijkl,fckl->nijf", windows, w) + b
    images, height, width, filters = right.shape
    return right.reshape(images, filters, height, width)


@conv2d.mistake(
    "bias_of_the_image",
    "Your output is what you get when image n gets the bias b[n]. A bias belongs to a filter: b[f].",
)
def _(x, w, b, padding=0, stride=1):
    windows = windows_of(x, w.shape[2:], padding, stride)
    own = np.asarray(b)[np.arange(len(x)) % len(b)]
    return np.einsum("ncijkl,fckl->nfij", windows, w) + own[:, None, None, None]
