"""Notebook 03: whether a convolution loops over its windows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..checking.steps import python_steps
from ..checking.values import Unsupported, as_array, plain

WATCHED_PIXELS = 1000


def without_loop_over_windows(function: Callable[..., Any], x: np.ndarray, w: np.ndarray, **options: Any) -> Any:
    """`function(x, w, ...)`, a convolution; for more than 1000 pixels its shape, its sum and whether Python looped.

    The function runs on the image and on a quarter of it. A loop over windows costs at least one more Python step for
    each further window, however it is written. A loop over the filter's entries costs the same on both.
    """
    if x.size <= WATCHED_PIXELS:
        return function(x, w, **options)
    quarter = x[: x.shape[0] // 2, : x.shape[1] // 2].copy()
    further = _windows(x, w, **options) - _windows(quarter, w, **options)
    _, few = python_steps(function, quarter, w.copy(), **options)
    value, many = python_steps(function, x, w, **options)
    result = as_array(given := plain(value))
    if result is None:
        return Unsupported("dict") if isinstance(given, dict) else given  # a dict could say that there was no loop
    looped = "yes" if many - few >= further else "no"
    return {"loop over windows": looped, "shape": list(result.shape), "sum": float(result.sum(dtype=float))}


def _windows(x: np.ndarray, w: np.ndarray, b: float = 0.0, padding: int = 0, stride: int = 1) -> int:
    """Number of windows of a convolution."""
    rows, columns = ((int(side) + 2 * padding - int(k)) // stride + 1 for side, k in zip(x.shape, w.shape))
    return rows * columns
