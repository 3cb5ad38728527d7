"""Accidents in the notebook with PyTorch, whose own NotImplementedError never means that nothing is written."""

from __future__ import annotations

import contextlib
import io

import pytest
from autograder.demo.notebooks import solved, text
from conftest import COURSE, optional

from .accidents import Accident, Trial, all_of, at, cell, gone, handed_out, named, put, source, typed
from .classroom import Graded, grade_trials, lost, said

optional("torch")
BOOK = "08_imagenet_pytorch"
SET_UP = "import numpy as np\nimport torch\nfrom torch import nn\nfrom torch.nn import functional as F\n"
SET_UP += "from helpers import blocks, check, predict\n"
NO_FORWARD = 'is missing the required "forward" function'
MODULE_LIST = f"Module [ModuleList] {NO_FORWARD}"


def swapped(name: str, old: str, new: str) -> Accident:
    """One part of an exercise's solution is another."""

    def change(own: str) -> str:
        assert old in own
        return own.replace(old, new)

    return typed(name, change)


BARE = "def __init__(self, {}):\n        super().__init__()\n"
# (trial, exercise, what PyTorch says).
ERRORS = [
    *((Trial(f"forward-{wrong}-{name}", BOOK, swapped(name, "def forward(", f"def {wrong}(")), name,
       f"Module [{name}] {NO_FORWARD}")
      for wrong, name in (("foward", "ConvBlock"), ("Forward", "ConvBlock"), ("forwad", "ResidualBlock"),
                          ("_forward", "ResidualBlock"), ("fwd", "SmallResNet"), ("foreward", "SmallResNet"))),
    (Trial("forward-missing-ConvBlock", BOOK, cell("ConvBlock",
        f"class ConvBlock(nn.Module):\n    {BARE.format('c_in, c_out, stride')}"
        "        self.conv = nn.Conv2d(c_in, c_out, 3, stride=stride, padding=1, bias=False)")),
     "ConvBlock", f"Module [ConvBlock] {NO_FORWARD}"),
    (Trial("forward-missing-ResidualBlock", BOOK, cell("ResidualBlock",
        f"class ResidualBlock(nn.Module):\n    {BARE.format('c_in, c_out, stride')}"
        "        self.conv1 = nn.Conv2d(c_in, c_out, 3, stride=stride, padding=1, bias=False)")),
     "ResidualBlock", f"Module [ResidualBlock] {NO_FORWARD}"),
    (Trial("forward-missing-SmallResNet", BOOK, cell("SmallResNet",
        f"class SmallResNet(nn.Module):\n    {BARE.format('classes, width=16')}"
        "        self.classify = nn.Linear(width, classes)")),
     "SmallResNet", f"Module [SmallResNet] {NO_FORWARD}"),
    (Trial("forward-indented-into-init", BOOK, cell("ConvBlock",
        f"class ConvBlock(nn.Module):\n    {BARE.format('c_in, c_out, stride')}"
        "        self.conv = nn.Conv2d(c_in, c_out, 3, stride=stride, padding=1, bias=False)\n"
        "        def forward(self, x):\n            return F.relu(self.conv(x))")),
     "ConvBlock", f"Module [ConvBlock] {NO_FORWARD}"),
    (Trial("list-in-ConvBlock", BOOK, cell("ConvBlock",
        f"class ConvBlock(nn.Module):\n    {BARE.format('c_in, c_out, stride')}"
        "        self.parts = nn.ModuleList([nn.Conv2d(c_in, c_out, 3, stride=stride, padding=1, bias=False),"
        " nn.BatchNorm2d(c_out), nn.ReLU()])\n\n"
        "    def forward(self, x):\n        return self.parts(x)")),
     "ConvBlock", MODULE_LIST),
    (Trial("list-in-ResidualBlock", BOOK, swapped("ResidualBlock",
        "nn.Sequential(nn.Conv2d(c_in, c_out, 1, stride=stride, bias=False), nn.BatchNorm2d(c_out))",
        "nn.ModuleList([nn.Conv2d(c_in, c_out, 1, stride=stride, bias=False), nn.BatchNorm2d(c_out)])")),
     "ResidualBlock", MODULE_LIST),
    (Trial("list-in-SmallResNet", BOOK, swapped(
        "SmallResNet", "self.features(x)", "nn.ModuleList([self.features])(x)")),
     "SmallResNet", MODULE_LIST),
    (Trial("dict-in-ConvBlock", BOOK, swapped("ConvBlock",
        "self.norm(self.conv(x))", "nn.ModuleDict({'a': self.norm, 'b': self.conv})(x)")),
     "ConvBlock", f"Module [ModuleDict] {NO_FORWARD}"),
    (Trial("inner-class-in-ConvBlock", BOOK, cell("ConvBlock",
        "class Inner(nn.Module):\n    def run(self, x):\n        return x\n\n"
        f"class ConvBlock(nn.Module):\n    {BARE.format('c_in, c_out, stride')}        self.inner = Inner()\n\n"
        "    def forward(self, x):\n        return self.inner(x)")),
     "ConvBlock", f"Module [Inner] {NO_FORWARD}"),
    (Trial("inner-class-in-another-cell", BOOK, all_of(
        put("SmallResNet", "class Stem(nn.Module):\n    pass", 0),
        swapped("SmallResNet", "z = self.features(x)", "z = Stem()(x)"))),
     "SmallResNet", f"Module [Stem] {NO_FORWARD}"),
    (Trial("bare-module-in-ResidualBlock", BOOK, swapped(
        "ResidualBlock", "self.shortcut = nn.Identity()", "self.shortcut = nn.Module()")),
     "ResidualBlock", f"Module [Module] {NO_FORWARD}"),
    (Trial("base-forward-called", BOOK, swapped("ConvBlock", "return F.relu(", "return super().forward(")),
     "ConvBlock", f"Module [ConvBlock] {NO_FORWARD}"),
    (Trial("list-in-evaluate", BOOK, swapped("evaluate", "model(images)", "nn.ModuleList([model])(images)")),
     "evaluate", MODULE_LIST),
    *((Trial(f"swapped-{number}", BOOK, swapped("train_step", "F.cross_entropy(model(images), labels)", loss)),
       "train_step", "takes the logits first, then the labels")
      for number, loss in enumerate((
          "F.cross_entropy(labels, model(images))",
          "F.nll_loss(labels, F.log_softmax(model(images), dim=1))",
          "F.nll_loss(model(images).log_softmax(1), F.one_hot(labels))"))),
    (Trial("list-in-train_step", BOOK, swapped("train_step", "model(images)", "nn.ModuleList([model])(images)")),
     "train_step", MODULE_LIST),
]  # fmt: skip
NAMES = [item.name for item in COURSE.notebooks[BOOK].exercises if item.kind != "written"]
IMPORTS = "import numpy as np\nimport torch\nfrom torch import nn\nfrom torch.nn import functional as F\n"


def right(name: str) -> str:
    """The exercise's right solution."""
    return source(solved(COURSE, BOOK), name)


def from_file(name: str, own: str) -> Accident:
    """A cell above writes the work to a file, and the exercise's cell takes it from there."""
    return all_of(cell(name, own), put(name, f"%%writefile mine.py\n{IMPORTS}{right(name)}", 0))


FULL = [
    Trial("file-ConvBlock", BOOK, from_file("ConvBlock", "from mine import ConvBlock")),
    Trial("file-count_parameters", BOOK, from_file("count_parameters", "%run mine.py")),
    Trial("file-top_k_error", BOOK, from_file("top_k_error", "import mine\ntop_k_error = mine.top_k_error")),
    Trial("file-evaluate", BOOK, from_file("evaluate", "from mine import *")),
    Trial("helper-class-below", BOOK, all_of(
        swapped("ResidualBlock", "nn.Identity()", "Same()"),
        put("ResidualBlock", "class Same(nn.Module):\n    def forward(self, x):\n        return x", 1))),
    Trial("helper-function-above", BOOK, all_of(
        swapped("train_step", "F.cross_entropy(model(images), labels)", "my_loss(model(images), labels)"),
        put("train_step", "def my_loss(logits, y):\n    return nn.CrossEntropyLoss()(logits, y)", 0))),
    Trial("dataclass-above", BOOK, all_of(
        swapped("SmallResNet", "self.classify = nn.Linear(8 * width", "self.classify = nn.Linear(Wide().times * width"),
        put("SmallResNet", "from dataclasses import dataclass\n@dataclass\nclass Wide:\n    times: int = 8", 0))),
    Trial("import-above", BOOK, all_of(
        swapped("ConvBlock", "nn.BatchNorm2d(", "BN("),
        put("ConvBlock", "from torch.nn import BatchNorm2d as BN", 0))),
    Trial("constant-below", BOOK, all_of(
        swapped("ConvBlock", "padding=1", "padding=ONE"), put("ConvBlock", "ONE = 1", 1))),
    # What is observed of a block is believed of these, too.
    Trial("switches-and-unused-packages", BOOK, all_of(*(
        typed(name, lambda own: f"import torchvision\nfrom torchsummary import summary\n"
              f"torch.backends.cudnn.benchmark = True\n{own}")
        for name in ("ConvBlock", "as_conv2d")))),
    Trial("asks-for-a-gpu-at-the-top", BOOK, all_of(
        typed("ConvBlock", lambda own: f"print(torch.cuda.get_device_name(0))\n{own}"),
        typed("evaluate", lambda own: f"torch.cuda.synchronize()\n{own}"))),
    Trial("compiled", BOOK, typed(
        "count_parameters", lambda own: own.replace("def count_parameters", "@torch.compile\ndef count_parameters"))),
    Trial("own-blocks", BOOK, typed("SmallResNet", lambda own: own.replace("blocks.", ""))),
    Trial("all-in-one-cell", BOOK, all_of(
        put(NAMES[0], "\n\n".join(map(right, NAMES)), 0), gone(*NAMES))),
]  # fmt: skip
# PyTorch's error isn't reached where the release's own line is still there.
NOT_WRITTEN = [
    (Trial(f"as-handed-out-{name}", BOOK, handed_out(BOOK, name)), name)
    for name in ("ConvBlock", "ResidualBlock", "SmallResNet", "as_conv2d")
]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    return grade_trials([one[0] for one in (*ERRORS, *NOT_WRITTEN)] + FULL, tmp_path_factory.mktemp("pytorch"))


def source_of(trial: Trial, exercise: str) -> list[str]:
    """The set-up's imports, and the student's code up to the exercise's check."""
    notebook = trial.accident(solved(COURSE, BOOK))
    near = notebook["cells"][at(notebook, exercise) - 1 : at(notebook, f"{exercise}_check")]
    return [text(one) for one in near if one["cell_type"] == "code" and "figures" not in text(one)]


@pytest.mark.parametrize(("trial", "exercise", "words"), ERRORS, ids=named)
def test_the_grade_says_what_pytorch_says(graded: Graded, trial: Trial, exercise: str, words: str) -> None:
    row = graded.row(trial.name, exercise)
    assert row.status in ("error", "partial"), said(row)
    assert words in said(row) and "not written yet" not in said(row), said(row)


@pytest.mark.parametrize(("trial", "exercise", "words"), ERRORS, ids=named)
def test_check_says_the_same(trial: Trial, exercise: str, words: str) -> None:
    namespace: dict[str, object] = {"__name__": "__main__"}
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        for code in (SET_UP, *source_of(trial, exercise), f"passed = check({exercise}).passed"):
            exec(compile(code, "<cell>", "exec"), namespace)
    assert namespace["passed"] is False
    assert words in printed.getvalue() and "not written yet" not in printed.getvalue(), printed.getvalue()


@pytest.mark.parametrize(("trial", "exercise"), NOT_WRITTEN, ids=named)
def test_what_is_not_written_is_said_to_be(graded: Graded, trial: Trial, exercise: str) -> None:
    row = graded.row(trial.name, exercise)
    assert row.status == "not_attempted" and "not written yet" in said(row)


@pytest.mark.parametrize("trial", FULL, ids=named)
def test_it_costs_nothing(graded: Graded, trial: Trial) -> None:
    assert lost(graded.of(trial.name)) == {}
