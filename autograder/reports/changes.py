"""The page that says whose points moved in a regrade, by how much, in which exercise and aspects, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from autograder.files import write_atomically
from autograder.intake.collected import Person

from . import pages
from .csv_table import number
from .history import Move, Run
from .report import link

FILE = "changes.html"
SIGNS = {"+": "gained", "-": "lost"}


def write(runs: Sequence[Run], people: Mapping[str, Person], path: Path) -> None:
    """Writes changes.html with the runs that changed an earlier score, the last one first; without one, no page.

    Raises OSError.
    """
    moved = [run for run in reversed(runs) if run.moves]
    if moved:
        names = {student: person.name for student, person in people.items() if person.name}
        page = pages.render(
            "changes.html",
            runs=moved,
            names=names,
            link=link,
            largest_first=largest_first,
            in_words=in_words,
            points=_points,
            aspects=aspects,
        )
        write_atomically(path, page)


def largest_first(moves: Iterable[Move]) -> list[Move]:
    """The moves by how far they went; one to or from "not graded" comes first."""
    return sorted(moves, key=lambda move: (-_distance(move), move.assignment, move.student))


def in_words(move: Move) -> str:
    """A move in one line, without whose it is."""
    told = f" ({aspects(move)})" if move.aspects else ""
    return f"{move.exercise}: {_points(move.before)} -> {_points(move.after)}{told}, as {move.why}"


def aspects(move: Move) -> str:
    """The aspects that were gained and lost, in words."""
    return "; ".join(f"{SIGNS[name[0]]} {name[1:]}" for name in move.aspects)


def _points(score: float | None) -> str:
    return "not graded" if score is None else number(score)


def _distance(move: Move) -> float:
    return float("inf") if move.before is None or move.after is None else abs(move.after - move.before)
