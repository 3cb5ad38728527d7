"""Cases with other types of numbers than NumPy gives by itself."""

from __future__ import annotations

import numpy as np


def as_floats(arguments):
    """A case's arguments with each array of integers as floats, in lists too: basic cases are not of integers alone."""
    return {name: _as_float(value) for name, value in arguments.items()}


def _as_float(value):
    if isinstance(value, list):
        return [_as_float(item) for item in value]
    return value.astype(float) if isinstance(value, np.ndarray) and value.dtype.kind in "iu" else value
