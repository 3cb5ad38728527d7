"""Files that a notebook writes itself and imports: `%%writefile layers.py`, then `import layers`."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def write(line: str, body: str) -> None:
    """Does what the cell magic %%writefile does; `line` is what stands behind it."""
    path = Path(line.split()[-1].strip("'\""))
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a" if "-a" in line.split() else "w", encoding="utf-8") as file:
        file.write(body)
    find_new_modules()


def find_new_modules() -> None:
    """Stands for importlib.invalidate_caches: forgets which files there are in the working folder, and only there.

    The folders of packages can't be listed behind the walls: what is known of them is all that can be found in them.
    """
    here = os.getcwd()
    for folder in list(sys.path_importer_cache):
        if f"{os.path.abspath(folder)}/".startswith(f"{here}/"):
            del sys.path_importer_cache[folder]
