"""Folders that hold notebooks, but not where submissions are looked for: as a learning management system gives them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

MAX_LOOKED_AT = 5000  # files
_LAYOUTS = (
    ("Moodle's", re.compile(r"_assignsubmission_(?:file|onlinetext)")),
    ("Gradescope's", re.compile(r"(?:^|/)submission_\d+/")),
    ("nbgrader's exchange", re.compile(r"\+\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")),
    ("Canvas's", re.compile(r"(?:^|/)[^/_]+_(?:LATE_)?\d+_\d+_[^/]+$")),
)


def describe(folder: Path) -> str:
    """What notebooks a folder holds and in whose layout, in words for an error; empty when it holds none."""
    found = [path for path in islice(_files(folder), MAX_LOOKED_AT) if path.lower().endswith(".ipynb")]
    if not found:
        return ""
    known = dict.fromkeys(name for name, pattern in _LAYOUTS for path in found if pattern.search(path))
    layout = f", in {' and '.join(known)} layout" if known else ""
    example = min(found)
    shown = example if example.isprintable() else repr(example)  # a name may hold what a terminal obeys
    return f"it holds {len(found)} notebook{'s' if len(found) > 1 else ''}{layout}, such as {shown}"


def _files(folder: Path) -> Iterator[str]:
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (os.path.relpath(os.path.join(place, name), folder) for name in sorted(files))
