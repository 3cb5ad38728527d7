"""Mistakes that are made in many exercises, each registered by one call: `stride_always_two(conv2d)`.

Each is the exercise's own reference with other arguments, or with a part of its result. What a mistake holds beside the
exercise are numbers, texts and tuples of them, so that it can also be handed in as source.
"""

from __future__ import annotations

import inspect

import numpy as np


def as_if(exercise, name, sentence, **fixed):
    """Registers the reference with these arguments, whatever is given for them."""
    names = tuple(inspect.signature(exercise.reference).parameters)

    def wrong(*given, **named):
        return exercise.reference(**{**dict(zip(names, given)), **named, **fixed})

    exercise.mistake(name, sentence, wrong)


# Bias
def bias_subtracted(exercise):
    names = tuple(inspect.signature(exercise.reference).parameters)

    def wrong(*given, **named):
        arguments = {**dict(zip(names, given)), **named}
        return exercise.reference(**{**arguments, "b": -np.asarray(arguments.get("b", 0))})

    exercise.mistake("bias_subtracted", "Your output is what you get when the bias is subtracted. Add it.", wrong)


# Padding
def padding_always_one(exercise):
    as_if(
        exercise,
        "padding_always_one",
        "You always pad by 1. Use the parameter `padding`, which may be 0.",
        padding=1,
    )


def padding_from_the_filter(exercise, axes):
    """Always the padding that keeps the size; the filter's sides are the last `axes` of w, or kh and kw."""
    names = tuple(inspect.signature(exercise.reference).parameters)

    def wrong(*given, **named):
        arguments = {**dict(zip(names, given)), **named}
        x = arguments["x"]
        sides = arguments["w"].shape[-axes:] if "w" in arguments else (arguments["kh"], arguments["kw"])
        around = [(0, 0)] * (x.ndim - axes) + [(side // 2, side // 2) for side in sides]
        return exercise.reference(**{**arguments, "x": np.pad(x, around), "padding": 0})

    exercise.mistake(
        "padding_from_the_filter",
        "Your output is what you get when the padding is always half the filter. Use the parameter `padding`.",
        wrong,
    )


# Stride
def stride_always_two(exercise):
    as_if(
        exercise,
        "stride_always_two",
        "Your output is what you get when the stride is always 2. Use the parameter `stride`.",
        stride=2,
    )


def stride_in_the_size_only(exercise):
    def wrong(*given, stride=1, **named):
        height, width = exercise.reference(*given, stride=stride, **named).shape[-2:]
        return exercise.reference(*given, **named)[..., :height, :width]

    exercise.mistake(
        "stride_in_the_size_only",
        "The shape is right, but the windows are the first ones, side by side. Window i, j starts at i * stride,"
        " j * stride.",
        wrong,
    )


def stride_on_rows_only(exercise):
    def wrong(*given, stride=1, **named):
        return exercise.reference(*given, **named)[..., ::stride, :]

    exercise.mistake(
        "stride_on_rows_only",
        "Your output is what you get when only the rows use the stride. Use it for the columns, too.",
        wrong,
    )


# Pooling
def pool_always_two(exercise):
    """Windows of 2 by 2, or steps of 2, whatever is asked for."""
    as_if(
        exercise,
        "size_always_two",
        "Your output is what you get when every window is 2 by 2. Use the parameter `size`.",
        size=2,
    )
    as_if(
        exercise,
        "stride_always_two",
        "Your output is what you get when the window always moves by 2. Use the parameter `stride`.",
        stride=2,
    )


def stride_for_size(exercise, pool):
    """Windows as large as the steps; `pool` is "max" or "mean"."""

    def wrong(x, size, stride):
        rows, columns = ((side - size) // stride + 1 for side in x.shape[-2:])
        out = np.zeros((*x.shape[:-2], rows, columns))
        for i in range(rows):
            for j in range(columns):
                window = x[..., i * stride : (i + 1) * stride, j * stride : (j + 1) * stride]
                out[..., i, j] = getattr(window, pool)(axis=(-2, -1))
        return out

    exercise.mistake(
        "stride_for_size",
        "Your windows are as large as the stride. A window starts at i * stride, and ends `size` entries later.",
        wrong,
    )
