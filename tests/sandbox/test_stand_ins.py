# ruff: noqa: E501 - a cell in a line reads best
"""What stands for the things that a notebook has and a grader lacks."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import COURSE

from autograder.demo.notebooks import filled, solved
from autograder.grading.exam import load_exam
from autograder.grading.grade import grade
from autograder.grading.submission import parse
from autograder.sandbox.client import Sandbox

ROOT = Path(__file__).parents[2]
IN_A_PROCESS = "from autograder.sandbox import stand_ins\nstand_ins.install()\n"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(COURSE) as started:
        yield started


def prints(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", IN_A_PROCESS + code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    "code",
    [
        "from tqdm import tqdm\nprint(list(tqdm([1, 2, 3])))",
        "from tqdm.auto import tqdm\nprint([x for x in tqdm((1, 2, 3), desc='a', leave=False)])",
        "from tqdm.notebook import tqdm, trange\nprint([i + 1 for i in trange(3)])",
        "import tqdm\nprint([i + 1 for i in tqdm.tqdm(range(3))])",
        "import tqdm.notebook as t\nprint([i for i in t.tqdm_notebook([1, 2, 3])])",
        "import tqdm\nprint([i + 1 for i in tqdm.auto.trange(3)])",
        "from tqdm import tnrange\nprint([i for i in tnrange(1, 4)])",
        "from tqdm import tqdm\nwith tqdm(total=3) as bar:\n    bar.update(3); bar.set_postfix(loss=1)\nprint([1, 2, bar.n])",
        "from tqdm import tqdm\nbar = tqdm([1, 2, 3])\nfor x in bar: bar.set_description(f'{x}')\nprint([1, len(bar) - 1, bar.n])",
        "from tqdm.contrib import tenumerate, tzip\nprint([i + 1 for i, _ in tenumerate('abc')])",
        "from multiprocessing import Pool\nwith Pool(4) as pool: print(pool.map(lambda x: x + 1, range(3)))",
        "import multiprocessing as mp\nprint(mp.get_context('spawn').Pool().starmap(max, [(0, 1), (2, 1), (3, 0)]))",
        "from multiprocessing.pool import ThreadPool\npool = ThreadPool(2)\nprint(list(pool.imap(abs, [1, -2, 3]))); pool.close(); pool.join()",
        "from multiprocessing.dummy import Pool\nprint(Pool().map_async(abs, [1, -2, -3]).get())",
        "from concurrent.futures import ProcessPoolExecutor\nwith ProcessPoolExecutor() as e: print(list(e.map(abs, [1, -2, 3])))",
        "import multiprocessing as mp\nq = mp.Queue(); p = mp.Process(target=q.put, args=([1, 2, 3],)); p.start(); p.join(); print(q.get())",
    ],
)
def test_they_hand_through_what_they_are_given(code: str) -> None:
    assert prints(code) == "[1, 2, 3]"


@pytest.mark.parametrize(
    "code",
    [
        "from google.colab import drive\ndrive.mount('/content/drive')",
        "import google.colab\nfrom google.colab import userdata, output\noutput.clear(); userdata.get('KEY')",
        "from google.colab.patches import cv2_imshow\ncv2_imshow(3)",
    ],
)
def test_colabs_own_modules_do_nothing(code: str) -> None:
    assert prints(code + "\nprint('on')") == "on"


@pytest.mark.parametrize(
    "use",
    [
        "x + 1",
        "1 - x",
        "x.keys()",
        "x[0]",
        "x()",
        "for y in x: pass",
        "bool(x)",
        "len(x)",
        "float(x)",
        "x @ x",
        "x == 1",
    ],
)
def test_what_could_not_be_had_says_why_when_it_is_used(use: str) -> None:
    code = (
        f"x = stand_ins.Broken(KeyError('why'))\ntry:\n    exec({use!r})\nexcept KeyError as error:\n    print(error)"
    )
    assert prints(code) == "'why'"


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
