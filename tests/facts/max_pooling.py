"""The numbers of notebook 05."""

from __future__ import annotations

import math
from functools import cache, partial
from typing import Any

import numpy as np
import pytest
from conftest import COURSE

from helpers import data
from helpers.experiments import features, moving
from helpers.layers import conv2d, max_pool2d, relu

from . import Facts

fact = Facts("05_max_pooling")
pooled_shape = COURSE.exercise("pooled_shape").reference
blur_pool = COURSE.exercise("blur_pool").reference
STROKES = np.array(
    [
        [[-1, -1, -1], [2, 2, 2], [-1, -1, -1]],
        [[-1, 2, -1], [-1, 2, -1], [-1, 2, -1]],
        [[-1, -1, 2], [-1, 2, -1], [2, -1, -1]],
        [[2, -1, -1], [-1, 2, -1], [-1, -1, 2]],
    ]
)

fact.given(
    "A bank of 8 filters",
    "a batch of 10 colour pictures",
    "1 in the middle, −1 all around",
    "a map has 7 rows and 8 columns",
    "A 7 and a 1 differ",
    "the mean of 1 and 2",
    "gets 16 channels",
    "8 maps of 28 by 28",
    "the weights 1 2 1, 2 4 2, 1 2 1, divided by 16",
    "2 or 3.",
    "windows of 8",
    "(windows of 4)",
)
fact.source(
    "which made convolutional networks famous in 2012",
    "Krizhevsky, Sutskever, Hinton 2012, ImageNet classification with deep convolutional neural networks, 3.4",
)
fact.source("Richard Zhang (2019)", "Zhang 2019, Making convolutional networks shift-invariant again, ICML")


@fact("32 − 5 + 1 = 28 places")
def _() -> None:
    out = conv2d(np.zeros((10, 3, 32, 32)), np.zeros((8, 3, 5, 5)), np.zeros(8))
    assert out.shape == (10, 8, 28, 28)


@fact("The maximum is −3; the code says 0")
def _() -> None:
    values, largest = [-3, -5, -4], 0
    for value in values:
        if value > largest:
            largest = value
    assert max(values) == -3 and largest == 0


@fact("36 numbers have become 4", "36 numbers became 4")
def _() -> None:
    pooled = max_pool2d(_two()[None, None], 3, 3)[0, 0]
    assert _two().size == 36 and pooled.tolist() == [[0, 1], [1, 0]]


@fact("a weak 1/9")
def _() -> None:
    mean = COURSE.exercise("avg_pool2d").reference(_two()[None, None], 3, 3)
    np.testing.assert_allclose(mean[0, 0], [[0, 1 / 9], [1 / 9, 0]])


@fact("Four times: 28, 14, 7, 3, 1.", "Of 7 rows the last one has no partner, and of 3 rows as well")
def _() -> None:
    sides, shape = [28], (1, 8, 28, 28)
    while shape[2] > 1:
        shape = pooled_shape(shape, 2, 2)
        sides.append(shape[2])
    assert sides == [28, 14, 7, 3, 1] and 7 % 2 == 3 % 2 == 1


@fact("(Guessing gives 10 %.)")
def _() -> None:
    assert len(np.unique(data.digits()[1])) == 10


@fact("about 98 % right with the full maps, and still about 97 %")
def _() -> None:
    at_rest = {name: accuracy[0] for name, (_, accuracy) in _measured().items()}
    assert round(100 * at_rest["no pooling"]) == 98
    assert [at_rest[name] for name in ("2, 2", "3, 2")] == pytest.approx([0.97, 0.97], abs=0.006)


@fact("it is 84 %, and 40 % when all that is left", "always 40 %")
def _() -> None:
    assert round(100 * _measured()["8, 8"][1][0]) == 84
    assert {round(100 * share) for share in _measured()["whole map"][1]} == {40}


@fact("the full maps fall to 50 %")
def _() -> None:
    change, accuracy = _measured()["no pooling"]
    assert accuracy[1] == pytest.approx(0.50, abs=0.01) and change[1] == pytest.approx(1, abs=0.1)


@fact("had cost about 1.5 points at rest", "it keeps 73 %")
def _() -> None:
    full, pooled = _measured()["no pooling"][1], _measured()["3, 2"][1]
    assert pooled[1] == pytest.approx(0.73, abs=0.01)
    # Of 599 digits, two more or fewer on another processor.
    assert full[0] - pooled[0] == pytest.approx(0.015, abs=0.004)


@fact("the distance falls from 1.0 (no pooling) to 0.5 (windows of 4)")
def _() -> None:
    test = data.digits(margin=4)[2]
    found = [
        _distance_to_another(pool(_stroke_maps(test)))
        for pool in (lambda maps: maps, partial(max_pool2d, size=4, stride=4))
    ]
    assert [round(value, 1) for value in found] == [1.0, 0.5]


@fact("in steps of 2: it waits", "each step of 1 pixel")
def _() -> None:
    maps = np.zeros((7, 1, 12, 16))
    maps[range(7), 0, 4, 4 + np.arange(7)] = 1
    moved = []
    for pool in (max_pool2d, blur_pool):
        weights = pool(maps, 2, 2)[:, 0].sum(axis=1)
        place = 2 * (weights @ np.arange(weights.shape[1])) / weights.sum(axis=1)
        moved.append((place - place[0]).round(6).tolist())
    assert moved == [[0, 0, 2, 2, 4, 4, 6], [0, 1, 2, 3, 4, 5, 6]]


def _two() -> np.ndarray:
    two = np.zeros((6, 6), dtype=int)
    two[1, 4] = two[4, 1] = 1
    return two


def _stroke_maps(images: np.ndarray) -> np.ndarray:
    return relu(conv2d(images[:, None] / 16, STROKES[:, None], np.zeros(4), padding=1))


@cache
def _measured() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Change and accuracy by pooling, for moves by 0 to 3 pixels, as the notebook measures them."""
    poolings = {
        f"{size}, {stride}": partial(max_pool2d, size=size, stride=stride) for size, stride in [(2, 2), (3, 2), (8, 8)]
    }
    poolings |= {"no pooling": lambda maps: maps, "whole map": lambda maps: maps.max(axis=(2, 3))}
    digits = data.digits(margin=4)
    return {name: features.change_and_accuracy(_stroke_maps, pool, digits, 3) for name, pool in poolings.items()}


def _distance_to_another(maps: np.ndarray) -> float:
    """The mean distance of two images' maps, by the mean length of the maps."""
    flat = maps.reshape(len(maps), -1)
    return float(np.linalg.norm(flat - np.roll(flat, 1, axis=0), axis=1).mean() / np.linalg.norm(flat, axis=1).mean())


@fact.predicted("two_windows_of_3")
def _() -> Any:
    return [_two()[0:3, 1:4].max(), _two()[2:5, 2:5].max()]


@fact.predicted("number_of_windows")
def _() -> Any:
    return [math.prod(pooled_shape((1, 1, 7, 8), 3, stride)[2:]) for stride in (1, 2, 3)]


@fact.predicted("largest_of_negatives")
def _() -> Any:
    values, largest = [-3, -5, -4], 0
    for value in values:
        if value > largest:
            largest = value
    return [max(values), largest]


@fact.predicted("pooled_with_stride_1")
def _() -> Any:
    pooled = max_pool2d(_two()[None, None], 3, 1)[0, 0]
    return [len(pooled), pooled.sum()]


@fact.predicted("pooled_with_stride_3")
def _() -> Any:
    return max_pool2d(_two()[None, None], 3, 3)[0, 0]


@fact.predicted("relu_before_or_after")
def _() -> Any:
    x = np.random.default_rng(0).normal(size=(2, 3, 8, 9))
    return "b" if np.array_equal(max_pool2d(relu(x), 3, 2), relu(max_pool2d(x, 3, 2))) else ""


@fact.predicted("how_often_to_pool")
def _() -> Any:
    shape, count = (1, 8, 28, 28), 0
    while min(shape[2:]) >= 2:
        shape, count = pooled_shape(shape, 2, 2), count + 1
    return count


@fact.predicted("moves_without_effect")
def _() -> Any:
    def pool(x: np.ndarray, size: int, stride: int) -> np.ndarray:
        return max_pool2d(x[None, None], size, stride)

    share = moving.share_unchanged(pool, [3, 2, 4], 2)
    return [100 * share[0, 1], 100 * share[1, 1], 100 * share[2, 2]]


@fact.predicted("best_pooling")
def _() -> Any:
    moved = {name: accuracy[1] for name, (_, accuracy) in _measured().items()}
    return {"no pooling": "a", "2, 2": "b", "3, 2": "c", "8, 8": "d", "whole map": "e"}[
        max(moved, key=moved.__getitem__)
    ]
