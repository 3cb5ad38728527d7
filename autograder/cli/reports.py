"""The command that writes the pages and tables of OUT again, without grading."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autograder.grading.run_lock import AlreadyRunning, run_lock
from autograder.intake.collected import ClassFileError
from autograder.reports import access
from autograder.reports.errors import OutError

from .app import Command, app, console, fail, load_course

Late = Annotated[
    Path | None,
    typer.Option(
        "--rules",
        metavar="FILE",
        help="Use the due dates and the rule for late work in this file, and keep it as OUT/course.toml.",
    ),
]


@app.command(cls=Command)
def report(
    context: typer.Context,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder that `autograder grade` wrote.")],
    db: Annotated[
        str,
        typer.Option("--db", metavar="URL", help="Use the gradebook in this database.", show_default="the last run's"),
    ] = "",
    rules: Late = None,
    what_if: Annotated[
        list[str] | None,
        typer.Option(
            "--what-if",
            metavar="CHANGE",
            help="Show how marks would change with drop=EXERCISE or points=EXERCISE:N; write nothing.",
        ),
    ] = None,
    shared: Annotated[
        bool,
        typer.Option("--shared", help="Let other users of this machine open OUT, as far as your umask allows."),
    ] = False,
) -> None:
    """Write all pages again, with hand grades.

    Nothing is graded: grades.csv, marks.csv, feedback and report are written again. Points and comments come from the
    gradebook, everything else from what OUT keeps.
    """
    course = load_course(context)
    from autograder.reports import kept, outputs
    from autograder.reports.names import escape_controls
    from autograder.reports.what_if import WhatIfError
    from autograder.reports.what_if import change as read_change

    from .what_if import show_what_if

    if not (out / kept.FOLDER).is_dir():
        fail(f"{out}: no results of this version are kept there: run `autograder grade` on it first")
    try:
        if what_if:
            changes = [read_change(item) for item in what_if]
            show_what_if(outputs.held(out, db), changes)
            return
        with access.for_new_files(shared), run_lock(out / ".resume"):
            access.settle(out, shared)
            keep_rules(rules, out)
            held = outputs.write_again(course, out, db, shared)
            lines = outputs.lines_about(course, held)
    except (AlreadyRunning, ClassFileError, OutError, WhatIfError) as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename or out}: {error.strerror}")
    said = f"{len(held.keys)} submissions: {out / 'report.html'}, grades.csv, marks.csv and feedback are written"
    for line in (said, *lines):
        console.print(escape_controls(line), markup=False, highlight=False, soft_wrap=True)


def keep_rules(rules: Path | None, out: Path) -> None:
    """Takes a file with due dates into OUT; ends the command where that, or the one in OUT, can't be read."""
    from autograder.reports import lateness

    try:
        if rules:
            lateness.keep(rules, out)
        lateness.read(out / lateness.FILE)
    except lateness.RuleError as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename or out}: {error.strerror}")
