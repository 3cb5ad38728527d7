"""Rows as CSV that no spreadsheet takes for formulas, whether it separates fields by commas, semicolons or tabs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from .names import encodable

_BREAKS = r"\t\r\n\v\f\x1c-\x1e\x85\u2028\u2029"  # tabs, and what ends a line for one program or another
# Where a formula would begin: at the start, or where another separator or a line's end makes a new field.
_FORMULA = re.compile(rf"(?:(?<=[;{_BREAKS}])|^) *(?=[=+@-])")
_QUOTED = re.compile(rf"[,;\"'{_BREAKS}]|^ | $")


def as_csv(rows: Iterable[Sequence[str | float | None]]) -> str:
    """The rows, one a line. Texts are made harmless, numbers written without an exponent, None is an empty field.

    `csv.reader` reads it back.
    """
    return "".join(",".join(map(_field, row)) + "\n" for row in rows)


def number(value: float) -> str:
    """A number such as 2 or 0.67: without an exponent, without trailing zeros."""
    return f"{value:.6f}".rstrip("0").rstrip(".")


def harmless(text: str) -> str:
    """The text with an apostrophe wherever a spreadsheet would take what follows for a formula."""
    text = encodable(text)
    text = f"'{text}" if text.startswith(("\t", "\r", "\n")) else text
    return _FORMULA.sub(r"\g<0>'", text)


def _field(value: str | float | None) -> str:
    if not isinstance(value, str):
        return "" if value is None else number(value)
    text = harmless(value)
    # The csv module quotes a carriage return in some versions of Python and not in others.
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text
