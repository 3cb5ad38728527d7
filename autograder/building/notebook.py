"""From a checked source to a notebook with nbgrader's metadata, its solutions in it and nothing run."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.course import Exercise, Notebook

from . import regions
from .source import Source, SourceCell

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "pygments_lexer": "ipython3",
    },
}
BRANCH = "main"
SET_UP = """\
#@title Set-up: run this cell first
# Finds the course's `helpers`. On Colab it downloads them first, in the version this notebook was made with.
import pathlib, sys

_folder = pathlib.Path.cwd()
if "google.colab" in sys.modules:
    import subprocess

    _folder = _folder / "course-{short}"
    if not _folder.exists():
        subprocess.run(["git", "clone", "--quiet", "--no-checkout", "{repository}", str(_folder)], check=True)
    if not (_folder / "helpers").exists():
        for _step in "read-tree --prefix=helpers/ {tree}", "checkout-index --all --quiet":
            subprocess.run(["git", "-C", str(_folder), *_step.split()], check=True)
for _place in [_folder, *_folder.parents]:
    if (_place / "helpers" / "checking" / "cases" / "{name}").is_dir():
        sys.path.insert(0, str(_place))
        break"""
BEFORE_HANDING_IN = """\
## Before you hand it in

The last cell runs all checks once more, says what is missing, and how to save and hand in your work."""
SUMMARY = """\
from helpers import summary

summary("{name}", globals())"""


@dataclass(frozen=True)
class Origin:
    """Where Colab finds the course: the repository's address, and git's id of its `helpers` (see `helpers_tree`)."""

    repository: str
    tree: str


def solution_notebook(source: Source, place: PurePosixPath, made_from: PurePosixPath, origin: Origin) -> NotebookNode:
    """The notebook for readers of the solutions; also what nbgrader takes as its `source`."""
    return assemble(source, place, made_from, origin, regions.without_scaffold)


def assemble(
    source: Source, place: PurePosixPath, made_from: PurePosixPath, origin: Origin, scaffold: Callable[[str], str]
) -> NotebookNode:
    """All cells with their metadata, for a notebook that will lie at `place`.

    `scaffold` says what becomes of the scaffold lines in an exercise cell's text.
    """
    cells = []
    for number, cell in enumerate(source.cells):
        text = cell.source
        if number == 0:
            text = _with_badge(text, place, origin.repository, source.book)
        elif cell.role == "exercise":
            text = scaffold(text)
        elif cell.role == "check" and cell.exercise is not None:
            text = f"{text}\n{hidden_tests(cell.exercise)}"
        cells.append(_new_cell(cell.kind, text, _cell_id(cell), cell.metadata | _nbgrader(cell)))
        if number == 0:
            hidden = {"jupyter": {"source_hidden": True}, "cellView": "form"}
            cells.append(_new_cell("code", _set_up(origin, made_from.stem), "set-up", hidden))
    cells.append(_new_cell("markdown", BEFORE_HANDING_IN, "before-handing-in", {}))
    cells.append(_new_cell("code", SUMMARY.format(name=made_from.stem), "summary", {}))
    _make_unique(cells)
    metadata = METADATA | source.metadata | {"made_from": str(made_from)}
    notebook: NotebookNode = new_notebook(cells=cells, metadata=metadata, nbformat_minor=5)
    return notebook


def to_bytes(notebook: NotebookNode) -> bytes:
    """The file's bytes: the same for the same notebook."""
    text: str = nbformat.writes(notebook, version=4)
    return (text.rstrip("\n") + "\n").encode()


def hidden_tests(exercise: Exercise) -> str:
    """Lines that make nbgrader's own autograding give our score; they never reach a student.

    Elsewhere they do nothing, so that the solutions run on Colab, where there is no `autograder`.
    """
    values = ", ".join(exercise.variables or (exercise.name,))
    return f"""\
### BEGIN HIDDEN TESTS
import os
if "NBGRADER_EXECUTION" in os.environ:
    from autograder.nbgrader_hook import report_score
    report_score("{exercise.name}", {values})
### END HIDDEN TESTS"""


def _set_up(origin: Origin, name: str) -> str:
    return SET_UP.format(repository=origin.repository, tree=origin.tree, short=origin.tree[:8], name=name)


def _in_browser(repository: str, place: PurePosixPath) -> str:
    """Where the repository's own web pages, on GitHub Pages, open that notebook in JupyterLite."""
    owner, _, name = repository.removeprefix("https://github.com/").partition("/")
    return f"https://{owner}.github.io/{name}/lite/lab/index.html?path={place}"


def _with_badge(title: str, place: PurePosixPath, repository: str, book: Notebook) -> str:
    heading, _, rest = title.partition("\n")
    address = repository.replace("https://github.com/", "https://colab.research.google.com/github/")
    image = "https://colab.research.google.com/assets/colab-badge.svg"
    badge = f"[![Open in Colab]({image})]({address}/blob/{BRANCH}/{place})"
    if not book.requires:
        image = "https://jupyterlite.rtfd.io/en/latest/_static/badge.svg"
        badge += f"\n[![Open in your browser]({image})]({_in_browser(repository, place)})"
    return "\n\n".join(part for part in (heading, badge, rest.strip("\n")) if part)


def _nbgrader(cell: SourceCell) -> dict[str, Any]:
    if cell.exercise is None:
        return {}
    name, points = cell.exercise.name, cell.exercise.points
    marks: dict[str, Any] = {"schema_version": 3, "task": False}
    if cell.role == "exercise":
        marks |= {"grade_id": name, "grade": False, "solution": True, "locked": False}
    elif cell.role == "check":
        marks |= {"grade_id": f"{name}_check", "grade": True, "solution": False, "locked": True, "points": points}
    else:
        marks |= {"grade_id": name, "grade": True, "solution": True, "locked": False, "points": points}
    return {"nbgrader": marks}


def _cell_id(cell: SourceCell) -> str:
    if cell.exercise is not None:
        return cell.exercise.name + ("_check" if cell.role == "check" else "")
    return hashlib.sha256(f"{cell.kind}\n{cell.source}".encode()).hexdigest()[:8]


def _new_cell(kind: str, source: str, cell_id: str, metadata: dict[str, Any]) -> NotebookNode:
    new: Callable[..., NotebookNode] = new_code_cell if kind == "code" else new_markdown_cell
    return new(source=source, id=cell_id, metadata=metadata)


def _make_unique(cells: list[NotebookNode]) -> None:
    """Two cells of the same text (an empty one, say) would share their id."""
    seen: dict[str, int] = {}
    for cell in cells:
        count = seen[cell.id] = seen.get(cell.id, 0) + 1
        if count > 1:
            cell.id = f"{cell.id}-{count}"
