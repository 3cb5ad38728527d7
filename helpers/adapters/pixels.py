"""Notebook 01: whether a result is a copy."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np

from ..checking.values import plain


def read_later(function: Callable[..., Any], image: np.ndarray, image_later: np.ndarray | None = None) -> Any:
    """`function(image)`, read after `image` was overwritten with `image_later`: a view shows this, a copy doesn't."""
    result = function(image)
    if image_later is None:
        return result
    before = image.copy()
    place = image.reshape(image_later.shape) if image.size == image_later.size else image  # the function may reshape it
    place[...] = image_later
    read = copy.deepcopy(plain(result))
    image[...] = before  # so that a change that the function itself made can still be seen
    return read
