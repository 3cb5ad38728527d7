"""Who is who: the owner that an export names is found among the people whom a roster and OUT know."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from .canvas import USER_ID
from .collected import Person
from .moodle import IDENTIFIER
from .naming import folder_name, person_keys, person_words
from .roster import identifies
from .uploads import Owner

MIN_WORD = 3  # letters of a word that may stand for a name


class People:
    """People by what may name them. An owner is one of them only where no second one fits."""

    def __init__(self, people: Iterable[Person], groups: Mapping[str, tuple[str, ...]] | None = None) -> None:
        self.people = {person.student: person for person in people}
        self._groups = groups or {}
        self._ids: defaultdict[str, set[str]] = defaultdict(set)
        self._logins: defaultdict[str, set[str]] = defaultdict(set)
        self._emails: defaultdict[str, set[str]] = defaultdict(set)
        self._names: defaultdict[str, set[str]] = defaultdict(set)
        self._having: defaultdict[str, set[str]] = defaultdict(set)
        for student, person in self.people.items():
            for heading, value in person.ids.items():
                if not identifies(heading):
                    continue
                for part in {value, *re.findall(r"\d+", value)} if heading == IDENTIFIER else {value}:
                    self._ids[f"{heading}:{part}".casefold()].add(student)
                self._logins[value.casefold()].add(student)
            self._logins[student.casefold()].add(student)
            if person.email:
                self._emails[person.email.casefold()].add(student)
                self._logins[person.email.casefold()].add(student)
                self._logins[person.email.casefold().partition("@")[0]].add(student)
            for key in person_keys(person.name) if person.name else ():
                self._names[key].add(student)
            for word in {word for words in person_words(person.name) for word in words}:
                self._having[word].add(student)

    def find(self, owner: Owner) -> tuple[str, ...]:
        """The students who may be the owner: one is found, several fit as well, none where nobody does.

        Looks for an LMS's id first, then for a login, an e-mail address, a name, at last for a part of a name. Who has
        another id or address than the owner is not found by name.
        """
        if sure := self.surely(owner):
            return sure
        named = {student for key in person_keys(owner.name) for student in self._names[key]} if owner.name else set()
        found = {student for student in named if not _disagree(owner, self.people[student])}
        by_part = () if owner.ids or owner.email else self._by_part(owner.name)
        return tuple(sorted(found or by_part))

    def surely(self, owner: Owner) -> tuple[str, ...]:
        """The students who may be the owner by more than a name."""
        looks = [
            {student for heading, value in owner.ids.items() for student in self._of_id(heading, value, owner.name)},
            self._logins[owner.login.casefold()] if owner.login else set(),
            self._emails[owner.email.casefold()] if owner.email else set(),
            {owner.key} & self.people.keys(),
        ]
        return tuple(sorted(next((found for found in looks if found), ())))

    def group(self, owner: Owner) -> tuple[str, ...]:
        """The members of the group that the owner's name names; none where it is not a group's."""
        keys = person_keys(owner.name or owner.key)
        found = [members for name, members in self._groups.items() if person_keys(name) & keys]
        return found[0] if len(found) == 1 else ()

    def is_person(self, name: str) -> bool:
        """Whether a name, as it stands, is that of one of them or of a group."""
        owner = Owner(name, name, login=name)
        keys = person_keys(name)
        known = self._logins.get(name.casefold()) or any(self._names.get(key) for key in keys)
        return bool(name) and bool(known or self.group(owner))

    def _of_id(self, heading: str, value: str, name: str) -> set[str]:
        """By an id under the same heading; a number that only the course's own people have, under any."""
        own = self._ids[f"{heading}:{value}".casefold()]
        if heading == IDENTIFIER:  # the number of a group's hand-in may by chance be another student's
            own = {student for student in own if _may_be(name, self.people[student].name)}
        return own or (self._logins[value.casefold()] if heading == "SID" else set())

    def _by_part(self, name: str) -> set[str]:
        """The people whose names have all the words of this one, and more."""
        found: set[str] = set()
        for words in person_words(name) if name else ():
            if words and all(len(word) >= MIN_WORD for word in words):
                for student in set.intersection(*(self._having[word] for word in words)):
                    if any(words <= whole for whole in person_words(self.people[student].name)):
                        found.add(student)
        return found


def _may_be(one: str, other: str) -> bool:
    """Whether two names have a word in common, or one has none."""
    first, second = ({word for words in person_words(name) for word in words} for name in (one, other))
    return not first or not second or bool(first & second or person_keys(one) & person_keys(other))


def _disagree(owner: Owner, person: Person) -> bool:
    """Whether an id or address says that a person isn't the owner."""
    # Moodle's identifier is another one in each assignment.
    telling = [name for name in owner.ids if identifies(name) and name != IDENTIFIER]
    pairs = [(owner.ids[name], person.ids.get(name, "")) for name in telling] + [(owner.email, person.email)]
    return any(one and other and one.casefold() != other.casefold() for one, other in pairs)


def known_as(owner: Owner, taken: Mapping[str, Owner]) -> str:
    """The name of the folder for an owner whom nobody knows: another one than those that are taken by others."""
    student = folder_name(owner.key)
    if student in taken and taken[student].key != owner.key:
        student = folder_name(f"{owner.key} ({next(iter(owner.ids.values()), owner.email or 2)})")
    return student


def person_of(owner: Owner, student: str) -> Person:
    """What an export itself tells of an owner."""
    ids = {heading: value for heading, value in owner.ids.items() if heading != IDENTIFIER}  # a hand-in's
    is_name = owner.name != owner.login and USER_ID not in owner.ids  # Canvas's has no spaces left
    name = owner.name if is_name else ""
    return Person(student, name, owner.email, ids)


def with_ids(person: Person, owner: Owner) -> Person:
    """The person with what the export tells and the roster doesn't."""
    told = person_of(owner, person.student)
    return replace(person, email=person.email or told.email, ids={**told.ids, **person.ids})
