"""Grading on a Dask cluster: real schedulers and workers, each a process, some of them killed."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from conftest import COURSE, ROOT
from distributed import Future
from processes import WAIT, Dask, kill, rows, same, until

from autograder.cli import grading
from autograder.demo.hostile import ATTACKS
from autograder.demo.notebooks import filled, solved, stub, write
from autograder.demo.sample_class import attacked
from autograder.grading import dask_backend
from autograder.grading.batch import RunSettings
from autograder.intake.plans import Wishes
from autograder.sandbox.client import Limits

BOOK = "02_filters_1d"
SLOW = "import time\ntime.sleep(0.8)  # {}\ndef relu(z):\n    return z * (z > 0)"
LARGE_SEED = 2**64 + 7
LIMITS = Limits(2, 20, 2**28)


@pytest.fixture
def dask(tmp_path: Path) -> Iterator[Dask]:
    cluster = Dask(tmp_path / "dask", DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0")
    yield cluster
    cluster.close()


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Dask]:
    cluster = Dask(tmp_path / "dask")
    cluster.add_worker()
    cluster.add_worker()
    yield cluster
    cluster.close()


def slow_class(folder: Path, size: int) -> Path:
    for number in range(size):
        write(
            filled(COURSE, BOOK, {"relu": SLOW.format(number)}, stub(COURSE, BOOK)), folder, f"student-{number}", BOOK
        )
    return folder


class Run(threading.Thread):
    """The command, in a thread of this process; `status` is what it exits with."""

    def __init__(self, folder: Path, out: Path, scheduler: str = "") -> None:
        super().__init__()
        self.arguments = (folder, out, Wishes(), RunSettings(2, LARGE_SEED, LIMITS, scheduler=scheduler), "")
        self.out, self.status = out, -1

    def run(self) -> None:
        try:
            self.status = grading.run(COURSE, *self.arguments)
        except typer.Exit as end:
            self.status = end.exit_code

    def finish(self) -> int:
        if not self.ident:
            self.start()
        self.join(WAIT)
        assert not self.is_alive()
        return self.status

    def finished(self, number: int) -> None:
        """Waits until so many submissions are graded."""
        until(lambda: len(list(self.out.glob(".resume/*.json"))) >= number, f"{number} results")


def test_same_bytes_as_on_this_machine(pair: Dask, tmp_path: Path) -> None:
    folder = tmp_path / "class"
    exits = next(attack for attack in ATTACKS if attack.name == "hard-exit")
    write(solved(COURSE, BOOK), folder, "ada", BOOK)
    write(attacked(COURSE, BOOK, exits.code), folder, "eve", BOOK)
    write(stub(COURSE, "01_pixels"), folder, "kim", "01_pixels")
    write(stub(COURSE, "01_pixels"), folder, "leo", "01_pixels")
    (folder / "zoe" / BOOK).mkdir(parents=True)
    assert Run(folder, tmp_path / "here").finish() == 0
    assert Run(folder, tmp_path / "there", pair.address).finish() == 0
    same(tmp_path / "here", tmp_path / "there")
    assert Counter(row["status"] for row in rows(tmp_path / "there"))["crashed"] == 1
    # A worker's standard output and files are its operator's; no student's name is sent there.
    assert "ada" not in "".join(path.read_text("utf-8", "replace") for path in pair.folder.glob("*.log"))


def test_a_wait_that_dask_gives_up_just_as_the_result_comes_goes_on(
    dask: Dask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result, seen = Future.result, []

    def gives_up_first(future: Future[str], timeout: float | None = None) -> str:
        if future.key not in seen:
            seen.append(future.key)
            raise UnboundLocalError("cannot access local variable 'result'")
        return str(result(future, timeout=timeout))

    monkeypatch.setattr(Future, "result", gives_up_first)
    dask.add_worker()
    write(stub(COURSE, BOOK), tmp_path / "class", "ada", BOOK)
    assert Run(tmp_path / "class", tmp_path / "there", dask.address).finish() == 0
    assert len(seen) == 1 and {row["status"] for row in rows(tmp_path / "there")} == {"not_attempted"}


def test_a_killed_worker_and_then_a_killed_scheduler_lose_nothing(
    pair: Dask, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = slow_class(tmp_path / "class", 8)
    assert Run(folder, tmp_path / "here").finish() == 0
    run = Run(folder, tmp_path / "there", pair.address)
    run.start()
    run.finished(1)
    kill(pair.workers[0])
    run.finished(3)
    kill(pair.scheduler)
    assert run.finish() == 3
    table = rows(run.out)
    lost = [row for row in table if row["status"] == "not_graded"]
    assert 0 < len(lost) < len(table)
    assert {row["score"] for row in lost} == {""}
    page = (run.out / "feedback" / lost[0]["student"] / f"{BOOK}.html").read_text("utf-8")
    assert "the Dask scheduler" in page and "is gone" in page
    students = {row["student"] for row in lost}
    said = capfd.readouterr()
    assert f"not graded: {len(students)} of 8 submissions: the Dask scheduler" in said.out
    assert "Traceback" not in said.err
    assert [row for row in table if row not in lost] == [row for row in rows(tmp_path / "here") if row in table]
    kept = {path: path.stat().st_mtime_ns for path in run.out.glob(".resume/*.json")}
    assert Run(folder, run.out).finish() == 0
    assert {path: path.stat().st_mtime_ns for path in kept} == kept, "finished work was done again"
    same(tmp_path / "here", run.out)


def test_what_a_worker_dies_of_is_not_graded_and_later_workers_do_the_rest(dask: Dask, tmp_path: Path) -> None:
    """Also a worker with other code that joins in mid-run: its work goes to others."""
    folder = slow_class(tmp_path / "class", 5)
    first = dask.add_worker()
    run = Run(folder, tmp_path / "there", dask.address)
    run.start()
    run.finished(1)
    first.send_signal(signal.SIGSTOP)  # else it might finish the class before the next has started
    dask.add_worker(other_code(tmp_path))
    kill(first)
    dask.add_worker()
    assert run.finish() == 3
    lost = [row for row in rows(run.out) if row["status"] == "not_graded"]
    assert {row["score"] for row in lost} == {""}
    assert len({row["student"] for row in lost}) < 4
    notes = {(run.out / "feedback" / row["student"] / f"{BOOK}.html").read_text("utf-8") for row in lost}
    assert all("workers that graded it were lost" in note for note in notes)
    assert Run(folder, run.out).finish() == 0
    assert Run(folder, tmp_path / "here").finish() == 0
    same(tmp_path / "here", run.out)


def test_without_any_worker_for_too_long_the_rest_is_not_graded(
    pair: Dask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_backend, "PATIENCE", 1.0)
    folder = slow_class(tmp_path / "class", 5)
    run = Run(folder, tmp_path / "there", pair.address)
    run.start()
    run.finished(1)
    for worker in pair.workers:
        kill(worker)
    assert run.finish() == 3
    pages = [path.read_text("utf-8") for path in (run.out / "feedback").rglob("*.html")]
    assert any("has had no workers for 1 seconds" in page for page in pages)
    assert Run(folder, run.out).finish() == 0
    assert "not_graded" not in {row["status"] for row in rows(run.out)}


def other_code(folder: Path) -> Path:
    """A copy of the course in which one line of an exercise is another."""
    copy = folder / "other"
    shutil.copytree(ROOT / "exercises", copy / "exercises", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("autograder", "helpers", "notebooks", "solutions", "pyproject.toml"):
        (copy / name).symlink_to(ROOT / name)
    exercise = copy / COURSE.exercise("relu").file
    exercise.write_text(exercise.read_text() + "# another version\n")
    return copy


def test_workers_that_must_not_grade_are_refused_in_one_line(
    dask: Dask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dask_backend, "CONNECT", 2.0)
    folder = write(stub(COURSE, BOOK), tmp_path / "class", "ada", BOOK).parents[2]
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "sitecustomize.py").write_text("import sys\nsys.modules['pyseccomp'] = None\n")

    def refusal() -> str:
        capfd.readouterr()
        assert Run(folder, tmp_path / "out", dask.address).finish() == 1
        said = capfd.readouterr().err.strip()
        assert said.startswith("autograder: ") and len(said.splitlines()) == 1, said
        assert not (tmp_path / "out" / "grades.csv").exists()
        return said

    assert "has no workers" in refusal()
    kinds = [
        (lambda: dask.add_worker(other_code(tmp_path)), "another version"),
        (lambda: dask.add_worker(PYTHONPATH=str(broken)), "pyseccomp is not installed"),
    ]
    for add, reason in kinds:
        worker = add()
        assert reason in refusal()
        worker.terminate()
        worker.wait()
    kill(dask.scheduler)
    assert "no Dask scheduler answers" in refusal()


@pytest.mark.parametrize("address", ["localhost:8786", "tcp://localhost", "http://localhost:8786", "tcp://:1", "tcp"])
def test_a_bad_address_is_wrong_usage(address: str, tmp_path: Path) -> None:
    words = ["grade", str(tmp_path), "--out", str(tmp_path / "out"), "--scheduler", address]
    with pytest.raises(SystemExit) as end:
        grading.app(words)
    assert end.value.code == 2


def test_dask_is_not_loaded_without_a_scheduler() -> None:
    code = "import sys, autograder.cli; sys.exit('distributed' in sys.modules or 'dask' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
