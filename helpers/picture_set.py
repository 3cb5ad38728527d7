"""A set of labelled pictures, part to learn from and part held out, however it came about."""

from __future__ import annotations

from dataclasses import dataclass, replace

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

    def for_choices(self, share: float = 0.125, seed: int = 0) -> PictureSet:
        """The set to make choices with: a part of the training pictures is held out, the test part is out of sight.

        `share` is how much of the training part becomes that validation part, drawn from the seed. Its pictures are
        `test_images` of the new set, so what works with one set works with the other. Raises ValueError for a share
        that leaves one of the parts empty.
        """
        many = len(self.train_labels)
        out = round(share * many)
        if not 0 < out < many:
            raise ValueError(f"a share of {share} of {many} pictures leaves one part empty")
        order = np.random.default_rng(seed).permutation(many)
        held, kept = np.sort(order[:out]), np.sort(order[out:])
        return replace(
            self,
            train_images=self.train_images[kept],
            train_labels=self.train_labels[kept],
            test_images=self.train_images[held],
            test_labels=self.train_labels[held],
        )
