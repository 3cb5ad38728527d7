"""What the terminal shows at the end of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from autograder.course.exercise import PUBLIC_SEED
from autograder.grading.result import SubmissionResult
from autograder.grading.run_record import FILE

from .app import console

if TYPE_CHECKING:
    from autograder.reports.history import Run

MAX_REASONS = 3


def summarize(results: Sequence[SubmissionResult], out: Path, db: str, run: Run, lines: Sequence[str] = ()) -> None:
    """Shows how the class did, what is not graded, who moved, where the results are, and the hidden cases' seed.

    `lines` are shown, too.
    """
    from autograder.reports.names import escape_controls

    console.print(class_table(results))
    notable = (*not_graded_lines(results), *lines, *moved_lines(run, out))
    for line in (*notable, *place_lines(out, db), seed_line(run.record.seed or PUBLIC_SEED, out)):
        console.print(escape_controls(line), markup=False, highlight=False, soft_wrap=True)


def class_table(results: Sequence[SubmissionResult]) -> Table:
    """A row for each exercise: its mean, and how many submissions each group of statuses has."""
    from autograder.reports.report import exercise_rows
    from autograder.reports.statuses import GROUPS

    table = Table(title="How the class did", box=box.SIMPLE_HEAD)
    table.add_column("exercise", no_wrap=True)
    for heading in ("mean", *GROUPS):
        table.add_column(heading, justify="right")
    for assignment in dict.fromkeys(result.assignment for result in results):
        for row in exercise_rows([result for result in results if result.assignment == assignment]):
            mean = "-" if row.mean is None else f"{100 * row.mean:.0f}%"
            table.add_row(row.exercise, mean, *(str(row.groups.get(group, "")) for group in GROUPS))
        table.add_section()
    return table


def not_graded_lines(results: Sequence[SubmissionResult]) -> Iterator[str]:
    """The most frequent reasons for which submissions are not graded, each with their number."""
    reasons = Counter(reason for result in results for reason in _reasons(result))
    for reason, number in reasons.most_common(MAX_REASONS):
        yield f"not graded: {number} of {len(results)} submissions: {reason}"


def moved_lines(run: Run, out: Path) -> Iterator[str]:
    """Whose scores another run has changed: how many, and the largest changes first."""
    from autograder.reports import changes

    if run.moves:
        who = len({(move.student, move.assignment) for move in run.moves})
        scores, submissions = counted(len(run.moves), "score"), counted(who, "submission")
        yield f"changed: {scores} in {submissions}: {out / changes.FILE}"
    for move in changes.largest_first(run.moves)[:MAX_REASONS]:
        yield f"changed: {move.student}/{move.assignment} {changes.in_words(move)}"


def counted(number: int, what: str) -> str:
    """Such as "1 pair" or "2 pairs"."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def _reasons(result: SubmissionResult) -> Iterable[str]:
    """Why exercises of a submission are not graded, without their names."""
    lost = [item for item in result.exercises if item.status == "not_graded"]
    said = (item.message.title if item.message else result.notes[0] for item in lost)
    return dict.fromkeys(text.removeprefix(f"{item.exercise}: ") for item, text in zip(lost, said, strict=True))


def seed_line(seed: int, out: Path) -> str:
    """What a person must know of the hidden cases' seed."""
    if seed == PUBLIC_SEED:
        return f"hidden cases were drawn from seed {seed}, which is public: grade without --seed for a secret one"
    return f"hidden cases were drawn from seed {seed}; it is kept in {out / FILE}, keep it secret"


def place_lines(out: Path, db: str) -> Iterator[str]:
    """Where a person finds the results; passwords in `db` are hidden."""
    from autograder.reports.database import redacted

    places = {
        "grades": out / "grades.csv",
        "gradebook": redacted(db) if db else out / "gradebook.db",
        "feedback": out / "feedback",
        "report": out / "report.html",
    }
    for label, place in places.items():
        yield f"{label:<10}{place}"
