"""What an LMS's export says of a file: whose it is, when it came, and which of several it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from .tree import File


@dataclass(frozen=True)
class Owner:
    """Who handed in, as the export tells it. `key` is the name for their folder where nothing better is known.

    `ids` are the LMS's by the heading that they have in its lists. Owners with the same `key` are one.
    """

    key: str
    name: str = ""
    email: str = ""
    login: str = ""
    ids: Mapping[str, str] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash(self.key)


@dataclass(frozen=True)
class Upload:
    """A file that somebody handed in: `owners` are several for a group's, none where that can't be told.

    `name` is the file's own name, `hint` the assignment that its place or name names, `place` the one for which it was
    handed in, where the export tells, `group` the group that handed it in for all its members. `when` is the LMS's
    time, `late` its mark, `lms_id` its number for the hand-in; `rank` tells by its own marks which of several is the
    newest. `problem` says why the file was not opened.
    """

    file: File
    owners: tuple[Owner, ...]
    name: str
    hint: str = ""
    when: datetime | None = None
    late: bool | None = None
    lms_id: str = ""
    rank: tuple[float, ...] = ()
    problem: str = ""
    place: str = ""
    group: str = ""


@dataclass(frozen=True)
class Claim:
    """What the name of a file or folder in an export says; as for `Upload`. `name` is empty for a folder's."""

    owners: tuple[Owner, ...]
    name: str = ""
    hint: str = ""
    when: datetime | None = None
    late: bool | None = None
    lms_id: str = ""
    rank: tuple[float, ...] = ()
    group: str = ""
