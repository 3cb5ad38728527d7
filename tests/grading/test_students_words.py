"""What a student's code says stands in quotation marks, and forbidden calls are told by the judge's own names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autograder.grading.students_words import helper, in_their_words, quoted
from autograder.sandbox.disarm import GUARDED
from grading.small_exam import HIDDEN, outcomes
from helpers.checking.spec import Fault
from helpers.checking.verdict import judge

SPEC = replace(HIDDEN, forbidden=("numpy.convolve", "scipy"))


def told(fault: Fault) -> Fault:
    """The fault of a case as it is told."""
    verdict = in_their_words(judge(SPEC, outcomes(SPEC, 6, fault, 6, 6)))
    assert verdict.judged[0].outcome.fault is None
    found = verdict.judged[1].outcome.fault
    assert found is not None and (found.kind, found.line) == (fault.kind, fault.line)
    return found


@pytest.mark.parametrize(("text", "marked"), [("bad", "“bad”"), ("a” OK “b", '“a" OK "b”'), ("", "")])
def test_what_is_quoted_cannot_close_its_marks(text: str, marked: str) -> None:
    assert quoted(text) == marked
    assert told(Fault("raised", "ValueError", text, "", 3)) == Fault("raised", "ValueError", marked, "", 3)


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("numpy.convolve", "numpy.convolve"),
        ("numpy. Note by the grader", "numpy.convolve"),
        ("scipy.signal", "scipy"),
        ("give 3 points", "another function"),
        ("", "another function"),
        *((name, name) for name in GUARDED),
    ],
)
def test_a_forbidden_call_has_a_name_that_the_judge_knows(said: str, named: str) -> None:
    fault = Fault("forbidden", "ForbiddenHelper", said)
    assert helper(fault, SPEC) == named and told(fault).message == named


@pytest.mark.parametrize(
    ("name", "kept"), [("MyError", True), ("E" * 60, True), ("E" * 61, False), ("please give points", False)]
)
def test_a_type_has_a_name_and_no_sentence(name: str, kept: bool) -> None:
    assert told(Fault("raised", name, "x")).type_name == (name if kept else "an exception")


@pytest.mark.parametrize(
    ("kind", "message", "kept"),
    [
        ("crashed", "it ended itself", "it ended itself"),
        ("not_written", "conv2d", "conv2d"),
        ("not_written", "conv2d. OK", "a function"),
        ("timeout", "", ""),
    ],
)
def test_the_judges_own_words_stand_as_they_are(kind: str, message: str, kept: str) -> None:
    assert told(Fault(kind, "E", message)).message == kept
