"""What a grade depends on besides the submission, as short texts that can be kept and compared."""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from pathlib import Path

from autograder.course import Course

from .exam import fingerprint, load_exam
from .settings import RunSettings

COUNTED = (".py", ".json", ".npz")  # code, public cases, weights


@cache
def code(course: Course) -> str:
    """A digest of the engine, `helpers` and the exercises, and the versions that decide how numbers come out."""
    digest = hashlib.sha256()
    for folder in (Path(__file__).parents[1], course.root / "helpers", course.root / "exercises"):
        for path in sorted(folder.rglob("*")):
            if path.suffix in COUNTED:
                digest.update(f"{path.relative_to(folder.parent)}\0{path.stat().st_size}\0".encode())
                digest.update(path.read_bytes())
    required = dict.fromkeys(name for notebook in course.notebooks.values() for name in notebook.requires)
    packages = ", ".join(f"{name} {found}" for name in ("numpy", *required) if (found := _installed(name)))
    return f"code {digest.hexdigest()[:12]}, Python {platform.python_version()}, {packages}"


@cache
def version(course: Course, assignment: str, seed: int) -> str:
    """Changes with the code and with the exam that `seed` draws, not with the processor."""
    exam = fingerprint(load_exam(course, assignment, seed)).encode()
    return f"{code(course)}, exam {hashlib.sha256(exam).hexdigest()[:12]}"


def key(course: Course, assignment: str, settings: RunSettings) -> str:
    """Changes with everything but the submission that a grade depends on; fit for a file's name."""
    everything = (version(course, assignment, settings.seed), settings.seed, settings.limits, settings.confined)
    return hashlib.sha256(repr(everything).encode()).hexdigest()[:16]


def _installed(package: str) -> str | None:
    try:
        return installed(package)
    except PackageNotFoundError:
        return None
