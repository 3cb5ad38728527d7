"""What versions of Python and NumPy differ in, and what git leaves in a cell: neither costs points."""

from __future__ import annotations

import pytest
from autograder.demo.notebooks import solved
from conftest import COURSE

from .accidents import Trial, all_of, cell, handed_out, named, put, source
from .classroom import Graded, grade_trials, lost, said

B1, B2, B3, B4, B5, B6, B7 = (
    "01_pixels",
    "02_filters_1d",
    "03_filters_2d",
    "04_tensors_filter_banks",
    "05_max_pooling",
    "06_convnet",
    "07_backprop",
)
RELU = "def relu(z):\n    return np.maximum(z, 0)"
BACK = "def relu_backward(dz, z):\n    return dz * (z > 0)"


def trial(name: str, book: str, exercise: str, code: str) -> tuple[Trial, str]:
    return Trial(name, book, cell(exercise, code)), exercise


# Names that some version in use has and another lacks.
VERSIONS = [
    trial("batched-from", B2, "relu", "from itertools import batched\ndef relu(z):\n"
          "    rows = [max(v, 0) for (v,) in batched(z.ravel(), 1)]\n    return np.array(rows).reshape(z.shape)"),
    trial("batched-module", B1, "flatten", "import itertools\ndef flatten(image):\n"
          "    return np.array([v for (v,) in itertools.batched(image.flat, 1)], image.dtype)"),
    trial("batched-renamed", B5, "detected_anywhere", "import itertools as it\ndef detected_anywhere(feature_map):\n"
          "    n, c, h, w = feature_map.shape\n"
          "    rows = [max(part) for part in it.batched(feature_map.ravel().tolist(), h * w)]\n"
          "    return np.array(rows).reshape(n, c)"),
    trial("batched-within", B4, "to_channels_first",
          "def to_channels_first(image):\n    from itertools import batched\n"
          "    h, w, c = image.shape\n    assert len(list(batched(range(4), 2))) == 2\n"
          "    return image.transpose(2, 0, 1)"),
    trial("sumprod", B2, "window_dot", "import math\ndef window_dot(x, w, i):\n"
          "    return math.sumprod(x[i : i + len(w)].astype(float).tolist(), w.astype(float).tolist())"),
    trial("sumprod-from", B2, "window_dot", "from math import sumprod as dot\ndef window_dot(x, w, i):\n"
          "    return dot(x[i : i + len(w)].astype(float).tolist(), w.astype(float).tolist())"),
    trial("override", B2, "relu", "from typing import override\nclass Base:\n    def __call__(self, z): ...\n"
          "class Relu(Base):\n    @override\n    def __call__(self, z):\n        return np.maximum(z, 0)\n\n"
          "relu = Relu()"),
    trial("override-module", B6, "predict", "import typing\nclass P:\n    @typing.override\n    def __str__(self):\n"
          "        return 'p'\n\ndef predict(scores):\n    return scores.argmax(axis=1)"),
    trial("override-renamed", B7, "relu_backward", "import typing as t\nclass P:\n    @t.override\n"
          "    def __str__(self):\n        return 'p'\n\n" + BACK),
    trial("type-alias-type", B1, "normalize", "from typing import TypeAliasType\n"
          "Image = TypeAliasType('Image', np.ndarray)\ndef normalize(image: Image, p=255):\n    return image / p"),
    trial("type-is", B3, "pad2d", "from typing import TypeIs, ReadOnly\ndef pad2d(x, padding):\n"
          "    return np.pad(x, padding)"),
    trial("deprecated", B2, "relu", f"from warnings import deprecated\n@deprecated('old')\ndef f(): ...\n{RELU}"),
    trial("replace", B2, "same_padding", "import copy\nfrom dataclasses import dataclass\n@dataclass\nclass K:\n"
          "    k: int = 0\ndef same_padding(k):\n    return copy.replace(K(), k=k).k // 2"),
    trial("kde", B6, "softmax", "from statistics import kde\ndef softmax(scores):\n"
          "    e = np.exp(scores - scores.max(axis=1, keepdims=True))\n    return e / e.sum(axis=1, keepdims=True)"),
    trial("pattern-error", B1, "flatten", "import re\nERROR = re.PatternError\ndef flatten(image):\n"
          "    return image.flatten()"),
    trial("month", B1, "pixel_index", "from calendar import JANUARY\ndef pixel_index(row, col, width):\n"
          "    return row * width + col * JANUARY"),
    trial("cpu-count", B5, "pooled_shape", "import os\nWORKERS = os.process_cpu_count()\n"
          "def pooled_shape(shape, size, stride):\n"
          "    n, c, h, w = shape\n    return n, c, (h - size) // stride + 1, (w - size) // stride + 1"),
    trial("utc", B2, "relu", f"from datetime import UTC, datetime\nNOW = datetime.now(UTC)\n{RELU}"),
    trial("utc-module", B7, "relu_backward", f"import datetime\nprint(datetime.datetime.now(datetime.UTC))\n{BACK}"),
    trial("self-type", B3, "pad2d", "from typing import Self, assert_never\ndef pad2d(x, padding):\n"
          "    return np.pad(x, padding)"),
    trial("str-enum", B4, "to_channels_first", "from enum import StrEnum\nclass A(StrEnum):\n    LAST = 'last'\n"
          "def to_channels_first(image):\n    return np.moveaxis(image, -1, 0)"),
    trial("cbrt", B2, "relu", "import math\ndef relu(z):\n    return np.maximum(z, math.cbrt(0))"),
    trial("tomllib", B6, "predict", "import tomllib\ndef predict(scores):\n    return scores.argmax(axis=1)"),
    trial("trapezoid", B2, "window_dot", "def window_dot(x, w, i):\n    v = x[i : i + len(w)].astype(float) * w\n"
          "    return float(np.trapezoid([*v, 0], dx=1) + v[0] / 2)"),
    trial("trapz", B2, "window_dot", "def window_dot(x, w, i):\n    v = x[i : i + len(w)].astype(float) * w\n"
          "    return float(np.trapz([*v, 0], dx=1) + v[0] / 2)"),
    trial("unstack", B4, "to_channels_first", "def to_channels_first(image):\n"
          "    return np.stack(np.unstack(image, axis=-1))"),
    trial("cumulative-sum", B1, "normalize",
          "def normalize(image, p=255):\n    assert np.cumulative_sum([1, 2])[1] == 3\n"
          "    return image / p"),
    trial("vecdot", B2, "window_dot", "def window_dot(x, w, i):\n"
          "    return float(np.vecdot(x[i : i + len(w)].astype(float), w.astype(float)))"),
    trial("matvec", B2, "window_dot", "def window_dot(x, w, i):\n"
          "    return float(np.matvec(x[None, i : i + len(w)].astype(float), w.astype(float))[0])"),
    trial("vecmat", B2, "window_dot", "def window_dot(x, w, i):\n"
          "    return float(np.vecmat(x[i : i + len(w)].astype(float), w.astype(float)[:, None])[0])"),
    trial("permute-dims", B4, "to_channels_first", "def to_channels_first(image):\n"
          "    return np.permute_dims(image, (2, 0, 1))"),
    trial("concat", B1, "flatten", "def flatten(image):\n    return np.concat([row.ravel() for row in image])"),
    trial("matrix-transpose", B4, "to_channels_first", "def to_channels_first(image):\n"
          "    return np.matrix_transpose(image.transpose(2, 1, 0))"),
    trial("in1d", B1, "flatten", "def flatten(image):\n    assert np.in1d([1], [1]).all()\n    return image.flatten()"),
    trial("row-stack", B1, "flatten_batch", "def flatten_batch(images):\n"
          "    return np.row_stack([i.ravel() for i in images])"),
]  # fmt: skip


def inner(ours: str, others: str) -> str:
    """What git leaves of a part that two people have changed."""
    return f"<<<<<<< HEAD\n{ours}\n=======\n{others}\n>>>>>>> 1f3a9c0"


def right(book: str, name: str) -> str:
    return source(solved(COURSE, book), name)


def conflict(kind: str, book: str, name: str, code: str) -> Trial:
    return Trial(f"{kind}-{name}", book, cell(name, code))


PLACES = [(B1, "normalize"), (B3, "pad2d"), (B6, "softmax"), (B7, "relu_backward")]
BROKEN = "def {}(x\n    return x +"
# One side is right and can be read, or both are: (trial, exercise).
READABLE = [
    *((conflict("both-the-same", book, name, inner(right(book, name), right(book, name))), name)
      for book, name in PLACES),
    *((conflict("ours-is-python", book, name, inner(right(book, name), BROKEN.format(name))), name)
      for book, name in PLACES),
    *((conflict("theirs-is-python", book, name, inner(BROKEN.format(name), right(book, name))), name)
      for book, name in PLACES),
    *((conflict("with-base", book, name, f"<<<<<<< ours\n{right(book, name)}\n||||||| base\n"
        f"{BROKEN.format(name)}\n=======\n{right(book, name)}\n>>>>>>> theirs"), name)
      for book, name in PLACES),
    (conflict("one-line", B2, "relu", "def relu(z):\n" + inner(
        "    return np.maximum(z, 0)", "    return z * (z > 0)")),
     "relu"),
    (conflict("one-line", B5, "avg_pool2d", right(B5, "avg_pool2d") + "\n" + inner("print('a')", "print('b')")),
     "avg_pool2d"),
    (conflict("two-conflicts", B4, "to_channels_first", inner("import math", "import sys")
        + "\ndef to_channels_first(image):\n" + inner("    return image.transpose(2, 0, 1)",
                                                     "    return np.moveaxis(image, -1, 0)")), "to_channels_first"),
    (conflict("empty-side", B2, "same_padding", inner(right(B2, "same_padding"), "")), "same_padding"),
    (conflict("empty-side-first", B2, "output_size", inner("", right(B2, "output_size"))), "output_size"),
    (conflict("answer", B2, "weights_fc", inner("weights_fc = 110", "weights_fc = 110  # 10 * 11")), "weights_fc"),
    (conflict("answer", B4, "tensor_axes", inner("tensor_axes = 4", "tensor_axes = ")), "tensor_axes"),
    (conflict("answer", B5, "pool_weights", inner("pool_weights = (", "pool_weights = 0")), "pool_weights"),
    (Trial("new-cell-conv1d_valid", B2, all_of(
        handed_out(B2, "conv1d_valid"),
        put("conv1d_valid", inner(right(B2, "conv1d_valid"), BROKEN.format("conv1d_valid")), 1))), "conv1d_valid"),
]  # fmt: skip
# No side can be read: an error that says so, and the rest is graded.
UNREADABLE = [
    *((conflict("neither", book, name, inner(BROKEN.format(name), f"def {name}(:")), name) for book, name in PLACES),
    (conflict("unclosed", B2, "relu", f"<<<<<<< HEAD\n{RELU}\n=======\n{RELU}"), "relu"),
    (conflict("marker-alone", B5, "pooled_shape", f"{right(B5, 'pooled_shape')}\n=======\n"), "pooled_shape"),
]  # fmt: skip
FULL = [one for one, _ in READABLE]
ALL = [*FULL, *(one for one, _ in (*UNREADABLE, *VERSIONS))]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    return grade_trials(ALL, tmp_path_factory.mktemp("versions"))


@pytest.mark.parametrize(("trial", "exercise"), VERSIONS, ids=named)
def test_a_name_of_another_version_is_graded_or_the_reason_is_said(graded: Graded, trial: Trial, exercise: str) -> None:
    row = graded.row(trial.name, exercise)
    assert set(lost(graded.of(trial.name))) <= {exercise}
    if row.status != "correct":
        assert row.status == "not_graded" and row.score is None, said(row)
        assert "Python 3.1" in said(row) or "NumPy" in said(row), said(row)
        assert trial.name in graded.attention


@pytest.mark.parametrize(("trial", "exercise"), READABLE, ids=named)
def test_a_conflict_with_a_side_that_can_be_read_costs_nothing(graded: Graded, trial: Trial, exercise: str) -> None:
    assert lost(graded.of(trial.name)) == {}
    assert "git's conflict markers are in cell" in graded.told(trial.name)


@pytest.mark.parametrize(("trial", "exercise"), UNREADABLE, ids=named)
def test_a_conflict_that_can_not_be_read_is_named(graded: Graded, trial: Trial, exercise: str) -> None:
    row = graded.row(trial.name, exercise)
    assert set(lost(graded.of(trial.name))) == {exercise}
    assert row.status == "error" and "SyntaxError" in said(row), said(row)
