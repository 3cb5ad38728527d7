"""`check` and `hint`: the two functions that a student calls under an exercise."""

from __future__ import annotations

import copy
import difflib
import importlib.util
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .checking import spec as specs
from .checking.calls import call, call_on_copies
from .checking.catching import to_judge
from .checking.code import in_code
from .checking.first_wrong import Link, first_wrong, sentence, steps_apart
from .checking.messages import Message, explain
from .checking.printed import Printed
from .checking.spec import Case, Fault, Outcome, Spec
from .checking.stale import STALE, is_stale
from .checking.time_limit import TooLong, time_limit
from .checking.trail import Trail
from .checking.typed import own_arguments
from .checking.verdict import Judged, Verdict, judge, judge_variables
from .display import in_notebook, show_html
from .lent import count_failure

HOLD = "To work with this case: `from helpers import failing`, then `case = failing({})`."
MAX_SECONDS = 6.0  # of the processor for one call
# Calls that are followed to find the first wrong array, and their time.
MAX_FOLLOWED = 4
MAX_SECONDS_FOLLOWED = 1.0

_passed: set[str] = set()
_hints_shown: dict[str, int] = {}
_shown: dict[str, Judged] = {}


@dataclass(frozen=True)
class Checked:
    """What `check` returns: `.passed`, and the verdict behind it (None when there was nothing to judge)."""

    passed: bool
    verdict: Verdict | None = None

    def _ipython_display_(self) -> None:
        """Displays nothing: `check` has already displayed its message."""


@dataclass(frozen=True)
class Failing:
    """A case that failed: the arguments by name, what was expected, and what the function gave (None if it raised)."""

    arguments: dict[str, Any]
    expected: Any
    got: Any


def check(exercise: Any, *answer: Any) -> Checked:
    """Runs the public checks of an exercise and shows the result.

    `check(conv1d)` checks a function; `check("weights_fc", weights_fc)` checks an answer. A student's code never makes
    it raise. The returned object's `.passed` is True when every public check passes.
    """
    name = _called(exercise, sys._getframe(1).f_globals)
    spec = specs.load_public(name) if isinstance(name, str) else None
    if spec is None:
        show_message(_unknown(name, exercise))
        return Checked(False)
    if spec.kind == "written":
        show_message(Message("open", f"{spec.name}: this answer is graded by hand; there is nothing to check here"))
        return Checked(False)
    if spec.kind == "function" and not callable(exercise):
        show_message(Message("fail", f"{spec.name}: pass the function itself, check({spec.name})"))
        return Checked(False)
    if spec.kind != "function" and len(answer) != len(spec.variables):
        given = ", ".join(spec.variables)
        show_message(Message("fail", f'{spec.name}: pass your answer too, check("{spec.name}", {given})'))
        return Checked(False)
    if lacking := [name for name in spec.requires if importlib.util.find_spec(name) is None]:
        said = f"{spec.name}: this check needs {lacking[0]}, which is not installed here: pip install {lacking[0]}"
        show_message(Message("open", said))
        return Checked(False)
    verdict, printed = _judged(spec, exercise, answer)
    if not verdict.passed:
        count_failure(spec.name)
    message = explain(verdict)
    if links := _links(spec, exercise, verdict):
        chain = tuple((link.text, link.right) for link in links)
        message = replace(message, chain=chain, notes=(*message.notes, sentence(links)))
    if spec.kind == "function" and verdict.failing is not None and message.rows:  # a case is shown
        message = replace(message, notes=(*message.notes, HOLD.format(spec.name)))
    if printed:
        message = replace(message, rows=(*message.rows, ("printed", printed)))
    if spec.kind == "function" and is_stale(spec.name):
        message = replace(message, notes=(STALE.format(spec.name), *message.notes))
    show_message(replace(message, progress=progress(spec.notebook)))
    return Checked(verdict.passed, verdict)


def hint(exercise: Any, number: int | None = None) -> None:
    """Shows the next hint for an exercise, or hint `number` (counted from 1)."""
    name = _called(exercise, sys._getframe(1).f_globals)
    spec = specs.load_public(name) if isinstance(name, str) else None
    if spec is None:
        show_message(_unknown(name, exercise))
        return
    if not spec.hints:
        show_message(Message("open", f"{spec.name}: there are no hints for this exercise"))
        return
    position = _hints_shown.get(spec.name, 0) if number is None else number - 1
    position = min(max(position, 0), len(spec.hints) - 1)
    _hints_shown[spec.name] = position + 1
    left = len(spec.hints) - position - 1
    more = f'{left} more: call hint("{spec.name}") again' if left else "this was the last hint"
    show_message(
        Message(
            "open",
            f"{spec.name}: hint {position + 1} of {len(spec.hints)}",
            notes=(spec.hints[position],),
            progress=more,
        )
    )


def failing(exercise: Any) -> Failing | None:
    """The case that the last check of an exercise has shown; None, with a line that says so, where it has shown none.

    `case = failing(conv2d)`, then `conv2d(**case.arguments)` runs it again. The arguments are copies.
    """
    name = _called(exercise, sys._getframe(1).f_globals)
    shown = _shown.get(name) if name else None
    if shown is None:
        show_message(Message("open", f"failing: no case of {name or 'this'} has failed; run its check first"))
        return None
    return copy.deepcopy(Failing(own_arguments(shown.case), shown.case.expected, shown.got))


def progress(notebook: str) -> str:
    """A line that says how many of a notebook's exercises pass their public checks in this session."""
    names = [name for name in specs.exercises(notebook) if (spec := specs.load_public(name)) and spec.kind != "written"]
    done = sum(name in _passed for name in names)
    return f"{notebook}: {done} of {len(names)} exercises pass their public checks so far"


def judged(spec: Spec, function: Any, answer: Sequence[Any]) -> Verdict:
    """The verdict on a function, or on the values of an exercise's variables; `progress` counts it."""
    return _judged(spec, function, answer)[0]


def _judged(spec: Spec, function: Any, answer: Sequence[Any]) -> tuple[Verdict, str]:
    """The verdict, and what the function printed in the case that is shown."""
    printed: list[str] = []
    if spec.kind == "function":
        outcomes: list[Outcome] = []
        for case in spec.cases:
            late = bool(outcomes) and outcomes[-1].fault is not None and outcomes[-1].fault.kind == "timeout"
            outcome, said = (outcomes[-1], "") if late else _called_quietly(function, spec, case)
            outcomes.append(outcome)
            printed.append(said)
        verdict = judge(spec, outcomes)
        if not verdict.passed:
            verdict = replace(verdict, code=in_code(function, verdict))
    else:
        verdict = judge_variables(spec, to_judge(spec.suspects, answer, MAX_SECONDS))
    if verdict.passed:
        _passed.add(spec.name)
    else:
        _passed.discard(spec.name)
    _shown.pop(spec.name, None)
    if verdict.failing is not None:
        _shown[spec.name] = verdict.failing
    return verdict, next((said for said, item in zip(printed, verdict.judged) if item is verdict.failing), "")


def _links(spec: Spec, function: Any, verdict: Verdict) -> tuple[Link, ...]:
    """The function's arrays up to the first wrong one, in the case that is shown or else in another that fails.

    A case that also shows right ones is preferred. Empty where none of a few cases makes anything sure.
    """
    shown = verdict.failing
    if spec.kind != "function" or shown is None or shown.problem is None or not shown.case.steps:
        return ()
    wrong = [item for item in verdict.judged if item.problem is not None and not item.outcome.fault]
    wrong.sort(key=lambda item: (item is not shown, -steps_apart(item.case), item.case.size))
    found: tuple[Link, ...] = ()
    for item in wrong[:MAX_FOLLOWED]:
        trail = Trail(function)
        try:
            quiet = np.errstate(all="ignore")  # warnings were given in the first call
            with redirect_stdout(Printed()), quiet, time_limit(MAX_SECONDS_FOLLOWED), trail.followed():
                call_on_copies(function, spec, item.case)
        except TooLong:
            return ()
        links = first_wrong(item.case, item.got, trail.made)
        if any(link.right for link in links):
            return links
        found = found or links
    return found


def _called_quietly(function: Any, spec: Spec, case: Case) -> tuple[Outcome, str]:
    """The outcome of a call within the time limit, and what it printed."""
    stream = Printed()
    try:
        with redirect_stdout(stream), time_limit(MAX_SECONDS):
            return call(function, spec, case), stream.text()
    except TooLong:  # just behind the call
        return Outcome(fault=Fault("timeout")), stream.text()


def _called(exercise: Any, variables: dict[str, Any]) -> str | None:
    """The name of the exercise: a string, a function's name, or else the name of the variable that holds it.

    A lambda has no useful name, and a decorator may have changed it.
    """
    if isinstance(exercise, str):
        return str(exercise)
    try:
        own = exercise.__name__
    except Exception:
        own = None
    names = [own, *(name for name, value in list(variables.items()) if value is exercise)]
    known = (name for name in names if isinstance(name, str) and specs.load_public(name))
    return next(known, own if isinstance(own, str) else None)


def _unknown(name: Any, exercise: Any) -> Message:
    if not isinstance(name, str):
        return Message(
            "fail", f"check: expected one of your functions or the name of an exercise, got {type(exercise).__name__}"
        )
    known = [item for notebook in specs.notebooks() for item in specs.exercises(notebook)]
    close = difflib.get_close_matches(name, known, n=1)
    also = f"; did you mean {close[0]}?" if close else ""
    return Message("fail", f"check: there is no exercise called {name!r}{also}")


def show_message(message: Message) -> None:
    """Shows a message: as HTML in a notebook, as text elsewhere."""
    if in_notebook():
        show_html(message.html(), message.text())
    else:
        print(message.text())
