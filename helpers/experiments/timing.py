"""How long functions take."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np


def best_time(run: Callable[[], Any], seconds: float = 0.3, least: int = 1) -> float:
    """The shortest of several calls of `run()`, in seconds: others are slower for reasons that aren't its own.

    Calls go on until `seconds` are over, and until there were `least` of them.
    """
    best, calls = float("inf"), 0
    end = time.perf_counter() + seconds
    while calls < least or time.perf_counter() < end:
        start = time.perf_counter()
        run()
        best, calls = min(best, time.perf_counter() - start), calls + 1
    return best


def random_layer(shape: tuple[int, int, int, int], filters: int, k: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A batch of images of this shape, (filters, C, k, k) weights and (filters,) biases, the same in each call."""
    rng = np.random.default_rng(0)
    return rng.normal(size=shape), rng.normal(size=(filters, shape[1], k, k)), rng.normal(size=filters)


def layer_times(
    runners: Mapping[str, Callable[..., Any]], x: np.ndarray, w: np.ndarray, b: np.ndarray, padding: int
) -> dict[str, float]:
    """Seconds that each `function(x, w, b, padding)` takes, by its name."""
    return {name: best_time(lambda run=run: run(x, w, b, padding)) for name, run in runners.items()}  # type: ignore[misc]


def convolution_times(convolve: Callable[..., Any], sides: Sequence[int], limit: float) -> list[float]:
    """Seconds that `convolve(x, w)` takes for square images with each of the sides and a filter of 3 by 3.

    Ends after the first one that takes longer than `limit`, and so may be shorter than `sides`.
    """
    rng = np.random.default_rng(0)
    w = rng.normal(size=(3, 3))
    times: list[float] = []
    for side in sides:
        x = rng.random((side, side))
        times.append(best_time(lambda x=x: convolve(x, w), seconds=0.2, least=2))  # type: ignore[misc]
        if times[-1] > limit:
            break
    return times
