"""The command line: build, grade, demo."""

from __future__ import annotations

import difflib
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from autograder.exercises import COURSE
from autograder.grading import batch
from autograder.grading.batch import Found, Settings
from autograder.grading.exam import ROOT, load_exam, release_path
from autograder.grading.result import SubmissionResult
from autograder.sandbox.client import Limits
from autograder.sandbox.confine import CannotConfine

COULD_NOT_START, NOT_ALL_GRADED = 1, 3

app = typer.Typer(
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help="Builds and grades the course."
)
console = Console()
errors = Console(stderr=True, soft_wrap=True)


def main() -> None:
    """The console script `autograder`."""
    app()


@app.command()
def build(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit with 1 when a file is out of date.")
    ] = False,
) -> None:
    """Makes notebooks/, solutions/*.ipynb and the public cases from solutions/*.py and the exercises."""
    # Imported here, as nbformat and nbgrader are slow to load and few commands need them.
    from autograder.building import BuildError
    from autograder.building import build as build_all

    try:
        changed = build_all(ROOT, check)
    except BuildError as error:
        _fail(str(error))
    for path in changed:
        console.print(f"{'out of date' if check else 'written'}: {path.relative_to(ROOT)}", highlight=False)
    if not changed:
        console.print("everything is up to date")
    elif check:
        raise typer.Exit(1)


@app.command()
def grade(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Holds <student>/<assignment>/<assignment>.ipynb.")],
    out: Annotated[Path, typer.Option("--out", help="Where grades, gradebook, feedback and report go.")],
    assignment: Annotated[
        str | None, typer.Option("--assignment", help="Grade only this one; who lacks it is listed.")
    ] = None,
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="Submissions graded at the same time.")] = os.cpu_count()
    or 1,
    db: Annotated[
        str, typer.Option("--db", help="URL of the gradebook database.", show_default="OUT/gradebook.db")
    ] = "",
    force: Annotated[bool, typer.Option("--force", help="Grade again what an earlier run has finished.")] = False,
    seed: Annotated[
        int, typer.Option("--seed", min=0, help="Seed of the hidden cases: choose your own and keep it.")
    ] = 0,
    cpu_seconds: Annotated[int, typer.Option(min=1, help="Processor time for one exercise.")] = Limits.cpu_seconds,
    wall_seconds: Annotated[float, typer.Option(min=1, help="Waiting time for one exercise.")] = Limits.wall_seconds,
    memory_mb: Annotated[int, typer.Option(min=64, help="Memory for one exercise.")] = Limits.memory // 2**20,
    unconfined: Annotated[bool, typer.Option("--unconfined", help="Run student code without protection.")] = False,
) -> None:
    """Grades a folder of submissions into OUT; goes on where a killed run was."""
    limits = Limits(cpu_seconds, wall_seconds, memory_mb * 2**20)
    settings = Settings(jobs, seed, limits, confined=not unconfined, force=force)
    raise typer.Exit(run(folder, out, assignment, settings, db))


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", help="Folder for the sample class and its grades.")] = Path("demo"),
    jobs: Annotated[int, typer.Option("--jobs", min=1)] = os.cpu_count() or 1,
) -> None:
    """Makes a sample class (right, wrong, broken and hostile submissions) and grades it."""
    from autograder.demo.sample_class import write_class

    try:
        students = write_class(out / "submitted")
    except OSError as error:
        _fail(f"{out}: {error.strerror}: choose another folder with --out")
    console.print(f"a class of {students} students is in {out / 'submitted'}", highlight=False)
    limits = Limits(cpu_seconds=2, wall_seconds=6)
    run(out / "submitted", out / "graded", None, Settings(jobs, limits=limits), "")
    # Two of the class hand in a link and a folder, so that some work is not graded: that is as it should be here.


def run(folder: Path, out: Path, assignment: str | None, settings: Settings, db: str) -> int:
    """Grades `folder` into `out`, shows the way, and returns the exit status."""
    from autograder.reports import outputs
    from autograder.reports.gradebook import GradebookError

    found = _find(folder, out, assignment)
    for name in {task.assignment for task in found.tasks}:
        if not release_path(name).is_file():
            _fail(f"{release_path(name)} is missing: run `autograder build`")
        load_exam(name, settings.seed)
    if not settings.confined:
        errors.print("student code runs UNCONFINED: it can read, change and delete whatever you can")
    try:
        results = _grade(found, settings, out / ".resume")
        notes = found.notes if settings.confined else ("student code ran UNCONFINED", *found.notes)
        outputs.write(found.tasks, notes, results, out, db)
    except (CannotConfine, GradebookError) as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"{error.filename or out}: {error.strerror}")
    _summary(results, out)
    return NOT_ALL_GRADED if any(item.status == "not_graded" for result in results for item in result.exercises) else 0


def _find(folder: Path, out: Path, assignment: str | None) -> Found:
    if not folder.is_dir():
        _fail(f"{folder}: there is no such folder")
    if assignment is not None and assignment not in COURSE:
        close = difflib.get_close_matches(assignment, COURSE, n=1)
        hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(COURSE)}"
        _fail(f"--assignment {assignment}: there is no such assignment; {hint}")
    try:
        out.mkdir(parents=True, exist_ok=True)
        found = batch.find(folder, [assignment] if assignment else list(COURSE), assignment is not None, skip=out)
        (out / ".resume").mkdir(exist_ok=True)
        probe = out / ".resume" / ".writable"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        _fail(f"{error.filename or out}: {error.strerror}")
    if not found.tasks:
        _fail(f"{folder}: no submissions here; expected <student>/<assignment>/<assignment>.ipynb")
    return found


def _grade(found: Found, settings: Settings, resume: Path) -> list[SubmissionResult]:
    bar = Progress(
        TextColumn("grading"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("time left"),
        TimeRemainingColumn(),
        console=console,
    )
    with bar:
        task = bar.add_task("grading", total=len(found.tasks))
        return batch.grade_all(found.tasks, settings, resume, lambda result: bar.advance(task))


def _summary(results: Sequence[SubmissionResult], out: Path) -> None:
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
    for label, name in (
        ("grades", "grades.csv"),
        ("gradebook", "gradebook.db"),
        ("feedback", "feedback"),
        ("report", "report.html"),
    ):
        console.print(f"{label:<10}{shown(str(out / name))}", markup=False, highlight=False, soft_wrap=True)


def _fail(message: str) -> NoReturn:
    errors.print(f"autograder: {message}", markup=False, highlight=False)
    raise typer.Exit(COULD_NOT_START)
