"""What this machine has for grading, what is missing, and the command that mends it.

Nothing here needs Linux or the sandbox to be imported, so that it works where grading does not.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from autograder.capacity import cores, memory
from autograder.course import Course
from autograder.grading.environment import COLAB_NUMPY, COLAB_PYTHON, numpy_version

GIB = 2**30
PACKAGES = ("nbgrader", "nbformat", "sqlalchemy", "jinja2")
MIN_DISK, LITTLE_MEMORY = 0.2 * GIB, 1.0 * GIB
CONTAINER = "grade in a container, with docker or podman: see the README"
# Package managers and what they call libseccomp, the first that is here.
MANAGERS = {
    "apt-get": "apt-get install libseccomp2",
    "dnf": "dnf install libseccomp",
    "zypper": "zypper install libseccomp2",
    "pacman": "pacman -S libseccomp",
    "apk": "apk add libseccomp",
}
# Settings of the kernel that forbid namespaces to users, the value that does, and the one that allows them.
SWITCHES = {
    "kernel.unprivileged_userns_clone": ("0", "1"),
    "kernel.apparmor_restrict_unprivileged_userns": ("1", "0"),
    "user.max_user_namespaces": ("0", "10000"),
}


@dataclass(frozen=True)
class Line:
    """One thing that was looked at. Grading can't start where one is not `ok`; `mend` may say what makes it better."""

    name: str
    value: str
    ok: bool = True
    mend: str = ""


def examine(course: Course | None, out: Path) -> list[Line]:
    """What this machine has, and at the end how student code will be confined, which is tried out."""
    lines = [_system(), *_ways(), _python(), _numpy(), *_required(course), _packages(), _cores(), _memory()]
    lines += _disks(out)
    if course is None:
        lines.append(Line("course", "none here", False, "go to the course's folder, or name it with --course DIR"))
    if linux():
        lines.append(_confinement(course))
    return lines


def linux() -> bool:
    """Whether this is Linux, which all confinement is made of."""
    return sys.platform.startswith("linux")


def _system() -> Line:
    here = f"{platform.system()} {platform.release()}, {platform.machine()}"
    return Line("system", here) if linux() else Line("system", f"{here}: confinement needs Linux", False, CONTAINER)


def _ways() -> Iterator[Line]:
    """What the ways of confinement are made of; one that is missing matters where no other takes its place."""
    if not linux():
        return
    from autograder.sandbox import ways

    lacking = {name: ways.lacks(name) for name in ways.NAMES}
    some = not all(lacking.values())
    newer = "use Linux 5.13 or newer, with landlock among the kernel's lsm"
    yield _way("Landlock", lacking[ways.LANDLOCK], f"version {_landlock()}", some, newer)
    yield _way("namespaces", lacking[ways.NAMESPACES], "allowed", some, _namespaces_mend())
    reason = ways.filter_lacks()
    mend = reason.rpartition(": ")[2] if "pip install" in reason else install_libseccomp()
    yield Line("seccomp", reason.partition(" (")[0].partition(": ")[0] or "there", not reason, mend if reason else "")


def _landlock() -> int:
    from autograder.sandbox import landlock

    try:
        return landlock.version()
    except ImportError:
        return 0


def _way(name: str, lacking: str, there: str, some: bool, mend: str) -> Line:
    if not lacking:
        return Line(name, there)
    why, _, command = lacking.partition(": pip ")
    mend = f"pip {command}" if command else mend
    return Line(name, f"none: {why}", some, "" if some and not command else mend)


def _namespaces_mend() -> str:
    for name, (forbidden, allowed) in SWITCHES.items():
        if _setting(name) == forbidden:
            return f"{_as_root()}sysctl -w {name}={allowed}"
    return "ask for them where this container or system is set up"


def _setting(name: str) -> str:
    try:
        return Path("/proc/sys", *name.split(".")).read_text().strip()
    except OSError:
        return ""


def install_libseccomp() -> str:
    """The command that installs the system library libseccomp."""
    for manager, command in MANAGERS.items():
        if shutil.which(manager):
            return f"{_as_root()}{command}"
    return "install your system's package of libseccomp"


def _as_root() -> str:
    return "" if os.geteuid() == 0 else "sudo "


def _python() -> Line:
    here, colab = platform.python_version(), ".".join(map(str, COLAB_PYTHON))
    if sys.version_info[:2] == COLAB_PYTHON:
        return Line("Python", f"{here}, as on Colab")
    mend = f"python{colab} -m venv .venv, and install again" if sys.version_info[:2] < COLAB_PYTHON else ""
    return Line("Python", f"{here}; Colab has {colab}", mend=mend)


def _numpy() -> Line:
    try:
        here, own = version("numpy"), numpy_version()
    except PackageNotFoundError:
        return Line("NumPy", "missing", False, "pip install numpy")
    colab = ".".join(map(str, COLAB_NUMPY))
    if own == COLAB_NUMPY:
        return Line("NumPy", f"{here}, as on Colab")
    return Line("NumPy", f"{here}; Colab has {colab}", mend=f"pip install 'numpy=={colab}.*'")


def _required(course: Course | None) -> Iterator[Line]:
    """The packages that only some notebooks need."""
    books = list(course.notebooks.values()) if course else []
    for package in dict.fromkeys(name for book in books for name in book.requires):
        users = ", ".join(book.name for book in books if package in book.requires)
        if importlib.util.find_spec(package):
            yield Line(package, f"{_version(package)}, for {users}")
        else:
            yield Line(package, f"missing: {users} can't be graded", mend=f"pip install {package}")


def _packages() -> Line:
    missing = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        return Line("packages", f"missing: {', '.join(missing)}", False, f"pip install {' '.join(missing)}")
    return Line("packages", ", ".join(f"{name} {_version(name)}" for name in PACKAGES))


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "there"


def _cores() -> Line:
    return Line("cores", str(cores()))


def _memory() -> Line:
    found = memory()
    if found is None:
        return Line("memory", "unknown")
    total, free = found
    mend = "end other programs, or grade with --jobs 1" if free < LITTLE_MEMORY else ""
    return Line("memory", f"{total / GIB:.1f} GiB, of which {free / GIB:.1f} are free", mend=mend)


def _disks(out: Path) -> Iterator[Line]:
    there = next(folder for folder in (out.absolute(), *out.absolute().parents) if folder.exists())
    for name, folder in {"disk for OUT": there, "temporary files": Path(tempfile.gettempdir())}.items():
        free = shutil.disk_usage(folder).free
        another = "--out" if folder == there else "TMPDIR"
        mend = f"make room, or name another folder with {another}" if free < MIN_DISK else ""
        yield Line(name, f"{free / GIB:.1f} GiB free in {folder}", not mend, mend)


def _confinement(course: Course | None) -> Line:
    """The way that will be used; with a course it is tried out, as at the start of a run."""
    from autograder.sandbox import ways
    from autograder.sandbox.client import SandboxLost
    from autograder.sandbox.confine import CannotConfine

    try:
        name = ways.confinement_name()
        if course is None:
            return Line("confinement", name)
        try_out(course)
    except (CannotConfine, SandboxLost, OSError) as error:
        mend = f"fix what is missing above, or {CONTAINER}"
        return Line("confinement", f"none: {error}", False, mend)
    return Line("confinement", f"{name}; tried out: it holds")


def try_out(course: Course) -> None:
    """Starts a sandbox and puts it to the self-test. Raises CannotConfine, SandboxLost or OSError."""
    from autograder.grading.pool import SandboxPool
    from autograder.sandbox.client import Limits

    with SandboxPool(course, True, Limits()) as pool:
        pool.warm()
