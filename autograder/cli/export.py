"""The commands that take marks, feedback and the grader itself to a learning management system."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.export.target import System, Target
from autograder.files import write_atomically
from autograder.gradescope.order import SMALL_CONTAINER, VISIBILITIES, Order
from autograder.intake import collected
from autograder.reports import access
from autograder.reports.errors import OutError
from autograder.reports.names import escape_controls

from .app import NOT_ALL_GRADED, Command, app, console, errors, fail, load_course, meant

if TYPE_CHECKING:
    from autograder.export.feedback_zip import FeedbackPage
    from autograder.export.ready import Exported, Left
    from autograder.reports.marks import Mark

MAX_NAMES = 10  # that a line of the terminal names
SEED_BITS = 64


@app.command(cls=Command)
def export(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder that `autograder grade` wrote.")],
    to: Annotated[System, typer.Option("--to", help="Write the format of this system; csv is a simple table.")],
    assignment: Annotated[
        str, typer.Option("--assignment", metavar="NAME", help="Write only this assignment.", show_default="all")
    ] = "",
    template: Annotated[
        Path | None,
        typer.Option("--template", metavar="FILE", help="Fill in this gradebook, exported from Canvas."),
    ] = None,
    worksheet: Annotated[
        Path | None,
        typer.Option("--worksheet", metavar="FILE", help="Fill in this grading worksheet, exported from Moodle."),
    ] = None,
    column: Annotated[
        str, typer.Option("--column", metavar="NAME", help="Use the LMS's column with this title or id.")
    ] = "",
    scale: Annotated[bool, typer.Option("--scale", help="Scale marks where the LMS has a different maximum.")] = False,
    incomplete: Annotated[
        bool, typer.Option("--incomplete", help="Include marks that still wait for hand grades.")
    ] = False,
    feedback: Annotated[
        bool, typer.Option("--feedback", help="Write a zip of the feedback pages instead of the marks.")
    ] = False,
    folder: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Write the files to this folder.", show_default="OUT/export"),
    ] = None,
    db: Annotated[
        str,
        typer.Option("--db", metavar="URL", help="Read the gradebook in this database.", show_default="the last run's"),
    ] = "",
) -> None:
    """Write marks or feedback for an LMS or a spreadsheet.

    Marks include hand grades and lateness. Students who are left out are listed with the reason. The exit status is 3
    then, unless all of them handed in nothing.
    """
    from autograder.export.files import of_marks, of_pages
    from autograder.export.ready import ExportError, ready
    from autograder.reports import kept, marks

    sheet = _sheet(to, template, worksheet, feedback)
    if not (out / kept.FOLDER).is_dir():
        fail(f"{out}: no results are kept there: run `autograder grade` first")
    try:
        found = marks.of_course(out, db)
        names = _assignments(found, assignment, one=to is System.MOODLE or bool(column))
        taken, left = ready((mark for mark in found if mark.assignment in names), incomplete)
        target = Target(to, sheet.read_bytes() if sheet else None, column, scale)
        who = collected.load(out)
        made = of_pages(target, taken, who, _Pages(out, db)) if feedback else of_marks(target, taken, who)
        with access.for_new_files(shared=False):
            missing, notes = _write(made, folder or out / "export")
        left += missing
    except ExportError as error:
        fail(f"{sheet}: {error}" if sheet else str(error))
    except (collected.ClassFileError, OutError) as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename or out}: {error.strerror}")
    for line in (*notes, *left_lines(left)):
        errors.print(escape_controls(line), markup=False, highlight=False)
    raise typer.Exit(NOT_ALL_GRADED if any(not item.expected for item in left) else 0)


@app.command(cls=Command)
def gradescope(
    context: typer.Context,
    assignment: Annotated[
        str | None,
        typer.Argument(metavar="ASSIGNMENT", help="The assignment to grade. It may be left out if there is only one."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="ZIP", help="Write the zip here.", show_default="<assignment>-autograder.zip"),
    ] = None,
    visibility: Annotated[
        str,
        typer.Option(
            "--visibility",
            metavar="WHEN",
            help=f"Set when students see the tests: {', '.join(VISIBILITIES)}.",
        ),
    ] = VISIBILITIES[0],
    seed: Annotated[
        int | None,
        typer.Option(
            "--seed", metavar="N", min=0, help="Draw the hidden cases from this seed.", show_default="a secret new one"
        ),
    ] = None,
) -> None:
    """Create the autograder zip to upload to Gradescope.

    The zip grades one assignment, with a test for each exercise. It holds the seed of the hidden cases: keep it secret.
    """
    from autograder.course import CourseError
    from autograder.gradescope import package

    course = load_course(context)
    if visibility not in VISIBILITIES:
        raise typer.BadParameter(f"--visibility {visibility}: choose from {', '.join(VISIBILITIES)}")
    if assignment is None:
        if len(course.notebooks) != 1:
            fail(f"name the assignment: {', '.join(course.notebooks) or 'there is none'}")
        (assignment,) = course.notebooks
    if assignment not in course.notebooks:
        fail(f"no assignment is called {assignment}: {meant(assignment, course.notebooks)}")
    order = Order(assignment, secrets.randbits(SEED_BITS) if seed is None else seed, visibility, SMALL_CONTAINER)
    place = out or Path(f"{assignment}-autograder.zip")
    try:
        write_atomically(place, package.make(course, order), private=True)
    except CourseError as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}: choose another place with --out")
    exercises = course.notebooks[assignment].exercises
    by_hand = sum(exercise.points for exercise in exercises if exercise.kind == "written")
    points = sum(exercise.points for exercise in exercises) - by_hand
    said = f"{place}: set the autograder points in Gradescope to {points:g}"
    more = f"; points to be given by hand: {by_hand:g}" if by_hand else ""
    console.print(escape_controls(said + more), markup=False, highlight=False, soft_wrap=True)


def left_lines(left: Sequence[Left]) -> Iterator[str]:
    """A line for each reason, with the students who are left out for it."""
    for why in dict.fromkeys(item.why for item in left):
        students = list(dict.fromkeys(item.student for item in left if item.why == why))
        more = f" and {len(students) - MAX_NAMES} more" if len(students) > MAX_NAMES else ""
        yield f"{len(students)} left out: {', '.join(students[:MAX_NAMES])}{more}: {why}"


class _Pages:
    """The feedback pages of OUT as they are now, with what was graded by hand since they were written."""

    def __init__(self, out: Path, db: str) -> None:
        from autograder.reports import autograded, book, by_hand

        self._book = book.load(out, by_hand.read(autograded.gradebook_url(out, db)))

    def __call__(self, assignment: str, students: set[str]) -> Iterator[FeedbackPage]:
        from autograder.export.feedback_zip import FeedbackPage
        from autograder.reports import feedback

        for entry in self._book.entries(assignment, with_work=True):
            if entry.result.student in students:
                yield FeedbackPage(entry.result.student, assignment, feedback.page(entry))


def _sheet(to: System, template: Path | None, worksheet: Path | None, feedback: bool) -> Path | None:
    """The LMS's own file. Wrong usage ends the command."""
    if template and to is not System.CANVAS:
        raise typer.BadParameter("--template is a gradebook that Canvas has exported: use it with --to canvas")
    if worksheet and to is not System.MOODLE:
        raise typer.BadParameter("--worksheet is Moodle's: use it with --to moodle")
    if to is System.MOODLE and not worksheet and not feedback:
        raise typer.BadParameter(
            "Moodle takes only its own worksheet: download its grading worksheet, and give it with --worksheet"
        )
    return template or worksheet


def _assignments(found: Sequence[Mark], named: str, one: bool) -> list[str]:
    """The assignments to write; with `one` there must be a single one."""
    there = sorted({mark.assignment for mark in found})
    if named and named not in there:
        fail(f"--assignment {named}: not in OUT; {meant(named, there)}")
    if one and not named and len(there) != 1:
        fail(f"choose one assignment with --assignment: {', '.join(there) or 'there is none'}")
    return [named] if named else there


def _write(made: Iterable[tuple[str, Exported]], folder: Path) -> tuple[list[Left], list[str]]:
    """Writes the files, names each, and returns who is left out of them, and lines. Raises ExportError or OSError."""
    left: list[Left] = []
    notes: list[str] = []
    for name, exported in made:
        left += exported.left
        if exported.students:
            write_atomically(folder / name, exported.content)
            number = len(exported.students)
            said = f"{folder / name}: {number} student{'' if number == 1 else 's'}"
            console.print(escape_controls(said), markup=False, highlight=False, soft_wrap=True)
            notes += exported.notes
        else:
            console.print(f"{name}: not written, as nobody is in it", markup=False, highlight=False, soft_wrap=True)
    return left, notes
