"""The gradients of a convolution, to point at: which outputs is each one made from, and what is the wave of x's?"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from . import page

_MAX_OUTPUTS, _MAX_WEIGHTS, _MAX_SIDE = 25, 9, 10  # entries, entries, inputs to a side


def backward(x: ArrayLike, w: ArrayLike, dz: ArrayLike | None = None, padding: int = 0, stride: int = 1) -> None:
    """Shows dL/dw, dL/dx and dL/db of the convolution of x with w, from the gradients dz of its outputs (default: 1).

    x is a signal (n,) of up to 10 samples with w (k,), or an image (H, W) of up to 10 by 10 pixels with w (KH, KW);
    up to 9 weights and 25 outputs. ValueError if a figure can't show them.
    """
    x, w = np.asarray(x, dtype=float), np.asarray(w, dtype=float)
    if x.ndim not in (1, 2) or not x.size or max(x.shape) > _MAX_SIDE:
        raise ValueError(
            f"backward shows a signal of up to {_MAX_SIDE} samples or an image of up to {_MAX_SIDE} by {_MAX_SIDE} "
            f"pixels; x has the shape {x.shape}"
        )
    if w.ndim != x.ndim or not 0 < w.size <= _MAX_WEIGHTS:
        raise ValueError(
            f"backward needs a filter with as many axes as x and up to {_MAX_WEIGHTS} weights; "
            f"w has the shape {w.shape}, x {x.shape}"
        )
    if padding < 0 or stride < 1 or any(n + 2 * padding < k for n, k in zip(x.shape, w.shape)):
        raise ValueError(f"w {w.shape} does not fit into x {x.shape} with padding {padding} and stride {stride}")
    shape = tuple((n + 2 * padding - k) // stride + 1 for n, k in zip(x.shape, w.shape))
    upstream = np.ones(shape) if dz is None else np.asarray(dz, dtype=float)
    if upstream.shape != shape or upstream.size > _MAX_OUTPUTS:
        raise ValueError(
            f"the convolution has outputs of shape {shape}, of which a figure shows up to {_MAX_OUTPUTS}; "
            f"dz has the shape {upstream.shape}"
        )
    alt = (
        f"A convolution of {_size(x)} inputs with {_size(w)} weights and the gradients of its {_size(upstream)} "
        "outputs. Run this cell to see which outputs the gradient of each weight and input is made from."
    )
    settings = {"x": x, "w": w, "dz": upstream, "padding": padding, "stride": stride, "most": _MAX_OUTPUTS}
    page.show("backward", settings, alt)


def _size(values: np.ndarray) -> str:
    return " by ".join(map(str, values.shape))
