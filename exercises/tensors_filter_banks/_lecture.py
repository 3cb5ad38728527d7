"""The lecture's own numbers, for worked cases of more than one exercise."""

from __future__ import annotations

import numpy as np

# The lecture's picture and its three kinds of filter: dot, vertical edge, horizontal edge.
HI = np.array([[1, 0, 1, 0, 0], [1, 0, 1, 0, 1], [1, 1, 1, 0, 0], [1, 0, 1, 0, 1], [1, 0, 1, 0, 1]])


DOT = np.array([[-1, -1, -1], [-1, 1, -1], [-1, -1, -1]])


VERTICAL = np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]])


BANK = np.array([DOT, VERTICAL, VERTICAL.T])[:, None]
