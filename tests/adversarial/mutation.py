"""Notebooks that got into disorder at random, and which exercises must not suffer from it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from random import Random
from typing import Any

from conftest import COURSE

from adversarial.arena import BOOK
from autograder.demo.notebooks import code_cell, exercises, grade_id, solved, stub, text

ODD: list[Any] = [None, True, 3, -1.5, "", "x", "relu", "\ud800", "\0", [], ["x", 3], {}, {"nbgrader": None}, 10**400]
SOURCES = [
    "",
    "1 / 0",
    "def relu(z): return 0",
    "import os; os._exit(0)",
    "%%bash\nexit",
    "x = (",
    "\0",
    "relu = conv1d = None",
]
ORIGINAL = {grade_id(cell): text(cell) for cell in solved(COURSE, BOOK)["cells"] if grade_id(cell)}
NAMES = [exercise.name for exercise in exercises(COURSE, BOOK)]


def mutated(random: Random) -> tuple[bytes, set[str]]:
    """A solved notebook after some accidents, as a file; and the exercises whose cells are whole in it, once each."""
    notebook = solved(COURSE, BOOK)
    for _ in range(random.randint(1, 6)):
        random.choice(STRUCTURE)(notebook, random)
    ascii_only, wide = random.random() < 0.5, random.random() < 0.5
    cells = [json.dumps(cell, indent=1 if wide else None, ensure_ascii=ascii_only) for cell in notebook.pop("cells")]
    head = json.dumps(notebook, ensure_ascii=ascii_only)
    text = head.removesuffix("}") + (', "cells": [' if len(head) > 2 else '"cells": [') + ",\n".join(cells) + "]}"
    encoded = bytearray(text.encode("utf-8", "surrogatepass"))
    for _ in range(random.choice([0, 0, 0, 1, 3])):
        random.choice(BYTES)(encoded, random)
    data = bytes(encoded)
    return data, {name for name in NAMES if _is_whole(name, cells, data)}


def _is_whole(name: str, cells: list[str], data: bytes) -> bool:
    """Whether nothing happened to an exercise's cell, and no other cell claims to be the exercise's."""
    claimants = [cell for cell in cells if f'"grade_id": "{name}"' in cell]
    if len(claimants) != 1 or data.count(f'"grade_id": "{name}"'.encode()) != 1:
        return False
    cell = json.loads(claimants[0])
    unharmed = claimants[0].encode("utf-8", "surrogatepass") in data
    return unharmed and grade_id(cell) == name and _text(cell.get("source")) == ORIGINAL[name]


def _odd(random: Random) -> Any:
    return copy.deepcopy(random.choice(ODD))


def _text(source: object) -> object:
    return "".join(source) if isinstance(source, list) and all(isinstance(line, str) for line in source) else source


def _cell(notebook: Any, random: Random) -> Any:
    cells = notebook["cells"]
    found = [cell for cell in cells if isinstance(cell, dict)]
    return random.choice(found) if found else {}


def _drop(notebook: Any, random: Random) -> None:
    for _ in range(min(random.choice([1, 1, 5, 50]), len(notebook["cells"]))):
        del notebook["cells"][random.randrange(len(notebook["cells"]))]


def _double(notebook: Any, random: Random) -> None:
    notebook["cells"].insert(random.randint(0, len(notebook["cells"])), copy.deepcopy(_cell(notebook, random)))


def _move(notebook: Any, random: Random) -> None:
    if notebook["cells"]:
        taken = notebook["cells"].pop(random.randrange(len(notebook["cells"])))
        notebook["cells"].insert(random.randint(0, len(notebook["cells"])), taken)


def _shuffle(notebook: Any, random: Random) -> None:
    random.shuffle(notebook["cells"])


def _retype(notebook: Any, random: Random) -> None:
    _cell(notebook, random)["cell_type"] = random.choice(["markdown", "raw", "code", "heading", _odd(random)])


def _metadata(notebook: Any, random: Random) -> None:
    _cell(notebook, random)["metadata"] = _odd(random)


def _marks(notebook: Any, random: Random) -> None:
    cell = _cell(notebook, random)
    marks = {
        "grade_id": random.choice([*NAMES, "relu_check", _odd(random), _odd(random)]),
        "points": _odd(random),
        "grade": True,
    }
    cell["metadata"] = {"nbgrader": random.choice([marks, _odd(random)])}


def _source(notebook: Any, random: Random) -> None:
    cell = _cell(notebook, random)
    old = cell.get("source", "")
    whole = _text(old) if isinstance(_text(old), str) else ""
    lines = whole.splitlines(keepends=True)  # type: ignore[attr-defined]
    cell["source"] = random.choice([lines, lines[: len(lines) // 2], lines[1:], [whole, 3], _odd(random), *SOURCES])


def _strange_cell(notebook: Any, random: Random) -> None:
    notebook["cells"].insert(random.randint(0, len(notebook["cells"])), _odd(random))


def _new_cell(notebook: Any, random: Random) -> None:
    cell = code_cell(random.choice(SOURCES), random.choice(["", "", *NAMES, "relu_check"]))
    notebook["cells"].insert(random.randint(0, len(notebook["cells"])), cell)


def _decoy(notebook: Any, random: Random) -> None:
    notebook["cells"].insert(random.randint(0, len(notebook["cells"])), random.choice(stub(COURSE, BOOK)["cells"]))


def _field(notebook: Any, random: Random) -> None:
    cell = random.choice([notebook, _cell(notebook, random)])
    if key := random.choice([key for key in cell if key != "cells"] or [""]):
        cell[key] = _odd(random)
    if random.random() < 0.3:
        cell.pop(key, None)


def _outputs(notebook: Any, random: Random) -> None:
    data = {"text/html": random.choice(["<script>alert(1)</script>", "x" * 10**5, _odd(random)])}
    _cell(notebook, random)["outputs"] = [{"output_type": "display_data", "data": data}, _odd(random)]


def _flip(data: bytearray, random: Random) -> None:
    if data:
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)


def _cut(data: bytearray, random: Random) -> None:
    del data[random.randint(0, len(data)) :]


def _remove(data: bytearray, random: Random) -> None:
    start = random.randint(0, len(data))
    del data[start : start + random.choice([1, 2, 100])]


def _insert(data: bytearray, random: Random) -> None:
    place = random.randint(0, len(data))
    data[place:place] = random.choice(
        [b"\0", b"\xff", b"\xed\xa0\x80", b'"', b"\\", b"[", b"}", b"\xef\xbb\xbf", b"NaN", b"[" * 3000]
    )


STRUCTURE: list[Callable[[Any, Random], None]] = [
    _drop, _double, _move, _shuffle, _retype, _metadata, _marks, _source, _strange_cell, _new_cell, _decoy, _field,
    _outputs,
]  # fmt: skip
BYTES: list[Callable[[bytearray, Random], None]] = [_flip, _flip, _cut, _remove, _insert]
