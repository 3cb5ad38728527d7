"""Which row of an LMS's sheet is which student's."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

_NOT_IN_FILES = re.compile(r"""[&<>"'`|:\\/]""")  # signs that Moodle leaves out of the names of files


@dataclass(frozen=True)
class Keys:
    """By what somebody is known, from the surest kind of key to the least.

    `ids` are the LMS's own, one of each kind; one that is unknown is empty. `others` are sets of further keys: names
    that a folder may have, then what a person is called, which people choose themselves.
    """

    ids: tuple[str, ...]
    others: tuple[frozenset[str], ...]


def normal(text: str) -> str:
    """A text as it is compared: without regard to case, spaces and ways to write the same letter."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def names(*texts: str) -> frozenset[str]:
    """Names as they are compared: `Doe, Jane` is `Jane Doe`, too."""
    written = {normal(text) for text in texts}
    turned = {" ".join((first.strip(), last.strip())) for last, comma, first in map(_parted, written) if comma}
    return frozenset((written | turned) - {""})


def pair(
    rows: Sequence[Keys], students: Mapping[str, Keys], may_be: Callable[[int, str], bool] = lambda row, student: True
) -> dict[int, str]:
    """The student of each row that is surely somebody's, by the row's number. All have the same kinds of keys.

    A key pairs only where one row and one student have it, and the row `may_be` the student's. Where a kind of ids
    pairs anybody it is trusted: who has another id of that kind is not paired by anything weaker.
    """
    paired: dict[int, str] = {}
    trusted: list[int] = []
    for kind in range(len(rows[0].ids) + len(rows[0].others) if rows else 0):
        open_rows = {number: _keys(row, kind) for number, row in enumerate(rows) if number not in paired}
        taken = set(paired.values())
        open_students = {name: _keys(keys, kind) for name, keys in students.items() if name not in taken}
        found = {
            number: student
            for number, student in _unique(open_rows, open_students)
            if may_be(number, student)
            and not any(_disagree(rows[number].ids[sure], students[student].ids[sure]) for sure in trusted)
        }
        paired |= found
        if found and kind < len(rows[0].ids):
            trusted.append(kind)
    return paired


def alike(one: str, other: str) -> bool:
    """Whether two names may be one person's: they share a word, or one of them has none.

    A sign that a file's name can't have may be missing in one: `OBrien` is `O'Brien`.
    """
    first, second = map(_words, (one, other))
    return not first or not second or bool(first & second)


def _words(name: str) -> set[str]:
    plain = normal(name).replace("_", " ")
    return {word for text in (plain, _NOT_IN_FILES.sub("", plain)) for word in re.findall(r"\w+", text)}


def _parted(name: str) -> tuple[str, str, str]:
    return name.partition(",")


def _keys(keys: Keys, kind: int) -> frozenset[str]:
    loose = kind - len(keys.ids)
    return keys.others[loose] if loose >= 0 else frozenset({normal(keys.ids[kind])} - {""})


def _unique(rows: Mapping[int, Iterable[str]], students: Mapping[str, Iterable[str]]) -> list[tuple[int, str]]:
    """The pairs that share a key which nobody else has, where they share it with one partner only."""
    of_row = Counter(key for keys in rows.values() for key in keys)
    of_student = Counter(key for keys in students.values() for key in keys)
    holder = {key: name for name, keys in students.items() for key in keys if of_student[key] == 1}
    found = {
        (number, holder[key]) for number, keys in rows.items() for key in keys if of_row[key] == 1 and key in holder
    }
    rows_used = Counter(number for number, _ in found)
    students_used = Counter(name for _, name in found)
    return [(number, name) for number, name in found if rows_used[number] == students_used[name] == 1]


def _disagree(one: str, other: str) -> bool:
    return bool(one and other) and normal(one) != normal(other)
