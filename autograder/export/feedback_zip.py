"""The feedback pages in one zip, under the names by which an LMS finds whose they are."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from autograder.intake.collected import Collected, Handin, Person
from autograder.reports.names import encodable

from .ready import Exported, Left

MAX_NAME = 60  # characters of a person's name in a file's name
_FORBIDDEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f/\\:*?\"<>|\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff]"
)
_CANVAS_IDS = re.compile(r"_((?:[0-9]+_){2,})")  # more than two where a name ends, or a file's begins, with one


@dataclass(frozen=True)
class FeedbackPage:
    """A feedback page, as HTML."""

    student: str
    assignment: str
    html: str


def for_everybody(pages: Iterable[FeedbackPage]) -> Exported:
    """A folder for each student with their pages: for a file share, or to send by hand."""
    folders: dict[str, str] = {}
    used: set[str] = set()

    def name(page: FeedbackPage) -> str:
        if page.student not in folders:
            folders[page.student] = _unused(safe(page.student), used)
        return f"{folders[page.student]}/{page.assignment}.html"

    return _zip(pages, name, "")


def for_moodle(pages: Iterable[FeedbackPage], collected: Collected, ids: Mapping[str, str]) -> Exported:
    """The zip that Moodle takes as feedback files: `{name}_{unique id}_assignsubmission_file_{file}`.

    All pages are of one assignment; `ids` are Moodle's unique ids of their students. Moodle parts a file's name at the
    first four underscores, so the person's name has none.
    """

    def name(page: FeedbackPage) -> str:
        number = ids.get(page.student, "")
        if not number.isdecimal() or not number.isascii():
            return ""
        person = safe(_person(collected, page).name or page.student).replace("_", " ").strip(" .~") or "Participant"
        return f"{person}_{number}_assignsubmission_file_{page.assignment}.html"

    return _zip(pages, name, "their number in Moodle is not known: give the worksheet with --worksheet")


def for_canvas(pages: Iterable[FeedbackPage], collected: Collected) -> Exported:
    """The zip that Canvas takes as comments to its submissions. All pages are of one assignment.

    Canvas looks for the first two parts of a file's name between underscores that are numbers: the student's id and
    the attachment's, as in the names that it gave the submissions. A name such as `12_34` would be taken for them, so
    only letters of names are used.
    """

    def name(page: FeedbackPage) -> str:
        person = _person(collected, page)
        found = _canvas_ids(_handin(collected, page).source, person.ids.get("ID", ""))
        letters = "".join(character for character in person.name or page.student if character.isalpha())[:MAX_NAME]
        return f"{letters.lower() or 'student'}_{found[0]}_{found[1]}_{page.assignment}.html" if found else ""

    return _zip(pages, name, "the name of what they handed in lacks Canvas's numbers")


def safe(name: str) -> str:
    """A name that any system takes for a file: without signs that have a meaning in paths, not too long."""
    text = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", encodable(name))).strip(" .")
    return text[:MAX_NAME].strip(" .") or "_"


def _unused(name: str, used: set[str]) -> str:
    """The name, or with a number the first that differs from all used ones in more than case."""
    found, number = name, 2
    while found.casefold() in used:
        found, number = f"{name} ({number})", number + 1
    used.add(found.casefold())
    return found


def _person(collected: Collected, page: FeedbackPage) -> Person:
    return collected.people.get(page.student, Person(page.student))


def _handin(collected: Collected, page: FeedbackPage) -> Handin:
    return collected.handins.get((page.student, page.assignment), Handin(page.student, page.assignment, ""))


def _canvas_ids(source: str, user: str) -> Sequence[str]:
    """The ids of student and attachment in the path of a submission: those with the known id, else the outermost.

    What an archive that a student made has in it is called as the student likes. Where the known id is not there, the
    ids are another's: of who handed in for a group.
    """
    for part in source.replace("\\", "/").split("/"):
        found = _CANVAS_IDS.search(part)
        numbers = found[1].rstrip("_").split("_") if found else []
        for pair in pairwise(numbers):
            if user in ("", pair[0]):
                return pair
    return ()


def _zip(pages: Iterable[FeedbackPage], name: Callable[[FeedbackPage], str], why: str) -> Exported:
    """The zip of the pages that have a name; `why` the others have none."""
    content = io.BytesIO()
    done: dict[str, None] = {}
    left = []
    with zipfile.ZipFile(content, "w") as archive:
        for page in pages:
            if not (named := name(page)):
                left.append(Left(page.student, why))
                continue
            done[page.student] = None
            if named in archive.NameToInfo:  # a group's, which has one
                continue
            entry = zipfile.ZipInfo(named)  # always of the same date: the same pages give the same bytes
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, page.html.encode("utf-8", "replace"))
    return Exported(content.getvalue(), tuple(done), tuple(left))
