"""Kinds of honest accidents that may happen to any exercise: each makes one of an exercise's right work.

`NAME` stands for the exercise, `WORK` for its right solution, and `ALL` for the notebook's solutions.
"""

from __future__ import annotations

from functools import cache

from autograder.demo.notebooks import solved, stub
from conftest import COURSE

from .accidents import Accident, all_of, cell, put, source


@cache
def works_of(book: str) -> dict[str, str]:
    """The functions that a notebook asks for, in order, and the right solution of each."""
    notebook = solved(COURSE, book)
    items = COURSE.notebooks[book].exercises
    return {item.name: source(notebook, item.name) for item in items if item.kind == "function"}


# What stands in the exercise's own cell.
OWN = {
    "time": "%%time\nWORK",
    "time-with-windows-lines": "%%time\r\nWORK\r\n",
    "capture": "%%capture out\nWORK",
    "shell-lines": "!pip install -q einops\n!nvidia-smi\n%cd /content\nWORK",
    "magic-lines": "%matplotlib inline\n%load_ext autoreload\n%autoreload 2\nWORK",
    "shell-list": "files = !ls\nprint(len(files), files[0])\nWORK",
    "shell-number": "cores = !nproc\nprint(int(cores[0]) + 1)\nWORK",
    "magic-value": "spent = %timeit -o -n 1 -r 1 sum([1])\nprint(spent.average)\nWORK",
    "folder": "here = %pwd\nprint(here + '/data')\nWORK",
    "environment": "%env LEVEL=3\nimport os\nassert os.environ['LEVEL'] == '3'\nWORK",
    "history": "print(In[-1], Out, _)\nWORK",
    "awaited": "import asyncio\nawait asyncio.sleep(0)\nWORK",
    "awaited-loop": "async def steps():\n    yield 1\n\nasync for step in steps():\n    print(step)\nWORK",
    "gathered": "import asyncio\nasync def one():\n    await asyncio.sleep(0.001)\n    return 1\n\n"
    "assert await asyncio.gather(one(), one()) == [1, 1]\nWORK",
    "display-handle": "shown = display('a', display_id=True)\nshown.update('b')\nWORK",
    "html": "from IPython.display import HTML, Markdown, clear_output\nclear_output()\ndisplay(HTML('<b>a</b>'))\nWORK",
    "colab-form": '#@title Mine { display-mode: "form" }\nlevel = 3 #@param {type:"integer"}\nWORK',
    "colab-drive": "from google.colab import drive, userdata\ndrive.mount('/content/drive')\nWORK",
    "colab-data": "from google.colab import files\nup = files.upload()\nfor name in up:\n    print(name)\nWORK",
    "colab-or-not": "try:\n    import google.colab\n    there = True\nexcept ImportError:\n    there = False\nWORK",
    "kaggle": "import os\nfor folder, _, names in os.walk('/kaggle/input'):\n    print(folder, names)\n"
    "from kaggle_secrets import UserSecretsClient\nWORK",
    "drive-file": "import numpy as np\nmine = np.load('/content/drive/MyDrive/mine.npy')\nWORK",
    "download": "import urllib.request\nurllib.request.urlretrieve('https://example.org/a.npy', 'a.npy')\nWORK",
    "input": "level = int(input('level? '))\nWORK",
    "prints": "for number in range(100_000):\n    print(number)\nWORK",
    "plot": "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.savefig('mine.png')\nplt.show()\nWORK",
    "saved-array": "import numpy as np\nnp.save('mine.npy', np.ones(2))\nassert np.load('mine.npy').sum() == 2\nWORK",
    "saved-text": "import json\nwith open('mine.json', 'w') as file:\n    json.dump({'a': 1}, file)\n"
    "assert json.load(open('mine.json'))['a'] == 1\nWORK",
    "deep": "import sys\nsys.setrecursionlimit(5000)\ndef down(n):\n    return n and down(n - 1)\n\n"
    "assert not down(3000)\nWORK",
    "prefix": "# prompt: write the function\n\nWORK",
    "data-spell": "#%%\nWORK",
    "signs": "# “quotes” – and a\u00a0space\nnote = 'é ✓ 😀'\nWORK",
    "stopped": "WORK\nraise SystemExit('Stop here!')",
    "failed-below": "WORK\nprint(1 / 0)",
    "type-hints": "from typing_extensions import TypeAlias\nNumbers: TypeAlias = 'list[float]'\nWORK",
    "defined-by-exec": "exec('''WORK''')",
    "twice": "first = 1\nWORK\n\nWORK",
    "profile": "import cProfile, time, tracemalloc\ntracemalloc.start()\ncProfile.run('time.time()')\nWORK",
    "random": "import random, uuid\nrandom.seed(0)\nprint(uuid.uuid4())\nWORK",
    "compared": "from scipy import signal\nprint(signal.correlate([1, 2], [3]))\nWORK",
    "progress": "from tqdm.auto import tqdm\nfor i in tqdm(range(3), desc='x'):\n    pass\nWORK",
    "widget": "from ipywidgets import interact\n@interact(k=(0, 3))\ndef show(k):\n    print(k)\n\nWORK",
}  # fmt: skip
# Cells, from the top on, of which the last is the exercise's own; the others stand above it.
ABOVE = {
    "file": ["%%writefile NAME_file.py\nALL", "from NAME_file import NAME"],
    "file-run": ["%%writefile NAME_run.py\nALL", "%run NAME_run.py"],
    "registered": [
        "known_NAME = []\ndef entered(f):\n    known_NAME.append(f)\n    return f",
        "@entered\nWORK",
        "def NAME(*given, **named):\n    return known_NAME[-1](*given, **named)",
    ],
    "attached": [
        "class Holder_NAME:\n    pass",
        "WORK",
        "Holder_NAME.f = staticmethod(NAME)",
        "NAME = Holder_NAME.f",
    ],
    "constant": ["globals()['used_NAME'] = 1", "assert used_NAME == 1\nWORK"],
}
# The exercise's own cell is as it was handed out, and this is a new cell below it.
BELOW = {
    "new-cell": "WORK",
    "new-cell-exec": "exec('''WORK''')",
    "new-cell-exec-of-a-variable": "code = '''WORK'''\nexec(compile(code, 'mine.py', 'exec'), globals())",
    "new-cell-exec-of-a-file": "with open('NAME_mine.py', 'w') as file:\n    file.write('''WORK''')\n"
    "exec(open('NAME_mine.py').read())",
    "new-cell-run-cell": "get_ipython().run_cell('''WORK''')",
    "new-cell-globals": "def _make():\n    SPACED\n    return NAME\n\nglobals()['NAME'] = _make()",
    "new-cell-globals-update": "def _make():\n    SPACED\n    return NAME\n\nglobals().update(NAME=_make())",
    "new-cell-main": "import __main__\ndef _make():\n    SPACED\n    return NAME\n\n__main__.NAME = _make()",
    "new-cell-setattr": "import sys\ndef _make():\n    SPACED\n    return NAME\n\n"
    "setattr(sys.modules[__name__], 'NAME', _make())",
    "new-cell-user-ns": "def _make():\n    SPACED\n    return NAME\n\nget_ipython().user_ns['NAME'] = _make()",
    "new-cell-push": "def _make():\n    SPACED\n    return NAME\n\nget_ipython().push({'NAME': _make()})",
    "new-cell-loop": "def _make():\n    SPACED\n    return NAME\n\n"
    "for name in ['NAME']:\n    globals()[name] = _make()",
    "new-cell-awaited": "import asyncio\nawait asyncio.sleep(0)\nWORK",
    "new-cell-if": "if True:\n    SPACED",
    "new-cell-time": "%%time\nWORK",
}
KINDS = [*OWN, *ABOVE, *BELOW]


def happened(kind: str, book: str, name: str) -> Accident:
    """The accident of a kind that happens to an exercise."""

    def written(text: str) -> str:
        spaced = works[name].replace("\n", "\n    ")
        everything = "\n\n".join(["import numpy as np", *works.values()])
        text = text.replace("WORK", works[name]).replace("SPACED", spaced)
        return text.replace("ALL", everything).replace("NAME", name)

    works = works_of(book)
    if kind in OWN:
        return cell(name, written(OWN[kind]))
    if kind in BELOW:
        return all_of(cell(name, source(stub(COURSE, book), name)), put(name, written(BELOW[kind]), 1))
    *above, own = map(written, ABOVE[kind])
    return all_of(cell(name, own), *(put(name, text, 0) for text in above))
