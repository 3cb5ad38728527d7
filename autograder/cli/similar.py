"""The command that shows which work is alike."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autograder.intake import collected
from autograder.reports import access

from .app import Command, app, console, fail, load_course
from .summary import counted


@app.command(cls=Command)
def similar(
    context: typer.Context,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder that `autograder grade` wrote.")],
) -> None:
    """Show which hand-ins are alike, for you to compare.

    Write OUT/report/same_work.html: equal hand-ins, equal rare wrong values, and code of the same structure, side by
    side. It is not a verdict, and does not change any points.
    """
    course = load_course(context)
    if not (out / "autograded").is_dir():
        fail(f"{out}: no folder autograded here: run `autograder grade` first")
    from autograder.similarity import page
    from autograder.similarity.compare import compare
    from autograder.similarity.handed_in import known_code, read

    try:
        found = [
            compare(name, handed_in, known_code(course, name))
            for name, book in course.notebooks.items()
            if not book.lacking() and (handed_in := read(course, name, out))
        ]
        names = {student: person.name for student, person in collected.load(out).people.items()}
        with access.for_new_files(shared=False):
            path = page.write(found, names, out)
    except collected.ClassFileError as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename or out}: {error.strerror}")
    for work in found:
        equal, pairs = counted(len(work.identical), "group"), counted(len(work.pairs), "pair")
        said = f"{equal} of equal hand-ins, {len(work.wrong)} of equal wrong values, {pairs} of similar code"
        console.print(f"{work.assignment}: {said}", highlight=False, soft_wrap=True)
    console.print(f"to look at: {path}", markup=False, highlight=False, soft_wrap=True)
