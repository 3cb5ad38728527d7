"""Calls a student's function on a case and records the outcome."""

from __future__ import annotations

import copy
import linecache
import sysconfig
import traceback
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

import numpy as np

from .exact import exact_text, message_of, type_name
from .forbidden import ForbiddenHelper, forbidding
from .named import named
from .operands import innermost_instruction, shapes_in
from .spec import Case, Fault, Outcome, Spec
from .time_limit import TooLong
from .unwritten import unwritten
from .values import plain

# The grader may lie anywhere, so that its frames are known by their module's name; these, by their file's.
_NOT_STUDENT_PACKAGES = (__name__.partition(".")[0], "autograder")
# In the browser the standard library is a zip file, and the other paths begin with two slashes.
_NOT_STUDENT_PLACES = (
    *(sysconfig.get_path(key).replace("//", "/") for key in ("stdlib", "purelib", "platlib")),
    str(Path(linecache.__file__).parent),
)


def call(function: Callable[..., Any], spec: Spec, case: Case) -> Outcome:
    """Calls `function` with copies of the case's arguments.

    Whatever the student's code raises becomes a Fault. Only KeyboardInterrupt is passed on, so that a reader can
    interrupt the check.
    """
    outcome, after = call_on_copies(function, spec, case)
    return outcome if outcome.fault else replace(outcome, changed=changed_arguments(spec, case, after))


def call_on_copies(function: Callable[..., Any], spec: Spec, case: Case) -> tuple[Outcome, dict[str, Any]]:
    """As `call`, but doesn't say what was changed; also returns the arguments as they are after the call."""
    given = _copied(_passed(spec, case))
    positional = [given[name] for name in spec.required if name in given]
    optional = {name: value for name, value in given.items() if name not in spec.required}
    try:
        # Its modules may be forbidden ones, so they are imported before anything is watched.
        adapter = named("adapters", spec.adapter) if spec.adapter else None
        with forbidding(spec.forbidden) if spec.forbidden else nullcontext():
            if adapter is not None:
                result = adapter(function, *positional, **optional)
            else:
                result = function(*positional, **optional)
            value = plain(result)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # the student's code may raise anything, even SystemExit
        return Outcome(fault=fault_of(error, spec.name)), given
    return Outcome(value=value), given


def changed_arguments(spec: Spec, case: Case, after: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of a case's arguments that aren't the same, bit for bit, after a call."""
    before = _passed(spec, case)
    return tuple(name for name in before if name not in after or not _same_bits(before[name], after[name]))


def _copied(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """A deep copy of a case's arguments; arrays, which most are, are copied without the general machinery."""
    return {
        name: value.copy("K") if type(value) is np.ndarray else copy.deepcopy(value)
        for name, value in arguments.items()
    }


def _passed(spec: Spec, case: Case) -> dict[str, Any]:
    return case.arguments if spec.required or not spec.observe else {}


def fault_of(error: BaseException, exercise: str) -> Fault:
    """The Fault for an exception, with the line of the student's code that raised it."""
    frame, line, number = _students_frame(error.__traceback__)
    kind, message = "raised", message_of(error)
    shapes = ""
    if isinstance(error, NotImplementedError) and frame is not None and _innermost(error.__traceback__) is frame:
        kind = unwritten(frame, line, number, message)
        if kind == "not_written":
            function = frame.f_code.co_qualname.rpartition("<locals>.")[2].partition(".")[0]
            message = "" if function in (exercise, "<module>") else function
    elif isinstance(error, ForbiddenHelper):
        kind = "forbidden"
    elif isinstance(error, MemoryError):
        kind = "memory"
    elif isinstance(error, TooLong):
        kind = "timeout"
    elif frame is not None:
        shapes = shapes_in(frame, number, innermost_instruction(error.__traceback__, frame))
    return Fault(kind, type_name(error), message[:500], line, number, shapes)


def _students_frame(trace: TracebackType | None) -> tuple[FrameType | None, str, int]:
    """The innermost frame of the student's code in a traceback, with its line's text and number.

    Returns (None, "", 0) when no line is the student's.
    """
    found: tuple[FrameType | None, str, int] = (None, "", 0)
    for frame, number in traceback.walk_tb(trace):
        name = frame.f_code.co_filename
        package = exact_text(dict.get(frame.f_globals, "__name__")).partition(".")[0]
        if package in _NOT_STUDENT_PACKAGES or name.startswith(_NOT_STUDENT_PLACES):
            continue
        if name.startswith("<") and not name.startswith("<cell"):
            continue
        found = (frame, linecache.getline(name, number, frame.f_globals).strip(), number)
    return found


def _innermost(trace: TracebackType | None) -> FrameType | None:
    return list(traceback.walk_tb(trace))[-1][0] if trace else None


def _same_bits(before: Any, after: Any) -> bool:
    if type(before) is not type(after):
        return False
    if isinstance(before, np.ndarray):
        same_type = before.dtype == after.dtype and before.shape == after.shape
        return bool(same_type and before.tobytes() == after.tobytes())
    if isinstance(before, dict):
        return before.keys() == after.keys() and all(_same_bits(before[key], after[key]) for key in before)
    if isinstance(before, (list, tuple)):
        return len(before) == len(after) and all(map(_same_bits, before, after))
    return bool(before == after)
