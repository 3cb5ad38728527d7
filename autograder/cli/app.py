"""The program: the options of all commands, and how a command says that it cannot go on."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from typer.core import TyperArgument, TyperCommand

from autograder.course import Course, CourseError, load
from autograder.reports.names import escape_controls
from autograder.start import OPTION, VARIABLE, is_course

COULD_NOT_START, NOT_ALL_GRADED, INTERRUPTED = 1, 3, 130

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # Rich's help shows flags as if they took a value: --check <bool>
)


class Command(TyperCommand):
    """A command whose help shows its arguments without Python's types: `NOTEBOOK`, not `NOTEBOOK <list[str]>`.

    Nor does its first line have braces around a required one, which elsewhere stand for a choice.
    """

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        for parameter in self.params:
            if isinstance(parameter, TyperArgument):
                vars(parameter)["display_type_rich"] = lambda ctx: None

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """`[OPTIONS] OUT`, not `[OPTIONS] {OUT}`."""
        return [piece.strip("{}") for piece in super().collect_usage_pieces(ctx)]


console = Console()
errors = Console(stderr=True, soft_wrap=True)


@app.callback()
def options(
    context: typer.Context,
    course: Annotated[
        Path | None,
        typer.Option(
            OPTION, metavar="DIR", envvar=VARIABLE, help="Use the course in this folder instead of the current one."
        ),
    ] = None,
) -> None:
    """Build and grade a course."""
    # `autograder.start` has read it already, before anything of the course was imported.


def fail(message: str) -> NoReturn:
    """Says in one line why the command cannot go on, and ends it."""
    # A name in it may be a student's, with characters that a terminal obeys.
    said = "\n".join(map(escape_controls, message.splitlines()))
    errors.print(f"autograder: {said}", markup=False, highlight=False)
    raise typer.Exit(COULD_NOT_START)


def load_course(context: typer.Context) -> Course:
    """The course in the folder that `autograder.start` has found."""
    if not is_course(context.obj):
        why = "it has no exercises/__init__.py or no pyproject.toml"
        fail(f"{context.obj}: not a course, {why}: go to the course's folder, or name it with {OPTION} DIR")
    try:
        return load(context.obj)
    except CourseError as error:
        fail(str(error))


def meant(name: str, known: Collection[str]) -> str:
    """The known name that an unknown one was meant to be, or all there are."""
    close = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {close[0]}?" if close else f"there are {', '.join(known) or 'none'}"
