"""From outcomes to a verdict: which aspects pass, which failing case to show, the mistake's name and the score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from . import catching
from .answers import judge_answer
from .general import advise
from .named import named
from .patterns import pattern
from .raised import reason
from .spec import UNCHANGED, Case, Mistake, Outcome, Spec
from .values import Problem, as_array, close, problem

# So many numbers of wrong results have to agree, and so many of them be wrong, before one aspect names a mistake.
MIN_NUMBERS = 3
MIN_WRONG = 2
# What the code itself shows and what has to be mended first, whatever the values equal.
MEND_FIRST = ("parameters_swapped",)


@dataclass(frozen=True)
class Judged:
    """One case and its outcome; `got` is the value that was compared, `problem` is None when it is right."""

    case: Case
    outcome: Outcome
    got: Any
    problem: Problem | None

    @property
    def passed(self) -> bool:
        return self.problem is None and self.outcome.fault is None


@dataclass(frozen=True)
class Verdict:
    """The judgement of one exercise.

    `aspects` maps each aspect to whether all of its cases pass; `guess` is the known mistake behind a wrong answer.
    `code` is what the function's code shows, a mistake or a sentence, where that was looked at.
    """

    spec: Spec
    judged: tuple[Judged, ...]
    aspects: dict[str, bool]
    status: str
    guess: Mistake | None = None
    code: tuple[Mistake | None, str] = (None, "")

    @property
    def registered(self) -> Mistake | None:
        """The exercise's known mistake, when the outcomes match exactly one."""
        return self.guess or self._named[0]

    @property
    def mistake(self) -> Mistake | None:
        """The exercise's known mistake, or one that any exercise may have. The latter is only for public cases."""
        seen = self.code[0]
        return seen if seen and seen.name in MEND_FIRST else self.registered or self.advice[0]

    @cached_property
    def advice(self) -> tuple[Mistake | None, str]:
        """What the code and the failing cases say by themselves: a mistake, or a sentence. Only for public cases."""
        item = self.failing
        if item is None or self.code[0]:
            return self.code
        alike = [other for other in self.judged if other.case.aspect == item.case.aspect and not other.passed]
        by_value = not self.spec.observe and not self.spec.suspects
        if by_value and item.problem and not any(other.outcome.fault for other in alike):
            found = pattern([(other.case.expected, other.got) for other in alike])
            if found:
                return found, ""
        mistake, said = advise(self.spec, item.outcome.fault, item.problem, item.got)
        return mistake, "" if mistake else self.code[1] or said

    @cached_property
    def failing(self) -> Judged | None:
        """The failing case to show: the smallest of the first aspect that fails, since aspects go from basic to subtle.

        When one aspect names the mistake, it is the smallest of that one. A named mistake speaks of values, so a case
        with a value is shown rather than one with an exception.
        """
        wrong = [item for item in self.judged if not item.passed]
        failing = {item.case.aspect for item in wrong}
        first = next((name for name in self.aspects if name in failing), UNCHANGED)
        aspect = self._named[1] or first
        shown = [item for item in wrong if item.case.aspect == aspect] or wrong
        if not shown and UNCHANGED in self.aspects:
            return next((item for item in self.judged if item.outcome.changed), None)
        by_value = self._named[0] is not None
        return min(shown, key=lambda item: (by_value and bool(item.outcome.fault), item.case.size), default=None)

    @cached_property
    def _named(self) -> tuple[Mistake | None, str]:
        """The known mistake, and the aspect that identifies it; empty when all do together."""
        return _name_mistake(self.spec, self.judged) if self.judged and not self.passed else (None, "")

    @property
    def passed(self) -> bool:
        """True when every aspect passes."""
        return self.status == "correct"

    @property
    def score(self) -> float:
        """Points earned, in hundredths: the share of aspects that pass, each with its weight."""
        if not self.aspects or self.status == "forbidden":
            return self.spec.points if self.passed else 0.0
        weights = {name: self.spec.weights.get(name, 1) for name in self.aspects}
        earned = sum(weights[name] for name, passed in self.aspects.items() if passed)
        return round(self.spec.points * earned / sum(weights.values()), 2)


def judge(spec: Spec, outcomes: Sequence[Outcome]) -> Verdict:
    """Judges the outcomes of `spec.cases`, given in the same order."""
    judged = tuple(_judge_case(spec, case, outcome) for case, outcome in zip(spec.cases, outcomes, strict=True))
    aspects = dict.fromkeys(spec.aspects, True)
    for item in judged:
        aspects[item.case.aspect] = aspects[item.case.aspect] and item.passed
    if UNCHANGED in aspects:
        # Leaving inputs unchanged earns nothing unless the basic cases are right as well.
        aspects[UNCHANGED] = aspects[next(iter(spec.aspects))] and not any(item.outcome.changed for item in judged)
    return Verdict(spec, judged, aspects, _status(aspects, judged))


def judge_variables(spec: Spec, values: Sequence[Any]) -> Verdict:
    """Judges the plain values of an exercise's variables: an answer by its digest, a design on every case.

    Of inputs that are to expose wrong functions the value is the report on them, see `catching`.
    """
    if all(value is None for value in values):
        return Verdict(spec, (), dict.fromkeys(spec.aspects, False), "not_attempted")
    if spec.kind == "design":
        return judge(spec, [Outcome(value=tuple(values))] * len(spec.cases))
    right, guess = judge_answer(spec, values[0])
    return Verdict(spec, (), {}, "correct" if right else "wrong", guess)


def compared(spec: Spec, case: Case, outcome: Outcome) -> tuple[Any, Problem | None]:
    """The value to compare for a case, and what is wrong with the outcome's value itself, if anything."""
    if spec.suspects and not outcome.fault:
        return catching.observed(outcome.value[0], *case.arguments.values()), None
    if not spec.observe or outcome.fault:
        return outcome.value, None
    try:
        return named("observers", spec.observe)(outcome.value, *case.arguments.values()), None
    except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError) as error:
        return outcome.value, Problem("type", str(error))


def _judge_case(spec: Spec, case: Case, outcome: Outcome) -> Judged:
    got, wrong = compared(spec, case, outcome)
    if outcome.fault is None and wrong is None:
        wrong = problem(case.expected, got, spec.integers)
    return Judged(case, outcome, got, wrong)


def _name_mistake(spec: Spec, judged: tuple[Judged, ...]) -> tuple[Mistake | None, str]:
    """The one mistake whose outcomes equal the student's on all aspects, or on one that fails, and that aspect.

    One aspect is enough, since people combine mistakes: a flipped filter is still one in code that also overflows on
    uint8. But then enough wrong numbers have to agree, the mistake has to explain the first aspect that fails, and it
    isn't one that spoils only an aspect that tests the types of numbers. A student who is right in an aspect that a
    mistake gets wrong has not made that mistake.
    """
    failing = [name for name in spec.aspects if any(item.case.aspect == name and not item.passed for item in judged)]
    possible = [mistake for mistake in spec.mistakes if _right_where_right(spec, mistake, judged, failing)]
    fitting = [mistake for mistake in possible if _fits(spec, mistake, judged)]
    if len(fitting) == 1 and _says_something(judged):
        return fitting[0], ""
    for aspect in failing:
        chosen = [index for index, item in enumerate(judged) if item.case.aspect == aspect]
        if _evidence([judged[index] for index in chosen]) < MIN_NUMBERS:
            continue
        fitting = [mistake for mistake in possible if _fits(spec, mistake, judged, chosen)]
        if len(fitting) == 1 and not _all_right(spec, fitting[0], judged, failing[0]):
            return fitting[0], aspect
    return None, ""


def _says_something(judged: Sequence[Judged]) -> bool:
    """Whether outcomes can name a mistake: not where each is an exception, NaN or infinity."""
    finite = any(_counted(item)[1] for item in judged if item.problem is not None)
    return finite or any(item.passed for item in judged)


def _right_where_right(spec: Spec, mistake: Mistake, judged: Sequence[Judged], failing: Sequence[str]) -> bool:
    """Whether a mistake is right in all the aspects in which the student is."""
    passing = {item.case.aspect for item in judged}.difference(failing)
    return all(_all_right(spec, mistake, judged, aspect) for aspect in passing)


def _all_right(spec: Spec, mistake: Mistake, judged: Sequence[Judged], aspect: str) -> bool:
    """Whether a mistake is right on all cases of an aspect."""
    pairs = zip(mistake.outcomes, judged, strict=True)
    return all(_right(spec, item.case, known) for known, item in pairs if item.case.aspect == aspect)


def _fits(spec: Spec, mistake: Mistake, judged: Sequence[Judged], chosen: Sequence[int] | None = None) -> bool:
    """Whether a mistake's outcomes equal the student's on the chosen cases, or on all."""
    indices = range(len(judged)) if chosen is None else chosen
    return all(_same(mistake.outcomes[index], judged[index], spec.integers) for index in indices)


def _evidence(judged: Sequence[Judged]) -> int:
    """How many numbers of wrong results agree: none if only NaN or infinity, or a single one, is wrong in them."""
    counted = [_counted(item) for item in judged if item.problem is not None]
    return sum(total for total, _ in counted) if sum(wrong for _, wrong in counted) >= MIN_WRONG else 0


def _counted(item: Judged) -> tuple[int, int]:
    """How many numbers a wrong result holds, and how many of them are wrong; NaN and infinities don't count.

    Of an empty result all that were expected are wrong.
    """
    got, expected = as_array(item.got), as_array(item.case.expected)
    if got is None:
        return 1, 1
    if got.size == 0 and expected is not None:
        return expected.size, expected.size
    finite = np.isfinite(got)
    total = int(finite.sum())
    if expected is None or expected.shape != got.shape or (item.problem and item.problem.kind == "dtype"):
        return total, total
    return total, int((finite & ~close(expected, got)).sum())


def _right(spec: Spec, case: Case, known: Outcome) -> bool:
    """Whether a known mistake's outcome on a case is right."""
    return known.fault is None and problem(case.expected, known.value, spec.integers) is None


def _same(known: Outcome, item: Judged, types_matter: bool) -> bool:
    """Whether a known mistake's outcome on a case equals the student's."""
    if known.fault or item.outcome.fault:
        same = known.fault and item.outcome.fault and known.fault.type_name == item.outcome.fault.type_name
        return bool(same) and reason(known.fault) == reason(item.outcome.fault)
    if known.changed != item.outcome.changed or problem(known.value, item.got) is not None:
        return False
    return not types_matter or _kind(known.value) == _kind(item.got)


def _kind(value: Any) -> str:
    """The kind of number, since a size as a float is a mistake of its own. True and False count as integers."""
    array = as_array(value)
    return "" if array is None else ("i" if array.dtype.kind in "iub" else array.dtype.kind)


def _status(aspects: dict[str, bool], judged: tuple[Judged, ...]) -> str:
    if all(aspects.values()):
        return "correct"
    faults = [item.outcome.fault for item in judged if item.outcome.fault]
    if (
        judged
        and len(faults) == len(judged)
        and all(fault.kind == "not_written" and not fault.message for fault in faults)
    ):
        return "not_attempted"
    for kind in ("forbidden", "crashed", "memory", "timeout"):
        if any(fault.kind == kind for fault in faults):
            return kind
    if any(aspects.values()):
        return "partial"
    return "error" if faults else "wrong"
