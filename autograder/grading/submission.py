"""Reading a student's notebook, however broken, into cells that carry the release's grade ids."""

from __future__ import annotations

import json
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MAX_BYTES = 20 * 2**20  # a notebook with a figure under every cell has a few
MAX_PARTS = 500_000  # lists, dicts and strings: each takes far more memory than its two characters in the file
MAX_READINGS = 50  # of a damaged file: a cell that is not whole may take one

# No number in a notebook is needed here: a short one takes ten times its characters, and a long one minutes.
_DECODER = json.JSONDecoder(parse_int=lambda text: None, parse_float=lambda text: None)
_CELL = re.compile(r'\{\s*"(?:attachments|cell_type|execution_count|id|metadata|outputs|source)"\s*:')


@dataclass(frozen=True)
class NotebookCell:
    """A cell as submitted: `kind` is code, markdown or raw; `grade_id` is nbgrader's, or empty."""

    kind: str
    source: str
    grade_id: str = ""


@dataclass(frozen=True)
class Submission:
    """One notebook of one student. `problem` says why nothing could be read; `refused` that it was not even opened."""

    student: str
    assignment: str
    cells: tuple[NotebookCell, ...] = ()
    problem: str = ""
    refused: bool = False
    notes: tuple[str, ...] = ()


def read(path: Path, student: str, assignment: str) -> Submission:
    """Reads as much of a notebook as can be read. Never raises because of what is in the file.

    Links, pipes and devices are refused: they could lead anywhere.
    """
    for folder in (path.parent.parent, path.parent):
        if folder.is_symlink():
            said = f"not opened: the folder {folder.name} is a symbolic link"
            return Submission(student, assignment, problem=said, refused=True)
    try:
        descriptor = _open(path)
    except OSError as error:
        found = "a symbolic link" if path.is_symlink() else os.strerror(error.errno or 0).lower()
        return Submission(student, assignment, problem=f"not opened: {path.name} is {found}", refused=True)
    try:
        refusal = _refusal(os.fstat(descriptor))
        if refusal:
            return Submission(student, assignment, problem=f"not opened: {path.name} is {refusal}", refused=True)
        size = os.fstat(descriptor).st_size
        if size > MAX_BYTES:
            said = f"the notebook has {size / 2**20:.0f} MB, more than {MAX_BYTES // 2**20}: clear its outputs"
            return Submission(student, assignment, problem=said)
        with open(descriptor, "rb", closefd=False) as file:
            data = file.read(MAX_BYTES + 1)
    finally:
        os.close(descriptor)
    return parse(data, student, assignment)


def _open(path: Path) -> int:
    """Opens a student's notebook. No link is followed, not even one that has just taken the place of a folder."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    student = os.open(path.parent.parent, flags | os.O_DIRECTORY)
    try:
        folder = os.open(path.parent.name, flags | os.O_DIRECTORY, dir_fd=student)
    finally:
        os.close(student)
    try:
        return os.open(path.name, flags, dir_fd=folder)
    finally:
        os.close(folder)


def _refusal(status: os.stat_result) -> str:
    if stat.S_ISDIR(status.st_mode):
        return "a folder"
    if not stat.S_ISREG(status.st_mode):
        return "not a regular file"
    return "a hard link" if status.st_nlink > 1 else ""


def parse(data: bytes, student: str, assignment: str) -> Submission:
    """The cells in a notebook's bytes."""
    if not data.strip(b"\0 \t\r\n"):
        return Submission(student, assignment, problem="the notebook is an empty file")
    notes = []
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", errors="replace")
        notes.append("the file is UTF-16, not UTF-8")
    else:
        text = data.decode("utf-8-sig", errors="replace")
    quotes = text.count('"') - text.count('\\"')
    if text.count("[") + text.count("{") + quotes // 2 > MAX_PARTS:
        return Submission(student, assignment, problem="the notebook's JSON has far more parts than a notebook has")
    try:
        cells = _cells(_DECODER.decode(text))
        problem = "the file is JSON, but not a notebook: it has no list of cells"
    except RecursionError:
        cells, problem = None, "the notebook's JSON is nested too deeply to be read"
    except ValueError as error:
        cells, problem = None, f"the notebook is not valid JSON ({error}): was it cut off?"
    if cells is None:
        cells = _whole_cells(text)
        if not cells:
            return Submission(student, assignment, problem=problem)
        notes.append(f"{problem}; {len(cells)} whole cells were found in it")
    return Submission(student, assignment, cells=tuple(cells), notes=tuple(notes))


def _whole_cells(text: str) -> list[NotebookCell]:
    """The cells that are whole in a file which is not: cut off, or damaged somewhere.

    A cell is looked for inside others, too, since one that has lost its end may have swallowed the next.
    """
    found, place, effort = [], 0, MAX_READINGS * len(text)
    while effort > 0 and (start := _CELL.search(text, place)):
        place = start.end()
        try:
            raw, end = _DECODER.raw_decode(text, start.start())
        except (json.JSONDecodeError, RecursionError):
            effort -= len(text)
            continue
        effort -= end - start.start()
        if "source" in raw:
            found.append(_cell(raw))
    return found


def _cells(document: Any) -> list[NotebookCell] | None:
    if not isinstance(document, dict):
        return None
    raw = document.get("cells")
    if raw is None and isinstance(document.get("worksheets"), list):  # nbformat 3
        sheets = [sheet.get("cells") for sheet in document["worksheets"] if isinstance(sheet, dict)]
        raw = [cell for cells in sheets if isinstance(cells, list) for cell in cells]
    if not isinstance(raw, list):
        return None
    return [_cell(cell) for cell in raw if isinstance(cell, dict)]


def _cell(raw: dict[str, Any]) -> NotebookCell:
    source = raw.get("source", raw.get("input", ""))
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    metadata = raw.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = marks.get("grade_id") if isinstance(marks, dict) else None
    kind = raw.get("cell_type")
    return NotebookCell(
        kind if kind in ("code", "markdown", "raw") else "raw",
        _clean(source) if isinstance(source, str) else "",
        grade_id if isinstance(grade_id, str) else "",
    )


def _clean(text: str) -> str:
    """Without lone surrogates and null characters, which neither Python source nor UTF-8 files can hold."""
    return text.encode("utf-8", errors="replace").decode("utf-8").replace("\0", "")


def to_json(submission: Submission) -> str:
    """All of it but whose it is: the same text for the same content."""
    cells = [vars(cell) for cell in submission.cells]
    rest = {name: getattr(submission, name) for name in ("problem", "refused", "notes")}
    return json.dumps({"cells": cells, **rest})


def from_json(text: str, student: str, assignment: str) -> Submission:
    """What `to_json` wrote, as this student's."""
    fields = json.loads(text)
    cells = tuple(NotebookCell(**cell) for cell in fields["cells"])
    return Submission(student, assignment, cells, fields["problem"], fields["refused"], tuple(fields["notes"]))
