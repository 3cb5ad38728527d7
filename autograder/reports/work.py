"""What a student handed in, by exercise: the code or the words that a page shows beside what was said about them."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.grading import submission as submissions
from autograder.grading.align import defining
from autograder.grading.submission import NotebookCell, Submission
from autograder.grading.written import is_written
from helpers.checking.predictions import guesses

from .own_cells import own_cells
from .releases import ReleaseCells

MAX_TEXT = 20_000  # characters of one exercise
MAX_GUESSES = 100
MAX_PICTURES = 3 * 2**20  # characters in base64, of one answer


@dataclass(frozen=True)
class Piece:
    """The work on one exercise: `kind` is code or markdown, `pictures` as in a NotebookCell, `cut` what is left out."""

    kind: str
    source: str
    pictures: tuple[tuple[str, str, str], ...] = ()
    cut: str = ""


@dataclass(frozen=True)
class Work:
    """One student's hand-in: its pieces by exercise, the file's name and the time of its last change (UTC), or empty.

    `guesses` are its predictions by name: numbers, texts and lists of these, as they stand in the cells' source.
    `content` changes with what was handed in. A hand-in without a file has none.
    """

    pieces: Mapping[str, Piece] = field(default_factory=dict)
    file: str = ""
    changed: str = ""
    content: str = ""
    guesses: Mapping[str, Any] = field(default_factory=dict)


def of(submission: Submission, release: ReleaseCells, path: Path) -> Work:
    """What was handed in at `path`. Cells that were left as handed out are not work."""
    try:
        seconds = path.lstat().st_mtime
        changed = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
    except (OSError, ValueError, OverflowError):
        return Work()
    own, added = own_cells(submission.cells, release)
    handed_out = {cell.grade_id: cell for cell in release.cells}
    extra = [cell for cells in added.values() for cell in cells if cell.kind == "code"]
    pieces = {}
    for name in release.solutions:
        cell = own.get(name)
        if cell is not None and (is_written(cell.source, handed_out[name]) or cell.pictures):
            pieces[name] = _piece(cell)
        elif elsewhere := [cell.source for cell in extra if defining(name).search(cell.source[:MAX_TEXT])]:
            pieces[name] = _piece(NotebookCell("code", "\n\n".join(elsewhere)))
    predicted = guesses(cell.source for cell in submission.cells if cell.kind == "code")
    return Work(pieces, path.name, changed, digest(submission), plain_only(predicted))


def digest(submission: Submission) -> str:
    """Changes with what was handed in."""
    return hashlib.sha256(submissions.to_json(submission).encode()).hexdigest()[:32]


def plain_only(predicted: Mapping[str, Any]) -> dict[str, Any]:
    """The guesses that can be kept as JSON, at most MAX_GUESSES of them."""
    kept = {}
    for name, value in list(predicted.items())[:MAX_GUESSES]:
        with contextlib.suppress(TypeError, ValueError, RecursionError):
            kept[name] = json.loads(json.dumps(value, allow_nan=False))
    return kept


def to_json(work: Work) -> str:
    """All of it in one line."""
    return json.dumps({**vars(work), "pieces": {name: vars(piece) for name, piece in work.pieces.items()}})


def from_json(text: str) -> Work:
    """What `to_json` wrote. Raises ValueError when the text is damaged."""
    try:
        raw = json.loads(text)
        pieces = {
            name: Piece(**{**piece, "pictures": tuple(map(tuple, piece["pictures"]))})
            for name, piece in raw["pieces"].items()
        }
        return Work(**{**raw, "pieces": pieces})
    except (LookupError, TypeError, AttributeError) as error:
        raise ValueError(f"not a hand-in: {error}") from error


def _piece(cell: NotebookCell) -> Piece:
    left_out = []
    if len(cell.source) > MAX_TEXT:
        left_out.append(f"{len(cell.source) - MAX_TEXT} more characters")
    pictures, room = [], MAX_PICTURES
    for name, media_type, data in cell.pictures:
        if len(data) <= room:
            pictures.append((name, media_type, data))
            room -= len(data)
    if lost := len(cell.pictures) - len(pictures):
        left_out.append(f"{lost} large picture{'' if lost == 1 else 's'}")
    kind = "code" if cell.kind == "code" else "markdown"
    return Piece(kind, cell.source[:MAX_TEXT], tuple(pictures), " and ".join(left_out))
