"""pooled_shape: the shape after pooling, from size and stride."""

from __future__ import annotations

import math

import numpy as np

from autograder.course import exercise


@exercise(
    points=1,
    aspects={
        "values": "the numbers of images and channels stay the same. Height and width each become (n - size) // stride "
        "+ 1, with their own n.",
        "overlap and gaps": "the result depends on both size and stride, which need not be equal.",
        "sizes that do not divide": "round down: leave out a last window that doesn't fit completely.",
    },
    hints=[
        "Which two of the four numbers does pooling change?",
        "For one side of length n: count the steps, (n - size) // stride, and add 1 for the first position.",
    ],
    integers=True,
    worked=[
        ("overlap and gaps", {"shape": (1, 1, 6, 6), "size": 3, "stride": 1}),
        ("values", {"shape": (1, 1, 6, 6), "size": 3, "stride": 3}),
    ],
)
def pooled_shape(shape, size, stride):
    n_images, channels, height, width = shape
    return (n_images, channels, (height - size) // stride + 1, (width - size) // stride + 1)


@pooled_shape.cases
def _(rng):
    def shape(size, stride, left_over=(0, 0)):
        """Images, channels and sides, all different; `left_over` rows and columns don't fill another window."""
        images, channels = (int(n) for n in rng.permutation([3, 5, 7, 8])[:2])
        rows, columns = rng.permutation(np.arange(4, 9))[:2]
        sides = (int(size + stride * steps) + more for steps, more in zip((rows, columns), left_over))
        return {"shape": (images, channels, *sides), "size": size, "stride": stride}

    yield "values", shape(2, 2)
    yield "values", shape(3, 3)
    yield "values", shape(4, 4)
    yield "overlap and gaps", shape(3, 1)
    yield "overlap and gaps", shape(3, 2)
    yield "overlap and gaps", shape(2, 5)
    yield "overlap and gaps", shape(1, 2)
    yield "sizes that do not divide", shape(2, 2, (1, 1))
    yield "sizes that do not divide", shape(3, 3, (2, 1))
    yield "sizes that do not divide", shape(5, 4, (1, 3))
    yield "sizes that do not divide", shape(2, 6, (5, 2))


@pooled_shape.mistake(
    "rounded_up",
    "Your output is what you get when the number of windows is rounded up. Leave out windows that don't fit "
    "completely.",
)
def _(shape, size, stride):
    return (*shape[:2], -(-(shape[2] - size) // stride) + 1, -(-(shape[3] - size) // stride) + 1)


@pooled_shape.mistake(
    "rounded_to_the_nearest",
    "Your number of windows is rounded to the nearest integer. Leave out windows that don't fit completely: "
    "round down with //.",
)
def _(shape, size, stride):
    return (*shape[:2], *(round((side - size) / stride) + 1 for side in shape[2:]))


@pooled_shape.mistake(
    "float_sizes",
    "Your output is what you get when you divide with /, which makes the sizes floats. Divide with //.",
)
def _(shape, size, stride):
    return (*shape[:2], (shape[2] - size) / stride + 1, (shape[3] - size) / stride + 1)


@pooled_shape.mistake(
    "first_window_not_counted",
    "Your output is what you get when the steps are counted, but not the first position. Add 1.",
)
def _(shape, size, stride):
    return (*shape[:2], (shape[2] - size) // stride, (shape[3] - size) // stride)


@pooled_shape.mistake(
    "side_over_stride",
    "Your output is what you get when the number of windows is assumed to be n // stride. It also depends on the "
    "window's size.",
)
def _(shape, size, stride):
    return (*shape[:2], shape[2] // stride, shape[3] // stride)


@pooled_shape.mistake(
    "side_over_size",
    "Your output is what you get when the number of windows is assumed to be n // size. It also depends on the stride.",
)
def _(shape, size, stride):
    return (*shape[:2], shape[2] // size, shape[3] // size)


@pooled_shape.mistake(
    "size_and_stride_swapped",
    "Your output is what you get when size and stride are swapped: (n - stride) // size + 1.",
)
def _(shape, size, stride):
    return (*shape[:2], (shape[2] - stride) // size + 1, (shape[3] - stride) // size + 1)


@pooled_shape.mistake(
    "stride_one",
    "Your output is what you get when the window moves by 1. It should move by stride.",
)
def _(shape, size, stride):
    return (*shape[:2], shape[2] - size + 1, shape[3] - size + 1)


@pooled_shape.mistake(
    "rows_and_columns_swapped",
    "Your output is what you get when rows and columns are swapped. The order stays (N, C, H', W').",
)
def _(shape, size, stride):
    return (*shape[:2], (shape[3] - size) // stride + 1, (shape[2] - size) // stride + 1)


@pooled_shape.mistake(
    "height_for_width",
    "Your function also uses the height as the width. The maps need not be square.",
)
def _(shape, size, stride):
    side = (shape[2] - size) // stride + 1
    return (*shape[:2], side, side)


@pooled_shape.mistake(
    "channels_last",
    "You read the shape as (N, H, W, C). Here it is (N, C, H, W).",
)
def _(shape, size, stride):
    return (shape[0], (shape[1] - size) // stride + 1, (shape[2] - size) // stride + 1, shape[3])


@pooled_shape.mistake(
    "channels_pooled",
    "Your output is what you get when the channels are pooled into one. There are as many as before.",
)
def _(shape, size, stride):
    return (shape[0], 1, (shape[2] - size) // stride + 1, (shape[3] - size) // stride + 1)


@pooled_shape.mistake(
    "sides_only",
    "Your output is only the new height and width. Return the whole shape, with images and channels.",
)
def _(shape, size, stride):
    return ((shape[2] - size) // stride + 1, (shape[3] - size) // stride + 1)


@pooled_shape.mistake(
    "padded",
    "Your output is what you get when a padding of 1 is assumed. Max pooling here has no padding.",
)
def _(shape, size, stride):
    return (*shape[:2], (shape[2] + 2 - size) // stride + 1, (shape[3] + 2 - size) // stride + 1)


@pooled_shape.variant
def tuple_style(shape, size, stride):
    n, c, h, w = shape
    return n, c, (h - size) // stride + 1, (w - size) // stride + 1


@pooled_shape.variant
def floor_of_quotient(shape, size, stride):
    return (shape[0], shape[1], *(math.floor((side - size) / stride) + 1 for side in shape[2:]))


@pooled_shape.variant
def counted(shape, size, stride):
    sides = [len(range(0, side - size + 1, stride)) for side in shape[-2:]]
    return [*shape[:2], *sides]


@pooled_shape.variant
def int_of_quotient(shape, size, stride):
    out = list(shape)
    for axis in (2, 3):
        out[axis] = int((out[axis] - size + stride) / stride)
    return tuple(out)


@pooled_shape.variant
def of_an_array(shape, size, stride):
    x = np.broadcast_to(0, shape)
    return np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride, 0, 0].shape


@pooled_shape.variant
def numpy_integers(shape, size, stride):
    sides = np.array(shape)
    sides[2:] = (sides[2:] - size) // stride + 1
    return tuple(sides)
