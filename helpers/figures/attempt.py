"""Figures that draw what the reader's own function gives have to cope with one that isn't written or isn't right."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np

from ..checking.values import as_array, plain


def attempt(function: Callable[..., Any], *arguments: Any, shape: tuple[int, ...]) -> np.ndarray | None:
    """The array of that shape which `function` gives for copies of the arguments.

    None when it gives no such array; then it prints what to do first.
    """
    value = attempt_value(function, *arguments)
    if value is None:
        return None
    array = as_array(value)
    if array is None or array.shape != shape:
        complain(function, f"an array of shape {shape}")
        return None
    return array


def attempt_value(function: Callable[..., Any], *arguments: Any) -> Any:
    """The plain value, of whatever kind, which `function` gives for copies of the arguments.

    None when it stops or returns nothing; then it prints what to do first.
    """
    name = getattr(function, "__name__", "your function")
    try:
        value = plain(function(*copy.deepcopy(arguments)))
    except NotImplementedError:
        print(f"This picture draws what {name} gives: write {name} first, then run this cell again.")
        return None
    except Exception as error:  # whatever the reader's code raises, the page goes on
        print(f"{name} stopped with {type(error).__name__}: {error}. Its check says more; then run this cell again.")
        return None
    if value is None:
        complain(function, "anything")
    return value


def complain(function: Callable[..., Any], expected: str) -> None:
    """Prints that the function did not give what a picture needs."""
    name = getattr(function, "__name__", "your function")
    print(f"{name} did not give {expected}. Its check says more; then run this cell again.")
