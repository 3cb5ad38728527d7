"""Each way to confine student code: which is taken where, and that none lets through what another holds."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from conftest import COURSE

from autograder.sandbox import landlock, ways
from autograder.sandbox.client import Limits, Sandbox
from autograder.sandbox.confine import CannotConfine
from autograder.sandbox.selftest import self_test

from .conftest import WAYS

# Answers system calls like a kernel, or a container, that doesn't have them.
WITHOUT = """
import errno, json, sys
from pathlib import Path
import pyseccomp as seccomp
numbers = {"ENOSYS": errno.ENOSYS, "EPERM": errno.EPERM}
rules = seccomp.SyscallFilter(defaction=seccomp.ALLOW)
calls = json.loads(sys.argv[1])
if calls.pop("capabilities", ""):
    from autograder.sandbox import linux
    linux.drop_capabilities()
for name, answer in calls.items():
    rules.add_rule(seccomp.ERRNO(numbers[answer]), name)
rules.load()
from autograder.course import load
from autograder.sandbox import ways
from autograder.sandbox.client import Limits, Sandbox
from autograder.sandbox.confine import CannotConfine
from autograder.sandbox.selftest import self_test
try:
    with Sandbox(load(Path(sys.argv[2])), limits=Limits(2, 10, 2**28)) as sandbox:
        self_test(sandbox)
        print(sandbox.way)
except CannotConfine as error:
    print(error)
"""
NO_LANDLOCK = {f"landlock_{name}": "ENOSYS" for name in ("create_ruleset", "add_rule", "restrict_self")}
NO_NAMESPACES = {"unshare": "EPERM"}


def without(calls: dict[str, str]) -> str:
    """What is said where these system calls fail: the way that is taken, or why there is none."""
    command = [sys.executable, "-c", WITHOUT, json.dumps(calls), str(COURSE.root)]
    return subprocess.run(command, cwd=COURSE.root, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize("way", WAYS)
def test_what_must_not_work_works_in_no_way(way: str) -> None:
    with Sandbox(COURSE, limits=Limits(2, 10, 2**28), way=way) as sandbox:
        self_test(sandbox)


def test_an_old_landlock_without_its_filter_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Version 2 doesn't govern emptying: the self-test has to notice when the filter doesn't either."""
    monkeypatch.setattr(ways, "filter_for", lambda way: ways.CallFilter(truncation_governed=True))
    start = "from autograder.sandbox import ways\nways.filter_for = lambda way: ways.CallFilter(True)\n"
    monkeypatch.setattr(
        "autograder.sandbox.client._START", start + "from autograder.sandbox.forkserver import main\nmain()"
    )
    with (
        Sandbox(COURSE, limits=Limits(2, 10, 2**28), way="landlock-2") as sandbox,
        pytest.raises(CannotConfine, match=r"empty a file that it may read, empty a file by opening it"),
    ):
        self_test(sandbox)


def test_landlock_is_taken_where_there_is_one() -> None:
    assert without({}) == f"landlock-{landlock.version()}"


@pytest.mark.parametrize(
    ("calls", "names"),
    [
        (NO_LANDLOCK, (ways.NAMESPACES, ways.SECOND_USER)),
        ({**NO_LANDLOCK, **NO_NAMESPACES}, (ways.SECOND_USER,)),
    ],
    ids=["no Landlock", "no namespaces either"],
)
def test_the_next_way_is_taken_where_one_is_missing(calls: dict[str, str], names: tuple[str, ...]) -> None:
    """Namespaces, and for root a second user: as far as this machine has them."""
    there = [name for name in names if not ways.lacks(name)]
    said = without(calls)
    assert said == there[0] if there else said.startswith("landlock: this kernel has none")


def test_where_nothing_is_to_be_had_it_says_why() -> None:
    said = without({**NO_LANDLOCK, **NO_NAMESPACES, "capabilities": "none"})
    assert (
        "landlock: this kernel has none" in said and "namespaces: not allowed here" in said and "second-user: " in said
    )


@pytest.mark.parametrize(
    ("asked", "said"),
    [("landlock-99", "this kernel has version"), ("landlock-0", "this kernel has version"), ("bwrap", "no such way")],
)
def test_a_way_that_there_is_not_is_refused(asked: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ways.VARIABLE, asked)
    with pytest.raises(CannotConfine, match=said):
        ways.choose()


def test_a_way_can_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ways.VARIABLE, "landlock-1")
    assert ways.choose() == "landlock-1"
    assert ways.describe("landlock-1") == "Landlock 1 and seccomp"
