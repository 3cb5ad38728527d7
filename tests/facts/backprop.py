"""The predictions of notebook 07. Its other numbers are computed in `tests/exercises/test_what_07_says.py`."""

from __future__ import annotations

from typing import Any

import numpy as np
from conftest import COURSE

from helpers import data

from . import Facts

fact = Facts("07_backprop", whole=False)
lecture_gradients = COURSE.exercise("lecture_gradients").reference
X, Y = np.array([1.0, 2.0, 0.0, 1.0, 3.0]), 1.0
W1, W2 = np.array([-1.0, 1.0, -1.0]), np.array([1.0, 2.0, 1.0, -1.0, 1.0])


def _outputs(x: np.ndarray, w1: np.ndarray) -> np.ndarray:
    z: np.ndarray = COURSE.exercise("conv1d").reference(x, w1, padding=1)
    return z


def _loss(w1: np.ndarray, w2: np.ndarray) -> float:
    return float((np.maximum(_outputs(X, w1), 0) @ w2 - Y) ** 2)


@fact.predicted("on_paper")
def _() -> Any:
    return [np.maximum(_outputs(X, W1), 0) @ W2, _loss(W1, W2)]


@fact.predicted("third_weight_grows")
def _() -> Any:
    return _outputs(X, W1 + np.array([0, 0, 0.1])) - _outputs(X, W1)


@fact.predicted("gradient_of_the_filter")
def _() -> Any:
    return lecture_gradients(X, Y, W1, W2)[1]


@fact.predicted("outputs_that_an_input_hears")
def _() -> Any:
    return [np.sum(_outputs(np.eye(5)[place], np.ones(3)) != 0) for place in (2, 0)]


@fact.predicted("a_larger_step")
def _() -> Any:
    _, dw1, dw2 = lecture_gradients(X, Y, W1, W2)
    good, double = (_loss(W1 - lr * dw1, W2 - lr * dw2) for lr in (0.008, 0.016))
    return "a" if double < good else "b"


@fact.predicted("runs_for_one_step")
def _() -> Any:
    runs: list[float] = []

    def loss(w: np.ndarray) -> float:
        runs.append(1)
        return float(np.sum(w**2))

    COURSE.exercise("numerical_gradient").reference(loss, np.ones(7))
    return 61 * len(runs) / 7


@fact.predicted("the_smaller_the_better")
def _() -> Any:
    place = np.array([0.7, -1.3, 2.1])
    slope = 2 * place * np.sin(place) + place**2 * np.cos(place)

    def wavy(x: np.ndarray) -> float:
        return float(np.sum(np.sin(x) * x**2))

    nudged = [COURSE.exercise("numerical_gradient").reference(wavy, place, h) for h in (1e-1, 1e-5, 1e-12)]
    large, middle, tiny = (np.abs(slope - found).max() for found in nudged)
    return "b" if middle < large / 1000 and middle < tiny / 1000 else ""


@fact.predicted("sure_and_right_or_wrong")
def _() -> Any:
    gradient = COURSE.exercise("softmax_nll_backward").reference
    return [gradient(np.log([[p, 1 - p]]), np.array([0]))[0, 0] for p in (0.99, 0.01)]


@fact.predicted("places_with_a_gradient")
def _() -> Any:
    heights = np.array([[1, 4, 2, 0], [3, 0, 7, 5], [-2, 6, 1, 2], [-5, -1, 3, 8]])
    dy = np.array([[0.5, -1.0], [2.0, 3.0]])
    dx = COURSE.exercise("max_pool2d_backward").reference(dy[None, None], heights[None, None], 3, 1)
    return np.sum(dx != 0)


@fact.predicted("steps_of_an_epoch")
def _() -> Any:
    sizes = [len(range(first, min(first + 16, 1198))) for first in range(0, len(data.digits()[0]), 16)]
    assert len(data.digits()[0]) == 1198
    return [len(sizes), sizes[-1]]
