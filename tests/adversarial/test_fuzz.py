"""Notebooks in random disorder: the grader never crashes, and intact work keeps its points.

`make fuzz` tries 10,000; FUZZ_EXAMPLES says how many.
"""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

from conftest import COURSE
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from adversarial import mutation
from adversarial.arena import BOOK, SEED
from autograder.grading.align import align
from autograder.grading.batch import RunSettings, Task, grade_all
from autograder.grading.exam import load_exam
from autograder.grading.grade import grade
from autograder.grading.result import STATUSES
from autograder.grading.submission import parse
from autograder.sandbox import slicing
from autograder.sandbox.client import Limits, Sandbox

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "300"))
GRADED = EXAMPLES // 20  # by this one test: a run takes a hundred times as long as reading
CLASS = EXAMPLES if "FUZZ_EXAMPLES" in os.environ else 12  # graded in one batch
SEEDS = st.integers(0, 2**32)
HOW = {
    "deadline": None,
    "derandomize": "FUZZ_EXAMPLES" not in os.environ,
    "phases": (Phase.explicit, Phase.reuse, Phase.generate),  # a smaller number is no smaller accident
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
}


@settings(max_examples=EXAMPLES, **HOW)
@given(SEEDS)
def test_18_intact_cells_are_found_in_any_disorder(number: int) -> None:
    data, whole = mutation.mutated(Random(number))
    exam = load_exam(COURSE, BOOK, SEED)
    submission = parse(data, "student", BOOK)
    assert submission == parse(data, "student", BOOK)
    assert not submission.refused
    if submission.problem:
        assert not whole and len(submission.problem) < 300
        return
    aligned = align(submission, exam)
    assert aligned == align(submission, exam)
    kinds = {spec.name: spec.kind for spec in exam.specs}
    for name in whole:
        cells = aligned.cells[: aligned.end(name)]
        statements = [slicing.parse(cell.source) for cell in cells]
        place = slicing.work_cell(cells, statements, aligned.own[name], aligned.names[name][0], kinds[name])
        assert place is not None and cells[place].source == mutation.ORIGINAL[name]
    for note in aligned.notes:
        note.encode()


@settings(max_examples=GRADED, **HOW)
@given(number=SEEDS)
def test_18_intact_work_has_full_marks_in_any_disorder(number: int, sandbox: Sandbox) -> None:
    data, whole = mutation.mutated(Random(number))
    submission = parse(data, "student", BOOK)
    result = grade(submission, load_exam(COURSE, BOOK, SEED), sandbox)
    assert [item.exercise for item in result.exercises] == [spec.name for spec in load_exam(COURSE, BOOK, SEED).specs]
    for item in result.exercises:
        assert item.status in STATUSES and item.status != "not_graded"
        assert item.score is None or 0 <= item.score <= item.max_score
        if item.exercise in whole:
            assert (item.status, item.score) == ("correct", item.max_score), item
    assert grade(submission, load_exam(COURSE, BOOK, SEED), sandbox) == result


def test_18_a_class_in_disorder_is_graded_to_the_end(tmp_path: Path) -> None:
    tasks, whole = [], {}
    for number in range(CLASS):
        path = tmp_path / "in" / str(number) / BOOK / f"{BOOK}.ipynb"
        path.parent.mkdir(parents=True)
        data, whole[str(number)] = mutation.mutated(Random(number))
        path.write_bytes(data)
        tasks.append(Task(str(number), BOOK, path))
    how = RunSettings(jobs=2, seed=SEED, limits=Limits(1, 4, 2**28))
    results = grade_all(COURSE, tasks, how, tmp_path / "resume", lambda result: None)
    assert any(whole.values()) and len(results) == CLASS
    for result in results:
        assert all(item.status in STATUSES and item.status != "not_graded" for item in result.exercises)
        assert {item.exercise for item in result.exercises if item.status == "correct"} >= whole[result.student]
