"""A small notebook of ours, run where students' processes are forked from, in the way theirs are run.

What Python learns of our code by running it (specialized instructions, where methods are found, caches) is then in the
memory that all processes share. Otherwise each of them would learn it again, and take memory of its own for it.
"""

from __future__ import annotations

import socket
import sys
from dataclasses import replace

import numpy as np

from helpers.checking.spec import Case, Spec

from . import student
from .protocol import ExerciseRun, Request, encode_cases
from .slicing import CellCode

TIMES = 20  # Python specializes what it has run some eight times
_SCALED = "def scaled(x, by, way=None):\n    return [np.array([v * by for v in x]), (by, way)]\n"
_FAILING = "def failing(x, by, way=None):\n    if by < LIMIT:\n        raise ValueError(by)\n"
_CELLS = (
    CellCode("release 0", '"""Scales."""\nimport numpy as np\nLIMIT = 3\n', "release"),
    CellCode("scaled", _SCALED, "solution"),
    CellCode("failing", _FAILING, "solution"),
    CellCode("total", "total = sum(range(4)) + 0.5\n", "solution"),
    CellCode("cell 4", "print(total)\nfor i in range(2):\n    total + i\n", "extra"),
)


def rehearse() -> None:
    """Runs the notebook some times. It leaves nothing but memory behind."""
    main = sys.modules["__main__"]
    arguments = {"x": np.arange(6.0).reshape(2, 3), "by": np.int64(2), "way": {"a": [1, "b"]}}
    function = Spec("scaled", "", "function", 1.0, required=("x", "by"), cases=(Case("", arguments),) * 2)
    answer = Spec("total", "", "answer", 1.0, variables=("total",))
    specs = (function, replace(function, name="failing"), answer)
    runs = tuple(ExerciseRun(spec, (number,), len(_CELLS)) for number, spec in enumerate(specs, start=1))
    message = Request(_CELLS, runs, ask_more=True).encode() + b"".join(map(encode_cases, specs))
    for _ in range(TIMES):
        ours, theirs = socket.socketpair()
        with ours, theirs:
            ours.sendall(message)
            student.run(theirs, {})
    sys.modules["__main__"] = main
