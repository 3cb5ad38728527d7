"""Ways to call a student's function that takes or returns more than plain values.

Each takes the student's function and a case's arguments and returns plain values. It runs where the student's code
runs and holds nothing secret.
"""

from __future__ import annotations

import copy
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

import numpy as np

from .values import Unsupported, as_array, plain


def read_later(function: Callable[..., Any], image: np.ndarray, image_later: np.ndarray | None = None) -> Any:
    """`function(image)`, read after `image` was overwritten with `image_later`: a view shows this, a copy doesn't."""
    result = function(image)
    if image_later is None:
        return result
    before = image.copy()
    image[...] = image_later
    read = copy.deepcopy(plain(result))
    image[...] = before  # so that a change that the function itself made can still be seen
    return read


WATCHED_PIXELS = 1000


def without_loop_over_windows(function: Callable[..., Any], x: np.ndarray, w: np.ndarray, **options: Any) -> Any:
    """`function(x, w, ...)`, a convolution; for more than 1000 pixels its shape, its sum and whether Python looped.

    The function runs on the image and on a quarter of it. A loop over windows costs at least one more Python step for
    each further window, however it is written. A loop over the filter's entries costs the same on both.
    """
    if x.size <= WATCHED_PIXELS:
        return function(x, w, **options)
    quarter = x[: x.shape[0] // 2, : x.shape[1] // 2].copy()
    further = _windows(x, w, **options) - _windows(quarter, w, **options)
    _, few = python_steps(function, quarter, w.copy(), **options)
    value, many = python_steps(function, x, w, **options)
    result = as_array(given := plain(value))
    if result is None:
        return Unsupported("dict") if isinstance(given, dict) else given  # a dict could say that there was no loop
    looped = "yes" if many - few >= further else "no"
    return {"loop over windows": looped, "shape": list(result.shape), "sum": float(result.sum(dtype=float))}


def _windows(x: np.ndarray, w: np.ndarray, b: float = 0.0, padding: int = 0, stride: int = 1) -> int:
    """Number of windows of a convolution."""
    rows, columns = ((int(side) + 2 * padding - int(k)) // stride + 1 for side, k in zip(x.shape, w.shape))
    return rows * columns


def python_steps(function: Callable[..., Any], *arguments: Any, **options: Any) -> tuple[Any, int]:
    """The function's value, and how many lines and calls of Python code it took; C code doesn't count.

    The trace also sees comprehensions, generators, `map` and np.vectorize: each iteration is a line or a call. Threads
    that the function starts are traced too.
    """
    steps = 0

    def watch(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal steps
        steps += event in ("call", "line")
        return watch

    previous, previous_in_threads = sys.gettrace(), threading.gettrace()
    threading.settrace(watch)
    sys.settrace(watch)
    try:
        value = function(*arguments, **options)
        if sys.gettrace() is not watch:
            raise RuntimeError("the function switched Python's trace off")
    finally:
        sys.settrace(previous)
        threading.settrace(previous_in_threads)
    return value, steps


_PARTS = {"dx": 0, "dw": 1, "db": 2, "loss": 0, "dw1": 1, "dw2": 2}


def part_of(function: Callable[..., Any], *arguments: Any, part: str, **options: Any) -> Any:
    """One of the three results of a function: `part` is dx, dw or db, or else loss, dw1 or dw2.

    So a right dw counts even when dx is wrong. A result that is not a sequence of three is returned whole.
    """
    results = function(*arguments, **options)
    return results[_PARTS[part]] if isinstance(results, (tuple, list)) and len(results) == 3 else results


_FORMULAS: dict[str, Callable[[np.ndarray], Any]] = {
    "sum(x ** 2)": lambda x: np.sum(x**2),
    "sum(place * x ** 3)": lambda x: np.sum(np.arange(1, x.size + 1).reshape(x.shape) * x**3),
    "sum(x ** 3) + x[first] * x[last] ** 2": lambda x: np.sum(x**3) + x.flat[0] * x.flat[-1] ** 2,
}


def gradient_of(function: Callable[..., Any], f: str, x: np.ndarray, **options: Any) -> Any:
    """`function(f, x, ...)` for the f given by a formula; `place` numbers the entries of x from 1, row by row.

    f raises ValueError for an array whose shape is not that of x, as a network's loss would.
    """
    shape = x.shape

    def scalar(x: np.ndarray) -> float:
        if np.shape(x) != shape:
            raise ValueError(f"f was called with an array of shape {np.shape(x)}; x has the shape {shape}")
        return float(_FORMULAS[f](np.asarray(x, dtype=float)))

    return function(scalar, x, **options)


def trained(function: Callable[..., Any], *arguments: Any, look_at: str, **held_out: Any) -> Any:
    """A list with what `train` returns for its seven arguments; with `look_at` "a second run", of two calls.

    The test images, `new_x` and `new_y`, are for `derive.training`: `train` doesn't see them.
    """
    again = copy.deepcopy(arguments)
    first = plain(function(*arguments))
    return [first, plain(function(*again))] if look_at == "a second run" else [first]
