"""Whether two texts of public cases say the same: processors differ in the last digits of what they compute."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from helpers.checking.values import close


def agree(one: bytes, other: bytes) -> bool:
    """Whether two JSON texts differ in nothing but floats, and in these no more than `check` allows.

    Keys and their order, text, whole numbers, shapes and dtypes have to be equal. A text that is not JSON agrees with
    nothing but itself.
    """
    if one == other:
        return True
    try:
        return _agree(json.loads(one), json.loads(other))
    except ValueError:
        return False


def _agree(one: Any, other: Any) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        if list(one) != list(other):
            return False
        if "dtype" in one and one["dtype"] == other["dtype"] and one["shape"] == other["shape"]:
            return _arrays_agree(*(np.array(item["array"], item["dtype"]) for item in (one, other)))
        return all(_agree(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_agree, one, other))
    if isinstance(one, float):
        return bool(close(np.array(one), np.array(other)).all())
    return bool(one == other)


def _arrays_agree(one: np.ndarray, other: np.ndarray) -> bool:
    if one.dtype.kind != "f":
        return np.array_equal(one, other)
    return one.shape == other.shape and bool(close(one, other).all())
