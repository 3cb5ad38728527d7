"""How long `import helpers` and each check take: `python benchmarks/checks.py`.

Processor time of one thread. Each check runs on the reference and on each known mistake; the slowest mistake is told,
with the explanation and the search for the first wrong array. The public cases are read before, as in a second check.
"""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))
sys.path.insert(0, str(Path(__file__).parents[1]))

from autograder.course import load
from helpers import check

ROOT = Path(__file__).parents[1]
IMPORTS = "import time, numpy; t = time.process_time(); import helpers; print(time.process_time() - t)"


def seconds(function: Callable[..., Any], name: str) -> float:
    """The processor time of a check; the fastest of three."""
    if getattr(function, "__name__", name) != name:
        function.__name__ = name
    found = []
    for _ in range(3):
        start = time.process_time()
        with contextlib.redirect_stdout(io.StringIO()):
            check(function)
        found.append(time.process_time() - start)
    return min(found)


def main() -> None:
    """Prints milliseconds: the import over NumPy's own, then for each exercise right code and the slowest mistake."""
    runs = [subprocess.run([sys.executable, "-c", IMPORTS], cwd=ROOT, capture_output=True, text=True) for _ in range(5)]
    print(f"import helpers, over NumPy: {min(1000 * float(run.stdout) for run in runs):.0f} ms")
    for exercise in load(ROOT).exercises():
        if exercise.kind != "function" or exercise.requires:
            continue
        right = seconds(exercise.reference, exercise.name)
        wrong = max((seconds(item, exercise.name) for _, item in exercise.mistakes.values()), default=0.0)
        print(
            f"{exercise.name:24} {1000 * right:6.0f} ms right, {1000 * wrong:6.0f} ms the slowest mistake", flush=True
        )


if __name__ == "__main__":
    main()
