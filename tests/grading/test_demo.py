"""Submissions made up for tests and the demo: a mistake handed in has to be the mistake."""

from __future__ import annotations

import ast
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from conftest import COURSE

from autograder.demo.notebooks import function_source, mistake
from helpers.checking.calls import call
from helpers.checking.verdict import judge

WORD, OTHER = "ink", np.array([3.0, 4.0])
conv1d = COURSE.exercise("conv1d")


def twice(value: float) -> float:
    return 2 * value


def uses_globals(x, kind=WORD):  # type: ignore[no-untyped-def]
    return twice(x), kind, OTHER.sum(), conv1d.reference(np.ones(3), np.ones(2))[0], conv1d(np.ones(3), np.ones(2))[1]


def uses_names_of_its_own(x, WORD="paper"):  # type: ignore[no-untyped-def]
    twice = [conv1d + 1 for conv1d in range(3)]
    add = lambda OTHER: OTHER + x  # type: ignore[no-untyped-call,unused-ignore]  # noqa: E731
    return twice, WORD, add(1), {OTHER: -conv1d for OTHER, conv1d in [(1, 2)]}


def takes_a_global_into_a_name_of_its_own(x):  # type: ignore[no-untyped-def]
    return [-OTHER for OTHER in OTHER], (lambda twice=twice: twice(x))()


def holder(exercise, amount):  # type: ignore[no-untyped-def]
    def holds(x):  # type: ignore[no-untyped-def]
        return amount * exercise.reference(np.ones(3), np.ones(2))[0] + x

    return holds


def run(source: str, *arguments: Any) -> Any:
    """What the function `answer` of a cell gives, in a notebook where only NumPy is there."""
    namespace: dict[str, Any] = {"np": np}
    exec(source, namespace)
    return namespace["answer"](*arguments)


@pytest.mark.parametrize(
    "function", [uses_globals, uses_names_of_its_own, takes_a_global_into_a_name_of_its_own, holder(conv1d, 3)]
)
def test_a_function_stands_on_its_own(function: Any) -> None:
    assert repr(run(function_source(function, "answer"), 5)) == repr(function(5))


def test_a_reference_does_not_stand_in_for_the_students_function() -> None:
    defined = [
        item.name for item in ast.walk(ast.parse(function_source(uses_globals, "answer"))) if hasattr(item, "name")
    ]
    assert defined == ["twice", "own_conv1d", "answer"]


def test_local_names_are_not_taken_for_the_modules() -> None:
    tree = ast.parse(function_source(uses_names_of_its_own, "answer"))
    assert len(tree.body) == 1


@pytest.mark.parametrize("assignment", COURSE.notebooks)
def test_a_mistake_handed_in_is_judged_like_the_mistake(assignment: str) -> None:
    for exercise in COURSE.notebooks[assignment].exercises:
        if exercise.kind != "function" or exercise.name == "train":  # training takes long
            continue
        spec = exercise.public()
        first_of_aspects = {case.aspect: case for case in reversed(spec.cases)}
        spec = replace(spec, cases=tuple(first_of_aspects.values()))
        for name, (_, wrong) in exercise.mistakes.items():
            source = mistake(exercise, name)
            if len(ast.parse(source).body) == 1:
                continue  # nothing had to come along
            namespace = {key: item for key, item in wrong.__globals__.items() if isinstance(item, ModuleType)}
            exec(source, namespace)
            with np.errstate(all="ignore"):
                handed_in = judge(spec, [call(namespace[exercise.name], spec, case) for case in spec.cases])
                known = judge(spec, [call(wrong, spec, case) for case in spec.cases])
            assert handed_in.aspects == known.aspects, f"{exercise.name}: {name}"
