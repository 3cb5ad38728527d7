"""What honest work may need that this grader lacks: a package, a newer Python, a name that NumPy has had or will have.

Such work can't be judged here, and a person is told what to install. What a student's process claims is only believed
where it can be true; and nobody gains points by a claim.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import re
import sys
from collections.abc import Collection, Iterator
from functools import cache

from autograder.sandbox.colab import packages as colab_packages
from autograder.sandbox.disarm import NEED_CTYPES
from helpers.checking.spec import Fault, Spec
from helpers.checking.verdict import Verdict

COLAB_PYTHON, COLAB_NUMPY = (3, 13), (2, 1)
UNNAMED = "may need what this grader lacks, or another version of Python or NumPy: run it on Colab"
_VALUE_NOT_HERE = "needs a file, a download or an answer that is not there while it is graded: run it on Colab"
# What NumPy 2.1 does and 2.4 refuses, by the error's words. Those of the first three are said of real mistakes, too.
_NUMPY_REFUSES = (
    "only 0-dimensional arrays can be converted to Python scalars",
    "setting an array element with a sequence.",
    "The truth value of an empty array is ambiguous",
    "unexpected keyword argument 'newshape'",
    "Calling np.sum(generator)",
    "module 'numpy' has no attribute 'in1d'",
    "module 'numpy' has no attribute 'trapz'",
    "module 'numpy' has no attribute 'row_stack'",
)
# Names that NumPy 2.1 lacks and newer ones have.
_NUMPY_SINCE = {"matvec": (2, 2), "vecmat": (2, 2)}
# Names of the standard library that Python 3.11 or 3.12 lacks.
_STDLIB_SINCE = {
    ("calendar", "Day"): (3, 12),
    ("calendar", "JANUARY"): (3, 12),
    ("calendar", "Month"): (3, 12),
    ("itertools", "batched"): (3, 12),
    ("math", "sumprod"): (3, 12),
    ("random", "binomialvariate"): (3, 12),
    ("typing", "override"): (3, 12),
    ("typing", "TypeAliasType"): (3, 12),
    ("collections.abc", "Buffer"): (3, 12),
    ("types", "get_original_bases"): (3, 12),
    ("copy", "replace"): (3, 13),
    ("math", "fma"): (3, 13),
    ("os", "process_cpu_count"): (3, 13),
    ("re", "PatternError"): (3, 13),
    ("statistics", "kde"): (3, 13),
    ("typing", "ReadOnly"): (3, 13),
    ("typing", "TypeIs"): (3, 13),
    ("typing", "NoDefault"): (3, 13),
    ("warnings", "deprecated"): (3, 13),
}
_NO_ATTRIBUTE = re.compile(r"module '([\w.]+)' has no attribute '(\w+)'")
_NO_NAME = re.compile(r"name '(\w+)' is not defined")
_NO_IMPORT = re.compile(r"cannot import name '(\w+)' from '([\w.]+)'")


def lacking(hidden: Verdict, public: Verdict | None, unjudged: Collection[str], fetches: bool = False) -> str:
    """What this grader lacks for an exercise that isn't right, and what to do; empty where it is the code's fault.

    `unjudged` are the exercises that couldn't be judged: what rests on one of them can't be either. A notebook that
    `fetches` packages or files may import what isn't known here. What a function
    lacks is only named where it lacks it for the public cases, too: by a choice among many names, code could tell what
    it has found out about the hidden ones.
    """
    found = _lacking(hidden, unjudged, fetches)
    if not found or hidden.spec.kind != "function":
        return found
    return (_lacking(public, unjudged, fetches) if public else "") or UNNAMED


def _lacking(verdict: Verdict, unjudged: Collection[str], fetches: bool) -> str:
    faults = dict.fromkeys(item.outcome.fault for item in verdict.judged if item.outcome.fault)
    return next((said for fault in faults for said in _reasons(fault, verdict.spec, unjudged, fetches)), "")


def _reasons(fault: Fault, spec: Spec, unjudged: Collection[str], fetches: bool) -> Iterator[str]:
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if fault.kind == "version" and sys.version_info < COLAB_PYTHON:
        yield f"written for a newer Python than this grader's {here}: grade with Python {_dotted(COLAB_PYTHON)}"
    elif fault.type_name == "ModuleNotFoundError":
        package = re.sub(r"^No module named '([\w]+).*", r"\1", fault.message)
        if package in NEED_CTYPES and spec.forbidden and _installed(package):
            yield f"uses {package}, which can't be imported where other functions are forbidden: grade it by hand"
        elif package in colab_packages() and package not in spec.forbidden and not _installed(package):
            yield f"needs {package}, which this grader lacks: pip install {colab_packages()[package]}"
        elif fetches and package not in spec.forbidden and not _installed(package):
            yield f"needs {package[:40]}, which the notebook fetches from elsewhere and this grader lacks"
    elif fault.type_name == "NameError" and (needed := _NO_NAME.search(fault.message)) and needed[1] in unjudged:
        yield f"uses {needed[1]}, which could not be judged here"
    elif fault.type_name == "ValueNotHere":
        yield _VALUE_NOT_HERE
    elif fault.message.startswith("cannot cache function"):
        yield "has numba keep what it compiles, and no file is kept here: run it without cache=True"
    elif fault.kind == "raised":
        yield from _by_version(fault.message, here)


def _by_version(message: str, here: str) -> Iterator[str]:
    """What a newer Python or an older NumPy would do, by an error's words."""
    if found := _NO_ATTRIBUTE.search(message):
        module, name = found.groups()
    else:
        found = _NO_IMPORT.search(message)
        name, module = found.groups() if found else ("", "")
    since = _STDLIB_SINCE.get((module, name))
    if since and sys.version_info < since:
        yield f"needs {module}.{name}, which Python {here} lacks: grade with Python {_dotted(since)} or newer"
    wanted = _NUMPY_SINCE.get(name) if module == "numpy" else None
    if wanted and numpy_version() < wanted:
        yield f"needs np.{name}, which this grader's NumPy lacks: pip install 'numpy>={_dotted(wanted)}'"
    if numpy_version() > COLAB_NUMPY and any(text in message for text in _NUMPY_REFUSES):
        colab = _dotted(COLAB_NUMPY)
        yield f"may be right with Colab's NumPy {colab}; this grader has a newer one: pip install 'numpy=={colab}.*'"


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


@cache
def numpy_version() -> tuple[int, ...]:
    """NumPy's version here, major and minor."""
    return tuple(int(part) for part in importlib.metadata.version("numpy").split(".")[:2])


@cache
def _installed(package: str) -> bool:
    return importlib.util.find_spec(package) is not None
