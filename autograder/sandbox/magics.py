"""A notebook cell as plain Python. Runs where the student's code runs: parsing hostile text may take for ever."""

from __future__ import annotations

import ast
import re

from IPython.core.inputtransformer2 import TransformerManager

from autograder.conflicts import sides

RUN_THEIR_CELL = ("%%time", "%%timeit", "%%capture", "%%prun")
_FILE = r"['\"]?(?:\./)?(\w+)(?:\.py)?['\"]?[ \t]*$"
# Magics that leave names behind, as the statements that leave the same. Each stays on its line.
_LIKE_STATEMENTS = (
    (re.compile(r"^([ \t]*)%pylab\b.*$", re.MULTILINE), r"\1from pylab import *; import numpy as np"),
    (re.compile(rf"^([ \t]*)%run[ \t]+(?:-\w+[ \t]+)*{_FILE}", re.MULTILINE), r"\1from \2 import *"),
    (re.compile(r"^([ \t]*)%time[ \t]+(?=\S)", re.MULTILINE), r"\1"),
)
_MARKS = ("%", "!", "?", ">>>", "In [", "<<<<<<<")


def to_python(source: str) -> str:
    """The source with magics and shell lines as calls of `get_ipython()`; line numbers stay, where they can.

    Prompts and a common indentation are taken off, as IPython does. Of a merge conflict the first side that is Python
    is taken.
    """
    stripped = source.lstrip("\n")
    if not (stripped[:1].isspace() or any(mark in source for mark in _MARKS)) or _is_python(source):
        return source
    if conflict := sides(source):
        return next((text for text in map(to_python, conflict) if _is_python(text)), source)
    before = "\n" * (len(source) - len(stripped))
    first, _, rest = stripped.partition("\n")
    if first.split(" ")[0] in RUN_THEIR_CELL:
        return before + "\n" + to_python(rest)
    if not first.startswith("%%"):
        for magic, statement in _LIKE_STATEMENTS:
            stripped = magic.sub(statement, stripped)
    try:
        return before + str(TransformerManager().transform_cell(stripped))
    except (SyntaxError, RecursionError, ValueError, RuntimeError):
        return source


def _is_python(source: str) -> bool:
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
