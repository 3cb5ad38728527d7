"""The lecture's own numbers, for worked cases of more than one exercise."""

from __future__ import annotations

import numpy as np

# The lecture's signal, and its filter, which finds an isolated 1.
LONELY = np.array([0, 0, 1, 1, 1, 0, 1, 0, 0, 0])


FINDER = np.array([-1, 1, -1])
