# ruff: noqa: E501 - a cell in a line reads best
"""What a place without a person, Colab or packages costs a right function: nothing."""

from __future__ import annotations

import json

import pytest
from conftest import COURSE

from autograder.demo.notebooks import filled, solved
from autograder.grading.exam import load_exam
from autograder.grading.grade import grade
from autograder.grading.submission import parse
from autograder.sandbox.client import Sandbox


@pytest.mark.parametrize(
    "cell",
    [
        "n = int(input('n?'))\nprint(n + 1)\ndef relu(z): return np.maximum(z, 0)",
        "from google.colab import files\nup = files.upload()\nfor name in up: print(name)\ndef relu(z): return np.maximum(z, 0)",
        "data = open('/content/data.csv').read()\nrows = data.split()\ndef relu(z): return np.maximum(z, 0)",
        "import nowhere_to_be_found as nw\nnw.plot(3)\ndef relu(z): return np.maximum(z, 0)",
        "from scipy.signal import correlate\nassert correlate([1], [2]) == 2\ndef relu(z): return np.maximum(z, 0)",
        "%%writefile mine.py\nimport numpy as np\ndef relu(z): return np.maximum(z, 0)",
        "%time out = np.maximum\ndef relu(z): return out(z, 0)",
        "%pylab inline\ndef relu(z): return maximum(z, 0)",
        "from numpy import *\ndef relu(z): return maximum(z, 0)",
    ],
)
def test_what_the_place_lacks_costs_a_right_function_nothing(cell: str, sandbox: Sandbox) -> None:
    notebook = filled(COURSE, "02_filters_1d", {"relu": cell}, solved(COURSE, "02_filters_1d"))
    if cell.startswith("%%writefile"):
        extra: dict[str, object] = {
            "cell_type": "code",
            "metadata": {},
            "outputs": [],
            "execution_count": None,
            "source": "from mine import relu",
        }
        place = next(
            i for i, c in enumerate(notebook["cells"]) if c["metadata"].get("nbgrader", {}).get("grade_id") == "relu"
        )
        notebook["cells"].insert(place + 1, extra)
    result = grade(
        parse(json.dumps(notebook).encode(), "ann", "02_filters_1d"), load_exam(COURSE, "02_filters_1d", 5), sandbox
    )
    assert {item.exercise: item.status for item in result.exercises if item.status != "correct"} == {}


@pytest.mark.parametrize("first", ["from numpy import *", "%pylab inline"])
def test_all_names_of_numpy_are_there_where_some_are_forbidden(first: str, sandbox: Sandbox) -> None:
    """Importing all of them also imports ctypeslib, and ctypes is taken away there."""
    cell = f"{first}\ndef conv1d_valid(x, w): return array([float(dot(x[i : i + len(w)], w)) for i in range(len(x) - len(w) + 1)])"
    notebook = filled(COURSE, "02_filters_1d", {"conv1d_valid": cell}, solved(COURSE, "02_filters_1d"))
    result = grade(
        parse(json.dumps(notebook).encode(), "ann", "02_filters_1d"), load_exam(COURSE, "02_filters_1d", 5), sandbox
    )
    assert {item.exercise: item.status for item in result.exercises if item.status != "correct"} == {}
