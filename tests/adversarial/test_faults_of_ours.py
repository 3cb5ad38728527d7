"""Classes 33 and 34: what breaks on our side is retried or not graded, never a 0, and the same command goes on."""

from __future__ import annotations

import csv
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from conftest import COURSE
from processes import running

from adversarial.arena import BOOK, SEED, VICTIM, children
from autograder.cli import grading
from autograder.demo.notebooks import code_cell, filled, solved, write
from autograder.grading.batch import RunSettings, Task, grade_all
from autograder.intake.plans import Wishes
from autograder.sandbox import confine, ways
from autograder.sandbox.client import Limits, Sandbox, SandboxLost

ROOT = Path(__file__).parents[2]
SLOW = "import time\ndef relu(z):\n    time.sleep(2)\n    return z * (z > 0)"
SMALL = RunSettings(jobs=1, seed=SEED, limits=Limits(1, 3, 2**28))
LIMITS = ("--cpu-seconds", 1, "--wall-seconds", 3, "--memory-mb", 2**8)


def command(folder: Path, out: Path, *options: object) -> list[str]:
    return [
        *map(
            str, (sys.executable, "-m", "autograder", "grade", folder, "--out", out, "--seed", SEED, *LIMITS, *options)
        )
    ]


def statuses(out: Path) -> set[str]:
    with (out / "grades.csv").open(newline="", encoding="utf-8") as file:
        return {row["status"] for row in csv.DictReader(file)}


def servers_of(process: int) -> list[int]:
    """The fork servers that a run has started."""
    threads = Path(f"/proc/{process}/task").iterdir()
    return [int(number) for thread in threads for number in (thread / "children").read_text().split()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(solved(COURSE, BOOK), tmp_path / "in", "ada", BOOK)
    return tmp_path / "in"


def test_33_a_killed_fork_server_is_lost_and_takes_its_child_along(folder: Path) -> None:
    from autograder.grading.exam import load_exam
    from autograder.sandbox.protocol import ExerciseRun
    from autograder.sandbox.slicing import CellCode

    with Sandbox(COURSE, limits=Limits(5, 20, 2**28)) as sandbox:
        seen: list[int] = []

        def kill() -> None:
            deadline = time.monotonic() + 10
            while not children(sandbox) and time.monotonic() < deadline:
                time.sleep(0.01)
            seen.extend(map(int, children(sandbox).split()))
            time.sleep(0.2)
            os.kill(sandbox._process.pid, signal.SIGKILL)

        killer = threading.Thread(target=kill)
        killer.start()
        spec = next(spec for spec in load_exam(COURSE, BOOK, SEED).specs if spec.name == VICTIM)
        with pytest.raises(SandboxLost):
            sandbox.run(ExerciseRun(spec, (0,), 1), [CellCode("c", SLOW.replace("(2)", "(15)"), "solution")])
        killer.join()
        assert seen and not gone_wrong(seen)


def gone_wrong(processes: list[int]) -> list[int]:
    """Those that still run after a moment."""
    deadline = time.monotonic() + 5
    while (left := [number for number in processes if running(number)]) and time.monotonic() < deadline:
        time.sleep(0.02)
    return left


def test_33_a_lost_fork_server_is_replaced_and_nobody_loses_a_point(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(solved(COURSE, BOOK), tmp_path / "in", "ada", BOOK)
    run, runs = Sandbox._run, 0

    def unlucky(self: Sandbox, *arguments: object, **options: object) -> object:
        nonlocal runs
        runs += 1
        if runs == 2:  # the self-test is the first
            os.kill(self._process.pid, signal.SIGKILL)
        return run(self, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Sandbox, "_run", unlucky)
    (result,) = grade_all(COURSE, [Task("ada", BOOK, path)], SMALL, tmp_path / "resume", lambda result: None)
    assert runs > 2
    assert {item.status for item in result.exercises} <= {"correct", "manual"}


def test_33_an_error_of_the_graders_is_not_graded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(solved(COURSE, BOOK), tmp_path / "in", "ada", BOOK)
    monkeypatch.setattr("autograder.grading.running.judge", lambda *arguments: 1 / 0)
    (result,) = grade_all(COURSE, [Task("ada", BOOK, path)], SMALL, tmp_path / "resume", lambda result: None)
    assert {(item.status, item.score) for item in result.exercises} == {("not_graded", None)}
    assert not list((tmp_path / "resume").glob("*")), "it would never be tried again"


def test_33_a_killed_run_leaves_no_process_and_no_folder_and_goes_on(folder: Path, tmp_path: Path) -> None:
    write(filled(COURSE, BOOK, {VICTIM: SLOW}, solved(COURSE, BOOK)), folder, "eve", BOOK)
    scratch, out = tmp_path / "tmp", tmp_path / "out"
    scratch.mkdir()
    environment = {**os.environ, "TMPDIR": str(scratch)}
    process = subprocess.Popen(command(folder, out, "--jobs", 1), cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not list(out.glob(".resume/*.json")) and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.3)
    servers = servers_of(process.pid)
    assert servers
    process.kill()
    process.wait()
    assert not gone_wrong(servers)
    assert not list(scratch.iterdir())
    assert not (out / "grades.csv").exists()
    assert grading.run(COURSE, folder, out, Wishes(), SMALL, "") == 0
    assert statuses(out) <= {"correct", "manual", "timeout"}


def test_33_a_full_disk_stops_the_run_with_one_line_and_the_same_command_goes_on(folder: Path, tmp_path: Path) -> None:
    """A limit on the size of files stands for the disk: writing fails in the middle of a file, as there."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    out = tmp_path / "out"
    done = subprocess.run(command(folder, out, "--jobs", 1), cwd=ROOT, preexec_fn=limit, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr and len(done.stderr.strip().splitlines()) == 1
    assert not (out / "grades.csv").exists()
    assert grading.run(COURSE, folder, out, Wishes(), SMALL, "") == 0
    assert statuses(out) <= {"correct", "manual"}


def test_33_a_locked_gradebook_is_said_in_one_line(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert grading.run(COURSE, folder, out, Wishes(), SMALL, "") == 0
    (out / "grades.csv").unlink()
    with sqlite3.connect(out / "gradebook.db") as database:
        database.execute("begin exclusive")
        given = command(folder, out, "--db", f"sqlite:///{out}/gradebook.db?timeout=0.3")
        done = subprocess.run(given, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr and len(done.stderr.strip().splitlines()) == 1
    assert not (out / "grades.csv").exists()
    assert grading.run(COURSE, folder, out, Wishes(), SMALL, "") == 0
    assert statuses(out) <= {"correct", "manual"}


DAMAGED = (b"", b"[]", b"null", b'{"exercises": [1]}', b'{"exercises": [{"message": "x"}]}', b"\xff")


def test_33_damaged_kept_results_are_graded_again(tmp_path: Path) -> None:
    tasks = []
    for number in range(len(DAMAGED)):
        notebook = solved(COURSE, BOOK)
        notebook["cells"].append(code_cell(f"# {number}"))
        tasks.append(Task(str(number), BOOK, write(notebook, tmp_path / "in", str(number), BOOK)))
    resume = tmp_path / "resume"
    first = grade_all(COURSE, tasks, SMALL, resume, lambda result: None)
    kept = list(resume.iterdir())
    for path, damage in zip(kept, DAMAGED, strict=True):
        path.write_bytes(damage)
    assert grade_all(COURSE, tasks, SMALL, resume, lambda result: None) == first
    assert all(path.read_bytes() not in DAMAGED for path in kept)


def test_33_kept_results_of_one_student_tell_nothing_false_of_the_next(tmp_path: Path) -> None:
    """The same cells in another encoding: same marks, but the note is for one of the two."""
    one, other = (write(solved(COURSE, BOOK), tmp_path / "in", name, BOOK) for name in ("ada", "ben"))
    other.write_bytes(other.read_text("utf-8").encode("utf-16"))
    tasks = [Task("ada", BOOK, one), Task("ben", BOOK, other)]
    of_ada, of_ben = grade_all(COURSE, tasks, SMALL, tmp_path / "resume", lambda result: None)
    assert of_ada.exercises == of_ben.exercises
    assert not of_ada.notes and "UTF-16" in of_ben.notes[0]


@pytest.mark.parametrize(
    ("lacking", "said"),
    [
        ("ways", "landlock: none; namespaces: none; second-user: none"),
        ("filter", "libseccomp"),
        ("walls", "student code could"),
    ],
)
def test_34_without_confinement_it_refuses(
    lacking: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(solved(COURSE, BOOK), tmp_path / "in", "ada", BOOK)
    if lacking == "ways":
        monkeypatch.setattr(ways, "lacks", lambda name: "none")
    elif lacking == "filter":
        monkeypatch.setattr(ways, "CallFilter", lambda: (_ for _ in ()).throw(RuntimeError))
    else:
        monkeypatch.setattr(
            "autograder.grading.pool.Sandbox", lambda course, confined, limits, way: Sandbox(course, False, limits)
        )
    with pytest.raises(confine.CannotConfine) as refusal:
        grade_all(COURSE, [Task("ada", BOOK, path)], SMALL, tmp_path / "resume", lambda result: None)
    assert said in str(refusal.value)
