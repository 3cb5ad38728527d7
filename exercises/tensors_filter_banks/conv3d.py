"""conv3d: a box (KD, KH, KW) that slides along depth, rows and columns."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise
from exercises import common_mistakes as common
from exercises.forbidden import CONVOLUTIONS
from exercises.number_types import as_floats
from exercises.telling import telling

from . import _arrays as arrays
from ._layers import boxes_of, output_size, windows_of


@exercise(
    points=3,
    aspects={
        "values": "output [d, i, j] is the sum of w times the box of x that starts at [d, i, j].",
        "bias": "b is added once to each output, after the products are summed.",
        "filter sizes": "depth, height and width of the filter may all differ: kd, kh, kw = w.shape.",
        "image sizes": "depth, height and width of the input may all differ, so each axis has its own "
        "number of windows.",
        "padding": "put `padding` zeros on both sides of all three axes, depth included.",
        "stride": "the box moves by `stride` along all three axes. Leave out a box that doesn't fit completely.",
        "together": "padding first, then the boxes that start at d * stride, i * stride, j * stride, then the bias.",
        "number types": "x may be an image of bytes (uint8), and results may be fractions: store them in "
        "np.zeros(...), not in an array like x.",
    },
    hints=[
        "It is your 2D convolution with one more axis: one more loop, one more slice.",
        "The output has (n + 2 * padding - k) // stride + 1 entries along each axis, with that axis' own n and k.",
        "out[d, i, j] = np.sum(padded[d * stride : d * stride + kd, i * stride : i * stride + kh, "
        "j * stride : j * stride + kw] * w) + b",
    ],
    forbidden=CONVOLUTIONS,
    worked=[
        ("values", {"x": np.arange(8).reshape(2, 2, 2), "w": np.array([[[0, 0], [0, 0]], [[0, 0], [0, 1]]])}),
    ],
)
def conv3d(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("dijabc,abc->dij", boxes_of(x, w.shape, padding, stride), np.asarray(w, dtype=float)) + b


@conv3d.cases
def _(rng):
    yield "values", {"x": arrays.image(rng, 3, 3, 3), "w": arrays.weights(rng, 2, 2, 2)}
    yield "values", as_floats({"x": arrays.image(rng, 3, 3, 3), "w": arrays.weights(rng, 3, 3, 3)})
    yield "bias", {"x": arrays.image(rng, 2, 2, 2), "w": arrays.weights(rng, 2, 2, 2), "b": arrays.bias(rng)}
    yield "bias", {"x": arrays.image(rng, 3, 3, 3), "w": arrays.weights(rng, 2, 2, 2), "b": arrays.bias(rng)}
    yield "filter sizes", {"x": arrays.image(rng, 3, 3, 3), "w": arrays.weights(rng, 1, 2, 3)}
    yield "filter sizes", {"x": arrays.image(rng, 3, 3, 3), "w": arrays.weights(rng, 3, 1, 2)}
    yield "filter sizes", {"x": arrays.image(rng, 3, 3, 3), "w": arrays.weights(rng, 2, 3, 1)}
    yield "image sizes", {"x": arrays.image(rng, 2, 3, 4), "w": arrays.weights(rng, 2, 2, 2)}
    yield "image sizes", {"x": arrays.image(rng, 4, 2, 3), "w": arrays.weights(rng, 2, 2, 2)}
    yield "image sizes", {"x": arrays.image(rng, 3, 4, 2), "w": arrays.weights(rng, 2, 2, 2)}
    yield "padding", {"x": arrays.image(rng, 2, 2, 2), "w": arrays.weights(rng, 3, 3, 3), "padding": 1}
    yield "padding", {"x": arrays.image(rng, 1, 1, 1), "w": arrays.weights(rng, 1, 1, 1), "padding": 1}
    # Strides that divide evenly, and strides that leave 1 or 2 over.
    yield "stride", {"x": arrays.image(rng, 3, 3, 3), "w": arrays.weights(rng, 1, 1, 1), "stride": 2}
    yield "stride", {"x": arrays.image(rng, 4, 4, 4), "w": arrays.weights(rng, 1, 1, 1), "stride": 2}
    yield (
        "stride",
        telling(
            conv3d,
            lambda: {"x": arrays.image(rng, 4, 4, 4), "w": arrays.weights(rng, 2, 2, 2), "stride": 3},
            "last_product_only",
        ),
    )
    yield "number types", {"x": arrays.byte_values(rng, 3, 3, 3), "w": arrays.large_weights(rng, 2, 2, 2)}
    yield "number types", {"x": arrays.byte_values(rng, 2, 2, 2), "w": -arrays.large_weights(rng, 2, 2, 2).astype(int)}
    yield "number types", {"x": arrays.odd(rng, 3, 3, 3), "w": arrays.halves(rng, 3, 3, 3)}
    x, w = arrays.halves(rng, 2, 2, 2).astype(np.float32), arrays.halves(rng, 1, 1, 1).astype(np.float32)
    yield "number types", {"x": x, "w": w}
    yield (
        "together",
        {
            "x": arrays.image(rng, 3, 4, 2),
            "w": arrays.weights(rng, 2, 1, 3),
            "b": arrays.bias(rng),
            "padding": 1,
            "stride": 2,
        },
    )
    yield (
        "together",
        {
            "x": arrays.image(rng, 2, 3, 4),
            "w": arrays.weights(rng, 3, 2, 1),
            "b": arrays.bias(rng),
            "padding": 2,
            "stride": 3,
        },
    )


common.bias_subtracted(conv3d)
common.padding_always_one(conv3d)
common.padding_from_the_filter(conv3d, 3)
common.stride_always_two(conv3d)


@conv3d.mistake(
    "flipped_filter",
    "Your output is what you get when the filter is flipped before it slides, w[::-1, ::-1, ::-1]. In machine "
    "learning, a convolution does not flip it.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("dijabc,abc->dij", boxes_of(x, w.shape, padding, stride), w[::-1, ::-1, ::-1]) + b


@conv3d.mistake(
    "depth_not_slid",
    "Your output is what you get when the box slides only along height and width. It also slides along depth, so the "
    "output has three axes.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("ijabc,abc->ij", boxes_of(x, w.shape, padding, stride)[0], w) + b


@conv3d.mistake(
    "each_slice_alone",
    "Your output is what you get when each slice is filtered separately, with w[0]. The box covers kd slices and adds "
    "them all up.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("dijbc,bc->dij", windows_of(x, w.shape[1:], padding, stride), w[0]) + b


@conv3d.mistake("bias_missing", "Your output is what you get without the bias. Add b to each output.")
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("dijabc,abc->dij", boxes_of(x, w.shape, padding, stride), w)


@conv3d.mistake(
    "bias_once_per_weight",
    "Your output is what you get when b is added once for every weight. Add it once to each output, after the sum.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return np.sum(boxes_of(x, w.shape, padding, stride) * w + b, axis=(3, 4, 5))


@conv3d.mistake("padding_ignored", "Your output is what you get without padding.")
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("dijabc,abc->dij", boxes_of(x, w.shape, 0, stride), w) + b


@conv3d.mistake(
    "depth_not_padded",
    "Your zeros are only around each slice. Add `padding` slices of zeros before the first and after the last "
    "slice too.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x, ((0, 0), (padding, padding), (padding, padding)))
    return np.einsum("dijabc,abc->dij", boxes_of(x, w.shape, 0, stride), w) + b


@conv3d.mistake(
    "padding_on_one_side",
    "Your zeros are only at the start of each axis. Add them at its end too, and count both: + 2 * padding.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("dijabc,abc->dij", boxes_of(np.pad(x, (padding, 0)), w.shape, 0, stride), w) + b


@conv3d.mistake(
    "edge_repeated",
    "Your output is what you get when the outermost values are repeated as padding. Padding means zeros here.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("dijabc,abc->dij", boxes_of(np.pad(x, padding, mode="edge"), w.shape, 0, stride), w) + b


@conv3d.mistake(
    "empty_slice",
    "Your function fails with padding 0: padded[padding:-padding] is padded[0:-0], which is empty. Write "
    "padded[padding : padding + n].",
)
def _(x, w, b=0.0, padding=0, stride=1):
    padded = np.zeros([n + 2 * padding for n in x.shape])
    padded[padding:-padding, padding:-padding, padding:-padding] = x
    return np.einsum("dijabc,abc->dij", boxes_of(padded, w.shape, 0, stride), w) + b


@conv3d.mistake(
    "stride_ignored",
    "Your output is what you get when the box always moves by 1. It should start at 0, stride, 2 * stride, ...",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("dijabc,abc->dij", boxes_of(x, w.shape, padding), w) + b


@conv3d.mistake(
    "depth_step_1",
    "Your output is what you get when the stride is used only for height and width. The box takes the same steps in "
    "depth.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("dijabc,abc->dij", boxes_of(x, w.shape, padding)[:, ::stride, ::stride], w) + b


@conv3d.mistake(
    "stride_in_the_size_only",
    "The shape is right, but the boxes are the first ones, side by side. Box d, i, j starts at d * stride, i * "
    "stride, j * stride.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    depth, height, width = (output_size(n, k, padding, stride) for n, k in zip(x.shape, w.shape))
    return np.einsum("dijabc,abc->dij", boxes_of(x, w.shape, padding)[:depth, :height, :width], w) + b


@conv3d.mistake(
    "part_of_a_box_counted",
    "Your output is too large when the stride doesn't divide evenly: leave out a last box that doesn't fit completely.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    more = [-(n + 2 * padding - k) % stride for n, k in zip(x.shape, w.shape)]
    x = np.pad(x, [(padding, padding + extra) for extra in more])
    return np.einsum("dijabc,abc->dij", boxes_of(x, w.shape, 0, stride), w) + b


@conv3d.mistake(
    "stride_must_divide",
    "Your function rejects strides that don't divide evenly. They are allowed: what is left over at the end is simply "
    "not used.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    for n, k in zip(x.shape, w.shape):
        assert (n + 2 * padding - k) % stride == 0
    return np.einsum("dijabc,abc->dij", boxes_of(x, w.shape, padding, stride), w) + b


@conv3d.mistake(
    "rows_and_columns_swapped",
    "Your output has its rows and columns swapped. The order is depth, height, width.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("dijabc,abc->dji", boxes_of(x, w.shape, padding, stride), w) + b


@conv3d.mistake(
    "depth_comes_last",
    "Your output has the depth as its last axis. The order is depth, height, width.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return np.einsum("dijabc,abc->ijd", boxes_of(x, w.shape, padding, stride), w) + b


@conv3d.mistake(
    "cubic_filter_assumed",
    "Your function also uses the filter's depth as its height and width. Its three sizes may differ: kd, kh, kw = "
    "w.shape.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    k = w.shape[0]
    depth, height, width = ((n - k) // stride + 1 for n in x.shape)
    out = np.zeros((depth, height, width))
    for d in range(depth):
        for i in range(height):
            for j in range(width):
                d0, i0, j0 = d * stride, i * stride, j * stride
                out[d, i, j] = np.sum(x[d0 : d0 + k, i0 : i0 + k, j0 : j0 + k] * w) + b
    return out


@conv3d.mistake(
    "cubic_image_assumed",
    "Your function makes as many steps in height and width as in depth. Each axis has its own number of windows.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kd, kh, kw = w.shape
    n = (x.shape[0] - kd) // stride + 1
    out = np.zeros((n, n, n))
    for d in range(n):
        for i in range(n):
            for j in range(n):
                d0, i0, j0 = d * stride, i * stride, j * stride
                out[d, i, j] = np.sum(x[d0 : d0 + kd, i0 : i0 + kh, j0 : j0 + kw] * w) + b
    return out


@conv3d.mistake(
    "last_product_only",
    "Your output is what you get when each product replaces the one before it. Use += instead of =.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return boxes_of(x, w.shape, padding, stride)[..., -1, -1, -1] * w[-1, -1, -1] + b


@conv3d.mistake(
    "mean_for_sum",
    "Your output is what you get when the products are averaged. A dot product is their sum.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return np.mean(boxes_of(x, w.shape, padding, stride) * w, axis=(3, 4, 5)) + b


@conv3d.mistake(
    "integer_results",
    "Your output is what you get when the results are stored as integers: fractions are cut off. Use np.zeros(...) "
    "without an integer dtype.",
)
def _(x, w, b=0.0, padding=0, stride=1):
    return (np.einsum("dijabc,abc->dij", boxes_of(x, w.shape, padding, stride), w) + b).astype(int)


@conv3d.variant
def six_loops(x, w, b=0.0, padding=0, stride=1):
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


@conv3d.variant
def windows_in_loops(x, w, b=0.0, padding=0, stride=1):
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


@conv3d.variant
def slice_by_slice(x, w, b=0.0, padding=0, stride=1):
    def conv2d(image, weights):
        kh, kw = weights.shape
        rows = range(0, image.shape[0] - kh + 1, stride)
        columns = range(0, image.shape[1] - kw + 1, stride)
        return np.array([[np.sum(image[i : i + kh, j : j + kw] * weights) for j in columns] for i in rows])

    x = np.pad(np.asarray(x, dtype=np.float64), padding)
    starts = range(0, x.shape[0] - w.shape[0] + 1, stride)
    return np.stack([sum(conv2d(x[d + p], w[p]) for p in range(w.shape[0])) for d in starts]) + b


@conv3d.variant
def sliding_window_view(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x, padding).astype(float)
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape)[::stride, ::stride, ::stride]
    return np.tensordot(windows, w, axes=3) + b


@conv3d.variant
def loop_over_weights(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x, padding)
    shape = [(n - k) // stride + 1 for n, k in zip(x.shape, w.shape)]
    out = np.full(shape, float(b))
    for place in np.ndindex(w.shape):
        part = tuple(slice(start, start + stride * (n - 1) + 1, stride) for start, n in zip(place, shape))
        out += float(w[place]) * x[part]
    return out


@conv3d.variant
def types_as_they_come(x, w, b=0.0, padding=0, stride=1):
    boxes = np.lib.stride_tricks.sliding_window_view(np.pad(x, padding), w.shape)[::stride, ::stride, ::stride]
    return np.sum(boxes * w, axis=(3, 4, 5)) + b
