"""What happens to a notebook between a student's keyboard and the grader. Each accident gives back a new notebook."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from autograder.demo.notebooks import Notebook, code_cell, grade_id, stub, text
from conftest import COURSE

Accident = Callable[[Notebook], Notebook]


@dataclass(frozen=True)
class Trial:
    """One student's notebook: all solved, and then the accident."""

    name: str
    assignment: str
    accident: Accident


def named(value: object) -> str | None:
    """A trial's name, as the id of a test."""
    return value.name if isinstance(value, Trial) else None


def at(notebook: Notebook, name: str) -> int:
    """Where the cell with this id stands."""
    return next(index for index, cell in enumerate(notebook["cells"]) if grade_id(cell) == name)


def source(notebook: Notebook, name: str) -> str:
    return text(notebook["cells"][at(notebook, name)])


def typed(name: str, change: Callable[[str], str]) -> Accident:
    """Changes what stands in a cell."""

    def happen(notebook: Notebook) -> Notebook:
        out = copy.deepcopy(notebook)
        out["cells"][at(out, name)]["source"] = change(source(notebook, name))
        return out

    return happen


def put(name: str, code: str, offset: int = 0) -> Accident:
    """A new cell beside the one with this id: above with 0, below with 1."""

    def happen(notebook: Notebook) -> Notebook:
        out = copy.deepcopy(notebook)
        out["cells"].insert(at(out, name) + offset, code_cell(code))
        return out

    return happen


def cell(name: str, code: str) -> Accident:
    """The cell with this id has another text."""
    return typed(name, lambda own: code)


def gone(*names: str) -> Accident:
    """The cells with these ids are deleted."""

    def happen(notebook: Notebook) -> Notebook:
        return {**copy.deepcopy(notebook), "cells": [one for one in notebook["cells"] if grade_id(one) not in names]}

    return happen


def handed_out(book: str, *names: str) -> Accident:
    """The cells with these ids are as they were handed out."""
    return all_of(*(cell(name, source(stub(COURSE, book), name)) for name in names))


def elsewhere(stub: Notebook, name: str, beside: str, offset: int) -> Accident:
    """The work of one exercise stands in a new cell, and its own cell is as it was handed out."""

    def happen(notebook: Notebook) -> Notebook:
        emptied = typed(name, lambda own: source(stub, name))(notebook)
        return put(beside, source(notebook, name), offset)(emptied)

    return happen


def into(stub: Notebook, name: str, other: str) -> Accident:
    """The work of one exercise stands at the end of another one's cell; its own cell is as it was handed out."""

    def happen(notebook: Notebook) -> Notebook:
        emptied = typed(name, lambda own: source(stub, name))(notebook)
        return typed(other, lambda own: f"{own}\n\n{source(notebook, name)}")(emptied)

    return happen


def merged(first: str, second: str) -> Accident:
    """Shift+M: the second cell's text goes to the end of the first one, and the second is gone."""

    def happen(notebook: Notebook) -> Notebook:
        out = typed(first, lambda own: f"{own}\n\n{source(notebook, second)}")(notebook)
        del out["cells"][at(out, second)]
        return out

    return happen


def without_ids(*, keep_cell_ids: bool = False, minor: int = 5) -> Accident:
    """Metadata of all cells is dropped, as Colab and some editors do."""

    def happen(notebook: Notebook) -> Notebook:
        out = copy.deepcopy(notebook)
        out["nbformat_minor"] = minor
        for index, cell in enumerate(out["cells"]):
            cell["metadata"] = {} if minor >= 5 else {"id": f"colab{index}"}
            if not keep_cell_ids:
                cell.pop("id", None)
        return out

    return happen


def all_of(*accidents: Accident) -> Accident:
    def happen(notebook: Notebook) -> Any:
        for accident in accidents:
            notebook = accident(notebook)
        return notebook

    return happen
