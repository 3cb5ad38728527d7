"""What a run leaves in OUT about itself: the seed of its hidden cases, and by what the work was graded.

The seed is secret, so the file is its owner's alone. A rerun finds the seed there, also after OUT was moved.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions
from importlib.metadata import version as installed
from pathlib import Path

from autograder.course import Course
from autograder.files import write_atomically
from autograder.sandbox import ways

from .settings import RunSettings

FILE = "run.json"
SEED_BITS = 64
GIT_SECONDS = 10


class RunRecordError(RuntimeError):
    """The record in OUT can't be read; the message says what to do."""


@dataclass(frozen=True)
class RunRecord:
    """The hidden cases' seed, None where others read it; the code's version, when the run began, the confinement."""

    seed: int | None
    code: str
    date: str
    confinement: str


def seed_for(out: Path) -> int:
    """The secret seed that OUT keeps; where it keeps none, a new one. Raises RunRecordError or OSError."""
    path = out / FILE
    try:
        seed = json.loads(path.read_bytes())["seed"]
    except FileNotFoundError:
        return secrets.randbits(SEED_BITS)
    except (ValueError, LookupError, TypeError):
        seed = None
    if type(seed) is not int or seed < 0:
        raise RunRecordError(f"{path} holds no seed: give the one that report.html shows with --seed")
    return seed


def record(course: Course, settings: RunSettings) -> RunRecord:
    """What is to be kept of a run that begins now. Raises CannotConfine."""
    confinement = "that of each Dask worker" if settings.scheduler else ways.confinement_name(settings.confined)
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    return RunRecord(settings.seed, code_version(course), now, confinement)


def write(kept: RunRecord, out: Path) -> None:
    """Writes OUT/run.json. Raises OSError."""
    write_atomically(out / FILE, json.dumps(asdict(kept), indent=1) + "\n", private=True)


@cache
def code_version(course: Course) -> str:
    """The version of the engine, and of the course where that is elsewhere: git's name for it, or the package's."""
    engine = Path(__file__).resolve().parents[2]
    mine = _git(engine) or _package()
    theirs = _git(course.root) if course.root.resolve() != engine else ""
    return f"{mine}, course {theirs}" if theirs else mine


def _git(folder: Path) -> str:
    """Git's name for what is checked out in a folder; empty where the folder is not a repository, or git is missing."""
    if not (folder / ".git").exists():  # a repository around it says nothing about it
        return ""
    words = ["git", "-C", str(folder), "describe", "--always", "--dirty", "--tags"]
    # Git's variables, inside a hook for example, would name another repository.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=GIT_SECONDS, env=environment)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return f"git {done.stdout.strip()}" if done.returncode == 0 else ""


def _package() -> str:
    engine = __name__.partition(".")[0]
    for name in packages_distributions().get(engine, []):
        try:
            return f"{name} {installed(name)}"
        except PackageNotFoundError:
            continue
    return "unknown"
