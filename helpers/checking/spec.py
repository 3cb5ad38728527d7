"""The specification of one exercise: its cases, what is expected, and its known mistakes.

The public cases are JSON files that the build writes beside this module. The grader draws the hidden cases from a
seed. Both are a `Spec`, so the check in a notebook and the grade use the same code.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

CASES = Path(__file__).parent / "cases"
UNCHANGED = "inputs unchanged"


@dataclass(frozen=True)
class Fault:
    """Why a call gave no value.

    `kind` is raised, not_written, left (a `raise NotImplementedError` beside the student's own code), version (code for
    a newer Python), forbidden, timeout, memory or crashed; `line` is the line of the student's code, `shapes` those of
    the arrays in it.
    """

    kind: str
    type_name: str = ""
    message: str = ""
    line: str = ""
    line_number: int = 0
    shapes: str = ""


@dataclass(frozen=True)
class Outcome:
    """The outcome of one call: a plain value or a fault, and the arguments that it changed in place."""

    value: Any = None
    fault: Fault | None = None
    changed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """One call: arguments by parameter name, the aspect it tests, and the expected value.

    `steps` are arrays on the way to the expected value, by name. Only public cases have them.
    """

    aspect: str
    arguments: dict[str, Any]
    expected: Any = None
    steps: dict[str, Any] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Number of entries in all arguments and in the result: the smallest failing case is the one to show."""
        return _entries(self.arguments) + _entries(self.expected)


@dataclass(frozen=True)
class Mistake:
    """A known wrong implementation: its short name, a sentence for the student, and its outcome on each case."""

    name: str
    sentence: str
    outcomes: tuple[Outcome, ...] = ()


@dataclass(frozen=True, eq=False)
class Spec:
    """All that is needed to judge one exercise, without reference code. Equal only to itself, since it holds arrays.

    `kind` is function, answer (variables compared by digest), design (variables judged by their properties) or written.
    `aspects` says for each aspect, in order, where to look when it fails; each counts 1 in the score, or as much as
    `weights` says. `observe` names a function of `helpers.observers`, `adapter` one of `helpers.adapters`, each as
    "<module>.<function>". `requires` are packages that the exercise needs and other notebooks don't. `watched` are the
    aspects that rest on what the adapter observes while the code runs, so that code beside it could say what it likes.
    `suspects` are the packed functions that a design's inputs have to expose, see `suspects`.
    """

    name: str
    notebook: str
    kind: str
    points: float
    aspects: dict[str, str] = field(default_factory=dict)
    hints: tuple[str, ...] = ()
    weights: dict[str, float] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    integers: bool = False
    observe: str = ""
    adapter: str = ""
    requires: tuple[str, ...] = ()
    watched: tuple[str, ...] = ()
    suspects: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    cases: tuple[Case, ...] = ()
    mistakes: Sequence[Mistake] = ()


def _entries(value: Any) -> int:
    """How many numbers a value holds, in all its containers together."""
    if isinstance(value, dict):
        value = list(value.values())
    return sum(map(_entries, value)) if isinstance(value, (list, tuple)) else int(np.size(value))


def answer_digest(exercise: str, value: Any) -> str:
    """A digest of a number or choice, so that the public file doesn't give the answer away."""
    canonical = f"choice {value.strip().lower()}" if isinstance(value, str) else f"{float(value) + 0.0:.9g}"
    return hashlib.sha256(f"{exercise}={canonical}".encode()).hexdigest()[:24]


def notebooks() -> list[str]:
    """Names of all notebooks that have public cases, in course order."""
    return sorted(folder.name for folder in CASES.iterdir() if folder.is_dir())


def exercises(notebook: str) -> list[str]:
    """Names of a notebook's exercises, in notebook order."""
    order: list[str] = json.loads((CASES / notebook / "order.json").read_text("utf-8"))
    return order


@cache
def load_public(exercise: str) -> Spec | None:
    """The public specification of an exercise; None when there is no exercise of that name."""
    if not exercise.isidentifier() or len(exercise) > 100:
        return None
    for path in CASES.glob(f"*/{exercise}.json"):
        return from_json(path.read_text("utf-8"))
    return None


def to_json(spec: Spec) -> str:
    """A specification as stable JSON text: one line for each field, case and mistake."""
    lines = []
    for key, value in _pack(spec)["Spec"].items():
        text = json.dumps(value, ensure_ascii=False)
        if key in ("cases", "mistakes"):
            rows = ",\n  ".join(json.dumps(row, ensure_ascii=False) for row in value["tuple"])
            text = '{"tuple": [\n  ' + rows + "\n ]}"
        lines.append(f" {json.dumps(key)}: {text}")
    return '{"Spec": {\n' + ",\n".join(lines) + "\n}}\n"


def from_json(text: str) -> Spec:
    """The inverse of `to_json`."""
    unpacked = _unpack(json.loads(text))
    assert isinstance(unpacked, Spec)
    return unpacked


_CLASSES = {cls.__name__: cls for cls in (Fault, Outcome, Case, Mistake, Spec)}


def _pack(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return {"array": value.tolist(), "dtype": str(value.dtype), "shape": list(value.shape)}
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, list):
        return [_pack(item) for item in value]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return {"tuple": [_pack(item) for item in value]}
    if isinstance(value, dict):
        return {"dict": {key: _pack(item) for key, item in value.items()}}
    if type(value).__name__ in _CLASSES:
        given = {item.name: getattr(value, item.name) for item in dataclasses.fields(value)}
        defaults = {item.name: _default(item) for item in dataclasses.fields(value)}
        return {
            type(value).__name__: {key: _pack(item) for key, item in given.items() if not _same(item, defaults[key])}
        }
    return value


def _default(item: dataclasses.Field[Any]) -> Any:
    return item.default_factory() if item.default_factory is not dataclasses.MISSING else item.default


def _same(value: Any, default: Any) -> bool:
    return type(value) is type(default) and not isinstance(value, np.ndarray) and bool(value == default)


def _unpack(value: Any) -> Any:
    if isinstance(value, list):
        return [_unpack(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "array" in value:
        # NumPy's own integer, which in a browser is shorter: there np.bincount takes no int64.
        dtype = np.intp if value["dtype"] == "int64" else value["dtype"]
        return np.array(value["array"], dtype=dtype).reshape(value["shape"])
    key, content = next(iter(value.items()))
    if key == "tuple":
        return tuple(_unpack(item) for item in content)
    if key == "dict":
        return {name: _unpack(item) for name, item in content.items()}
    return _CLASSES[key](**{name: _unpack(item) for name, item in content.items()})
