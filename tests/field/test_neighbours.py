"""The same accidents in other notebooks and exercises: honest work gets its points, or a person sees it."""

from __future__ import annotations

import pytest
from autograder.demo.notebooks import stub
from conftest import COURSE

from .accidents import Accident, Trial, all_of, elsewhere, handed_out, into, merged, named, put, typed, without_ids
from .classroom import Graded, grade_trials, lost, said

B1, B2, B3, B4, B5 = (
    "01_pixels",
    "02_filters_1d",
    "03_filters_2d",
    "04_tensors_filter_banks",
    "05_max_pooling",
)
STUB = {book: stub(COURSE, book) for book in (B1, B2, B3, B4, B5)}


def below(book: str, name: str) -> Accident:
    return elsewhere(STUB[book], name, name, 1)


def above(book: str, name: str) -> Accident:
    return elsewhere(STUB[book], name, f"{name}_check", 0)


def first_line(line: str, name: str) -> Accident:
    return typed(name, lambda own: f"{line}\n{own}")


def last_line(line: str, name: str) -> Accident:
    return typed(name, lambda own: f"{own}\n{line}")


def answer(book: str, name: str, code: str) -> Accident:
    """The answer in a new cell below, its own cell as it was handed out."""
    return all_of(handed_out(book, name), put(name, code, 1))


# Work that passes in the notebook, run from top to bottom.
FULL = [
    Trial("below-flatten", B1, below(B1, "flatten")),
    Trial("below-pad2d", B3, below(B3, "pad2d")),
    Trial("below-im2col", B4, below(B4, "im2col")),
    Trial("before-check-translate", B1, above(B1, "translate")),
    Trial("before-check-detect-dots", B3, above(B3, "detect_dots")),
    Trial("before-check-avg-pool", B5, above(B5, "avg_pool2d")),
    Trial("merged-flatten-unflatten", B1, merged("flatten", "unflatten")),
    Trial("merged-pools", B5, merged("max_pool2d_single", "max_pool2d")),
    Trial("merged-bank", B4, merged("conv2d_depth", "filter_bank")),
    Trial("answer-plain", B2, answer(B2, "weights_conv", "weights_conv = 4")),
    Trial("answer-annotated", B2, answer(B2, "weights_fc", "weights_fc: int = 110")),
    Trial("answer-if", B5, answer(B5, "pool_weights", "if True:\n    pool_weights = 0")),
    Trial("answer-pair", B2, answer(B2, "weights_conv", "weights_conv, weights_extra = 4, 110")),
    Trial("no-ids", B2, without_ids()),
    Trial("no-ids-old-format", B3, without_ids(minor=4)),
    Trial("no-ids-colab", B5, without_ids(minor=0)),
    Trial("no-metadata", B4, without_ids(keep_cell_ids=True)),
    Trial("input", B1, last_line("n = int(input('n? '))\nprint(pixel_index(n, 1, 4))", "pixel_index")),
    Trial("input-new-cell", B3, put("pad2d", "k = int(input())", 1)),
    Trial("upload", B5, first_line("from google.colab import files\nup = files.upload()", "max_pool2d")),
    Trial("drive", B4, first_line("from google.colab import drive\ndrive.mount('/content/drive')", "conv3d")),
    Trial("prompts", B2, typed("relu", lambda own: ">>> def relu(z):\n...     return np.maximum(z, 0)")),
    Trial("in-prompt", B1, typed("flatten", lambda own:
        "In [3]: def flatten(image):\n   ...:     return image.flatten()")),
    Trial("indented", B5, typed("avg_pool2d", lambda own: "\n".join(f"    {line}" for line in own.splitlines()))),
    Trial("time-magic", B3, first_line("%%time", "conv2d_windows")),
    Trial("pip", B1, first_line("!pip install einops", "normalize")),
    Trial("pip-magic", B2, first_line("%pip install -q tqdm", "conv1d")),
    Trial("question-mark", B2, last_line("?conv1d", "conv1d")),
    Trial("pylab", B1, first_line("%pylab inline", "translate")),
    Trial("star-import", B5, first_line("from numpy import *", "max_pool2d_single")),
    Trial("star-import-math", B2, first_line("from math import *", "output_size")),
    Trial("compare-correlate", B2, last_line("print(np.correlate(np.ones(4), np.ones(2)))", "conv1d_valid")),
    Trial("compare-convolve", B2, put("conv1d", "assert np.convolve([1, 2], [3])[0] == 3", 1)),
    Trial("compare-scipy", B3, put("conv2d_single", "from scipy.signal import correlate2d\ncorrelate2d", 1)),
    Trial("compare-scipy-above", B3, first_line("import scipy.signal", "conv2d_single")),
    Trial("compare-torch", B4, last_line("import torch\nprint(torch.ones(2))", "conv2d")),
    Trial("einops-imported", B4, first_line("import einops", "im2col")),
    Trial("numba-imported", B5, first_line("from numba import njit", "max_pool2d")),
    Trial("jax-imported", B3, first_line("import jax.numpy as jnp", "best_match")),
    Trial("pandas-imported", B1, first_line("import pandas as pd", "flatten_batch")),
    Trial("tqdm-auto", B2, first_line("from tqdm.auto import tqdm\nfor i in tqdm(range(3)):\n    pass", "conv_matrix")),
    Trial("raise-in-other-function", B2, last_line("def later():\n    raise NotImplementedError", "relu")),
]  # fmt: skip
TQDM = {
    "plain": "from tqdm import tqdm\ndef relu(z):\n"
    "    return np.array([max(v, 0) for v in tqdm(z.ravel())]).reshape(z.shape)",
    "notebook": "from tqdm.notebook import trange\ndef relu(z):\n    for i in trange(3, desc='rows'):\n        pass\n"
    "    return np.maximum(z, 0)",
    "total": "from tqdm.auto import tqdm\ndef relu(z):\n    bar = tqdm(total=10)\n    bar.update(10)\n    bar.close()\n"
    "    return np.maximum(z, 0)",
    "described": "import tqdm\ndef relu(z):\n    bar = tqdm.tqdm(range(2))\n    for i in bar:\n"
    "        bar.set_description(f'{i}')\n        bar.set_postfix(loss=1.0)\n    return np.maximum(z, 0)",
    "with": "from tqdm import tqdm\ndef relu(z):\n    with tqdm(total=2) as bar:\n        for i in tqdm(range(2)):\n"
    "            bar.update()\n            tqdm.write('x')\n    return np.maximum(z, 0)",
    "enumerated": "from tqdm import tqdm\ndef relu(z):\n    out = z.copy()\n"
    "    for i, v in enumerate(tqdm(list(z.flat))):\n"
    "        out.flat[i] = max(v, 0)\n    return out",
}  # fmt: skip
FULL += [Trial(f"tqdm-{kind}", B2, typed("relu", lambda own, code=code: code)) for kind, code in TQDM.items()]  # type: ignore[misc]
# Work of which one exercise ends in one way, and the others are full: (trial, exercise, statuses, what is said).
ONE_ROW = [
    (Trial("forbidden-correlate", B2, typed("conv1d_valid", lambda own:
        "def conv1d_valid(x, w):\n    return np.correlate(x, w, 'valid').astype(float)")),
     "conv1d_valid", ("forbidden",), "correlate"),
    (Trial("forbidden-convolve", B2, typed("window_dot", lambda own:
        "def window_dot(x, w, i):\n    return np.convolve(x[i : i + len(w)], w[::-1], 'valid')[0]")),
     "window_dot", ("forbidden",), "convolve"),
    (Trial("forbidden-scipy", B3, typed("conv2d_windows", lambda own:
        "def conv2d_windows(x, w, b=0.0, padding=0, stride=1):\n    from scipy.signal import correlate2d\n"
        "    return correlate2d(np.pad(x, padding), w, 'valid')[::stride, ::stride] + b")),
     "conv2d_windows", ("forbidden",), "scipy"),
    (Trial("raise-before", B2, typed("pad1d", lambda own:
        "def pad1d(x, padding):\n    raise NotImplementedError\n    return np.pad(x, padding)")),
     "pad1d", ("error",), "raises NotImplementedError: delete it"),
    (Trial("raise-after-branch", B1, typed("normalize", lambda own:
        "def normalize(image, p=255):\n    if p == 0:\n        return image\n    out = image / p\n"
        "    raise NotImplementedError")),
     "normalize", ("error",), "raises NotImplementedError: delete it"),
    (Trial("raise-called", B5, typed("avg_pool2d", lambda own:
        "def avg_pool2d(x, size, stride):\n    n = x.shape[0]\n    raise NotImplementedError()")),
     "avg_pool2d", ("error",), "raises NotImplementedError: delete it"),
    (Trial("raise-alone", B1, typed("flatten", lambda own: "def flatten(image):\n    raise NotImplementedError")),
     "flatten", ("not_attempted",), "not written yet"),
    (Trial("raise-beside-pass", B3, typed("pad2d", lambda own:
        "def pad2d(x, padding):\n    pass\n    raise NotImplementedError")),
     "pad2d", ("not_attempted",), "not written yet"),
    (Trial("annotation-list", B1, typed("flatten", lambda own:
        "def flatten(image: NDArray) -> NDArray:\n    return image.flatten()")),
     "flatten", ("error",), "NameError"),
    (Trial("annotation-optional", B2, typed("same_padding", lambda own:
        "def same_padding(k: int) -> Optional[int]:\n    return k // 2")),
     "same_padding", ("error",), "NameError"),
    (Trial("annotation-default", B5, typed("pooled_shape", lambda own:
        "def pooled_shape(shape: Tuple[int], size, stride):\n    n, c, h, w = shape\n"
        "    return n, c, (h - size) // stride + 1, (w - size) // stride + 1")),
     "pooled_shape", ("error",), "NameError"),
    (Trial("own-file", B2, typed("relu", lambda own:
        "zero = np.load('zero.npy')\ndef relu(z):\n    return np.maximum(z, zero)")),
     "relu", ("not_graded",), "needs a file, a download or an answer"),
    (Trial("own-file-of-an-answer", B2, typed("weights_conv", lambda own:
        "weights_conv = int(open('/content/weights.txt').read())")),
     "weights_conv", ("not_graded",), "needs a file, a download or an answer"),
    (Trial("package-for-an-answer", B2, typed("weights_fc", lambda own:
        "import einops\nweights_fc = einops.parse_shape(np.zeros((11, 10)), 'a b')['a'] * 10")),
     "weights_fc", ("correct", "not_graded"), ""),
    (Trial("own-file-in-new-cell", B5, all_of(
        put("avg_pool2d", "import urllib.request as u\nSCALE = float(u.urlopen('http://a.org/s').read())", 0),
        typed("avg_pool2d", lambda own: f"{own}\n\nwithout_scale = avg_pool2d\n\ndef avg_pool2d(x, size, stride):\n"
              "    return without_scale(x, size, stride) * SCALE"))),
     "avg_pool2d", ("not_graded",), "needs a file, a download or an answer"),
    (Trial("asked-for", B3, typed("pad2d", lambda own:
        "v = float(input('value? '))\ndef pad2d(x, padding):\n    return np.pad(x, padding, constant_values=v)")),
     "pad2d", ("not_graded",), "needs a file, a download or an answer"),
    (Trial("reads-when-called", B2, typed("relu", lambda own:
        "def relu(z):\n    return np.maximum(z, np.load('zero.npy'))")),
     "relu", ("error",), "FileNotFoundError"),
]  # fmt: skip
# A function that really uses a package is full where the package is there, else not graded with the reason.
USED = [
    (Trial("uses-einops", B1, typed("flatten_batch", lambda own:
        "from einops import rearrange\ndef flatten_batch(images):\n    return rearrange(images, 'n ... -> n (...)')")),
     "flatten_batch", "einops"),
    (Trial("uses-einops-inside", B4, typed("to_channels_first", lambda own:
        "def to_channels_first(image):\n    import einops\n    return einops.rearrange(image, 'h w c -> c h w')")),
     "to_channels_first", "einops"),
    (Trial("uses-numba", B2, typed("relu", lambda own:
        "from numba import vectorize\nrelu = vectorize(lambda v: max(v, 0.0))")),
     "relu", "numba"),
    (Trial("uses-numba-where-c-is-forbidden", B2, typed("conv1d_valid", lambda own:
        "from numba import njit\n@njit\ndef conv1d_valid(x, w):\n    out = np.zeros(len(x) - len(w) + 1)\n"
        "    for i in range(len(out)):\n        for j in range(len(w)):\n"
        "            out[i] += x[i + j] * w[j]\n    return out")),
     "conv1d_valid", "numba"),
    (Trial("uses-jax", B5, typed("detected_anywhere", lambda own:
        "import jax.numpy as jnp\ndef detected_anywhere(feature_map):\n"
        "    return np.asarray(jnp.max(feature_map, axis=(2, 3)))")),
     "detected_anywhere", "jax"),
    (Trial("uses-pandas", B2, typed("find_isolated", lambda own:
        "import pandas as pd\ndef find_isolated(x):\n    s = pd.Series(x.astype(int))\n"
        "    near = s.shift(1, fill_value=0) + s.shift(-1, fill_value=0)\n"
        "    return s.index[(s == 1) & (near == 0)].tolist()")),
     "find_isolated", "pandas"),
]  # fmt: skip
# Work behind an unchanged check doesn't count, and work in a changed check may not: the teaching assistant reads of it.
TOLD = [
    (Trial("behind-relu", B2, elsewhere(STUB[B2], "relu", "relu_check", 1)), "relu"),
    (Trial("behind-flatten", B1, elsewhere(STUB[B1], "flatten", "flatten_check", 1)), "flatten"),
    (Trial("behind-pool", B5, elsewhere(STUB[B5], "avg_pool2d", "avg_pool2d_check", 1)), "avg_pool2d"),
    (Trial("stub-comes-later", B2, into(STUB[B2], "same_padding", "pad1d")), "same_padding"),
    (Trial("in-check-pad2d", B3, into(STUB[B3], "pad2d", "pad2d_check")), "pad2d"),
    (Trial("in-check-im2col", B4, into(STUB[B4], "im2col", "im2col_check")), "im2col"),
    *(
        (
            Trial(
                f"helper-in-check-{name}",
                book,
                all_of(
                    typed(
                        name,
                        lambda own, name=name: (
                            f"{own}\n\nfirst_{name} = {name}\n\n"  # type: ignore[misc]
                            f"def {name}(*given, **named):\n    return _same(first_{name}(*given, **named))"
                        ),
                    ),
                    typed(f"{name}_check", lambda own: f"def _same(value):\n    return value\n\n{own}"),
                ),
            ),
            name,
        )
        for book, name in ((B1, "flatten"), (B2, "same_padding"), (B3, "pad2d"), (B5, "avg_pool2d"))
    ),
    (Trial("in-check-relu", B2, into(STUB[B2], "relu", "relu_check")), "relu"),
]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """One class: each student had one accident."""
    trials = [*FULL, *(one[0] for one in (*ONE_ROW, *USED, *TOLD))]
    return grade_trials(trials, tmp_path_factory.mktemp("neighbours"))


@pytest.mark.parametrize("trial", FULL, ids=named)
def test_it_costs_nothing(graded: Graded, trial: Trial) -> None:
    assert lost(graded.of(trial.name)) == {}


@pytest.mark.parametrize(("trial", "exercise", "statuses", "words"), ONE_ROW, ids=named)
def test_one_exercise_says_why(
    graded: Graded, trial: Trial, exercise: str, statuses: tuple[str, ...], words: str
) -> None:
    row = graded.row(trial.name, exercise)
    assert row.status in statuses and words in said(row), said(row)


@pytest.mark.parametrize(("trial", "exercise", "package"), USED, ids=named)
def test_a_missing_package_is_our_fault(graded: Graded, trial: Trial, exercise: str, package: str) -> None:
    row = graded.row(trial.name, exercise)
    if row.status != "correct":
        assert row.status == "not_graded"
        lacks = f"needs {package}, which this grader lacks: pip install {package}"
        assert lacks in said(row) or f"uses {package}, which can't be imported" in said(row)
        assert trial.name in graded.attention


@pytest.mark.parametrize(("trial", "exercise"), TOLD, ids=named)
def test_the_ta_is_told(graded: Graded, trial: Trial, exercise: str) -> None:
    row = graded.row(trial.name, exercise)
    full = row.status == "correct" and row.score == row.max_score
    assert full or exercise in graded.told(trial.name)
    assert full or trial.name in graded.attention
