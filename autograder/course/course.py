"""The course object: all that the engine knows about the course that it builds and grades."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import re
import sys
import traceback
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType

from helpers.checking.spec import Spec, from_json

from .errors import CourseError
from .exercise import Exercise
from .settings import read_settings

CASES = Path("helpers") / "checking" / "cases"
_MARK = re.compile(r'^# %%.*\b(?:exercise|written)="(\w+)"', re.MULTILINE)


@dataclass
class Notebook:
    """One notebook and its exercises, in order; `requires` are packages that only they need, imported on use.

    `graded_with` says to students which Python and which packages the grader has.
    """

    name: str
    requires: tuple[str, ...] = ()
    exercises: list[Exercise] = field(default_factory=list)
    graded_with: str = ""

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
    code runs, `preload_for` further ones for each package that a notebook requires. `absent` are those of `helpers`
    that work needs nothing of and that could do it: stand-ins without effect take their places. `c_functions` gives for
    a forbidden NumPy function the places of its C functions in NumPy's table (`numpy/__multiarray_api.h`). `settable`
    are attributes that honest work sets on objects it was given, such as a layer's weights. `environment` are
    variables of the environment that students' code has.
    """

    root: Path
    notebooks: Mapping[str, Notebook]
    title: str = ""
    summary: str = ""
    licence: str = ""
    repository: str = ""
    preload: tuple[str, ...] = ()
    preload_for: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    c_functions: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    settable: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

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

    def adapters(self, packages: Collection[str]) -> list[str]:
        """The modules of `helpers.adapters` that exercises are called by which require none but these packages."""
        named = (item.adapter for item in self.exercises() if item.adapter and set(item.requires) <= set(packages))
        return list(dict.fromkeys(f"helpers.adapters.{name.rpartition('.')[0]}" for name in named))

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

    Each package in `exercises` stands for a notebook: its `__init__` has a `notebook`, and each of its modules the
    exercise that it is named after. Modules with a leading underscore hold what exercises share, or further mistakes
    and variants of one. A process can load only one course. Raises CourseError.
    """
    root = root.resolve()
    settings = read_settings(root)
    graded_with = settings.pop("graded_with")
    found = sorted(_notebooks(root), key=lambda notebook: notebook.name)
    notebooks = [replace(notebook, graded_with=graded_with) for notebook in found]
    _check_names(root, notebooks)
    return Course(root, {notebook.name: notebook for notebook in notebooks}, **settings)


def _notebooks(root: Path) -> Iterator[Notebook]:
    folder = root / "exercises"
    if not (folder / "__init__.py").is_file():
        raise CourseError(
            folder / "__init__.py", 0, "a course needs this file, and a package for each notebook beside it"
        )
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    package = _imported("exercises", folder / "__init__.py", root)
    if folder not in (Path(place).resolve() for place in package.__path__):
        raise CourseError(folder, 0, "another course's exercises are loaded already: load this one in a new process")
    for place in pkgutil.iter_modules(package.__path__):
        if place.ispkg:
            yield _notebook(f"exercises.{place.name}", folder / place.name, root)


def _notebook(package: str, folder: Path, root: Path) -> Notebook:
    """The notebook of a package of exercises, in the order in which its source has them."""
    module = _imported(package, folder / "__init__.py", root)
    notebook = vars(module).get("notebook")
    if not isinstance(notebook, Notebook):
        said = 'this package has no notebook: add `notebook = Notebook("<name of its source in solutions/>")`'
        raise CourseError((folder / "__init__.py").relative_to(root), 0, said)
    exercises = []
    for place in pkgutil.iter_modules(module.__path__):
        path = folder / f"{place.name}.py"
        values = vars(_imported(f"{package}.{place.name}", path, root))
        if not place.name.startswith("_"):
            exercises.append(_exercise(values, path, root))
    source = root / "solutions" / f"{notebook.name}.py"
    order = _MARK.findall(source.read_text("utf-8")) if source.is_file() else []
    rank = {name: number for number, name in enumerate(order)}
    exercises.sort(key=lambda exercise: (rank.get(exercise.name, len(rank)), exercise.name))
    return replace(notebook, exercises=exercises)


def _exercise(values: Mapping[str, object], path: Path, root: Path) -> Exercise:
    """The exercise among the values of a module that is named after it."""
    here = path.relative_to(root)
    found = values.get(path.stem)
    if not isinstance(found, Exercise):
        raise CourseError(here, 0, f"this file has no exercise {path.stem}: give it that name, or the file a leading _")
    if found.name != path.stem:
        raise CourseError(here, 0, f"the exercise here is called {found.name}: call the file {found.name}.py")
    if path.stem.endswith("_check"):
        raise CourseError(here, 0, "a name that ends in _check is that of a check's cell: give the exercise another")
    for other in values.values():
        if isinstance(other, Exercise) and other is not found and other.file == found.file:
            raise CourseError(here, 0, f"{other.name} is a second exercise: move it to {other.name}.py")
    found.file = here
    return found


def _imported(module: str, path: Path, root: Path) -> ModuleType:
    """The module in `path`. CourseError when importing it fails, with the last place in `exercises` on the way."""
    try:
        return importlib.import_module(module)
    except CourseError:
        raise
    except Exception as error:  # an author's file may raise anything
        frames = traceback.extract_tb(error.__traceback__)
        places = [(Path(frame.filename), frame.lineno or 0) for frame in frames]
        if isinstance(error, SyntaxError) and error.filename:
            places.append((Path(error.filename), error.lineno or 0))
        within = [(place, line) for place, line in places if place.is_relative_to(root / "exercises")]
        place, line = within[-1] if within else (path, 0)
        said = error.msg if isinstance(error, SyntaxError) else " ".join(str(error).split())
        raise CourseError(place.relative_to(root), line, f"{type(error).__name__}: {said}") from error


def _check_names(root: Path, notebooks: Sequence[Notebook]) -> None:
    """CourseError for a name that two notebooks or two exercises share: files and grades are named after them."""
    for kind, names in (
        ("notebooks", [notebook.name for notebook in notebooks]),
        ("exercises", [exercise.name for notebook in notebooks for exercise in notebook.exercises]),
    ):
        for name, count in Counter(names).items():
            if count > 1:
                raise CourseError(root / "exercises", 0, f"{count} {kind} are called {name}: give each its own name")
