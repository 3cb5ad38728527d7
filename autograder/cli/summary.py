"""What the terminal shows at the end of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich import box
from rich.table import Table

from autograder.grading.result import SubmissionResult

from .app import console

MAX_REASONS = 3


def summarize(results: Sequence[SubmissionResult], out: Path, db: str) -> None:
    """Shows how the class did, what is not graded, and where the results are."""
    from autograder.reports import database
    from autograder.reports.names import shown
    from autograder.reports.statuses import GROUPS, STATUS

    table = Table(title="How the class did", box=box.SIMPLE_HEAD)
    table.add_column("exercise", no_wrap=True)
    for heading in ("mean", *GROUPS):
        table.add_column(heading, justify="right")
    for assignment in dict.fromkeys(result.assignment for result in results):
        rows = [item for result in results if result.assignment == assignment for item in result.exercises]
        for name in dict.fromkeys(item.exercise for item in rows):
            mine = [item for item in rows if item.exercise == name]
            shares = [item.score / item.max_score for item in mine if item.score is not None and item.max_score]
            by_hand = any(item.status == "manual" for item in mine)
            mean = f"{100 * sum(shares) / len(shares):.0f} %" if shares and not by_hand else "-"
            counts = Counter(STATUS[item.status].group for item in mine)
            table.add_row(name, mean, *(str(counts[group] or "") for group in GROUPS))
        table.add_section()
    console.print(table)
    lost = [result for result in results if any(item.status == "not_graded" for item in result.exercises)]
    for reason, number in Counter(result.notes[0] for result in lost).most_common(MAX_REASONS):
        said = shown(f"not graded: {number} of {len(results)} submissions: {reason}")
        console.print(said, markup=False, highlight=False, soft_wrap=True)
    for label, place in (
        ("grades", str(out / "grades.csv")),
        ("gradebook", database.shown(db) if db else str(out / "gradebook.db")),
        ("feedback", str(out / "feedback")),
        ("report", str(out / "report.html")),
    ):
        console.print(f"{label:<10}{shown(place)}", markup=False, highlight=False, soft_wrap=True)
