"""Starts the command line: finds the course, and puts its folder first, so that its own `helpers` is in use."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

OPTION, VARIABLE = "--course", "AUTOGRADER_COURSE"


def main() -> None:
    """The console script `autograder`."""
    # The arrays are small and the processes as many as the cores: more threads would only wait for each other.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    named, arguments = take_option(sys.argv[1:])
    folder = course_folder(named, os.environ, Path.cwd())
    if is_course(folder):
        sys.path.insert(0, str(folder))
        os.environ[VARIABLE] = str(folder)  # what is started or loaded later finds the same course
    # Not before: it imports `helpers`, and this must be the course's.
    from autograder.cli.commands import app

    app(arguments, prog_name="autograder", obj=folder)


def take_option(arguments: Sequence[str]) -> tuple[str | None, list[str]]:
    """The value of --course, which may stand before or after the command, and the other arguments."""
    for number, argument in enumerate(arguments):
        if argument == OPTION and number + 1 < len(arguments):
            return arguments[number + 1], [*arguments[:number], *arguments[number + 2 :]]
        if argument.startswith(f"{OPTION}="):
            return argument.removeprefix(f"{OPTION}="), [*arguments[:number], *arguments[number + 1 :]]
    return None, list(arguments)


def course_folder(named: str | None, environment: Mapping[str, str], here: Path) -> Path:
    """The folder that is `named`, else that of AUTOGRADER_COURSE, else the course around `here`, else this checkout.

    It need not be a course: a person may have named another folder. Where there is no course at all it is `here`.
    """
    if name := named or environment.get(VARIABLE):
        return Path(name).resolve()
    return next(filter(is_course, (here, *here.parents, Path(__file__).parents[1])), here)


def is_course(folder: Path) -> bool:
    """Whether the folder has what every course has."""
    return (folder / "exercises" / "__init__.py").is_file() and (folder / "pyproject.toml").is_file()
