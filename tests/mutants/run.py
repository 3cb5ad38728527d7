"""Runs the hidden cases of every exercise on every mutant of its reference; fails when too many live.

    python -m mutants.run [--exercise NAME ...] [--seeds N]

Survivors that no input can tell from the reference are listed in equivalent.json with the reason.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import types
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from conftest import COURSE

from autograder.course import Exercise
from helpers.checking.calls import call
from helpers.checking.spec import Spec
from helpers.checking.verdict import judge

from .mutate import Mutant, mutants

MIN_KILLED = 0.98
SECONDS = 10
EQUIVALENT = Path(__file__).with_name("equivalent.json")


def references(exercise: Exercise) -> Iterator[Callable[..., Any]]:
    """The reference and the plain functions of its module that it uses."""
    pending, seen = [exercise.reference], set()
    while pending:
        function = pending.pop()
        if function in seen:
            continue
        seen.add(function)
        yield function
        names = {name for code in _codes(function.__code__) for name in code.co_names}
        used = [function.__globals__.get(name) for name in names]
        pending += [item for item in used if of_same_module(item, function)]


def of_same_module(item: object, function: Callable[..., Any]) -> bool:
    """Whether `item` is a plain function of the same module."""
    return isinstance(item, types.FunctionType) and item.__module__ == function.__module__


def survivors(name: str, seeds: int) -> tuple[int, list[str]]:
    """Number of mutants of an exercise, and the ones that all hidden cases let live, in words."""
    exercise = COURSE.exercise(name)
    specs = [exercise.hidden(seed) for seed in range(seeds)]
    alive, count = [], 0
    for function in references(exercise):
        for mutant in mutants(function):
            count += 1
            if all(_lives(exercise, mutant, spec) for spec in specs):
                alive.append(f"{mutant.function}: {mutant.change}")
    return count, alive


def _lives(exercise: Exercise, mutant: Mutant, spec: Spec) -> bool:
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(SECONDS)
    try:
        with np.errstate(all="ignore"):
            candidate = _with_mutant(exercise.reference, mutant)
            return judge(spec, [call(candidate, spec, case) for case in spec.cases]).passed
    except (Exception, KeyboardInterrupt):  # a mutant may fail in any way, and the alarm ends endless ones
        return False
    finally:
        signal.alarm(0)


def _with_mutant(reference: Callable[..., Any], mutant: Mutant) -> Callable[..., Any]:
    """The reference in a copy of its module in which the mutant stands in for one function."""
    module = dict(reference.__globals__)
    for name, item in reference.__globals__.items():
        if of_same_module(item, reference):
            module[name] = types.FunctionType(item.__code__, module, name, item.__defaults__, item.__closure__)
            module[name].__kwdefaults__ = item.__kwdefaults__
    exec(compile(mutant.source, "<mutant>", "exec"), module)
    if mutant.function == reference.__name__:
        return module[mutant.function]  # type: ignore[no-any-return]
    return types.FunctionType(reference.__code__, module, reference.__name__, reference.__defaults__)


def _too_long(*unused: object) -> None:
    raise KeyboardInterrupt


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _codes(constant)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--exercise", action="append", help="only this one; may be given several times")
    parser.add_argument("--seeds", type=int, default=2)
    arguments = parser.parse_args()
    functions = [e.name for book in COURSE.notebooks.values() for e in book.exercises if e.kind == "function"]
    names = arguments.exercise or functions
    reasons: dict[str, dict[str, str]] = json.loads(EQUIVALENT.read_text("utf-8"))
    total = lived = 0
    with ProcessPoolExecutor() as pool:
        for name, (count, alive) in zip(names, pool.map(survivors, names, [arguments.seeds] * len(names))):
            excused = reasons.get(name, {})
            open_ones = [text for text in alive if text not in excused]
            stale = [text for text in excused if text not in alive]
            total += count - (len(alive) - len(open_ones))
            lived += len(open_ones)
            print(f"{name:24} {count:5} mutants, {len(open_ones)} live, {len(alive) - len(open_ones)} equivalent")
            for text in open_ones:
                print(f"    lives: {text}")
            for text in stale:
                print(f"    listed as equivalent, but caught: {text}")
    share = 1 - lived / total
    print(
        f"caught: {100 * share:.2f} % of {total} mutants that are not equivalent (asked for: {100 * MIN_KILLED:.0f} %)"
    )
    return 0 if share >= MIN_KILLED else 1


if __name__ == "__main__":
    sys.exit(main())
