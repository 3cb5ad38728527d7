"""The runs that wrote into OUT, a file for each in OUT/runs: when, by which code, and whose points moved.

The files hold the secret seed, so they are their owner's alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from autograder.files import write_atomically
from autograder.grading.result import SubmissionResult
from autograder.grading.run_record import RunRecord

from .kept import Kept

FOLDER = "runs"


@dataclass(frozen=True)
class Move:
    """A score that another run has changed, in points; None is not graded.

    `aspects` are those that were gained (+) and lost (-).
    """

    student: str
    assignment: str
    exercise: str
    before: float | None
    after: float | None
    why: str
    aspects: tuple[str, ...] = ()


@dataclass(frozen=True)
class Run:
    """One run: its record, what it graded, lines about it as a whole, and what it changed."""

    record: RunRecord
    settings: Mapping[str, Any] = field(default_factory=dict)
    assignments: tuple[str, ...] = ()
    submissions: int = 0
    notes: tuple[str, ...] = ()
    moves: tuple[Move, ...] = ()


def add(run: Run, out: Path) -> None:
    """Keeps one more run. Raises OSError."""
    number = max((int(path.stem) for path in _files(out)), default=0) + 1
    text = json.dumps(asdict(run), indent=1) + "\n"
    write_atomically(out / FOLDER / f"{number:04}.json", text, private=True)


def runs(out: Path) -> list[Run]:
    """The runs so far, the first one first. A damaged file is left out. Raises OSError."""
    found = []
    for path in sorted(_files(out), key=lambda path: int(path.stem)):
        try:
            found.append(_run(json.loads(path.read_bytes())))
        except (ValueError, LookupError, TypeError, AttributeError):
            continue
    return found


def differ(before: SubmissionResult, now: SubmissionResult) -> bool:
    """Whether a score of an earlier result is another one now."""
    old = {item.exercise: item.score for item in before.exercises}
    return any(item.score != old.get(item.exercise, item.score) for item in now.exercises)


def moves(before: Kept, now: Kept, seed_changed: bool) -> list[Move]:
    """What a new result changes in the scores of an earlier one, and why."""
    old = {item.exercise: item for item in before.result.exercises}
    found = []
    for item in now.result.exercises:
        was = old.get(item.exercise)
        if was is None or was.score == item.score:
            continue
        why = _why(before, now, item.exercise, seed_changed)
        move = Move(now.result.student, now.result.assignment, item.exercise, was.score, item.score, why)
        passed = dict(was.message.aspects) if was.message else {}
        changed = [
            f"{'+' if right else '-'}{name}"
            for name, right in (item.message.aspects if item.message else ())
            if name in passed and passed[name] != right
        ]
        found.append(replace(move, aspects=tuple(changed)))
    return found


def _why(before: Kept, now: Kept, exercise: str, seed_changed: bool) -> str:
    old, new = before.basis, now.basis
    reasons = {
        "the submission changed": old.content != new.content,
        "the exercise changed": old.exercises.get(exercise) != new.exercises.get(exercise),
        "other hidden cases were drawn": seed_changed,
        "the grader changed": old.code != new.code,
    }
    found = [reason for reason, applies in reasons.items() if applies]
    # Code of the course counts as the grader's too, so that is the reason only where nothing else is.
    return "; ".join(found[:-1] if len(found) > 1 and found[-1] == "the grader changed" else found) or "graded again"


def _files(out: Path) -> list[Path]:
    return [path for path in (out / FOLDER).glob("*.json") if path.stem.isdecimal()]


def _run(raw: dict[str, Any]) -> Run:
    made = [Move(**{**move, "aspects": tuple(move["aspects"])}) for move in raw["moves"]]
    record = RunRecord(**raw["record"])
    lists = {name: tuple(raw[name]) for name in ("assignments", "notes")}
    return Run(record, raw["settings"], submissions=raw["submissions"], moves=tuple(made), **lists)
