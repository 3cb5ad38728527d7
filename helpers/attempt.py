"""Running the reader's own code where a cell needs what it returns: it may not be written yet, or may be wrong."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FunctionType
from typing import Any, TypeVar, overload

import numpy as np

from . import lent
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

    Where the reader's code in it raises, or returns nothing or something else, the course's function takes its place if
    it is lent (see `lent`), and a line says so. Else the result is None, and a line says what to do first. `reader` is
    the reader's function that is to be named where no traceback leads to one: `function`, unless given.
    """
    asked = function if reader is None else reader
    value, name, problem = _tried(function, arguments, shape, asked)
    stand_ins: dict[str, Callable[..., Any]] = {}
    still, missing = problem, name
    while still and missing not in stand_ins and lent.is_lent(missing):
        if (stand_in := lent.course_function(missing)) is None:
            break
        stand_ins[missing] = stand_in
        used = [stand_ins.get(name_of(item), item) if callable(item) else item for item in (function, *arguments)]
        with _called_by_name(stand_ins, (function, *arguments)):
            value, missing, still = _tried(used[0], tuple(used[1:]), shape, asked)
    if stand_ins and not still:
        print(f"Drawn with the course's {' and '.join(stand_ins)}: yours doesn't work yet.")
        return value
    if problem:
        print(problem)
        if lent.can_be_lent(name) and not lent.is_lent(name):
            print(f'To see the picture before, run in a cell of your own: from helpers import lend; lend("{name}")')
        return None
    return value


def _tried(
    function: Callable[..., Any], arguments: tuple[Any, ...], shape: tuple[int, ...] | None, asked: Any
) -> tuple[Any, str, str]:
    """The value, the name of the reader's function that is to blame, and what is wrong; empty where nothing is."""
    try:
        value = function(*copy.deepcopy(arguments))
    except Exception as error:  # whatever the reader's code raises, the page goes on
        name = _innermost(error) or name_of(asked)
        if isinstance(error, NotImplementedError):
            return None, name, f"This cell needs {name}: write {name} first, then run this cell again."
        said = f"{name} raised {type(error).__name__}: {error}. The checks say more; then run this cell again."
        return None, name, said
    name = name_of(asked)
    if value is None:
        return None, name, _missing(name, "anything")
    if shape is None:
        return value, name, ""
    array = as_array(plain(value))
    if array is None or array.shape != shape:
        return None, name, _missing(name, f"an array of shape {shape}")
    return array, name, ""


@contextmanager
def _called_by_name(stand_ins: Mapping[str, Callable[..., Any]], given: tuple[Any, ...]) -> Iterator[None]:
    """The reader's other functions among `given` find the stand-ins, too, where they call by name."""
    spaces = [item.__globals__ for item in given if isinstance(item, FunctionType)]
    own = [(space, name, space[name]) for space in spaces for name in stand_ins if name in space]
    try:
        for space, name, _ in own:
            space[name] = stand_ins[name]
        yield
    finally:
        for space, name, function in reversed(own):
            space[name] = function


def complain(function: Any, expected: str) -> None:
    """Prints that the reader's function did not return what a cell needs."""
    print(_missing(name_of(function), expected))


def _missing(name: str, expected: str) -> str:
    return f"{name} did not return {expected}. The checks say more; then run this cell again."


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
