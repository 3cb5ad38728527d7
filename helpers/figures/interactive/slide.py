"""A filter that slides over a signal or an image, to point at, step through and change by hand."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from .. import words
from . import page

_MAX_SAMPLES, _MAX_SIDE, _FILTER = 32, 24, 7  # samples, pixels to a side, weights to a side


def slide(
    x: ArrayLike, w: ArrayLike | Mapping[str, ArrayLike], b: float = 0.0, padding: int = 0, stride: int = 1
) -> None:
    """Shows the filter w slide over x: each output with its products, the running sum, the bias and ReLU.

    x is a signal (n,) of up to 32 samples with w (k,), or an image (H, W) of up to 24 by 24 pixels with w (KH, KW);
    up to 7 weights a side. w may also be a dict of such filters, to choose from by name.
    ValueError if a figure can't show them.
    """
    x = np.asarray(x, dtype=float)
    filters = {name: _filter(one, x) for name, one in w.items()} if isinstance(w, Mapping) else {"": _filter(w, x)}
    if x.ndim not in (1, 2) or not x.size or max(x.shape) > (_MAX_SAMPLES if x.ndim == 1 else _MAX_SIDE):
        raise ValueError(
            f"slide shows a signal of up to {_MAX_SAMPLES} samples or an image of up to {_MAX_SIDE} by {_MAX_SIDE} "
            f"pixels; x has the shape {x.shape}"
        )
    first = next(iter(filters.values()))
    if padding < 0 or stride < 1 or any(n + 2 * padding < k for n, k in zip(x.shape, first.shape)):
        raise ValueError(f"w {first.shape} does not fit into x {x.shape} with padding {padding} and stride {stride}")
    settings = {"x": x, "w": first, "b": float(b), "padding": padding, "stride": stride}
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(x, padding), first.shape)
    z = np.tensordot(windows[(slice(None, None, stride),) * x.ndim], first, x.ndim) + b
    told = words.rows if x.ndim == 2 else words.line
    alt = (
        f"{'Image' if x.ndim == 2 else 'Signal'}: {told(x)}. Filter: {told(first)}, bias {words.number(b)}, padding "
        f"{padding}, stride {stride}. Output: {told(z)}. Run this cell to see the filter slide."
    )
    page.show("slide", settings | ({"filters": filters} if isinstance(w, Mapping) else {}), alt)


def _filter(w: ArrayLike, x: np.ndarray) -> np.ndarray:
    array = np.asarray(w, dtype=float)
    if array.ndim != x.ndim or not array.size or max(array.shape) > _FILTER:
        raise ValueError(
            f"slide needs a filter with as many axes as x, up to {_FILTER} weights a side; "
            f"w has the shape {array.shape}, x {x.shape}"
        )
    return array
