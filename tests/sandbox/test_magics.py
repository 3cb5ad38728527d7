"""Cells as plain Python: prompts, indentation, magics, shell lines, and the sides of a merge conflict."""

from __future__ import annotations

import ast

import pytest

from autograder.sandbox.magics import to_python


@pytest.mark.parametrize(
    "source",
    ["", "x = 7 % 2", "print('! ? %')  # >>> x", "def f(x):\n    return x", "\n\nx = 1\n", "s = '''\n%time\n!ls\n'''"],
)
def test_plain_python_stays(source: str) -> None:
    assert to_python(source) == source


@pytest.mark.parametrize("source", ["def f(:", "x = (", "if x:\ny = 1", "x = 1 +"])
def test_broken_python_without_a_magic_stays(source: str) -> None:
    assert to_python(source) == source


@pytest.mark.parametrize(
    ("source", "python"),
    [
        (">>> x = 1\n>>> y = 2", "x = 1\ny = 2"),
        (">>> def f(x):\n...     return x", "def f(x):\n    return x"),
        ("In [3]: x = 1\n   ...: y = 2", "x = 1\ny = 2"),
        ("    x = 1\n    y = 2", "x = 1\ny = 2"),
        (" x = 1\n y = 2", "x = 1\ny = 2"),
        ("\n  x = 1\n  if x:\n    y = 2", "\nx = 1\nif x:\n  y = 2"),
        ("%%time\nx = 1", "\nx = 1"),
        ("%%timeit -n 3\nx = 1", "\nx = 1"),
        ("%%capture out\n%time x = 1", "\nx = 1"),
        ("%time x = 1\ny = 2", "x = 1\ny = 2"),
        ("if a:\n    %time x = 1", "if a:\n    x = 1"),
        ("%pylab inline\nx = 1", "from pylab import *; import numpy as np\nx = 1"),
        ("%run mine.py\nx = 1", "from mine import *\nx = 1"),
        ("%run -i 'mine.py'", "from mine import *"),
    ],
)
def test_what_leaves_names_behind_is_python(source: str, python: str) -> None:
    assert to_python(source).rstrip("\n") == python


@pytest.mark.parametrize(
    "source",
    [
        "%matplotlib inline\nx = 1\n!pip install tqdm\ny = 2",
        "%load_ext autoreload\nx = 1\n%autoreload 2\ny = 2",
        "files = !ls\nx = 1\nx?\ny = 2",
        "%cd /content\nx = 1\n%time\ny = 2",
    ],
)
def test_other_magics_are_calls_and_lines_keep_their_numbers(source: str) -> None:
    tree = ast.parse(to_python(source))
    assert [node.lineno for node in tree.body] == [1, 2, 3, 4]
    assert ast.unparse(tree).count("get_ipython()") == 2


@pytest.mark.parametrize("magic", ["%%writefile mine.py", "%%file mine.py", "%%bash", "%%html", "%%javascript"])
def test_the_text_below_other_cell_magics_is_no_code(magic: str) -> None:
    (node,) = ast.parse(to_python(f"{magic}\nx = 1\n")).body
    name, _, line = magic.removeprefix("%%").partition(" ")
    assert ast.unparse(node) == f"get_ipython().run_cell_magic({name!r}, {line!r}, 'x = 1\\n')"


CONFLICT = "x = 1\n<<<<<<< HEAD\n{ours}\n=======\n{theirs}\n>>>>>>> theirs\nz = 3\n"


@pytest.mark.parametrize(
    ("ours", "theirs", "taken"),
    [
        ("y = 1", "y = 2", "y = 1"),
        ("y = (", "y = 2", "y = 2"),
        ("y = 1", "y = (", "y = 1"),
        ("%time y = 4", "", "y = 4"),
    ],
)
def test_of_a_conflict_the_first_side_that_is_python_is_taken(ours: str, theirs: str, taken: str) -> None:
    python = to_python(CONFLICT.format(ours=ours, theirs=theirs))
    assert python.split("\n")[:3] == ["x = 1", taken, "z = 3"]


@pytest.mark.parametrize(
    "source", ["def f(:\n    %time x", "x = (\n!ls", CONFLICT.format(ours="y = (", theirs="y = )")]
)
def test_what_no_side_of_is_python_has_no_statements(source: str) -> None:
    with pytest.raises(SyntaxError):
        ast.parse(to_python(source))
