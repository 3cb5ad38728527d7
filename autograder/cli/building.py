"""The commands that make files from the course's sources."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autograder.course import CourseError

from .app import Command, app, console, fail, load_course, meant

# The commands import what they need themselves: nbformat and nbgrader are slow to load, and few commands need them.


@app.command(cls=Command)
def build(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="NOTEBOOK", help="Build only these, for example 01_sorting.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit with status 1 if a file is out of date.")
    ] = False,
) -> None:
    """Generate the notebooks and public cases from their sources.

    The sources are solutions/*.py and exercises/; notebooks/, solutions/*.ipynb and helpers/checking/cases/ are
    generated.
    """
    from autograder.building import build as build_files

    course = load_course(context)
    for name in names or ():
        if name not in course.notebooks:
            fail(f"no notebook is called {name}: {meant(name, course.notebooks)}")
    try:
        changed = build_files(course, names or (), check)
    except CourseError as error:
        fail(str(error))
    for name in names or course.notebooks:
        if lacking := course.notebooks[name].lacking():
            console.print(f"{name}: public cases not rebuilt, because {lacking[0]} is not installed", soft_wrap=True)
    for path in changed:
        console.print(f"{'out of date' if check else 'written'}: {path.relative_to(course.root)}", highlight=False)
    if not changed:
        console.print("everything is up to date")
    elif check:
        raise typer.Exit(1)


@app.command(cls=Command)
def bundle(
    context: typer.Context,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="ZIP", help="Write the zip here.", show_default="<the project's name>.zip"),
    ] = None,
) -> None:
    """Create the zip to hand out, which holds no solutions."""
    from autograder.building.bundle import project_name, write_bundle

    course = load_course(context)
    try:
        place = out or Path(f"{project_name(course)}.zip")
        files = write_bundle(course, place)
    except CourseError as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}: choose another place with --out")
    console.print(f"{place}: {len(files)} files, {place.stat().st_size / 1e6:.1f} MB", markup=False, highlight=False)


@app.command(cls=Command)
def site(
    context: typer.Context,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Write the pages to this folder.")] = Path("site"),
    offline: Annotated[
        bool, typer.Option("--offline", help="Include the Python that checks exercises on the pages.")
    ] = False,
) -> None:
    """Build a static website of the course, without solutions.

    Readers need neither a server nor a network. To write exercises on its pages, open it from a web server.
    """
    from autograder.building.pyodide import PyodideUnavailable
    from autograder.building.site import write_site

    def on_page(name: str) -> None:
        console.print(f"{name} ...", markup=False, highlight=False)

    try:
        write_site(load_course(context), out, on_page=on_page, offline=offline)
    except (CourseError, PyodideUnavailable) as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename or out}: {error.strerror}")
    console.print(f"open {(out / 'index.html').resolve().as_uri()}", markup=False, highlight=False, soft_wrap=True)


@app.command(cls=Command)
def lite(
    context: typer.Context,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Write the files to this folder.")] = Path("lite"),
    offline: Annotated[
        bool, typer.Option("--offline", help="Include the browser's Python, for use without a network.")
    ] = False,
) -> None:
    """Build JupyterLite with the course's notebooks.

    Any web server can serve it. Readers need no account: Python runs in their browser. The folder's content is
    replaced.
    """
    from autograder.building.lite import LiteFailed, write_lite
    from autograder.building.pyodide import PyodideUnavailable

    try:
        if out.exists() and any(out.iterdir()) and not (out / "jupyter-lite.json").is_file():
            fail(f"{out}: contains something other than JupyterLite: choose another folder with --out")
        write_lite(load_course(context), out, offline)
    except (CourseError, LiteFailed, PyodideUnavailable) as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename or out}: {error.strerror}")
    console.print(f"{out}: serve it with `python -m http.server --directory {out}`", markup=False, highlight=False)
