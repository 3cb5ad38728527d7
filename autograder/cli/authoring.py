"""The command that shows an author how an exercise does."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from autograder.authoring.trial import Trial, try_out
from autograder.course import CourseError
from helpers.checking.spec import UNCHANGED

from .app import Command, app, console, errors, fail, load_course, meant

FAILS, PASSES = "✗", "·"


@app.command("try", cls=Command)
def try_exercise(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="EXERCISE", help="The exercise's name, for example median.")],
    seeds: Annotated[
        int, typer.Option("--seeds", min=0, metavar="N", help="Try N draws of hidden cases besides the public ones.")
    ] = 3,
    messages: Annotated[
        bool, typer.Option("--messages", help="Show what students read when they make each mistake.")
    ] = False,
) -> None:
    """Try an exercise on its mistakes and variants.

    Show which mistakes fail which aspects, which are not named, and whether every right variant passes. The exit
    status is 1 when something is wrong.
    """
    course = load_course(context)
    known = {exercise.name: exercise for exercise in course.exercises()}
    if name not in known:
        fail(f"no exercise is called {name}: {meant(name, known)}")
    exercise = known[name]
    if exercise.kind == "written":
        fail(f"{name} is graded by hand: there is nothing to try")
    if lacking := course.notebooks[exercise.notebook].lacking():
        fail(f"{name} needs {lacking[0]}, which is not installed here: pip install {lacking[0]}")
    try:
        with errors.status(name) as status:
            trial = try_out(exercise, seeds, on_draw=lambda draw: status.update(f"{name}: {draw} ..."))
    except CourseError as error:
        fail(str(error))
    _show(trial)
    if messages:
        _show_messages(trial)
    if trial.all_problems:
        console.print("\nwrong:")
        for said in trial.all_problems:
            console.print(f"  {said}", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(1)
    variants = "; every right variant passes" if exercise.kind == "function" else ""
    console.print(f"\nevery mistake loses points and is named{variants}")


def _show(trial: Trial) -> None:
    exercise, count = trial.exercise, len(trial.draws)
    variants = f"{len(exercise.variants)} right variants" if exercise.kind == "function" else exercise.kind
    points = f"{exercise.points:g} point{'' if exercise.points == 1 else 's'}"
    parts = (exercise.name, exercise.notebook, points, variants, ", ".join(trial.draws))
    console.print(" · ".join(parts), markup=False, highlight=False, soft_wrap=True)
    for number, aspect in enumerate(trial.aspects, 1):
        added = " (added by itself; fails as long as the first aspect does)" if aspect == UNCHANGED else ""
        console.print(f"  {number:>2} {aspect}{added}", markup=False, highlight=False)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("mistake", no_wrap=True)
    for number in range(1, len(trial.aspects) + 1):
        table.add_column(str(number), justify="center", no_wrap=True)
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("named")
    for item in trial.mistakes:
        cells = [_cell(item.failed[aspect], count) for aspect in trial.aspects]
        table.add_row(item.name, *cells, f"{item.points:g}", "no" if item.problems else "yes")
    console.print()
    console.print(table)
    some = f", 1/{count}: in 1 of the {count} draws" if count > 1 else ""
    console.print(f"{FAILS} fails in every draw, {PASSES} in none{some}", markup=False, highlight=False)


def _cell(failed: int, count: int) -> str:
    """Whether an aspect fails in every draw, in none, or in some."""
    if failed in (0, count):
        return FAILS if failed else PASSES
    return f"{failed}/{count}"


def _show_messages(trial: Trial) -> None:
    for item in trial.mistakes:
        console.print(f"\n[bold]{item.name}[/bold]", highlight=False)
        console.print(item.message, markup=False, highlight=False, soft_wrap=True)
