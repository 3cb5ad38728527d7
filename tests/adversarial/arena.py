"""A class of one: a submission that is right everywhere but in one exercise, where it attacks."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest
from conftest import COURSE

from autograder.demo.notebooks import Notebook, code_cell, filled, solved
from autograder.grading.exam import load_exam
from autograder.grading.grade import grade
from autograder.grading.result import ExerciseResult, SubmissionResult
from autograder.grading.submission import parse
from autograder.sandbox.client import Sandbox

BOOK, VICTIM, SEED = "02_filters_1d", "relu", 7


@dataclass(frozen=True)
class Program:
    """Source for the cell of an exercise, FUNCTION standing for its name, and the statuses it may end with."""

    name: str
    source: str
    statuses: tuple[str, ...]
    victim: str = VICTIM
    assignment: str = BOOK


def programs(*items: Program) -> pytest.MarkDecorator:
    """Runs a test once for each program."""
    return pytest.mark.parametrize("program", items, ids=lambda item: item.name)


def body(number: int, name: str, source: str, *statuses: str, victim: str = VICTIM) -> Program:
    """A program of one class that defines the function with `source` as its body, after the imports it needs."""
    indented = "\n".join(f"    {line}" for line in source.splitlines())
    imports = "import builtins, gc, os, signal, socket, sys, threading, time\nimport numpy as np\n"
    return Program(f"{number:02}-{name}", f"{imports}def FUNCTION(*args, **kwargs):\n{indented}\n", statuses, victim)


def cell(number: int, name: str, source: str, *statuses: str, victim: str = VICTIM) -> Program:
    """A program of one class that is the whole cell."""
    return Program(f"{number:02}-{name}", source, statuses, victim)


def graded(notebook: Notebook | bytes, sandbox: Sandbox, assignment: str = BOOK) -> SubmissionResult:
    data = notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode()
    return grade(parse(data, "student", assignment), load_exam(COURSE, assignment, SEED), sandbox)


def row(result: SubmissionResult, exercise: str) -> ExerciseResult:
    return next(item for item in result.exercises if item.exercise == exercise)


def assert_honest(result: SubmissionResult, *victims: str) -> None:
    """Full marks for all but the victims."""
    for item in result.exercises:
        if item.exercise not in victims:
            assert item.status in ("correct", "manual"), item
            assert item.score in (item.max_score, None)


def assert_earns_nothing(program: Program, sandbox: Sandbox) -> SubmissionResult:
    """The attack has one of its statuses and no points, tells no hidden input and leaves no process."""
    source = program.source.replace("FUNCTION", program.victim)
    answers = {program.victim: source}
    result = graded(
        filled(COURSE, program.assignment, answers, solved(COURSE, program.assignment)), sandbox, program.assignment
    )
    item = row(result, program.victim)
    assert item.status in program.statuses, item
    assert item.score == 0
    assert_honest(result, program.victim)
    assert item.message is not None
    (item.message.text() + item.message.html()).encode()
    assert_tells_nothing(result, program)
    assert not children(sandbox), "a process was left behind"
    return result


def assert_tells_nothing(result: SubmissionResult, program: Program) -> None:
    """Nothing that is kept of the result or shown to the student holds a hidden input or expectation."""
    told = [json.dumps(asdict(result))]
    told += [item.message.text() + item.message.html() for item in result.exercises if item.message]
    said = re.sub(r"\s+", " ", " ".join(told)).replace("[ ", "[")  # a printed array as a list: not in columns
    said = _whole(said)
    leaks = sorted(secret for secret in secrets(program.victim, program.assignment) if _whole(secret) in said)
    assert not leaks, f"it tells of hidden cases: {leaks}"


def _whole(text: str) -> str:
    """Text in which 3.0 and 3. stand as 3: how a number is printed keeps no secret."""
    return re.sub(r"(?<=\d)\.0?(?=[^\d]|$)", "", text)


def assert_costs_nothing(source: str, sandbox: Sandbox) -> None:
    """The same program as an extra cell, ahead of everything, costs no exercise a point."""
    notebook = solved(COURSE, BOOK)
    notebook["cells"].insert(2, code_cell(source.replace("FUNCTION", "unasked")))
    assert_honest(graded(notebook, sandbox))


def secrets(exercise: str, assignment: str = BOOK) -> set[str]:
    """The hidden inputs and expectations that are long enough not to be met by chance, as text."""
    exam = load_exam(COURSE, assignment, SEED)
    hidden = next(spec for spec in exam.specs if spec.name == exercise)
    public = {
        _text(value) for case in exam.public(exercise).cases for value in (*case.arguments.values(), case.expected)
    }
    found = {_text(value) for case in hidden.cases for value in (*case.arguments.values(), case.expected)}
    return {text for text in found - public if text.count(",") >= 4}


def _text(value: object) -> str:
    return str(getattr(value, "tolist", lambda: value)()).strip("[]")


def children(sandbox: Sandbox) -> str:
    """Process ids of the fork server's children."""
    number = sandbox._process.pid
    return Path(f"/proc/{number}/task/{number}/children").read_text().strip()
