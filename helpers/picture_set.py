"""A set of labelled pictures, part to learn from and part held out, however it came about."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class PictureSet:
    """Pictures (N, 3, H, W) uint8 from 0 to 255, red, green, blue, and their classes (N,) int64, indices of `classes`.

    `train_*` is what a network may learn from, `test_*` is held out.
    """

    name: str
    classes: tuple[str, ...]
    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray
