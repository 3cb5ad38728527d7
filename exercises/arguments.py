"""What the arguments of anonymous functions have to be; ValueError says it to the student."""

from __future__ import annotations

import numpy as np


def need_axes(name, value, count, meaning):
    if isinstance(value, (list, tuple, str)):  # lists of numbers are arrays by now
        raise ValueError(f"{name} must be an array of numbers, without rows of different lengths")
    if np.ndim(value) != count:
        raise ValueError(f"{name} has the shape {np.shape(value)}: it must have {meaning}")


def need_whole(name, value, least):
    if isinstance(value, (str, float, np.floating)) or np.ndim(value) or value < least:
        raise ValueError(f"{name} must be a whole number, {least} or more")
