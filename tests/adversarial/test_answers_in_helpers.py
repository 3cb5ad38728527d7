"""Nothing that a graded process can import from `helpers` does an exercise that students are to do themselves."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import pkgutil
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import permutations
from types import FrameType
from typing import Any

import numpy as np
import pytest
from conftest import COURSE

import helpers
from autograder.course import Exercise
from helpers import display, lent
from helpers.checking.calls import call
from helpers.checking.spec import Case, Spec
from helpers.checking.verdict import judge

FUNCTIONS = [item for item in COURSE.exercises() if item.kind == "function"]
MIN_SCORE = 0.5  # of an exercise
SECONDS = 0.2


@cache
def reachable() -> dict[str, Callable[..., Any]]:
    """Each function and class of `helpers` by its path, without the modules that are absent while grading."""
    found: dict[str, Callable[..., Any]] = {}
    for module in _modules():
        for name, value in vars(module).items():
            if callable(value) and getattr(value, "__module__", "").startswith("helpers"):
                found[f"{value.__module__}.{getattr(value, '__qualname__', name)}"] = value
            if inspect.isclass(value) and value.__module__.startswith("helpers"):
                for inner, method in vars(value).items():
                    if inspect.isfunction(method):
                        found[f"{value.__module__}.{value.__qualname__}.{inner}"] = method
    return found


def _modules() -> Iterator[Any]:
    for info in pkgutil.walk_packages(helpers.__path__, "helpers."):
        if not any(f"{info.name}.".startswith(f"{absent}.") for absent in COURSE.absent):
            yield importlib.import_module(info.name)


def _allowed(path: str, spec: Spec) -> bool:
    return not any(f"{path}.".startswith(f"{name}.") for name in spec.forbidden)


@contextlib.contextmanager
def _limited() -> Iterator[None]:
    """Ends what takes long: training, or a check of checks."""

    def late(number: int, frame: FrameType | None) -> None:
        while frame is not None:
            if "importlib" in frame.f_code.co_filename:  # half a package would stay behind, for all later tests
                signal.setitimer(signal.ITIMER_REAL, SECONDS)
                return
            frame = frame.f_back
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _ways(function: Callable[..., Any], case: Case) -> Iterator[Callable[..., Any]]:
    """The function as it is, and called with the values of the case by place, in each order."""
    yield function
    if len(case.arguments) <= 2:
        for order in permutations(range(len(case.arguments))):
            yield lambda *given, _order=order, **named: function(*_in_order([*given, *named.values()], _order))


def _in_order(values: list[Any], order: Sequence[int]) -> list[Any]:
    return [values[place] for place in order]


def _score(function: Callable[..., Any], spec: Spec) -> float:
    """What the function gets on all cases; 0 as soon as the first is wrong."""
    first = replace(spec, cases=spec.cases[:1])
    if not judge(first, [call(function, spec, spec.cases[0])]).judged[0].passed:
        return 0.0
    return judge(spec, [call(function, spec, case) for case in spec.cases]).score


@pytest.fixture(autouse=True)
def nothing_stays() -> Iterator[None]:
    """Some functions that are tried set something for the whole process."""
    failed = lent._failed.copy()
    yield
    display.show_through(None)
    lent._asked.clear()
    lent._failed.clear()
    lent._failed.update(failed)


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda item: item.name)
def test_no_helper_does_the_exercise(exercise: Exercise) -> None:
    spec = replace(exercise.hidden(7), points=1)  # some have none
    scores: dict[str, float] = {}
    for path, function in reachable().items():
        if _allowed(path, spec):
            for way in _ways(function, spec.cases[0]):
                with np.errstate(all="ignore"), contextlib.suppress(TimeoutError), _limited():
                    scores[path] = max(scores.get(path, 0.0), _score(way, spec))
    assert {path: score for path, score in scores.items() if score >= MIN_SCORE} == {}
