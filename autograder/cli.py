"""The command line: build, grade, demo."""

from __future__ import annotations

import difflib
import os
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from autograder.default_course import COURSE
from autograder.grading import batch
from autograder.grading.batch import Found
from autograder.grading.exam import ROOT, load_exam, release_path
from autograder.grading.graders import ClusterError
from autograder.grading.kept import Busy, alone
from autograder.grading.result import SubmissionResult
from autograder.grading.settings import Settings
from autograder.sandbox.client import Limits
from autograder.sandbox.confine import CannotConfine

COULD_NOT_START, NOT_ALL_GRADED, INTERRUPTED = 1, 3, 130
MOST_REASONS = 3

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
    for name, book in COURSE.items():
        if lacking := book.lacking():
            console.print(
                f"{name}: its public cases stay as they are, as {lacking[0]} is not installed", soft_wrap=True
            )
    for path in changed:
        console.print(f"{'out of date' if check else 'written'}: {path.relative_to(ROOT)}", highlight=False)
    if not changed:
        console.print("everything is up to date")
    elif check:
        raise typer.Exit(1)


@app.command()
def bundle(
    out: Annotated[Path, typer.Option("--out", metavar="ZIP", help="The zip to write.")] = Path("cnn-course.zip"),
) -> None:
    """Makes the zip that a class gets: the students' notebooks and helpers, without solutions."""
    from autograder.building import BuildError
    from autograder.building.bundle import write_bundle

    try:
        files = write_bundle(ROOT, out)
    except BuildError as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"{out}: {error.strerror}: choose another place with --out")
    console.print(f"{out}: {len(files)} files, {out.stat().st_size / 1e6:.1f} MB", markup=False, highlight=False)


@app.command()
def site(
    out: Annotated[Path, typer.Option("--out", help="Folder for the pages.")] = Path("site"),
) -> None:
    """Makes web pages of the course, without solutions: they need no server and no network."""
    from autograder.building import BuildError
    from autograder.building.site import write_site

    def on_page(name: str) -> None:
        console.print(f"{name} ...", markup=False, highlight=False)

    try:
        write_site(ROOT, out, on_page=on_page)
    except BuildError as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"{error.filename or out}: {error.strerror}")
    console.print(f"open {(out / 'index.html').resolve().as_uri()}", markup=False, highlight=False, soft_wrap=True)


def _scheduler(address: str) -> str:
    if address and not re.fullmatch(r"tcp://(\[[0-9a-fA-F:.]+\]|[\w.-]+):\d{1,5}", address):
        raise typer.BadParameter(f"{address!r} is no address like tcp://192.168.0.7:8786")
    return address


@app.command()
def grade(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Holds <student>/<assignment>/<assignment>.ipynb.")],
    out: Annotated[Path, typer.Option("--out", help="Where grades, gradebook, feedback and report go.")],
    assignment: Annotated[
        str | None, typer.Option("--assignment", help="Grade only this one; who lacks it is listed.")
    ] = None,
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="Submissions graded at the same time.")] = os.cpu_count()
    or 1,
    scheduler: Annotated[
        str,
        typer.Option(
            "--scheduler",
            metavar="tcp://HOST:PORT",
            callback=_scheduler,
            help="Grade on the workers of this Dask scheduler, one submission for each of their threads.",
        ),
    ] = "",
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
    submission_seconds: Annotated[
        float, typer.Option(min=1, help="Time for one submission; after it each exercise has a tenth of its own.")
    ] = Limits.submission_seconds,
    unconfined: Annotated[bool, typer.Option("--unconfined", help="Run student code without protection.")] = False,
) -> None:
    """Grades a folder of submissions into OUT; goes on where a killed run was."""
    limits = Limits(cpu_seconds, wall_seconds, memory_mb * 2**20, submission_seconds)
    settings = Settings(jobs, seed, limits, confined=not unconfined, force=force, scheduler=scheduler)
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
    for name, book in COURSE.items():
        if lacking := book.lacking():
            console.print(f"without {name}, as {lacking[0]} is not installed: pip install {lacking[0]}", soft_wrap=True)
    limits = Limits(cpu_seconds=2, wall_seconds=6)
    run(out / "submitted", out / "graded", None, Settings(jobs, limits=limits), "")
    # Two of the class hand in a link and a folder, so that some work is not graded: that is as it should be here.


def run(folder: Path, out: Path, assignment: str | None, settings: Settings, db: str) -> int:
    """Grades `folder` into `out`, shows the way, and returns the exit status."""
    from autograder.reports import outputs
    from autograder.reports.database import GradebookError

    found = _find(folder, out, assignment)
    for name in {task.assignment for task in found.tasks}:
        if lacking := COURSE[name].lacking():
            _fail(f"{name} can't be graded without {lacking[0]}: pip install {lacking[0]}, or choose an --assignment")
        if not release_path(name).is_file():
            _fail(f"{release_path(name)} is missing: run `autograder build`")
        load_exam(name, settings.seed)
    if not settings.confined:
        errors.print("student code runs UNCONFINED: it can read, change and delete whatever you can")
    try:
        with alone(out / ".resume"):
            outputs.prepare(out, db)
            results = _grade(found, settings, out / ".resume")
            outputs.write(found.tasks, found.notes, results, out, db, settings.confined)
    except (Busy, CannotConfine, ClusterError, GradebookError) as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"{error.filename or out}: {error.strerror}")
    except KeyboardInterrupt:
        errors.print("autograder: stopped; what is graded is kept, and the same command goes on from there")
        raise typer.Exit(INTERRUPTED) from None
    _summary(results, out, db)
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


def _summary(results: Sequence[SubmissionResult], out: Path, db: str) -> None:
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
    for reason, number in Counter(result.notes[0] for result in lost).most_common(MOST_REASONS):
        said = shown(f"not graded: {number} of {len(results)} submissions: {reason}")
        console.print(said, markup=False, highlight=False, soft_wrap=True)
    for label, place in (
        ("grades", str(out / "grades.csv")),
        ("gradebook", database.shown(db) if db else str(out / "gradebook.db")),
        ("feedback", str(out / "feedback")),
        ("report", str(out / "report.html")),
    ):
        console.print(f"{label:<10}{shown(place)}", markup=False, highlight=False, soft_wrap=True)


def _fail(message: str) -> NoReturn:
    errors.print(f"autograder: {message}", markup=False, highlight=False)
    raise typer.Exit(COULD_NOT_START)
