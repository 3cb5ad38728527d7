"""The program: its options for all commands, and how a command says that it can't go on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from autograder.course import Course, CourseError, load
from autograder.start import OPTION, VARIABLE

COULD_NOT_START, NOT_ALL_GRADED, INTERRUPTED = 1, 3, 130

app = typer.Typer(
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help="Build and grade a course."
)
console = Console()
errors = Console(stderr=True, soft_wrap=True)


@app.callback()
def options(
    context: typer.Context,
    course: Annotated[
        Path | None,
        typer.Option(OPTION, metavar="DIR", envvar=VARIABLE, help="Folder of the course, if you are not in it."),
    ] = None,
) -> None:
    """Build and grade a course."""
    # Read by `autograder.start` already, before anything of the course was imported.


def fail(message: str) -> NoReturn:
    """Says in one line why the command can't go on, and ends it."""
    errors.print(f"autograder: {message}", markup=False, highlight=False)
    raise typer.Exit(COULD_NOT_START)


def load_course(context: typer.Context) -> Course:
    """The course in the folder that `autograder.start` has found."""
    try:
        return load(context.obj)
    except CourseError as error:
        fail(str(error))


# The commands register themselves.
from . import building, grading  # noqa: E402, F401
