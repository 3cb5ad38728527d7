"""Counts the steps that Python takes for a call, or stops it after so many."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any


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


class TooManySteps(Exception):
    """Raised in code that takes more steps than it may."""


def ends_within(most: int, function: Callable[[], Any]) -> bool:
    """Calls `function`, and says whether it came to its end within so many lines and calls of Python code."""
    steps = 0

    def watch(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal steps
        steps += event in ("call", "line")
        if steps > most:
            raise TooManySteps
        return watch

    previous = sys.gettrace()
    sys.settrace(watch)
    try:
        function()
    except TooManySteps:
        return False
    finally:
        sys.settrace(previous)
    return True
