"""The command that opens the desk for answers in words."""

from __future__ import annotations

import asyncio
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from .app import Command, app, console, fail, load_course


@app.command(cls=Command)
def desk(
    context: typer.Context,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder that `autograder grade` wrote.")],
    db: Annotated[
        str,
        typer.Option(
            "--db", metavar="URL", help="Use the gradebook in this database.", show_default="OUT/gradebook.db"
        ),
    ] = "",
    port: Annotated[
        int, typer.Option("--port", metavar="N", min=0, max=65535, help="Listen on this port; 0 is any free one.")
    ] = 0,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Print the address instead of opening a browser.")
    ] = False,
) -> None:
    """Grade written answers by hand, question by question.

    Open a page in your browser that shows all answers to a question, without names. Points and comments are saved
    in the gradebook, where formgrader shows them too.
    """
    course = load_course(context)
    if not db and not (out / "gradebook.db").is_file():
        fail(f"{out}: no gradebook.db here: run `autograder grade` first, or name the database with --db")
    from autograder.desk.desk import Desk
    from autograder.desk.questions import questions
    from autograder.desk.server import serve
    from autograder.reports import gradebook
    from autograder.reports.database import GradebookError, complete

    def opened(address: str, once: str) -> None:
        console.print(f"the desk is open at {address}", markup=False, highlight=False, soft_wrap=True)
        console.print("anyone with this address can grade; Ctrl-C closes the desk", highlight=False)
        if not no_browser:
            webbrowser.open(once)

    try:
        url = complete(db) if db else gradebook.default_url(out)
        gradebook.prepare(url)
        asyncio.run(serve(Desk(questions(course), out, url), port, opened))
    except GradebookError as error:
        fail(str(error))
    except OSError as error:
        place = error.filename or f"port {port}"
        fail(f"{place}: {error.strerror}")
    except KeyboardInterrupt:
        console.print("the desk is closed; everything it showed as saved is in the gradebook", highlight=False)
