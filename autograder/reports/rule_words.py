"""The words of OUT/course.toml against the class: whose extension it is, and what the rule has no effect on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from autograder.intake.collected import Person

from .lateness import FILE, LateRule


def by_folder(rule: LateRule, people: Mapping[str, Person], students: Collection[str]) -> LateRule:
    """The rule with its extensions by student's folder, where it names one person by their name or e-mail address.

    `students` are the folders of all students that are known.
    """
    called: dict[str, set[str]] = {}
    for person in people.values():
        for word in {_folded(person.name), _folded(person.email)} - {""}:
            called.setdefault(word, set()).add(person.student)

    def folder(word: str) -> str:
        found = called.get(_folded(word), set())
        return word if word in students or len(found) != 1 else min(found)

    given = {word: days for word, days in rule.extensions.items() if folder(word) == word}
    meant = {folder(word): days for word, days in rule.extensions.items() if folder(word) != word}
    return replace(rule, extensions={**meant, **given})


def without_effect(rule: LateRule, students: Collection[str], assignments: Collection[str]) -> Iterator[str]:
    """A line for each word of the rule, its extensions by folder, that is neither a student's nor an assignment's."""
    for name in rule.due:
        if name not in assignments:
            yield f"{FILE}: [due] has {name}, which is not an assignment"
    for student, days in rule.extensions.items():
        if student not in students:
            how = "write their folder, or a name or e-mail address that one person alone has"
            yield f"{FILE}: [extensions] has {student}, who is not a student here: {how}"
        for name in days:
            if name and name not in assignments:
                yield f"{FILE}: [extensions] has {name} for {student}, which is not an assignment"


def untimed(counts: Mapping[str, int]) -> Iterator[str]:
    """A line for each assignment with a due date and so many hand-ins whose time is not known."""
    for name, count in counts.items():
        yield (
            f"{name} has a due date, but the time of {count} hand-in{'' if count == 1 else 's'} is not known: "
            "nothing is taken off there"
        )


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
