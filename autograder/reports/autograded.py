"""The course folder that nbgrader's own programs work on: each student's notebook beside the release's checks.

`cd OUT && nbgrader export`, `nbgrader generate_feedback` and formgrader read what this module writes.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader import utils

from autograder.files import write_atomically
from autograder.grading.result import ExerciseResult, SubmissionResult
from autograder.grading.submission import NotebookCell, Submission

from . import gradebook
from .database import complete
from .names import nbgrader_id, strip_controls
from .own_cells import is_in_words, own_cells
from .pages import cleaned
from .releases import ReleaseCells, nbgrader_cells

WRONG_VALUES = "wrong_values"  # in a check cell's metadata
ABSENT = "*(This cell is missing from the submission.)*"
_DB_URL = re.compile(r"^c\.CourseDirectory\.db_url = ('[^'\n]*'|\"[^\"\n]*\")$", re.MULTILINE)
CONFIG_MARK = "# Written by the autograder. To keep your own changes, remove this line.\n"

# Formgrader renders markdown, its HTML and all its links (in formulas, too) in the assistant's own Jupyter. So these
# are broken up: the "<" of a tag, the "](" and "]:" of a link, "\href" and other commands that make HTML in formulas,
# and entities, which could spell any of these. Pictures that the notebook holds itself stay.
_PICTURE = re.compile(
    r"!\[[^\[\]\n<&\\]*\]\((?:attachment:[^()\s<&\\]+|data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+)\)"
)
_ACTIVE = re.compile(
    r"<(?=[A-Za-z/!?])|\](?=[(:])|\\(?=(?:href|mmlToken|style|class|cssId)(?![A-Za-z]))|&(?=#|[A-Za-z]\w*;)"
)


def write(
    submissions: Iterable[Submission],
    results: Iterable[SubmissionResult],
    releases: Mapping[str, ReleaseCells],
    out: Path,
) -> None:
    """Writes OUT/autograded/<student id>/<assignment>/<assignment>.ipynb for each submission that has a result.

    The student id is `nbgrader_id(student)`. Submissions are read one at a time. Raises OSError.
    """
    found = {(result.student, result.assignment): result for result in results}
    for submission in submissions:
        result = found.get((submission.student, submission.assignment))
        if result is not None:
            node = notebook(submission, result, releases[submission.assignment])
            # One line of JSON: nbformat.writes copies, validates and indents, which takes eight times as long.
            write_atomically(
                path(submission.student, submission.assignment, out), json.dumps(node, ensure_ascii=False) + "\n"
            )


def notebook(submission: Submission, result: SubmissionResult, release: ReleaseCells) -> NotebookNode:
    """The release's graded cells in the release's order, with the student's code and text, and our messages as outputs.

    A cell that the student added stays after the graded cell that it followed. Locked cells come from the release.
    HTML and links in the student's markdown are shown as text.
    """
    own, added = own_cells(submission.cells, release)
    items = {release.grade_id(item.exercise): item for item in result.exercises}
    prose = {cell.source for cell in release.notebook.cells}
    cells = [] if not submission.problem else [_markdown(submission.problem, prose)]
    cells += [_extra(cell, prose) for cell in added[""]]
    for name, cell in release.released.items():
        cells.append(_graded(cell, own.get(name), items.get(name)))
        cells += [_extra(extra, prose) for extra in added.get(name, [])]
    if release.notebook.nbformat_minor >= 5:
        for number, cell in enumerate(cells):
            cell["id"] = f"cell-{number}"
    return NotebookNode(release.notebook, cells=cells)


def path(student: str, assignment: str, out: Path) -> Path:
    """The path at which `write` puts a student's notebook."""
    return out / "autograded" / nbgrader_id(student) / assignment / f"{assignment}.ipynb"


def rewritten(
    submissions: Iterable[Submission], releases: Mapping[str, ReleaseCells], out: Path
) -> set[tuple[str, str, str]]:
    """Each (student, assignment, exercise) whose written answer differs from the one in OUT.

    Call it before `write`, which replaces the notebooks in OUT.
    """
    changed = set()
    for submission in submissions:
        try:
            before = nbformat.v4.reads(path(submission.student, submission.assignment, out).read_text("utf-8"))
        except Exception:  # no notebook, or not one of ours: nobody graded by hand from it
            continue
        old = {name: (cell.source, cell.get("attachments")) for name, cell in nbgrader_cells(before).items()}
        own, _ = own_cells(submission.cells, releases[submission.assignment])
        for name, cell in releases[submission.assignment].released.items():
            new = _graded(cell, own.get(name), None)
            if is_in_words(cell) and old.get(name) != (new.source, new.get("attachments")):
                changed.add((submission.student, submission.assignment, name))
    return changed


def course_folder(out: Path, releases: Mapping[str, ReleaseCells], db_url: str) -> None:
    """Makes OUT an nbgrader course folder: writes its configuration and the source of each assignment.

    The configuration names a database outside OUT. It may then hold a password, so only its owner can read it.
    """
    config = out / "nbgrader_config.py"
    elsewhere = db_url != gradebook.default_url(out)
    lines = [CONFIG_MARK, "import os\n\n", "c = get_config()\n"]
    lines.append("c.CourseDirectory.root = os.path.dirname(os.path.abspath(__file__))\n")
    if elsewhere:
        lines.append(f"c.CourseDirectory.db_url = {db_url!r}\n")
    if not config.exists() or config.read_text("utf-8", "replace").startswith(CONFIG_MARK):
        write_atomically(config, "".join(lines), private=elsewhere)
    for assignment, release in releases.items():
        # Formgrader lists the assignments that have a folder here.
        write_atomically(out / "source" / assignment / f"{assignment}.ipynb", nbformat.writes(release.source) + "\n")


def gradebook_url(out: Path, db: str = "") -> str:
    """The address of OUT's gradebook: `db`, or the one that the configuration in OUT names. Raises GradebookError."""
    if db:
        return complete(db)
    config = out / "nbgrader_config.py"
    named = _DB_URL.search(config.read_text("utf-8", "replace")) if config.is_file() else None
    return complete(ast.literal_eval(named[1])) if named else gradebook.default_url(out)


def _graded(release_cell: NotebookNode, own: NotebookCell | None, item: ExerciseResult | None) -> NotebookNode:
    cell = NotebookNode(release_cell)
    code = cell.cell_type == "code"
    if utils.is_solution(cell):
        absent = f"# {ABSENT[2:-2]}" if code else ABSENT
        source = absent if own is None else strip_controls(own.source)
        cell["source"] = source if code else _inert(source)
        if own is not None and own.pictures:
            cell["attachments"] = {name: {media_type: data} for name, media_type, data in own.pictures}
    if code:
        cell["outputs"] = [] if item is None or item.message is None else [_output(item)]
        cell["execution_count"] = None
    if item is not None and item.wrong_values:
        # Equal wrong values of two students are found by it; no page shows a cell's metadata.
        cell["metadata"] = {**cell.metadata, WRONG_VALUES: item.wrong_values}
    return cell


def _output(item: ExerciseResult) -> NotebookNode:
    assert item.message is not None
    message = cleaned(item.message)
    data = {"text/html": message.html(), "text/plain": message.text()}
    return NotebookNode(output_type="display_data", data=data, metadata={})


def _extra(cell: NotebookCell, prose: set[str]) -> NotebookNode:
    if cell.kind != "code":
        return _markdown(cell.source, prose)
    return NotebookNode(
        cell_type="code", metadata={}, source=strip_controls(cell.source), outputs=[], execution_count=None
    )


def _markdown(source: str, prose: set[str]) -> NotebookNode:
    """A markdown cell; its HTML and links stay only where the whole text is the author's own."""
    return NotebookNode(
        cell_type="markdown", metadata={}, source=source if source in prose else _inert(strip_controls(source))
    )


def _inert(source: str) -> str:
    # A space, not an entity: entities would show inside code and formulas.
    parts, place = [], 0
    for picture in _PICTURE.finditer(source):
        parts += [_ACTIVE.sub(r"\g<0> ", source[place : picture.start()]), picture[0]]
        place = picture.end()
    return "".join(parts) + _ACTIVE.sub(r"\g<0> ", source[place:])
