"""Every exercise: the reference and right variants get everything, every known mistake loses points and is named.

SEEDS sets from how many seeds hidden cases are drawn: `make seeds-test`.
"""

from __future__ import annotations

import os
from collections import Counter
from functools import cache

import numpy as np
import pytest
from conftest import COURSE, variants

from autograder.course import Exercise
from helpers.checking.calls import call
from helpers.checking.catching import to_judge
from helpers.checking.messages import explain
from helpers.checking.spec import Outcome, Spec, from_json, to_json
from helpers.checking.verdict import Verdict, judge, judge_variables

SEEDS = range(int(os.environ.get("SEEDS", "2")))
EXERCISES = [exercise for book in COURSE.notebooks.values() for exercise in book.exercises]
CODED = [exercise for exercise in EXERCISES if exercise.kind != "written"]
FUNCTIONS = [exercise for exercise in CODED if exercise.kind == "function"]
VARIANTS = [(name, style, function) for name, style, function in variants() if name in {e.name for e in FUNCTIONS}]


def specs(exercise: Exercise) -> list[Spec]:
    """The public specification and some hidden ones."""
    return _specs(exercise.name)


@cache
def _specs(name: str) -> list[Spec]:
    exercise = COURSE.exercise(name)
    return [exercise.public(), *(exercise.hidden(seed) for seed in SEEDS)]


def verdict(exercise: Exercise, spec: Spec, answer: object) -> Verdict:
    if exercise.kind != "function":
        values = answer if exercise.kind == "design" else (answer,)
        return judge_variables(spec, to_judge(spec.suspects, values))
    with np.errstate(all="ignore"):
        return judge(spec, [call(answer, spec, case) for case in spec.cases])


@pytest.mark.parametrize("exercise", CODED, ids=lambda exercise: exercise.name)
def test_reference_gets_full_points(exercise: Exercise) -> None:
    for spec in specs(exercise):
        result = verdict(exercise, spec, exercise.reference)
        assert result.passed and result.score == exercise.points and result.mistake is None, explain(result).text()


@pytest.mark.parametrize("exercise", CODED, ids=lambda exercise: exercise.name)
def test_every_mistake_loses_points_and_is_named(exercise: Exercise) -> None:
    """The same points with each seed."""
    public, *hidden = specs(exercise)
    scores: dict[str, float] = {}
    for spec in (public, *hidden):
        for name, (_, wrong) in exercise.mistakes.items():
            result = verdict(exercise, spec, wrong)
            assert not result.passed, f"{name} passes"
            assert result.score < exercise.points or not exercise.points, f"{name} loses nothing"
            assert result.mistake is not None, f"{name} is not told from another mistake"
            assert result.mistake.name == name, f"{name} is named {result.mistake.name}"
            if spec is not public:
                assert scores.setdefault(name, result.score) == result.score, (
                    f"{name} has other points with another seed"
                )


@pytest.mark.parametrize(
    ("name", "style", "function"), VARIANTS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_right_variants_get_full_points(name: str, style: str, function: object) -> None:
    exercise = COURSE.exercise(name)
    for spec in specs(exercise):
        result = verdict(exercise, spec, function)
        assert result.passed, explain(result).text()
        assert result.mistake is None


def test_each_function_has_three_right_variants() -> None:
    count = Counter(name for name, _, _ in VARIANTS)
    assert {exercise.name: count[exercise.name] for exercise in FUNCTIONS if count[exercise.name] < 3} == {}


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda exercise: exercise.name)
def test_constant_answers_earn_nothing(exercise: Exercise) -> None:
    """A function that returns what one public case expects, whatever it is given, has earned nothing."""
    public, *hidden = specs(exercise)
    expected = [case.expected for case in public.cases]
    for spec in hidden:
        for value in expected:
            aspects = judge(spec, [Outcome(value=value)] * len(spec.cases)).aspects
            # At most one aspect of a scalar result may be hit by chance.
            allowed = 0 if isinstance(value, (list, tuple)) or np.ndim(value) else 1
            passing = [aspect for aspect, passed in aspects.items() if passed]
            assert len(passing) <= allowed, (
                f"a function that gives {value!r} whatever it is given passes {passing}: draw cases of other results"
            )


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda exercise: exercise.name)
def test_answers_that_fit_only_public_cases_earn_nothing(exercise: Exercise) -> None:
    public, *hidden = specs(exercise)
    known = {repr(case.arguments): case.expected for case in public.cases}
    for spec in hidden:
        outcomes = [Outcome(value=known.get(repr(case.arguments))) for case in spec.cases]
        passing = [aspect for aspect, passed in judge(spec, outcomes).aspects.items() if passed]
        assert judge(spec, outcomes).score == 0, f"all cases of {passing} are public, too: draw more of them from rng"


@pytest.mark.parametrize("exercise", CODED, ids=lambda exercise: exercise.name)
def test_public_file_holds_the_specification_exactly(exercise: Exercise) -> None:
    public = specs(exercise)[0]
    text = to_json(public)
    assert to_json(from_json(text)) == text
    for case, read in zip(public.cases, from_json(text).cases):
        for name, value in case.arguments.items():
            if isinstance(value, np.ndarray):
                assert read.arguments[name].dtype == value.dtype
                np.testing.assert_array_equal(read.arguments[name], value)


@pytest.mark.parametrize("exercise", CODED, ids=lambda exercise: exercise.name)
def test_exercise_is_complete(exercise: Exercise) -> None:
    assert len(exercise.hints) >= 1
    assert len(exercise.mistakes) >= 1
    assert all(sentence.strip().endswith((".", "?", "!")) for sentence, _ in exercise.mistakes.values())
    if exercise.kind == "function":
        assert all(where for where in specs(exercise)[0].aspects.values())
