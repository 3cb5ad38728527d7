"""conv2d_backward: the gradients of a convolution layer."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise
from exercises.forbidden import CONVOLUTIONS

from . import _arrays as arrays


@exercise(
    points=6,
    aspects={
        "db": "a filter's bias is added to every entry of its feature map, for every image: add up dz over images and "
        "places.",
        "dw": "multiply each dz by the window it came from, and add up over all windows and all images.",
        "dx": "multiply each dz by its filter, and add it at the place of its window. Windows overlap, so use +=.",
        "dw with padding": "use the windows of the padded images.",
        "dx with padding": "add up in an array of the padded size, then cut off the padding: [padding : padding + H] "
        "works for padding 0 too.",
        "dw with stride": "window (i, j) starts at (i * stride, j * stride), as in the forward pass.",
        "dx with stride": "window (i, j) starts at (i * stride, j * stride). Pixels in no window keep the gradient 0.",
        "number types": "gradients hold fractions, even when x or w holds integers, and a byte holds at most 255.",
    },
    hints=[
        "db is the easiest: which entries of the output depend on the bias of filter f, and with what slope?",
        "For dw and dx, write the loops of the forward pass: over images, filters, and windows (i, j). There, z[n, f, "
        "i, j] is the sum of window * w[f]. So add dz[n, f, i, j] * window to dw[f], and dz[n, f, i, j] * w[f] to that "
        "window of dx.",
        "dpadded = np.zeros(padded.shape); in the loops: dw[f] += dz[n, f, i, j] * window, and dpadded[n, :, top : top "
        "+ KH, left : left + KW] += dz[n, f, i, j] * w[f]. At the end, cut off the padding.",
    ],
    adapter="backprop.part_of",
    forbidden=CONVOLUTIONS,
)
def conv2d_backward(dz, x, w, padding=0, stride=1):
    height, width = x.shape[2:]
    kh, kw = w.shape[2:]
    dz, w = dz.astype(float), w.astype(float)
    padded = np.pad(x.astype(float), ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    dpadded = np.zeros(padded.shape)
    dw = np.zeros(w.shape)
    for i in range(dz.shape[2]):
        for j in range(dz.shape[3]):
            rows, columns = slice(i * stride, i * stride + kh), slice(j * stride, j * stride + kw)
            here = dz[:, :, i, j]
            dw += np.tensordot(here, padded[:, :, rows, columns], axes=(0, 0))
            dpadded[:, :, rows, columns] += np.tensordot(here, w, axes=(1, 0))
    dx = dpadded[:, :, padding : padding + height, padding : padding + width]
    return dx, dw, dz.sum(axis=(0, 2, 3))


def _conv_layer(rng, n, c, f, sides, filters, padding=0, stride=1):
    """Arguments of a layer: images (n, c, *sides), filters (f, c, *filters)."""
    rows, columns = ((side + 2 * padding - k) // stride + 1 for side, k in zip(sides, filters))
    arguments = {"dz": arrays.signed(rng, n, f, rows, columns, most=7), "x": arrays.signed(rng, n, c, *sides, most=9)}
    w = arrays.signed(rng, f, c, *filters)
    w[..., -1, -1] = 7 * np.sign(w[..., -1, -1])  # so that a flipped filter differs
    return {
        **arguments,
        "w": w,
        **({"padding": padding} if padding else {}),
        **({"stride": stride} if stride > 1 else {}),
    }


@conv2d_backward.steps
def _(dz, x, w, part, padding=0, stride=1):
    padded = np.pad(x.astype(float), ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    dx, dw, db = conv2d_backward.reference(dz, x, w, padding, stride)
    dpadded = conv2d_backward.reference(dz, padded, w, 0, stride)[0]
    return {"padded": padded, "dpadded": dpadded, "dx": dx, "dw": dw, "db": db}


@conv2d_backward.cases
def _(rng):
    yield "db", {**_conv_layer(rng, 2, 1, 3, (3, 4), (2, 2)), "part": "db"}
    yield "db", {**_conv_layer(rng, 3, 2, 2, (4, 3), (3, 2)), "part": "db"}
    for part in ("dw", "dx"):
        yield part, {**_conv_layer(rng, 1, 1, 1, (3, 4), (2, 2)), "part": part}
        yield part, {**_conv_layer(rng, 2, 3, 2, (4, 3), (2, 3)), "part": part}
        yield part, {**_conv_layer(rng, 3, 1, 2, (3, 5), (3, 2)), "part": part}
    for part in ("dw", "dx"):
        yield f"{part} with padding", {**_conv_layer(rng, 1, 1, 2, (3, 4), (3, 3), 1), "part": part}
        yield f"{part} with padding", {**_conv_layer(rng, 2, 2, 1, (3, 2), (2, 3), 2), "part": part}
        yield f"{part} with padding", {**_conv_layer(rng, 2, 1, 3, (2, 4), (3, 2), 1), "part": part}
    for part in ("dw", "dx"):
        yield f"{part} with stride", {**_conv_layer(rng, 1, 2, 1, (5, 7), (3, 2), 0, 2), "part": part}
        yield f"{part} with stride", {**_conv_layer(rng, 2, 1, 2, (6, 4), (2, 3), 1, 2), "part": part}
        yield f"{part} with stride", {**_conv_layer(rng, 1, 1, 2, (4, 6), (2, 2), 2, 3), "part": part}
    for part in ("dw", "dx", "db"):
        arguments = _conv_layer(rng, 2, 1, 2, (3, 4), (2, 2))
        arguments |= {
            "x": arrays.byte_values(rng, *arguments["x"].shape),
            "dz": rng.integers(60, 120, arguments["dz"].shape),
        }
        yield "number types", {**arguments, "w": np.abs(arguments["w"]).astype(int), "part": part}
    for part in ("dw", "dx"):
        arguments = _conv_layer(rng, 1, 2, 1, (4, 3), (2, 2), 1)
        whole = {name: arguments[name].astype(int) for name in ("x", "w")}
        yield "number types", {**arguments, **whole, "dz": arguments["dz"] / 4 + 0.125, "part": part}
    arguments = _conv_layer(rng, 1, 1, 2, (3, 4), (2, 2))
    floats = {name: (arguments[name] / 4).astype(np.float32) for name in ("dz", "x", "w")}
    yield "number types", {**arguments, **floats, "part": "dx"}


def _conv_windows(dz, x, w, padding, stride, to_w=None, to_x=None, pad=None, cut=True):
    """conv2d_backward, window by window; `to_w` and `to_x` may replace the additions."""
    height, width = x.shape[2:]
    kh, kw = w.shape[2:]
    dz, w = dz.astype(float), w.astype(float)
    pad = pad or (lambda x: np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding))))
    padded = pad(x.astype(float))
    dpadded, dw = np.zeros(padded.shape), np.zeros(w.shape)
    for image, f, i, j in np.ndindex(dz.shape):
        place = (image, slice(None), slice(i * stride, i * stride + kh), slice(j * stride, j * stride + kw))
        gradient, window = dz[image, f, i, j], padded[place]
        if to_w:
            to_w(dw, f, gradient, window)
        else:
            dw[f] += gradient * window
        if to_x:
            to_x(dpadded, place, gradient, w[f])
        else:
            dpadded[place] += gradient * w[f]
    dx = dpadded[:, :, padding : padding + height, padding : padding + width] if cut else dpadded
    return dx, dw, dz.sum(axis=(0, 2, 3))


@conv2d_backward.mistake(
    "dw_assigned", "Your dw holds only the contribution of the last window of the last image. Use += instead of =."
)
def _(dz, x, w, padding=0, stride=1):
    def to_w(dw, f, gradient, window):
        dw[f] = gradient * window

    return _conv_windows(dz, x, w, padding, stride, to_w)


@conv2d_backward.mistake(
    "dw_of_the_last_image", "Your dw is that of the last image. Add up the contributions of all images."
)
def _(dz, x, w, padding=0, stride=1):
    dx, _, db = conv2d_backward.reference(dz, x, w, padding, stride)
    return dx, conv2d_backward.reference(dz[-1:], x[-1:], w, padding, stride)[1], db


@conv2d_backward.mistake(
    "dw_mean",
    "Your dw and db are divided by the number of images. The mean is part of the loss, so dz already contains it: just "
    "add up.",
)
def _(dz, x, w, padding=0, stride=1):
    dx, dw, db = conv2d_backward.reference(dz, x, w, padding, stride)
    return dx, dw / len(x), db / len(x)


@conv2d_backward.mistake("dw_turned", "Your dw is flipped: entry (0, 0) belongs to the window's top left corner.")
def _(dz, x, w, padding=0, stride=1):
    dx, dw, db = conv2d_backward.reference(dz, x, w, padding, stride)
    return dx, dw[:, :, ::-1, ::-1], db


@conv2d_backward.mistake(
    "dx_assigned", "Your windows replace one another in dx. Use += instead of =: neighbouring windows overlap."
)
def _(dz, x, w, padding=0, stride=1):
    def to_x(dpadded, place, gradient, w):
        dpadded[place] = gradient * w

    return _conv_windows(dz, x, w, padding, stride, to_x=to_x)


@conv2d_backward.mistake(
    "dx_turned",
    "Your dx is what you get when the filter is flipped. Each window of dx gets dz times the filter, without a flip.",
)
def _(dz, x, w, padding=0, stride=1):
    dx = conv2d_backward.reference(dz, x, w[:, :, ::-1, ::-1], padding, stride)[0]
    return (dx, *conv2d_backward.reference(dz, x, w, padding, stride)[1:])


@conv2d_backward.mistake(
    "dx_from_inputs",
    "Your dx uses the windows of x. The derivative of z with respect to x is the filter: use dz times w.",
)
def _(dz, x, w, padding=0, stride=1):
    padded = np.pad(x.astype(float), ((0, 0), (0, 0), (padding, padding), (padding, padding)))

    def to_x(dpadded, place, gradient, w):
        dpadded[place] += gradient * padded[place]

    return _conv_windows(dz, x, w, padding, stride, to_x=to_x)


@conv2d_backward.mistake(
    "dw_from_weights",
    "Your dw uses the weights. The derivative of z with respect to w is the window of x: use dz times the window.",
)
def _(dz, x, w, padding=0, stride=1):
    weights = w.astype(float)

    def to_w(dw, f, gradient, window):
        dw[f] += gradient * weights[f]

    return _conv_windows(dz, x, w, padding, stride, to_w)


@conv2d_backward.mistake(
    "padding_kept", "Your dx still has the padding around it. Cut it off: dx must have the shape of x."
)
def _(dz, x, w, padding=0, stride=1):
    return _conv_windows(dz, x, w, padding, stride, cut=False)


@conv2d_backward.mistake(
    "empty_slice",
    "Your dx is empty without padding: dpadded[:, :, padding:-padding, ...] is then [0:-0]. Write [padding : padding + "
    "H].",
)
def _(dz, x, w, padding=0, stride=1):
    dx, dw, db = _conv_windows(dz, x, w, padding, stride, cut=False)
    return dx[:, :, padding:-padding, padding:-padding], dw, db


@conv2d_backward.mistake(
    "padding_after",
    "Your zeros are only below and to the right of the images. Padding goes on all four sides.",
)
def _(dz, x, w, padding=0, stride=1):
    def pad(x):
        return np.pad(x, ((0, 0), (0, 0), (0, 2 * padding), (0, 2 * padding)))

    return _conv_windows(dz, x, w, padding, stride, pad=pad)


@conv2d_backward.mistake(
    "edge_padding",
    "Your dw is what you get when the pixels at the images' edges are repeated as padding. Padding means zeros here.",
)
def _(dz, x, w, padding=0, stride=1):
    def pad(x):
        return np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), mode="edge")

    return _conv_windows(dz, x, w, padding, stride, pad=pad)


@conv2d_backward.mistake(
    "stride_forgotten",
    "Your windows always move by 1. Window (i, j) starts at (i * stride, j * stride), as in the forward pass.",
)
def _(dz, x, w, padding=0, stride=1):
    return _conv_windows(dz, x, w, padding, 1)


@conv2d_backward.mistake(
    "batch_summed",
    "Your dx is the same for every image: you added up the gradients over the batch. Each image has its own.",
)
def _(dz, x, w, padding=0, stride=1):
    dx, dw, db = conv2d_backward.reference(dz, x, w, padding, stride)
    return np.broadcast_to(dx.sum(axis=0), dx.shape).copy(), dw, db


@conv2d_backward.mistake(
    "last_filter_only",
    "Your dx comes only from the last filter. All filters use the same images: add up over the filters.",
)
def _(dz, x, w, padding=0, stride=1):
    dx = conv2d_backward.reference(dz[:, -1:], x, w[-1:], padding, stride)[0]
    return (dx, *conv2d_backward.reference(dz, x, w, padding, stride)[1:])


@conv2d_backward.mistake(
    "channels_summed",
    "Your dw is the same for every channel: you added up the window over its depth. Each channel has its own.",
)
def _(dz, x, w, padding=0, stride=1):
    dx, dw, db = conv2d_backward.reference(dz, x, w, padding, stride)
    return dx, np.broadcast_to(dw.sum(axis=1, keepdims=True), dw.shape).copy(), db


@conv2d_backward.mistake(
    "db_of_all_weights",
    "Your db counts each dz once for every weight of the filter. The bias is added once to each output.",
)
def _(dz, x, w, padding=0, stride=1):
    dx, dw, db = conv2d_backward.reference(dz, x, w, padding, stride)
    return dx, dw, db * w[0].size


@conv2d_backward.mistake("db_one_number", "Your db is one number. Each filter has its own bias: (F,).")
def _(dz, x, w, padding=0, stride=1):
    dx, dw, db = conv2d_backward.reference(dz, x, w, padding, stride)
    return dx, dw, db.sum()


@conv2d_backward.mistake(
    "db_for_each_image",
    "Your db has a row for each image. A bias is the same for all of them: add up over the images too.",
)
def _(dz, x, w, padding=0, stride=1):
    dx, dw, _ = conv2d_backward.reference(dz, x, w, padding, stride)
    return dx, dw, dz.astype(float).sum(axis=(2, 3))


@conv2d_backward.mistake("db_mean", "Your db is the mean over images and places. Take their sum.")
def _(dz, x, w, padding=0, stride=1):
    dx, dw, _ = conv2d_backward.reference(dz, x, w, padding, stride)
    return dx, dw, dz.astype(float).mean(axis=(0, 2, 3))


@conv2d_backward.mistake("order_of_the_results", "Your three gradients are in another order. Return (dx, dw, db).")
def _(dz, x, w, padding=0, stride=1):
    dx, dw, db = conv2d_backward.reference(dz, x, w, padding, stride)
    return dw, dx, db


@conv2d_backward.mistake(
    "rows_and_columns_swapped",
    "Your gradients have rows and columns swapped: the first index of a window is its row.",
)
def _(dz, x, w, padding=0, stride=1):
    dx, dw, db = conv2d_backward.reference(dz, x, w, padding, stride)
    return dx.transpose(0, 1, 3, 2), dw.transpose(0, 1, 3, 2), db


@conv2d_backward.mistake(
    "square",
    "Your function uses as many columns of windows as rows, and assumes square filters. Height and width may differ.",
)
def _(dz, x, w, padding=0, stride=1):
    height, width = x.shape[2:]
    k = w.shape[2]
    padded = np.pad(x.astype(float), ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    dpadded, dw = np.zeros(padded.shape), np.zeros((*w.shape[:2], k, k))
    for image, f, i, j in np.ndindex((*dz.shape[:2], dz.shape[2], dz.shape[2])):
        place = (image, slice(None), slice(i * stride, i * stride + k), slice(j * stride, j * stride + k))
        dw[f] += dz[image, f, i, j] * padded[place]
        dpadded[place] += dz[image, f, i, j] * w[f]
    return dpadded[:, :, padding : padding + height, padding : padding + width], dw, dz.sum(axis=(0, 2, 3), dtype=float)


@conv2d_backward.mistake(
    "whole_numbers",
    "Your gradients have the dtype of x or w: integers cut off their fractions. np.zeros(x.shape) holds floats, "
    "np.zeros_like(x) the dtype of x.",
)
def _(dz, x, w, padding=0, stride=1):
    dx, dw, db = conv2d_backward.reference(dz, x, w, padding, stride)
    if x.dtype == np.uint8:
        return dx.astype(np.int64).astype(x.dtype), dw.astype(np.int64).astype(w.dtype), db
    return dx.astype(x.dtype), dw.astype(w.dtype), db
