"""Outputs and the state of widgets count for nothing and cost nothing, however large they are."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

from autograder.demo.notebooks import solved, write
from conftest import COURSE

from .large import LARGE, progress_bars

BOOK = "02_filters_1d"
MEMORY = 300  # MiB, of the judge's process
# Runs the program, and prints the most memory that it or a process of it has had.
MEASURED = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], capture_output=True, text=True)
sys.stderr.write(done.stderr)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
sys.exit(done.returncode)
"""


def test_what_is_large_keeps_its_points_and_takes_no_memory(tmp_path: Path) -> None:
    for student, (large, megabytes) in LARGE.items():
        notebook = solved(COURSE, BOOK)
        large(notebook)
        path = write(notebook, tmp_path / "in", student, BOOK)
        assert path.stat().st_size > megabytes * 2**20
    command = [sys.executable, "-m", "autograder", "grade", str(tmp_path / "in"), "--out", str(tmp_path / "out")]
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *command, "--seed", "5", "--jobs", "1"],
        cwd=COURSE.root,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) <= MEMORY
    with (tmp_path / "out" / "grades.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["student"] for row in rows} == set(LARGE) and {row["status"] for row in rows} == {"correct"}


def test_a_notebook_of_any_size_reads_the_same(tmp_path: Path) -> None:
    from autograder.grading.submission import read

    plain, large = solved(COURSE, BOOK), solved(COURSE, BOOK)
    progress_bars(large)
    found = [read(write(book, tmp_path, name, BOOK), "ann", BOOK) for name, book in (("a", plain), ("b", large))]
    assert found[0] == found[1] and json.dumps(plain) != json.dumps(large)
