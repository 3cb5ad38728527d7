"""Notebook 01: how many shifts insertion sort makes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..checking.values import as_array


def shifts_of_first(value: Any, which: str, first: int) -> int:
    """The shifts that the first numbers of a row take; `value` is the pair of rows (slowest, fastest)."""
    row = as_array(value[("slowest", "fastest").index(which)])
    if row is None or row.shape != (6,) or len(np.unique(row)) != 6:
        raise ValueError(f"{which} must be 6 different numbers")
    return sum(int(np.sum(row[:place] > row[place])) for place in range(first))
