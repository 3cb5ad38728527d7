"""What runs in a process of a Dask worker: grading in sandboxes of its own, never student code in this process.

Orders and replies are JSON texts: nothing that a student wrote is ever unpickled.
"""

from __future__ import annotations

import asyncio
import json
import os
import threading
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path

from distributed import get_worker

import helpers
from autograder.course import Course, load
from autograder.sandbox.client import Limits, SandboxLost
from autograder.sandbox.confine import CannotConfine
from autograder.start import course_folder

from . import result as results
from . import submission as submissions
from .backend import NotGraded
from .exam import load_exam
from .pool import SandboxPool
from .settings import RunSettings
from .submission import Submission
from .version import code, version


@cache
def course() -> Course:
    """The course that this worker's environment names, else the one around its folder."""
    return load(course_folder(None, os.environ, Path.cwd()))


code(course())  # of what was loaded: the files may change while a worker lives

_lock = threading.Lock()
_pools: dict[tuple[bool, Limits], SandboxPool] = {}


class Unfit(RuntimeError):
    """This worker must not grade; the text says why."""


def order(course: Course, submission: Submission, settings: RunSettings) -> str:
    """What `grade_here` needs to grade a submission; whose it is stays away."""
    name = submission.assignment
    return json.dumps(
        {
            "submission": submissions.to_json(submission),
            "assignment": name,
            "version": version(course, name, settings.seed),
            "seed": settings.seed,
            "limits": asdict(settings.limits),
            "confined": settings.confined,
        }
    )


def grade_here(text: str) -> str:
    """Grades what is ordered. The reply has `result`, `not_graded` with a reason, or `unfit` with one and `worker`."""
    asked = json.loads(text)
    name, seed = asked["assignment"], asked["seed"]
    try:
        _check_version(name, seed, asked["version"])
        submission = submissions.from_json(asked["submission"], "", name)
        pool = _pool_for(asked["confined"], Limits(**asked["limits"]))
        reply = {"result": results.to_json(pool.grade(submission, load_exam(course(), name, seed)))}
    except (Unfit, CannotConfine) as error:
        reply = {"unfit": str(error), "worker": get_worker().address}
    except (NotGraded, OSError) as error:
        reply = {"not_graded": str(error)}
    return json.dumps(reply)


async def fit(versions: Sequence[tuple[str, int, str]], confined: bool, limits: Limits) -> str:
    """Why this worker can't grade; empty when it can. Starts a sandbox and tests the confinement."""
    # In a thread, since it takes seconds and a worker has to answer its scheduler meanwhile.
    return await asyncio.to_thread(_fit, versions, confined, limits)


def close_idle() -> None:
    """Ends the sandboxes that are not in use."""
    with _lock:
        for pool in _pools.values():
            pool.close_idle()


def _fit(versions: Sequence[tuple[str, int, str]], confined: bool, limits: Limits) -> str:
    try:
        for assignment, seed, wanted in versions:
            _check_version(assignment, seed, wanted)
        _pool_for(confined, limits).warm()
    except (Unfit, CannotConfine, OSError) as error:
        return str(error)
    except SandboxLost:  # a kill, and it will be tested again before it is used
        return ""
    return ""


def _check_version(assignment: str, seed: int, wanted: str) -> None:
    root, found = course().root, Path(helpers.__file__).resolve().parent
    if found != (root / "helpers").resolve():
        raise Unfit(f"it has loaded {found}, not the course's: start it with PYTHONPATH={root}")
    try:
        mine = version(course(), assignment, seed)
    except (KeyError, OSError):
        mine = f"{code(course())}, no {assignment}"
    if mine != wanted:
        said = "it has another version than this machine: update it there and restart the worker"
        raise Unfit(f"{said} (there: {mine}; here: {wanted})")


def _pool_for(confined: bool, limits: Limits) -> SandboxPool:
    with _lock:
        if (confined, limits) not in _pools:
            for others in _pools.values():
                others.close_idle()
            _pools[confined, limits] = SandboxPool(course(), confined, limits)
        return _pools[confined, limits]
