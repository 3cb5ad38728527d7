"""The page of what is alike in a class, for assistants to look at. It says nothing about why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from jinja2 import Environment

from autograder.files import write_atomically
from autograder.reports.csv_table import number
from autograder.reports.names import escape_controls, strip_controls
from autograder.templates import environment

from .compare import SameWork

PATH = Path("report") / "same_work.html"


def write(found: Sequence[SameWork], names: Mapping[str, str], out: Path) -> Path:
    """Writes OUT/report/same_work.html, for its owner alone, as it holds students' code. Raises OSError."""
    write_atomically(out / PATH, page(found, names), private=True)
    return out / PATH


def page(found: Sequence[SameWork], names: Mapping[str, str]) -> str:
    """The HTML page: self-contained, light and dark. `names` are students' names by their folders, where known."""
    return _environment().get_template("same_work.html").render(found=found, names=names)


@cache
def _environment() -> Environment:
    made = environment(
        "autograder.similarity", finalize=lambda value: strip_controls(value) if type(value) is str else value
    )
    made.filters |= {"name": escape_controls, "number": number}
    return made
