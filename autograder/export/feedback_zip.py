"""The feedback pages in one zip, under the names by which an LMS finds whose they are."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from autograder.intake.collected import Collected, Handin, Person
from autograder.reports.names import encodable

from .ready import Exported, Left

MAX_NAME = 60  # characters of a person's name in a file's name
_FORBIDDEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f/\\:*?\"<>|\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff]"
)
_CANVAS_IDS = re.compile(r"_(\d+)_(\d+)_")
_DATE = (1980, 1, 1, 0, 0, 0)  # the same pages give the same bytes

Pages = Mapping[str, Path]  # an assignment's feedback pages by student


def for_everybody(pages: Mapping[tuple[str, str], Path]) -> Exported:
    """A folder for each student with their pages, by (student, assignment): for a file share, or to send by hand."""
    folders = _distinct(dict.fromkeys(student for student, _ in pages))
    named = {f"{folders[student]}/{assignment}.html": path for (student, assignment), path in pages.items()}
    return Exported(_zip(named), tuple(folders))


def for_moodle(pages: Pages, assignment: str, collected: Collected, ids: Mapping[str, str]) -> Exported:
    """The zip that Moodle takes as feedback files: `{name}_{unique id}_assignsubmission_file_{file}`.

    `ids` are unique ids that a worksheet gives; else those of the hand-ins are taken. Moodle parts a file's name at the
    first four underscores, so the person's name has none.
    """
    named, left = {}, []
    for student, path in pages.items():
        number = ids.get(student) or _handin(collected, student, assignment).lms_id
        if not number.isdecimal() or not number.isascii():
            left.append(Left(student, "Moodle's number for them is not known: give the worksheet with --worksheet"))
            continue
        person = collected.people.get(student, Person(student))
        name = safe(person.name or student).replace("_", " ").strip(" .~") or "Participant"
        named[f"{name}_{number}_assignsubmission_file_{assignment}.html"] = path
    gone = {item.student for item in left}
    return Exported(_zip(named), tuple(student for student in pages if student not in gone), tuple(left))


def for_canvas(pages: Pages, assignment: str, collected: Collected) -> Exported:
    """The zip that Canvas takes as comments to its submissions.

    Canvas looks for the first two parts of a file's name between underscores that are numbers: the student's id and
    the attachment's, as in the names that it gave the submissions. A name such as `12_34` would be taken for them, so
    only letters of names are used.
    """
    named, left = {}, []
    for student, path in pages.items():
        person = collected.people.get(student, Person(student))
        found = _canvas_ids(_handin(collected, student, assignment).source, person.ids.get("ID", ""))
        if not found:
            left.append(Left(student, "Canvas's numbers are not in the name of what they handed in"))
            continue
        letters = "".join(character for character in person.name or student if character.isalpha())[:MAX_NAME]
        named[f"{encodable(letters).lower() or 'student'}_{found[0]}_{found[1]}_{assignment}.html"] = path
    gone = {item.student for item in left}
    return Exported(_zip(named), tuple(student for student in pages if student not in gone), tuple(left))


def safe(name: str) -> str:
    """A name that any system takes for a file: without signs that have a meaning in paths, not too long."""
    text = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", encodable(name))).strip(" .")
    return text[:MAX_NAME].strip(" .") or "_"


def _distinct(students: Iterable[str]) -> dict[str, str]:
    """A safe name for each student; no two differ in case only."""
    names: dict[str, str] = {}
    used: set[str] = set()
    for student in students:
        name, number = safe(student), 2
        while name.casefold() in used:
            name, number = f"{safe(student)} ({number})", number + 1
        used.add(name.casefold())
        names[student] = name
    return names


def _handin(collected: Collected, student: str, assignment: str) -> Handin:
    return collected.handins.get((student, assignment), Handin(student, assignment, ""))


def _canvas_ids(source: str, user: str) -> Sequence[str]:
    """The ids of student and attachment in the name of a submission: those with the known id, else the first."""
    name = source.replace("\\", "/").rpartition("/")[2]
    known = re.search(rf"_({re.escape(user)})_(\d+)_", name) if user else None
    found = known or _CANVAS_IDS.search(name)
    return found.groups() if found else ()


def _zip(files: Mapping[str, Path]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in files.items():
            entry = zipfile.ZipInfo(name, _DATE)
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    return content.getvalue()
