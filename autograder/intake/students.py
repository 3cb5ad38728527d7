"""The class while it is collected: the people whom the roster and OUT know, and those whom only the export names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from . import moodle
from .collected import Person
from .people import People, known_as, person_of, with_ids
from .roster import Roster
from .uploads import Owner

MAX_NAMED = 5


class Students:
    """Finds the students of an owner. `listed` are those of the roster, `seen` those who handed in anything.

    `strangers` handed in and are not on the roster, though their folder may be in its place, or OUT know them.
    """

    def __init__(self, known: Mapping[str, Person], roster: Roster | None, folders: Sequence[str]) -> None:
        self._roster = roster
        self._folders = set(folders)
        before = People(known.values())
        people = dict(known)
        listed = []
        for person in roster.people if roster else ():
            same = before.find(Owner(person.student, person.name, person.email, person.student, person.ids))
            student = same[0] if len(same) == 1 else person.student
            people[student] = replace(person, student=student)
            listed.append(student)
        lookup = People(people.values())
        for folder in folders:  # its name is its student's
            found = lookup.find(Owner(folder, folder, login=folder))
            if len(found) == 1 and found[0] != folder and found[0] in people:
                people[folder] = replace(people.pop(found[0]), student=folder)
                listed = [folder if student == found[0] else student for student in listed]
        renamed = dict(zip((person.student for person in roster.people), listed)) if roster else {}
        groups = roster.groups.items() if roster else ()
        self.groups = {name: tuple(renamed[student] for student in members) for name, members in groups}
        self.listed = tuple(listed)
        self.people = People(people.values(), self.groups)
        self.seen: dict[str, Owner] = {}
        self.strangers: set[str] = set()
        self._keys: defaultdict[str, set[str]] = defaultdict(set)

    def meet(self, owners: Iterable[Sequence[Owner]]) -> None:
        """Learns of all whom an export names, before any is told from another."""
        for owner in {owner for many in owners for owner in many if _is_told(owner)}:
            for student in self.people.find(owner):
                self._keys[student].add(owner.key)

    def of(self, owners: Sequence[Owner]) -> tuple[tuple[str, ...], str]:
        """The students whom the owners are; none, and the reason, where that can't be told."""
        students: list[str] = []
        for owner in owners:
            found = (owner.key,) if owner.key in self._folders else self.people.find(owner)
            if len(found) > 1:
                return (), f"it may be of {', '.join(found[:MAX_NAMED])}: nothing tells these people apart"
            if found and _is_told(owner) and len(self._keys[found[0]]) > 1 and not self.people.surely(owner):
                return (), f"it may be of {found[0]}, and so may another's: only a name tells"
            found = found or self.people.group(owner) or (known_as(owner, self.seen),)
            if self._roster:
                self.strangers |= {*found} - {*self.listed}
            for student in found:
                self.seen.setdefault(student, owner)
            students += found
        return tuple(dict.fromkeys(students)), "" if students else "whose it is can't be told"

    def time(self, students: Sequence[str], number: str) -> datetime | None:
        """When a hand-in of Moodle's came, as the roster tells, where its number is that of one of the students."""
        known = [self.people.people[student].ids for student in students if student in self.people.people]
        is_theirs = number in [moodle.number(ids.get(moodle.IDENTIFIER, "")) for ids in known]
        return self._roster.times.get(number) if self._roster and number and is_theirs else None

    def person(self, student: str) -> Person:
        """What is known of a student."""
        owner = self.seen.get(student)
        known = self.people.people.get(student)
        if known is None:
            return person_of(owner, student) if owner else Person(student)
        return with_ids(known, owner) if owner and len(self.people.find(owner)) == 1 else known


def _is_told(owner: Owner) -> bool:
    """Whether a system tells who an owner is: two such are two people, and two spellings of a name may be one's."""
    return bool(owner.ids or owner.email)
