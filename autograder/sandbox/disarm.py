"""Takes away what an exercise forbids, in the process that runs the student's code."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Collection, Mapping, Sequence, Set
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np

from helpers.checking.forbidden import ForbiddenHelper
from helpers.checking.steps import python_steps

# What the guard refuses beside what an exercise forbids.
GUARDED = ("ctypes", "gc", "sys.settrace", "an extension module loaded by hand")


# What honest code may import and can't be had without ctypes, or without SciPy, which is forbidden wherever ctypes is.
NEED_CTYPES = ("numba", "sympy", "sklearn")


@cache
def modules_of_packages(count: int) -> dict[str, list[str]]:
    """The names of the `count` modules that are imported, by package: found once for all processes forked from here."""
    found: dict[str, list[str]] = {}
    for name in sys.modules:
        found.setdefault(name.partition(".")[0], []).append(name)
    return found


def disarm(forbidden: Set[str], c_functions: Mapping[str, Sequence[int]]) -> None:
    """Takes away what an exercise forbids, so that turning the call watch off gains nothing.

    The files of forbidden packages can't be read in this process; an import of one gives a stand-in whose use names
    it. Where NumPy's functions in C are forbidden, they are replaced; ctypes and the garbage collector's lists, which
    could find them, refuse, and so do loading a library a second time and switching a trace off. Who gets at raw memory
    in spite of that meets an empty place in NumPy's table of functions; there is no end to what could be found by hand
    there. Packages that need ctypes, or SciPy, can't be imported then.
    """
    in_c = c_functions.keys() & forbidden
    taken = {name for name in forbidden if "." not in name or name.startswith("helpers.")}
    if in_c:
        _empty_places([place for name in in_c for place in c_functions[name]])
        for name in in_c:
            _, _, last = name.rpartition(".")
            _forget(sys.modules["numpy._core._multiarray_umath"], {last, f"{last}2"}, _refuse(name))
        taken |= {"ctypes", "_ctypes", "numpy.ctypeslib"}  # the last needs the first, and `from numpy import *` has it
        hide(NEED_CTYPES)
    if taken:
        _take_away(taken)
    if in_c:
        vars(sys.modules["numpy._core._internal"])["ctypes"] = None  # as on a Python without it
        _replace(in_c)
        sys.addaudithook(_guard())


def hide(packages: Collection[str]) -> None:
    """Has these packages not be found from now on."""
    sys.meta_path.insert(0, _Missing(packages))


class _Missing:
    """Import finder that refuses some packages."""

    def __init__(self, packages: Collection[str]) -> None:
        self.packages = packages

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        if name in self.packages:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def _take_away(names: Set[str]) -> None:
    """Puts stand-ins in the places of packages and modules."""
    sys.meta_path.insert(0, _StandIns(names))
    packages = modules_of_packages(len(sys.modules))
    for name in [name for entry in names for name in packages.get(entry, [entry]) if name in sys.modules]:
        del sys.modules[name]
        package, _, last = name.rpartition(".")
        vars(sys.modules.get(package, _StandIn(package))).pop(last, None)


def _replace(names: Set[str]) -> None:
    """Has NumPy's functions in C refuse, wherever NumPy itself refers to them."""
    for name in names:
        _, _, last = name.rpartition(".")
        for module in ("multiarray", "_multiarray_umath", "numeric"):
            core = sys.modules[f"numpy._core.{module}"]
            for in_c in {last, f"{last}2"} & vars(core).keys():
                if getattr(core, in_c) is not getattr(np, last):
                    setattr(core, in_c, _refuse(name))


def _guard() -> Callable[[str, Any], None]:
    """The audit hook that refuses.

    It believes nothing that an object says of itself: it compares exact types and identities, and what it needs is
    bound here, so that rebinding a name changes nothing.
    """
    kind, text, refusal, frame_at, thread = type, str, ForbiddenHelper, sys._getframe, threading.get_ident
    starts, ends, holds = str.startswith, str.endswith, str.__contains__
    main, here = threading.get_ident(), os.environ.get("HOME", "")
    # Extensions come from where packages are installed, not from a file that a notebook wrote.
    installed = tuple(f"{entry.rstrip('/')}/" for entry in sys.path if entry and entry != here)
    counter, counter_names = python_steps.__code__, vars(sys.modules[python_steps.__module__])
    starter, starter_names = threading.Thread._bootstrap_inner.__code__, vars(threading)  # type: ignore[attr-defined]

    def audit(event: str, arguments: Any) -> None:
        if starts(event, "ctypes."):
            raise refusal("ctypes")
        if starts(event, "gc.get_"):
            raise refusal("gc")
        if event == "sys.settrace":
            # Who counts loops may, and what hands its trace on to threads, in a thread of its own.
            frame = frame_at(1)
            counts = frame.f_code is counter and frame.f_globals is counter_names
            hands_on = frame.f_code is starter and frame.f_globals is starter_names and thread() != main
            if not counts and not hands_on:
                raise refusal("sys.settrace")
        if event == "import" and arguments[1] is not None:  # an extension's file
            name, file = arguments[:2]
            ordinary = kind(name) is text and kind(file) is text and starts(file, installed) and not holds(file, "/..")
            # Whatever name it is loaded by, the function that makes NumPy's has this one.
            if not ordinary or ends(name, "_multiarray_umath"):
                raise refusal("an extension module loaded by hand")

    return audit


def _empty_places(places: Sequence[int]) -> None:
    """Empties places in the table by which compiled modules call NumPy. Its own code doesn't look there."""
    import ctypes

    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype, pointer.argtypes = ctypes.c_void_p, (ctypes.py_object, ctypes.c_char_p)
    address = pointer(sys.modules["numpy._core._multiarray_umath"]._ARRAY_API, None)
    table = (ctypes.c_void_p * (max(places) + 1)).from_address(address)
    for place in places:
        table[place] = None


def _forget(module: ModuleType, names: Set[str], instead: Callable[..., Any]) -> None:
    """Replaces functions in the copy of a C module's names that the interpreter keeps to load it a second time.

    Only modules that are set up in one phase have one: NumPy's until 2.2. The copy is `m_copy` in CPython's
    PyModuleDef_Base, behind the object's header, `m_init` and `m_index`.
    """
    import ctypes

    definition = ctypes.pythonapi.PyModule_GetDef
    definition.restype, definition.argtypes = ctypes.c_void_p, (ctypes.py_object,)
    address = definition(module)
    copy = ctypes.c_void_p.from_address(address + object.__basicsize__ + 16).value if address else None
    if copy:
        kept: dict[str, Any] = ctypes.cast(copy, ctypes.py_object).value
        kept.update(dict.fromkeys(names & kept.keys(), instead))


def _refuse(name: str) -> Callable[..., Any]:
    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise ForbiddenHelper(name)

    return refuse


class _Forbidden(type):
    """What a forbidden module holds: it can be named, in a type hint or as a base, but not called."""

    path = ""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _forbidden(f"{cls.path}.{name}")

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        raise ForbiddenHelper(cls.path)


def _forbidden(path: str) -> _Forbidden:
    return _Forbidden(path.rpartition(".")[2], (), {"path": path})


class _StandIn(ModuleType):
    """A forbidden module: importing it is no offence, using it is."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _forbidden(f"{self.__name__}.{name}")


class _StandIns:
    """Import finder and loader for forbidden packages and modules."""

    def __init__(self, names: Set[str]) -> None:
        self.names = names

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        from importlib.machinery import ModuleSpec

        name = str.__str__(name)  # a subclass may lie
        found = name in self.names or name.split(".")[0] in self.names
        return ModuleSpec(name, self, is_package=True) if found else None  # type: ignore[arg-type]

    def create_module(self, spec: Any) -> ModuleType:
        return _StandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to execute."""
