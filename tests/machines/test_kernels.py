"""With Debian's kernels, older and newer than this machine's, grading gives the same grades as here."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from .machine import SUITES, run
from .sample import grading

pytestmark = pytest.mark.machines
PYTHON = Path(sys.executable)
kernels = pytest.mark.parametrize("series", SUITES)


@kernels
def test_a_command_runs_as_a_user_and_leaves_its_output_status_and_files(series: str, tmp_path: Path) -> None:
    code = (
        "import os; print(os.uname().release, os.getuid()); open(os.environ['OUT'] + '/made', 'w').write('x'); exit(7)"
    )
    done = run(series, [PYTHON, "-c", code], tmp_path / "machine", needs=[PYTHON])
    print(done)
    assert done.kernel.startswith(f"{series}.")
    assert done.output.split() == [done.kernel, str(os.getuid() or 1000)]
    assert done.returncode == 7
    assert (done.out / "made").read_text() == "x"


def test_what_the_machine_writes_stays_in_it(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.write_text("as it was")
    mine.chmod(0o666)
    done = run("6.1", ["sh", "-c", f"echo changed >{mine} && cat {mine}"], tmp_path / "machine", needs=[mine])
    assert (done.returncode, done.output) == (0, "changed\n")
    assert mine.read_text() == "as it was"


@kernels
def test_ten_submissions_get_the_same_grades(series: str, ten: Path, ten_grades: bytes, tmp_path: Path) -> None:
    done = run(
        series,
        [PYTHON, "-m", "autograder", *grading(ten, "/out/graded")],
        tmp_path / "machine",
        needs=[PYTHON, ten],
        cwd=ROOT,
        timeout=1500,
    )
    print(done)
    assert done.returncode == 0, done.output
    assert (done.out / "graded" / "grades.csv").read_bytes() == ten_grades
