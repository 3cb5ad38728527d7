"""Notebook 03: what edge filters do on an image."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..checking.values import as_array


def edge_responses(value: Any, image: np.ndarray) -> tuple[str, str]:
    """How each filter of `value`, a pair of 3 by 3 filters, responds to an image (H, W), without padding.

    "silent" when all outputs are 0, "fires" when the absolute value of one is at least 0.1, else "weak".
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
