"""Notebook 02: how often does a search look at its row?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


class Watched:
    """A row that counts how often somebody looks at one of its numbers."""

    def __init__(self, row: np.ndarray) -> None:
        self._row = row
        self.looks = 0

    def __len__(self) -> int:
        return len(self._row)

    def __getitem__(self, place: int) -> int:
        self.looks += 1
        return int(self._row[place])


def counting_looks(function: Callable[..., Any], row: np.ndarray, x: int, most_looks: int | None = None) -> Any:
    """`function(row, x)`; with `most_looks` also whether it took no more looks than that."""
    if most_looks is None:
        return function(row, x)
    watched = Watched(row)
    place = function(watched, x)
    return {"place": place, "looks": "few" if watched.looks <= most_looks else "many"}
