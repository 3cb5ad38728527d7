"""Writing files so that nobody ever sees half of one."""

from __future__ import annotations

import os
from pathlib import Path


def write_atomically(path: Path, content: bytes | str, private: bool = False) -> None:
    """Writes a file whole or not at all, however it is interrupted, and makes its folder. Raises OSError.

    A text is written as UTF-8; a lone surrogate, which UTF-8 can't hold, becomes "?". A `private` file is its owner's
    alone.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    data = content.encode("utf-8", "replace") if isinstance(content, str) else content
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600 if private else 0o666), "wb") as file:
            file.write(data)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def remove_drafts(folder: Path) -> None:
    """Clears away what killed calls of `write_atomically` have left in a folder."""
    for path in folder.glob(".*.[0-9]*"):
        path.unlink()
