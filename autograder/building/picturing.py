"""A student's notebook with its pictures: run once, kept until its source or `helpers` change."""

from __future__ import annotations

import contextlib
import copy
import hashlib
import inspect
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePosixPath
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from autograder.course import SETTINGS, CourseError, Exercise
from autograder.files import write_atomically

from . import regions
from .notebook import Origin, solution_notebook, to_bytes
from .release import release_notebook
from .source import Source

SECONDS_PER_CELL = 1200  # training on a slow, busy machine
NOT_RUN = "not-run"
LONG = 30  # characters; what is shorter, say x + y, may stand in an output by chance
WIDGET, WIDGET_STATE = "application/vnd.jupyter.widget-view+json", "application/vnd.jupyter.widget-state+json"


def pictured(
    source: Source, place: PurePosixPath, made_from: PurePosixPath, origin: Origin, root: Path
) -> NotebookNode:
    """The student's notebook of `source` with the outputs that its readers see once every function is written.

    Functions are run solved, so that pictures of what they give are there; answers, and functions without arguments,
    which are answers too, stay open, so that no picture gives them away. Checks don't run. What comes back has the
    student's cells, and of the solved ones nothing. Kept in build/site under `root`. CourseError when a cell fails.
    """
    release = release_notebook(source, place, made_from, origin)
    runnable = _runnable(release, solution_notebook(source, place, made_from, origin), _functions(source))
    folder = root / "build" / "site"
    kept = folder / f"{place.stem}-{_key(runnable, root)}.ipynb"
    if not kept.is_file():
        _run(runnable, root / place.parent, made_from)
        _check_outputs(source, runnable, made_from)
        for old in folder.glob(f"{place.stem}-*.ipynb"):
            old.unlink()
        write_atomically(kept, nbformat.writes(_with_outputs(release, runnable)))
    notebook: NotebookNode = nbformat.read(kept, as_version=4)
    return notebook


def _functions(source: Source) -> set[str]:
    """The exercises to run solved, by name."""
    exercises = [cell.exercise for cell in source.cells if cell.role == "exercise" and cell.exercise]
    return {exercise.name for exercise in exercises if _computes(exercise)}


def _computes(exercise: Exercise) -> bool:
    return exercise.kind == "function" and bool(inspect.signature(exercise.reference).parameters)


def _runnable(release: NotebookNode, solution: NotebookNode, solved: set[str]) -> NotebookNode:
    runnable = copy.deepcopy(release)
    for cell, worked in zip(runnable.cells, solution.cells):
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("grade_id") in solved:
            cell.source = worked.source
        if marks.get("grade") or cell.id == "summary":
            cell.metadata["tags"] = [*cell.metadata.get("tags", []), NOT_RUN]
    return runnable


def _key(notebook: NotebookNode, root: Path) -> str:
    """Changes with all that the pictures depend on."""
    digest = hashlib.sha256(to_bytes(notebook))
    for path in sorted(path for path in (root / "helpers").rglob("*") if path.is_file() and path.suffix != ".pyc"):
        digest.update(str(path.relative_to(root)).encode())
        digest.update(path.read_bytes())
    for line in tomllib.loads((root / SETTINGS).read_text("utf-8")).get("project", {}).get("dependencies", []):
        package = re.split(r"[^\w.-]", line, maxsplit=1)[0]
        with contextlib.suppress(PackageNotFoundError):
            digest.update(f"{package} {version(package)}".encode())
    digest.update(Path(__file__).read_bytes())
    return digest.hexdigest()[:16]


def _run(notebook: NotebookNode, folder: Path, made_from: PurePosixPath) -> None:
    client = NotebookClient(
        notebook,
        timeout=SECONDS_PER_CELL,
        startup_timeout=300,
        skip_cells_with_tag=NOT_RUN,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(folder)}},
    )
    try:
        client.execute()
    except CellExecutionError as error:
        said = f"a cell stopped with {error.ename}: {error.evalue}"
        raise CourseError(Path(made_from), 0, f"{said}: see it run with `make lab`") from error
    except (CellTimeoutError, DeadKernelError) as error:
        said = " ".join(str(error).split())
        raise CourseError(Path(made_from), 0, f"the notebook did not run to its end: {said}") from error


def _check_outputs(source: Source, run: NotebookNode, made_from: PurePosixPath) -> None:
    """CourseError when an output shows the text of a solution, as printing a function's source would."""
    shown = _squeezed("".join(json.dumps(cell.get("outputs", []), ensure_ascii=False) for cell in run.cells))
    for cell in source.cells:
        lines = regions.without_scaffold(cell.source).split("\n")
        for region in regions.find("\n".join(lines)):
            solution = _squeezed(json.dumps("\n".join(lines[region.begin + 1 : region.end]), ensure_ascii=False)[1:-1])
            if len(solution) >= LONG and solution in shown:
                name = cell.exercise.name if cell.exercise else ""
                raise CourseError(
                    Path(made_from), cell.line, f"an output would show the solution of {name}: drop that cell"
                )


def _squeezed(text: str) -> str:
    """JSON's text without white space, so that line breaks and indentation don't matter."""
    return re.sub(r"\s|\\n", "", text)


def _with_outputs(release: NotebookNode, run: NotebookNode) -> NotebookNode:
    notebook = copy.deepcopy(release)
    state = run.metadata.get("widgets", {}).get(WIDGET_STATE, {}).get("state", {})
    for cell, done in zip(notebook.cells, run.cells):
        if cell.cell_type == "code":
            cell.outputs = [shown for output in done.outputs for shown in _without_widgets(output, state)]
    return notebook


def _without_widgets(output: NotebookNode, state: Mapping[str, Mapping[str, Any]]) -> Iterator[NotebookNode]:
    """The output itself; of a widget, which needs a running notebook, what it showed at first."""
    if output.output_type not in ("display_data", "execute_result") or WIDGET not in output.data:
        yield output
        return
    waiting = [output.data[WIDGET]["model_id"]]
    while waiting:
        fields: Mapping[str, Any] = state.get(waiting.pop(0), {"state": {}})["state"]
        waiting += [child.removeprefix("IPY_MODEL_") for child in fields.get("children", [])]
        if fields.get("_model_name") == "HTMLModel":
            yield nbformat.v4.new_output("display_data", {"text/html": fields["value"]})
