"""Processes that tests start and kill: a Dask cluster on this machine, and what a run leaves."""

from __future__ import annotations

import csv
import json
import os
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from conftest import ROOT

WAIT = 120  # seconds, for what takes one or two


def until(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + WAIT
    while not condition():
        assert time.monotonic() < deadline, f"gave up waiting for {what}"
        time.sleep(0.02)


class Dask:
    """A scheduler and workers on this machine."""

    def __init__(self, folder: Path, **environment: str) -> None:
        folder.mkdir()
        self.folder, self.environment = folder, environment
        self.workers: list[subprocess.Popen[bytes]] = []
        self.started = 0
        self.file = folder / "scheduler.json"
        self.start()

    def start(self) -> None:
        self.file.unlink(missing_ok=True)
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-show")
        until(self.file.exists, "the scheduler")
        until(self._address, "the scheduler's address")
        self.address = self._address()

    def _address(self) -> str:
        try:
            return str(json.loads(self.file.read_text())["address"])
        except ValueError:
            return ""

    def add_worker(self, root: Path = ROOT, **environment: str) -> subprocess.Popen[bytes]:
        """Starts a worker whose `autograder` is the one in `root`."""
        self.started += 1
        scratch = self.folder / f"worker-{self.started}"
        log = Path(f"{scratch}.log")
        worker = self._start(
            "worker", "--nthreads", "1", "--no-nanny", "--local-directory", scratch, root=root, log=log, **environment
        )
        self.workers.append(worker)
        until(lambda: b"Registered to" in log.read_bytes(), "a worker")
        return worker

    def _start(
        self, kind: str, *arguments: object, root: Path = ROOT, log: Path | None = None, **environment: str
    ) -> subprocess.Popen[bytes]:
        words = ["--scheduler-file", self.file, "--no-dashboard", *arguments]
        paths = os.pathsep.join(filter(None, (environment.pop("PYTHONPATH", ""), str(root))))
        return subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.dask_{kind}", *map(str, words)],
            cwd=root,
            env={**os.environ, **self.environment, **environment, "PYTHONPATH": paths},
            stdout=subprocess.DEVNULL,
            stderr=(log or self.folder / f"{kind}.log").open("wb"),
        )

    def mend(self, size: int) -> None:
        """Starts again what was killed, up to so many workers."""
        if self.scheduler.poll() is not None:
            self.close()
            self.start()
        self.workers = [worker for worker in self.workers if worker.poll() is None]
        while len(self.workers) < size:
            self.add_worker()

    def close(self) -> None:
        for process in (*self.workers, self.scheduler):
            kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def descendants(process: int) -> list[int]:
    """Every process below one, as far as they can be seen at this moment."""
    try:
        threads = list(Path(f"/proc/{process}/task").iterdir())
        own = [int(number) for thread in threads for number in (thread / "children").read_text().split()]
    except OSError:  # it has just ended
        return []
    return [*own, *(deeper for child in own for deeper in descendants(child))]


def running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def rows(out: Path) -> list[dict[str, str]]:
    """The lines of OUT's grades.csv."""
    with (out / "grades.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def same(one: Path, other: Path) -> None:
    """What a run leaves is the same, byte for byte, but for what it says of itself: its date, earlier runs."""
    listed = [sorted(path.relative_to(out) for path in written(out)) for out in (one, other)]
    assert listed[0] == listed[1]
    for path in listed[0]:
        assert content(one / path) == content(other / path), path
    assert gradebook(one) == gradebook(other)


def content(path: Path) -> bytes:
    """What a file says of the class."""
    of_runs = rb"<footer.*?</footer>|<a href=\"changes\.html\">[^<]*</a>"
    return re.sub(of_runs, b"", path.read_bytes(), flags=re.DOTALL)


def gradebook(out: Path) -> list[str]:
    """What the database says, wherever it stands in the file."""
    with sqlite3.connect(out / "gradebook.db") as database:
        return sorted(database.iterdump())


def written(out: Path) -> list[Path]:
    pages = [path for name in ("feedback", "report") for path in (out / name).rglob("*.html")]
    return [out / "grades.csv", out / "marks.csv", out / "report.html", *pages, *(out / "results").rglob("*.json")]
