"""Numbers as words of a figure or of its text alternative."""

from __future__ import annotations

from typing import Any

import numpy as np


def number(value: Any, digits: int = 3) -> str:
    """A number with at most so many digits, and with a minus sign in place of a hyphen."""
    return f"{float(value) + 0.0:.{digits}g}".replace("-", "−")  # + 0.0: no -0


def line(values: Any, digits: int = 4) -> str:
    """The numbers of an array of any shape, one after the other."""
    return " ".join(number(value, digits) for value in np.ravel(values))


def rows(values: Any) -> str:
    """The numbers of a matrix row by row."""
    return ", ".join(line(row) for row in values)


def one(name: Any) -> str:
    """A thing with its article: "a 7", "an 8"."""
    return f"{'an' if str(name)[:1] in '8aeiou' else 'a'} {name}"
