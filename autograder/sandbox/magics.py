"""A notebook cell as plain Python. Runs where the student's code runs: parsing hostile text may take for ever."""

from __future__ import annotations

import ast

from IPython.core.inputtransformer2 import TransformerManager

RUN_THEIR_CELL = ("%%time", "%%timeit", "%%capture", "%%prun")


def to_python(source: str) -> str:
    """The source with magics and shell lines as calls of `get_ipython()`; line numbers stay, where they can."""
    if not any(mark in source for mark in "%!?") or _is_python(source):
        return source
    stripped = source.lstrip("\n")
    before = "\n" * (len(source) - len(stripped))
    first, _, rest = stripped.partition("\n")
    if first.split(" ")[0] in RUN_THEIR_CELL:
        return before + "\n" + to_python(rest)
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
