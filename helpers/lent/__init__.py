"""The course's own functions, for pictures alone: where the reader's don't work yet, figures are drawn all the same.

Their source is packed beside this file, by `autograder build`, so that nobody reads it by chance. While work is graded
these files can't be read.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from ..checking.packed import unpack

AFTER = 3  # failed checks, from which on nobody has to ask
FOLDER = Path(__file__).parent

_asked: set[str] = set()
_failed: Counter[str] = Counter()


def lend(exercise: Any) -> None:
    """Lets pictures be drawn with the course's function where the reader's own doesn't work yet. No points for it.

    `lend("conv2d")` or `lend(conv2d)`.
    """
    name = exercise if isinstance(exercise, str) else getattr(exercise, "__name__", "")
    if _notebook_of(name) is None:
        print(f"lend: there is no function called {name!r} in this course")
        return
    _asked.add(name)
    print(f"Pictures are drawn with the course's {name} until yours is right. Run the picture's cell again.")


def count_failure(name: str) -> None:
    """Counts a check that has failed."""
    _failed[name] += 1


def is_lent(name: str) -> bool:
    """Whether the reader has asked for the course's function, or failed its check often enough."""
    return name in _asked or _failed[name] >= AFTER


def can_be_lent(name: str) -> bool:
    """Whether the course has a function of that name here."""
    return _notebook_of(name) is not None


def course_function(name: str) -> Callable[..., Any] | None:
    """The course's own function; None where there is none, or none that can be read."""
    notebook = _notebook_of(name)
    return None if notebook is None else _functions(notebook).get(name)


@cache
def _packed() -> dict[str, dict[str, Any]]:
    """What can be read, by notebook: its import statements in `imports`, each function's source by name in `cells`."""
    found = {}
    for path in sorted(FOLDER.glob("*.txt")):
        with contextlib.suppress(OSError, ValueError):
            found[path.stem] = unpack(path.read_text("ascii"))
    return found


def _notebook_of(name: str) -> str | None:
    return next((notebook for notebook, packed in _packed().items() if name in packed["cells"]), None)


@cache
def _functions(notebook: str) -> dict[str, Any]:
    """All functions of a notebook, which may call one another."""
    packed = _packed()[notebook]
    namespace: dict[str, Any] = {"__name__": f"{__name__}.{notebook}"}
    for source in (*packed["imports"], *packed["cells"].values()):
        with contextlib.suppress(ImportError, NameError):  # a package isn't installed here, and what would come of it
            exec(source, namespace)
    return {name: namespace[name] for name in packed["cells"] if name in namespace}
