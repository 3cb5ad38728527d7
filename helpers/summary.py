"""`summary`: the last cell of each notebook. It runs all checks of the notebook and says how to hand it in."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from .check import Checked, judged, show_message
from .checking import spec as specs
from .checking.messages import Message, reported_aspects
from .checking.spec import Spec
from .checking.unwritten import NOT_WRITTEN

_JUPYTER = (
    "First make sure that the notebook runs from the start: Kernel > Restart Kernel and Run All Cells. "
    "Then save it with Ctrl+S (Cmd+S on a Mac) and hand in the file `{file}`."
)
_COLAB = (
    "First make sure that the notebook runs from the start: Runtime > Restart session and run all. "
    "Then choose File > Download > Download .ipynb, and hand in that file. Its name must be `{file}`."
)
_BROWSER = (
    "First make sure that the notebook runs from the start: Kernel > Restart Kernel and Run All Cells. "
    "It is kept in this browser and nowhere else: save it (File > Save Notebook), then right-click its name in the "
    "list of files and choose Download. Hand in that file. Its name must be `{file}`."
)


def summary(notebook: str, namespace: Mapping[str, Any]) -> Checked:
    """Runs the public checks of all exercises of a notebook, lists those that fail, and says how to hand in.

    `namespace` holds the answers: pass `globals()`. Nothing is read from files. The returned object's `.passed` is
    True when the public checks of every exercise pass. A student's code never makes it raise.
    """
    if notebook not in specs.notebooks():
        known = ", ".join(specs.notebooks())
        show_message(Message("fail", f"summary: there is no notebook called {notebook!r}; the notebooks are {known}"))
        return Checked(False)
    exercises = [spec for name in specs.exercises(notebook) if (spec := specs.load_public(name))]
    written = [spec.name for spec in exercises if spec.kind == "written"]
    missing = {spec.name: said for spec in exercises if spec.kind != "written" and (said := _missing(spec, namespace))}
    count = len(exercises) - len(written)
    notes = []
    if written:
        notes.append(f"Graded by hand, not checked here: {', '.join(f'`{name}`' for name in written)}.")
    notes.append(_how_to_hand_in().format(file=f"{notebook}.ipynb"))
    show_message(
        Message(
            "open" if missing else "pass",
            f"{notebook}: {count - len(missing)} of {count} exercises pass their public checks",
            rows=tuple(missing.items()),
            notes=tuple(notes),
            progress="Your grade comes from checks of the same kind, with other numbers.",
        )
    )
    return Checked(not missing)


def _how_to_hand_in() -> str:
    if sys.platform == "emscripten":
        return _BROWSER
    return _COLAB if "google.colab" in sys.modules else _JUPYTER


def _missing(spec: Spec, namespace: Mapping[str, Any]) -> str:
    """What an exercise still needs; empty when its public checks pass."""
    names = spec.variables or (spec.name,)
    absent = [name for name in names if name not in namespace]
    if absent:
        return f"there is no {' and no '.join(absent)}: run its cell"
    values = [namespace[name] for name in names]
    if spec.kind == "function" and not callable(values[0]):
        return f"{spec.name} is no longer a function: rename the variable that replaced it, then run its cell again"
    verdict = judged(spec, values[0], values)
    if verdict.passed:
        return ""
    if verdict.status == "not_attempted":
        return "no answer yet" if spec.variables else NOT_WRITTEN
    if not verdict.aspects:
        return "not right yet"
    aspects = reported_aspects(verdict)
    return f"{sum(aspects.values())} of {len(aspects)} checks pass"
