"""Running the reader's own code where a cell needs what it returns: it may not be written yet, or may be wrong."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, TypeVar, overload

import numpy as np

from .checking.values import as_array, plain

Value = TypeVar("Value")


@overload
def attempt(function: Callable[..., Value], *arguments: Any, reader: Any = None) -> Value | None: ...
@overload
def attempt(
    function: Callable[..., Any], *arguments: Any, shape: tuple[int, ...], reader: Any = None
) -> np.ndarray | None: ...
def attempt(
    function: Callable[..., Any], *arguments: Any, shape: tuple[int, ...] | None = None, reader: Any = None
) -> Any:
    """What `function` returns for copies of the arguments, with `shape` as an array that has to be of that shape.

    None when the reader's code in it raises, or returns nothing or something else; then it prints what to do first.
    `reader` is the reader's function that is to be named where no traceback leads to one: `function`, unless given.
    """
    asked = function if reader is None else reader
    try:
        value = function(*copy.deepcopy(arguments))
    except Exception as error:  # whatever the reader's code raises, the page goes on
        name = _innermost(error) or name_of(asked)
        if isinstance(error, NotImplementedError):
            print(f"This cell needs {name}: write {name} first, then run this cell again.")
        else:
            print(f"{name} raised {type(error).__name__}: {error}. The checks say more; then run this cell again.")
        return None
    if value is None:
        complain(asked, "anything")
        return None
    if shape is None:
        return value
    array = as_array(plain(value))
    if array is None or array.shape != shape:
        complain(asked, f"an array of shape {shape}")
        return None
    return array


def complain(function: Any, expected: str) -> None:
    """Prints that the reader's function did not return what a cell needs."""
    print(f"{name_of(function)} did not return {expected}. The checks say more; then run this cell again.")


def name_of(function: Any) -> str:
    """The name of the reader's function."""
    return getattr(function, "__name__", "your function")


def _innermost(error: BaseException) -> str:
    """The innermost function of the notebook that an exception came from; empty when it came from none."""
    name, trace = "", error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code.co_qualname.rpartition("<locals>.")[2]
        if trace.tb_frame.f_globals.get("__name__") == "__main__" and not code.startswith("<"):
            name = code
        trace = trace.tb_next
    return name
