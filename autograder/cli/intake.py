"""The command that collects a class from what a learning management system gives, as `grade` does by itself."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from autograder.course import Course
from autograder.grading.batch import Task
from autograder.grading.run_lock import AlreadyRunning, run_lock
from autograder.intake import collect as intake
from autograder.intake import roster as rosters
from autograder.intake.archives import ArchiveError
from autograder.intake.collected import FILE, SUBMITTED, ClassFileError
from autograder.intake.plans import Plan, Wishes
from autograder.reports import access
from autograder.reports.names import escape_controls

from .app import NOT_ALL_GRADED, Command, app, console, fail, load_course, meant

MAX_LINES = 20
MAX_NAMES = 10

Source = Annotated[
    Path,
    typer.Argument(
        metavar="SOURCE",
        help="A folder with <student>/<assignment>/<assignment>.ipynb, or the zip or folder that Canvas, Moodle, "
        "Gradescope, Blackboard, Google Drive, GitHub Classroom, ILIAS or nbgrader's exchange gives.",
    ),
]
ClassList = Annotated[
    Path | None,
    typer.Option(
        "--roster", metavar="FILE", help="Use this class list (CSV) from the LMS: ids, names, e-mail addresses, groups."
    ),
]
Groups = Annotated[
    bool,
    typer.Option("--groups", help="Give all members of a group in the roster the notebook that one of them handed in."),
]


@app.command(cls=Command)
def collect(
    context: typer.Context,
    source: Source,
    out: Annotated[Path, typer.Option("--out", metavar="OUT", help="Write submitted/ and class.json here.")],
    assignment: Annotated[
        str | None, typer.Option("--assignment", metavar="NAME", help="Collect only this assignment.")
    ] = None,
    roster: ClassList = None,
    groups: Groups = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be collected, but write nothing.")
    ] = False,
) -> None:
    """Collect a class from an LMS's zip or folder.

    Show who handed in what. This step is optional, since `grade` collects too.
    """
    course = load_course(context)
    wishes = wishes_for(course, assignment, roster, False, groups)
    with access.for_new_files(shared=False):
        plan = taken(course, source, out, wishes, dry_run)
    show_unmatched(plan)
    console.print(_table(plan))
    for line in _closing(plan, out, dry_run):
        _say(line)
    raise typer.Exit(NOT_ALL_GRADED if plan.unmatched or any(task.unread for task in plan.tasks) else 0)


def wishes_for(
    course: Course, assignment: str | None, roster: Path | None, missing_is_zero: bool, groups: bool
) -> Wishes:
    """What was asked for on the command line. Ends the command for an unknown assignment or an unreadable roster."""
    if assignment is not None and assignment not in course.notebooks:
        fail(f"--assignment {assignment}: no such assignment; {meant(assignment, course.notebooks)}")
    try:
        people = rosters.read(roster) if roster else None
    except rosters.RosterError as error:
        fail(f"--roster {roster}: {error}")
    except OSError as error:
        fail(f"--roster {roster}: {error.strerror}")
    return Wishes(assignment or "", people, missing_is_zero, groups)


def taken(course: Course, source: Path, out: Path, wishes: Wishes, dry_run: bool = False) -> Plan:
    """What is in `source`, written to `out` unless it is a `dry_run`. Ends the command where there is nothing."""
    if not source.exists():
        fail(f"{source}: no such folder or file")
    try:
        plan = _planned(course, source, out, wishes, dry_run)
    except ArchiveError as error:
        fail(f"{source}: it {error}")
    except (AlreadyRunning, ClassFileError) as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename or out}: {error.strerror}")
    if not plan.tasks:
        lines = "".join(f"\n{line}" for line in (*plan.unmatched, *plan.notes)[:MAX_LINES])
        place = "<student>/<assignment>/<assignment>.ipynb"
        fail(f"{source}: no submissions found; expected {place}, or an LMS's zip{lines}")
    return plan


def _planned(course: Course, source: Path, out: Path, wishes: Wishes, dry_run: bool) -> Plan:
    if dry_run:
        with tempfile.TemporaryDirectory(prefix=intake.WORK) as work:
            return intake.plan(course, source, out, Path(work), wishes)
    out.mkdir(parents=True, exist_ok=True)
    with run_lock(out / ".resume"):
        for left in out.glob(f"{intake.WORK}*"):  # by a run that was killed
            shutil.rmtree(left, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix=intake.WORK, dir=out) as work:
            plan = intake.plan(course, source, out, Path(work), wishes)
            if plan.tasks:
                plan.write(out)
    return plan


def show_unmatched(plan: Plan) -> None:
    """Says first of all what could not be matched, and will not be graded."""
    lines = [f"not matched: {line}" for line in plan.unmatched]
    lines += [f"not graded: {task.student}, {task.assignment}: {task.unread}" for task in plan.tasks if task.unread]
    for line in lines[:MAX_LINES]:
        _say(line)
    if len(lines) > MAX_LINES:
        _say(f"and {len(lines) - MAX_LINES} more like these")
    if plan.older:
        more = f" and {len(plan.older) - MAX_NAMES} more" if len(plan.older) > MAX_NAMES else ""
        _say(f"what OUT has already stays for {', '.join(plan.older[:MAX_NAMES])}{more}; the report says why")


def _table(plan: Plan) -> Table:
    """A row for each student and assignment: which file counts, when it came, and of how many.

    A column that says nothing is left out.
    """
    rows = [_row(plan, task) for task in plan.tasks]
    assignments = {row["assignment"] for row in rows}
    title = f"Who handed in {assignments.pop()}" if len(assignments) == 1 else "Who handed in what"
    table = Table(title=title, box=box.SIMPLE_HEAD)
    telling = [heading for heading in rows[0] if any(row[heading] for row in rows)] if rows else []
    telling = [heading for heading in telling if heading != "assignment" or assignments]
    for heading in telling:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(Text(escape_controls(row[heading])) for heading in telling))
    return table


def _row(plan: Plan, task: Task) -> dict[str, str]:
    handin = plan.known.handins.get((task.student, task.assignment))
    person = plan.known.people.get(task.student)
    name = person.name.strip() if person and person.name != task.student else ""
    row = {"student": task.student, "name": name, "assignment": task.assignment}
    if handin is None:
        return {**row, "file": task.absent or ("not graded" if task.unread else ""), "time": "", "late": "", "of": ""}
    when = handin.when.astimezone().strftime("%Y-%m-%d %H:%M") if handin.when else ""
    of = f"1 of {1 + len(handin.others)}" if handin.others else ""
    return {**row, "file": handin.source, "time": when, "late": "late" if handin.late else "", "of": of}


def _closing(plan: Plan, out: Path, dry_run: bool) -> Iterator[str]:
    for note in plan.notes[:MAX_LINES]:
        yield f"note: {note}"
    if len(plan.notes) > MAX_LINES:
        yield f"and {len(plan.notes) - MAX_LINES} more notes"
    handed_in = [task for task in plan.tasks if not task.absent and not task.unread]
    students = len({task.student for task in handed_in})
    yield f"{len(handed_in)} notebooks of {students} students; {sum(bool(task.absent) for task in plan.tasks)} missing"
    if not dry_run:
        copied = f"{out / SUBMITTED} and " if plan.copies else ""
        yield f"written: {copied}{out / FILE}"


def _say(line: str) -> None:
    console.print(escape_controls(line), markup=False, highlight=False, soft_wrap=True)
