"""What honest work may need that the grader lacks: told with what to do, and never a 0."""

from __future__ import annotations

import importlib
import sys
from dataclasses import replace

import numpy as np
import pytest

from autograder.grading import environment
from autograder.grading.environment import UNNAMED, lacking
from autograder.sandbox.newer_python import is_newer_python
from grading.small_exam import HIDDEN, PUBLIC, outcomes
from helpers.checking.spec import Fault
from helpers.checking.verdict import judge

OLD = sys.version_info < (3, 12)


def reason(fault: Fault, *unjudged: str) -> str:
    return lacking(
        judge(HIDDEN, outcomes(HIDDEN, 6, fault, fault, fault)), judge(PUBLIC, outcomes(PUBLIC, fault, fault)), unjudged
    )


def missing(package: str) -> Fault:
    return Fault("raised", "ModuleNotFoundError", f"No module named '{package}'")


@pytest.mark.parametrize(
    ("package", "told"),
    [
        ("jax", "needs jax, which this grader lacks: pip install jax"),
        ("cv2.aruco", "needs cv2, which this grader lacks: pip install opencv-python-headless"),
        ("nunpy", ""),  # misspelled, on Colab too
        ("numpy", ""),  # installed
        ("scipy.signal", ""),  # forbidden in this exercise
    ],
)
def test_a_package_that_colab_has(package: str, told: str) -> None:
    assert reason(missing(package)) == told


def test_a_package_that_the_notebook_fetches() -> None:
    fault = missing("nunpy")
    hidden = judge(HIDDEN, outcomes(HIDDEN, 6, fault, fault, fault))
    public = judge(PUBLIC, outcomes(PUBLIC, fault, fault))
    assert lacking(hidden, public, ()) == ""
    told = "needs nunpy, which the notebook fetches from elsewhere and this grader lacks"
    assert lacking(hidden, public, (), fetches=True) == told


@pytest.mark.parametrize(
    ("kind", "message", "told"),
    [
        ("ValueNotHere", "input(): nobody is there", "needs a file, a download or an answer"),
        ("NotHere", "input(): nobody is there", ""),  # the function itself asks
        ("FileNotFoundError", "[Errno 2] No such file or directory: 'w.npy'", ""),  # the function itself reads
        ("URLError", "<urlopen error [Errno 1] Operation not permitted>", ""),
        ("RuntimeError", "cannot cache function 'f': no locator available for file '<cell f>'", "has numba keep"),
        ("ValueError", "no such file", ""),
    ],
)
def test_what_is_not_there_while_it_is_graded(kind: str, message: str, told: str) -> None:
    said = reason(Fault("raised", kind, message))
    assert said.startswith(told) and bool(said) is bool(told)


def test_a_name_of_a_newer_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 11, 2))
    batched = Fault("raised", "AttributeError", "module 'itertools' has no attribute 'batched'")
    assert reason(batched) == "needs itertools.batched, which Python 3.11 lacks: grade with Python 3.12 or newer"
    replaced = Fault("raised", "ImportError", "cannot import name 'replace' from 'copy' (/usr/lib/copy.py)")
    assert "needs copy.replace" in reason(replaced) and "3.13" in reason(replaced)
    assert reason(Fault("version", "SyntaxError", "invalid syntax", "type X = int", 3)).startswith(
        "written for a newer"
    )
    monkeypatch.setattr(sys, "version_info", (3, 13, 0))
    assert reason(batched) == reason(replaced) == ""


@pytest.mark.parametrize(("version", "told"), [((3, 11, 9), "3.11"), ((3, 12, 7), "3.12"), ((3, 13, 0), "")])
def test_code_for_a_newer_python_names_the_one_here(
    version: tuple[int, ...], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "version_info", version)
    said = reason(Fault("version", "SyntaxError", "invalid syntax", "type X = int", 3))
    assert said == (f"written for a newer Python than this grader's {told}: grade with Python 3.13" if told else "")


@pytest.mark.parametrize(
    ("name", "since"),
    [
        ("itertools.batched", 12),
        ("math.sumprod", 12),
        ("random.binomialvariate", 12),
        ("typing.override", 12),
        ("typing.TypeAliasType", 12),
        ("collections.abc.Buffer", 12),
        ("calendar.Day", 12),
        ("calendar.JANUARY", 12),
        ("calendar.Month", 12),
        ("types.get_original_bases", 12),
        ("copy.replace", 13),
        ("math.fma", 13),
        ("typing.ReadOnly", 13),
        ("typing.TypeIs", 13),
        ("typing.NoDefault", 13),
        ("warnings.deprecated", 13),
        ("os.process_cpu_count", 13),
        ("re.PatternError", 13),
        ("statistics.kde", 13),
    ],
)
def test_since_when_the_standard_library_has_a_name(name: str, since: int, monkeypatch: pytest.MonkeyPatch) -> None:
    module, _, last = name.rpartition(".")
    assert hasattr(importlib.import_module(module), last) is (sys.version_info >= (3, since))
    fault = Fault("raised", "ImportError", f"cannot import name '{last}' from '{module}' (/usr/lib/x.py)")
    monkeypatch.setattr(sys, "version_info", (3, since - 1, 9))
    assert reason(fault).endswith(
        f"needs {name}, which Python 3.{since - 1} lacks: grade with Python 3.{since} or newer"
    )
    monkeypatch.setattr(sys, "version_info", (3, since, 0))
    assert reason(fault) == ""


@pytest.mark.parametrize(
    "message",
    [
        "only 0-dimensional arrays can be converted to Python scalars",
        "setting an array element with a sequence.",
        "module 'numpy' has no attribute 'trapz'",
        "reshape() got an unexpected keyword argument 'newshape'",
        "Calling np.sum(generator) is deprecated.Use np.sum(np.fromiter(generator)) or the python sum builtin instead.",
    ],
)
def test_what_a_newer_numpy_refuses(message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fault = Fault("raised", "TypeError", message)
    monkeypatch.setattr(environment, "numpy_version", lambda: (2, 4))
    assert (
        reason(fault) == "may be right with Colab's NumPy 2.1; this grader has a newer one: pip install 'numpy==2.1.*'"
    )
    monkeypatch.setattr(environment, "numpy_version", lambda: (2, 1))
    assert reason(fault) == "", "with Colab's own NumPy it is the code's fault"
    monkeypatch.setattr(environment, "numpy_version", lambda: (2, 4))
    assert reason(Fault("raised", "TypeError", "bad operand")) == "", "a mistake with every NumPy"


@pytest.mark.parametrize("name", ["matvec", "vecmat"])
def test_what_an_older_numpy_lacks(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert hasattr(np, name) is (environment.numpy_version() >= (2, 2))
    fault = Fault("raised", "AttributeError", f"module 'numpy' has no attribute '{name}'")
    monkeypatch.setattr(environment, "numpy_version", lambda: (2, 1))
    assert reason(fault) == f"needs np.{name}, which this grader's NumPy lacks: pip install 'numpy>=2.2'"
    other = Fault("raised", "AttributeError", f"module 'numpy.linalg' has no attribute '{name}'")
    assert reason(other) == "", "no NumPy has it there"
    monkeypatch.setattr(environment, "numpy_version", lambda: (2, 2))
    assert reason(fault) == ""


def test_the_version_of_numpy_here() -> None:
    major, minor = environment.numpy_version()
    assert np.__version__.startswith(f"{major}.{minor}.")


def test_colabs_packages_are_names_to_import_and_to_install() -> None:
    packages = environment.colab_packages()
    assert packages["jax"] == "jax" and packages["cv2"] == "opencv-python-headless" and len(packages) > 20
    assert all(name.isidentifier() for name in packages)


def test_a_package_that_is_forbidden_is_the_codes_fault() -> None:
    spec = replace(HIDDEN, forbidden=("jax",))
    verdict = judge(spec, outcomes(spec, *[missing("jax")] * 4))
    assert lacking(verdict, verdict, ()) == ""


def test_a_package_that_needs_ctypes_is_only_in_the_way_where_something_is_forbidden() -> None:
    fault = missing("sklearn")
    assert reason(fault) == (
        "uses sklearn, which can't be imported where other functions are forbidden: grade it by hand"
    )
    free = replace(HIDDEN, forbidden=())
    verdict = judge(free, outcomes(free, *[fault] * 4))
    assert lacking(verdict, verdict, ()) == "", "it is installed"


def test_what_rests_on_work_that_could_not_be_judged() -> None:
    fault = Fault("raised", "NameError", "name 'window_dot' is not defined")
    assert reason(fault, "window_dot") == "uses window_dot, which could not be judged here"
    assert reason(fault) == reason(fault, "relu") == ""
    assert reason(Fault("raised", "ValueError", fault.message), "window_dot") == "", "words of the student's own"


@pytest.mark.parametrize(
    "fault", [Fault("raised", "ValueError", "bad"), Fault("timeout"), Fault("not_written"), Fault("left")]
)
def test_what_is_the_codes_fault(fault: Fault) -> None:
    assert reason(fault) == ""


NEWER = [
    'x = f"{d["a"]}"',
    "f\"{'\\n'.join(a)}\"",
    "print(f'{x['a']:>{w['b']}} {y!r} {z=}')",
    'f"{f"{f"{1}"}"}"',
    'a = f"""{\nx["a"] # hi\n}"""',
    "type X = int",
    "type P[T] = list[T]",
    "def f[T](x: T) -> T: return x",
    "def f[T: (int, str)](x): pass",
    "class A[T]: pass",
]
BROKEN = [
    "x = (", "def f(:", 'f"{x!}"', 'print "a"', "for i in range(3)\n  pass", 'x = f"{a + }"', 'f"{1 if}"', "return = 3",
    'x = f"{d["a"]}', 'x = "abc', "def f[T(x): pass", 'a = f"{d["a"]}"\nif x\n  y', 'f"{}"',
]  # fmt: skip


@pytest.mark.parametrize("source", NEWER)
def test_code_for_a_newer_python_is_known(source: str) -> None:
    if OLD:
        assert is_newer_python(source)
    else:
        compile(source, "<cell>", "exec")


@pytest.mark.parametrize("source", BROKEN)
def test_what_no_python_reads_is_not_newer(source: str) -> None:
    assert not is_newer_python(source)
    with pytest.raises(SyntaxError):
        compile(source, "<cell>", "exec")


def test_what_only_hidden_cases_lack_is_not_named() -> None:
    """Among many names, code could choose one that tells what it has found out."""
    fault = missing("jax")
    hidden = judge(HIDDEN, outcomes(HIDDEN, fault, fault, fault, fault))
    for public in (None, judge(PUBLIC, outcomes(PUBLIC, 2, 20)), judge(PUBLIC, outcomes(PUBLIC, missing("x"), 20))):
        assert lacking(hidden, public, ()) == UNNAMED
    assert lacking(judge(HIDDEN, outcomes(HIDDEN, 0, 0, 0, 0)), judge(PUBLIC, outcomes(PUBLIC, fault, fault)), ()) == ""
