"""Reading a student's notebook, however broken, into cells that carry the release's grade ids."""

from __future__ import annotations

import base64
import contextlib
import errno
import json
import os
import re
import stat
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from autograder.conflicts import sides

from .pruning import pruned

MAX_FILE = 128 * 2**20  # figures and widgets may take most of it
MAX_BYTES = 20 * 2**20  # without them
SMALL_FILE = 2**18
MAX_PARTS = 500_000  # lists, dicts and strings: each takes far more memory than its two characters in the file
MAX_CELLS = 50_000  # far more than any notebook has
MAX_PICTURES = 200  # of one cell
MAX_READINGS = 2  # of a damaged file, in all: a cell that is not whole may take one
MIN_READ = 2**20  # characters of one that are read in any case

# No number in a notebook is needed here: a short one takes ten times its characters, and a long one minutes.
_DECODER = json.JSONDecoder(parse_int=lambda text: None, parse_float=lambda text: None)
_CELL = re.compile(r'\{\s*"(?:attachments|cell_type|execution_count|id|metadata|outputs|source)"\s*:')
_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")

# How files begin that are handed in for a notebook, and what to call them.
_OTHER_FILES = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<!--", "a web page"),
    (b"From: <Saved by", "a web page"),
    (b"<?xml", "an XML file"),
    (b"[InternetShortcut]", "a link"),
    (b"[Desktop Entry]", "a link"),
    (b"bplist", "a link"),
    (b"L\0\0\0\x01\x14\x02\0", "a link"),
)
_one_large_file = threading.Lock()


@dataclass(frozen=True)
class NotebookCell:
    """A cell as submitted: `kind` is code, markdown or raw; `grade_id` is nbgrader's, or empty.

    `pictures` are those pasted into a text: the name it has there, the media type, and the picture in base64.
    """

    kind: str
    source: str
    grade_id: str = ""
    pictures: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Submission:
    """One notebook of one student.

    `problem` says why nothing could be read; `refused` that it was not opened, or is not a notebook: nobody's 0.
    """

    student: str
    assignment: str
    cells: tuple[NotebookCell, ...] = ()
    problem: str = ""
    refused: bool = False
    notes: tuple[str, ...] = ()


def read(path: Path, student: str, assignment: str) -> Submission:
    """Reads as much of a notebook as can be read. Never raises: what is in the way of one must not stop the others.

    Symbolic links, pipes and devices are refused: they could lead anywhere.
    """
    for folder in (path.parent.parent, path.parent):
        if os.path.islink(folder):
            said = f"not opened: the folder {folder.name} is a symbolic link"
            return Submission(student, assignment, problem=said, refused=True)
    try:
        return _read(path, student, assignment)
    except OSError as error:
        found = "a symbolic link" if os.path.islink(path) else os.strerror(error.errno or errno.EIO).lower()
        found = "not readable: permission denied" if isinstance(error, PermissionError) else found
        return Submission(student, assignment, problem=f"not opened: {path.name} is {found}", refused=True)
    except Exception as error:  # a fault of ours
        said = f"not read: {path.name}: the grader failed with {type(error).__name__}"
        return Submission(student, assignment, problem=said, refused=True)


def _read(path: Path, student: str, assignment: str) -> Submission:
    """As `read`, but raises OSError and, where it has a fault, anything."""
    descriptor = _open(path)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            found = "a folder" if stat.S_ISDIR(status.st_mode) else "not a regular file"
            return Submission(student, assignment, problem=f"not opened: {path.name} is {found}", refused=True)
        size = status.st_size
        if size > MAX_FILE:
            said = f"the notebook has {size / 2**20:.0f} MB, more than {MAX_FILE // 2**20}: clear its outputs"
            return Submission(student, assignment, problem=said, refused=True)
        # Of large files one at a time, so that memory doesn't grow with the number of jobs.
        turn = _one_large_file if size > MAX_BYTES else contextlib.nullcontext()
        with turn, open(descriptor, "rb", closefd=False) as file:
            data = file.read(MAX_FILE)
            if len(data) > SMALL_FILE:  # leaving the outputs of a small one out takes longer than reading them
                data = pruned(data)
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


def parse(data: bytes, student: str, assignment: str) -> Submission:
    """The cells in a notebook's bytes."""

    def unreadable(problem: str, refused: bool = False) -> Submission:
        return Submission(student, assignment, problem=problem, refused=refused)

    if not data.strip(b"\0 \t\r\n"):
        return unreadable("the notebook is an empty file")
    if len(data) > MAX_BYTES:
        size = f"{len(data) / 2**20:.0f} MB of text and code, more than {MAX_BYTES // 2**20}"
        said = f"the notebook has {size}: clear its outputs, and remove what is pasted into its cells"
        return unreadable(said, refused=True)
    if other := _what_file(data):
        return unreadable(other, refused=True)
    notes = []
    zeros = 4 * data[:1000].count(0) // len(data[:1000])  # UTF-16's is every second byte, UTF-32's three of four
    encoding = json.detect_encoding(data) if 0 < zeros < 4 else "utf-8-sig"
    text = data.decode(encoding, errors="replace")
    if not encoding.startswith("utf-8"):
        notes.append(f"the file is {encoding[:6].upper()}, not UTF-8")
    quotes = text.count('"') - text.count('\\"')
    if text.count("[") + text.count("{") + quotes // 2 > MAX_PARTS:
        return unreadable("the notebook's JSON has far more parts than a notebook has")
    if conflict := sides(text):
        notes.append("the file has git's conflict markers: one side was taken where the two differ")
        text = next((side for side in conflict if _is_json(side)), conflict[0])
    try:
        document = _DECODER.decode(text)
        raw, problem = _raw_cells(document), "the file is JSON, but not a notebook: it has no list of cells"
        if raw is None and isinstance(document, dict) and isinstance(document.get("url", document.get("doc_id")), str):
            return unreadable(
                "the file is a link to a notebook elsewhere: ask for the .ipynb file itself", refused=True
            )
    except RecursionError:
        raw, problem = None, "the notebook's JSON is nested too deeply to be read"
    except ValueError as error:
        raw, problem = None, f"the notebook is not valid JSON ({error}): was it cut off?"
    if raw is None:
        raw = _whole_cells(text)
        if not raw:
            return unreadable(problem)
        notes.append(f"{problem}; {len(raw)} whole cells were found in it")
    raw = [cell for cell in raw if isinstance(cell, dict)]
    if len(raw) > MAX_CELLS:
        return unreadable(f"the notebook has more than {MAX_CELLS} cells", refused=True)
    cells = tuple(map(_cell, raw))
    if merged := [str(number) for number, cell in enumerate(cells, 1) if cell.kind == "code" and sides(cell.source)]:
        notes.append(f"git's conflict markers are in cell {', '.join(merged)}: one side that is Python counts")
    return Submission(student, assignment, cells=cells, notes=tuple(notes))


def _is_json(text: str) -> bool:
    try:
        _DECODER.decode(text)
    except (ValueError, RecursionError):
        return False
    return True


def _what_file(data: bytes) -> str:
    """What a file is that never was a notebook; empty when that can't be told."""
    start = data[:1000].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    kind = next((name for mark, name in _OTHER_FILES if start.startswith(mark.lower())), "")
    if re.match(rb"(?:#|import |from |def |\"\"\")", start):
        kind = "a Python script"
    if re.match(rb"https?://\S+\s*$", start):
        kind = "a link"
    return f"the file is {kind}, not a notebook: ask for the .ipynb file itself" if kind else ""


class _Uncounted(str):
    """A text whose lines are not counted: each error in JSON counts them, from the beginning of the text."""

    def count(self, *given: Any) -> int:
        return 0

    def rfind(self, *given: Any) -> int:
        return -1


def _whole_cells(text: str) -> list[Any]:
    """The cells that are whole in a file which is not: cut off, or damaged somewhere.

    A cell is looked for inside others, too, since one that has lost its end may have swallowed the next. Takes time in
    proportion to the file's length.
    """
    found: list[Any] = []
    text, place, room = _Uncounted(text), 0, max(MAX_READINGS * len(text), MIN_READ)
    while room > 0 and len(found) <= MAX_CELLS and (start := _CELL.search(text, place)):
        place = start.end()
        try:
            raw, end = _DECODER.raw_decode(text, start.start())
            if "source" in raw:
                found.append(raw)
        except json.JSONDecodeError as error:
            # A string without an end is searched for it, though the error says where it begins.
            end = len(text) if error.msg.startswith("Unterminated") else error.pos
        except RecursionError:
            end = len(text)
        room -= end - start.start()
    return found


def _raw_cells(document: Any) -> list[Any] | None:
    if not isinstance(document, dict):
        return None
    raw = document.get("cells")
    if raw is None and isinstance(document.get("worksheets"), list):  # nbformat 3
        sheets = [sheet.get("cells") for sheet in document["worksheets"] if isinstance(sheet, dict)]
        raw = [cell for cells in sheets if isinstance(cells, list) for cell in cells]
    return raw if isinstance(raw, list) else None


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
        re.sub("\r\n?", "\n", _clean(source)) if isinstance(source, str) else "",
        grade_id if isinstance(grade_id, str) else "",
        tuple(islice(_pictures(raw.get("attachments")), MAX_PICTURES)) if kind != "code" else (),
    )


def _pictures(attachments: Any) -> Iterator[tuple[str, str, str]]:
    """The pictures among a cell's attachments; what is not a picture, or damaged, is left out."""
    for name, bundle in attachments.items() if isinstance(attachments, dict) else ():
        for media_type, data in bundle.items() if isinstance(bundle, dict) else ():
            if media_type in _PICTURES and isinstance(data, (str, list)):
                text = "".join(part for part in data if isinstance(part, str))
                with contextlib.suppress(ValueError):
                    base64.b64decode("".join(text.split()), validate=True)
                    yield _clean(name), media_type, "".join(text.split())


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
    cells = tuple(NotebookCell(**{**cell, "pictures": tuple(map(tuple, cell["pictures"]))}) for cell in fields["cells"])
    return Submission(student, assignment, cells, fields["problem"], fields["refused"], tuple(fields["notes"]))
