"""A bank of filters on an image with channels: each channel's share of an output, and the maps that the bank makes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from . import page

_MAX_SIDE, _CHANNELS, _FILTER, _BANK = 16, 4, 5, 6  # pixels to a side, channels, weights to a side, filters


def depth(
    x: ArrayLike,
    w: ArrayLike | Mapping[str, ArrayLike],
    b: ArrayLike = 0.0,
    padding: int = 0,
    stride: int = 1,
    white: float | None = None,
) -> None:
    """Shows the filters w on the image x (C, H, W): what each channel adds to each output, and each filter's map.

    Up to 4 channels of up to 16 by 16 pixels; three of them are red, green and blue. w is one filter (C, KH, KW), a
    bank (F, C, KH, KW) of up to 6, or a dict of filters by name, up to 5 weights a side; b one bias for each, or one
    for all. `white` is the brightest value that a pixel can have (by default the largest there is).
    ValueError if a figure can't show them.
    """
    x = np.asarray(x, dtype=float)
    names = list(w) if isinstance(w, Mapping) else []
    bank = np.asarray(list(w.values()) if isinstance(w, Mapping) else w, dtype=float)
    bank = bank[None] if bank.ndim == 3 else bank
    if x.ndim != 3 or not x.size or len(x) > _CHANNELS or max(x.shape[1:]) > _MAX_SIDE:
        raise ValueError(
            f"depth shows an image (C, H, W) of up to {_CHANNELS} channels of {_MAX_SIDE} by {_MAX_SIDE} pixels; "
            f"x has the shape {x.shape}"
        )
    if bank.ndim != 4 or bank.shape[1] != len(x) or max(bank.shape[2:]) > _FILTER or not 0 < len(bank) <= _BANK:
        raise ValueError(
            f"depth needs filters as deep as x, {len(x)} channels, up to {_BANK} of them and {_FILTER} weights a side; "
            f"w has the shape {bank.shape}"
        )
    if padding < 0 or stride < 1 or any(n + 2 * padding < k for n, k in zip(x.shape[1:], bank.shape[2:])):
        raise ValueError(
            f"filters {bank.shape[2:]} don't fit into {x.shape[1:]} with padding {padding}, stride {stride}"
        )
    biases = np.broadcast_to(np.asarray(b, dtype=float), len(bank))
    channels = ["red", "green", "blue"] if len(x) == 3 else []
    alt = (
        f"An image of {len(x)} channels of {x.shape[1]} by {x.shape[2]} pixels, and "
        f"{len(bank)} filter{'s' if len(bank) > 1 else ''} of "
        f"{bank.shape[2]} by {bank.shape[3]} in each channel{': ' + ', '.join(names) if names else ''}. "
        "Run this cell to see what each channel adds to each output."
    )
    settings = {"x": x, "w": bank, "b": biases, "padding": padding, "stride": stride}
    brightest = float(x.max(initial=0.0)) if white is None else white
    page.show("depth", settings | {"channels": channels, "names": names, "white": max(brightest, 1e-12)}, alt)
