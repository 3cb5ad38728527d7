"""The command that shows which work is alike."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from autograder.intake import collected
from autograder.intake.collected import Collected
from autograder.reports import access
from autograder.reports.names import nbgrader_id

from .app import Command, app, console, fail, load_course
from .summary import counted


@app.command(cls=Command)
def similar(
    context: typer.Context,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder that `autograder grade` wrote.")],
) -> None:
    """Show which hand-ins are alike, for you to compare.

    Write OUT/report/same_work.html: equal hand-ins, equal rare wrong values, and code of the same structure, side by
    side. It is not a verdict, and does not change any points. What a group handed in together is one hand-in.
    """
    course = load_course(context)
    if not (out / "autograded").is_dir():
        fail(f"{out}: no folder autograded here: run `autograder grade` first")
    from autograder.similarity import page
    from autograder.similarity.compare import compare
    from autograder.similarity.handed_in import known_code, one_of_each, read

    try:
        known = collected.load(out)
        found = [
            compare(name, one_of_each(handed_in, _handins(known, name)), known_code(course, name))
            for name, book in course.notebooks.items()
            if not book.lacking() and (handed_in := read(course, name, out))
        ]
        names = {nbgrader_id(student): person.name for student, person in known.people.items()}
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


def _handins(known: Collected, assignment: str) -> Mapping[str, str]:
    """What tells the hand-in of each student in an assignment; the members of a group have the same."""
    return {
        nbgrader_id(student): f"group {handin.group}" if handin.group else handin.source
        for (student, name), handin in known.handins.items()
        if name == assignment
    }
