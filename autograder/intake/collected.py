"""What is known of a class beside its notebooks: OUT keeps it, so that marks find their way back into the LMS."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from autograder.files import write_atomically

FILE = "class.json"
SUBMITTED = "submitted"  # the folder in OUT for the notebooks that were collected


class ClassFileError(Exception):
    """OUT's class.json can't be read; the message says what to do."""


@dataclass(frozen=True)
class Person:
    """One student. `student` is the name of their folder, and their name everywhere in OUT.

    `ids` are the LMS's columns for them by heading, such as "ID", "SIS Login ID" or "Identifier", as its file has them.
    """

    student: str
    name: str = ""
    email: str = ""
    ids: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Handin:
    """The notebook that counts for a student and an assignment.

    `source` is where it was in what was given, `when` the LMS's time (with a zone, or None where it has none), `late`
    the LMS's own mark, `lms_id` its number for this hand-in (Moodle's unique id), `others` what was not taken.
    `digest` is that of its bytes. `rank`, the LMS's own marks, and `time`, a zip archive's in seconds or 0, tell
    whether another one is newer. `group` is the one that handed in, where each member has a copy.
    """

    student: str
    assignment: str
    source: str
    when: datetime | None = None
    late: bool | None = None
    lms_id: str = ""
    others: tuple[str, ...] = ()
    digest: str = ""
    rank: tuple[float, ...] = ()
    time: float = 0.0
    group: str = ""


@dataclass(frozen=True)
class Collected:
    """A class: its people by `student`, its hand-ins by (student, assignment)."""

    people: Mapping[str, Person] = field(default_factory=dict)
    handins: Mapping[tuple[str, str], Handin] = field(default_factory=dict)


def of(people: Iterable[Person], handins: Iterable[Handin]) -> Collected:
    """The class that these people and hand-ins make."""
    return Collected(
        {person.student: person for person in people}, {(item.student, item.assignment): item for item in handins}
    )


def merged(before: Collected, now: Collected) -> Collected:
    """Both; where both know something, what `now` says, but no field that it leaves empty."""
    people = dict(before.people)
    for student, person in now.people.items():
        known = people.get(student, person)
        people[student] = replace(
            known, name=person.name or known.name, email=person.email or known.email, ids={**known.ids, **person.ids}
        )
    return Collected(people, {**before.handins, **now.handins})


def load(out: Path) -> Collected:
    """What OUT keeps of the class; nothing where it keeps nothing. Raises ClassFileError or OSError."""
    path = out / FILE
    try:
        raw = json.loads(path.read_bytes())
        return of([Person(**entry) for entry in raw["people"]], [_handin(entry) for entry in raw["handins"]])
    except FileNotFoundError:
        return Collected()
    except (ValueError, LookupError, TypeError, AttributeError):
        raise ClassFileError(f"{path} can't be read: delete it, and collect the class again") from None


def save(collected: Collected, out: Path) -> None:
    """Writes OUT/class.json, sorted, for its owner alone. Raises OSError."""
    people = [asdict(collected.people[student]) for student in sorted(collected.people)]
    handins = [asdict(collected.handins[key]) for key in sorted(collected.handins)]
    for entry in handins:
        entry["when"] = entry["when"] and entry["when"].isoformat()
    text = json.dumps({"people": people, "handins": handins}, indent=1, ensure_ascii=True)
    write_atomically(out / FILE, text + "\n", private=True)


def _handin(raw: dict[str, Any]) -> Handin:
    when = raw["when"] and datetime.fromisoformat(raw["when"])
    return Handin(**{**raw, "when": when, "others": tuple(raw["others"]), "rank": tuple(raw.get("rank", ()))})
