"""Code that Colab's NumPy takes and newer ones refuse: full marks with Colab's, and never a 0 with a newer one."""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass

import pytest
from autograder.demo.notebooks import filled, solved, write
from autograder.grading.environment import numpy_version
from conftest import COURSE
from helpers import check

from .classroom import Graded, grade_class, said


@dataclass(frozen=True)
class Code:
    """The source of an exercise's cell, and the first NumPy that refuses what it does."""

    name: str
    assignment: str
    exercise: str
    source: str
    refused_since: tuple[int, int] = (2, 4)

    @property
    def refused(self) -> bool:
        return numpy_version() >= self.refused_since


CODES = [
    Code(
        "float-of-one-number",
        "02_filters_1d",
        "window_dot",
        """
def window_dot(x, w, i):
    row = x[i : i + len(w)].astype(float).reshape(1, -1)
    return float(row @ w.reshape(-1, 1))
""",
    ),
    Code(
        "trapz",
        "02_filters_1d",
        "conv1d_valid",
        """
def conv1d_valid(x, w):
    out = []
    for i in range(len(x) - len(w) + 1):
        product = x[i : i + len(w)].astype(float) * w
        out.append(np.trapz(np.pad(product, 1)))  # with zeros at both ends, the area is the sum
    return np.array(out)
""",
    ),
    Code(
        "in1d",
        "02_filters_1d",
        "find_isolated",
        """
def find_isolated(x):
    ones = np.where(x == 1)[0]
    has_neighbour = np.in1d(ones - 1, ones) | np.in1d(ones + 1, ones)
    return ones[~has_neighbour]
""",
    ),
    Code(
        "row-times-column",
        "03_filters_2d",
        "conv2d_single",
        """
def conv2d_single(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    rows, columns = (x.shape[0] - kh) // stride + 1, (x.shape[1] - kw) // stride + 1
    column = w.reshape(-1, 1)
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            row = x[i * stride : i * stride + kh, j * stride : j * stride + kw].reshape(1, -1)
            out[i, j] = row @ column + b
    return out
""",
    ),
    Code(
        "row-stack",
        "03_filters_2d",
        "pad2d",
        """
def pad2d(x, padding):
    above = np.zeros((padding, x.shape[1]))
    x = np.row_stack((above, x, above))
    beside = np.zeros((x.shape[0], padding))
    return np.column_stack((beside, x, beside))
""",
        refused_since=(2, 5),
    ),
    Code(
        "newshape",
        "05_max_pooling",
        "max_pool2d_single",
        """
def max_pool2d_single(x, size, stride):
    rows, columns = (x.shape[0] - size) // stride + 1, (x.shape[1] - size) // stride + 1
    largest = []
    for i in range(rows):
        for j in range(columns):
            largest.append(x[i * stride : i * stride + size, j * stride : j * stride + size].max())
    return np.reshape(largest, newshape=(rows, columns))
""",
    ),
    Code(
        "sum-of-a-generator",
        "06_convnet",
        "nll_loss",
        """
def nll_loss(logits, y):
    z = logits - np.max(logits, axis=1, keepdims=True)
    log_p = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))
    return -np.sum(log_p[i, y[i]] for i in range(len(y))) / len(y)
""",
    ),
]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """One class; each student's notebook is right, and one exercise of it is written like this."""
    base = tmp_path_factory.mktemp("colab-code")
    for code in CODES:
        notebook = filled(COURSE, code.assignment, {code.exercise: code.source}, solved(COURSE, code.assignment))
        write(notebook, base / "class", code.name, code.assignment)
    return grade_class(base / "class", base / "resume")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("code", CODES, ids=lambda code: code.name)
def test_check_passes_it_where_numpy_takes_it(code: Code) -> None:
    namespace: dict[str, object] = {"__name__": "__main__", "check": check}
    with contextlib.redirect_stdout(io.StringIO()):
        exec("import numpy as np" + code.source, namespace)
        exec(f"passed = check({code.exercise}).passed", namespace)
    assert namespace["passed"] is not code.refused


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.name)
def test_the_grade_is_full_or_left_to_a_person(graded: Graded, code: Code) -> None:
    row = graded.row(code.name, code.exercise)
    if code.refused:
        assert (row.status, row.score) == ("not_graded", None), said(row)
        assert "NumPy 2.1" in said(row)
        assert code.name in graded.attention
    else:
        assert (row.status, row.score) == ("correct", row.max_score), said(row)
