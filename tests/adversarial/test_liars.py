# ruff: noqa: E501 - a program a line reads best
"""Classes 2 and 11: objects that say what they are not, where the guard and the judge ask what they are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from adversarial.arena import Program, assert_earns_nothing, cell, programs
from autograder.sandbox.client import Sandbox
from helpers.checking.calls import call, fault_of
from helpers.checking.spec import Case, Spec
from helpers.checking.values import Unsupported, plain

LIAR = """
import importlib.machinery as M, importlib.util as U, _imp, _json, os, shutil, sys, threading, types
import numpy as np
import numpy._core._multiarray_umath as m
class Liar(str):
    def endswith(self, *given): return False
    def startswith(self, *given): return False
    def __eq__(self, other): return False
    def __hash__(self): return 0
    def __contains__(self, other): return False
    def __bool__(self): return False
    def __len__(self): return 0
    def rpartition(self, sep): return "", "", self
class Spec:
    def __init__(self, name, origin): self.name, self.origin = name, origin
def load(name, file):
    return _imp.create_dynamic(Spec(name, file))
def row(again, x, w):
    return again.correlate(np.asarray(x, float), np.asarray(w, float), 0)
def FUNCTION(x, w):
    sys.setprofile(None)
"""


def loads(number: int, name: str, lines: str) -> Program:
    """A program that loads a library by hand; "error" would say that the guard let it through."""
    return cell(number, name, LIAR + lines, "forbidden", victim="conv1d_valid")


@programs(
    loads(11, "lying-name", "    return row(load(Liar('mine._multiarray_umath'), m.__file__), x, w)"),
    loads(11, "lying-file", "    return row(load('mine._multiarray_umath', Liar(m.__file__)), x, w)"),
    loads(11, "lying-both", "    return row(load(Liar('_multiarray_umath'), Liar(m.__file__)), x, w)"),
    loads(11, "loader", "    loader = M.ExtensionFileLoader(Liar('mine._multiarray_umath'), m.__file__)\n"
          "    return row(U.module_from_spec(U.spec_from_loader(loader.name, loader)), x, w)"),
    loads(11, "a-copy", "    shutil.copyfile(_json.__file__, 'copy.so')\n    return row(load('_json', os.path.abspath('copy.so')), x, w)"),
    loads(11, "a-copy-that-was-changed", "    data = open(_json.__file__, 'rb').read().replace(b'PyInit__json', b'PyInit__jsPM')\n"
          "    open('other.so', 'wb').write(data)\n    return row(load('_jsPM', os.path.abspath('other.so')), x, w)"),
    loads(11, "a-copy-by-way-of-an-installed-folder", "    shutil.copyfile(_json.__file__, 'copy.so')\n"
          "    up = os.path.dirname(np.__file__) + '/..' * 30 + os.path.abspath('copy.so')\n    return row(load('_json', up), x, w)"),
    loads(11, "a-copy-beside-the-notebook", "    shutil.copyfile(_json.__file__, 'mine' + M.EXTENSION_SUFFIXES[0])\n"
          "    sys.path.insert(0, os.getcwd())\n    import mine\n    return row(mine, x, w)"),
    loads(11, "the-guard-rebound", "    import autograder.sandbox.disarm as d\n    d.type = d.str = lambda *given: str\n"
          "    d.ForbiddenHelper = d.sys = d.threading = None\n    return row(load(Liar('_multiarray_umath'), m.__file__), x, w)"),
    loads(11, "package-of-another-name", "    from importlib import import_module\n    return import_module(Liar('scipy.signal')).correlate(x, w, 'valid')"),
)  # fmt: skip
def test_11_no_name_that_lies_loads_a_library_again(program: Program, sandbox: Sandbox) -> None:
    assert_earns_nothing(program, sandbox)


TRACED = """
import sys, threading, types
import helpers.checking.steps as steps
def FUNCTION(x, w, **rest):
"""


@programs(
    cell(8, "counter-of-my-own", TRACED + "    mine = types.FunctionType(steps.python_steps.__code__, {'sys': sys, 'threading': threading, '__builtins__': __builtins__})\n"
         "    return mine(lambda: 0)[0]", "forbidden", "error", victim="conv1d_valid"),
    cell(8, "starter-of-my-own", TRACED + "    names = {'_sys': sys, '_trace_hook': lambda *a: None, '_profile_hook': None, '__builtins__': __builtins__}\n"
         "    mine = types.FunctionType(threading.Thread._bootstrap_inner.__code__, names)\n    mine(threading.current_thread())", "forbidden", "error", "wrong", victim="conv1d_valid"),
    cell(8, "starter-in-the-main-thread", TRACED + "    threading._trace_hook = lambda *a: None\n"
         "    class T:\n        _started = threading.Event()\n        _set_ident = _set_tstate_lock = _set_native_id = run = _delete = lambda self: None\n        def _invoke_excepthook(self, other): raise sys.exc_info()[1]\n        _ident = threading.get_ident()\n"
         "    threading.Thread._bootstrap_inner(T())", "forbidden", "error", "wrong", victim="conv1d_valid"),
)  # fmt: skip
def test_08_only_the_course_sets_a_trace(program: Program, sandbox: Sandbox) -> None:
    assert_earns_nothing(program, sandbox)


class AnyType(type):
    """The type of classes that are equal to every other one."""

    def __eq__(cls, other: object) -> bool:
        return True

    def __hash__(cls) -> int:
        return hash(int)

    def __instancecheck__(cls, item: object) -> bool:
        return True

    def __getattribute__(cls, name: str) -> Any:
        return 3 if name == "__name__" else type.__getattribute__(cls, name)


class Chameleon(metaclass=AnyType):
    """Says of itself that it is an array."""

    __class__ = np.ndarray  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return True


class Mute(Exception, metaclass=AnyType):
    """Can't say what it is."""

    def __str__(self) -> str:
        raise SystemExit


class LyingText(str):
    def __getitem__(self, key: object) -> str:
        raise SystemExit


class Loud(Exception):
    def __str__(self) -> str:
        return LyingText("loud")


class LyingInt(int):
    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0


@pytest.mark.parametrize("value", [Chameleon(), LyingInt(3), LyingText("x"), AnyType])
def test_02_what_says_that_it_is_something_else_is_nothing(value: object) -> None:
    for given in (value, [value], {"a": (value,)}):
        found = plain(given)
        while type(found) in (list, tuple, dict):
            (found,) = found.values() if isinstance(found, dict) else found
        assert type(found) is Unsupported and type(found.type_name) is str


@pytest.mark.parametrize(("error", "said"), [(Mute(), ("Mute", "")), (Loud(), ("Loud", "loud"))])
def test_02_an_exception_that_raises_when_asked_is_a_fault_all_the_same(
    error: Exception, said: tuple[str, str]
) -> None:
    def fails(x: int) -> int:
        raise error

    fault = call(fails, Spec("f", "b", "function", 1.0, required=("x",)), Case("a", {"x": 1})).fault
    assert fault is not None and (fault.type_name, fault.message) == said
    assert type(fault.message) is type(fault.type_name) is str
    assert fault_of(error, "f").kind == "raised"


@programs(
    cell(2, "type-equal-to-all", "class M(type):\n    __eq__ = lambda a, b: True\n    __hash__ = lambda a: hash(float)\nclass A(metaclass=M): pass\ndef FUNCTION(z): return A()", "wrong"),
    cell(2, "says-it-is-an-array", "import numpy as np\nclass A: __class__ = np.ndarray\ndef FUNCTION(z): return A()", "wrong"),
    cell(2, "int-equal-to-all", "class I(int):\n    __eq__ = lambda a, b: True\n    __hash__ = int.__hash__\ndef FUNCTION(z): return I(3)", "wrong"),
    cell(2, "mute", "class E(Exception):\n    def __str__(self): raise SystemExit\ndef FUNCTION(z): raise E", "error"),
    cell(2, "type-without-a-name", "class M(type):\n    __name__ = property(lambda self: 1 / 0)\nclass E(Exception, metaclass=M): pass\ndef FUNCTION(z): raise E", "error"),
)  # fmt: skip
def test_02_liars_have_the_status_of_what_they_are(program: Program, sandbox: Sandbox) -> None:
    assert_earns_nothing(program, sandbox)
