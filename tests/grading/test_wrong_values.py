"""Code that is wrong in the same way has one digest, and no other has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from conftest import COURSE

from autograder.grading import feedback, result, wrong_values
from autograder.grading.result import SubmissionResult
from helpers.checking.calls import call
from helpers.checking.spec import Case, Outcome, Spec
from helpers.checking.verdict import Verdict, judge

EXERCISE = COURSE.exercise("conv1d_valid")
SPEC = EXERCISE.hidden(7)


def judged(function: Callable[..., Any], seed: int = 7) -> Verdict:
    spec = SPEC if seed == 7 else EXERCISE.hidden(seed)
    return judge(spec, [call(function, spec, case) for case in spec.cases])


def odd(x: Any, w: Any) -> Any:
    return 3.0 * np.array([np.sum(x[i : i + len(w)] * w) for i in range(len(x) - len(w) + 1)]) - 1.0


def odd_in_other_words(x: Any, w: Any) -> Any:
    sums = []
    for i in range(x.size - w.size + 1):
        sums.append(3 * sum(float(x[i + j]) * float(w[j]) for j in range(w.size)) - 1)
    return sums


def raises(x: Any, w: Any) -> Any:
    raise ValueError("no idea")


def test_the_same_wrong_values_have_one_digest() -> None:
    assert wrong_values.digest(judged(odd)) == wrong_values.digest(judged(odd_in_other_words)) != ""


def test_other_wrong_values_and_other_cases_have_another() -> None:
    others = {
        wrong_values.digest(judged(odd)),
        wrong_values.digest(judged(odd, seed=8)),
        wrong_values.digest(judged(lambda x, w: odd(x, w) + 0.5)),
    }
    assert len(others) == 3


def test_what_says_too_little_has_none() -> None:
    mistakes = [wrong for _, wrong in EXERCISE.mistakes.values()]
    named = [verdict for verdict in map(judged, mistakes) if verdict.mistake]
    assert len(named) > 3
    for verdict in (*named, *map(judged, (EXERCISE.reference, raises, lambda x, w: None, lambda x, w: 0.0 * x))):
        assert wrong_values.digest(verdict) == ""


def test_the_digest_is_kept_with_the_result() -> None:
    item = feedback.result_of(judged(odd), None)
    assert item.wrong_values == wrong_values.digest(judged(odd))
    kept = SubmissionResult("ann", "02", (item,))
    assert result.from_json(result.to_json(kept), "ann", "02") == kept
    assert item.message is not None and item.wrong_values not in item.message.text() + item.message.html()


def of(got: Any) -> str:
    """The digest for a wrong value of a case that expects something else."""
    spec = Spec(
        "f", "01_small", "function", 1.0, aspects={"values": "look"}, cases=(Case("values", {"x": 1}, "other"),)
    )
    return wrong_values.digest(judge(spec, [Outcome(got)]))


def test_three_different_numbers_are_enough_and_six_digits_tell_them_apart() -> None:
    assert of([5.0, 6.0, 7.0]) and of([-5.0, 5.0, 0.5]) and of([1e-9, 2e-9, 3e-9])
    assert of([5.0, 6.0, 6.0]) == of(([5.0, 6.0], [5.0])) == of("5 6 7") == ""
    assert of([5.0, 6.0, 0.0]) == of([5.0, 6.0, -0.0]) == of([5.000001, 6.0, 0.0]) != of([5.00001, 6.0, 0.0])


def test_what_holds_the_numbers_is_a_part_of_the_digest() -> None:
    values = [1.5, 2.5, 3.5]
    made = [values, [values], (values, [4.5]), (values, [4.25]), {"a": values}, {"b": values}, {"a": [0.5, 2.5, 3.5]}]
    assert len({*map(of, made)} - {""}) == len(made)


def test_cases_that_end_in_an_exception_count_for_nothing() -> None:
    def sometimes(x: Any, w: Any) -> Any:
        return odd(x, w) if len(x) % 2 else raises(x, w)

    found = judged(sometimes)
    assert 0 < sum(item.outcome.fault is not None for item in found.judged) < len(found.judged)
    assert wrong_values.digest(found) != ""
    others = replace(found, judged=tuple(item for item in found.judged if item.outcome.fault is None))
    assert wrong_values.digest(others) == wrong_values.digest(found)
