"""How much longer large notebooks take than plain ones: `python benchmarks/large_files.py`.

Grades the same students' work twice with one worker, as it is and with large outputs or the state of many widgets, one
run after the other. Prints for each kind how many times as long a further submission takes, without the start and the
end of a run, the median of a few runs.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
sys.path.insert(0, str(Path(__file__).parents[1]))

from field.large import LARGE
from throughput import ROOT, make_class

BOOK = "02_filters_1d"
TARGET = 2.0


def main() -> int:
    """Prints a line for each kind; returns 1 when one takes more than twice as long."""
    options = _options()
    ratios = []
    with tempfile.TemporaryDirectory(prefix="large-") as name:
        folder = Path(name)
        plain = make_class(folder / "plain", [BOOK], options.students)
        make_class(folder / "few", [BOOK], 3)
        print(f"{len(plain)} submissions; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before the start")
        for kind, (make_large, _) in LARGE.items():
            enlarge(plain, folder / "large", make_large)
            runs = [
                [seconds(folder / of, folder / "out") for of in ("few", "plain", "large")] for _ in range(options.runs)
            ]
            ratios.append(statistics.median((large - few) / (plain - few) for few, plain, large in runs))
            print(f"{kind:<22}{ratios[-1]:5.2f} times as long", flush=True)
    print(f"at most {max(ratios):.2f} times, target {TARGET}")
    return 0 if max(ratios) <= TARGET else 1


def enlarge(notebooks: list[Path], folder: Path, large: Callable[[dict[str, Any]], None]) -> None:
    """Writes a class of large notebooks to `folder`, made of plain ones."""
    shutil.rmtree(folder, ignore_errors=True)
    for path in notebooks:
        notebook = json.loads(path.read_bytes())
        large(notebook)
        written = folder / path.relative_to(path.parents[2])
        written.parent.mkdir(parents=True)
        written.write_text(json.dumps(notebook), encoding="utf-8")


def seconds(submitted: Path, out: Path) -> float:
    """What grading a class takes on the clock."""
    shutil.rmtree(out, ignore_errors=True)
    command = [sys.executable, "-m", "autograder", "grade", str(submitted), "--out", str(out)]
    start = time.perf_counter()
    subprocess.run([*command, "--seed", "5", "--jobs", "1"], cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - start


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=12, help="a third each right, wrong and unfinished")
    parser.add_argument("--runs", type=int, default=3, help="runs of each class for each kind")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
