"""Small pictures of clothes: a part of Fashion-MNIST, made smaller.

Source: Fashion-MNIST, github.com/zalandoresearch/fashion-mnist (Xiao, Rasul and Vollgraf, 2017). Copyright 2017 Zalando
SE, MIT licence, whose text is in LICENSE beside this file. `python -m exercises.fashion_pictures` made the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

FILE = Path(__file__).parent / "fashion.npz"
PARTS = ("learning", "validation", "test")
KINDS = ("T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")


@dataclass(frozen=True)
class Part:
    """Pictures x (N, 1, 14, 14) and their classes y (N,), 0 to 9, as in KINDS."""

    x: np.ndarray
    y: np.ndarray

    def first(self, count: int) -> Part:
        """The first `count` pictures alone."""
        return Part(self.x[:count], self.y[:count])


def load() -> tuple[Part, Part, Part]:
    """4,000 pictures to learn from, 1,000 for validation and 2,000 to test with; always the same.

    Pixels are floats with the mean 0 and the standard deviation 1 over those to learn from: high is cloth, low is
    background.
    """
    with np.load(FILE) as file:
        pixels, classes = ([file[f"{part}_{kind}"] for part in PARTS] for kind in ("images", "labels"))
    mean, std = pixels[0].mean(), pixels[0].std()
    learning, validation, test = (
        Part((images[:, None] - mean) / std, labels.astype(np.int64)) for images, labels in zip(pixels, classes)
    )
    return learning, validation, test
