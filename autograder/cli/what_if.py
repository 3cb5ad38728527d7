"""What the terminal shows of marks that would move."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mean

from autograder.reports.book import Book
from autograder.reports.names import escape_controls
from autograder.reports.what_if import Effect, PointsChange, outcomes

from .app import console, fail

MAX_SHOWN = 20


def show_what_if(whole: Book, changes: Sequence[PointsChange]) -> None:
    """Shows for each assignment the mean before and after, who moves up and down, and who moves most."""
    found = outcomes(whole.entries(), changes, whole.rule)
    if not found:
        fail(f"no submission has an exercise {', '.join(item.exercise for item in changes)}")
    for assignment in sorted({item.assignment for item in found}):
        for line in _lines(assignment, [item for item in found if item.assignment == assignment]):
            console.print(escape_controls(line), markup=False, highlight=False, soft_wrap=True)


def _lines(assignment: str, found: Sequence[Effect]) -> list[str]:
    before, after = ([getattr(item, name) for item in found] for name in ("before", "after"))
    moved = sorted((item for item in found if item.moved), key=lambda item: (-abs(item.moved), item.student))
    up = sum(item.moved > 0 for item in moved)
    lines = [f"{assignment}: mean {_mean(before)} -> {_mean(after)}; {up} up, {len(moved) - up} down"]
    lines += [f"  {item.student}: {_percent(item.before)} -> {_percent(item.after)}" for item in moved[:MAX_SHOWN]]
    return lines + ([f"  and {len(moved) - MAX_SHOWN} more"] if len(moved) > MAX_SHOWN else [])


def _mean(shares: Sequence[float | None]) -> str:
    known = [share for share in shares if share is not None]
    return _percent(mean(known) if known else None)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f}%"
