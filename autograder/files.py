"""Writing files so that nobody ever sees half of one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


def write_atomically(path: Path, content: bytes | str, private: bool = False) -> None:
    """Writes a file whole or not at all, as `atomically` does.

    A text is written as UTF-8; a lone surrogate, which UTF-8 can't hold, becomes "?".
    """
    with atomically(path, private) as file:
        file.write(content.encode("utf-8", "replace") if isinstance(content, str) else content)


@contextmanager
def atomically(path: Path, private: bool = False) -> Iterator[BinaryIO]:
    """A file to write into that takes its place whole or not at all, however it is interrupted. Raises OSError.

    Its folder is made. A `private` file is its owner's alone.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600 if private else 0o666), "wb") as file:
            yield file
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def remove_drafts(folder: Path) -> None:
    """Clears away what killed calls of `write_atomically` have left in a folder."""
    for path in folder.glob(".*.[0-9]*"):
        path.unlink()
