"""What lateness costs: due dates, days of grace, a percentage per day, extensions.

OUT/course.toml holds them:

    [late]
    grace-days = 0.5        # so long after the due date nothing is taken off, and days count from then on
    percent-per-day = 10    # of the points that were earned, for each day that has begun
    cap-percent = 50        # never more than this

    [due]                   # by assignment, with a zone
    01_first = 2026-11-20T23:59:00+01:00

    [extensions]            # further days, by student: for all assignments, or by assignment
    ada = 7
    ben = { 01_first = 2 }
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from autograder.files import write_atomically
from autograder.intake.collected import Handin

from .errors import OutError

FILE = "course.toml"
DAY = timedelta(days=1)
LATE_WITHOUT_TIME = 1.0  # days that count where the LMS says "late", but not by how much
_RULE = {"grace-days": "grace_days", "percent-per-day": "percent_per_day", "cap-percent": "cap_percent"}


class RuleError(OutError):
    """The rule for late work can't be read; the message says where and why."""


@dataclass(frozen=True)
class LateRule:
    """Due dates by assignment, extensions in days by student (all assignments: key ""), and what a day costs."""

    grace_days: float = 0.0
    percent_per_day: float = 0.0
    cap_percent: float = 100.0
    due: Mapping[str, datetime] = field(default_factory=dict)
    extensions: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def extension(self, student: str, assignment: str) -> float:
        """The further days that a student has: those for the assignment, else those for all."""
        given = self.extensions.get(student, {})
        return given.get(assignment, given.get("", 0.0))


def is_measured(rule: LateRule, handin: Handin | None) -> bool:
    """Whether both the due date and the time of the hand-in are known."""
    return handin is not None and handin.when is not None and handin.assignment in rule.due


def days_late(rule: LateRule, handin: Handin | None) -> float:
    """How many days after the due date something was handed in, its student's extension considered; 0 if in time.

    Without a due date, or without a time from the LMS, its own mark "late" counts as one day, unless the student has
    an extension: then nobody knows.
    """
    if handin is None:
        return 0.0
    due, extension = rule.due.get(handin.assignment), rule.extension(handin.student, handin.assignment)
    if due is None or handin.when is None:  # not measured
        return LATE_WITHOUT_TIME if handin.late and not extension else 0.0
    when = handin.when if handin.when.tzinfo else handin.when.replace(tzinfo=due.tzinfo)
    return max((when - due) / DAY - extension, 0.0)


def penalised(points: float, late: float, rule: LateRule) -> float:
    """The points that are left of those earned, after so many days: never more than these, never below 0."""
    days = math.ceil(max(late - rule.grace_days, 0.0))
    percent = min(days * rule.percent_per_day, rule.cap_percent, 100.0)
    return points * (1 - percent / 100) if points > 0 else points


def read(path: Path) -> LateRule:
    """The rule in a file; without the file nothing is late. Raises RuleError or OSError."""
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return LateRule()
    except ValueError as error:
        raise RuleError(f"{path}: not TOML: {' '.join(str(error).split())}") from None
    try:
        return _rule(raw)
    except ValueError as error:
        raise RuleError(f"{path}: {error}") from None


def keep(source: Path, out: Path) -> None:
    """Takes a file with the rule into OUT, in the place of an earlier one. Raises RuleError or OSError."""
    if not source.is_file():
        raise RuleError(f"{source}: no such file")
    read(source)
    write_atomically(out / FILE, source.read_bytes())


def _rule(raw: Mapping[str, Any]) -> LateRule:
    for name in raw:
        _known(name, ("late", "due", "extensions"), "")
    costs = {}
    for name, value in _table(raw, "late").items():
        _known(name, _RULE, "late.")
        costs[_RULE[name]] = _number(value, f"late.{name}")
    due = {}
    for assignment, when in _table(raw, "due").items():
        if not isinstance(when, datetime) or when.tzinfo is None:
            raise ValueError(f"due.{assignment} is not a date with a time and a zone: 2026-11-20T23:59:00+01:00")
        due[assignment] = when
    extensions = {}
    for student, given in _table(raw, "extensions").items():
        days = given if isinstance(given, dict) else {"": given}
        extensions[student] = {name: _number(value, f"extensions.{student}") for name, value in days.items()}
    return LateRule(**costs, due=due, extensions=extensions)


def _table(raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = raw.get(name, {})
    if not isinstance(table, dict):
        raise ValueError(f"{name} is not a table: write [{name}]")
    return table


def _known(name: str, known: Any, where: str) -> None:
    if name not in known:
        raise ValueError(f"{where}{name} is not a known setting: there are {', '.join(known)}")


def _number(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < math.inf:
        raise ValueError(f"{name} is not a number from 0 on")
    return float(value)
