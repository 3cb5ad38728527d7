# ruff: noqa: E501 - a program a line reads best
"""Class 1: marks for what is observed beside the code, by code that gets at the observer."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Callable
from typing import Any

import pytest
from conftest import COURSE, optional

from adversarial.arena import assert_honest, graded, row
from autograder.course.function_source import function_source
from autograder.demo.notebooks import filled, solved
from autograder.sandbox.client import Sandbox
from autograder.sandbox.credible import is_credible
from helpers.checking.calls import call
from helpers.checking.verdict import judge

# Convolutions with a loop over windows, each with another way to hide it.
LOOP = """
import numpy as np
{before}
def conv2d_windows(x, w, b=0.0, padding=0, stride=1):
    {inside}
    x = np.pad(np.asarray(x, dtype=float), padding)
    kh, kw = w.shape
    rows, columns = range(0, x.shape[0] - kh + 1, stride), range(0, x.shape[1] - kw + 1, stride)
    out = np.array([[np.sum(x[i : i + kh, j : j + kw] * w) + b for j in columns] for i in rows])
    {after}
    return out
"""
HIDDEN_LOOPS = {
    "closure-of-the-trace": ("import sys", "pass", "t = sys.gettrace()\n    if t: t.__closure__[0].cell_contents = 0"),
    "no-line-events": ("import sys", "f = sys._getframe(); f.f_trace_lines = False; f.f_trace = None", "pass"),
    "frame-of-the-counter": ("import sys", "pass", "f = sys._getframe(1)\n    w_ = f.f_locals.get('watch')\n    if w_: w_.__closure__[0].cell_contents = 0"),
    "counter": ("import helpers.checking.steps as s, helpers.adapters.filters_2d as a\na.python_steps = lambda f, *g, **o: (f(*g, **o), 0)", "pass", "pass"),
    "adapter": ("import helpers.adapters.filters_2d as a\n_old = a.without_loop_over_windows\n"
                "def _new(f, x, w, **o):\n    v = _old(f, x, w, **o)\n    if isinstance(v, dict): v['loop over windows'] = 'no'\n    return v\n"
                "a.without_loop_over_windows = _new", "pass", "pass"),
    "run-cell": ("get_ipython().run_cell('import helpers.adapters.filters_2d as a\\na.python_steps = lambda f, *g, **o: (f(*g, **o), 0)')", "pass", "pass"),
    "shell-by-another-name": ("shell = get_ipython\nshell().ex('import helpers.adapters.filters_2d as a\\na.python_steps = lambda f, *g, **o: (f(*g, **o), 0)')", "pass", "pass"),
    "by-a-written-module": ("open('tools.py', 'w').write('import helpers.adapters.filters_2d as a\\na.python_steps = lambda f, *g, **o: (f(*g, **o), 0)')\nimport tools", "pass", "pass"),
    "by-text": ("exec('import helpers.adapters.filters_2d as a; a.python_steps = lambda f, *g, **o: (f(*g, **o), 0)')", "pass", "pass"),
    "windows-counted-as-many": ("from helpers import adapters\nimport helpers.adapters.filters_2d\nadapters.filters_2d._windows = lambda x, w, **o: x.size ** 3", "pass", "pass"),
}  # fmt: skip


@pytest.mark.parametrize("way", HIDDEN_LOOPS)
def test_a_loop_that_is_hidden_earns_nothing(way: str, sandbox: Sandbox) -> None:
    before, inside, after = HIDDEN_LOOPS[way]
    source = LOOP.format(before=before, inside=inside, after=after)
    book = "03_filters_2d"
    result = graded(filled(COURSE, book, {"conv2d_windows": source}, solved(COURSE, book)), sandbox, book)
    item = row(result, "conv2d_windows")
    assert item.status != "correct" and (item.score is None or item.score <= item.max_score / 2), item
    assert (item.status == "not_graded") == (item.score is None)
    assert_honest(result, "conv2d_windows")


def test_an_observer_that_another_exercise_has_changed_earns_nothing(sandbox: Sandbox) -> None:
    """What shares a process is looked at, too; in a process of its own the loop is seen."""
    book = "03_filters_2d"
    reference = function_source(COURSE.exercise("conv2d_single").reference, "conv2d_single")
    answers = {
        "conv2d_single": f"{HIDDEN_LOOPS['counter'][0]}\n{reference}",
        "conv2d_windows": LOOP.format(before="", inside="pass", after="pass"),
    }
    result = graded(filled(COURSE, book, answers, solved(COURSE, book)), sandbox, book)
    item = row(result, "conv2d_windows")
    assert item.status in ("partial", "not_graded") and (item.score or 0) <= item.max_score / 2, item
    assert_honest(result, "conv2d_windows")


# --- notebook 08

TRACKING = """
import torch
{before}
def evaluate(model, loader):
    was_training = model.training
    model.eval()
    {inside}
    wrong1 = wrong5 = points = 0
    for images, labels in loader:
        best = model(images).topk(5, dim=1).indices
        hits = best == labels[:, None]
        points += len(labels)
        wrong1 += len(labels) - hits[:, 0].sum().item()
        wrong5 += len(labels) - hits.sum().item()
    model.train(was_training)
    {after}
    return wrong1 / points, wrong5 / points
"""
WIPED = {
    "mark": ("", "pass", "model.watched = False"),
    "marks-of-layers": ("", "pass", "for part in model.modules(): part.watched = part.tracked = False"),
    "forward": ("", "old = model.forward\n    model.forward = lambda x: old(x).detach()", "del model.forward"),
    "property": ("torch.Tensor.requires_grad = property(lambda self: False)", "pass", "pass"),
    "hooks": ("", "torch.nn.modules.module._global_forward_hooks.clear()", "pass"),
    "adapter": ("import helpers.adapters.imagenet_pytorch as a\n_old = a.evaluated\n"
                "def _new(*g, **o):\n    v = _old(*g, **o)\n    if isinstance(v, dict) and 'gradients' in v: v['gradients'] = 'not tracked'\n    return v\n"
                "a.evaluated = _new", "pass", "pass"),
    "list-in-the-frame": ("import sys", "pass", "sys._getframe(1).f_locals.get('tracked', []).clear()"),
}  # fmt: skip


@pytest.mark.parametrize("way", WIPED)
def test_prepared_gradients_that_are_hidden_earn_nothing(way: str, sandbox: Sandbox) -> None:
    optional("torch")
    before, inside, after = WIPED[way]
    source = TRACKING.format(before=before, inside=inside, after=after)
    book = "08_imagenet_pytorch"
    item = row(graded(filled(COURSE, book, {"evaluate": source}), sandbox, book), "evaluate")
    assert item.status in ("partial", "not_graded", "error", "wrong"), item
    assert item.score is None or item.score < item.max_score


NO_NETWORKS = {
    "adapter": """
        import numpy as np, torch
        import helpers.adapters.imagenet_pytorch as a
        def _network(function, classes, *, sides, batch, look_at):
            block = [["ConvolutionBackward0", [], [0]], ["NativeBatchNormBackward0", [0], []], ["ConvolutionBackward0", [1], [0]], ["AddBackward0", [2, 0], []]]
            data = {"operations": block, "weights": [[9, True]], "registered": [[9, True]], "not registered": 0}
            rng = np.random.default_rng(0)
            logits = [rng.normal(size=(batch, classes)) for _ in sides]
            return data if look_at in ("weights", "layers", "shortcuts") else {"logits": logits, "alone": [row[None] for row in logits[0]]}
        a.network = _network
        def SmallResNet(classes):
            return None
        """,
    "named": """
        import helpers.checking.calls as c
        import numpy as np
        _named = c.named
        c.named = lambda kind, name: (lambda *g, **o: {"operations": [], "weights": [[9, True]], "registered": [[9, True]], "not registered": 0}) if "network" in name else _named(kind, name)
        def SmallResNet(classes):
            return None
        """,
    "by-the-modules": """
        import sys
        import torch
        for _name in list(sys.modules):
            if _name.endswith("imagenet_pytorch"):
                sys.modules[_name].network = lambda f, k, *, sides, batch, look_at: {"logits": [torch.randn(batch, k).numpy() for _ in sides], "alone": []}
        def SmallResNet(classes):
            return None
        """,
}  # fmt: skip


@pytest.mark.parametrize("way", NO_NETWORKS)
def test_an_adapter_that_says_what_is_expected_earns_nothing(way: str, sandbox: Sandbox) -> None:
    optional("torch")
    book = "08_imagenet_pytorch"
    source = textwrap.dedent(NO_NETWORKS[way])
    item = row(graded(filled(COURSE, book, {"SmallResNet": source}), sandbox, book), "SmallResNet")
    assert item.status in ("not_graded", "error", "wrong"), item
    assert not item.score


def networks() -> dict[str, Callable[[int], Any]]:
    """Models that add something without being residual networks."""
    import torch
    from torch import nn

    class ColourMeans(nn.Module):
        def __init__(self, classes: int) -> None:
            super().__init__()
            self.linear = nn.Linear(3, classes)

        def forward(self, x: Any) -> Any:
            means = x.mean(dim=(2, 3)) / 2
            return self.linear(means + means)

    class Doubled(ColourMeans):
        def forward(self, x: Any) -> Any:
            logits = self.linear(x.mean(dim=(2, 3)))
            return logits + logits * 0.5

    class Parallel(nn.Module):
        """Two branches of one convolution each."""

        def __init__(self, classes: int) -> None:
            super().__init__()
            self.one, self.two = (nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU()) for _ in range(2))
            self.linear = nn.Linear(8, classes)

        def forward(self, x: Any) -> Any:
            return self.linear((self.one(x) + self.two(x)).mean(dim=(2, 3)))

    class ShortcutOverOne(Parallel):
        def __init__(self, classes: int) -> None:
            super().__init__(classes)
            self.two = nn.Sequential(nn.Conv2d(8, 8, 3, padding=1), nn.BatchNorm2d(8))

        def forward(self, x: Any) -> Any:
            z = self.one(x)
            return self.linear(torch.relu(z + self.two(z)).mean(dim=(2, 3)))

    class WithoutNorm(Parallel):
        def __init__(self, classes: int) -> None:
            super().__init__(classes)
            self.two = nn.Sequential(nn.Conv2d(8, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 8, 3, padding=1))

        forward = ShortcutOverOne.forward

    class DeadBlock(ColourMeans):
        """A block that counts for nothing."""

        def __init__(self, classes: int) -> None:
            super().__init__(classes)
            self.block = COURSE.exercise("ResidualBlock")(3, 8, 2)

        def forward(self, x: Any) -> Any:
            return super().forward(x) + 0 * self.block(x).mean()

    made = (ColourMeans, Doubled, Parallel, ShortcutOverOne, WithoutNorm, DeadBlock)
    return {item.__name__: item for item in made}


def test_what_adds_something_is_no_residual_network_yet() -> None:
    optional("torch")
    spec = COURSE.exercise("SmallResNet").hidden(3)
    cases = [case for case in spec.cases if case.aspect == "residual blocks"]
    for name, make in networks().items():
        verdict = judge(spec, [call(make, spec, case) for case in spec.cases])
        assert not verdict.aspects["residual blocks"], name
    assert cases


# --- credible source


@pytest.mark.parametrize("book", [name for name, book in COURSE.notebooks.items() if not book.lacking()])
def test_right_solutions_are_credible(book: str) -> None:
    """Those of the course in every style: what is observed of them is believed."""
    for exercise in COURSE.notebooks[book].exercises:
        if exercise.watched:
            for function in (exercise.reference, *exercise.variants.values()):
                tree = ast.parse(function_source(function, exercise.name))
                assert is_credible(tree.body, COURSE.settable), (exercise.name, function)


@pytest.mark.parametrize(
    "source",
    [
        "import numpy as np\ndef f(x, w):\n    out = np.zeros(3)\n    out[0] = np.trace(x)\n    out.shape = (3, 1)\n    return out",
        "class A(B):\n    def __init__(self, n):\n        super().__init__()\n        self._n = n\n        self.parts = [getattr(self, f'p{i}') for i in range(n)]",
        "def f(model):\n    model.eval()\n    for m in model.modules():\n        m.training = False\n    for p in model.parameters():\n        p.requires_grad_(False)",
        "def make(k):\n    net = Module()\n    net.conv = Conv(k)\n    net.conv.weight.data = ones(3)\n    return net",
        "from functools import partial, reduce\nimport math, itertools, time\nprint('__main__', __name__)\nassert type(3) is int",
        "from __future__ import annotations\nfrom dataclasses import dataclass\n@dataclass\nclass A:\n    x: int = 0\n    def __add__(self, other): return A(self.x + other.x)",
        "from helpers import check, pictures\ncheck(f)",
        "get_ipython().run_line_magic('matplotlib', 'inline')\nget_ipython().system('ls')",
        "get_ipython().run_cell_magic('writefile', 'parts.py', 'def f(x):\\n    return x')\nfrom parts import f",
        "import IPython\nIPython.display.Audio(x)",
        "import IPython.display as ipd\nipd.Audio(x)",
        "from IPython.display import HTML, display",
        "from IPython import get_ipython, display\nget_ipython().run_line_magic('time', '')",
        "files = get_ipython().getoutput('ls')",
        "class A(Module):\n    def __init__(self):\n        self.query = Linear(3)\n    def forward(self, x):\n        return attend(query=self.query(x))",
        "import numpy as np\nnp.testing.assert_allclose(a, b)",
        "import torchsummary, einops",
    ],
)
def test_ordinary_code_is_credible(source: str) -> None:
    assert is_credible(ast.parse(source).body, COURSE.settable)


@pytest.mark.parametrize(
    "source",
    [
        "import sys", "import os.path as p", "from gc import get_objects", "import helpers.adapters.x", "from helpers import adapters",
        "import numpy.testing._private.utils", "from . import x", "import not_there_at_all", "np.lib.npyio.os", "torch.sys.modules",
        "f.__globals__['x']", "f.__closure__", "().__class__.__bases__[0].__subclasses__()", "__builtins__", "__import__('x')",
        "eval('x')", "exec('x')", "e = eval", "g = getattr", "getattr(np, 'x')", "setattr(np, 'sum', f)", "vars(np)", "globals()",
        "np.sum = f", "import numpy as np\nnp.sum = f", "import numpy as np\nn = np\nn.sum = f", "import numpy as np\nl = np.linalg\nl.norm = f",
        "def f(model):\n    model.watched = False", "def f(model):\n    m = model\n    m.forward = g", "torch.Tensor.requires_grad = f", "t = (lambda q: q)(torch.Tensor)\nt.x = 1",
        "for t in [torch.Tensor]:\n    t.x = 1", "def f(self, x):\n    self.forward = x", "self = model\nself.forward = f", "type(x).y = 1", "del np.sum",
        "try: 1/0\nexcept Exception as e: e.__traceback__.tb_frame", "g.gi_frame.f_back", "x._y", "np._core", "class A:\n    def __getattribute__(self, n): pass",
        "np.load('x', allow_pickle=True)", "operator.attrgetter('x')", "namedtuple('A', 'x', module='__main__').__new__.__globals__",
        "type('A', (), {'__eq__': f, '__getattr__': g})",
        "get_ipython().run_cell_magic('writefile', 'parts.py', 'import sys')\nfrom parts import f", "get_ipython().run_cell_magic('writefile', 'parts.py', 'def (')",
        "get_ipython().run_cell_magic('writefile', 'parts.py', 'x = 1')\nopen('parts.py', 'w').write('y')\nimport parts", "typing.get_type_hints(f)",
        "get_ipython().run_cell('x')", "get_ipython().ex('x')", "get_ipython().user_ns['x']", "get_ipython().push({'x': 1})", "ip = get_ipython()\nip.run_cell('x')",
        "import IPython\nIPython.get_ipython().run_cell('x')", "import IPython as ip", "shell = IPython", "from IPython import get_ipython as g", "from IPython import core",
        "from IPython import *", "from IPython.core.interactiveshell import InteractiveShell", "import pandas as pd\npd.eval('x')", "frame.eval('x')", "import sympy",
        "torch.fx.GraphModule(a, b)", "string.Formatter().get_field('0.x', (f,), {})", "np.testing.measure('x')", "from numpy.testing import runstring",
    ],
)  # fmt: skip
def test_what_reaches_further_is_not(source: str) -> None:
    assert not is_credible(ast.parse(source).body, COURSE.settable)
