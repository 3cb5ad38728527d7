"""A digest of the wrong values that code gives for the hidden cases, by which equal ones are found in a class."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from helpers.checking.values import as_array
from helpers.checking.verdict import Verdict

MIN_NUMBERS = 3  # different ones: fewer agree by chance
DIGITS = 6  # of each number
LENGTH = 24  # of a digest


def digest(verdict: Verdict) -> str:
    """The same for code that is wrong in the same cases with the same values; empty where they say too little.

    Values of a known mistake say too little: many make it.
    """
    wrong = [item for item in verdict.judged if item.problem is not None and item.outcome.fault is None]
    if verdict.mistake is not None:
        return ""
    values = [text for item in wrong for text in _texts(item.got)]
    if len({text for text in values if text[0] in "-0123456789"}) < MIN_NUMBERS:
        return ""
    # With the cases themselves: another draw of them is another digest.
    cases = [text for item in wrong for text in _texts(item.case.arguments)]
    return hashlib.sha256("\n".join([*cases, "=", *values]).encode("utf-8", "replace")).hexdigest()[:LENGTH]


def _texts(value: Any) -> Iterator[str]:
    """A plain value as texts: its numbers one by one, after a mark of what holds them."""
    array = as_array(value)
    if array is not None:
        yield f"({array.shape}"
        numbers = array.astype(float).ravel() + 0.0  # so that -0.0 is 0.0
        yield from (f"{number:.{DIGITS}g}" for number in numbers.tolist())
    elif isinstance(value, (list, tuple, dict)):
        yield f"({len(value)}"
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield f"({key}"
            yield from _texts(item)
    else:
        yield f"({value!r}"
