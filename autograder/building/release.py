"""The student's notebook: nbgrader's own preprocessors, run in memory."""

from __future__ import annotations

from pathlib import PurePosixPath

from nbformat import NotebookNode
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    ClearSolutions,
    ComputeChecksums,
    LockCells,
)

from . import regions
from .notebook import Origin, assemble
from .source import Source

CODE_STUB = "raise NotImplementedError"
TEXT_STUB = "YOUR ANSWER HERE"  # nbgrader's own: by it, nbgrader knows an answer that was never written


def release_notebook(source: Source, place: PurePosixPath, made_from: PurePosixPath, origin: Origin) -> NotebookNode:
    """The notebook without solutions, hidden tests and outputs, with the checksums that nbgrader looks for."""
    notebook = assemble(source, place, made_from, origin, regions.hoisted)
    answers = {cell.exercise.name for cell in source.cells if cell.exercise and cell.exercise.variables}
    _clear_solutions(notebook, answers)
    # The rest in the order of nbgrader's GenerateAssignment; its database and headers have no place here.
    for step in (LockCells, ClearOutput, ClearHiddenTests, ClearMarkScheme, ComputeChecksums, CheckCellMetadata):
        notebook, _ = step().preprocess(notebook, {})
    return notebook


def _clear_solutions(notebook: NotebookNode, answers: set[str]) -> None:
    """A function's solution gives way to an exception, an answer's to nothing: its variable is None already."""
    function = ClearSolutions(code_stub={"python": CODE_STUB}, text_stub=TEXT_STUB)
    answer = ClearSolutions(code_stub={"python": ""}, text_stub=TEXT_STUB)
    for index, cell in enumerate(notebook.cells):
        step = answer if cell.metadata.get("nbgrader", {}).get("grade_id") in answers else function
        step.preprocess_cell(cell, {"language": "python"}, index)
        cell.source = cell.source.rstrip()
