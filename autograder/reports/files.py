"""Writing a file whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path


def write(path: Path, text: str, private: bool = False) -> None:
    """Writes UTF-8 beside `path` and moves it there, so that a reader or a crash never meets half a file.

    Makes the folder. A lone surrogate, which UTF-8 can't hold, becomes "?". A `private` file is its owner's alone.
    Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.tmp")
    try:
        if private:
            unfinished.touch(0o600)
        unfinished.write_bytes(text.encode("utf-8", "replace"))
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
