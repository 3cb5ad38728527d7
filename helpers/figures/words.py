"""Numbers as words of a figure or of its text alternative."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np


def number(value: Any, digits: int = 3) -> str:
    """A number with at most so many digits, and with a minus sign in place of a hyphen."""
    return f"{float(value) + 0.0:.{digits}g}".replace("-", "−")  # + 0.0: no -0


def signed(value: Any, digits: int = 3) -> str:
    """The same, with a plus sign before what is above 0."""
    return ("+" if value > 0 else "") + number(value, digits)


def duration(seconds: float) -> str:
    """A time in seconds, milliseconds or microseconds."""
    if seconds >= 1:
        return f"{seconds:.1f} s"
    return f"{seconds * 1e3:.3g} ms" if seconds >= 1e-3 else f"{seconds * 1e6:.0f} µs"


def line(values: Any, digits: int = 4) -> str:
    """The numbers of an array of any shape, one after the other."""
    return " ".join(number(value, digits) for value in np.ravel(values))


def rows(values: Any) -> str:
    """The numbers of a matrix row by row."""
    return ", ".join(line(row) for row in values)


def by(shape: Iterable[int], sign: str = " × ") -> str:
    """A shape: "3 × 28 × 28"."""
    return sign.join(map(str, shape))


def one(name: Any) -> str:
    """A thing with its article: "a 7", "an 8"."""
    return f"{'an' if str(name)[:1] in '8aeiou' else 'a'} {name}"
