"""For nbgrader's own `autograde`: scores an exercise inside the student's kernel, slower and unprotected.

The check cells of solutions/*.ipynb end with `report_score("median", median)` between nbgrader's hidden-test marks.
nbgrader takes a number that a cell displays for the cell's points.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path
from typing import Any

from helpers.checking.calls import call
from helpers.checking.catching import to_judge
from helpers.checking.messages import Message, explain
from helpers.checking.verdict import Verdict, judge, judge_variables

from .course import Course, load
from .start import course_folder


def score(exercise: str, *values: Any) -> float:
    """Points for an exercise by its hidden cases, drawn from the seed in AUTOGRADER_SEED (default 0).

    `values` is the student's function, or the variables of an answer, in order. Whatever the student's code does
    counts as its result; nothing it raises comes out of here, except KeyboardInterrupt.
    """
    return float(_verdict(exercise, values).score)


def report_score(exercise: str, *values: Any) -> None:
    """Displays what the hidden checks say, and the points as the cell's result, in place of its output so far.

    nbgrader takes any text on stderr for a failure, so a mere warning of the student's would cost all points.
    """
    from IPython.display import clear_output, display

    verdict = _verdict(exercise, values)
    whole = explain(verdict, "hidden checks")
    # The failing case is a hidden one: nbgrader's feedback would show it.
    message = Message(whole.tone, whole.title, whole.aspects)
    clear_output()
    display({"text/html": message.html(), "text/plain": message.text()}, raw=True)
    sys.displayhook(float(verdict.score))


@cache
def _course() -> Course:
    return load(course_folder(None, os.environ, Path.cwd()))


def _verdict(exercise: str, values: tuple[Any, ...]) -> Verdict:
    spec = _course().exercise(exercise).hidden(int(os.environ.get("AUTOGRADER_SEED", "0")))
    if spec.kind != "function":
        return judge_variables(spec, to_judge(spec.suspects, values))
    return judge(spec, [call(values[0], spec, case) for case in spec.cases])
