"""More known mistakes of conv2d_single."""

from __future__ import annotations

import numpy as np

from .conv2d_single import conv2d_single


@conv2d_single.mistake(
    "stride_on_the_output",
    "Your results are spread out by the stride. The patch moves by `stride`, but the results are next to each other.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    out = np.zeros((x.shape[0] - kh + 1, x.shape[1] - kw + 1))
    for i in range(0, out.shape[0], stride):
        for j in range(0, out.shape[1], stride):
            out[i, j] = np.sum(x[i : i + kh, j : j + kw] * w) + b
    return out


@conv2d_single.mistake(
    "part_of_a_patch_counted",
    "Your output has a row or column too many when the stride doesn't divide evenly: leave out a last patch that "
    "doesn't fit completely.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    rows, columns = (int(np.ceil((side - k) / stride)) + 1 for side, k in zip(x.shape, w.shape))
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            patch = x[i * stride : i * stride + kh, j * stride : j * stride + kw]
            out[i, j] = np.sum(patch * w[: patch.shape[0], : patch.shape[1]]) + b
    return out


@conv2d_single.mistake(
    "size_rounded_up",
    "Your output's size is rounded up, which counts a last patch that doesn't fit completely. Divide with //, "
    "which rounds down.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    rows, columns = (int(np.ceil((side - k) / stride)) + 1 for side, k in zip(x.shape, w.shape))
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.sum(x[i * stride : i * stride + kh, j * stride : j * stride + kw] * w) + b
    return out


@conv2d_single.mistake(
    "size_rounded_to_nearest",
    "Your output's size is rounded to the nearest integer. More than half a step is still not a complete step: divide "
    "with //, which rounds down.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    rows, columns = (int((side - k) / stride + 0.5) + 1 for side, k in zip(x.shape, w.shape))
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            patch = x[i * stride : i * stride + kh, j * stride : j * stride + kw]
            out[i, j] = np.sum(patch * w[: patch.shape[0], : patch.shape[1]]) + b
    return out


@conv2d_single.mistake(
    "last_patches_missing",
    "Your output is what you get when the last row and column of patches are left out, although they fit: range "
    "excludes its end.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    return np.array(
        [
            [np.sum(x[i : i + kh, j : j + kw] * w) + b for j in range(0, x.shape[1] - kw, stride)]
            for i in range(0, x.shape[0] - kh, stride)
        ]
    )


@conv2d_single.mistake(
    "stride_must_divide",
    "Your function rejects strides that don't divide evenly. They are allowed: what is left over at the end is simply "
    "not used.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    assert (x.shape[0] - kh) % stride == 0 and (x.shape[1] - kw) % stride == 0
    rows, columns = (x.shape[0] - kh) // stride + 1, (x.shape[1] - kw) // stride + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.sum(x[i * stride : i * stride + kh, j * stride : j * stride + kw] * w) + b
    return out


@conv2d_single.mistake(
    "last_product_only",
    "Your output is what you get when each product replaces the one before it. Use += instead of =.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x, w = np.pad(x.astype(float), padding), w.astype(float)
    kh, kw = w.shape
    rows, columns = (x.shape[0] - kh) // stride + 1, (x.shape[1] - kw) // stride + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            for k in range(kh):
                for m in range(kw):
                    out[i, j] = x[i * stride + k, j * stride + m] * w[k, m]
    return out + b


@conv2d_single.mistake(
    "mean_for_sum",
    "Your output is what you get when the products are averaged. A dot product is their sum.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    rows, columns = (x.shape[0] - kh) // stride + 1, (x.shape[1] - kw) // stride + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.mean(x[i * stride : i * stride + kh, j * stride : j * stride + kw] * w) + b
    return out


@conv2d_single.mistake(
    "integer_results",
    "Your output is what you get when the results are stored as integers: fractions are cut off. Use np.zeros((h_out, "
    "w_out)) without an integer dtype.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    rows, columns = (x.shape[0] - kh) // stride + 1, (x.shape[1] - kw) // stride + 1
    out = np.zeros((rows, columns), dtype=int)
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.sum(x[i * stride : i * stride + kh, j * stride : j * stride + kw] * w) + b
    return out


@conv2d_single.mistake(
    "relu_included",
    "Your output is what you get when ReLU is applied as well. ReLU is the next step, in its own function.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    rows, columns = (x.shape[0] - kh) // stride + 1, (x.shape[1] - kw) // stride + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            patch = x[i * stride : i * stride + kh, j * stride : j * stride + kw]
            out[i, j] = max(0.0, np.sum(patch * w) + b)
    return out


@conv2d_single.mistake(
    "image_overwritten",
    "Your output comes from multiplying patches in place. A slice is a view, so `patch *= w` changes the image that "
    "later patches read.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    if padding > 0:
        x = np.pad(x, padding)
    kh, kw = w.shape
    rows, columns = (x.shape[0] - kh) // stride + 1, (x.shape[1] - kw) // stride + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            patch = x[i * stride : i * stride + kh, j * stride : j * stride + kw]
            patch *= w
            out[i, j] = patch.sum() + b
    return out


@conv2d_single.mistake(
    "height_and_width_swapped",
    "Your function swaps the image's height and width. x.shape is (H, W), with rows first.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    width, height = x.shape
    kh, kw = w.shape
    out = np.zeros(((height - kh) // stride + 1, (width - kw) // stride + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.sum(x[i * stride : i * stride + kh, j * stride : j * stride + kw] * w) + b
    return out
