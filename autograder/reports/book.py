"""All that OUT holds of a course: each submission with what a person gave, what lateness costs, and whose it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.grading.result import ExerciseResult, SubmissionResult
from autograder.intake import collected
from autograder.intake.collected import Collected, Handin, Person

from . import by_hand, kept, lateness, rule_words
from .by_hand import Entered, HandGrade
from .kept import Kept
from .lateness import LateRule
from .names import nbgrader_id
from .work import Work


@dataclass(frozen=True)
class Mark:
    """One student's mark in one assignment. All in points.

    `raw` is the sum of what is graded, by hand grades where there are some; None where nothing is. `waiting` are the
    points of exercises without a score yet, but for those that were not handed in. `mark` is `raw` after what lateness
    costs; `comments` are a person's, by exercise. `again` are the exercises whose work or score has changed since a
    person gave the points that count.
    """

    student: str
    assignment: str
    raw: float | None
    mark: float | None
    max_points: float
    waiting: float = 0.0
    days_late: float = 0.0
    comments: tuple[tuple[str, str], ...] = ()
    again: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """One submission as every page and table shows it: `result` has the points that a person gave in it.

    `late_by_mark` says that it is late by the LMS's own mark, which doesn't say by how much.
    """

    result: SubmissionResult
    mark: Mark
    given: Mapping[str, HandGrade] = field(default_factory=dict)
    work: Work = field(default_factory=Work)
    person: Person | None = None
    handin: Handin | None = None
    confined: bool = True
    late_by_mark: bool = False

    @property
    def name(self) -> str:
        """The student's name where class.json has it, else their folder's."""
        return self.person.name if self.person and self.person.name else self.result.student

    def is_by_hand(self, item: ExerciseResult) -> bool:
        """Whether a person gave the points of an exercise, or some of them."""
        return item.exercise in self.given and self.given[item.exercise].gives_points


class Book:
    """The submissions that OUT keeps, with the hand grades of a gradebook. Results are read when they are asked for."""

    def __init__(self, out: Path, entered: Entered, who: Collected, rule: LateRule) -> None:
        self.out = out
        self.keys = kept.keys(out)
        self.students = {student for student, _ in self.keys} | set(who.people)
        self.rule = rule_words.by_folder(rule, who.people, self.students)
        self._entered, self._who = entered, who

    @property
    def assignments(self) -> list[str]:
        """The names of the assignments, sorted."""
        return sorted({assignment for _, assignment in self.keys})

    @property
    def people(self) -> Mapping[str, Person]:
        """Whom class.json names, by student."""
        return self._who.people

    def entries(self, assignment: str | None = None, with_work: bool = False) -> Iterator[Entry]:
        """All entries, or those of one assignment, sorted by student. Raises KeptError or OSError."""
        for student, name in self.keys:
            if assignment in (None, name):
                found = kept.read(student, name, self.out, with_work)
                if found is not None:
                    yield self._entry(found)

    def absent(self) -> list[tuple[str, str]]:
        """(student, assignment) for which OUT keeps nothing, of the students that class.json names."""
        there = set(self.keys)
        pairs = ((student, name) for student in sorted(self.people) for name in self.assignments)
        return [pair for pair in pairs if pair not in there]

    def lost(self) -> int:
        """How many submissions the gradebook has, but OUT does not: an older version, which kept none, graded them."""
        return len(self._entered.submissions - {(nbgrader_id(student), name) for student, name in self.keys})

    def untimed(self) -> Mapping[str, int]:
        """How many hand-ins have neither a time nor the LMS's word on lateness, by assignment with a due date."""
        found: Counter[str] = Counter()
        for key in self.keys:
            handin = self._who.handins.get(key)
            unknown = handin is None or (handin.when is None and handin.late is None)
            if key[1] in self.rule.due and unknown and (held := kept.read(*key, self.out, with_work=False)):
                found[key[1]] += any(item.status != "missing" for item in held.result.exercises)
        return +found

    def _entry(self, found: Kept) -> Entry:
        student, assignment = found.result.student, found.result.assignment
        given = self._entered.grades.get((nbgrader_id(student), assignment), {})
        result = by_hand.applied(found.result, given)
        handin = self._who.handins.get((student, assignment))
        late = lateness.days_late(self.rule, handin)
        return Entry(
            result,
            mark_of(result, given, late, self.rule),
            given,
            found.work,
            self.people.get(student),
            handin,
            found.basis.confined,
            late_by_mark=late > 0 and not lateness.is_measured(self.rule, handin),
        )


def load(out: Path, entered: Entered) -> Book:
    """The book of OUT. Raises ClassFileError, RuleError or OSError."""
    return Book(out, entered, collected.load(out), lateness.read(out / lateness.FILE))


def mark_of(
    result: SubmissionResult, given: Mapping[str, HandGrade], late: float = 0.0, rule: LateRule | None = None
) -> Mark:
    """The mark of a result that has the points given by hand in it, `late` days after the due date."""
    scores = [item.score for item in result.exercises if item.score is not None]
    raw = sum(scores) if scores else None
    return Mark(
        student=result.student,
        assignment=result.assignment,
        raw=raw,
        mark=None if raw is None else lateness.penalised(raw, late, rule or LateRule()),
        max_points=sum(item.max_score for item in result.exercises),
        waiting=sum(item.max_score for item in result.exercises if item.score is None and item.status != "missing"),
        days_late=late,
        comments=tuple(
            (item.exercise, given[item.exercise].comment)
            for item in result.exercises
            if item.exercise in given and given[item.exercise].comment
        ),
        again=tuple(
            item.exercise for item in result.exercises if item.exercise in given and given[item.exercise].again
        ),
    )
