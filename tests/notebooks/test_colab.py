"""Solved notebooks run from top to bottom, and right code passes `check`, with the versions that Google Colab has.

`make long-test`.
"""

from pathlib import Path

import nbformat
import pytest
from colab.run import run
from conftest import COURSE, ROOT

from autograder.demo.notebooks import function_source

pytestmark = pytest.mark.long
NOTEBOOKS = sorted((ROOT / "solutions").glob("*.py"))


def run_cells(folder: Path, *cells: str):
    path = folder / "probe.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells]), path)
    return run([path])


@pytest.mark.parametrize("source", NOTEBOOKS, ids=lambda path: path.stem)
def test_solved_notebook_runs(source: Path):
    finished = run([source.with_suffix(".ipynb")])
    assert finished.returncode == 0, finished.stderr


@pytest.mark.parametrize("name", list(COURSE.notebooks))
def test_right_variants_pass_check(tmp_path, name):
    cells = ["import numpy as np\nfrom helpers import check"]
    for exercise in COURSE.notebooks[name].exercises:
        for style, function in exercise.variants.items():
            passes = f"assert check({exercise.name}).passed, {f'{exercise.name}: {style}'!r}"
            cells.append(f"{function_source(function, exercise.name)}\n\n\n{passes}")
    assert len(cells) > 10
    finished = run_cells(tmp_path, *cells)
    assert finished.returncode == 0, finished.stderr


def test_without_pytorch_the_first_cell_says_what_to_install():
    finished = run([ROOT / "solutions" / "08_imagenet_pytorch.ipynb"], without=("torch",))
    assert finished.returncode != 0
    assert "This notebook needs PyTorch" in finished.stderr and "pip install torch" in finished.stderr


def test_versions_are_those_of_colab(tmp_path):
    finished = run_cells(
        tmp_path,
        "import importlib.util, IPython, ipykernel, ipywidgets, matplotlib, numpy",
        "assert IPython.__version__ == '7.34.0'",
        "assert ipykernel.__version__ == '6.17.1'",
        "assert ipywidgets.__version__ == '7.7.1'",
        "assert matplotlib.__version__.startswith('3.10.')",
        "assert numpy.__version__.startswith('2.1.')",
        "assert importlib.util.find_spec('helpers')",
        "assert not importlib.util.find_spec('autograder')",
        "assert not importlib.util.find_spec('nbgrader')",
        "assert importlib.util.find_spec('torch')",
    )
    assert finished.returncode == 0, finished.stderr


@pytest.mark.parametrize(
    "cell", ["1 / 0", "import ipywidgets\n@ipywidgets.interact(k=(1, 3))\ndef show(k=1):\n    return 1 / 0"]
)
def test_an_error_is_seen(tmp_path, cell):
    finished = run_cells(tmp_path, cell)
    assert finished.returncode != 0
    assert "ZeroDivisionError" in finished.stderr
