"""Stopped at any moment, the same command goes on, and leaves what an undisturbed run leaves, byte for byte.

KILLS sets how many random kills there are of each kind, KILLS_SEED which: `make endurance`.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest
import typer
from conftest import COURSE, ROOT
from processes import Dask, descendants, rows, running, same, until

from autograder.cli import grading
from autograder.demo.hostile import ATTACKS
from autograder.demo.notebooks import filled, solved, stub, write
from autograder.demo.sample_class import attacked
from autograder.grading import pool
from autograder.grading.backend import ClusterError
from autograder.grading.batch import RunSettings, Task, grade_all
from autograder.grading.exam import load_exam
from autograder.grading.run_lock import run_lock
from autograder.intake.plans import Wishes
from autograder.reports import autograded, feedback, gradebook, grades_csv, report
from autograder.sandbox.client import Limits, Sandbox
from autograder.sandbox.protocol import ExerciseRun
from autograder.sandbox.slicing import CellCode

BOOK = "01_pixels"
LIMITS = Limits(5, 60, 2**28)
RESULTS = 4  # of the class, not counting who handed in nothing
KILLS = int(os.environ.get("KILLS", "2"))
SEED = int(os.environ.get("KILLS_SEED", "1"))


class Undisturbed(NamedTuple):
    """A class, what a run leaves of it, and how long that took."""

    folder: Path
    out: Path
    seconds: float


def start(folder: Path, out: Path, *options: str) -> subprocess.Popen[str]:
    limits = ["--cpu-seconds", "5", "--wall-seconds", "60", "--memory-mb", "256"]
    words = ["grade", folder, "--out", out, "--seed", "7", "--jobs", "2", *limits, *options]
    arguments = [sys.executable, "-m", "autograder", *map(str, words)]
    return subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def rerun(folder: Path, out: Path) -> int:
    return grading.run(COURSE, folder, out, Wishes(), RunSettings(2, 7, LIMITS), "")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    place = tmp_path_factory.mktemp("undisturbed")
    exits = next(attack for attack in ATTACKS if attack.name == "hard-exit")
    write(solved(COURSE, BOOK), place / "class", "ada", BOOK)
    write(
        filled(COURSE, BOOK, {"flatten": "def flatten(image):\n    return image"}, solved(COURSE, BOOK)),
        place / "class",
        "ben",
        BOOK,
    )
    write(attacked(COURSE, BOOK, exits.code), place / "class", "eve", BOOK)
    write(stub(COURSE, BOOK), place / "class", "kim", BOOK)
    (place / "class" / "zoe" / BOOK).mkdir(parents=True)
    began = time.monotonic()
    process = start(place / "class", place / "out")
    assert process.wait() == 0, process.communicate()
    return Undisturbed(place / "class", place / "out", time.monotonic() - began)


def disturbed(
    undisturbed: Undisturbed,
    out: Path,
    choose: Callable[[subprocess.Popen[str]], int],
    chance: random.Random,
    *options: str,
) -> None:
    """Starts a run, kills the process that `choose` names at some moment, and then runs to the end."""
    run = start(undisturbed.folder, out, *options)
    # From the start on, or when so many results are there, or while the reports are written: by time alone, the kills
    # of a busy machine would nearly all come before the first result.
    stage = chance.randrange(-1, RESULTS + 2)
    reached: dict[int, Callable[[], object]] = {
        -1: lambda: True,
        0: lambda: options or descendants(run.pid),
        RESULTS + 1: (out / "autograded").exists,
    }
    arrived = reached.get(stage, lambda: len(list(out.glob(".resume/*.json"))) >= stage)
    until(lambda: arrived() or run.poll() is not None, f"stage {stage}")
    time.sleep(chance.uniform(0, undisturbed.seconds / RESULTS))
    if run.poll() is not None:  # too late
        run.communicate()
        shutil.rmtree(out)
        return disturbed(undisturbed, out, choose, chance, *options)
    victim = choose(run)
    below = descendants(run.pid)
    with suppress(OSError):
        words = Path(f"/proc/{victim}/cmdline").read_text().split("\0")
        finished = len(list(out.glob(".resume/*.json")))
        print(f"killed at stage {stage}, {finished} results: {victim} of {[run.pid, *below]}: {words[1:4]}")
        os.kill(victim, signal.SIGKILL)
    _, said = run.communicate()
    until(lambda: not any(map(running, below)), "the end of what a run has started")
    assert "Traceback" not in said
    assert run.returncode in ((-signal.SIGKILL,) if victim == run.pid else (0, 1, 3)), said
    if (out / "grades.csv").exists():
        true = rows(undisturbed.out)
        wrong = [row for row in rows(out) if row not in true]
        assert all((row["status"], row["score"]) == ("not_graded", "") for row in wrong), wrong
    assert rerun(undisturbed.folder, out) == 0
    same(undisturbed.out, out)


@pytest.mark.parametrize("number", range(KILLS))
def test_a_random_kill_of_the_run_or_of_what_it_started(number: int, undisturbed: Undisturbed, tmp_path: Path) -> None:
    chance = random.Random(f"here {SEED} {number}")

    def choose(run: subprocess.Popen[str]) -> int:
        below = descendants(run.pid)
        return chance.choice(below) if below and chance.random() < 0.5 else run.pid

    disturbed(undisturbed, tmp_path / "out", choose, chance)


@pytest.fixture(scope="module")
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dask]:
    cluster = Dask(tmp_path_factory.mktemp("dask") / "files")
    yield cluster
    cluster.close()


@pytest.mark.parametrize("number", range(KILLS))
def test_a_random_kill_on_a_cluster(number: int, undisturbed: Undisturbed, dask: Dask, tmp_path: Path) -> None:
    """Of the run, of one of the two workers, of what a worker has started, or of the scheduler."""
    chance = random.Random(f"cluster {SEED} {number}")
    dask.mend(2)

    def choose(run: subprocess.Popen[str]) -> int:
        worker = chance.choice(dask.workers).pid
        return chance.choice([run.pid, worker, chance.choice(descendants(worker) or [worker]), dask.scheduler.pid])

    disturbed(undisturbed, tmp_path / "out", choose, chance, "--scheduler", dask.address)


class Killed(BaseException):
    """Stands for kill -9 in between: nothing catches it."""


@pytest.mark.parametrize(
    "module", [gradebook, autograded, feedback, report, grades_csv], ids=lambda item: item.__name__
)
def test_a_kill_between_two_outputs(
    module: object, undisturbed: Undisturbed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_all = module.write  # type: ignore[attr-defined]

    def write_and_die(*arguments: object) -> None:
        write_all(*arguments)
        raise Killed

    out = tmp_path / "out"
    shutil.copytree(undisturbed.out / ".resume", out / ".resume")
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(module, "write", write_and_die)
        rerun(undisturbed.folder, out)
    assert rerun(undisturbed.folder, out) == 0
    same(undisturbed.out, out)


def test_a_students_process_that_somebody_else_kills_is_run_again() -> None:
    """For want of memory, say: it must not cost the student a point."""
    spec = next(spec for spec in load_exam(COURSE, BOOK, 7).specs if spec.name == "flatten")
    source = "import time\ntime.sleep(1)\ndef flatten(image):\n    return image.flatten()"
    with Sandbox(COURSE, limits=LIMITS) as sandbox:
        sandbox.wait_until_ready()
        seen: list[int] = []

        def kill() -> None:
            until(lambda: descendants(sandbox._process.pid), "the student's process")
            seen.extend(descendants(sandbox._process.pid))
            os.kill(seen[0], signal.SIGKILL)

        killer = threading.Thread(target=kill)
        killer.start()
        reply = sandbox.run(ExerciseRun(spec, (0,), 1), [CellCode("flatten", source, "solution")])
        killer.join()
    assert seen and reply.fault is None and len(reply.outcomes) == len(spec.cases)


def test_what_a_kill_left_unfinished_is_cleared_away(undisturbed: Undisturbed, tmp_path: Path) -> None:
    leftover = tmp_path / "out" / ".resume" / ".0123-4567.json.89"
    leftover.parent.mkdir(parents=True)
    leftover.write_text('{"exercises": [')
    assert rerun(undisturbed.folder, tmp_path / "out") == 0
    assert {path.suffix for path in leftover.parent.iterdir() if path.name != ".lock"} == {".json"}


def test_interrupted_from_the_keyboard(undisturbed: Undisturbed, tmp_path: Path) -> None:
    """It does not wait for a student's code that sleeps."""
    sleeps = "import time\ntime.sleep(50)\ndef flatten(image):\n    return image"
    write(stub(COURSE, BOOK), tmp_path / "class", "ada", BOOK)
    write(filled(COURSE, BOOK, {"flatten": sleeps}), tmp_path / "class", "eve", BOOK)
    out = tmp_path / "out"
    run = start(tmp_path / "class", out)
    until(lambda: list(out.glob(".resume/*.json")), "a result")
    kept = list(out.glob(".resume/*.json"))
    below = descendants(run.pid)
    run.send_signal(signal.SIGINT)
    _, said = run.communicate()
    assert run.returncode == 130
    assert len(said.strip().splitlines()) == 1 and "run the same command to resume" in said
    until(lambda: not any(map(running, below)), "the end of what the run has started")
    assert list(out.glob(".resume/*.json")) == kept and not (out / "grades.csv").exists()


def test_two_runs_into_one_folder(undisturbed: Undisturbed, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    with run_lock(out / ".resume"), pytest.raises(typer.Exit) as refusal:
        rerun(undisturbed.folder, out)
    said = capfd.readouterr().err.strip()
    assert refusal.value.exit_code == 1
    assert "another run" in said and len(said.splitlines()) == 1
    assert [path.name for path in out.iterdir()] == [".resume"]


def test_a_jumping_clock_changes_nothing(
    undisturbed: Undisturbed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, jump = time.time, random.Random(SEED)
    monkeypatch.setattr(time, "time", lambda: clock() + jump.uniform(-1e9, 1e9))
    assert rerun(undisturbed.folder, tmp_path / "out") == 0
    same(undisturbed.out, tmp_path / "out")


def test_equal_submissions_are_graded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    graded: list[str] = []
    grade = pool.grade
    monkeypatch.setattr(pool, "grade", lambda item, *rest: graded.append(item.student) or grade(item, *rest))
    paths = [write(stub(COURSE, BOOK), tmp_path / "in", name, BOOK) for name in ("ada", "ben", "kim")]
    tasks = [Task(path.parts[-3], BOOK, path) for path in paths]
    for force in (False, True):
        results = grade_all(
            COURSE, tasks, RunSettings(3, 7, LIMITS, force=force), tmp_path / "kept", lambda result: None
        )
        assert [result.student for result in results] == ["ada", "ben", "kim"]
        assert len({result.exercises for result in results}) == 1
    assert len(graded) == 2


def test_a_full_tmp_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the start it stops the run with its reason; later it costs one submission, which the rerun grades."""
    tasks = [Task(name, BOOK, write(solved(COURSE, BOOK), tmp_path / "in", name, BOOK)) for name in ("ada", "ben")]
    full = OSError(28, "No space left on device")
    sandbox, started, kept = Sandbox, 0, tmp_path / "kept"

    def no_room(*arguments: object, **named: object) -> Sandbox:
        nonlocal started
        started += 1
        if started > room:
            raise full
        return sandbox(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(pool, "Sandbox", no_room)
    room = 0
    with pytest.raises(OSError, match="No space"):
        grade_all(COURSE, tasks, RunSettings(1, 7, LIMITS), kept, lambda result: None)
    room, started = 1, 0
    monkeypatch.setattr(
        pool, "grade", lambda submission, exam, lent: lent.kill() or lent.run(ExerciseRun(exam.specs[0], (), 0), [])
    )
    for result in grade_all(COURSE, tasks, RunSettings(1, 7, LIMITS), kept, lambda result: None):
        assert {(item.status, item.score) for item in result.exercises} == {("not_graded", None)}
        assert "no sandbox could be started" in result.notes[0] and "No space" in result.notes[0]
    monkeypatch.undo()
    for result in grade_all(COURSE, tasks, RunSettings(1, 7, LIMITS), kept, lambda result: None):
        assert {item.status for item in result.exercises} <= {"correct", "manual"}


def test_without_dask_a_cluster_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    task = Task("ada", BOOK, write(stub(COURSE, BOOK), tmp_path, "ada", BOOK))
    monkeypatch.delitem(sys.modules, "autograder.grading.dask_backend", raising=False)
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterError, match="pip install distributed"):
        grade_all(COURSE, [task], RunSettings(scheduler="tcp://127.0.0.1:1"), tmp_path / "kept", lambda result: None)
