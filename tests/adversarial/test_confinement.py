# ruff: noqa: E501 - a program a line reads best
"""What a student's process may do, may not do, and may not find out, beside what the classes of attacks say."""

from __future__ import annotations

import ast
import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import COURSE

from adversarial.arena import (
    BOOK,
    VICTIM,
    Program,
    assert_costs_nothing,
    assert_earns_nothing,
    body,
    graded,
    programs,
    row,
)
from autograder.demo.notebooks import code_cell, filled, solved
from autograder.sandbox.client import Limits, Sandbox
from autograder.sandbox.confine import CannotConfine, readable_paths
from autograder.sandbox.selftest import self_test

EVERY_KIND = True


@programs(
    body(16, "link", "os.symlink('/etc/passwd', 'x')", "error"),
    body(16, "hard-link", "os.link(np.__file__, 'x')", "error"),
    body(16, "rename", "os.rename(np.__file__, 'x')", "error"),
    body(16, "pipe", "os.mkfifo('x')", "error"),
    body(16, "node", "os.mknod('x', 0o20600, os.makedev(1, 3))", "error"),
    body(16, "local-socket", "socket.socket(socket.AF_UNIX).bind('x')", "error"),
    body(16, "attributes", "import array, fcntl\nfcntl.ioctl(os.open(np.__file__, os.O_RDONLY), 0x40086602, array.array('l', [0x40]))", "error"),
    body(16, "lease", "import fcntl\nfcntl.fcntl(os.open(np.__file__, os.O_RDONLY), 1024, 0)", "error"),
    body(16, "lock", "import fcntl\nfcntl.flock(os.open(np.__file__, os.O_RDONLY), 2)", "error"),
    body(16, "lock-of-another", "import fcntl\nreturn fcntl.fcntl(os.open(os.devnull, os.O_RDWR), fcntl.F_GETLK, bytes(32))", "error"),
    body(16, "advice", "import mmap\nmmap.mmap(-1, 4096).madvise(9)", "error"),
    body(16, "thread-with-a-network", "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\nif libc.syscall(56, 0x40010900, 0, 0, 0, 0) < 0: raise OSError(ctypes.get_errno())", "error", "forbidden"),
    body(16, "emptied-by-opening", "os.open(np.__file__, os.O_RDONLY | os.O_TRUNC)", "error"),
    body(16, "emptied", "os.truncate(np.__file__, 0)", "error"),
    body(16, "root-folder", "os.chroot('.')", "error"),
    body(16, "user", "os.setresuid(-1, -1, -1)", "error"),
    body(16, "up", "open('../escaped', 'w').close()", "error"),
    body(12, "listing", "return os.listdir('..')", "error"),
    body(12, "own-memory", "return open('/proc/self/maps').read()", "error"),
    body(12, "where-links-lead", "return os.readlink('/proc/self/exe')", "error"),
    body(12, "first-process", "os.kill(1, 0)", "error"),
    body(12, "no-process", "try: os.kill(2**22 + 1, 0)\nexcept ProcessLookupError: return 0\nraise OSError", "error"),
    body(12, "process-by-group", "try: os.getpgid(2**22 + 1)\nexcept ProcessLookupError: return 0\nraise OSError", "error"),
    body(12, "process-by-clock", "return time.clock_gettime((~1 << 3) | 2)", "error"),
    body(12, "process-by-schedule", "return os.sched_getscheduler(1)", "error"),
    body(12, "process-by-cores", "return os.sched_getaffinity(1)", "error"),
    body(12, "process-by-priority", "return os.getpriority(os.PRIO_PROCESS, 1)", "error"),
    body(12, "process-by-limits", "import resource\nreturn resource.prlimit(1, resource.RLIMIT_CPU)", "error"),
)  # fmt: skip
def test_the_rest_of_the_machine_stays_out_of_reach(program: Program, sandbox: Sandbox) -> None:
    assert_earns_nothing(program, sandbox)
    assert os.listdir(sandbox._home) == []


def test_an_environment_without_anything_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "unmistakable")
    source = "import os\ndef relu(z):\n    raise ValueError(sorted(os.environ))"
    with Sandbox(COURSE, limits=Limits(1, 3, 2**28)) as fresh:
        item = row(graded(filled(COURSE, BOOK, {VICTIM: source}, solved(COURSE, BOOK)), fresh), VICTIM)
    assert item.message is not None and "HOME" in item.message.text()
    assert not any(name in item.message.text() for name in ("SECRET", "PATH", "USER", "PYTHON"))


def test_a_lock_is_not_seen_by_others(sandbox: Sandbox) -> None:
    """A lock on what all can open would carry a bit from one sandbox to another. A database wants one on its own file."""
    held = "import fcntl, os\nfcntl.lockf(open(os.devnull, 'r+b'), fcntl.LOCK_EX | fcntl.LOCK_NB)\n"
    with open(os.devnull, "r+b") as null:
        fcntl.lockf(null, fcntl.LOCK_EX | fcntl.LOCK_NB)
        assert_costs_nothing(held, sandbox)
        source = held + "def relu(z): return z * (z > 0)"
        result = graded(filled(COURSE, BOOK, {VICTIM: source}, solved(COURSE, BOOK)), sandbox)
    assert row(result, VICTIM).status == "correct"


def test_what_one_run_writes_the_next_does_not_find(sandbox: Sandbox) -> None:
    """Neither in the next exercise nor in the run on the public cases, whose messages a student reads."""
    source = "import os\ndef relu(z):\n    if os.path.exists('seen'):\n        raise ValueError(open('seen').read())\n    open('../seen' if 0 else 'mine', 'a').write(str(z))\n    return 0"
    assert row(graded(filled(COURSE, BOOK, {VICTIM: source}, solved(COURSE, BOOK)), sandbox), VICTIM).status == "wrong"
    assert_costs_nothing("open('seen', 'w').write('x')", sandbox)
    assert row(graded(filled(COURSE, BOOK, {VICTIM: source}, solved(COURSE, BOOK)), sandbox), VICTIM).status == "wrong"


def test_the_time_of_a_submission_is_limited_and_honest_work_behind_it_keeps_its_points() -> None:
    loop = "def {}(*args, **kwargs):\n    while True: pass"
    names = ("pad1d", "conv1d_valid", "window_dot")
    notebook = filled(COURSE, BOOK, {name: loop.format(name) for name in names}, solved(COURSE, BOOK))
    notebook["cells"].insert(2, code_cell("spent = 0"))
    with Sandbox(COURSE, limits=Limits(4, 12, 2**28, submission_seconds=2)) as one:
        result = graded(notebook, one)
    assert {row(result, name).status for name in names} <= {"timeout"}
    assert row(result, VICTIM).status == "correct"
    assert any("used up the time" in note for note in result.notes)


def test_the_self_test_passes_here(sandbox: Sandbox) -> None:
    self_test(sandbox)


def test_the_self_test_fails_without_confinement() -> None:
    with Sandbox(COURSE, False, Limits(1, 5, 2**28)) as open_door, pytest.raises(CannotConfine) as refusal:
        self_test(open_door)
    said = str(refusal.value)
    for attempt in ("read /etc/passwd", "start a process", "open a network socket", "signal another process"):
        assert attempt in said
    for answers in (
        "read the grader",
        "read an exercise",
        "list the exercises",
        "import the exercises",
        "read a solution",
    ):
        assert answers in said
    assert not list(Path("/dev/shm").glob("foreign*"))


READ = """
import os, autograder, helpers
def can_read(path):
    try:
        return bool(open(path).read())
    except OSError:
        return False
found = [path for path in paths if can_read(path)]
used = [os.path.dirname(os.path.dirname(package.__file__)) for package in (autograder, helpers)]
"""
IN_A_WHEEL = f"""
import sys
from pathlib import Path
from autograder.course import load
from autograder.sandbox.client import Limits, Sandbox
from autograder.sandbox.protocol import ExerciseRun
from autograder.sandbox.selftest import self_test
from autograder.sandbox.slicing import CellCode
from helpers.checking.spec import Spec

root, *paths = sys.argv[1:]
with Sandbox(load(Path(root)), limits=Limits(2, 20, 2**28)) as sandbox:
    self_test(sandbox)
    cell = CellCode("c", f"paths = {{paths!r}}" + {READ!r}, "solution")
    run = ExerciseRun(Spec("found", "", "design", 0.0, variables=("found", "used")), (0,), 1)
    print(sandbox.run(run, [cell]).values)
"""


def test_answers_that_a_wheel_has_put_among_the_packages_are_out_of_reach(tmp_path: Path) -> None:
    packages = tmp_path / "site-packages"
    for name in ("autograder", "exercises", "helpers"):
        shutil.copytree(COURSE.root / name, packages / name, ignore=shutil.ignore_patterns("__pycache__"))
    (packages / "harmless.py").write_text("# a package")
    (packages / "another_name").symlink_to(COURSE.root / "exercises")
    exercise = COURSE.exercise(VICTIM).file
    secret = [packages / exercise, packages / "another_name" / "__init__.py", packages / "autograder" / "start.py"]
    secret += [COURSE.root / exercise, COURSE.source(BOOK), packages / "helpers" / "layers.py"]
    readable = [packages / "harmless.py", COURSE.root / "helpers" / "layers.py"]
    assert all(path.read_text() for path in (*secret, *readable))
    done = subprocess.run(
        [sys.executable, "-c", IN_A_WHEEL, COURSE.root, *secret, *readable],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(packages)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found, used = ast.literal_eval(done.stdout)
    assert found == [str(path) for path in readable]
    assert used == [str(packages), str(COURSE.root)], "another grader, or another course's helpers"


def test_a_course_in_a_folder_of_libraries_keeps_its_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    course = tmp_path / "site-packages" / "course"
    for name in ("exercises", "solutions", "helpers", "autograder"):
        (course / name).mkdir(parents=True)
        (course / name / "module.py").touch()
    monkeypatch.setattr(sys, "path", [str(course.parent)])
    readable = readable_paths(course)
    assert [path for path in readable if path.is_relative_to(course)] == [course / "helpers" / "module.py"]
    assert not set(readable) & set(course.parents)
