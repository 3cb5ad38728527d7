"""The arrays that a function makes on its way to the result, in order, each with the line that it comes from."""

from __future__ import annotations

import ast
import linecache
import sys
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from types import FrameType
from typing import Any

import numpy as np

from .exact import exact_text

MAX_EVENTS = 20_000  # lines and calls; a function that takes more is not followed
MAX_MADE = 2_000


@dataclass(frozen=True)
class Made:
    """A value that a function has made: its name there, where, and the value itself, not a copy.

    The name is that of a variable, or of a function that was called, "relu(...)"; empty for the result. `lines` are the
    first and the last line that write into it, or the one that made it where none does.
    """

    name: str
    lines: tuple[int, int]
    value: Any


class Trail:
    """What a function made in its first call: `made` in order, the result last. Empty where it was not followed."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._code = function.__code__ if type(function) is types.FunctionType else None
        self._frame: FrameType | None = None
        self._bound: dict[str, Any] = {}
        self._line = 0
        self._events = 0
        self._found: list[Made] = []
        self._finished = False

    @property
    def made(self) -> list[Made]:
        """The values, where the function came to its end within the limits."""
        return _with_writes(self._found, self._code) if self._finished and self._code is not None else []

    @contextmanager
    def followed(self) -> Iterator[None]:
        """Follows the first call of the function in the block. Where a debugger is on, nothing is followed."""
        if self._code is None or sys.gettrace() is not None:
            yield
            return
        sys.settrace(self._enter)
        try:
            yield
        finally:
            sys.settrace(None)

    def _enter(self, frame: FrameType, event: str, argument: Any) -> Any:
        self._events += 1
        if self._events > MAX_EVENTS or len(self._found) > MAX_MADE:
            sys.settrace(None)
            return None
        if self._frame is None and frame.f_code is self._code:
            self._frame = frame
            self._bound = dict(frame.f_locals)
            self._line = frame.f_lineno
            return self._within
        if self._frame is not None and frame.f_back is self._frame and not _is_numpys(frame) and not self._finished:
            frame.f_trace_lines = False
            return self._called
        return None

    def _within(self, frame: FrameType, event: str, argument: Any) -> Any:
        self._events += 1
        if self._events > MAX_EVENTS or len(self._found) > MAX_MADE:
            sys.settrace(None)
            return None
        if event in ("line", "return"):
            for name, value in frame.f_locals.items():
                if self._bound.get(name) is not value and name.isidentifier():
                    self._bound[name] = value
                    self._note(name, self._line, value)
            self._line = frame.f_lineno
        if event == "return":
            self._found.append(Made("", (frame.f_lineno,) * 2, argument))
            self._finished = argument is not None
            sys.settrace(None)
        return self._within

    def _called(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event == "return" and frame.f_code.co_name.isidentifier():
            self._note(f"{frame.f_code.co_name}(...)", self._line, argument)
        return self._called

    def _note(self, name: str, line: int, value: Any) -> None:
        if type(value) is np.ndarray or type(value) is list:
            self._found.append(Made(name, (line, line), value))


def _is_numpys(frame: FrameType) -> bool:
    return exact_text(dict.get(frame.f_globals, "__name__")).partition(".")[0] == "numpy"


def _with_writes(found: list[Made], code: types.CodeType) -> list[Made]:
    """The same, with the lines that write into a variable after the one that made it."""
    writes = _writes(code)
    return [replace(item, lines=_lines(item, found[place:], writes)) for place, item in enumerate(found)]


def _lines(item: Made, later: list[Made], writes: list[tuple[str, int]]) -> tuple[int, int]:
    made, _ = item.lines
    again = min((other.lines[0] for other in later if other.name == item.name and other.lines[0] > made), default=None)
    own = [line for name, line in writes if name == item.name and made < line and (again is None or line < again)]
    return (min(own), max(own)) if own else item.lines


@lru_cache(maxsize=64)
def _writes(code: types.CodeType) -> list[tuple[str, int]]:
    """(name, line) of each statement that writes into a variable, such as `out[i] = ...`; from the function's text."""
    found = []
    for node in ast.walk(definition(code)):
        if not isinstance(node, (ast.Assign, ast.AugAssign)):
            continue
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            inner: ast.expr = target
            while isinstance(inner, ast.Subscript):
                inner = inner.value
            if isinstance(inner, ast.Name) and (inner is not target or isinstance(node, ast.AugAssign)):
                found.append((inner.id, node.lineno))
    return found


def definition(code: types.CodeType) -> ast.AST:
    """The function's definition; an empty module where its text isn't known."""
    try:
        tree = ast.parse("".join(linecache.getlines(code.co_filename)))
    except (SyntaxError, ValueError, RecursionError):
        return ast.Module([], [])
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == code.co_name:
            first = min([node.lineno, *(item.lineno for item in node.decorator_list)])
            if first == code.co_firstlineno:
                return node
    return ast.Module([], [])
