"""What the confined process says of a student's inputs becomes the report on them, and so does its silence."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pytest
from conftest import COURSE

from autograder.grading.exposing import FAILED, with_reports
from autograder.sandbox.client import Sandbox
from autograder.sandbox.protocol import ExerciseRun
from autograder.sandbox.replies import Reply
from helpers.checking import catching, suspects
from helpers.checking.spec import Fault, Outcome

SPEC = COURSE.exercise("catch_pad1d").public()
INPUTS = [(np.array([0.5, 2.0]), 2), (np.array([3, 4]), 0)]
GIVEN = Reply(values=(INPUTS,))


class Answering:
    """In the place of a sandbox: gives one answer, and keeps what it was asked."""

    def __init__(self, answer: Reply) -> None:
        self.answer = answer
        self.asked: list[tuple[ExerciseRun, tuple[Any, ...]]] = []

    def run(self, run: ExerciseRun, cells: tuple[Any, ...]) -> Reply:
        self.asked.append((run, cells))
        return self.answer


def reports(answer: Reply, given: Reply = GIVEN) -> tuple[Any, ...]:
    return with_reports(SPEC, given, cast(Sandbox, Answering(answer))).values or ()


def test_what_the_functions_do_is_the_report() -> None:
    answer = Reply((Outcome(value=suspects.run(SPEC.suspects, INPUTS)),))
    (report,) = reports(answer)
    assert report == catching.tried(SPEC.suspects, INPUTS, suspects.run) and not report.refused
    assert len(report.exposed) == 4


def test_the_process_gets_the_functions_and_the_inputs_alone() -> None:
    sandbox = Answering(Reply())
    with_reports(SPEC, GIVEN, cast(Sandbox, sandbox))
    ((run, cells),) = sandbox.asked
    (case,) = run.spec.cases
    assert run.spec.points == 0 and case.arguments["packed"] == SPEC.suspects and len(case.arguments["inputs"]) == 2
    assert run.own == (0,) and run.end == len(cells) == 1


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Reply(), FAILED),
        (Reply((Outcome(value="no list"),)), FAILED),
        (Reply((Outcome(fault=Fault("memory")),)), FAILED),
        (Reply((Outcome(fault=Fault("timeout")),)), catching.TOO_LONG),
        (Reply(fault=Fault("timeout")), catching.TOO_LONG),
        (Reply((Outcome(value=[]),), fault=Fault("crashed")), FAILED),
        (Reply((Outcome(value=[], fault=Fault("crashed")),)), FAILED),
    ],
)
def test_no_whole_answer_is_a_refusal(answer: Reply, said: str) -> None:
    assert [report.refused for report in reports(answer)] == [said]


def test_no_values_and_other_exercises_stay_as_they_are() -> None:
    failed = Reply(fault=Fault("raised"))
    nobody = cast(Sandbox, None)
    assert with_reports(SPEC, failed, nobody) is failed
    other = COURSE.exercise("conv1d_valid").public()
    assert with_reports(other, GIVEN, nobody) is GIVEN
