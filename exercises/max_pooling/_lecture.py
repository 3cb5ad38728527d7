"""The lecture's own numbers, for worked cases of more than one exercise."""

from __future__ import annotations

import numpy as np

# The lecture's map: two detections in 6 by 6.
TWO_DETECTIONS = np.zeros((6, 6), dtype=int)


TWO_DETECTIONS[1, 4] = TWO_DETECTIONS[4, 1] = 1
