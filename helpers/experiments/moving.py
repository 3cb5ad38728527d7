"""What changes when the things in pictures move."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Array = np.ndarray
WAYS = ((0, 1), (0, -1), (1, 0), (-1, 0))  # right, left, down, up, as (rows, columns)


def moved(images: Array, dy: int, dx: int) -> Array:
    """Images (N, H, W), each moved down by dy and right by dx, with zeros coming in."""
    n, height, width = images.shape
    room = np.zeros((n, height + 2 * abs(dy), width + 2 * abs(dx)), images.dtype)
    room[:, abs(dy) + dy : abs(dy) + dy + height, abs(dx) + dx : abs(dx) + dx + width] = images
    return room[:, abs(dy) : abs(dy) + height, abs(dx) : abs(dx) + width]


def accuracy_when_moved(
    predict: Callable[[Array], Array],
    images: Array,
    labels: Array,
    most: int,
    move: Callable[[Array, int, int], Array] = moved,
) -> Array:
    """The accuracy on images moved by 0 to `most` pixels, a row each, in four directions, a column each."""
    accuracy = np.zeros((most + 1, len(WAYS)))
    for steps in range(most + 1):
        for way, (dy, dx) in enumerate(WAYS):
            accuracy[steps, way] = np.mean(predict(move(images, steps * dy, steps * dx)) == labels)
    return accuracy


def share_unchanged(pool: Callable[..., Any], sizes: Sequence[int], most: int) -> Array:
    """How often a pooled map stays as it was when a single detection moves by 0 to `most` pixels: (sizes, most + 1).

    Of all places within a window, for windows of each size with the same stride.
    """
    starts = int(np.lcm.reduce(sizes))
    width = 2 * starts + most
    share = np.zeros((len(sizes), most + 1))
    for line, size in enumerate(sizes):
        results = []
        for place in range(starts + most):
            values = np.zeros((size, width))
            values[0, place] = 1
            results.append(np.asarray(pool(values, size, size)))
        for steps in range(most + 1):
            same = [np.array_equal(results[place], results[place + steps]) for place in range(starts)]
            share[line, steps] = np.mean(same)
    return share
