"""The lecture's own numbers, for worked cases of more than one exercise."""

from __future__ import annotations

import numpy as np

HI = np.array(
    [[1, 0, 1, 0, 0], [1, 0, 1, 0, 1], [1, 1, 1, 0, 0], [1, 0, 1, 0, 1], [1, 0, 1, 0, 1]],
    dtype=np.int64,
)


# The lecture's filter: it finds a 1 surrounded by eight 0s.
DOT = np.array([[-1, -1, -1], [-1, 1, -1], [-1, -1, -1]])
