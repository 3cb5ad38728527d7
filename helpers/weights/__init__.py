"""Parameters of the network that reads digits: to start learning from, and learned beforehand.

All are dicts of float64 arrays: filter banks w1 (F1, C, 3, 3) and w2 (F2, F1, 3, 3), the last layer's weights
w3 (K, n), and the biases b1 (F1,), b2 (F2,) and b3 (K,).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

DIGITS = Path(__file__).parent / "digits.npz"


def he_start(
    filters: tuple[int, int] = (12, 24), shape: tuple[int, int, int] = (1, 8, 8), classes: int = 10, seed: int = 4
) -> dict[str, np.ndarray]:
    """Random weights to start from, biases of 0, for images of `shape` (C, H, W).

    Each weight is drawn from a normal distribution whose variance is 2 / (number of inputs of its unit): then the
    numbers neither grow nor fade from layer to layer (He et al., 2015).
    """
    rng = np.random.default_rng(seed)
    channels, height, width = shape
    first, second = filters
    shapes = {
        "1": (first, channels, 3, 3),
        "2": (second, first, 3, 3),
        "3": (classes, second * (height // 4) * (width // 4)),
    }
    params = {}
    for layer, size in shapes.items():
        params["w" + layer] = rng.normal(0, np.sqrt(2 / np.prod(size[1:])), size)
        params["b" + layer] = np.zeros(size[0])
    return params


def digits() -> dict[str, np.ndarray]:
    """What the network of notebook 07 had learned after training on the digits' 1198 training images.

    Made by `python -m exercises.digits_weights`, which runs that notebook's own functions.
    """
    with np.load(DIGITS) as file:
        return {name: file[name].astype(float) for name in file.files}
