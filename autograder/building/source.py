"""Reading a notebook's source text (py:percent) and checking its marks against the notebook's exercises.

The title's line of effort, "⏱ about 60 minutes · {exercises} · {points}", gets its counts from the exercise objects.
A mark is one of `# %% exercise="median" points=3`, `# %% check="median"`, `# %% [markdown] written="why" points=2`.
"""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import jupytext
from nbformat import NotebookNode

from autograder.course import CourseError, Exercise, Notebook

from . import regions
from .parameters import other_parameters

EFFORT = "⏱"
ROLES = ("exercise", "check", "written")
PASSED_ON = ("tags", "jupyter", "cellView")
_JUPYTEXT = ("lines_to_next_cell", "lines_to_end_of_cell_marker", "cell_marker")
_MARK = re.compile(r"^\s*#\s*%%(%*\s|\s*$)")  # the same lines that jupytext takes for marks
_PLACEHOLDER = re.compile(r"\{(\w*)\}")
_NBGRADER = ("BEGIN HIDDEN TESTS", "END HIDDEN TESTS", "BEGIN MARK SCHEME", "END MARK SCHEME")


class _Wrong(Exception):
    """What is wrong in a line (from 1) of the source being read."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(line, message)
        self.line = line
        self.message = message


@dataclass(frozen=True)
class SourceCell:
    """One cell. `role` is exercise, check, written or empty; `exercise` the one it belongs to.

    `line` is the line of its mark in the file, `first` that of its first line of text.
    """

    kind: str
    source: str
    line: int
    first: int
    role: str = ""
    exercise: Exercise | None = None
    metadata: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """A notebook's source: its cells, the notebook metadata from its header (say a Colab accelerator), the notebook."""

    cells: tuple[SourceCell, ...]
    metadata: dict[str, Any]
    book: Notebook


def parse(text: str, path: Path, book: Notebook) -> Source:
    """Reads and checks a source text. `path` is only named in the CourseError for the first thing found wrong."""
    notebook = jupytext.reads(text, fmt="py:percent")
    lines = text.split("\n")
    try:
        marks = _marks(lines, [cell.source for cell in notebook.cells])
        ends = [*marks[1:], len(lines)]
        cells = [_cell(found, lines, mark, end, book) for found, mark, end in zip(notebook.cells, marks, ends)]
        _check_title(cells)
        cells[0] = _with_environment(_with_counts(cells[0], book), book)
        for cell in cells:
            _check_text(cell)
        _check_order(cells, book)
    except _Wrong as wrong:
        raise CourseError(path, wrong.line, wrong.message) from None
    metadata = {key: value for key, value in notebook.metadata.items() if key != "jupytext"}
    return Source(tuple(cells), metadata, book)


def check_call(exercise: Exercise) -> str:
    """The call that an exercise's check cell makes."""
    if not exercise.variables:
        return f"check({exercise.name})"
    return f'check("{exercise.name}", {", ".join(exercise.variables)})'


def cell_mark(exercise: Exercise) -> str:
    """The mark of an exercise's cell, without points."""
    role = "[markdown] written" if exercise.kind == "written" else "exercise"
    return f'# %% {role}="{exercise.name}"'


def _marks(lines: list[str], sources: list[str]) -> list[int]:
    """Indices of the mark lines; jupytext itself doesn't tell where a cell stood."""
    marks = [index for index, line in enumerate(lines) if _MARK.match(line)]
    before = lines[: marks[0]] if marks else lines
    header = [index for index, line in enumerate(before) if line.startswith("# ---")][:2]
    start = header[1] + 1 if header[:1] == [0] and header[1:] else 0
    for index, line in enumerate(before):
        if index >= start and line.strip():
            raise _Wrong(index + 1, "text before the first cell: start it with a line `# %%` or `# %% [markdown]`")
    if len(marks) != len(sources):
        inside = {line.strip() for source in sources for line in source.split("\n")}
        stray = next((index for index in marks if {lines[index].strip(), lines[index].strip(" #")} & inside), marks[0])
        raise _Wrong(stray + 1, "this cell mark stands inside a string or code block: write it in another way")
    return marks


def _cell(found: NotebookNode, lines: list[str], mark: int, end: int, book: Notebook) -> SourceCell:
    """A cell as jupytext read it, with its place in the file and what its mark says."""
    line = mark + 1
    # Blank lines and quotes may stand between the mark and the text.
    text = found.source.split("\n")[0].strip()
    first = next((index + 1 for index in range(mark + 1, end) if text in lines[index]), line)
    given = {key: value for key, value in found.metadata.items() if key not in _JUPYTEXT}
    if "incorrectly_encoded_metadata" in given:
        unread = given["incorrectly_encoded_metadata"]
        raise _Wrong(line, f'cannot read {unread} in the cell mark: write it like exercise="median" points=3')
    takes = (*ROLES, "points", *PASSED_ON)
    for key in given:
        if key not in takes:
            raise _Wrong(line, f"unknown key {key} in the cell mark: it takes {', '.join(takes)}")
    roles = [role for role in ROLES if role in given]
    if len(roles) > 1:
        raise _Wrong(line, f"a cell is one of {' and '.join(roles)}, not both: split it")
    role = roles[0] if roles else ""
    if "points" in given and role not in ("exercise", "written"):
        raise _Wrong(line, "points belong in the mark of an exercise or written cell: delete them here")
    exercise = None
    if role:
        exercise = _exercise(book, str(given[role]), line)
        _check_role(exercise, role, found.cell_type, given.get("points"), line)
    metadata = {key: given[key] for key in PASSED_ON if key in given}
    return SourceCell(found.cell_type, found.source, line, first, role, exercise, metadata)


def _exercise(book: Notebook, name: str, line: int) -> Exercise:
    known = {exercise.name: exercise for exercise in book.exercises}
    if name not in known:
        close = difflib.get_close_matches(name, known, n=1)
        also = f"did you mean {close[0]}?" if close else f"it has {', '.join(known) or 'none'}"
        raise _Wrong(line, f'{book.name} has no exercise "{name}": {also}')
    return known[name]


def _check_role(exercise: Exercise, role: str, kind: str, points: float | None, line: int) -> None:
    name = exercise.name
    if (role == "written") != (exercise.kind == "written"):
        extra = " and has no check cell" if role == "check" else ""
        raise _Wrong(line, f"{name} is of the kind {exercise.kind}{extra}: mark its cell `{cell_mark(exercise)}`")
    right = "markdown" if role == "written" else "code"
    if kind != right:
        raise _Wrong(line, f"the {role} cell of {name} must be a {right} cell")
    if role != "check" and points != exercise.points:
        said = "has no points" if points is None else f"has points={points:g}"
        wanted = f"{exercise.points:g}"
        raise _Wrong(line, f"{name} {said} here, but {wanted} in its exercise object: write points={wanted}")


def _check_title(cells: list[SourceCell]) -> None:
    if not cells or cells[0].kind != "markdown" or not cells[0].source.startswith("# "):
        line = cells[0].line if cells else 0
        raise _Wrong(line, "the first cell must be the title: a markdown cell that starts with `# # `")


def _with_counts(title: SourceCell, book: Notebook) -> SourceCell:
    """The title with the notebook's counts in its line of effort, which starts with ⏱."""
    points = sum(exercise.points for exercise in book.exercises)
    counts = {"exercises": _counted(len(book.exercises), "exercise"), "points": _counted(points, "point")}
    lines = title.source.split("\n")
    for index, line in enumerate(lines):
        if line.startswith(EFFORT):
            for name in _PLACEHOLDER.findall(line):
                if name not in counts:
                    known = " and ".join(f"{{{known}}}" for known in counts)
                    raise _Wrong(title.first + index, f"unknown placeholder {{{name}}}: this line takes {known}")
            lines[index] = _PLACEHOLDER.sub(lambda found: counts[found[1]], line)
    return replace(title, source="\n".join(lines))


def _with_environment(title: SourceCell, book: Notebook) -> SourceCell:
    """The title with a last line that says what the grader has."""
    if not book.graded_with:
        return title
    return replace(title, source=f"{title.source}\n\nYour work is graded with {book.graded_with}.")


def _counted(number: float, noun: str) -> str:
    return f"{number:g} {noun}" + "s" * (number != 1)


def _check_text(cell: SourceCell) -> None:
    """Solution regions, scaffold, names and calls of one cell."""
    for index, line in enumerate(cell.source.split("\n")):
        for words in _NBGRADER:
            if words in line:
                raise _Wrong(cell.first + index, f"{words} is written by the build alone: delete this line")
    try:
        found = regions.find(cell.source)
        if cell.kind == "code":
            regions.check_scaffold(cell.source)
    except regions.RegionError as error:
        raise _Wrong(cell.first + error.index, error.message) from None
    if cell.role in ("exercise", "written") and not found and cell.exercise:
        marks = f"{regions.BEGIN} and {regions.END}"
        raise _Wrong(cell.line, f"the cell of {cell.exercise.name} has no solution: put it between {marks}")
    if cell.role not in ("exercise", "written") and found:
        where = cell.first + found[0].begin
        raise _Wrong(
            where, 'a solution in a cell that is not an exercise: mark it like `# %% exercise="median" points=3`'
        )
    if cell.role == "exercise" and cell.exercise:
        _check_defines(cell, cell.exercise)
    if cell.role == "check" and cell.exercise:
        wanted = ast.unparse(ast.parse(check_call(cell.exercise)))
        calls = (item for item in ast.walk(_tree(cell, cell.source)) if isinstance(item, ast.Call))
        if not any(ast.unparse(item) == wanted for item in calls):
            raise _Wrong(cell.line, f"the check cell of {cell.exercise.name} must call {check_call(cell.exercise)}")


def _check_defines(cell: SourceCell, exercise: Exercise) -> None:
    """The name must be there before the student starts: the check below would stop on a NameError."""
    tree = _tree(cell, cell.source)
    defined = set(_defined(_tree(cell, regions.emptied(cell.source))))
    for name in exercise.variables or (exercise.name,):
        if name not in defined:
            how = f"`{name} = None`" if exercise.variables else f"`def {name}(...):`"
            raise _Wrong(cell.line, f"the cell of {exercise.name} defines no {name} outside the solution: add {how}")
    for item in (item for item in tree.body if isinstance(item, ast.FunctionDef) and item.name == exercise.name):
        if said := other_parameters(exercise, item):
            raise _Wrong(cell.first + item.lineno - 1, said)


def _defined(tree: ast.Module) -> Iterator[str]:
    for item in tree.body:
        if isinstance(item, (ast.FunctionDef, ast.ClassDef)):
            yield item.name
        elif isinstance(item, (ast.Assign, ast.AnnAssign)):
            targets = item.targets if isinstance(item, ast.Assign) else [item.target]
            yield from (node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name))


def _tree(cell: SourceCell, text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except SyntaxError as error:
        raise _Wrong(cell.first + (error.lineno or 1) - 1, f"this is not Python: {error.msg}") from None


def _check_order(cells: list[SourceCell], book: Notebook) -> None:
    """Every exercise has its cells, once, in the order of the exercise objects, each check after its exercise."""
    work: dict[str, SourceCell] = {}
    checks: dict[str, SourceCell] = {}
    for cell in cells:
        if cell.exercise is None:
            continue
        name = cell.exercise.name
        seen = checks if cell.role == "check" else work
        if name in seen:
            first = f"the first is in line {seen[name].line}"
            raise _Wrong(cell.line, f'a second cell is marked {cell.role}="{name}": {first}, so delete one')
        if cell.role == "check" and name not in work:
            raise _Wrong(cell.line, f"the check cell of {name} comes before the cell it checks: move it below")
        seen[name] = cell
    for exercise in book.exercises:
        name = exercise.name
        if name not in work:
            mark = f"{cell_mark(exercise)} points={exercise.points:g}"
            raise _Wrong(0, f"the exercise {name} has no cell: add one marked `{mark}`")
        if exercise.kind != "written" and name not in checks:
            advice = f'add one marked `# %% check="{name}"` with {check_call(exercise)}'
            raise _Wrong(work[name].line, f"{name} has no check cell: {advice}")
    for name, exercise in zip(work, book.exercises):
        if name != exercise.name:
            line = work[name].line
            raise _Wrong(line, f"{name} comes here, but the exercise objects have {exercise.name} next: use one order")
