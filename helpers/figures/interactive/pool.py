"""Max pooling to point at: which number of each window wins, and what stays when the input moves."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .. import words
from . import page

_MAX_SIDE = 20  # numbers to a side


def pool(x: ArrayLike, size: int = 2, stride: int = 2, down: int = 0, right: int = 0) -> None:
    """Shows max pooling of x (H, W), up to 20 by 20, and of x moved `down` and `right` (zeros come in).

    ValueError if a figure can't show it.
    """
    x = np.asarray(x, dtype=float)
    if x.ndim != 2 or not x.size or max(x.shape) > _MAX_SIDE:
        raise ValueError(f"pool shows a map of up to {_MAX_SIDE} by {_MAX_SIDE} numbers; x has the shape {x.shape}")
    if not 1 <= size <= min(x.shape) or stride < 1:
        raise ValueError(f"a window of size {size} and stride {stride} does not fit into {x.shape}")
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size))[::stride, ::stride]
    alt = (
        f"A map of {x.shape[0]} by {x.shape[1]} numbers, max pooled with size {size} and stride {stride}: "
        f"{words.rows(windows.max(axis=(2, 3)))}. "
        "Run this cell to see which number of each window wins, and to move the input."
    )
    page.show("pool", {"x": x, "size": size, "stride": stride, "down": down, "right": right}, alt)
