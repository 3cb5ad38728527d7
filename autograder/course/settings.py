"""The settings of a course: what stands under [tool.autograder] in its pyproject.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .errors import CourseError

SETTINGS = "pyproject.toml"
_TAKES = (
    "title", "summary", "licence", "repository", "graded-with", "preload", "preload-for", "absent", "c-functions",
    "settable", "environment",
)  # fmt: skip


def read_settings(root: Path) -> dict[str, Any]:
    """The settings as fields of a Course. CourseError when `root` has none, or one that can't be used."""
    path = root / SETTINGS
    try:
        given = tomllib.loads(path.read_text("utf-8"))["tool"]["autograder"]
    except (OSError, KeyError, TypeError):
        said = "no [tool.autograder] there, so this is not a course: go to a course's folder, or name it with --course"
        raise CourseError(path, 0, said) from None
    except ValueError as error:  # not TOML, not UTF-8
        raise CourseError(path, 0, str(error)) from None
    for key in given:
        if key not in _TAKES:
            raise CourseError(path, 0, f"unknown setting {key} in [tool.autograder]: it takes {', '.join(_TAKES)}")

    def checked(key: str, default: Any, fits: Callable[[Any], bool], wanted: str) -> Any:
        value = given.get(key, default)
        if not fits(value):
            raise CourseError(path, 0, f"{key} in [tool.autograder] must be {wanted}, not {value!r}")
        return value

    def text(key: str, default: str = "") -> str:
        found: str = checked(key, default, lambda value: isinstance(value, str), "a text")
        return found

    preload_for = checked("preload-for", {}, lambda value: _table(value, str), "a table of lists of names of modules")
    c_functions = checked("c-functions", {}, lambda value: _table(value, int), "a table of lists of whole numbers")
    return {
        "title": text("title", root.name),
        "summary": text("summary"),
        "licence": text("licence"),
        "repository": text("repository").rstrip("/"),
        "graded_with": text("graded-with"),
        "preload": tuple(checked("preload", [], lambda value: _list(value, str), "a list of names of modules")),
        "absent": tuple(checked("absent", [], lambda value: _list(value, str), "a list of modules of helpers")),
        "preload_for": {name: tuple(modules) for name, modules in preload_for.items()},
        "settable": tuple(checked("settable", [], lambda value: _list(value, str), "a list of names of attributes")),
        "environment": checked("environment", {}, _texts, "a table of texts"),
        "c_functions": {name: tuple(places) for name, places in c_functions.items()},
    }


def _texts(value: Any) -> bool:
    return isinstance(value, dict) and all(type(item) is str for item in value.values())


def _list(value: Any, kind: type) -> bool:
    return isinstance(value, list) and all(type(item) is kind for item in value)


def _table(value: Any, kind: type) -> bool:
    return isinstance(value, dict) and all(_list(item, kind) for item in value.values())
