"""The solved notebooks: they run from a fresh kernel (`make long-test`), and each exercise stands on its own."""

from __future__ import annotations

import ast
import json
import re

import nbformat
import pytest
from conftest import COURSE, ROOT
from nbclient import NotebookClient

from autograder.demo.notebooks import exercises, solved
from autograder.grading.align import align
from autograder.grading.exam import load_exam
from autograder.grading.submission import parse
from autograder.sandbox import slicing

SECONDS = 240  # for a cell, on a busy machine
LAYERS = {"relu_backward", "max_pool2d_backward", "conv2d_backward", "fc_backward", "softmax_nll_backward"}
# These are judged with right ones where the student's own are wrong: see tests/exercises/test_building_on.py.
BUILD_ON = {"loss_and_gradients": LAYERS, "train": {"loss_and_gradients"} | LAYERS, "Tensor": LAYERS}


@pytest.mark.long
@pytest.mark.parametrize("assignment", COURSE.notebooks)
def test_solution_notebook_runs_from_a_fresh_kernel(assignment: str) -> None:
    notebook = nbformat.read(ROOT / "solutions" / f"{assignment}.ipynb", as_version=4)
    run(notebook, assignment)
    said = [
        "".join(output["data"].get("text/plain", ""))
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if output.output_type == "display_data"
    ]
    passed = [text for text in said if "public checks pass" in text or text.splitlines()[0].endswith(": right")]
    assert len(passed) == len(exercises(COURSE, assignment))


@pytest.mark.long
@pytest.mark.parametrize("assignment", COURSE.notebooks)
def test_untouched_release_runs_to_the_end(assignment: str) -> None:
    """A student who runs everything before writing anything sees "not written yet", never a traceback."""
    notebook = nbformat.read(COURSE.release(assignment), as_version=4)
    run(notebook, assignment)
    assert json.dumps(notebook).count("not written yet") >= len(exercises(COURSE, assignment))


def run(notebook: nbformat.NotebookNode, assignment: str) -> None:
    folder = ROOT / "notebooks" / assignment
    resources = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, timeout=SECONDS, startup_timeout=120, resources=resources).execute()


@pytest.mark.parametrize("assignment", COURSE.notebooks)
def test_no_solution_rests_on_another_exercise(assignment: str) -> None:
    """So that one wrong or hostile exercise costs no other."""
    exam = load_exam(COURSE, assignment, 0)
    aligned = align(parse(json.dumps(solved(COURSE, assignment)).encode(), "student", assignment), exam)
    for exercise in exercises(COURSE, assignment):
        (target,) = aligned.own[exercise.name]
        cells = aligned.cells[: aligned.end(exercise.name)]
        statements = [slicing.parse(cell.source) for cell in cells]
        first = next(slicing.plans(cells, statements, target, exercise.variables or (exercise.name,)))
        others = {cells[index].label for index, _ in first if index != target and cells[index].origin != "release"}
        assert others <= BUILD_ON.get(exercise.name, set()), exercise.name


@pytest.mark.parametrize("assignment", COURSE.notebooks)
def test_the_comments_in_a_cell_to_write_are_python(assignment: str) -> None:
    """Students take the `# ` off and fill in the dots."""
    notebook = nbformat.read(COURSE.release(assignment), as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution"):
            ast.parse(re.sub(r"^(\s*)# ", r"\1", cell.source, flags=re.MULTILINE))
