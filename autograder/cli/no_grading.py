"""What stands for the commands that grade where Python lacks the modules of Unix: they say what to do."""

from __future__ import annotations

import typer

from .app import Command, app, fail
from .doctor import SEE_DOCTOR

_ANYTHING = {"allow_extra_args": True, "ignore_unknown_options": True}


@app.command(cls=Command, context_settings=_ANYTHING)
def grade(context: typer.Context) -> None:
    """Grade a folder of submissions (not possible on this system)."""
    _refuse()


@app.command(cls=Command, context_settings=_ANYTHING)
def demo(context: typer.Context) -> None:
    """Create a sample class and grade it (not possible on this system)."""
    _refuse()


@app.command(cls=Command, context_settings=_ANYTHING)
def report(context: typer.Context) -> None:
    """Write all pages again (not possible on this system)."""
    _refuse()


@app.command(cls=Command, context_settings=_ANYTHING)
def collect(context: typer.Context) -> None:
    """Collect submissions (not possible on this system)."""
    _refuse()


@app.command(cls=Command, context_settings=_ANYTHING)
def export(context: typer.Context) -> None:
    """Write marks and feedback for an LMS (not possible on this system)."""
    _refuse()


@app.command(cls=Command, context_settings=_ANYTHING)
def gradescope(context: typer.Context) -> None:
    """Create the autograder zip for Gradescope (not possible on this system)."""
    _refuse()


def _refuse() -> None:
    fail(f"grading needs Linux: {SEE_DOCTOR}")
