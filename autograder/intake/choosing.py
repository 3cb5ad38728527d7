"""Of several notebooks for one assignment the newest counts, by the LMS's own mark, then by the file's time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from .collected import Handin
from .naming import copy_number
from .uploads import Upload

HIDES = ("", ".ipynb", ".zip", ".json", ".txt")  # suffixes of what may be a notebook, or have one in it

Key = tuple[str, str]  # student, assignment


@dataclass(frozen=True)
class Candidate:
    """A notebook that a student may have handed in for an assignment; `sure` when the notebook itself says so."""

    student: str
    assignment: str
    upload: Upload
    sure: bool

    def age(self) -> tuple[bool, tuple[float, ...], float, int, bool, str]:
        """Larger for what counts rather. Of files with the same time, a browser numbers the newer one."""
        name = self.upload.name
        exact = name == f"{self.assignment}.ipynb"
        return self.sure, self.upload.rank, self.upload.file.time, copy_number(name), exact, self.upload.file.shown


@dataclass(frozen=True)
class Chosen:
    """The notebook that counts, and where the others were that don't."""

    student: str
    assignment: str
    upload: Upload
    others: tuple[str, ...]


def choose(candidates: Iterable[Candidate]) -> dict[Key, Chosen]:
    """The newest for each student and assignment."""
    by_key: defaultdict[Key, list[Candidate]] = defaultdict(list)
    for one in candidates:
        by_key[one.student, one.assignment].append(one)
    chosen = {}
    for key, many in by_key.items():
        first, *others = sorted(many, key=Candidate.age, reverse=True)
        chosen[key] = Chosen(*key, first.upload, tuple(one.upload.file.shown for one in others))
    return chosen


def may_hide(upload: Upload, assignments: Collection[str]) -> bool:
    """Whether a notebook may be in what was not opened, for a student who has one for these assignments."""
    return not assignments or PurePath(upload.file.name).suffix.lower() in HIDES


def own(handins: Mapping[Key, Handin]) -> set[Key]:
    """Of what was handed in, that which no other has as well: nobody shared it."""
    counts = Counter((assignment, handin.source) for (_, assignment), handin in handins.items())
    return {key for key, handin in handins.items() if counts[key[1], handin.source] == 1}


def sharing(groups: Mapping[str, tuple[str, ...]], handed_in: Collection[Key]) -> set[Key]:
    """The students and assignments for which another member of a group handed in."""
    return {
        (other, assignment)
        for student, assignment in handed_in
        for members in groups.values()
        if student in members
        for other in members
        if other != student
    }


def shared(
    chosen: Mapping[Key, Chosen],
    groups: Mapping[str, tuple[str, ...]],
    assignments: Sequence[str],
    settled: Collection[Key],
) -> dict[Key, Chosen]:
    """What the members of groups get who handed in nothing themselves, where just one member did."""
    given: dict[Key, Chosen] = {}
    for members in groups.values():
        for assignment in assignments:
            own = [chosen[student, assignment] for student in members if (student, assignment) in chosen]
            if len(own) == 1 and not any((student, assignment) in settled for student in members):
                others = {(student, assignment) for student in members} - chosen.keys()
                given |= {key: replace(own[0], student=key[0]) for key in others}
    return given
