"""What a student's function prints in a check: kept, so that only that of the case shown appears."""

from __future__ import annotations

import io

MAX_PRINTED = 1000  # characters that are kept of one call


class Printed(io.TextIOBase):
    """A stream that keeps the beginning of what is written to it."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._left = MAX_PRINTED

    def write(self, text: str, /) -> int:
        """Keeps as much of the text as there is room for."""
        if self._left >= 0:
            self._parts.append(text[: self._left])
            self._left -= len(text)
        return len(text)

    def text(self) -> str:
        """What was written, cut where there was more."""
        return "".join(self._parts).rstrip() + (" ..." if self._left < 0 else "")
