"""Hostile code for the sample class and the tests: each entry tries to gain points or to do damage from one cell.

An entry is source for the cell of a function exercise; FUNCTION stands for the exercise's name, and unless the code
defines it, the function stays unwritten. `expected` are the statuses that the exercise may end with: it earns nothing.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Attack:
    """`source` with FUNCTION for the exercise's name; `expected` statuses."""

    name: str
    source: str
    expected: tuple[str, ...]

    def code(self, function: str) -> str:
        """The attack on one exercise."""
        return self.source.replace("FUNCTION", function)


_WRONG = ("wrong", "error")

ATTACKS = (
    Attack(
        "patched-testing",
        "import numpy as np\n"
        "for name in dir(np.testing):\n"
        "    if name.startswith('assert'):\n"
        "        setattr(np.testing, name, lambda *a, **k: None)\n"
        "np.allclose = np.array_equal = lambda *a, **k: True\n"
        "def FUNCTION(*args, **kwargs):\n    return 0\n",
        _WRONG,
    ),
    Attack(
        "patched-builtins",
        "import builtins\n"
        "builtins.isinstance = lambda *a: True\nbuiltins.abs = lambda x: 0\nbuiltins.all = lambda x: True\n"
        "def FUNCTION(*args, **kwargs):\n    return 0\n",
        ("wrong", "error", "crashed"),
    ),
    Attack(
        "displayed-score",
        "import sys\n"
        "def FUNCTION(*args, **kwargs):\n    sys.displayhook(2)\n    print('score: 2')\n    raise ValueError('done')\n",
        ("error",),
    ),
    Attack(
        "caller-frames",
        "import sys\n"
        "def FUNCTION(*args, **kwargs):\n"
        "    frame = sys._getframe()\n"
        "    while frame:\n"
        "        for name, value in frame.f_locals.items():\n"
        "            if name in ('expected', 'case', 'spec'):\n"
        "                expected = getattr(value, 'expected', None)\n"
        "                if expected is not None:\n"
        "                    return expected\n"
        "        frame = frame.f_back\n"
        "    return None\n",
        _WRONG,
    ),
    Attack(
        "collected-objects",
        "import gc\n"
        "def FUNCTION(*args, **kwargs):\n"
        "    for item in gc.get_objects():\n"
        "        if type(item).__name__ in ('Case', 'Exercise') and getattr(item, 'expected', None) is not None:\n"
        "            return item.expected\n"
        "    from autograder.course import load\n    from pathlib import Path\n"
        "    return load(Path('.')).exercise('FUNCTION')(*args, **kwargs)\n",
        ("wrong", "error", "forbidden"),
    ),
    Attack(
        "equal-to-everything",
        "class Chameleon:\n"
        "    def __eq__(self, other): return True\n"
        "    def __array__(self, *a, **k): raise SystemExit\n"
        "    def __float__(self): return 1.0\n"
        "def FUNCTION(*args, **kwargs):\n    return Chameleon()\n",
        _WRONG,
    ),
    Attack("exit", "import sys\ndef FUNCTION(*args, **kwargs):\n    sys.exit(0)\n", ("error",)),
    Attack("hard-exit", "import os\ndef FUNCTION(*args, **kwargs):\n    os._exit(0)\n", ("crashed",)),
    Attack("exit-in-cell", "import os\nos._exit(0)\ndef FUNCTION(*args, **kwargs):\n    return 0\n", ("crashed",)),
    Attack(
        "kill",
        "import os, signal\ndef FUNCTION(*args, **kwargs):\n    os.kill(os.getpid(), signal.SIGKILL)\n",
        ("crashed",),
    ),
    Attack("endless", "def FUNCTION(*args, **kwargs):\n    while True:\n        pass\n", ("timeout",)),
    Attack("endless-in-cell", "while True:\n    pass\n", ("timeout",)),
    Attack("sleep", "import time\ndef FUNCTION(*args, **kwargs):\n    time.sleep(10**6)\n", ("timeout",)),
    Attack(
        "memory",
        "def FUNCTION(*args, **kwargs):\n    hoard = []\n    while True:\n        hoard.append(bytearray(10**7))\n",
        ("memory", "timeout"),  # filling memory takes long on some virtual machines
    ),
    Attack(
        "huge-array", "import numpy as np\ndef FUNCTION(*args, **kwargs):\n    return np.ones(10**12)\n", ("memory",)
    ),
    Attack("fork-bomb", "import os\ndef FUNCTION(*args, **kwargs):\n    while True:\n        os.fork()\n", ("error",)),
    Attack(
        "read-the-course",
        "import pathlib\ndef FUNCTION(*args, **kwargs):\n    return eval(pathlib.Path('/etc/passwd').read_text())\n",
        ("error",),
    ),
    Attack(
        "network",
        "import urllib.request\ndef FUNCTION(*args, **kwargs):\n    return urllib.request.urlopen('http://127.0.0.1:1').read()\n",
        ("error",),
    ),
    Attack(
        "write", "def FUNCTION(*args, **kwargs):\n    open('/tmp/grades.csv', 'w').write('full marks')\n", ("error",)
    ),
    Attack(
        "forged-reply",
        "import os\n"
        "def FUNCTION(*args, **kwargs):\n"
        "    for descriptor in range(3, 64):\n"
        "        try:\n            os.write(descriptor, b'\\x0d\\0\\0\\0\\0\\0\\0\\0\\x09\\0\\0\\0{\"done\":1}' * 9)\n"
        "        except OSError:\n            pass\n"
        "    os._exit(0)\n",
        ("crashed",),
    ),
    Attack("flood", "def FUNCTION(*args, **kwargs):\n    while True:\n        print('x' * 10**6)\n", ("timeout",)),
    Attack("input", "def FUNCTION(*args, **kwargs):\n    return input()\n", ("error",)),
)
