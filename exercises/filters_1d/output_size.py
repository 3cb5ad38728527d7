"""output_size: the number of outputs of a filter, from its size, padding and stride."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise


@exercise(
    points=1,
    aspects={
        "values": "n samples contain n - k + 1 windows of size k.",
        "padding": "zeros on both sides make the signal 2 * padding longer before the filter slides.",
        "stride": "the first window starts at 0; count the steps of size `stride` after it, and add 1 for the first.",
        "left over": "leave out a last window that doesn't fit completely: divide with //, which rounds down.",
    },
    hints=[
        "How far can the window move from its first position to its last? That is n + 2 * padding - k samples.",
        "How many complete steps of size `stride` is that? The first position counts as well.",
        "(n + 2 * padding - k) // stride + 1",
    ],
    integers=True,
    worked=[("values", {"n": 10, "k": 3}), ("padding", {"n": 10, "k": 3, "padding": 1})],
)
def output_size(n, k, padding=0, stride=1):
    return (n + 2 * padding - k) // stride + 1


@output_size.cases
def _(rng):
    def sizes(steps, stride, left_over, padding=0):
        """n and k for which the window makes `steps` steps and `left_over` samples remain; the size changes."""
        k = int(rng.choice([k for k in range(2, 9) if k != 2 * padding + 1]))
        return {"n": int(steps) * stride + left_over + k - 2 * padding, "k": k}

    def different(low, high, count):
        return rng.permutation(np.arange(low, high))[:count]

    for steps in different(4, 60, 3):
        yield "values", sizes(steps, 1, 0)
    for steps, padding in zip(different(8, 40, 3), (1, 2, 3)):
        yield "padding", {**sizes(steps, 1, 0, padding), "padding": padding}
    for steps, stride in zip(different(3, 12, 3), (2, 3, int(rng.integers(4, 6)))):
        yield "stride", {**sizes(steps, stride, 0), "stride": stride}
    for steps, (stride, left_over, padding) in zip(different(4, 14, 4), ((3, 1, 0), (3, 2, 1), (2, 1, 0), (5, 4, 2))):
        yield "left over", {**sizes(steps, stride, left_over, padding), "padding": padding, "stride": stride}


@output_size.mistake(
    "one_missing",
    "Your number is one too small: it counts the steps, but not the window's first position.",
)
def _(n, k, padding=0, stride=1):
    return (n + 2 * padding - k) // stride


@output_size.mistake(
    "fraction",
    "A size must be an integer, and / always gives a float. Divide with //, which also leaves out a last window that "
    "doesn't fit.",
)
def _(n, k, padding=0, stride=1):
    return (n + 2 * padding - k) / stride + 1


@output_size.mistake(
    "rounded_up",
    "Your number also counts a last window that doesn't fit completely. Round down.",
)
def _(n, k, padding=0, stride=1):
    return int(np.ceil((n + 2 * padding - k) / stride)) + 1


@output_size.mistake(
    "rounded_to_nearest",
    "Your number is what you get when a size is rounded to the nearest integer. More than half a step is still not a "
    "complete step: round down.",
)
def _(n, k, padding=0, stride=1):
    return int((n + 2 * padding - k) / stride + 0.5) + 1


@output_size.mistake(
    "padding_once",
    "Your number counts the zeros of one side only. They are on both sides: 2 * padding.",
)
def _(n, k, padding=0, stride=1):
    return (n + padding - k) // stride + 1


@output_size.mistake(
    "one_added_too_early",
    "Your number is what you get from (n + 2 * padding - k + 1) // stride. Divide first, then add 1 for the first "
    "position.",
)
def _(n, k, padding=0, stride=1):
    return (n + 2 * padding - k + 1) // stride


@output_size.mistake(
    "stride_ignored",
    "Your number is right for steps of 1. A stride of s uses only every s-th position.",
)
def _(n, k, padding=0, stride=1):
    return n + 2 * padding - k + 1


@output_size.mistake("padding_ignored", "Your number is what you get without padding.")
def _(n, k, padding=0, stride=1):
    return (n - k) // stride + 1


@output_size.variant
def formula(n, k, padding=0, stride=1):
    return (n + 2 * padding - k) // stride + 1


@output_size.variant
def floor(n, k, padding=0, stride=1):
    return int(np.floor((n + 2 * padding - k) / stride) + 1)


@output_size.variant
def range_style(n, k, padding=0, stride=1):
    return len(range(0, n + 2 * padding - k + 1, stride))


@output_size.variant
def count(n, k, padding=0, stride=1):
    start, count = 0, 0
    while start + k <= n + 2 * padding:
        count += 1
        start += stride
    return count


@output_size.variant
def numpy_integer(n, k, padding=0, stride=1):
    return np.arange(0, n + 2 * padding - k + 1, stride).size * np.int64(1)
