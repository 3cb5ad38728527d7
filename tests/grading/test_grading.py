"""Grading behind the wall: what is earned, what is not, and what it costs others."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import COURSE

from autograder.course import Exercise
from autograder.demo import sample_class
from autograder.demo.hostile import ATTACKS, Attack
from autograder.demo.notebooks import Notebook, code_cell, filled, grade_id, mistake, solved, stub
from autograder.grading.exam import load_exam
from autograder.grading.grade import grade
from autograder.grading.result import ExerciseResult, SubmissionResult
from autograder.grading.submission import parse, read
from autograder.sandbox.client import Limits, Sandbox

BOOK = "02_filters_1d"
VICTIM = sample_class.first_function(COURSE, BOOK)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(COURSE, limits=Limits(cpu_seconds=1, wall_seconds=4, memory=2**28)) as one:
        yield one


def graded(notebook: Notebook, sandbox: Sandbox, assignment: str = BOOK) -> SubmissionResult:
    submission = parse(json.dumps(notebook).encode(), "student", assignment)
    return grade(submission, load_exam(COURSE, assignment, 7), sandbox)


def row(result: SubmissionResult, exercise: str) -> ExerciseResult:
    return next(item for item in result.exercises if item.exercise == exercise)


def assert_honest_rest(result: SubmissionResult, *victims: str) -> None:
    """Every exercise but the victims has full marks."""
    for item in result.exercises:
        if item.exercise not in victims:
            assert item.status in ("correct", "manual"), item


@pytest.fixture(scope="module")
def roomy() -> Iterator[Sandbox]:
    with Sandbox(COURSE) as one:
        yield one


@pytest.mark.parametrize("assignment", COURSE.notebooks)
def test_solutions_get_full_marks(assignment: str, roomy: Sandbox) -> None:
    """Also the mark for leaving one's input alone, whatever types the cases have."""
    result = graded(solved(COURSE, assignment), roomy, assignment)
    assert_honest_rest(result)
    assert all(item.score == item.max_score for item in result.exercises if item.status == "correct")


@pytest.mark.parametrize("assignment", COURSE.notebooks)
def test_stubs_are_not_attempted(assignment: str, sandbox: Sandbox) -> None:
    result = graded(stub(COURSE, assignment), sandbox, assignment)
    assert {item.status for item in result.exercises} == {"not_attempted"}
    assert {item.score for item in result.exercises} == {0.0}


def some_mistakes(count: int) -> list[tuple[Exercise, list[str]]]:
    """`count` known mistakes drawn from a seed, one of each exercise at least."""
    rng = random.Random(0)
    shuffled = [
        (exercise, rng.sample(sorted(exercise.mistakes), len(exercise.mistakes)))
        for book in COURSE.notebooks.values()
        for exercise in book.exercises
        if exercise.mistakes
    ]
    rest = [(exercise, name) for exercise, names in shuffled for name in names[1:]]
    drawn = {exercise.name: names[:1] for exercise, names in shuffled}
    for exercise, name in rng.sample(rest, count - len(drawn)):
        drawn[exercise.name].append(name)
    return [(exercise, drawn[exercise.name]) for exercise, _ in shuffled]


@pytest.mark.parametrize(
    ("exercise", "names"),
    [pytest.param(exercise, names, id=exercise.name) for exercise, names in some_mistakes(100)],
)
def test_a_mistake_in_a_submission_is_named_and_costs_only_its_exercise(
    exercise: Exercise, names: list[str], sandbox: Sandbox
) -> None:
    """A sample; all mistakes are judged in tests/exercises/test_exercises.py, in one process."""
    for name in names:
        answers = {exercise.name: mistake(exercise, name)}
        result = graded(filled(COURSE, exercise.notebook, answers), sandbox, exercise.notebook)
        item = row(result, exercise.name)
        assert item.diagnosis == name
        assert item.score is not None and (item.score < exercise.points or item.score == exercise.points == 0)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_earns_nothing_and_costs_only_its_exercise(attack: Attack, sandbox: Sandbox) -> None:
    result = graded(sample_class.attacked(COURSE, BOOK, attack.code), sandbox)
    assert row(result, VICTIM).status in attack.expected
    assert row(result, VICTIM).score == 0
    assert_honest_rest(result, VICTIM)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_from_an_extra_cell_costs_nothing(attack: Attack, sandbox: Sandbox) -> None:
    notebook = solved(COURSE, BOOK)
    notebook["cells"].insert(2, code_cell(attack.code("anything")))
    assert_honest_rest(graded(notebook, sandbox))


@pytest.mark.parametrize(
    "damage", [sample_class.grade_cell_doubled, sample_class.grade_cell_deleted, sample_class.code_as_markdown]
)
def test_damaged_cells_cost_honest_work_nothing(damage, sandbox: Sandbox) -> None:  # type: ignore[no-untyped-def]
    assert_honest_rest(graded(damage(COURSE, BOOK), sandbox))


def test_lost_metadata_are_made_up_for(sandbox: Sandbox) -> None:
    notebook = solved(COURSE, BOOK)
    for cell in notebook["cells"]:
        cell["metadata"] = {}
    assert_honest_rest(graded(notebook, sandbox))


def test_reordered_cells_and_a_forged_header_change_nothing(sandbox: Sandbox) -> None:
    notebook = solved(COURSE, BOOK)
    notebook["cells"].reverse()
    notebook["metadata"] = {"kernelspec": {"name": "evil"}, "student": "somebody else"}
    for cell in notebook["cells"]:
        if grade_id(cell).endswith("_check"):
            cell["metadata"]["nbgrader"]["points"] = 1000
    result = graded(notebook, sandbox)
    assert_honest_rest(result)
    assert result.student == "student"
    assert all(item.score == item.max_score for item in result.exercises if item.score is not None)


def test_a_decoy_with_the_same_id_does_not_hide_the_work(sandbox: Sandbox) -> None:
    notebook = solved(COURSE, BOOK)
    decoy = next(cell for cell in stub(COURSE, BOOK)["cells"] if grade_id(cell) == VICTIM)
    notebook["cells"].append(decoy)
    assert_honest_rest(graded(notebook, sandbox))


def test_deleted_solution_cell_is_missing(sandbox: Sandbox) -> None:
    notebook = solved(COURSE, BOOK)
    notebook["cells"] = [cell for cell in notebook["cells"] if grade_id(cell) != VICTIM]
    result = graded(notebook, sandbox)
    assert row(result, VICTIM).status == "missing"
    assert_honest_rest(result, VICTIM)


@pytest.mark.parametrize(
    ("assignment", "name", "status"), [(BOOK, "relu", "not_attempted"), ("01_pixels", "why_not_fc", "manual")]
)
def test_a_cell_in_which_only_spaces_are_changed_is_not_attempted(
    assignment: str, name: str, status: str, sandbox: Sandbox
) -> None:
    """A word more is looked at: by the sandbox, for which a function that is not written is that, or by a person."""
    handed_out = next("".join(cell["source"]) for cell in stub(COURSE, assignment)["cells"] if grade_id(cell) == name)
    for source, expected in ((f"\n{handed_out}  \n\n", "not_attempted"), (f"{handed_out}\n# mine", status)):
        result = graded(filled(COURSE, assignment, {name: source}), sandbox, assignment)
        assert row(result, name).status == expected


def test_helpers_of_the_students_own_are_used(sandbox: Sandbox) -> None:
    notebook = filled(COURSE, BOOK, {"relu": "def relu(z):\n    return positive_part(z)"}, solved(COURSE, BOOK))
    notebook["cells"].insert(2, code_cell("globals()['positive_part'] = lambda z: (abs(z) + z) / 2"))
    assert_honest_rest(graded(notebook, sandbox))


def test_an_unfinished_helper_is_said_to_be_unfinished(sandbox: Sandbox) -> None:
    answers = {"conv1d": "def conv1d(x, w, b=0.0, padding=0, stride=1):\n    return conv1d_valid(pad1d(x, padding), w)"}
    item = row(graded(filled(COURSE, BOOK, answers), sandbox), "conv1d")
    assert item.status == "error"
    assert item.message is not None and "pad1d is not written yet" in item.message.text()


def test_magics_and_colab_lines_cost_nothing(sandbox: Sandbox) -> None:
    magic = "%matplotlib inline\n!rm -rf /\n%pip install torch\nfrom google.colab import drive\ndrive.mount('/content')"
    notebook = solved(COURSE, BOOK)
    notebook["cells"].insert(1, code_cell(magic))
    notebook["cells"].insert(1, code_cell("%%bash\nrm -rf /"))
    for cell in notebook["cells"]:
        if grade_id(cell) == VICTIM:
            cell["source"] = "%time\n" + "".join(cell["source"]) + "\n!ls"
    assert_honest_rest(graded(notebook, sandbox))


@pytest.mark.parametrize("name", ["numpy.convolve", "numpy.correlate", "scipy.signal.correlate", "torch.conv1d"])
def test_forbidden_helpers_are_named(name: str, sandbox: Sandbox) -> None:
    module, _, function = name.rpartition(".")
    code = f"import {module} as m\nuse = m.{function}\ndef conv1d_valid(x, w):\n    return use(x, w[::-1], 'valid')"
    item = row(graded(filled(COURSE, BOOK, {"conv1d_valid": code}), sandbox), "conv1d_valid")
    assert (item.status, item.score) == ("forbidden", 0)
    assert item.message is not None and name.split(".")[0] in item.message.text()
    assert "Where to look" not in item.message.text()


@pytest.mark.parametrize(
    ("line", "told"), [("return z * 0 + 7", False), ("z *= 0\n    return z + 7", True)], ids=["left-alone", "changed"]
)
def test_feedback_crosses_inputs_out_only_where_they_were_changed(line: str, told: bool, sandbox: Sandbox) -> None:
    item = row(
        graded(filled(COURSE, BOOK, {"relu": f"def relu(z):\n    {line}"}, solved(COURSE, BOOK)), sandbox), "relu"
    )
    assert item.score == 0 and item.message is not None
    assert ("inputs unchanged" in dict(item.message.aspects)) is told


def test_feedback_says_what_ended_the_process_also_where_another_case_is_only_wrong(sandbox: Sandbox) -> None:
    code = "def relu(z):\n    while z.ndim > 1:\n        pass\n    return z * 0 - 1"
    item = row(graded(filled(COURSE, BOOK, {"relu": code}, solved(COURSE, BOOK)), sandbox), "relu")
    assert (item.status, item.score) == ("timeout", 0)
    assert item.message is not None and "did not finish in time" in item.message.text()


def test_what_a_hidden_case_says_does_not_reach_the_student(sandbox: Sandbox) -> None:
    code = "def window_dot(x, w, i):\n    raise type('Leak' + 'x'.join(map(str, x)), (Exception,), {})(repr((x, w)))"
    item = row(graded(filled(COURSE, BOOK, {"window_dot": code}), sandbox), "window_dot")
    hidden = [repr(case.arguments["x"].tolist()) for case in COURSE.exercise("window_dot").hidden(7).cases]
    assert item.status == "error" and item.message is not None
    assert not any(text.strip("[]") in item.message.text() for text in hidden)


BROKEN = {
    "empty": b"",
    "not json": b"see the other file",
    "truncated": b'{"cells": [{"cell_type": "code", "source": "x',
    "deep": b"[" * 100_000,
    "null bytes": b"\0" * 1000,
    "no cells": b'{"nbformat": 4}',
    "a number": b"3",
    "cells is a string": b'{"cells": "many"}',
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN.keys())
def test_unreadable_notebooks_are_not_attempted_with_a_reason(data: bytes, sandbox: Sandbox) -> None:
    result = grade(parse(data, "student", BOOK), load_exam(COURSE, BOOK, 7), sandbox)
    assert {item.status for item in result.exercises} == {"not_attempted"}
    assert result.notes and result.notes[0]


READABLE = {
    "utf-16": lambda text: text.encode("utf-16"),
    "byte order mark": lambda text: text.encode("utf-8-sig"),
    "invalid utf-8 in a comment": lambda text: text.encode().replace(b"# ", b"# \xff", 1),
    "lone surrogate": lambda text: text.replace('"import', '"#\\ud800\\nimport', 1).encode(),
    "null in a cell": lambda text: text.replace('"import', '"#\\u0000\\nimport', 1).encode(),
}


@pytest.mark.parametrize("encode", READABLE.values(), ids=READABLE.keys())
def test_oddly_encoded_notebooks_are_graded(encode, sandbox: Sandbox) -> None:  # type: ignore[no-untyped-def]
    data = encode(json.dumps(solved(COURSE, BOOK)))
    assert_honest_rest(grade(parse(data, "student", BOOK), load_exam(COURSE, BOOK, 7), sandbox))


def test_links_and_devices_are_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.ipynb"
    secret.write_text("{}")
    link, folder = tmp_path / "link.ipynb", tmp_path / "folder.ipynb"
    link.symlink_to(secret)
    folder.mkdir()
    for path in (link, folder, Path("/dev/zero")):
        submission = read(path, "student", BOOK)
        assert submission.refused and submission.problem
