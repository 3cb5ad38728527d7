"""Notices calls of functions that an exercise asks to write oneself, whatever name they are called by."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from types import FrameType
from typing import Any


class ForbiddenHelper(Exception):
    """Raised in the student's code when it calls something the exercise asks to write."""


@contextlib.contextmanager
def forbidding(names: Sequence[str]) -> Iterator[None]:
    """While active, calling anything in `names` raises ForbiddenHelper.

    A name is a module ("scipy": everything in it) or a function ("numpy.convolve"). Aliases and `getattr` don't
    matter, since the interpreter's own call events are watched, not names in the source.
    """
    if not names:
        yield
        return

    def watch(frame: FrameType, event: str, function: Any) -> None:
        if event == "call":
            module, name = frame.f_globals.get("__name__", ""), frame.f_code.co_name
        elif event == "c_call":
            module, name = getattr(function, "__module__", None) or "", getattr(function, "__name__", "")
        else:
            return
        found = forbidden_name(names, str(module), name)
        if found:
            sys.setprofile(None)
            raise ForbiddenHelper(found)

    previous = sys.getprofile()
    sys.setprofile(watch)
    try:
        yield
    finally:
        sys.setprofile(previous)


def forbidden_name(names: Sequence[str], module: str, function: str) -> str:
    """The name to tell the student when `function` of `module` is forbidden by `names`; else empty."""
    for name in names:
        if module == name or module.startswith(name + "."):
            return f"{module.split('.')[0]}.{function}" if function.isidentifier() else name
        package, _, last = name.rpartition(".")
        # NumPy defines convolve in numpy._core.numeric: the package and the last name are what identifies it.
        if package and last == function and module.split(".")[0] == package.split(".")[0]:
            return name
    return ""
