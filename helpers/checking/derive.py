"""What follows from a student's answer, where many answers are right.

`derive(value, *arguments)` returns what is compared with what a case expects: does this filter fire on this
series? It runs on the judge's side, on raw values, and holds nothing secret. ValueError says what is wrong.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .values import as_array


def fires(value: Any, x: np.ndarray) -> str:
    """Whether some valid window of the series `x` gives an output above 0 for `value` = (filter, bias)."""
    weights, bias = value
    w, b = as_array(weights), as_array(bias)
    if w is None or w.ndim != 1 or not 1 <= w.size <= x.size:
        raise ValueError(f"the filter must be a 1D array of 1 to {x.size} numbers")
    if b is None or b.ndim != 0:
        raise ValueError("the bias must be a single number")
    if not (np.isfinite(w).all() and np.isfinite(b)):
        raise ValueError("filter and bias must be finite numbers")
    windows = np.lib.stride_tricks.sliding_window_view(x.astype(float), w.size)
    return "fires" if (windows @ w.astype(float) + float(b) > 0).any() else "stays quiet"


def edge_responses(value: Any, image: np.ndarray) -> tuple[str, str]:
    """What each of `value`, a pair of 3 by 3 filters, gives on an image (H, W), no padding.

    "silent" when all windows give 0, "fires" when one gives at least 0.1 in size, else "weak".
    """
    pair = value if isinstance(value, (tuple, list, np.ndarray)) else ()
    filters = [w for item in pair if (w := as_array(item)) is not None and w.shape == (3, 3)]
    if len(filters) != 2 or len(pair) != 2:
        raise ValueError("expected a pair (vertical, horizontal) of arrays of shape (3, 3)")
    windows = np.lib.stride_tricks.sliding_window_view(image.astype(float), (3, 3))
    return _response(windows, filters[0]), _response(windows, filters[1])


def _response(windows: np.ndarray, w: np.ndarray) -> str:
    if not np.isfinite(w).all():
        raise ValueError("the weights must be finite numbers")
    size = float(np.abs(np.einsum("ijkl,kl->ij", windows, w.astype(float))).max())
    rounding = 1e-9 * max(1.0, float(np.abs(w).max() * np.abs(windows).max()))
    return "silent" if size <= rounding else "fires" if size >= 0.1 - rounding else "weak"
