"""A page for each student and assignment: the score, the student's work, and what was said about each exercise."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from autograder.files import write_atomically

from . import pages, statuses
from .book import Entry
from .work import Piece

UNCONFINED = "student code ran UNCONFINED: any submission could have changed these results"
FOLDED_LINES = 15  # a longer piece of work is folded
_PICTURE = re.compile(r"!\[[^\[\]\n]*\]\(attachment:([^()\n]+)\)")


def write(entries: Iterable[Entry], out: Path) -> None:
    """Writes OUT/feedback/<student>/<assignment>.html for each entry. Raises OSError."""
    for entry in entries:
        write_atomically(path(entry.result.student, entry.result.assignment, out), page(entry))


def path(student: str, assignment: str, out: Path) -> Path:
    """The path of a student's page. A student's name was a folder's name in the class, so it can be one here."""
    if student in ("", ".", "..") or "/" in student or "\0" in student:
        raise ValueError(f"not the name of a folder: {student!r}")
    return out / "feedback" / student / f"{assignment}.html"


def page(entry: Entry) -> str:
    """The HTML page: self-contained, light and dark, printable."""
    handin = entry.handin
    return pages.render(
        "feedback.html",
        entry=entry,
        result=entry.result,
        mark=entry.mark,
        warning="" if entry.confined else UNCONFINED,
        groups=statuses.count_groups(entry.result.exercises),
        file=handin.source.rpartition("/")[2] if handin and handin.source else entry.work.file,
        others=[name.rpartition("/")[2] for name in handin.others] if handin else [],
        handed_in=handin.when.isoformat(" ", "minutes") if handin and handin.when else "",
        changed=entry.work.changed.removesuffix("+00:00").replace("T", " "),
        parts=parts,
        is_long=is_long,
    )


def parts(piece: Piece) -> list[tuple[str, str]]:
    """A piece of work as it is shown: (text, "") and (description, address of a picture) in the order of the text."""
    pictures = {name: f"data:{media_type};base64,{data}" for name, media_type, data in piece.pictures}
    found, place = [], 0
    for reference in _PICTURE.finditer(piece.source):
        if reference[1] in pictures:
            found += [(piece.source[place : reference.start()], ""), (reference[1], pictures.pop(reference[1]))]
            place = reference.end()
    found += [(piece.source[place:], ""), *pictures.items()]
    return [(text, address) for text, address in found if address or text.strip()]


def is_long(piece: Piece) -> bool:
    """Whether a piece of work is folded at first."""
    return piece.kind == "code" and piece.source.count("\n") >= FOLDED_LINES
