"""What statements bind and refer to by text: `exec`, `globals()`, `setattr` and the like."""

from __future__ import annotations

import pytest

from autograder.sandbox.names import BY_TEXT
from autograder.sandbox.slicing import parse


@pytest.mark.parametrize(
    "statement",
    [
        "exec('def f(): return np.ones(3)')",
        "exec('''\n    def f():\n        return np.ones(3)\n''')",
        "exec(compile('f = np.ones', 'mine.py', 'exec'), globals())",
        "get_ipython().run_cell('def f(): return np.ones(3)')",
        "get_ipython().ex('f = np.ones')",
        "if True:\n    exec('f = np.ones')",
    ],
)
def test_a_text_that_is_run_binds_and_refers(statement: str) -> None:
    (found,) = parse(statement)
    assert "f" in found.binds and "np" in found.refers


@pytest.mark.parametrize(
    "statement",
    [
        "globals()['f'] = abs",
        "vars()['f'] = locals()['g'] = abs",
        "globals().update(f=abs)",
        "globals().update({'f': abs})",
        "globals().setdefault('f', abs)",
        "for name in ['f']:\n    globals()[name] = abs",
        "setattr(sys.modules['__main__'], 'f', abs)",
        "setattr(sys.modules[__name__], 'f', abs)",
        "__main__.f = abs",
        "builtins.f = abs",
        "sys.modules['__main__'].f = abs",
        "sys.modules['__main__'].__dict__['f'] = abs",
        "get_ipython().user_ns['f'] = abs",
        "get_ipython().push({'f': abs})",
        "get_ipython().push(dict(f=abs))",
    ],
)
def test_what_is_put_into_a_namespace_is_bound(statement: str) -> None:
    (found,) = parse(statement)
    assert "f" in found.binds and BY_TEXT.search(statement)


def test_a_text_in_the_same_cell_may_be_what_is_run() -> None:
    first, second = parse("code = 'def f(): return g()'\nexec(code)")
    assert first.binds == {"code"} and second.binds == {"f"} and {"g", "code", "exec"} <= second.refers
    _, opened, run = parse("open('a.py', 'w').write('f = 1')\nx = 1\nexec(open('a.py').read())")
    assert opened.binds == {"x"} and run.binds == {"f"}


@pytest.mark.parametrize(
    "statement",
    [
        "print('f')",
        "model.eval('f = 1')",
        "ex.exec('f = 1')",
        "print(globals()['f'])",
        "d['f'] = abs",
        "d.update(f=abs)",
        "setattr(self, 'f', abs)",
        "self.f = abs",
        "exec('f')",
        "exec('def f(')",
        "exec(code)",
        "x = {'f': exec}",
        "del globals()['f']",
    ],
)
def test_other_statements_bind_what_they_show(statement: str) -> None:
    (found,) = parse(statement)
    assert "f" not in found.binds | found.refers


def test_a_function_that_binds_by_text_when_it_is_called() -> None:
    (found,) = parse("def make():\n    globals()['f'] = abs")
    assert found.binds == {"make", "f"}
