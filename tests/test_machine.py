"""What `autograder doctor` finds on machines of other kinds, and how it ends."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import COURSE, ROOT

from autograder import machine
from autograder.cli import doctor as command
from autograder.machine import Line, examine
from autograder.sandbox import landlock, ways
from autograder.sandbox.confine import CannotConfine

REAL_LACKS = ways.lacks


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """One test starts a sandbox; the others take it that it would hold."""
    monkeypatch.setattr(machine, "try_out", lambda course: None)
    monkeypatch.delenv(ways.VARIABLE, raising=False)


def found(course: Any = COURSE, out: Path = Path()) -> dict[str, Line]:
    lines = examine(course, out)
    assert len({line.name for line in lines}) == len(lines)
    return {line.name: line for line in lines}


def lacking(monkeypatch: pytest.MonkeyPatch, **reasons: str) -> None:
    """A machine that lacks these ways of confinement, for these reasons; the other ways are there."""
    named = {name.replace("_", "-"): reason for name, reason in reasons.items()}
    monkeypatch.setattr(ways, "lacks", lambda name: named.get(name, ""))


def run(**environment: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "autograder", "doctor"]
    return subprocess.run(words, capture_output=True, text=True, cwd=ROOT, env={**os.environ, **environment})


def test_this_machine_can_grade() -> None:
    done = run()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "grading can start" in done.stdout and "tried out: it holds" in done.stdout
    assert platform.release() in done.stdout and platform.python_version() in done.stdout


def test_about_ten_lines_each_with_a_value() -> None:
    lines = found()
    assert 10 <= len(lines) <= 15 and all(line.value for line in lines.values())
    assert list(lines)[-1] == "confinement" and lines["confinement"].value.startswith(ways.confinement_name())
    assert lines["cores"].value == str(len(os.sched_getaffinity(0)))


def test_an_old_kernel_uses_namespaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "release", lambda: "5.10.0-28-amd64")
    lacking(monkeypatch, landlock="this kernel has none (Linux 5.13 and later have it, unless it is switched off)")
    lines = found()
    assert "5.10.0-28" in lines["system"].value
    assert lines["Landlock"].value.startswith("none: this kernel has none") and lines["Landlock"].ok
    assert lines["confinement"].ok and lines["confinement"].value.startswith("namespaces and seccomp")


def test_without_any_way_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    lacking(
        monkeypatch, landlock="this kernel has none", namespaces="not allowed here (EPERM)", second_user="takes root"
    )
    monkeypatch.setattr(machine, "_setting", {"kernel.apparmor_restrict_unprivileged_userns": "1"}.get)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    lines = found()
    bad = {name for name, line in lines.items() if not line.ok}
    assert bad == {"Landlock", "namespaces", "confinement"}
    assert "5.13" in lines["Landlock"].mend
    assert lines["namespaces"].mend == "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
    assert "takes root" in lines["confinement"].value and "container" in lines["confinement"].mend


def test_a_python_without_landlockpy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "landlockpy", None)
    line = found()["Landlock"]
    assert line.mend == "pip install landlockpy" and "landlockpy is not installed" in line.value


@pytest.mark.parametrize(
    ("manager", "user", "mend"),
    [
        ("apt-get", 0, "apt-get install libseccomp2"),
        ("dnf", 1000, "sudo dnf install libseccomp"),
        ("none", 0, "install your system's package of libseccomp"),
    ],
)
def test_without_libseccomp(manager: str, user: int, mend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise RuntimeError("Unable to find libseccomp")

    monkeypatch.setattr(ways, "CallFilter", missing)
    monkeypatch.setattr(machine.shutil, "which", lambda name: name if name == manager else None)
    lacking(monkeypatch)
    monkeypatch.setattr(os, "geteuid", lambda: user)
    lines = found()
    assert lines["seccomp"] == Line("seccomp", "the system library libseccomp is not installed", False, mend)
    assert not lines["confinement"].ok and "libseccomp" in lines["confinement"].value


def test_without_pyseccomp(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyseccomp", None)
    line = found()["seccomp"]
    assert not line.ok and line.mend == "pip install pyseccomp"


@pytest.mark.parametrize(("name", "system"), [("darwin", "Darwin"), ("win32", "Windows")])
def test_other_systems_are_sent_to_a_container(name: str, system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", name)
    monkeypatch.setattr(platform, "system", lambda: system)
    monkeypatch.delattr(os, "sched_getaffinity")
    if name == "win32":
        monkeypatch.delattr(os, "geteuid")
    lines = found()
    assert system in lines["system"].value and not lines["system"].ok and "container" in lines["system"].mend
    assert not {"Landlock", "namespaces", "seccomp", "confinement"} & set(lines)
    assert [name for name, line in lines.items() if not line.ok] == ["system"]


@pytest.mark.parametrize(("own", "mends"), [((3, 11, 9), True), ((3, 13, 5), False), ((3, 14, 0), False)])
def test_python_against_colabs(own: tuple[int, ...], mends: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", own)
    line = found()["Python"]
    assert line.ok and bool(line.mend) is mends and ("as on Colab" in line.value) is (own[:2] == (3, 13))


@pytest.mark.parametrize(("own", "mend"), [((2, 1), ""), ((2, 4), "pip install 'numpy==2.1.*'")])
def test_numpy_against_colabs(own: tuple[int, ...], mend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "numpy_version", lambda: own)
    line = found()["NumPy"]
    assert line.ok and line.mend == mend and "Colab" in line.value


def without(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    find: Callable[[str], Any] = machine.importlib.util.find_spec
    monkeypatch.setattr(machine.importlib.util, "find_spec", lambda name: None if name == package else find(name))


def test_a_notebook_whose_package_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "torch")
    line = found()["torch"]
    assert line.ok and line.mend == "pip install torch" and "08_imagenet_pytorch can't be graded" in line.value


def test_a_package_that_all_grading_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "nbgrader")
    assert found()["packages"] == Line("packages", "missing: nbgrader", False, "pip install nbgrader")


def test_little_memory_and_no_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    full = machine.shutil.disk_usage(tmp_path)._replace(free=10**6)
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda folder: full)
    monkeypatch.setattr(machine, "LITTLE_MEMORY", 2**60)
    lines = found(out=tmp_path / "not" / "there")
    assert lines["memory"].ok and "--jobs 1" in lines["memory"].mend
    assert not lines["disk for OUT"].ok and "--out" in lines["disk for OUT"].mend
    assert str(tmp_path) in lines["disk for OUT"].value
    assert not lines["temporary files"].ok and "TMPDIR" in lines["temporary files"].mend


def test_without_a_course_the_rest_is_still_looked_at() -> None:
    lines = found(None)
    assert not lines["course"].ok and "--course" in lines["course"].mend
    assert lines["confinement"].value == ways.confinement_name()


def test_a_sandbox_that_does_not_hold_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(course: object) -> None:
        raise CannotConfine("student code could read /etc/passwd")

    monkeypatch.setattr(machine, "try_out", fails)
    line = found()["confinement"]
    assert not line.ok and "could read /etc/passwd" in line.value


def test_the_exit_status_and_the_mending_are_shown(tmp_path: Path) -> None:
    """As on a machine without libseccomp's Python package."""
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['pyseccomp'] = None\n")
    done = run(PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}")
    assert done.returncode == 1 and "grading can't start here" in done.stdout
    assert "✗ seccomp" in done.stdout and "-> pip install pyseccomp" in done.stdout


def test_without_unix_doctor_works_and_grade_points_to_it(tmp_path: Path) -> None:
    """As on Windows, whose Python has no fcntl and no resource."""
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules.update(fcntl=None, resource=None)\n")
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    for words in (["grade", "class", "--out", "out"], ["demo"]):
        done = subprocess.run(
            [sys.executable, "-m", "autograder", *words], capture_output=True, text=True, cwd=ROOT, env=environment
        )
        assert done.returncode == 1
        assert done.stderr == f"autograder: grading needs Linux: {command.SEE_DOCTOR}\n"


def test_the_landlock_line_has_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landlock, "version", lambda: 3)
    lacking(monkeypatch)
    assert found()["Landlock"].value == "version 3" and REAL_LACKS("landlock-3") == ""
