"""Cases with other types of numbers than NumPy gives by itself."""

from __future__ import annotations

import numpy as np


def as_floats(arguments):
    """A case's arguments with each array of integers as floats: basic cases are not of integers alone."""
    return {
        name: value.astype(float) if isinstance(value, np.ndarray) and value.dtype.kind in "iu" else value
        for name, value in arguments.items()
    }
