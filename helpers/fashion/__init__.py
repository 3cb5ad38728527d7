"""Small pictures of clothes: a part of Fashion-MNIST, made smaller.

Source: Fashion-MNIST, github.com/zalandoresearch/fashion-mnist (Xiao, Rasul and Vollgraf, 2017). Copyright 2017 Zalando
SE, MIT licence, whose text is in LICENSE beside this file. `python -m exercises.fashion_pictures` made the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

FILE = Path(__file__).parent / "fashion.npz"
KINDS = ("T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")


@dataclass(frozen=True)
class Part:
    """Pictures x (N, 1, 14, 14), floats from 0 (background) to 1, and their classes y (N,), 0 to 9, as in KINDS."""

    x: np.ndarray
    y: np.ndarray


def load() -> tuple[Part, Part, Part]:
    """4,000 pictures to learn from, 1,000 for validation and 2,000 to test with; always the same."""
    with np.load(FILE) as file:
        parts = [
            Part(file[f"{name}_images"][:, None] / 63, file[f"{name}_labels"].astype(np.int64))
            for name in ("train", "validation", "test")
        ]
    return parts[0], parts[1], parts[2]
