"""Notices calls of functions that an exercise asks students to write themselves, under whatever name."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from types import FrameType
from typing import Any

from .exact import exact_text


class ForbiddenHelper(Exception):
    """Raised in the student's code when it calls a function that the exercise asks the student to write."""


@contextlib.contextmanager
def forbidding(names: Sequence[str]) -> Iterator[None]:
    """While active, a call of anything in `names` raises ForbiddenHelper.

    A name is a module ("scipy": everything in it) or a function ("numpy.convolve"). Aliases and `getattr` make no
    difference: the interpreter's own call events are watched, not the names in the source.
    """
    if not names:
        yield
        return

    watched = tuple(names)

    def watch(frame: FrameType, event: str, function: Any) -> None:
        if event == "call":
            module, name = dict.get(frame.f_globals, "__name__"), frame.f_code.co_name
        elif event == "c_call":
            module, name = getattr(function, "__module__", None), getattr(function, "__name__", "")
        else:
            return
        found = forbidden_name(watched, exact_text(module), exact_text(name))
        if found:
            sys.setprofile(None)
            raise ForbiddenHelper(found)

    previous = sys.getprofile()
    sys.setprofile(watch)
    try:
        yield
    finally:
        sys.setprofile(previous)


@cache
def forbidden_name(names: tuple[str, ...], module: str, function: str) -> str:
    """The name to show the student when `names` forbids `function` of `module`; else empty."""
    for name in names:
        if module == name or module.startswith(name + "."):
            return name  # what is called may be a small part, deep inside
        package, _, last = name.rpartition(".")
        # NumPy defines convolve in numpy._core.numeric, so only the package and the last name identify it.
        if package and last == function and module.split(".")[0] == package.split(".")[0]:
            return name
    return ""
