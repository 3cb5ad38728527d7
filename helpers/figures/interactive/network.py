"""A convnet to draw digits for: every layer's maps and the classes follow, and each number says where it is from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from ... import layers
from . import page

_MAX_SIDE = 16  # pixels to a side


def network(params: Mapping[str, ArrayLike], images: ArrayLike, names: Sequence[str] | None = None) -> None:
    """Shows the network of notebook 06 read what one draws; it starts with the first of `images`, the others to choose.

    params: filter banks w1 (F1, 1, 3, 3) and w2 (F2, F1, 3, 3), biases b1 (F1,), b2 (F2,), then w3 (K, n), b3 (K,).
    images (N, H, W), 0 (paper) to 1 (ink), sides divisible by 4, up to 16 pixels; `names` (N,) to choose them by.
    ValueError if a figure can't show them.
    """
    given = {name: np.asarray(params[name], dtype=float) for name in ("w1", "b1", "w2", "b2", "w3", "b3")}
    x = np.asarray(images, dtype=float)
    if x.ndim != 3 or not len(x) or max(x.shape[1:]) > _MAX_SIDE or x.shape[1] % 4 or x.shape[2] % 4:
        raise ValueError(
            f"network shows images (N, H, W) with sides of 4, 8, 12 or {_MAX_SIDE} pixels; "
            f"images have the shape {x.shape}"
        )
    if not 0 <= x.min() <= x.max() <= 1:
        raise ValueError(f"the pixels go from 0 (paper) to 1 (ink), not from {x.min():g} to {x.max():g}: divide by 16?")
    needed = len(given["w2"]) * (x.shape[1] // 4) * (x.shape[2] // 4)
    if given["w1"].shape[1:] != (1, 3, 3) or given["w2"].shape[1:] != (len(given["w1"]), 3, 3):
        raise ValueError(
            "network needs filters of 3 by 3, the first ones of one channel, the second of one for each map"
        )
    if given["w3"].shape != (len(given["b3"]), needed):
        raise ValueError(f"w3 has the shape {given['w3'].shape}; for these images it needs {needed} columns")
    probabilities = _probabilities(given, x[0])
    best = int(probabilities.argmax())
    alt = (
        f"A convolutional network reads a drawing of {x.shape[1]} by {x.shape[2]} pixels: as class {best}, with a "
        f"probability of {probabilities[best]:.0%}. Run this cell to see every layer follow while you draw."
    )
    # As float32, which the shipped weights are: half as long as JSON.
    numbers = {name: _short(value) for name, value in given.items()}
    settings = {"image": x[0], "examples": x, "names": list(names or map(str, range(len(x))))}
    page.show("network", settings | numbers | {"classes": list(range(len(given["b3"])))}, alt)


def _short(values: np.ndarray) -> np.ndarray:
    """The shortest decimals that are these values as float32."""
    return np.array([float(str(value)) for value in values.astype(np.float32).ravel()]).reshape(values.shape)


def _probabilities(params: Mapping[str, np.ndarray], image: np.ndarray) -> np.ndarray:
    x = image[None, None]
    for layer in "12":
        x = layers.max_pool2d(layers.relu(layers.conv2d(x, params["w" + layer], params["b" + layer], padding=1)), 2, 2)
    logits = x.reshape(-1) @ params["w3"].T + params["b3"]
    powers = np.exp(logits - logits.max())
    probabilities: np.ndarray = powers / powers.sum()
    return probabilities
