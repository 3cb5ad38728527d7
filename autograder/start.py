"""Starts the command line: finds the course, and puts its folder first, so that its own `helpers` is in use."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

OPTION, VARIABLE = "--course", "AUTOGRADER_COURSE"


def main() -> None:
    """The console script `autograder`."""
    folder = course_folder(sys.argv[1:], os.environ, Path.cwd())
    sys.path.insert(0, str(folder))
    os.environ[VARIABLE] = str(folder)  # what is started or loaded later finds the same course
    # Not before: it imports `helpers`, and this must be the course's.
    from autograder.cli.app import app

    app(prog_name="autograder", obj=folder)


def course_folder(arguments: Sequence[str], environment: Mapping[str, str], here: Path) -> Path:
    """The folder of the course: that of --course, else of AUTOGRADER_COURSE, else around `here`, else this one's."""
    for number, argument in enumerate(arguments):
        if argument == OPTION and number + 1 < len(arguments):
            return Path(arguments[number + 1]).resolve()
        if argument.startswith(f"{OPTION}="):
            return Path(argument.partition("=")[2]).resolve()
    if environment.get(VARIABLE):
        return Path(environment[VARIABLE]).resolve()
    for folder in (here, *here.parents):
        if (folder / "exercises" / "__init__.py").is_file() and (folder / "pyproject.toml").is_file():
            return folder
    return Path(__file__).parents[1]
