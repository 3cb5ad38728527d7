"""Which students' work is worth a look side by side: equal hand-ins, equal rare wrong values, code of one structure."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from . import fingerprints
from .handed_in import HandedIn

# What more students have than these is a common solution: so many, or this share of the class.
FEW, FEW_SHARE = 4, 0.03
MIN_SHARE = 0.7  # of what is left of two pieces of code, from which on they count as alike
CLOSE, LOOSE = 0.8, 0.5  # with a smaller share than the first, a fingerprint counts as much as the second
# Code that is the same as a whole is seldom so by chance, even if it has little that is rare: from this share of all
# its fingerprints on, in code of at least so many, where no more than FEW have the same, a rare one counts as three.
WHOLE, MIN_WHOLE, TIMES = 0.95, 8, 3.0
BASE_LINE, BASE_STUDENTS = 5.0, 10  # so many fingerprints in a class of this size; see `line`
MAX_PAIRS = 200
MIN_CELLS = 3  # with something in them, for equal hand-ins to be worth a look


@dataclass(frozen=True)
class Alike:
    """One exercise whose code is alike: how many rare fingerprints two students share, and their share, 0 to 1.

    `whole` tells that what is not rare is the same, too.
    """

    exercise: str
    shared: int
    share: float
    whole: bool = False

    @property
    def strength(self) -> float:
        """What the rare fingerprints count."""
        return self.shared * (TIMES if self.whole else LOOSE if self.share < CLOSE else 1.0)


@dataclass(frozen=True)
class Pair:
    """Two students and the exercises in which their code is alike; `strength` is what these count in all."""

    first: HandedIn
    second: HandedIn
    alike: tuple[Alike, ...]

    @property
    def strength(self) -> float:
        return sum(item.strength for item in self.alike)


@dataclass(frozen=True)
class SameWork:
    """What is alike in one assignment. `pairs` are those above the line, the strongest first; `below` counts others.

    `identical` are groups of students who handed in the same; `wrong` are groups who share wrong values, each with the
    exercises.
    """

    assignment: str
    students: int
    line: float
    pairs: tuple[Pair, ...]
    below: int
    identical: tuple[tuple[str, ...], ...]
    wrong: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]


def compare(assignment: str, handed_in: Sequence[HandedIn], known: Mapping[str, Iterable[str]]) -> SameWork:
    """What is alike among the students of an assignment; `known` is code of each exercise that everybody may have."""
    identical = _groups({work.student: work.content for work in handed_in if work.cells >= MIN_CELLS})
    # Of equal hand-ins one is compared with the others: the rest would make it look common.
    first: dict[str, HandedIn] = {}
    for work in handed_in:
        if work.cells:
            first.setdefault(_what(work), work)
    single = list(first.values())
    drawn = line(len(single))
    pairs = _pairs(single, known)
    above = sorted(
        (pair for pair in pairs if pair.strength >= drawn),
        key=lambda pair: (-pair.strength, pair.first.student, pair.second.student),
    )
    return SameWork(
        assignment=assignment,
        students=len(handed_in),
        line=drawn,
        pairs=tuple(above[:MAX_PAIRS]),
        below=len(pairs) - len(above),
        identical=tuple(identical),
        wrong=tuple(_wrong(single)),
    )


def line(students: int) -> float:
    """What a pair's rare fingerprints must count: the more pairs there are, the more agree by chance."""
    ratio = max(1.0, students / BASE_STUDENTS)
    return BASE_LINE + 2 * math.log2(ratio)


def few(students: int) -> int:
    """How many students may have something for it to be rare."""
    return max(FEW, int(FEW_SHARE * students))


def _what(work: HandedIn) -> str:
    """The same for those who are listed as equal."""
    return work.content if work.cells >= MIN_CELLS else f"by {work.student}"


def _pairs(handed_in: Sequence[HandedIn], known: Mapping[str, Iterable[str]]) -> list[Pair]:
    everybodys = [(exercise, source) for exercise, sources in known.items() for source in sources]
    own = [(exercise, number) for number, work in enumerate(handed_in) for exercise in work.code if exercise in known]
    sources = [source for _, source in everybodys] + [handed_in[number].code[exercise] for exercise, number in own]
    found = fingerprints.of_each(sources)
    taken_out: dict[str, set[str]] = defaultdict(set)
    for (exercise, _), prints in zip(everybodys, found, strict=False):
        taken_out[exercise] |= prints
    code: dict[str, dict[int, frozenset[str]]] = defaultdict(dict)
    for (exercise, number), prints in zip(own, found[len(everybodys) :], strict=True):
        code[exercise][number] = prints
    alike: dict[tuple[int, int], list[Alike]] = defaultdict(list)
    for exercise in known:
        for pair, item in _alike(exercise, code[exercise], taken_out[exercise], few(len(handed_in))).items():
            alike[pair].append(item)
    return [Pair(handed_in[first], handed_in[second], tuple(items)) for (first, second), items in alike.items()]


def _alike(
    exercise: str, code: Mapping[int, frozenset[str]], taken_out: set[str], most: int
) -> dict[tuple[int, int], Alike]:
    """The pairs whose code of an exercise is alike in what few have."""
    having: dict[str, list[int]] = defaultdict(list)
    for number, prints in code.items():
        for one in prints - taken_out:
            having[one].append(number)
    rare = {one: numbers for one, numbers in having.items() if len(numbers) <= most}
    size = Counter(number for numbers in rare.values() for number in numbers)
    shared = Counter(pair for numbers in rare.values() for pair in combinations(numbers, 2))
    same = Counter(code.values())
    return {
        (first, second): Alike(exercise, count, share, _is_whole(code[first], code[second], same))
        for (first, second), count in shared.items()
        if (share := 2 * count / (size[first] + size[second])) >= MIN_SHARE
    }


def _is_whole(one: frozenset[str], other: frozenset[str], same: Mapping[frozenset[str], int]) -> bool:
    """Whether two pieces of code are the same as a whole; `same` counts who has each."""
    is_telling = len(one) >= MIN_WHOLE and max(same[one], same[other]) <= FEW
    return is_telling and 2 * len(one & other) >= WHOLE * (len(one) + len(other))


def _groups(values: Mapping[str, str]) -> list[tuple[str, ...]]:
    """The students who have the same value, where it isn't empty; the largest group first."""
    having: dict[str, list[str]] = defaultdict(list)
    for student, value in values.items():
        if value:
            having[value].append(student)
    groups = [tuple(sorted(students)) for students in having.values() if len(students) > 1]
    return sorted(groups, key=lambda students: (-len(students), students))


def _wrong(handed_in: Sequence[HandedIn]) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """(students, exercises) of wrong values that only these few have; those with the most exercises first."""
    exercises = dict.fromkeys(exercise for work in handed_in for exercise in work.wrong)
    together: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for exercise in exercises:
        for students in _groups({work.student: work.wrong.get(exercise, "") for work in handed_in}):
            if len(students) <= few(len(handed_in)):
                together[students].append(exercise)
    found = [(students, tuple(names)) for students, names in together.items()]
    return sorted(found, key=lambda item: (-len(item[1]), item[0]))
