# ruff: noqa: E501 - a program a line reads best
"""Classes 1 to 11: programs that want points without the work."""

from __future__ import annotations

import pytest
from conftest import COURSE

from adversarial.arena import (
    BOOK,
    Program,
    assert_costs_nothing,
    assert_earns_nothing,
    body,
    cell,
    graded,
    programs,
    row,
)
from autograder.demo.notebooks import code_cell, filled, solved
from autograder.sandbox.client import Sandbox

WAYS_IN_TURN = True
WRONG = ("wrong", "error")
# A frame as the student's side would send it, written to every descriptor that might be the judge's.
FORGE = """
import json, os, struct
def send(frame):
    header = frame if isinstance(frame, bytes) else json.dumps(frame).encode()
    data = struct.pack("<QI", len(header) + 4, len(header)) + header
    for descriptor in range(3, 30):
        try:
            os.write(descriptor, data)
        except OSError:
            pass
def frame(name, *fields):
    return {"t": [name, *fields]}
def outcome(number, value, *more):
    return frame("CaseOutcome", number, value, None, {"d": []}, *more)
def FUNCTION(*args, **kwargs):
    SENDS
    os._exit(0)
"""


def forged(name: str, sends: str) -> Program:
    return cell(3, name, FORGE.replace("SENDS", sends), "crashed", "wrong", "error")


@programs(
    cell(1, "allclose", "import numpy as np\nnp.allclose = np.isclose = np.array_equal = lambda *a, **k: True\n"
         "def FUNCTION(z): return z * 0 - 1", *WRONG),
    cell(1, "builtins", "import builtins\nbuiltins.isinstance = builtins.all = lambda *a: True\n"
         "builtins.abs = lambda x: 0\ndef FUNCTION(z): return 0", *WRONG, "crashed"),
    cell(1, "our-own-modules", "import helpers.checking.calls as c, helpers.checking.values as v, autograder.sandbox.wire as w\n"
         "v.problem = lambda *a, **k: None\nc.plain = w.encode = lambda *a: True\ndef FUNCTION(z): return 0", *WRONG, "crashed"),
    body(2, "equal-to-all", "class A(np.ndarray):\n    def __eq__(self, other): return True\n    def __ne__(self, other): return False\n"
         "return np.zeros(np.shape(args[0])).view(A)", *WRONG),
    body(2, "masked", "return np.ma.masked_all(np.shape(args[0]))", *WRONG),
    body(2, "ufunc", "class A:\n    __array_ufunc__ = __array__ = __float__ = __eq__ = lambda *a, **k: True\nreturn A()", *WRONG),
    body(3, "marker", "print('score: 99'); sys.displayhook(2); sys.stdout.write('done'); raise ValueError", "error"),
    body(3, "descriptors", "for fd in range(30):\n    try: os.write(fd, b'{\"done\": true}')\n    except OSError: pass", "crashed"),
    forged("done-at-once", "send(frame('Begin', True)); send(frame('End')); send(frame('MorePlans', False))"),
    forged("verdict", "send(outcome(0, 'correct', 99)); send(outcome(0, 'correct'))"),
    forged("infinite-plans", "send(frame('End')); send(b'{\"t\": [\"MorePlans\", Infinity]}')"),
    forged("fault-without-fields", "send(frame('CellFault', {'t': ['raised']}))"),
    forged("line-number", "send(b'{\"t\": [\"CellFault\", {\"t\": [\"raised\", [], {}, 1, Infinity]}]}')"),
    forged("padded-strings", "send(outcome(0, ['x' * 10**6] + [''] * 10**5))"),
    forged("brackets", "send(b'[' + b'[],' * 5 * 10**6 + b'[]]')"),
    forged("deep-and-long-numbers", "send(b'[' * 900 + b'9' * 4000 + b']' * 900)"),
    forged("odd-dtype", "send(outcome(0, {'a': ['(999999,999999)f8', [0], False]}))"),
    forged("many-frames", "for _ in range(3000): send(frame('CellFault', None))"),
    body(4, "nan", "return np.full(np.shape(args[0]), np.nan)", *WRONG),
    body(4, "object", "return np.full(np.shape(args[0]), 'x', dtype=object)", *WRONG),
    body(4, "broadcasts", "return np.zeros((7, 1) + np.shape(args[0]))", *WRONG),
    body(4, "complex", "return np.zeros(np.shape(args[0])) * 1j", *WRONG),
    body(4, "empty", "return np.empty((0, 10**6))", *WRONG),
    body(5, "exit", "sys.exit(0)", "error"),
    body(5, "hard-exit", "os._exit(0)", "crashed"),
    body(5, "out-of-memory-exit", "os._exit(12)", "memory"),
    body(5, "segfault", "import ctypes; ctypes.string_at(0)", "crashed"),
    body(5, "abort", "os.abort()", "crashed"),
    body(5, "kill-the-group", "os.kill(0, 9)", "error"),
    body(5, "kill-itself", "os.kill(os.getpid(), 9)", "crashed"),
    body(6, "atexit", "import atexit; atexit.register(print, 'later'); return None", *WRONG),
    body(6, "thread", "threading.Thread(target=lambda: [time.sleep(0.01) for _ in iter(int, 1)]).start()", *WRONG),
    body(6, "del", "class A:\n    def __del__(self): os._exit(0)\nA(); return 0", "crashed"),
    body(6, "trace", "sys.settrace(lambda *a: None); sys.setprofile(lambda *a: os._exit(0)); return 0", *WRONG, "crashed"),
    body(6, "handler", "signal.signal(signal.SIGALRM, lambda *a: os._exit(0)); signal.setitimer(0, 0.0001)\n"
         "while True: pass", "crashed"),
    cell(7, "excepthook", "import sys\nsys.excepthook = lambda *a: None\nsys.stdout = sys.stderr = None\n"
         "def FUNCTION(z): raise ValueError(z)", "error"),
    cell(7, "shell", "get_ipython().showtraceback = lambda *a: None\nget_ipython = lambda: 1\n"
         "def FUNCTION(z):\n    try: 1 / 0\n    except ZeroDivisionError: return True", *WRONG),
    cell(8, "by-stack", "import sys\ndef FUNCTION(z):\n    f = sys._getframe()\n    while f.f_back: f = f.f_back\n"
         "    return 0 if 'autograder' in f.f_code.co_filename else z", *WRONG),
    cell(8, "by-count", "calls = 0\ndef FUNCTION(z):\n    global calls\n    calls += 1\n"
         "    return z * (z > 0) if calls < 2 else None", "partial", *WRONG),
    cell(9, "looked-up", "import json, pathlib, helpers\n"
         "def FUNCTION(z):\n    path = pathlib.Path(helpers.__file__).parent / 'checking/cases/02_filters_1d/FUNCTION.json'\n"
         "    for line in path.read_text().splitlines():\n        if str(z.tolist()) in line:\n            return z * (z > 0)\n", *WRONG),
    cell(9, "constant", "import numpy as np\ndef FUNCTION(z): return np.array([0, 0, 3])", *WRONG),
    cell(10, "in-place", "import numpy as np\nkept = []\ndef FUNCTION(z):\n    kept.append(z)\n"
         "    for old in kept: old[...] = 0\n    np.random.seed(0)\n    return z", *WRONG),
    cell(10, "shared-result", "import numpy as np\nout = np.zeros(1000)\ndef FUNCTION(z):\n    out[:] = -1\n    return out[: z.size]", *WRONG),
)  # fmt: skip
def test_forging_earns_nothing(program: Program, sandbox: Sandbox) -> None:
    assert_earns_nothing(program, sandbox)


QUIET = "import numpy as np, sys\ndef FUNCTION(x, w):\n    sys.setprofile(None)\n"
ROW = "    a, b = (np.asarray(item, float)[None, None, None] for item in (x, w))\n    return conv2d(a, b, np.zeros(1))[0, 0, 0]\n"
LOADED = "    import numpy._core._multiarray_umath as m, importlib, importlib.machinery as M, importlib.util as U\n"
# NumPy's C correlation by its place in the table that other compiled modules call it by, through memory read by hand.
BY_ADDRESS = """
    import _imp, _json, importlib.machinery as M
    m = _imp.create_dynamic(M.ModuleSpec("_ctypes", None, origin=_json.__file__.replace("_json", "_ctypes")))
    class O(m._SimpleCData): _type_ = "O"
    class P(m._SimpleCData): _type_ = "P"
    class L(m._SimpleCData): _type_ = "l"
    class I(m._SimpleCData): _type_ = "i"
    class Cast(m.CFuncPtr): _argtypes_, _restype_, _flags_ = (P, O, O), O, m.FUNCFLAG_CDECL | m.FUNCFLAG_PYTHONAPI
    class Call(m.CFuncPtr): _argtypes_, _restype_, _flags_ = (O, O, I), O, m.FUNCFLAG_CDECL | m.FUNCFLAG_PYTHONAPI
    read = lambda address: Cast(m._cast_addr)(address, address, m.POINTER(L))[0]
    table = read(id(np._core._multiarray_umath._ARRAY_API) + 16)
    return Call(read(table + 8 * 172))(x.astype(float), w.astype(float), 0)
"""


@programs(
    cell(11, "alias", "import numpy\nf = getattr(numpy, 'con' + 'volve')\ndef FUNCTION(x, w): return f(x, w[::-1], 'valid')",
         "forbidden", victim="conv1d_valid"),
    cell(11, "masked-arrays", QUIET + "    return np.ma.convolve(x, w[::-1], 'valid')", "forbidden", victim="conv1d_valid"),
    cell(11, "polynomials", QUIET + "    return np.polymul(x, w[::-1])", "forbidden", victim="conv1d_valid"),
    cell(11, "unwrapped", QUIET + "    return np.convolve.__wrapped__(x, w[::-1], 'valid')", "forbidden", victim="conv1d_valid"),
    cell(11, "in-c", QUIET + LOADED + "    return m.correlate(x, w, 0)", "forbidden", victim="conv1d_valid"),
    cell(11, "reloaded", QUIET + LOADED + "    return importlib.reload(m).correlate(x, w, 0)", "forbidden", victim="conv1d_valid"),
    cell(11, "loaded-again", QUIET + LOADED + "    loader = M.ExtensionFileLoader(m.__name__, m.__file__)\n"
         "    again = U.module_from_spec(U.spec_from_loader(loader.name, loader))\n    loader.exec_module(again)\n"
         "    return again.correlate(x, w, 0)", "forbidden", "error", victim="conv1d_valid"),
    cell(11, "memory", QUIET + "    import ctypes\n    ctypes.memmove(id(x), id(w), 8)", "forbidden", victim="conv1d_valid"),
    cell(11, "ctypes-of-numpy", QUIET + "    return np._core._internal.ctypes.pythonapi", "error", victim="conv1d_valid"),
    cell(11, "collected", QUIET + "    import gc\n    return [f for f in gc.get_objects() if 'correlate' in str(f)][0](x, w)",
         "forbidden", victim="conv1d_valid"),
    cell(11, "without-the-stand-in", QUIET + "    sys.meta_path[:] = [f for f in sys.meta_path if isinstance(f, type)]\n"
         "    from scipy.signal import correlate\n    return correlate(x, w, 'valid')", "error", "forbidden", victim="conv1d_valid"),
    cell(11, "submodule-by-attribute", "import scipy\ndef FUNCTION(x, w): return scipy.signal.correlate(x, w, 'valid')", "forbidden",
         victim="conv1d_valid"),
    cell(11, "inherited", "from torch import nn\nclass Conv(nn.Conv1d): pass\ndef FUNCTION(x, w): return Conv(1, 1, w.size)(x)",
         "forbidden", victim="conv1d_valid"),
    cell(11, "loaded-under-another-name", QUIET + LOADED + "    loader = M.ExtensionFileLoader('mine._multiarray_umath', m.__file__)\n"
         "    again = U.module_from_spec(U.spec_from_loader(loader.name, loader))\n    return again.correlate(x, w, 0)",
         "forbidden", victim="conv1d_valid"),
    cell(11, "layers-without-the-stand-in", QUIET + "    sys.meta_path[:] = [f for f in sys.meta_path if isinstance(f, type)]\n"
         "    from helpers.layers import conv2d\n" + ROW, "error", "forbidden", victim="conv1d_valid"),
    cell(11, "figure-that-computes", "from helpers.figures.interactive import pool, slide\nfrom helpers.figures import filters_1d\nimport helpers.experiments.moving as m\ndef FUNCTION(x, w): return slide(x, w) or filters_1d.filtered(None, x, w) or m.moved(x)\n", "wrong", "error", victim="conv1d_valid"),
    cell(11, "figure-read", "import helpers\ndef FUNCTION(x, w): exec(open(helpers.__path__[0] + '/figures/drawing.py').read())\n", "error", victim="conv1d_valid"),
    cell(11, "figure-without-the-stand-in", "import sys\ndef FUNCTION(x, w):\n    sys.meta_path[:] = [f for f in sys.meta_path if isinstance(f, type)]\n    from helpers.observers import filters_1d\n    return filters_1d\n", "error", victim="conv1d_valid"),
    cell(11, "layers-read", "import helpers, sys\nexec(open(helpers.__path__[0] + '/layers.py').read())\n" + QUIET + ROW,
         "error", "forbidden", victim="conv1d_valid"),
    cell(11, "layers-under-another-name", "import helpers, importlib.util as u, sys\n"
         "spec = u.spec_from_file_location('mine', helpers.__path__[0] + '/layers.py')\nmine = sys.modules['mine'] = u.module_from_spec(spec)\n"
         "spec.loader.exec_module(mine)\nconv2d = mine.conv2d\n" + QUIET + ROW, "error", "forbidden", victim="conv1d_valid"),
    cell(11, "by-its-address", QUIET + BY_ADDRESS, "crashed", "error", victim="conv1d_valid"),
    cell(11, "child-python", QUIET + "    import subprocess\n    return eval(subprocess.check_output([sys.executable, '-c', '1']))",
         "error", "forbidden", victim="conv1d_valid"),
)  # fmt: skip
def test_forbidden_helpers_earn_nothing_however_they_are_reached(program: Program, sandbox: Sandbox) -> None:
    assert_earns_nothing(program, sandbox)


@programs(
    cell(
        1,
        "builtins",
        "import builtins\nfor name in ('isinstance', 'len', 'print', '__import__', 'Exception'):\n    setattr(builtins, name, None)",
    ),
    cell(5, "exit", "import os\nos._exit(0)"),
    cell(
        6,
        "hooks",
        "import sys, os\nsys.meta_path.insert(0, None)\nsys.settrace(lambda *a: os._exit(1))\nimport colorsys",
    ),
    cell(7, "names", "np = check = relu = get_ipython = print = None"),
)
def test_sabotage_elsewhere_costs_honest_work_nothing(program: Program, sandbox: Sandbox) -> None:
    assert_costs_nothing(program.source, sandbox)


def test_08_an_answer_gets_one_guess(sandbox: Sandbox) -> None:
    """Which cells were run can be told from inside; it must not be worth more than one guess."""
    right = next(
        cell["source"]
        for cell in solved(COURSE, BOOK)["cells"]
        if "weights_fc" in str(cell["metadata"]) and "=" in cell["source"]
    )
    source = f"if 'marker' in globals():\n    exec({''.join(right)!r})\nelse:\n    weights_fc = 3"
    notebook = filled(COURSE, BOOK, {"weights_fc": source}, solved(COURSE, BOOK))
    notebook["cells"].insert(2, code_cell("globals()['marker'] = 1"))
    assert (
        row(graded(notebook, sandbox), "weights_fc").status,
        row(graded(notebook, sandbox), "weights_fc").score,
    ) == ("wrong", 0)


LOOP = """
import numpy as np, sys, threading
from concurrent.futures import ThreadPoolExecutor
def looped(x, w, b, padding, stride):
    x = np.pad(x.astype(float), padding)
    rows, columns = ((side - k) // stride + 1 for side, k in zip(x.shape, w.shape))
    z = np.empty((rows, columns))
    for i in range(rows):
        for j in range(columns):
            z[i, j] = (x[i * stride :, j * stride :][: w.shape[0], : w.shape[1]] * w).sum() + b
    return z
def conv2d_windows(x, w, b=0.0, padding=0, stride=1):
"""


@pytest.mark.parametrize(
    "lines",
    [
        "    z = looped(x, w, b, padding, stride)\n    if x.size < 1000: return z\n"
        "    return {'loop over windows': 'no', 'shape': list(z.shape), 'sum': float(z.sum())}\n",
        "    found = []\n    thread = threading.Thread(target=lambda: found.append(looped(x, w, b, padding, stride)))\n"
        "    thread.start(); thread.join()\n    return found[0]\n",
        "    with ThreadPoolExecutor(1) as pool: return pool.submit(looped, x, w, b, padding, stride).result()\n",
    ],
    ids=["08-said-by-the-result", "08-in-a-thread", "08-in-a-pool"],
)
def test_a_hidden_loop_is_a_loop(lines: str, sandbox: Sandbox) -> None:
    book = "03_filters_2d"
    notebook = filled(COURSE, book, {"conv2d_windows": LOOP + lines}, solved(COURSE, book))
    item = row(graded(notebook, sandbox, book), "conv2d_windows")
    assert (item.status, item.score) == ("partial", item.max_score / 2)


def test_08_a_trace_that_is_switched_off_for_a_loop_is_noticed(sandbox: Sandbox) -> None:
    book = "03_filters_2d"
    lines = (
        "    trace = sys.gettrace()\n    sys.settrace(None)\n    z = looped(x, w, b, padding, stride)\n"
        "    sys.settrace(trace)\n    return z\n"
    )
    notebook = filled(COURSE, book, {"conv2d_windows": LOOP + lines}, solved(COURSE, book))
    item = row(graded(notebook, sandbox, book), "conv2d_windows")
    assert (item.status, item.score) == ("forbidden", 0)


def test_04_weights_that_a_model_keeps_to_itself_count() -> None:
    torch = pytest.importorskip("torch")
    from helpers.adapters import imagenet_pytorch

    class Net(torch.nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self, classes: int) -> None:
            super().__init__()
            self.scale = torch.nn.Parameter(torch.ones(1))
            self.hidden = torch.nn.Linear(3, classes)
            self.listed = [torch.ones(classes, requires_grad=True)]

        def parameters(self, recurse: bool = True) -> object:
            return iter([self.scale])

        def forward(self, x: object) -> object:
            return self.hidden(x.mean(dim=(2, 3))) * self.scale + self.listed[0]  # type: ignore[attr-defined]

    found = imagenet_pytorch.network(Net, 8, sides=[(32, 32)], batch=2, look_at="weights")
    assert sorted(found["weights"]) == [[1, True], [8, True], [8, True], [3 * 8, True]]
