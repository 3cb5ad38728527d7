"""A page for each student and assignment: the score, the student's work, and what was said about each exercise."""

from __future__ import annotations

import hashlib
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
    """Writes OUT/feedback/<student>/<assignment>.html for each entry. Raises OSError.

    A page that was made from the same entry stays: a course has thousands of them.
    """
    for entry in entries:
        place, mark = path(entry.result.student, entry.result.assignment, out), _made_of(entry)
        if not _begins_with(place, mark):
            write_atomically(place, mark + page(entry))


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


def _made_of(entry: Entry) -> str:
    """A line of HTML that changes with all that a page is made of."""
    digest = hashlib.sha256(f"{pages.version()} {entry!r}".encode("utf-8", "backslashreplace")).hexdigest()[:32]
    return f"<!-- made of {digest} -->\n"


def _begins_with(place: Path, mark: str) -> bool:
    try:
        with place.open("rb") as file:
            return file.read(len(mark)) == mark.encode()
    except OSError:
        return False
