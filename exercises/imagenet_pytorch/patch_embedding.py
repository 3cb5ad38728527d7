"""patch_embedding: an image cut into square patches, each turned into D numbers by the same filters."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.course import LazyModule, exercise
from exercises.number_types import as_floats

from . import _arrays as arrays

torch: Any = LazyModule("torch")
F: Any = LazyModule("torch.nn.functional")


@exercise(
    points=1,
    aspects={
        "values": "the D numbers of a patch are its dot products with the D filters: a convolution with stride=size.",
        "bias": "b[d] is added to number d of each patch.",
        "order": "the patches come row by row, as in reading: (N, patches, D), the patches on axis 1.",
        "left over": "leave out rows and columns at the end that don't fill a patch.",
        "number types": "images may be bytes (uint8), and results may be fractions: don't store them as bytes.",
    },
    hints=[
        "A filter of size by size that moves on by `size` pixels sees each patch once. Which of your layers does that?",
        "conv2d(images, w, b, stride=size) gives (N, D, rows, columns). Rows and columns have to become one axis.",
        "maps.reshape(N, D, rows * columns), then exchange the last two axes.",
    ],
    adapter="imagenet_pytorch.with_arrays_or_tensors",
    worked=[
        (
            "values",
            {
                "images": np.arange(8.0).reshape(1, 1, 2, 4),
                "w": np.array([[[[1.0, 0.0], [0.0, 0.0]]], [[[0.0, 1.0], [0.0, 0.0]]]]),
                "b": np.array([0.0, 0.0]),
                "size": 2,
            },
        )
    ],
)
def patch_embedding(images, w, b, size):
    return _patches(images, size) @ np.asarray(w, dtype=float).reshape(len(w), -1).T + np.asarray(b)


def _patches(images, size, row_first=True, channels_first=True, padded=False):
    """The pixels of each patch, (N, patches, C * size * size)."""
    images = np.asarray(images, dtype=float)
    if padded:
        images = np.pad(images, ((0, 0), (0, 0), *((0, -side % size) for side in images.shape[2:])))
    n, channels, height, width = images.shape
    rows, columns = height // size, width // size
    blocks = images[:, :, : rows * size, : columns * size].reshape(n, channels, rows, size, columns, size)
    places = (2, 4) if row_first else (4, 2)
    pixels = (1, 3, 5) if channels_first else (3, 5, 1)
    return blocks.transpose(0, *places, *pixels).reshape(n, rows * columns, -1)


def _maps(images, w, b, size, stride):
    """The convolution, (N, D, rows, columns)."""
    windows = np.lib.stride_tricks.sliding_window_view(np.asarray(images, dtype=float), (size, size), axis=(2, 3))
    return np.einsum("ncijkl,dckl->ndij", windows[:, :, ::stride, ::stride], w) + np.asarray(b)[:, None, None]


@patch_embedding.cases
def _(rng):
    def case(images, filters, size, b=None, **options):
        w = arrays.signed(rng, filters, images[1], size, size)
        pixels = rng.permutation(np.arange(1, 1 + int(np.prod(images)))).reshape(images).astype(float)
        return {"images": pixels, "w": w, "b": np.zeros(filters) if b is None else b, "size": size, **options}

    yield "values", case((1, 1, 2, 4), 3, 2)
    yield "values", as_floats(case((2, 2, 2, 6), 2, 2))
    yield "values", case((1, 3, 3, 6), 2, 3)
    yield "bias", case((1, 1, 2, 4), 3, 2, arrays.signed(rng, 3) * 10)
    yield "bias", case((2, 2, 3, 6), 2, 3, arrays.signed(rng, 2) * 10)
    yield "order", case((1, 1, 4, 6), 2, 2)
    yield "order", case((1, 2, 6, 4), 4, 2)
    yield "order", case((2, 1, 6, 9), 3, 3)
    yield "left over", case((1, 1, 3, 5), 2, 2)
    yield "left over", case((1, 2, 4, 8), 3, 3)
    large = case((1, 2, 2, 4), 2, 2)
    yield "number types", {**large, "images": (large["images"] + 200).astype(np.uint8), "w": large["w"] + 0.5}
    small = case((1, 1, 4, 4), 3, 2)
    yield "number types", {**small, "images": small["images"].astype(np.uint8), "w": small["w"].astype(np.int64)}


@patch_embedding.mistake(
    "channel_axis_before_patches",
    "Your result is (N, D, patches). Exchange the last two axes: each patch has its D numbers side by side.",
)
def _(images, w, b, size):
    return patch_embedding(images, w, b, size).transpose(0, 2, 1)


@patch_embedding.mistake(
    "axes_only_reshaped",
    "Your result has the right shape, but reshape mixed the numbers: it doesn't exchange axes. Transpose, then "
    "reshape.",
)
def _(images, w, b, size):
    maps = _maps(images, w, b, size, size)
    return maps.reshape(len(maps), -1, len(w))


@patch_embedding.mistake("column_by_column", "Your patches come column by column. They come row by row, as in reading.")
def _(images, w, b, size):
    return _patches(images, size, row_first=False) @ w.reshape(len(w), -1).T + b


@patch_embedding.mistake(
    "patches_overlap", "Your patches overlap: the filter moves by one pixel. Its stride has to be `size`."
)
def _(images, w, b, size):
    maps = _maps(images, w, b, size, 1)
    return maps.reshape(*maps.shape[:2], -1).transpose(0, 2, 1)


@patch_embedding.mistake("bias_left_out", "Your result is what you get without the bias. Add b[d] to number d.")
def _(images, w, b, size):
    return patch_embedding(images, w, 0 * b, size)


@patch_embedding.mistake(
    "flipped_filters", "Your result is what you get with flipped filters. A dot product takes them as they are."
)
def _(images, w, b, size):
    return patch_embedding(images, w[:, :, ::-1, ::-1], b, size)


@patch_embedding.mistake(
    "channels_last",
    "Your patches have their channels last, and the filters have them first. Flatten both in the same order.",
)
def _(images, w, b, size):
    return _patches(images, size, channels_first=False) @ w.reshape(len(w), -1).T + b


@patch_embedding.mistake(
    "padded_at_the_end",
    "Your function fills up the last patches with zeros. Leave out pixels that don't fill a patch.",
)
def _(images, w, b, size):
    return _patches(images, size, padded=True) @ w.reshape(len(w), -1).T + b


@patch_embedding.mistake(
    "last_image_only", "Your result has the patches of one image only. The first axis counts the images."
)
def _(images, w, b, size):
    return patch_embedding(images, w, b, size)[0]


@patch_embedding.mistake(
    "stored_as_bytes", "Your results are bytes: numbers above 255 or below 0 don't fit. Store them as floats."
)
def _(images, w, b, size):
    out = patch_embedding(images, w, b, size)
    return out.astype(np.int64).astype(np.uint8) if np.asarray(images).dtype == np.uint8 else out


@patch_embedding.variant
def loops(images, w, b, size):
    height, width = images.shape[2:]
    out = []
    for image in images:
        rows = []
        for top in range(0, height - size + 1, size):
            for left in range(0, width - size + 1, size):
                patch = image[:, top : top + size, left : left + size].astype(float)
                rows.append([np.sum(patch * w[d]) + b[d] for d in range(len(w))])
        out.append(rows)
    return np.array(out)


@patch_embedding.variant
def with_pytorch(images, w, b, size):
    x, w, b = (torch.as_tensor(item).double() for item in (images, w, b))
    return F.conv2d(x, w, b, stride=size).flatten(2).transpose(1, 2)


@patch_embedding.variant
def windows(images, w, b, size):
    view = np.lib.stride_tricks.sliding_window_view(images, (size, size), axis=(2, 3))[:, :, ::size, ::size]
    maps = np.tensordot(view.astype(np.float64), w.astype(np.float64), axes=([1, 4, 5], [1, 2, 3]))
    return maps.reshape(len(images), -1, len(w)) + b


@patch_embedding.variant
def single_precision(images, w, b, size):
    n, c, h, width = images.shape
    x = images[:, :, : h // size * size, : width // size * size].astype(np.float32)
    x = x.reshape(n, c, h // size, size, width // size, size)
    return np.einsum("ncrisj,dcij->nrsd", x, w.astype(np.float32)).reshape(n, -1, len(w)) + b.astype(np.float32)


@patch_embedding.variant
def with_the_courses_convolution(images, w, b, size):
    from helpers.layers import conv2d

    maps = conv2d(images, w, b, padding=0, stride=size)
    return np.moveaxis(maps, 1, -1).reshape(len(images), -1, len(w))
