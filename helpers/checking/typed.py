"""A case as Python that can be pasted, and long values in short: their shape and three numbers."""

from __future__ import annotations

import re
import sys
from typing import Any

import numpy as np

from .spec import Case, Spec
from .values import LINE_WIDTH, as_array, close, show

# Arguments that say what the check compares; the function doesn't get them.
FOR_THE_CHECK = ("part", "look_at", "new_x", "new_y")
FUNCTION = "lambda "  # an argument that begins like this is a function, given by its source
MAX_LINES = 14  # of a call that is shown whole
MAX_LINES_OF_RESULT = 8
MAX_CHARACTERS = 900
MAX_SHOWN = 3  # numbers of an array in short


def own_arguments(case: Case) -> dict[str, Any]:
    """The arguments that the function gets, by name; a function as one that can be called."""
    given = {name: value for name, value in case.arguments.items() if name not in FOR_THE_CHECK}
    return {name: eval(value, {"np": np}) if _is_function(value) else value for name, value in given.items()}


def compared(case: Case) -> str:
    """What of the result is compared in a case, such as "dw"; empty where it is the whole."""
    return str(case.arguments.get("part") or case.arguments.get("look_at") or "")


def call(spec: Spec, case: Case, short: bool = False) -> str:
    """The call, to be pasted where `np` is NumPy; with `short`, large arrays are told and not written out."""
    begin = f"{spec.name}("
    given = {name: value for name, value in case.arguments.items() if name not in FOR_THE_CHECK}
    write = in_short if short else _python
    texts = [f"{name}={write(value, len(begin) + len(name) + 1)}" for name, value in given.items()]
    apart = ",\n" + " " * len(begin) if any("\n" in text for text in texts) or short else ", "
    return begin + apart.join(texts) + ")"


def is_long(text: str, lines: int = MAX_LINES) -> bool:
    """Whether a text is better told in short."""
    return text.count("\n") >= lines or len(text) > MAX_CHARACTERS


def in_short(value: Any, column: int = 0) -> str:
    """A value of few numbers as it is, a large array by its shape and first numbers; a dict has a line for each key."""
    if isinstance(value, dict):
        begin = "{"
        rows = (f"{key!r}: {in_short(item, column + len(repr(key)) + 3)}" for key, item in value.items())
        return begin + (",\n" + " " * (column + 1)).join(rows) + "}"
    array = as_array(value) if isinstance(value, np.ndarray) else None
    if array is None or array.size <= 2 * MAX_SHOWN:
        return _python(value, column)
    return f"{array.dtype} array of shape {array.shape}: {_numbers(array)}, ..."


def differences(expected: Any, got: Any) -> str:
    """The first entries of an array that are wrong, a line for each; empty where the shapes differ."""
    right, array = as_array(expected), as_array(got)
    if right is None or array is None or right.shape != array.shape:
        return ""
    wrong = np.argwhere(~close(right, array))
    rows = [
        f"[{', '.join(map(str, at))}]: {_number(array[tuple(at)])}, not {_number(right[tuple(at)])}" for at in wrong
    ]
    return "\n".join(
        rows[:MAX_SHOWN] + [f"... {len(rows)} of {right.size} numbers are wrong"] * (len(rows) > MAX_SHOWN)
    )


def _python(value: Any, column: int = 0) -> str:
    """A value as Python, its further lines indented for that column; no array is cut."""
    if _is_function(value):
        return str(value)
    if isinstance(value, np.ndarray):
        with np.printoptions(threshold=sys.maxsize, floatmode="unique", suppress=True, linewidth=LINE_WIDTH):
            numbers = re.sub(r"\n\n+", "\n", np.array2string(value, separator=", "))
        numbers = re.sub(r"\b(nan|inf)\b", r"np.\1", numbers).replace("\n", "\n" + " " * (column + len("np.array(")))
        plain = value.dtype in (np.intp, np.float64) and value.size > 0
        return f"np.array({numbers}{'' if plain else f', dtype=np.{_dtype(value)}'})"
    if isinstance(value, dict):
        begin = "{"
        rows = (f"{key!r}: {_python(item, column + len(repr(key)) + 3)}" for key, item in value.items())
        return begin + (",\n" + " " * (column + 1)).join(rows) + "}"
    if isinstance(value, (list, tuple)) and any(isinstance(item, (np.ndarray, list, tuple)) for item in value):
        inner = (",\n" + " " * (column + 1)).join(_python(item, column + 1) for item in value)
        return f"[{inner}]" if isinstance(value, list) else f"({inner}{',' * (len(value) == 1)})"
    return repr(value.item() if isinstance(value, np.generic) else value)


def _is_function(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(FUNCTION)


def _dtype(value: np.ndarray) -> str:
    return "bool_" if value.dtype == bool else str(value.dtype)


def _numbers(array: np.ndarray) -> str:
    return ", ".join(_number(item) for item in array.ravel()[:MAX_SHOWN])


def _number(value: Any) -> str:
    return show(value.item())
