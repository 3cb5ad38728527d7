"""The course's own functions as `helpers.lent` has them: what pictures are drawn with where a reader's are missing."""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from autograder.course import Notebook
from helpers.checking.packed import pack

from .regions import without_scaffold
from .source import Source

FOLDER = PurePosixPath("helpers/lent")


def lent_file(source: Source, book: Notebook) -> dict[PurePosixPath, bytes]:
    """The file of one notebook by its path from the course's folder; none where it has no function."""
    kinds = {exercise.name: exercise.kind for exercise in book.exercises}
    cells = {
        cell.exercise.name: without_scaffold(cell.source)
        for cell in source.cells
        if cell.role == "exercise" and cell.exercise is not None and kinds.get(cell.exercise.name) == "function"
    }
    if not cells:
        return {}
    used = {name for text in cells.values() for name in _globals(text)}
    code = [cell.source for cell in source.cells if cell.kind == "code" and not cell.role]
    text = pack({"imports": list(_imports(code, used)), "cells": cells})
    return {FOLDER / f"{book.name}.txt": text.encode("ascii")}


def _globals(text: str) -> Iterator[str]:
    """The names that a cell takes from other cells, and those that it defines."""
    tables = [symtable.symtable(text, "<cell>", "exec")]
    while tables:
        table = tables.pop()
        tables += table.get_children()
        yield from (item.get_name() for item in table.get_symbols() if item.is_global())


def _imports(cells: Iterable[str], used: set[str]) -> Iterator[str]:
    """The import statements of the cells that bind a used name."""
    for text in cells:
        try:
            body = ast.parse(text).body
        except SyntaxError:  # a cell with IPython's own commands
            continue
        for node in body:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                names = [item for item in node.names if (item.asname or item.name.partition(".")[0]) in used]
                if names:
                    node.names = names
                    yield ast.unparse(node)
