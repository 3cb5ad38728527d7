# ruff: noqa: E501 - a program a line reads best
"""Class 15: what a hidden case was is left somewhere by one process, and told by a public call of a later one."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from conftest import COURSE

from adversarial.arena import BOOK, SEED, graded
from autograder.demo.notebooks import filled, solved
from autograder.grading.exam import load_exam
from autograder.grading.grade import grade
from autograder.grading.submission import parse
from autograder.sandbox.client import Limits, Sandbox
from autograder.sandbox.protocol import ExerciseRun
from autograder.sandbox.replies import Reply
from autograder.sandbox.slicing import CellCode
from helpers.checking.spec import Spec

WRONG = "def {name}(*args, **kwargs):\n    return 0"
RAISES = "def {name}(*args, **kwargs):\n    raise ValueError"
LEAVES = "import os\ndef {name}(*args, **kwargs):\n    os._exit(3)"
ENDLESS = "def {name}(*args, **kwargs):\n    while True: pass"
ELSEWHERE = "def {name}(*args, **kwargs):\n    return not_there(*args, **kwargs)"
SCIPY = "import scipy.signal\ndef {name}(*args, **kwargs):\n    return scipy.signal.convolve(*args, **kwargs)"


EXERCISES = {exercise.name for exercise in COURSE.exercises()}


class Noting(Sandbox):
    """Notes for each list of cases whether it was public or hidden, in the order of their being sent."""

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.sent: list[str] = []

    def _note(self, spec: Spec) -> None:
        # Inputs that expose functions are tried in a process of their own, which gets no case of either kind.
        if spec.kind == "function" and spec.name in EXERCISES:
            self.sent.append("public" if spec is load_exam(COURSE, BOOK, SEED).public(spec.name) else "hidden")

    def run(self, run: ExerciseRun, cells: Sequence[CellCode], plan: int = 0, ask_more: bool = False) -> Reply:
        self._note(run.spec)
        return super().run(run, cells, plan, ask_more)

    def run_together(
        self,
        cells: Sequence[CellCode],
        runs: Sequence[ExerciseRun],
        limits: Limits,
        then: Callable[[list[Reply]], Sequence[Spec]] | None = None,
    ) -> tuple[list[Reply], list[Reply]]:
        def noted(replies: list[Reply]) -> Sequence[Spec]:
            found = then(replies) if then else ()
            for spec in found:
                self._note(spec)
            return found

        for run in runs:
            self._note(run.spec)
        return super().run_together(cells, runs, limits, noted if then else None)


@pytest.fixture(scope="module")
def noting() -> Iterator[Noting]:
    with Noting(COURSE, limits=Limits(cpu_seconds=2, wall_seconds=20)) as one:
        yield one


@pytest.mark.parametrize(
    "deeds",
    [
        {},
        {"relu": WRONG},
        {"relu": RAISES, "pad1d": WRONG},
        {"relu": LEAVES, "conv1d": RAISES},
        {"pad1d": ENDLESS},
        {"conv1d_valid": SCIPY, "relu": ELSEWHERE},
        {"weights_fc": "{name} = sum(range(3))", "conv1d": RAISES},
        {"satellite_filter": "{name} = None", "pad1d": RAISES},
    ],
)
def test_no_public_case_is_run_behind_a_hidden_one(deeds: dict[str, str], noting: Noting) -> None:
    noting.sent.clear()
    answers = {name: source.format(name=name) for name, source in deeds.items()}
    result = graded(filled(COURSE, BOOK, answers, solved(COURSE, BOOK)), noting)
    assert noting.sent == sorted(noting.sent, reverse=True), "public ones first"
    assert {"public", "hidden"} == set(noting.sent)
    for item in result.exercises:
        if item.exercise not in answers:
            assert item.status in ("correct", "manual"), item


# What a hidden call leaves, and what a later public call finds of it. `seen` is what it knows of a hidden input.
TRACES = {
    "access-time": ("open(FILES[seen % len(FILES)]).read()", "[os.stat(name).st_atime_ns for name in FILES]"),
    "scratch-time": ("open('x', 'w').close()\n    os.unlink('x')", "[os.stat('.').st_mtime_ns, os.stat('.').st_atime_ns]"),
    "scratch-file": ("open(f'x{seen}', 'w').write('x')", "sorted(os.listdir('.'))"),
    "scratch-folder": ("os.makedirs(f'a/b/{seen}')", "sorted(os.listdir('.'))"),
    "lock": ("import fcntl; fcntl.lockf(open(FILES[seen % len(FILES)]), fcntl.LOCK_SH)", "[fcntl_of(name) for name in FILES]"),
}  # fmt: skip
SPY = """
import os
FILES = {files!r}
def fcntl_of(name):
    import fcntl
    try:
        fcntl.lockf(open(name), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return 1
    return 0
def {name}(*args, **kwargs):
    first = np.asarray(args[0])
    if first.tobytes() not in {public!r}:
        seen = int(abs(hash(first.tobytes()))) % 251
        {leaves}
        raise ValueError
    return {finds}
"""


def old_files(count: int = 12) -> list[str]:
    """Files that every exercise may read, with an access time that the next reading changes."""
    found = sorted(str(path) for path in (COURSE.root / "helpers").glob("*.py"))[:count]
    for name in found:
        os.utime(name, (1, os.stat(name).st_mtime))
    return found


@pytest.mark.parametrize("trace", TRACES)
def test_what_is_shown_is_the_same_whatever_the_hidden_cases_are(trace: str, sandbox: Sandbox) -> None:
    """Three spies in one submission: each leaves a trace of its hidden cases, and tells of what it finds."""
    leaves, finds = TRACES[trace]
    spies = ("relu", "pad1d", "conv1d_valid")
    shown = set()
    for seed in (1, 2, 3):
        exam = load_exam(COURSE, BOOK, seed)
        files = old_files()
        answers = {}
        for name in spies:
            public = [next(iter(case.arguments.values())).tobytes() for case in exam.public(name).cases]
            answers[name] = SPY.format(files=files, name=name, public=public, leaves=leaves, finds=finds)
        notebook = json.dumps(filled(COURSE, BOOK, answers)).encode()
        result = grade(parse(notebook, "eve", BOOK), exam, sandbox)
        shown.add(tuple((item.status, item.message) for item in result.exercises))
    assert len(shown) == 1


def test_the_folder_to_write_into_is_as_old_for_everybody(sandbox: Sandbox) -> None:
    """A process finds the same times whatever the one before it has done there."""
    answers = set()
    for deed in ("pass", "open('x', 'w').close()", "open('y', 'w').close(); os.unlink('y')", "os.mkdir('z')"):
        for source in (f"import os\ntold = 0\n{deed}", "import os\ntold = [os.stat('.').st_mtime_ns, os.listdir('.')]"):
            cell = CellCode("c", source, "solution")
            spec = Spec("told", "", "answer", 0.0, variables=("told",))
            answers.add(str(sandbox.run(ExerciseRun(spec, (0,), 1), [cell]).values))
    assert answers == {"(0,)", "([0, []],)"}
