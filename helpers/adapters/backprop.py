"""Notebook 07: gradients one by one, functions by their formula, training once or twice."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np

from ..checking.values import plain

_PARTS = {"dx": 0, "dw": 1, "db": 2, "loss": 0, "dw1": 1, "dw2": 2}


def part_of(function: Callable[..., Any], *arguments: Any, part: str, **options: Any) -> Any:
    """One of the three results of a function: `part` is dx, dw or db, or else loss, dw1 or dw2.

    So a right dw counts even when dx is wrong. A result that is not a sequence of three is returned whole.
    """
    results = function(*arguments, **options)
    return results[_PARTS[part]] if isinstance(results, (tuple, list)) and len(results) == 3 else results


_FORMULAS: dict[str, Callable[[np.ndarray], Any]] = {
    "lambda x: np.sum(x**2)": lambda x: np.sum(x**2),
    "lambda x: np.sum(np.arange(1, x.size + 1).reshape(x.shape) * x**3)": lambda x: np.sum(
        np.arange(1, x.size + 1).reshape(x.shape) * x**3
    ),
    "lambda x: np.sum(x**3) + x.flat[0] * x.flat[-1] ** 2": lambda x: np.sum(x**3) + x.flat[0] * x.flat[-1] ** 2,
}


def gradient_of(function: Callable[..., Any], f: str, x: np.ndarray, **options: Any) -> Any:
    """`function(f, x, ...)` for the f given by its source.

    f raises ValueError for an array whose shape is not that of x, as a network's loss would.
    """
    shape = x.shape

    def scalar(x: np.ndarray) -> float:
        if np.shape(x) != shape:
            raise ValueError(f"f was called with an array of shape {np.shape(x)}; x has the shape {shape}")
        return float(_FORMULAS[f](np.asarray(x, dtype=float)))

    return function(scalar, x, **options)


def trained(function: Callable[..., Any], *arguments: Any, look_at: str, **held_out: Any) -> Any:
    """A list with what `train` returns for its seven arguments; with `look_at` "a second run", of two calls.

    With "other orders", of four: as given; with another seed; for one epoch; for one epoch that goes on from there.
    The test images, `new_x` and `new_y`, are for `helpers.observers.backprop.training`: `train` doesn't see them.
    """
    again, other, once, onward = copy.deepcopy((arguments, arguments, arguments, arguments))
    runs = [plain(function(*arguments))]
    if look_at == "a second run":
        runs.append(plain(function(*again)))
    if look_at == "other orders":
        *given, epochs, batch, seed = other
        runs.append(plain(function(*given, epochs, batch, seed + 1)))
        params, *data, epochs, batch, seed = once
        runs.append(plain(function(params, *data, 1, batch, seed)))
        if isinstance(runs[-1], (tuple, list)):
            _, *data, epochs, batch, seed = onward
            runs.append(plain(function(copy.deepcopy(runs[-1][0]), *data, 1, batch, seed)))
    return runs
