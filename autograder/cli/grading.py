"""The commands that grade."""

from __future__ import annotations

import re
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from autograder.capacity import cores
from autograder.course import Course
from autograder.grading import batch, points, run_record
from autograder.grading.backend import Backend, ClusterError
from autograder.grading.batch import Found
from autograder.grading.exam import load_exam
from autograder.grading.result import SubmissionResult
from autograder.grading.run_lock import AlreadyRunning, run_lock
from autograder.grading.settings import RunSettings
from autograder.intake.collected import ClassFileError
from autograder.intake.plans import Wishes
from autograder.reports import access
from autograder.reports.errors import OutError
from autograder.sandbox.client import Limits
from autograder.sandbox.confine import CannotConfine

from .app import INTERRUPTED, NOT_ALL_GRADED, Command, app, console, errors, fail, load_course
from .doctor import SEE_DOCTOR
from .intake import ClassList, Groups, Source, show_unmatched, taken, wishes_for
from .reports import Late, keep_rules
from .summary import summarize

if TYPE_CHECKING:
    from autograder.reports.history import Run

CORES = cores()
Jobs = Annotated[int, typer.Option("--jobs", metavar="N", min=1, help="Grade this many submissions at the same time.")]


def _scheduler(address: str) -> str:
    if address and not re.fullmatch(r"tcp://(\[[0-9a-fA-F:.]+\]|[\w.-]+):\d{1,5}", address):
        raise typer.BadParameter(f"{address!r} is not an address such as tcp://192.168.0.7:8786")
    return address


@app.command(cls=Command)
def grade(
    context: typer.Context,
    source: Source,
    out: Annotated[
        Path, typer.Option("--out", metavar="OUT", help="Write grades, gradebook, feedback and report here.")
    ],
    assignment: Annotated[
        str | None,
        typer.Option(
            "--assignment",
            metavar="NAME",
            help="Grade only this assignment; report students without it as missing.",
        ),
    ] = None,
    roster: ClassList = None,
    missing_is_zero: Annotated[
        bool,
        typer.Option("--missing-is-zero", help="Give 0 points to those on the roster who handed in nothing."),
    ] = False,
    groups: Groups = False,
    jobs: Jobs = CORES,
    scheduler: Annotated[
        str,
        typer.Option(
            "--scheduler",
            metavar="tcp://HOST:PORT",
            callback=_scheduler,
            help="Grade on the workers of this Dask scheduler, one submission per worker thread.",
        ),
    ] = "",
    db: Annotated[
        str,
        typer.Option(
            "--db", metavar="URL", help="Keep the gradebook in this database.", show_default="OUT/gradebook.db"
        ),
    ] = "",
    rules: Late = None,
    force: Annotated[bool, typer.Option("--force", help="Grade finished submissions again.")] = False,
    seed: Annotated[
        int | None,
        typer.Option(
            "--seed",
            metavar="N",
            min=0,
            help="Draw the hidden cases from this seed, and keep it in OUT; 0 is public.",
            show_default="the one that OUT keeps, or a new one",
        ),
    ] = None,
    shared: Annotated[
        bool,
        typer.Option("--shared", help="Let other users of this machine open OUT, as far as your umask allows."),
    ] = False,
    cpu_seconds: Annotated[
        int, typer.Option(metavar="N", min=1, help="Limit the processor time per exercise.")
    ] = Limits.cpu_seconds,
    wall_seconds: Annotated[
        float, typer.Option(metavar="N", min=1, help="Limit the wall-clock time per exercise.")
    ] = Limits.wall_seconds,
    memory_mb: Annotated[int, typer.Option(metavar="N", min=64, help="Limit the memory per exercise.")] = Limits.memory
    // 2**20,
    submission_seconds: Annotated[
        float,
        typer.Option(
            metavar="N",
            min=1,
            help="Limit the time per submission; once it is spent, each exercise gets a tenth of its limit.",
        ),
    ] = Limits.submission_seconds,
    unconfined: Annotated[bool, typer.Option("--unconfined", help="Run student code without confinement.")] = False,
) -> None:
    """Grade a folder of submissions, or an LMS's zip.

    Run the same command again to resume an interrupted run.
    """
    if missing_is_zero and roster is None:
        raise typer.BadParameter("who is missing is known from the class list only: add --roster FILE")
    limits = Limits(cpu_seconds, wall_seconds, memory_mb * 2**20, submission_seconds)
    settings = RunSettings(jobs, seed or 0, limits, not unconfined, force, scheduler, shared)
    course = load_course(context)
    wishes = wishes_for(course, assignment, roster, missing_is_zero, groups)
    raise typer.Exit(run(course, source, out, wishes, settings, db, secret_seed=seed is None, rules=rules))


@app.command(cls=Command)
def demo(
    context: typer.Context,
    out: Annotated[
        Path, typer.Option("--out", metavar="OUT", help="Write the sample class and its grades here.")
    ] = Path("demo"),
    jobs: Jobs = CORES,
    full: Annotated[
        bool, typer.Option("--full", help="Create a class that is twice as large and takes minutes to grade.")
    ] = False,
) -> None:
    """Create a sample class and grade it.

    The class hands in right, wrong, broken and hostile submissions.
    """
    from autograder.demo.sample_class import FULL, SMALL, write_class

    course = load_course(context)
    try:
        with access.for_new_files(shared=False):
            students = write_class(course, out / "submitted", FULL if full else SMALL)
        access.settle(out, shared=False, written=("submitted", "graded"))
    except OSError as error:
        fail(f"{out}: {error.strerror}: choose another folder with --out")
    console.print(f"a class of {students} students is in {out / 'submitted'}", highlight=False)
    for name, book in course.notebooks.items():
        if lacking := book.lacking():
            console.print(
                f"{name} is left out, because {lacking[0]} is not installed: pip install {lacking[0]}", soft_wrap=True
            )
    limits = Limits(cpu_seconds=2, wall_seconds=6.0)
    run(course, out / "submitted", out / "graded", Wishes(), RunSettings(jobs, limits=limits), "")
    # The exit status stays 0: two of the class hand in a link and a folder, which cannot be graded.


def run(
    course: Course,
    source: Path,
    out: Path,
    wishes: Wishes,
    settings: RunSettings,
    db: str,
    secret_seed: bool = False,
    rules: Path | None = None,
) -> int:
    """Grades `source` into `out`, shows the progress, and returns the exit status.

    With `secret_seed` the hidden cases are drawn from the seed that `out` keeps, or from a new one, not from that of
    the settings. `rules` is a file with due dates.
    """
    with access.for_new_files(settings.shared):
        plan = taken(course, source, out, wishes)
        keep_rules(rules, out)
    show_unmatched(plan)
    found = Found(tuple(plan.tasks), (*plan.unmatched, *plan.notes))
    results, done, lines = _grade_and_write(course, found, out, settings, db, secret_seed)
    summarize(results, out, db, done, lines)
    lost = plan.unmatched or any(item.status == "not_graded" for result in results for item in result.exercises)
    return NOT_ALL_GRADED if lost else 0


def _grade_and_write(
    course: Course, found: Found, out: Path, settings: RunSettings, db: str, secret_seed: bool
) -> tuple[list[SubmissionResult], Run, list[str]]:
    """The results, which are in `out` by then, what is kept of the run, and lines about what OUT holds."""
    for name in {task.assignment for task in found.tasks}:
        if lacking := course.notebooks[name].lacking():
            fail(f"{name} needs {lacking[0]}: pip install {lacking[0]}, or choose another --assignment")
        if not course.release(name).is_file():
            fail(f"{course.release(name)} is missing: run `autograder build`")
        if differing := points.disagreements(course, name):
            fail(
                f"the points of {name} are not those of its exercises ({'; '.join(differing)}): run `autograder build`"
            )
    if not settings.confined:
        errors.print("student code runs UNCONFINED: it can read, change and delete everything that you can")
    try:
        # No sandbox is started with the umask for OUT: it makes folders for another user.
        with ExitStack() as held:
            with access.for_new_files(settings.shared):
                held.enter_context(run_lock(out / ".resume"))
                access.settle(out, settings.shared)
                if secret_seed:
                    settings = replace(settings, seed=run_record.seed_for(out))
                record = run_record.record(course, settings)
                run_record.write(record, out)
            for name in {task.assignment for task in found.tasks}:
                load_exam(course, name, settings.seed)
            backend = held.enter_context(batch.open_backend(course, found.tasks, settings))
            from autograder.reports import outputs  # this takes a second, in which a sandbox starts

            with access.for_new_files(settings.shared):
                outputs.prepare(out, db)
            results = _grade(course, found, settings, out / ".resume", backend)
            with access.for_new_files(settings.shared):
                info = outputs.RunInfo(record, _kept_settings(settings), settings.confined, settings.shared)
                done, whole = outputs.write(course, found.tasks, found.notes, results, out, db, info)
                lines = outputs.lines_about(course, whole)
    except CannotConfine as error:
        fail(f"{error}: {SEE_DOCTOR}")
    except (AlreadyRunning, ClassFileError, ClusterError, OutError, run_record.RunRecordError) as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename or out}: {error.strerror}")
    except KeyboardInterrupt:
        errors.print("autograder: interrupted; finished grades are saved, run the same command to resume")
        raise typer.Exit(INTERRUPTED) from None
    return results, done, lines


def _kept_settings(settings: RunSettings) -> dict[str, object]:
    """The settings that decide about grades, as they are kept with a run."""
    return {"confined": settings.confined, **asdict(settings.limits)}


def _grade(
    course: Course, found: Found, settings: RunSettings, resume: Path, backend: Backend
) -> list[SubmissionResult]:
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
        return batch.grade_all(course, found.tasks, settings, resume, lambda result: bar.advance(task), backend)
