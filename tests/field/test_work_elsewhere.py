"""Work that stands elsewhere than in its exercise's cell: in other cells, in the set-up cell, in a file."""

from __future__ import annotations

import pytest
from autograder.demo.notebooks import Notebook, grade_id, solved, text
from conftest import COURSE

from .accidents import Accident, Trial, all_of, cell, gone, handed_out, named, put, source
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
NP = "import numpy as np\n"
PAD2D = "def pad2d(x, padding):\n    return np.pad(x, padding)\n"
RELU = "def relu(z):\n    return np.maximum(z, 0)\n"
AVERAGE = (
    "def avg_pool2d(x, size, stride):\n"
    "    w = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(2, 3))\n"
    "    return w[:, :, ::stride, ::stride].mean(axis=(4, 5))\n"
)
SOFTMAX = "def softmax(scores):\n    e = np.exp(scores - scores.max(axis=1, keepdims=True))\n"
SOFTMAX += "    return e / e.sum(axis=1, keepdims=True)\n"


def work(book: str, name: str) -> str:
    """The exercise's right solution."""
    return source(solved(COURSE, book), name)


def functions(book: str) -> list[str]:
    """The exercises of a notebook that are functions, in order."""
    items = COURSE.notebooks[book].exercises
    return [item.name for item in items if item.kind == "function"]


def from_file(name: str, file: str, own: str) -> Accident:
    """A cell above writes a file, and the exercise's cell takes its work from there."""
    return all_of(cell(name, own), put(name, file, 0))


def at_set_up(book: str, change: str, *, new_cell: bool) -> Accident:
    """Code at the end of the set-up cell, or in a new cell below it."""

    def happen(notebook: Notebook) -> Notebook:
        cells = list(notebook["cells"])
        index = next(n for n, one in enumerate(cells) if "from helpers import check" in text(one))
        below = {**cells[index], "source": change}
        own = {**cells[index], "source": f"{text(cells[index])}\n\n{change}"}
        cells[index : index + 1] = [cells[index], below] if new_cell else [own]
        return {**notebook, "cells": cells}

    return happen


def all_in_one(book: str, *, new_cell: bool = True) -> Accident:
    """All functions stand in one cell at the top, and their own cells are deleted."""
    names = functions(book)
    everything = "\n\n".join(work(book, name) for name in names)
    return all_of(gone(*names), at_set_up(book, everything, new_cell=new_cell))


def all_at_the_end(book: str) -> Accident:
    """All functions stand in one cell at the end, and their own cells are as they were handed out."""
    names = functions(book)
    everything = "\n\n".join(work(book, name) for name in names)
    last = next(grade_id(one) for one in reversed(solved(COURSE, book)["cells"]) if grade_id(one))
    return all_of(handed_out(book, *names), put(last, everything, 1))


def at_top(book: str, name: str, *, own: str) -> Accident:
    """One exercise's work stands at the end of the set-up cell; its own cell is deleted or as it was handed out."""
    emptied = gone(name) if own == "gone" else handed_out(book, name)
    return all_of(emptied, at_set_up(book, work(book, name), new_cell=False))


def split(name: str, own: str, other: str, offset: int) -> Accident:
    """The exercise's cell needs a second cell, above with offset 0, below with 1."""
    return all_of(cell(name, own), put(name, other, offset))


FILES = [
    Trial("run-pad2d", B3, from_file("pad2d", f"%%writefile my_pad.py\n{NP}{PAD2D}", "%run my_pad.py")),
    Trial("run-relu", B2, from_file("relu", f"%%writefile act.py\n{NP}{RELU}", "%run act.py")),
    Trial("run-softmax", B6, from_file("softmax", f"%%file soft.py\n{NP}{SOFTMAX}", "%run 'soft.py'")),
    Trial("run-dot-slash", B5, from_file("avg_pool2d", f"%%writefile ./avg.py\n{NP}{AVERAGE}", "%run ./avg.py")),
    Trial("run-without-suffix", B1, from_file(
        "flatten", "%%writefile flat.py\ndef flatten(image):\n    return image.reshape(-1).copy()", "%run flat")),
    Trial("run-statistics", B2, from_file(
        "same_padding", "%%writefile half.py\nimport statistics\n"
        "def same_padding(k):\n    return statistics.median_low(range(k))", "%run -i half.py")),
    Trial("run-then-more", B4, from_file(
        "to_channels_first", "%%writefile axes.py\ndef last_first(image):\n    return image.transpose(2, 0, 1)\n",
        "%run axes.py\ndef to_channels_first(image):\n    return last_first(image)")),
    Trial("run-in-a-cell-of-its-own", B3, all_of(
        cell("pad2d", "def pad2d(x, padding):\n    return padded(x, padding)"),
        put("pad2d", f"%%writefile pads.py\n{NP}def padded(x, padding):\n    return np.pad(x, padding)", 0),
        put("pad2d", "%run pads.py", 0))),
    Trial("run-main-guard", B5, from_file(
        "avg_pool2d", f"%%writefile avg.py\n{NP}{AVERAGE}\nif __name__ == '__main__':\n    print('ready')",
        "%run avg.py")),
    Trial("import-name", B5, from_file(
        "avg_pool2d", f"%%writefile pools.py\n{NP}{AVERAGE}", "from pools import avg_pool2d")),
    Trial("import-module", B1, from_file(
        "flatten", "%%writefile utils.py\ndef flat(image):\n    return image.reshape(-1).copy()",
        "import utils\ndef flatten(image):\n    return utils.flat(image)")),
    Trial("import-star", B3, from_file("pad2d", f"%%writefile mine.py\n{NP}{PAD2D}", "from mine import *")),
    Trial("import-as", B6, from_file(
        "softmax", f"%%writefile my_softmax.py\n{NP}{SOFTMAX}",
        "import my_softmax as ms\nsoftmax = ms.softmax")),
    Trial("import-inside", B7, from_file(
        "relu_backward", "%%writefile steps.py\ndef masked(dz, z):\n    return dz * (z > 0)",
        "def relu_backward(dz, z):\n    from steps import masked\n    return masked(dz, z)")),
    Trial("import-two-files", B4, all_of(
        cell("to_channels_first", "from outer import to_channels_first"),
        put("to_channels_first", "%%writefile inner.py\norder = (2, 0, 1)", 0),
        put("to_channels_first", "%%writefile outer.py\nfrom inner import order\n"
            "def to_channels_first(image):\n    return image.transpose(order)", 0))),
    Trial("import-reloaded", B2, from_file(
        "relu", f"%%writefile act.py\n{NP}{RELU}",
        "import importlib\nimport act\nimportlib.reload(act)\nrelu = act.relu")),
    Trial("import-autoreload", B5, from_file(
        "avg_pool2d", f"%%writefile pools.py\n{NP}{AVERAGE}",
        "%load_ext autoreload\n%autoreload 2\nfrom pools import avg_pool2d")),
    Trial("import-with-path", B3, from_file(
        "pad2d", f"%%writefile mine.py\n{NP}{PAD2D}", "import sys\nsys.path.append('.')\nfrom mine import pad2d")),
    Trial("import-by-importlib", B6, from_file(
        "softmax", f"%%writefile soft.py\n{NP}{SOFTMAX}",
        "from importlib import import_module\nsoftmax = import_module('soft').softmax")),
    Trial("import-from-folder", B1, all_of(
        cell("flatten", "from mine.flat import flatten"),
        put("flatten", "!mkdir -p mine", 0),
        put("flatten", "%%writefile mine/flat.py\ndef flatten(image):\n    return image.reshape(-1).copy()", 0))),
    Trial("import-appended", B2, all_of(
        cell("relu", "from act import relu"),
        put("relu", f"%%writefile act.py\n{NP}", 0),
        put("relu", f"%%writefile -a act.py\n{RELU}", 0))),
    Trial("import-written-by-open", B5, from_file(
        "avg_pool2d", f"with open('pools.py', 'w') as file:\n    file.write('''{NP}{AVERAGE}''')",
        "from pools import avg_pool2d")),
    Trial("import-written-by-path", B7, from_file(
        "relu_backward", "from pathlib import Path\n"
        "Path('steps.py').write_text('def relu_backward(dz, z):\\n    return dz * (z > 0)\\n')",
        "from steps import relu_backward")),
    Trial("import-new-listing", B7, from_file(
        "relu_backward", "from pathlib import Path\nimport importlib\n"
        "Path('steps.py').write_text('import statistics\\ndef relu_backward(dz, z):\\n    return dz * (z > 0)\\n')\n"
        "importlib.invalidate_caches()",
        "from steps import relu_backward")),
    *(Trial(f"{how}-in-a-new-cell-{name}", book, all_of(
        handed_out(book, name), put(name, statement, 1), put(name, f"%%writefile mine.py\n{NP}{code}", 1)))
      for book, name, code in ((B3, "pad2d", PAD2D), (B2, "relu", RELU), (B6, "softmax", SOFTMAX))
      for how, statement in (("import-star", "from mine import *"), ("run", "%run mine.py"))),
    Trial("import-set-up", B4, all_of(
        cell("to_channels_first", "def to_channels_first(image):\n    return mine.moved(image)"),
        at_set_up(B4, "import mine", new_cell=True),
        at_set_up(B4, "%%writefile mine.py\ndef moved(image):\n    return image.transpose(2, 0, 1)", new_cell=True))),
]  # fmt: skip
SPLIT = [
    Trial("helper-below-normalize", B1, split(
        "normalize", "def normalize(image, p=255):\n    return scaled(image, p)",
        "def scaled(image, p):\n    return image / p", 1)),
    Trial("helper-below-pad2d", B3, split(
        "pad2d", "def pad2d(x, padding):\n    return framed(x, padding)",
        "def framed(x, n):\n    return np.pad(x, n)", 1)),
    Trial("helper-below-softmax", B6, split(
        "softmax", "def softmax(scores):\n    return shares(np.exp(scores - scores.max(axis=1, keepdims=True)))",
        "def shares(e):\n    return e / e.sum(axis=1, keepdims=True)", 1)),
    Trial("helper-below-relu-backward", B7, split(
        "relu_backward", "def relu_backward(dz, z):\n    return dz * positive(z)",
        "def positive(z):\n    return z > 0", 1)),
    Trial("helper-of-helper", B2, all_of(
        cell("relu", "def relu(z):\n    return outer(z)"),
        put("relu", "def inner(z):\n    return np.maximum(z, low)", 1),
        put("relu", "def outer(z):\n    return inner(z)", 1),
        put("relu", "low = 0", 0))),
    Trial("constant-above-normalize", B1, split(
        "normalize", "def normalize(image, p=255):\n    return image * ONE / p", "ONE = 1.0", 0)),
    Trial("constant-above-channels", B4, split(
        "to_channels_first", "def to_channels_first(image):\n    return image.transpose(ORDER)",
        "ORDER = (2, 0, 1)", 0)),
    Trial("constant-above-average", B5, split(
        "avg_pool2d", AVERAGE.replace("(2, 3)", "AXES"), "ROWS, COLUMNS = 2, 3\nAXES = (ROWS, COLUMNS)", 0)),
    Trial("constant-of-a-loop", B6, split(
        "softmax", SOFTMAX.replace("axis=1", "axis=axes[0]"),
        "axes = []\nfor n in range(1, 2):\n    axes.append(n)", 0)),
    Trial("body-in-two-cells", B3, split(
        "pad2d", "def pad2d(x, padding):\n    return PAD(x, padding)", "PAD = lambda x, n: np.pad(x, n)", 0)),
    Trial("one-cell-of-all-01", B1, all_in_one(B1)),
    Trial("one-cell-of-all-02", B2, all_in_one(B2)),
    Trial("one-cell-of-all-04", B4, all_in_one(B4)),
    Trial("one-cell-of-all-06", B6, all_in_one(B6)),
    Trial("set-up-cell-has-all-03", B3, all_in_one(B3, new_cell=False)),
    Trial("set-up-cell-has-all-05", B5, all_in_one(B5, new_cell=False)),
    Trial("set-up-cell-has-all-07", B7, all_in_one(B7, new_cell=False)),
    Trial("set-up-cell-has-one-01", B1, at_top(B1, "flatten", own="gone")),
    Trial("set-up-cell-has-one-03", B3, at_top(B3, "pad2d", own="gone")),
    Trial("set-up-cell-has-one-06", B6, at_top(B6, "softmax", own="gone")),
    Trial("set-up-cell-has-helper", B2, all_of(
        at_set_up(B2, "def cut(z):\n    return np.maximum(z, 0)", new_cell=False),
        cell("relu", "def relu(z):\n    return cut(z)"))),
    Trial("set-up-cell-has-import", B5, all_of(
        at_set_up(B5, "from numpy.lib.stride_tricks import sliding_window_view as windows", new_cell=False),
        cell("avg_pool2d", AVERAGE.replace("np.lib.stride_tricks.sliding_window_view", "windows")))),
    Trial("set-up-cell-has-constant", B4, all_of(
        at_set_up(B4, "ORDER = 2, 0, 1", new_cell=False),
        cell("to_channels_first", "def to_channels_first(image):\n    return image.transpose(ORDER)"))),
    Trial("own-cell-empty-and-work-above", B5, all_of(
        put("avg_pool2d", AVERAGE, 0), cell("avg_pool2d", ""))),
    Trial("own-cell-a-comment-and-work-above", B3, all_of(
        put("pad2d", PAD2D, 0), cell("pad2d", "# see above"))),
    Trial("own-cell-a-print-and-work-above", B6, all_of(
        put("softmax", SOFTMAX, 0), cell("softmax", "print(softmax(np.ones((1, 2))))"))),
]  # fmt: skip
# A part of the work in another cell: its kind, and the notebook, exercise, own cell and other cell.
HALVES = [
    ("function", B1, "flatten_batch", "def flatten_batch(images):\n    return np.stack([one(i) for i in images])",
     "def one(image):\n    return image.ravel()"),
    ("function", B3, "pad2d", "def pad2d(x, padding):\n    return my_pad(x, padding)", "my_pad = np.pad"),
    ("function", B7, "relu_backward", "def relu_backward(dz, z):\n    return dz * mask(z)",
     "def mask(z):\n    return (z > 0).astype(float)"),
    ("constant", B2, "relu", "def relu(z):\n    return np.maximum(z, LOW)", "LOW: int = 0"),
    ("constant", B5, "avg_pool2d", AVERAGE.replace("(2, 3)", "tuple(SPEC['axes'])"), "SPEC = {'axes': [2, 3]}"),
    ("constant", B6, "softmax", SOFTMAX.replace("axis=1", "**KEEP").replace(", keepdims=True", ""),
     "KEEP = dict(axis=1, keepdims=True)"),
    ("import", B4, "to_channels_first", "def to_channels_first(image):\n    return rearranged(image, -1, 0)",
     "from numpy import moveaxis as rearranged"),
    ("import", B2, "same_padding", "def same_padding(k):\n    return math.floor(k / 2)", "import math"),
    ("import", B1, "normalize", "def normalize(image, p=255):\n    return reduce(truediv, [image, p])",
     "from functools import reduce\nfrom operator import truediv"),
    ("dataclass", B2, "output_size", "def output_size(n, k, padding=0, stride=1):\n"
     "    return Row(n, padding).windows(k, stride)",
     "from dataclasses import dataclass\n@dataclass(frozen=True)\nclass Row:\n    n: int\n    padding: int = 0\n"
     "    def windows(self, k, stride):\n        return (self.n + 2 * self.padding - k) // stride + 1"),
    ("dataclass", B5, "pooled_shape", "def pooled_shape(shape, size, stride):\n    s = Shape(*shape)\n"
     "    return s.n, s.c, after(s.h, size, stride), after(s.w, size, stride)",
     "import dataclasses\n@dataclasses.dataclass\nclass Shape:\n    n: int\n    c: int\n    h: int\n    w: int\n"
     "def after(side, size, stride):\n    return (side - size) // stride + 1"),
    ("dataclass", B6, "predict", "def predict(scores):\n    return Best(1).of(scores)",
     "from dataclasses import dataclass, field\n@dataclass\nclass Best:\n    axis: int = field(default=1)\n"
     "    def of(self, scores):\n        return scores.argmax(axis=self.axis)"),
    ("named-tuple", B2, "same_padding", "def same_padding(k):\n    return Half(k // 2, k % 2).whole",
     "from typing import NamedTuple\nclass Half(NamedTuple):\n    whole: int\n    rest: int"),
    ("enum", B4, "to_channels_first",
     "def to_channels_first(image):\n    return np.moveaxis(image, Axis.LAST.value, 0)",
     "import enum\nclass Axis(enum.Enum):\n    LAST = -1"),
    ("decorator", B1, "flatten", "@copied\ndef flatten(image):\n    return image.reshape(-1)",
     "def copied(f):\n    return lambda *a: f(*a).copy()"),
]  # fmt: skip
HALVED = [
    Trial(f"{kind}-{name}-{where}", book, split(name, own, other, offset))
    for kind, book, name, own, other in HALVES
    for where, offset in (("above", 0), ("below", 1))
    if kind != "decorator" or where == "above"
]
FULL = [*FILES, *SPLIT, *HALVED]
# What runs too early or too late in a notebook, too: (trial, exercise). The teaching assistant reads of it.
TOLD = [
    *((Trial(f"end-has-all-{book[:2]}", book, all_at_the_end(book)), name)
      for book, name in ((B2, "relu"), (B5, "avg_pool2d"), (B6, "softmax"))),
    *((Trial(f"set-up-then-stub-{book[:2]}", book, at_top(book, name, own="stub")), name)
      for book, name in ((B1, "flatten"), (B3, "pad2d"), (B7, "relu_backward"))),
    *((Trial(f"above-the-stub-{name}", book, all_of(put(name, work(book, name), 0), handed_out(book, name))), name)
      for book, name in ((B2, "conv1d"), (B4, "im2col"), (B5, "max_pool2d"), (B6, "convnet_forward"))),
]  # fmt: skip


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    return grade_trials([*FULL, *(trial for trial, _ in TOLD)], tmp_path_factory.mktemp("elsewhere"))


@pytest.mark.parametrize("trial", FULL, ids=named)
def test_it_costs_nothing(graded: Graded, trial: Trial) -> None:
    assert lost(graded.of(trial.name)) == {}


@pytest.mark.parametrize(("trial", "exercise"), TOLD, ids=named)
def test_the_ta_is_told(graded: Graded, trial: Trial, exercise: str) -> None:
    row = graded.row(trial.name, exercise)
    full = row.status == "correct" and row.score == row.max_score
    assert full or "There is code for it in cell" in said(row), said(row)
    assert full or exercise in graded.told(trial.name)
    assert full or trial.name in graded.attention
