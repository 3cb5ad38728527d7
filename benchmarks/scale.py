"""A large class: memory over time, submissions per second, the same bytes: `python benchmarks/scale.py`.

Grades 2,000 distinct submissions (a third right, wrong in known ways, unfinished) with one worker, with two, and with
two on a Dask cluster on this machine. Memory is that of all processes together, shared pages counted once (PSS), the
cluster's too; it is the kernel's to tell of other users' processes, so run it as the user who grades, or as root.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from distributed import Client
from throughput import COURSE, ROOT, make_class

TARGET = 1.5 * 2**30  # bytes
ROWS = 10  # of the table of memory over time
EVERY = 0.5  # seconds between two looks


@dataclass(frozen=True)
class Look:
    """Seconds since the start, submissions finished, bytes of all processes."""

    seconds: float
    finished: int
    memory: int


def main() -> int:
    """Prints a table for each way to grade; returns 1 when grades differ or memory was over the target."""
    options = _options()
    peaks, digests = [], set()
    with tempfile.TemporaryDirectory(prefix="scale-") as name:
        folder = Path(name)
        make_class(folder / "submitted", [options.assignment], options.submissions)
        print(f"{options.submissions} submissions of {options.assignment}")
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before the start", flush=True)
        for title, workers in (("1 worker", 1), ("2 workers", 2), ("2 workers on Dask", 0)):
            out = folder / title.replace(" ", "-")
            with cluster(folder) if not workers else contextlib.nullcontext([]) as way:
                looks = watch(folder / "submitted", out, ["--jobs", str(workers)] if workers else way)
            digests.add(digest := hashlib.sha256((out / "grades.csv").read_bytes()).hexdigest())
            peaks.append(max(look.memory for look in looks))
            show(title, looks, options.submissions, digest)
    print(f"\nmemory: at most {max(peaks) / 2**20:.0f} MiB, target {TARGET / 2**20:.0f}: {_met(max(peaks) < TARGET)}")
    print(f"grades.csv the same bytes for all: {_met(len(digests) == 1)}")
    return 0 if max(peaks) < TARGET and len(digests) == 1 else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--submissions", type=int, default=2000)
    parser.add_argument(
        "--assignment", default=list(COURSE.notebooks)[1], choices=list(COURSE.notebooks), metavar="NAME"
    )
    return parser.parse_args()


@contextlib.contextmanager
def cluster(folder: Path) -> Iterator[list[str]]:
    """A scheduler and two workers of one thread each; gives the options that grade on them."""
    dask = [sys.executable, "-m", "distributed.cli.dask_"]
    file = folder / "scheduler.json"
    words = ["--scheduler-file", str(file), "--no-dashboard"]
    local = ["--host", "127.0.0.1", "--port", "0", "--no-show"]
    single = ["--nthreads", "1", "--no-nanny", "--local-directory", str(folder / "dask")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with contextlib.ExitStack() as started:
        for kind, rest in (("scheduler", local), ("worker", single), ("worker", single)):
            command = [*dask[:-1], dask[-1] + kind, *words, *rest]
            quiet = subprocess.DEVNULL
            process = started.enter_context(subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet))
            started.callback(process.terminate)
            while not file.exists() or not file.read_text().strip():
                if process.poll() is not None:
                    sys.exit(f"the Dask {kind} did not start")
                time.sleep(0.1)
        address = json.loads(file.read_text())["address"]
        with Client(address) as client:
            client.wait_for_workers(2, timeout=120)
        yield ["--scheduler", address]


def watch(submitted: Path, out: Path, way: list[str]) -> list[Look]:
    """Grades and looks at the processes from time to time; ends the benchmark when the grading fails."""
    command = [sys.executable, "-m", "autograder", "grade", str(submitted), "--out", str(out), "--seed", "0", *way]
    start = time.perf_counter()
    looks = []
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=said) as process:
            while process.poll() is None:
                finished = len(list((out / ".resume").glob("*.json")))
                looks.append(Look(time.perf_counter() - start, finished, memory(os.getpid()) - _pss(os.getpid())))
                time.sleep(EVERY)
        looks.append(Look(time.perf_counter() - start, len(list((out / ".resume").glob("*.json"))), 0))
        if process.returncode:
            said.seek(0)
            sys.exit(f"{' '.join(command)} failed:\n{said.read()[-3000:].decode(errors='replace')}")
    return looks


def memory(pid: int) -> int:
    """Bytes of a process and all that it has started, shared pages counted once."""
    total = _pss(pid)
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            total += sum(memory(int(child)) for child in (task / "children").read_text().split())
    return total


def _pss(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0  # it has ended


def show(title: str, looks: list[Look], submissions: int, digest: str) -> None:
    """Prints memory over time, submissions per second, and the grades' digest."""
    print(f"\n{title}\n{'seconds':>9}{'finished':>10}{'MiB':>8}")
    for index in range(ROWS + 1):
        look = looks[index * (len(looks) - 2) // ROWS]
        print(f"{look.seconds:>9.1f}{look.finished:>10}{look.memory / 2**20:>8.0f}")
    grading = [look for look in looks if 0 < look.finished < submissions]
    if len(grading) > 1:
        first, last = grading[0], grading[-1]
        rate = (last.finished - first.finished) / (last.seconds - first.seconds)
        print(f"submissions per second: {rate:.2f} while grading, {submissions / looks[-1].seconds:.2f} in all")
    print(f"peak: {max(look.memory for look in looks) / 2**20:.0f} MiB")
    print(f"sha256 of grades.csv: {digest}", flush=True)


def _met(good: bool) -> str:
    return "met" if good else "NOT met"


if __name__ == "__main__":
    sys.exit(main())
