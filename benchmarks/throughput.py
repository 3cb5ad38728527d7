"""How many times faster than nbgrader the same submissions are graded: `python benchmarks/throughput.py`.

Makes submissions of the released notebooks (right, wrong in known ways, unfinished; no two alike, so that nothing
graded can be used again), grades them with `autograder grade`, and with `nbgrader autograde` and `nbgrader
generate_feedback`, compares the scores, and prints where the time goes. A larger class, graded by ours alone, tells
what a further submission takes from what a run takes at its start and end. The last line is the ratio of the wall
clocks on the same submissions, the starts counted.

"Students' own code" is what their cells and the hidden cases' calls take in this process, each once, unprotected.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import io
import itertools
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from nbgrader.api import Gradebook

from autograder.course import load
from autograder.demo import sample_class
from autograder.demo.notebooks import stub, text, write
from autograder.grading.align import align
from autograder.grading.exam import load_exam
from autograder.grading.grade import grade
from autograder.grading.submission import read
from autograder.sandbox import slicing, ways
from autograder.sandbox.cells import ParsedCells, run_cells
from autograder.sandbox.client import Sandbox
from helpers.checking.named import named

ROOT = Path(__file__).parents[1]
COURSE = load(ROOT)
MAKERS = {
    "right": sample_class.with_explorations,
    "wrong": sample_class.with_mistakes,
    "unfinished": sample_class.unfinished,
}
LARGER = 10  # how many times as many students in the class that only ours grades
CONFIG = """c = get_config()
c.ExecutePreprocessor.timeout = 900
c.ExecutePreprocessor.startup_timeout = 300
"""


@dataclass
class Spent:
    """Seconds of waiting, and of processor time with all child processes."""

    wall: float = 0.0
    cpu: float = 0.0

    def __str__(self) -> str:
        return f"{self.wall:8.2f} s on the clock, {self.cpu:8.2f} s of processor time"


def main() -> int:
    """Prints a line for each step and, last, the ratio; returns 1 when the scores differ."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="throughput-") as folder:
        course = Path(folder)
        few = make_class(course / "submitted", options.assignments, options.students)
        many = make_class(course / "many", options.assignments, options.students * LARGER)
        print(f"{', '.join(options.assignments)}; a third of the students right, wrong in known ways, unfinished")
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before the start", flush=True)
        ours = run_ours(course / "submitted", course / "ours")
        print(f"ours, {len(few):4} submissions      {ours}", flush=True)
        ours_many = run_ours(course / "many", course / "ours-many")
        print(f"ours, {len(many):4} submissions      {ours_many}", flush=True)
        theirs = run_theirs(course, options.assignments)
        print(f"nbgrader, {len(few):4} submissions  {theirs}\n", flush=True)

        further = len(many) - len(few)
        own = sum(map(own_seconds, many)) / len(many)
        cpu = (ours_many.cpu - ours.cpu) / further
        wall = (ours_many.wall - ours.wall) / further
        print("a further submission, without the start and the end of a run:")
        print(f"  students' own code, run once, by itself  {1000 * own:8.1f} ms of processor time")
        print(f"  our overhead over it                     {1000 * (cpu - own):8.1f} ms of processor time")
        print(f"  on the clock                             {1000 * wall:8.1f} ms")
        print("where its processor time goes:           judge   behind the wall")
        for kind in MAKERS:
            judge, behind = split([path for path in many if path.parts[-3].startswith(kind)])
            print(f"  {kind:<36}{1000 * judge:8.1f} {1000 * behind:8.1f} ms, the reports come on top")
        print(f"nbgrader, a submission                     {1000 * theirs.wall / len(few):8.1f} ms on the clock")
        differing = differences(course)
        print(f"scores: {f'{len(differing)} differ: ' + '; '.join(differing[:5]) if differing else 'the same'}")
        differing += ways_compared(course)
        print(f"ratio of a further submission: {theirs.wall / len(few) / wall:.1f}")
        print(f"ratio: {theirs.wall / ours.wall:.1f}")
    return 1 if differing else 0


def ways_compared(course: Path) -> list[str]:
    """Prints what each way to confine takes beside the first; the ways whose grades.csv isn't the same."""
    named = [name for name in ways.NAMES if not ways.lacks(name)]
    spent, grades = {}, {}
    for name in named:
        with _variable(ways.VARIABLE, name):
            spent[name] = run_ours(course / "submitted", course / f"ours-{name}")
        grades[name] = (course / f"ours-{name}" / "grades.csv").read_bytes()
    for name in named:
        ratio = spent[name].wall / spent[named[0]].wall
        same = "the same" if grades[name] == grades[named[0]] else "OTHER"
        print(f"confined by {name:<12} {ratio:5.2f} times as long as by {named[0]}, {same} grades.csv")
    return [f"grades.csv by {name}" for name in named if grades[name] != grades[named[0]]]


@contextlib.contextmanager
def _variable(name: str, value: str) -> Iterator[None]:
    os.environ[name] = value
    try:
        yield
    finally:
        del os.environ[name]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=24, help="a third each right, wrong and unfinished")
    parser.add_argument(
        "--assignments", nargs="+", default=list(COURSE.notebooks)[:2], choices=list(COURSE.notebooks), metavar="NAME"
    )
    return parser.parse_args()


def make_class(folder: Path, assignments: Sequence[str], students: int) -> list[Path]:
    """Writes the submissions, no cell of one equal to a cell of another where something was written; their paths."""
    paths = []
    for number, kind in zip(range(students), itertools.cycle(MAKERS)):
        name = f"{kind}-{number:04}"
        for assignment in assignments:
            notebook = MAKERS[kind](COURSE, assignment, number // len(MAKERS))
            released = {text(cell) for cell in stub(COURSE, assignment)["cells"]}
            for cell in notebook["cells"]:
                if cell["cell_type"] == "code" and text(cell) not in released:
                    cell["source"] = f"{text(cell)}\n# {name}"
            paths.append(write(notebook, folder, name, assignment))
    return paths


def run_ours(submitted: Path, out: Path) -> Spent:
    """`autograder grade` with its default options, and the seed that nbgrader's check cells draw from."""
    return _spent([sys.executable, "-m", "autograder", "grade", str(submitted), "--out", str(out), "--seed", "0"], ROOT)


def run_theirs(course: Path, assignments: Sequence[str]) -> Spent:
    """`nbgrader autograde` and `nbgrader generate_feedback`; making the assignments is not counted."""
    (course / "nbgrader_config.py").write_text(CONFIG)
    nbgrader = [sys.executable, "-m", "nbgrader"]
    for name in assignments:
        source = course / "source" / name / f"{name}.ipynb"
        source.parent.mkdir(parents=True)
        shutil.copy(ROOT / "solutions" / f"{name}.ipynb", source)
        _spent([*nbgrader, "generate_assignment", name], course)
    total = Spent()
    for name in assignments:
        for command in ("autograde", "generate_feedback"):
            spent = _spent([*nbgrader, command, name], course)
            total = Spent(total.wall + spent.wall, total.cpu + spent.cpu)
    return total


def _spent(command: list[str], folder: Path) -> Spent:
    """Runs a command and says what it took; ends the benchmark when it fails."""
    bin_folder = str(Path(sys.executable).parent)
    environment = {**os.environ, "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout[-1000:]}{done.stderr[-3000:]}")
    return Spent(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def own_seconds(path: Path) -> float:
    """Processor time of a submission's own code: the least of its cells, and a call for each hidden case, once."""
    exam = load_exam(COURSE, path.stem, 0)
    aligned = align(read(path, "", path.stem), exam)
    main_module = sys.modules["__main__"]
    total = 0.0
    for spec in exam.specs:
        if spec.kind == "written" or not aligned.may_be_written(spec.name):
            continue
        notebook = ParsedCells(aligned.cells[: aligned.end(spec.name)])
        own, name = aligned.own[spec.name], aligned.names[spec.name][0]
        target = slicing.work_cell(notebook.cells, notebook, own, name, spec.kind)
        if target is None:
            continue
        plan = next(slicing.plans(notebook.cells, notebook, target, spec.variables or (spec.name,)))
        with contextlib.redirect_stdout(io.StringIO()):
            start = time.process_time()
            namespace, _ = run_cells(notebook, plan, target)
            total += time.process_time() - start
            for case in spec.cases if spec.kind == "function" else ():
                arguments = deepcopy(case.arguments) if spec.required or not spec.observe else {}
                positional = [arguments.pop(name) for name in spec.required if name in arguments]
                function = namespace[spec.name]
                if spec.adapter:
                    positional = [function, *positional]
                    function = named("adapters", spec.adapter)
                start = time.process_time()
                with contextlib.suppress(Exception):
                    function(*positional, **arguments)
                total += time.process_time() - start
    sys.modules["__main__"] = main_module
    return total


def split(paths: Sequence[Path]) -> tuple[float, float]:
    """Processor seconds of a submission: of the judge, and of the fork server with the students' processes."""

    def behind(paths: Sequence[Path]) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with Sandbox(COURSE) as sandbox:
            sandbox.wait_until_ready()
            for path in paths:
                grade(read(path, "", path.stem), load_exam(COURSE, path.stem, 0), sandbox)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    start_of_a_server = behind([])
    before = time.process_time()
    spent = behind(paths) - start_of_a_server
    return (time.process_time() - before) / len(paths), spent / len(paths)


def differences(course: Path) -> list[str]:
    """The exercises that the two graders give different scores."""
    with (course / "ours" / "grades.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = []
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        for row in rows:
            notebook = gradebook.find_submission_notebook(row["assignment"], row["assignment"], row["student"])
            theirs = {item.name.removesuffix("_check"): item.auto_score for item in notebook.grades}[row["exercise"]]
            if theirs != (float(row["score"]) if row["score"] else None):
                found.append(f"{row['student']} {row['exercise']}: ours {row['score']}, nbgrader {theirs}")
    return found


if __name__ == "__main__":
    sys.exit(main())
