"""The course object: all that the engine knows about the course that it builds and grades."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from helpers.checking.spec import Spec, from_json

from .errors import CourseError
from .exercise import Exercise

SETTINGS = "pyproject.toml"
CASES = Path("helpers") / "checking" / "cases"
_MARK = re.compile(r'^# %%.*\b(?:exercise|written)="(\w+)"', re.MULTILINE)


@dataclass
class Notebook:
    """One notebook and its exercises, in order; `requires` are packages that only they need, imported on use."""

    name: str
    requires: tuple[str, ...] = ()
    exercises: list[Exercise] = field(default_factory=list)

    def __post_init__(self) -> None:
        for exercise in self.exercises:
            exercise.notebook, exercise.requires = self.name, self.requires

    def lacking(self) -> list[str]:
        """The required packages that are not installed here."""
        return [name for name in self.requires if importlib.util.find_spec(name) is None]


@dataclass(frozen=True, eq=False)
class Course:
    """A course: the folder that holds it, its notebooks by name, in order, and what its grading needs.

    `title`, `summary` and `licence` (sentences) stand on what is made for readers. `repository` is the address that
    Colab links are made from. `preload` are modules that are imported before students'
    code runs, `preload_for` further ones for each package that a notebook requires. `c_functions` gives for a
    forbidden NumPy function the places of its C functions in NumPy's table (`numpy/__multiarray_api.h`).
    """

    root: Path
    notebooks: Mapping[str, Notebook]
    title: str = ""
    summary: str = ""
    licence: str = ""
    repository: str = ""
    preload: tuple[str, ...] = ()
    preload_for: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    c_functions: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def exercises(self) -> Iterator[Exercise]:
        """All exercises, in order."""
        for notebook in self.notebooks.values():
            yield from notebook.exercises

    def exercise(self, name: str) -> Exercise:
        """The exercise of that name; KeyError when there is none."""
        for exercise in self.exercises():
            if exercise.name == name:
                return exercise
        raise KeyError(name)

    def source(self, notebook: str) -> Path:
        """The path of the text from which a notebook is made."""
        return self.root / "solutions" / f"{notebook}.py"

    def solution(self, notebook: str) -> Path:
        """The path of the solved notebook."""
        return self.root / "solutions" / f"{notebook}.ipynb"

    def release(self, notebook: str) -> Path:
        """The path of a notebook's student release."""
        return self.root / "notebooks" / notebook / f"{notebook}.ipynb"

    def public(self, exercise: str) -> Spec:
        """The public specification of an exercise, as it ships; raises OSError if it was never built."""
        path = self.root / CASES / self.exercise(exercise).notebook / f"{exercise}.json"
        return from_json(path.read_text("utf-8"))


def load(root: Path) -> Course:
    """The course in the folder `root`: its exercises from the package `exercises`, its settings from pyproject.toml.

    Each folder of `exercises` has a `notebook` in its `__init__`, and a module for each exercise, named after it.
    Modules with a leading underscore are shared by others. Raises CourseError.
    """
    root = root.resolve()
    settings = _settings(root)
    notebooks = sorted(_notebooks(root), key=lambda notebook: notebook.name)
    return Course(
        root,
        {notebook.name: notebook for notebook in notebooks},
        title=str(settings.get("title", root.name)),
        summary=str(settings.get("summary", "")),
        licence=str(settings.get("licence", "")),
        repository=str(settings.get("repository", "")).rstrip("/"),
        preload=tuple(settings.get("preload", ())),
        preload_for={name: tuple(modules) for name, modules in settings.get("preload-for", {}).items()},
        c_functions={name: tuple(places) for name, places in settings.get("c-functions", {}).items()},
    )


def _settings(root: Path) -> dict[str, Any]:
    """The settings under [tool.autograder]."""
    try:
        settings = tomllib.loads((root / SETTINGS).read_text("utf-8"))
        found: dict[str, Any] = settings["tool"]["autograder"]
    except (OSError, KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        said = f"not the folder of a course: no [tool.autograder] ({type(error).__name__}: {error})"
        raise CourseError(root / SETTINGS, 0, said) from None
    return found


def _notebooks(root: Path) -> Iterator[Notebook]:
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    package = importlib.import_module("exercises")
    if root / "exercises" not in (Path(place).resolve() for place in package.__path__):
        raise CourseError(root / "exercises", 0, "the exercises of another course are loaded: name one with --course")
    for place in pkgutil.iter_modules(package.__path__):
        if place.ispkg:
            yield _notebook(f"exercises.{place.name}", root)


def _notebook(package: str, root: Path) -> Notebook:
    """The notebook of a package of exercises, with the exercises in the order of its source."""
    module = importlib.import_module(package)
    notebook: Notebook = module.notebook
    found = {}
    for place in pkgutil.iter_modules(module.__path__):
        exercise = vars(importlib.import_module(f"{package}.{place.name}")).get(place.name)
        if place.name.startswith("_"):
            continue
        if not isinstance(exercise, Exercise):
            path = Path(module.__path__[0]) / f"{place.name}.py"
            raise CourseError(path, 0, f"this file has no exercise {place.name}: give it that name, or a leading _")
        found[place.name] = exercise
    try:
        order = _MARK.findall((root / "solutions" / f"{notebook.name}.py").read_text("utf-8"))
    except OSError:
        order = []
    rank = {name: number for number, name in enumerate(order)}
    ordered = sorted(found.values(), key=lambda exercise: (rank.get(exercise.name, len(rank)), exercise.name))
    return replace(notebook, exercises=ordered)
