"""The judge's own time and memory: what is small in bytes and large when it is listed, read or compared."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import COURSE, optional

from adversarial.arena import BOOK, SEED, VICTIM, Program, graded, programs, row
from autograder.demo.notebooks import Notebook, code_cell, filled, grade_id, solved
from autograder.grading import grade as grading
from autograder.grading import running
from autograder.grading.align import align
from autograder.grading.exam import load_exam
from autograder.grading.pruning import pruned
from autograder.grading.submission import MAX_BYTES, parse
from autograder.reports import autograded, releases
from autograder.sandbox import wire
from autograder.sandbox.client import Limits, Sandbox
from autograder.sandbox.protocol import CaseOutcome, Values, decode_frame, encode_frame

SECONDS = 20  # of processor time: what each of these took before was minutes
MEGABYTES = 500


def measured(work: Callable[[], Any]) -> tuple[Any, float]:
    started = time.process_time()
    found = work()
    return found, time.process_time() - started


# --- replies

EMPTY_ROWS = [
    np.empty((2**26, 0), np.uint8),
    np.empty((2**22, 0)),
    np.empty((0, 2**22)),
    np.empty((2**13, 2**13, 0)),
    np.empty((2**17, 1, 0), np.float32),
    [np.empty((2**15, 0))] * 3,
    {"a": (np.empty((2**16, 0)), np.empty((2**10, 0)))},
    np.zeros(2**20, np.uint8),
    [[]] * 70_000,
    [0] * 70_000,
]


@pytest.mark.parametrize("value", EMPTY_ROWS, ids=range(len(EMPTY_ROWS)))
def test_a_reply_has_a_limit_of_parts(value: Any) -> None:
    for frame in (encode_frame(CaseOutcome(0, value)), encode_frame(Values([value]))):
        assert wire.too_large(frame, value)
        with pytest.raises(wire.WireError):
            decode_frame(frame[8:])


@pytest.mark.parametrize("value", [np.zeros((100, 600)), [0.5] * 10_000, [np.zeros(7)] * 500, np.empty((0, 3)), {}])
def test_results_of_an_honest_size_arrive(value: Any) -> None:
    """Also where the arguments, which come back to be compared, are much larger."""
    frame = encode_frame(CaseOutcome(0, value, None, {"x": np.zeros((300, 400, 3))}))
    assert not wire.too_large(frame, value)
    found = decode_frame(frame[8:])
    assert isinstance(found, CaseOutcome) and repr(found.value) == repr(value)


def gives(name: str, value: str, victim: str = VICTIM, book: str = BOOK) -> Program:
    source = f"import numpy as np\ndef FUNCTION(*args, **kwargs):\n    return {value}\n"
    return Program(f"02-{name}", source, ("wrong", "error", "crashed"), victim, book)


@programs(
    gives("empty-rows", "np.empty((2**26, 0), np.uint8)"),
    gives("empty-columns", "np.empty((0, 2**26), np.uint8)"),
    gives("rows-of-nothing-in-a-list", "[np.empty((2**20, 0))] * 50"),
    gives("rows-for-an-observer", "np.empty((2**26, 0), np.uint8)", "random_crop_flip", "08_imagenet_pytorch"),
    gives("rows-for-another", "(np.empty((2**26, 0)), np.empty((2**26, 0)))", "conv2d_backward", "07_backprop"),
    gives("losses", "(args[1], np.empty((2**22, 0)))", "train", "07_backprop"),
)
def test_a_reply_takes_little_of_the_judge(program: Program) -> None:
    for package in COURSE.notebooks[program.assignment].requires:
        optional(package)
    source = program.source.replace("FUNCTION", program.victim)
    notebook = filled(COURSE, program.assignment, {program.victim: source})
    with Sandbox(COURSE, limits=Limits(5, 15)) as sandbox:
        result, took = measured(lambda: graded(notebook, sandbox, program.assignment))
    item = row(result, program.victim)
    assert item.status in program.statuses and not item.score, item
    assert took < SECONDS


@pytest.mark.parametrize("value", ["np.zeros((2**26, 0), np.uint8)", "np.zeros((2000, 3000))", "[0] * 100_000"])
def test_a_variable_that_is_far_too_large_is_wrong(value: str, sandbox: Sandbox) -> None:
    source = f"import numpy as np\nweights_fc = {value}"
    item = row(graded(filled(COURSE, BOOK, {"weights_fc": source}, solved(COURSE, BOOK)), sandbox), "weights_fc")
    assert (item.status, item.score) == ("wrong", 0), item


def test_past_its_own_budget_the_judge_leaves_the_rest_to_a_person(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exercises that were judged before keep their grades."""
    now, alone = [0.0], running._judged_function
    monkeypatch.setattr(grading.time, "thread_time", lambda: now[0])

    def slow(run: Any, *given: Any) -> Any:
        now[0] += 0.7 * grading.JUDGE_SECONDS
        return alone(run, *given)

    monkeypatch.setattr(running, "_judged_function", slow)
    wrong = {name: f"def {name}(*args, **kwargs):\n    return None" for name in ("conv1d_valid", "relu", "pad1d")}
    result = graded(filled(COURSE, BOOK, wrong, solved(COURSE, BOOK)), sandbox)
    assert [row(result, name).status for name in wrong] == ["wrong", "wrong", "not_graded"]
    last = row(result, "pad1d")
    assert (
        last.score is None
        and last.message is not None
        and "the grader itself needed more than 60" in last.message.text()
    )
    monkeypatch.undo()
    assert "not_graded" not in {item.status for item in graded(filled(COURSE, BOOK, wrong), sandbox).exercises}


# --- notebooks


def empty_cells(number: int) -> bytes:
    return b'{"cells": [' + b"{}," * number + b"{}]}"


NOTEBOOKS: dict[str, Callable[[], bytes]] = {
    "empty-cells": lambda: empty_cells(480_000),
    "small-cells": lambda: b'{"cells": [' + b'{"source":"x"},' * 120_000 + b"{}]}",
    "small-cells-cut-off": lambda: b'{"cells": [' + b'{"source":"x"},' * 120_000,
    "worksheets": lambda: b'{"worksheets": [' + b'{"cells":[{},{},{}]},' * 60_000 + b"{}]}",
    "numbers-behind-beginnings": lambda: b'{"cell_type": [' * 50 + b"1," * (MAX_BYTES // 2 - 1000),
    "numbers-behind-many-beginnings": lambda: b'{"source": [' * 5000 + b"1," * (MAX_BYTES // 2 - 50_000),
    "texts-behind-beginnings": lambda: b'{"source": "' * 50 + b"x" * (MAX_BYTES - 1000),
    "escapes-behind-beginnings": lambda: b'{"source": "' * 50 + b"\\n" * (MAX_BYTES // 2 - 1000),
    "beginnings-all-along": lambda: (b'{"source": [' + b"1," * 2000) * 4000,
    "nested-cells": lambda: b'{"source": ' * 900 + b"[" + b"1," * (MAX_BYTES // 2 - 10_000) + b"1]" + b"}" * 899,
    "conflicts": lambda: b"<<<<<<< a\n" + b"1,\n" * 10**6 + b"=======\n" + b"2,\n" * 10**6 + b">>>>>>> b\n",
}


TOO_MANY_CELLS = ("empty-cells", "small-cells", "small-cells-cut-off", "worksheets")


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_reading_takes_time_by_length(name: str) -> None:
    data = NOTEBOOKS[name]()
    submission, took = measured(lambda: parse(data, "eve", BOOK))
    assert took < SECONDS and len(submission.cells) < 10
    assert submission.refused == (name in TOO_MANY_CELLS)


@pytest.mark.parametrize(
    "data",
    [b"[" * 40 * 2**20, b'{"outputs": ' + b"[" * 40 * 2**20, b'"a",' * 10 * 2**20],
    ids=["lists", "outputs", "texts"],
)
def test_leaving_outputs_out_takes_a_limited_time(data: bytes) -> None:
    for text in (data, b'{"cells": [{' + data):
        _, took = measured(lambda text=text: pruned(text))  # type: ignore[misc]
        assert took < SECONDS


def with_check(line: str) -> Notebook:
    notebook = solved(COURSE, BOOK)
    for item in notebook["cells"]:
        if grade_id(item) == f"{VICTIM}_check":
            item["source"] = line
    return notebook


LINES = {
    "spaces-behind-a-check": "check(relu)" + " " * 10**6 + "x",
    "brackets": "check(" + ")" * 10**6 + "x",
    "brackets-and-spaces": "check(" + ") " * 10**6 + "x",
    "semicolons": "print(1)" + " " * 10**5 + ";" + " " * 10**5 + "x",
}


@pytest.mark.parametrize("name", LINES)
def test_looking_at_a_check_cell_takes_time_by_length(name: str) -> None:
    submission = parse(json.dumps(with_check(LINES[name])).encode(), "eve", BOOK)
    aligned, took = measured(lambda: align(submission, load_exam(COURSE, BOOK, SEED)))
    assert took < SECONDS and any("code was added to the check" in note for note in aligned.notes)


def answers(number: int, source: str) -> Notebook:
    """A notebook with many copies of the cells that are answered in words."""
    notebook = solved(COURSE, BOOK)
    written = [item for item in notebook["cells"] if item["cell_type"] == "markdown" and grade_id(item)]
    notebook["cells"] += [{**item, "source": source} for item in written for _ in range(number)]
    return notebook


def pictures(number: int) -> Notebook:
    notebook = answers(1, "see here " * 100_000)
    notebook["cells"][-1]["attachments"] = {f"{index:x}": {"image/png": "AAAA"} for index in range(number)}
    return notebook


GROWN = {
    "copies-of-answers": lambda: answers(9000, "words"),
    "extra-cells": lambda: {"cells": [*solved(COURSE, BOOK)["cells"], *[code_cell("x")] * 40_000]},
    "pictures": lambda: pictures(60_000),
}


@pytest.mark.parametrize("name", GROWN)
def test_what_is_written_for_a_person_is_not_much_larger_than_what_was_handed_in(name: str) -> None:
    data = json.dumps(GROWN[name]()).encode()
    exam = load_exam(COURSE, BOOK, SEED)
    released = releases.read_release(COURSE.release(BOOK), COURSE.solution(BOOK))

    def work() -> int:
        submission = parse(data, "eve", BOOK)
        align(submission, exam)
        result = grading.unreadable(submission, exam)
        return len(json.dumps(autograded.notebook(submission, result, released)))

    size, took = measured(work)
    assert took < SECONDS and size < 4 * len(data) + 2**20


def test_memory_stays_small_whatever_is_handed_in(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib; from autograder.grading.submission import read\n"
        "used = lambda: int(re.search(r'VmHWM:\\s*(\\d+)', pathlib.Path('/proc/self/status').read_text())[1])\n"
        "import re; before = used()\n"
        "for path in sys.argv[1:]: read(pathlib.Path(path), '', '')\n"
        "print((used() - before) // 1024)"
    )
    paths = []
    for name, make in NOTEBOOKS.items():
        paths.append(tmp_path / name)
        paths[-1].write_bytes(make())
    done = subprocess.run([sys.executable, "-c", program, *map(str, paths)], capture_output=True, text=True, check=True)
    assert int(re.sub(r"\D", "", done.stdout)) < MEGABYTES


def test_what_is_kept_of_an_empty_submission_is_small() -> None:
    submission = parse(empty_cells(480_000), "eve", BOOK)
    assert len(json.dumps(asdict(submission))) < 1000
