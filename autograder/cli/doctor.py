"""The command that says whether grading can start here, and what to do where it can't."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autograder.course import CourseError, load
from autograder.machine import Line, examine
from autograder.start import is_course

from .app import COULD_NOT_START, Command, app, console, fail

SEE_DOCTOR = "run `autograder doctor`"


@app.command(cls=Command)
def doctor(
    context: typer.Context,
    out: Annotated[
        Path, typer.Option("--out", metavar="OUT", help="Show the free space where this folder will be.")
    ] = Path(),
) -> None:
    """Show whether grading can start here, and what is missing.

    Each problem is followed by the command that fixes it, if there is one. The exit status is 1 when grading can't
    start.
    """
    try:
        course = load(context.obj) if is_course(context.obj) else None
    except CourseError as error:
        fail(str(error))
    with console.status("looking at this machine ..."):
        lines = examine(course, out)
    for line in lines:
        _show(line)
    if not all(line.ok for line in lines):
        console.print("\ngrading can't start here")
        raise typer.Exit(COULD_NOT_START)
    console.print("\ngrading can start")


def _show(line: Line) -> None:
    mark = "✗" if not line.ok else "!" if line.mend else "✓"
    console.print(f"{mark} {line.name:<16}{line.value}", markup=False, highlight=False, soft_wrap=True)
    if line.mend:
        console.print(f"  {'':<16}-> {line.mend}", markup=False, highlight=False, soft_wrap=True)
