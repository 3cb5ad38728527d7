"""Right solutions in the styles in which people write."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Style:
    """The source of an exercise's cell."""

    name: str
    assignment: str
    exercise: str
    source: str


PIXELS, ONE, TWO, BANKS, POOL = (
    "01_pixels",
    "02_filters_1d",
    "03_filters_2d",
    "04_tensors_filter_banks",
    "05_max_pooling",
)
RELU = "def relu(z):\n    return np.maximum(z, 0)\n"
# What stands around or within a right relu: (name, source).
AROUND_RELU = {
    "hints": "def relu(z: np.ndarray) -> np.ndarray:\n    return np.maximum(z, 0)",
    "quoted-hints": "def relu(z: 'np.ndarray') -> 'np.ndarray':\n    return np.maximum(z, 0)",
    "numpy-typing": "import numpy.typing as npt\ndef relu(z: npt.ArrayLike) -> npt.NDArray:\n"
    "    return np.maximum(z, 0)",
    "future": "from __future__ import annotations\n" + RELU,
    "partial": "from functools import partial\nrelu = partial(np.maximum, 0)",
    "lambda": "relu = lambda z: np.maximum(z, 0)",
    "call-class": "class Relu:\n    def __call__(self, z):\n        return np.maximum(z, 0)\n\nrelu = Relu()",
    "static": "class Layer:\n    @staticmethod\n    def relu(z):\n        return np.maximum(z, 0)\n\nrelu = Layer.relu",
    "class-method": "class L:\n    @classmethod\n    def f(cls, z):\n        return np.maximum(z, 0)\n\nrelu = L.f",
    "bound": "class L:\n    low = 0\n    def f(self, z):\n        return np.maximum(z, self.low)\n\nrelu = L().f",
    "dataclass": "from dataclasses import dataclass\n@dataclass\nclass R:\n    low: float = 0.0\n"
    "    def __call__(self, z):\n        return np.maximum(z, self.low)\n\nrelu = R()",
    "decorator": "from functools import wraps\ndef same(f):\n    @wraps(f)\n    def g(*a, **k):\n"
    "        return f(*a, **k)\n    return g\n\n@same\n" + RELU,
    "closure": "def make(low):\n    def f(z):\n        return np.maximum(z, low)\n    return f\n\nrelu = make(0)",
    "vectorize": "relu = np.vectorize(lambda v: v if v > 0 else 0 * v, otypes=[float])",
    "frompyfunc": "def relu(z):\n    return np.frompyfunc(lambda v: max(v, 0), 1, 1)(z).astype(float)",
    "where": "def relu(z):\n    return np.where(z > 0, z, 0)",
    "mask": "def relu(z):\n    out = z.copy()\n    out[out < 0] = 0\n    return out",
    "product": "def relu(z):\n    return z * (z > 0)",
    "clip": "def relu(z):\n    return np.clip(z, 0, None)",
    "nditer": "def relu(z):\n    out = np.array(z, float)\n    for v in np.nditer(out, op_flags=['readwrite']):\n"
    "        v[...] = max(v, 0)\n    return out",
    "recursion": "def relu(z):\n    z = np.asarray(z)\n    if z.ndim == 0:\n        return z if z > 0 else 0 * z\n"
    "    return np.array([relu(part) for part in z]).reshape(z.shape)",
    "threads": "from concurrent.futures import ThreadPoolExecutor\ndef relu(z):\n"
    "    with ThreadPoolExecutor(2) as pool:\n        flat = list(pool.map(lambda v: max(float(v), 0.0), z.ravel()))\n"
    "    return np.array(flat).reshape(z.shape)",
    "one-thread": "import threading\ndef relu(z):\n    out = []\n"
    "    t = threading.Thread(target=lambda: out.append(np.maximum(z, 0)))\n    t.start()\n    t.join()\n"
    "    return out[0]",
    "logging": "import logging\nlog = logging.getLogger(__name__)\ndef relu(z):\n    log.warning('z is %s', z.shape)\n"
    "    return np.maximum(z, 0)",
    "printing": "def relu(z):\n    print('z =', z)\n    return np.maximum(z, 0)",
    "warning": "import warnings\ndef relu(z):\n    warnings.warn('slow')\n    return np.maximum(z, 0)",
    "quiet-warnings": "import warnings\nwarnings.filterwarnings('ignore')\n" + RELU,
    "timeit": "import timeit\n" + RELU + "print(timeit.timeit(lambda: relu(np.ones(3)), number=10))",
    "perf-counter": "import time\ndef relu(z):\n    t = time.perf_counter()\n    out = np.maximum(z, 0)\n"
    "    print(time.perf_counter() - t)\n    return out",
    "plot": "import matplotlib.pyplot as plt\n" + RELU + "plt.plot(relu(np.arange(-3, 4)))\nplt.show()",
    "assert": RELU + "assert (relu(np.array([-1, 2])) == [0, 2]).all()\nassert relu(np.zeros((2, 3))).shape == (2, 3)",
    "doctest": 'def relu(z):\n    """Cut off.\n\n    >>> relu(np.array([-1, 2])).tolist()\n    [0, 2]\n    """\n'
    "    return np.maximum(z, 0)\n\nimport doctest\ndoctest.run_docstring_examples(relu, globals())",
    "unittest": "import unittest\n" + RELU + "class T(unittest.TestCase):\n    def test(self):\n"
    "        self.assertEqual(relu(np.array([-1])).item(), 0)\n"
    "unittest.main(argv=['x', 'T'], exit=False)",
    "main-guard": RELU + 'if __name__ == "__main__":\n    print(relu(np.array([-1, 1])))',
    "def-in-main-guard": 'if __name__ == "__main__":\n    def relu(z):\n        return np.maximum(z, 0)',
    "def-in-try": "try:\n    def relu(z):\n        return np.maximum(z, 0)\nexcept Exception:\n    pass",
    "try-except": "def relu(z):\n    try:\n        return np.maximum(z, 0)\n    except TypeError:\n        return 0",
    "overload": "from typing import overload\n@overload\ndef relu(z: float) -> float: ...\n@overload\n"
    "def relu(z: np.ndarray) -> np.ndarray: ...\n" + RELU,
    "singledispatch": "from functools import singledispatch\n@singledispatch\n" + RELU,
    "star-args": "def relu(*args):\n    (z,) = args\n    return np.maximum(z, 0)",
    "positional-only": "def relu(z, /):\n    return np.maximum(z, 0)",
    "defaults": "def relu(z, low=0, *, copy=True):\n    return np.maximum(z, low)",
    "context": "from contextlib import contextmanager\n@contextmanager\ndef quiet():\n    yield 0\n"
    "def relu(z):\n    with quiet() as low:\n        return np.maximum(z, low)",
    "errstate": "def relu(z):\n    with np.errstate(all='ignore'):\n        return np.maximum(z, 0)",
    "global-constant": "LOW = 0\ndef relu(z):\n    return np.maximum(z, LOW)",
    "global-counter": "calls = 0\ndef relu(z):\n    global calls\n    calls += 1\n    return np.maximum(z, 0)",
    "two-versions": "def relu(z):\n    return z\n\n" + RELU,
    "semicolons": "import math; low = 0\ndef relu(z): return np.maximum(z, low)",
    "alias": "def my_relu(z):\n    return np.maximum(z, 0)\n\nrelu = my_relu",
    "random-in-cell": "rng = np.random.default_rng(0)\n" + RELU + "print(relu(rng.normal(size=4)))",
    "reduce": "from functools import reduce\ndef relu(z):\n    return reduce(np.maximum, [z, np.zeros_like(z)])",
    "operator": "import operator\ndef relu(z):\n    return operator.mul(z, operator.gt(z, 0))",
    "type-alias": "from typing import TypeVar\nA = TypeVar('A', bound=np.ndarray)\ndef relu(z: A) -> A:\n"
    "    return np.maximum(z, 0)",
    "sys-argv": "import sys\nsys.setrecursionlimit(5000)\n" + RELU,
}
WINDOWS = "from numpy.lib.stride_tricks import sliding_window_view\ndef conv1d_valid(x, w):\n"
OTHERS = [
    ("cache", ONE, "same_padding", "from functools import lru_cache\n@lru_cache\ndef same_padding(k):\n"
     "    return k // 2"),
    ("divmod", ONE, "same_padding", "def same_padding(k):\n    half, _ = divmod(k, 2)\n    return half"),
    ("match", ONE, "output_size", "def output_size(n, k, padding=0, stride=1):\n    match stride:\n        case 1:\n"
     "            return n + 2 * padding - k + 1\n        case _:\n"
     "            return (n + 2 * padding - k) // stride + 1"),
    ("range-length", ONE, "output_size", "def output_size(n, k, padding=0, stride=1):\n"
     "    return len(range(0, n + 2 * padding - k + 1, stride))"),
    ("walrus", ONE, "window_dot", "def window_dot(x, w, i):\n    if (k := len(w)) == 0:\n        return 0.0\n"
     "    return sum(float(a) * float(b) for a, b in zip(x[i : i + k], w))"),
    ("fsum", ONE, "window_dot", "import math\ndef window_dot(x, w, i):\n"
     "    return math.fsum(float(x[i + j]) * float(w[j]) for j in range(len(w)))"),
    ("sliding", ONE, "conv1d_valid", WINDOWS + "    return sliding_window_view(x, len(w)).astype(float) @ w"),
    ("einsum", ONE, "conv1d_valid", WINDOWS
     + "    return np.einsum('ik,k->i', sliding_window_view(x, len(w)).astype(float), w)"),
    ("generator", ONE, "conv1d_valid", "def conv1d_valid(x, w):\n    def dots():\n"
     "        for i in range(len(x) - len(w) + 1):\n"
     "            yield float(np.dot(x[i : i + len(w)].astype(float), w))\n"
     "    return np.fromiter(dots(), float)"),
    ("islice", ONE, "conv1d_valid", "from itertools import islice\ndef conv1d_valid(x, w):\n    k = len(w)\n"
     "    return np.array([sum(float(a) * float(b) for a, b in zip(islice(x, i, i + k), w))"
     " for i in range(len(x) - k + 1)])"),
    ("while", ONE, "conv1d_valid", "def conv1d_valid(x, w):\n    out, i = [], 0\n    while i + len(w) <= len(x):\n"
     "        out.append(float(np.dot(x[i : i + len(w)].astype(float), w)))\n        i += 1\n    return np.array(out)"),
    ("multiprocessing", ONE, "conv1d_valid", "from multiprocessing.pool import ThreadPool\ndef conv1d_valid(x, w):\n"
     "    with ThreadPool(2) as pool:\n"
     "        return np.array(pool.map(lambda i: float(x[i : i + len(w)].astype(float) @ w),"
     " range(len(x) - len(w) + 1)))"),
    ("concatenate", ONE, "pad1d", "def pad1d(x, padding):\n    zeros = np.zeros(padding, x.dtype)\n"
     "    return np.concatenate([zeros, x, zeros])"),
    ("r_", ONE, "pad1d", "def pad1d(x, padding):\n    return np.r_[np.zeros(padding), x, np.zeros(padding)]"),
    ("named-tuple", ONE, "find_isolated", "from collections import namedtuple\n"
     "Spot = namedtuple('Spot', 'left at right')\n"
     "def find_isolated(x):\n    p = [0, *x.tolist(), 0]\n    spots = [Spot(*p[i : i + 3]) for i in range(len(x))]\n"
     "    return [i for i, s in enumerate(spots) if s == Spot(0, 1, 0)]"),
    ("flat-nonzero", ONE, "find_isolated", "def find_isolated(x):\n    p = np.pad(x.astype(int), 1)\n"
     "    return np.flatnonzero((p[1:-1] == 1) & (p[:-2] + p[2:] == 0))"),
    ("ravel-copy", PIXELS, "flatten", "def flatten(image):\n    return np.ravel(image).copy()"),
    ("comprehension", PIXELS, "flatten", "def flatten(image):\n    return np.array([v for v in image.flat])"),
    ("index-keywords", PIXELS, "pixel_index", "def pixel_index(row, col, width, **_):\n    return row * width + col"),
    ("true-divide", PIXELS, "normalize", "def normalize(image, p=255):\n    return np.true_divide(image, p)"),
    ("outer-loop", PIXELS, "flatten_batch", "def flatten_batch(images):\n"
     "    return np.stack([i.ravel() for i in images])"),
    ("block", TWO, "pad2d", "def pad2d(x, padding):\n    h, w = x.shape\n"
     "    out = np.zeros((h + 2 * padding, w + 2 * padding), x.dtype)\n"
     "    out[padding : padding + h, padding : padding + w] = x\n    return out"),
    ("moveaxis", BANKS, "to_channels_first", "def to_channels_first(image):\n    return np.moveaxis(image, -1, 0)"),
    ("prod", BANKS, "count_conv2d_weights", "from math import prod\ndef count_conv2d_weights(c_in, c_out, kh, kw):\n"
     "    return c_out * (prod([c_in, kh, kw]) + 1)"),
    ("nested", POOL, "detected_anywhere", "def detected_anywhere(feature_map):\n    def top(f):\n"
     "        return f.max()\n"
     "    return np.array([[top(f) for f in n] for n in feature_map])"),
    ("unpacking", POOL, "pooled_shape", "def pooled_shape(shape, size, stride):\n    *front, h, w = shape\n"
     "    return (*front, *((side - size) // stride + 1 for side in (h, w)))"),
]  # fmt: skip
STYLES = [
    *(Style(name, ONE, "relu", source) for name, source in AROUND_RELU.items()),
    *(Style(*style) for style in OTHERS),
]
