"""Compares a student's result with the expected value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from .exact import type_name

RTOL, ATOL = 1e-6, 1e-8
FLOAT32_TOL = 1e-4
MAX_SHOWN, LINE_WIDTH = 60, 90  # numbers of an array, characters


@dataclass(frozen=True)
class Unsupported:
    """Stands for a value that is not a number, array, string or container of these."""

    type_name: str

    def __repr__(self) -> str:
        return f"<{self.type_name}>"


@dataclass(frozen=True)
class Problem:
    """Why a value is not right: `kind` is type, shape, dtype, nan, values or changed."""

    kind: str
    text: str


def plain(value: Any, depth: int = 0) -> Any:
    """`value` reduced to base arrays, numbers, strings and built-in containers.

    Only the raw memory of an array counts: a subclass's own methods are never asked.
    """
    kind = type(value)
    # By identity and issubclass: `==`, `in` and isinstance ask the value's own classes.
    if value is None or kind is float or kind is int or kind is bool or kind is str:
        return value
    if kind is np.str_:
        return str(value)
    if depth > 8:
        return Unsupported("deeply nested " + type_name(value))
    if issubclass(kind, np.ma.MaskedArray):
        return Unsupported("MaskedArray")
    if issubclass(kind, np.ndarray):
        array = np.ndarray.view(value, np.ndarray)
        return array if array.dtype.kind in "biuf" else Unsupported(f"array of {array.dtype}")
    if issubclass(kind, (np.bool_, np.number)):
        scalar = np.asarray(value)
        return scalar[()] if scalar.dtype.kind in "biuf" else Unsupported(str(scalar.dtype))
    for base in (list, tuple):  # and subclasses, such as named tuples
        if issubclass(kind, base):
            return base(plain(item, depth + 1) for item in base.__iter__(value))
    if issubclass(kind, dict) and all(type(key) is str for key in dict.keys(value)):
        return {key: plain(item, depth + 1) for key, item in dict.items(value)}
    name = type_name(value)
    if name == "Tensor" and kind.__module__ == "torch":
        return plain(value.detach().cpu().numpy())
    return Unsupported(name)


def problem(expected: Any, got: Any, integers: bool = False) -> Problem | None:
    """None when `got` (a plain value) is right, else what is wrong with it.

    Lists and tuples of numbers count as arrays. With `integers`, floating-point results are wrong.
    """
    if isinstance(got, Unsupported):
        return Problem("type", f"your result is {_article(got.type_name)}; expected {describe(expected)}")
    if got is None:
        return Problem(
            "type", f"your function returned nothing (None); expected {describe(expected)}. Is a `return` missing?"
        )
    if isinstance(expected, str) or isinstance(got, str):
        same = isinstance(expected, str) and isinstance(got, str) and expected == got
        return None if same else Problem("values", f"expected {expected!r}, got {got!r}")
    if isinstance(expected, dict):
        return _dict_problem(expected, got, integers)
    if isinstance(expected, (list, tuple)):
        return _sequence_problem(expected, got, integers)
    return _array_problem(np.asarray(expected), got, integers)


def _dict_problem(expected: dict[str, Any], got: Any, integers: bool) -> Problem | None:
    if not isinstance(got, dict):
        return Problem("type", f"expected a dict with the keys {sorted(expected)}, got {describe(got)}")
    if set(got) != set(expected):
        return Problem("shape", f"expected the keys {sorted(expected)}, got {sorted(got)}")
    problems = {key: problem(item, got[key], integers) for key, item in expected.items()}
    first = next((key for key, found in problems.items() if found), None)
    if first is None:
        return None
    found = problems[first]
    assert found is not None
    right = [key for key, other in problems.items() if other is None]
    others = [key for key, other in problems.items() if other is not None and key != first]
    parts = f"; wrong too: {', '.join(others)}" * bool(others) + f"; right: {', '.join(right)}" * bool(right)
    return Problem(found.kind, f"[{first!r}]: {found.text}{parts}")


def _sequence_problem(expected: list[Any] | tuple[Any, ...], got: Any, integers: bool) -> Problem | None:
    if not isinstance(got, (list, tuple, np.ndarray)) or (isinstance(got, np.ndarray) and got.ndim == 0):
        return Problem("type", f"expected {describe(expected)}, got {describe(got)}")
    if len(got) != len(expected):
        return Problem("shape", f"expected {len(expected)} entries, got {len(got)}")
    for position, (item, other) in enumerate(zip(expected, got)):
        found = problem(item, other, integers)
        if found:
            return Problem(found.kind, f"entry {position}: {found.text}")
    return None


def as_array(value: Any) -> np.ndarray | None:
    """A number, array or nested list of numbers as a real array; None when it is none of these."""
    if isinstance(value, (dict, str)) or (isinstance(value, (list, tuple)) and _holds_text(value)):
        return None
    try:
        array = np.asarray(value)
    except (ValueError, OverflowError):  # ragged lists, integers beyond 64 bits
        return None
    return array if array.dtype.kind in "biuf" else None


def _holds_text(values: list[Any] | tuple[Any, ...]) -> bool:
    """Whether a list holds a string: NumPy would turn all its entries into strings, each as long as the longest."""
    kinds = set(map(type, values))
    inner = (item for item in values if type(item) in (list, tuple)) if kinds & {list, tuple} else ()
    return str in kinds or any(map(_holds_text, inner))


def _array_problem(expected: np.ndarray, got: Any, integers: bool) -> Problem | None:
    array = as_array(got)
    if array is None:
        return Problem("type", f"expected {describe(expected)}, got {describe(got)}")
    if array.shape != expected.shape:
        return Problem("shape", f"expected the shape {expected.shape}, got {array.shape}")
    if integers and array.dtype.kind not in "iu":
        same = array.dtype.kind == "f" and close(expected, array).all()
        number = repr(float(array)) if array.ndim == 0 else ""
        return Problem("dtype", f"{number} is a float; use whole numbers" if same and number else _no_integers(array))
    if np.array_equal(expected, array):  # most right results are, and comparing within tolerances takes longer
        return None
    if not np.isfinite(array).all() and np.isfinite(expected).all():
        return Problem("nan", "your result contains NaN or infinity")
    if not close(expected, array).all():
        return Problem("values", "right shape, wrong values" if expected.ndim else "wrong value")
    return None


def _no_integers(array: np.ndarray) -> str:
    return f"expected integers, got {array.dtype}"


def close(expected: np.ndarray, got: np.ndarray) -> np.ndarray:
    """Elementwise equality within the course's tolerances; the shapes must be equal."""
    rtol, atol = (FLOAT32_TOL, FLOAT32_TOL) if got.dtype == np.float32 else (RTOL, ATOL)
    with np.errstate(invalid="ignore", over="ignore"):
        equal: np.ndarray = np.isclose(got.astype(float), expected.astype(float), rtol=rtol, atol=atol, equal_nan=True)
    return equal


def describe(value: Any) -> str:
    """A few words for what a value is: 'an array of shape (3, 4)', 'a number'."""
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}" if value.ndim else "a number"
    if isinstance(value, (bool, np.bool_)):
        return "True or False"
    if isinstance(value, (int, np.integer)):
        return "an integer"
    if isinstance(value, (float, np.floating)):
        return "a number"
    if isinstance(value, tuple):
        return f"a tuple of {len(value)}"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return _article(type(value).__name__)


def _article(name: str) -> str:
    return ("an " if name[:1].lower() in "aeiou" else "a ") + name


def show(value: Any, limit: int = 400) -> str:
    """A value as a student would type it, cut to `limit` characters."""
    if isinstance(value, np.ndarray):
        # With suppress, numbers that are all tiny would be written as 0.
        tiny = value.dtype.kind == "f" and 0 < np.max(np.abs(value), initial=0) < 1e-4
        with np.printoptions(precision=4, suppress=not tiny, threshold=MAX_SHOWN, edgeitems=3, linewidth=LINE_WIDTH):
            text = re.sub(r"\n\n+", "\n", np.array2string(value, separator=", "))
    elif isinstance(value, (float, np.floating)):
        text = f"{float(value):.6g}"
    elif isinstance(value, np.generic):
        text = repr(value.item())
    elif isinstance(value, (list, tuple)) and any(isinstance(item, (np.ndarray, np.generic)) for item in value):
        inner = ", ".join(show(item, limit) for item in value[:limit])  # each takes at least one character
        alone = "," if len(value) == 1 else ""
        text = f"({inner}{alone})" if isinstance(value, tuple) else f"[{inner}]"
    elif isinstance(value, dict):
        text = "{" + ", ".join(f"{key!r}: {show(item, limit)}" for key, item in value.items()) + "}"
    else:
        text = repr(value)
    return text if len(text) <= limit else text[:limit] + " ..."
