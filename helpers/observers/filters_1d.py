"""Notebook 02: what a filter does on a series."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..checking.values import as_array


def fires(value: Any, x: np.ndarray) -> str:
    """Whether any valid window of the series `x` gives an output above 0 for `value` = (filter, bias)."""
    weights, bias = value
    w, b = as_array(weights), as_array(bias)
    if w is None or w.ndim != 1 or not 1 <= w.size <= x.size:
        raise ValueError(f"the filter must be a 1D array of 1 to {x.size} numbers")
    if b is None or b.ndim != 0:
        raise ValueError("the bias must be a single number")
    if not (np.isfinite(w).all() and np.isfinite(b)):
        raise ValueError("the filter and the bias must be finite numbers")
    windows = np.lib.stride_tricks.sliding_window_view(x.astype(float), w.size)
    return "fires" if (windows @ w.astype(float) + float(b) > 0).any() else "stays quiet"
