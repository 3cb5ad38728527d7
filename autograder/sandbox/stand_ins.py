"""What a notebook has and a grader lacks: a person at the keyboard, Colab, progress bars, processes to start.

As in a notebook where nothing can be asked or shown: what has no effect on numbers does nothing, what needs somebody
raises `NotHere`.
"""

from __future__ import annotations

import importlib
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from . import event_loop, workers, written_files
from .magics import to_python

COLAB, TQDM = "google.colab", "tqdm"


class NotHere(RuntimeError):
    """Something that a notebook may use and that is not there while it is graded."""


class ValueNotHere(NotHere):
    """The use of a value that a notebook would have got from there, or from a file or a network."""


def nothing(*args: Any, **kwargs: Any) -> None:
    """Stands for what has no effect on numbers."""


def display(*objects: Any, display_id: Any = None, **options: Any) -> _Silent | None:
    """Stands for IPython's display: gives a handle that shows nothing, where it is asked for one."""
    return _Silent() if display_id else None


def install(absent: Iterable[str] = ()) -> None:
    """Puts the stand-ins in their places, and in those of `absent` modules, for all processes forked from this one."""
    sys.meta_path.insert(0, _Finder(tuple(absent)))
    workers.install()
    event_loop.install()
    importlib.invalidate_caches = written_files.find_new_modules


def refuse(what: str) -> Callable[..., Any]:
    """A function that says that somebody is missing."""

    def refused(*args: Any, **kwargs: Any) -> Any:
        raise NotHere(f"{what}: nobody is there to answer while your work is graded")

    return refused


class _ColabTool:
    """Stands for `drive`, `files` and others of Colab's modules, so that mounted drives and downloads do nothing."""

    __call__ = nothing

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return refuse("files.upload()") if name.startswith("upload") else nothing


class Shell:
    """Stands for IPython's shell, so that magics and shell lines do nothing.

    Only files that the notebook writes itself (`%%writefile`) are written, since it may import them. What a line of
    the shell or a magic gives (`files = !ls`) raises `NotHere` when it is used.
    """

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return nothing

    def run_cell_magic(self, name: str, line: str, body: str) -> None:
        """Runs a cell magic of which something may depend."""
        if name in ("writefile", "file") and line.split():
            written_files.write(line, body)

    def run_line_magic(self, name: str, line: str = "", *unused: Any) -> Broken:
        """Sets a variable of the environment; runs no other magic."""
        if name in ("env", "set_env") and (found := re.fullmatch(r"(\w+)(?:\s*=\s*|\s+)(.*)", line.strip())):
            os.environ[found[1]] = found[2]
        return Broken(NotHere(f"%{name} {line}".strip() + ": is not run while your work is graded"))

    def getoutput(self, line: str, *unused: Any) -> Broken:
        """What `!line` prints."""
        return Broken(NotHere(f"!{line}: is not run while your work is graded"))

    @property
    def user_ns(self) -> dict[str, Any]:
        """The notebook's variables."""
        return vars(sys.modules["__main__"])

    def push(self, variables: dict[str, Any], *unused: Any) -> None:
        """Sets some of the notebook's variables."""
        self.user_ns.update(variables)

    def run_cell(self, source: str, **unused: Any) -> None:
        """Runs a text as a cell."""
        exec(to_python(source), self.user_ns)

    ex = run_cell


class Broken:
    """Stands for a value that could not be had; raises why, when it is used."""

    def __init__(self, error: BaseException) -> None:
        lost = isinstance(error, (NotHere, OSError)) and not isinstance(error, PermissionError)
        self.__dict__["error"] = ValueNotHere(str(error)) if lost else error

    def _raise(self, *args: Any, **kwargs: Any) -> Any:
        raise self.__dict__["error"].with_traceback(None)

    def __getattr__(self, name: str) -> Any:
        if name == "__wrapped__" or name.startswith(("_repr_", "_ipython_")):
            raise AttributeError(name)
        return self._raise()


_LOOKED_UP_ON_THE_CLASS = """
    call getitem setitem iter next len contains bool float int index complex array enter exit round
    add radd sub rsub mul rmul truediv rtruediv floordiv rfloordiv mod rmod pow rpow matmul rmatmul
    neg pos abs invert and rand or ror xor rxor lt le gt ge eq ne
"""
for _name in _LOOKED_UP_ON_THE_CLASS.split():
    setattr(Broken, f"__{_name}__", Broken._raise)
Broken.__hash__ = object.__hash__  # type: ignore[method-assign]


class _Progress:
    """A progress bar that hands through what it is given; whatever else it is asked has no effect."""

    def __init__(self, iterable: Iterable[Any] | None = None, *unused: Any, **options: Any) -> None:
        total = options.get("total")
        self.iterable = iterable if iterable is not None else (range(total) if total is not None else ())
        self.total = total if total is not None or iterable is None else getattr(iterable, "__len__", nothing)()
        self.n: float = 0
        self.format_dict: dict[str, Any] = {"elapsed": 0.0}

    def __iter__(self) -> Iterator[Any]:
        for item in self.iterable:
            yield item
            self.n += 1

    def __len__(self) -> int:
        return len(self.iterable)  # type: ignore[arg-type]

    def __contains__(self, item: Any) -> bool:
        return item in self.iterable

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, *unused: object) -> None:
        """Nothing to close."""

    def update(self, n: float | None = 1) -> None:
        """Counts on."""
        self.n += n or 0

    def __getattr__(self, name: str) -> Callable[..., None]:
        if name.startswith("__"):
            raise AttributeError(name)
        return nothing

    write = pandas = set_lock = staticmethod(nothing)


def _trange(*args: int, **options: Any) -> _Progress:
    return _Progress(range(*args), **options)


class _Finder:
    """Import finder and loader for Colab's modules, tqdm's, and those of the course that are absent."""

    def __init__(self, absent: Sequence[str]) -> None:
        self._absent = absent

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """The module's spec where it is one of those."""
        ours = _is_in(name, (COLAB, TQDM, *self._absent))
        if name == "google" and importlib.machinery.PathFinder.find_spec(name, path) is None:
            ours = True
        return ModuleSpec(name, self, is_package=True) if ours else None  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """A module that has every name."""
        if _is_in(spec.name, self._absent):
            return _AbsentModule(spec.name)
        return _TqdmModule(spec.name) if spec.name.partition(".")[0] == TQDM else _ColabModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to execute."""


def _is_in(name: str, packages: Iterable[str]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


class _AbsentModule(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Silent()


class _Silent:
    """Stands for what only shows something, and for a module of such: it can be called, and has every name."""

    __call__ = nothing

    def __getattr__(self, name: str) -> _Silent:
        if name.startswith("__"):
            raise AttributeError(name)
        return self


class _ColabModule(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _ColabTool() if name != "upload" else refuse("files.upload()")


class _TqdmModule(ModuleType):
    tqdm = tqdm_notebook = tqdm_gui = _Progress
    trange = tnrange = staticmethod(_trange)
    tenumerate = staticmethod(lambda iterable, start=0, **options: enumerate(iterable, start))
    tzip = staticmethod(lambda *iterables, **options: zip(*iterables, strict=False))
    tmap = staticmethod(lambda function, *iterables, **options: map(function, *iterables))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return importlib.import_module(f"{self.__name__}.{name}") if name in ("auto", "notebook", "std") else nothing
