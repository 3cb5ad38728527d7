"""Who may import whom, what the engine must not know of this course, and how long a file may be."""

from __future__ import annotations

import ast
import re
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from conftest import ROOT
from imports import imported, imported_files, module_name
from mutants import engine
from mutants.engine import decides, path_of
from mutants.modules import ROOMS as MUTATED
from mutants.modules import TESTS, UNDECIDED

MAX_ENGINE_LINES, MAX_EXERCISE_LINES = 300, 400

# The rooms of the engine, a folder or a module each, and the rooms that each may import besides itself.
ROOMS: dict[str, set[str]] = {
    "capacity": set(),
    "conflicts": set(),
    "files": set(),
    "templates": set(),
    "start": set(),
    "course": {"files"},
    "nbgrader_hook": {"course", "start"},
    "sandbox": {"conflicts", "course", "files"},
    "building": {"course", "files", "templates"},
    "authoring": {"course"},
    "demo": {"course", "files"},
    "grading": {"conflicts", "course", "files", "sandbox", "start"},
    "intake": {"course", "files", "grading"},
    "reports": {"course", "files", "sandbox", "grading", "intake", "templates"},
    "export": {"intake", "reports"},
    "desk": {"building", "course", "reports", "templates"},
    "gradescope": {"building", "course", "files", "sandbox", "grading", "reports"},
    "similarity": {"course", "files", "reports", "templates"},
    "machine": {"capacity", "course", "grading", "sandbox"},
    "cli": {
        "capacity",
        "course",
        "files",
        "sandbox",
        "grading",
        "intake",
        "reports",
        "building",
        "authoring",
        "demo",
        "desk",
        "export",
        "gradescope",
        "machine",
        "similarity",
        "start",
    },
}
# Imported late: the command line once the course is found.
LATE = {"autograder.start": {"autograder.cli.commands"}}

# Words of this course. Not in the list, since the engine has uses of its own for them: kernel (Jupyter's and Linux's),
# weight (of an aspect), filter (of system calls), pool (of processes), digit (of a number), gradient (of a page).
# The list of what Colab has installed, and an editor that others wrote.
NOT_OURS = ("colab_packages.txt", "codemirror.js")
SUBJECT = re.compile(
    r"convol|(?<![a-z])conv(?![a-z])|convnet|\bcnn|correlat|pooling|max_?pool|filter_?bank|imagenet|\brelu|torch"
    r"|softmax|back-?prop|\bpixel|photograph|handwritten|\bmomentum|\bstride|filters_\dd",
    re.IGNORECASE,
)


def python_files(package: str) -> list[Path]:
    files = sorted((ROOT / package).rglob("*.py"))
    assert len(files) > 10
    return files


def arrows(package: str) -> dict[str, set[str]]:
    """The modules of a package, and which others of it each imports, within functions too, but for `LATE`."""
    found = {}
    for path in python_files(package):
        others = {file for file in imported_files(path, ROOT) if file.is_relative_to(ROOT / package)} - {path}
        mine = module_name(path, ROOT)
        found[mine] = {module_name(file, ROOT) for file in others} - LATE.get(mine, set())
    return found


def room(module: str) -> str:
    """The part of the engine that a module belongs to; "" for what holds it together."""
    return module.removeprefix("autograder").removeprefix(".").partition(".")[0].replace("__main__", "")


def packages(path: Path) -> set[str]:
    return {module.partition(".")[0] for module, _ in imported(path, ROOT)}


def test_exercises_import_the_vocabulary_alone() -> None:
    for path in python_files("exercises"):
        for module, name in imported(path, ROOT):
            top = module.partition(".")[0]
            known = module == "autograder.course" or top in ("exercises", "helpers", "numpy", *sys.stdlib_module_names)
            assert known, f"{path.relative_to(ROOT)}: {module} {name}"


def test_helpers_import_nothing_of_the_engine_or_the_exercises() -> None:
    for path in python_files("helpers"):
        assert not packages(path) & {"autograder", "exercises", "tests"}, path.relative_to(ROOT)


def test_the_engine_imports_no_exercises() -> None:
    for path in python_files("autograder"):
        assert not packages(path) & {"exercises", "tests"}, path.relative_to(ROOT)


def test_the_engine_imports_one_way() -> None:
    list(TopologicalSorter(ROOMS).static_order())  # a circle raises CycleError
    engine = arrows("autograder")
    assert {room(module) for module in engine} - {""} == set(ROOMS)
    for module, others in engine.items():
        if mine := room(module):
            assert {room(other) for other in others} <= {mine, *ROOMS[mine]}, module


@pytest.mark.parametrize("package", ["autograder", "helpers", "exercises"])
def test_no_modules_import_each_other_in_a_circle(package: str) -> None:
    try:
        list(TopologicalSorter(arrows(package)).static_order())
    except CycleError as error:
        pytest.fail(" <- ".join(error.args[1]))


def test_no_two_classes_share_a_name() -> None:
    """A name is one thing in the engine and in `helpers`; the layers of exercises are students' own."""
    found: dict[str, list[str]] = {}
    for path in (*python_files("autograder"), *python_files("helpers")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef):
                found.setdefault(node.name, []).append(module_name(path, ROOT))
    assert {name: modules for name, modules in found.items() if len(modules) > 1} == {}


def test_the_engine_knows_no_convolution() -> None:
    """Neither its modules nor its templates and scripts."""
    found = []
    for path in sorted((ROOT / "autograder").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and path.name not in NOT_OURS:
            for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
                found += [f"{path.relative_to(ROOT)}:{number}: {word}" for word in SUBJECT.findall(line)]
    assert not found


@pytest.mark.parametrize("text", ["conv1d", "def conv(x)", "Convolutional", "cnn-course", "max_pool2d", "PyTorch"])
def test_words_of_the_course_are_noticed(text: str) -> None:
    assert SUBJECT.search(text)


@pytest.mark.parametrize("text", ["nbconvert", "convert", "conventional", "SandboxPool", "ThreadPoolExecutor"])
def test_words_of_the_engine_are_not(text: str) -> None:
    assert not SUBJECT.search(text)


@pytest.mark.parametrize(("package", "most"), [("autograder", MAX_ENGINE_LINES), ("exercises", MAX_EXERCISE_LINES)])
def test_files_are_short(package: str, most: int) -> None:
    lengths = {path.relative_to(ROOT): len(path.read_text("utf-8").splitlines()) for path in python_files(package)}
    assert not {str(path): length for path, length in lengths.items() if length > most}


def test_modules_and_tests_of_the_engines_mutants_are_there() -> None:
    for module, files in TESTS.items():
        assert path_of(module).is_file(), module
        assert [name for name in files if not (ROOT / name).is_file()] == [], module


@pytest.mark.parametrize("folder", MUTATED)
def test_each_module_that_decides_has_tests_for_its_mutants(folder: str) -> None:
    modules = {module_name(path, ROOT) for path in (ROOT / folder).glob("*.py") if path.name != "__init__.py"}
    unlisted = modules - TESTS.keys() - UNDECIDED.keys()
    assert [module for module in sorted(unlisted) if decides(module)] == []


def test_rough_limits_in_a_modules_head_are_no_decisions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    head = "SIZE, PARTS, DATE = 3 * 2**18, 500_000, (1980, 1)\nFEW = 2 * 2\nNAMES: int | None = None\n"
    (tmp_path / "limits.py").write_text(f"{head}def least():\n    return 2**18\n")
    monkeypatch.setattr(engine, "ROOT", tmp_path)
    changed = [mutant.change.partition(" in ") for mutant in engine.mutants("limits")]
    assert {where.partition(":")[0] for change, _, where in changed if change.startswith("18")} == {"least"}
    assert {change for change, _, where in changed if where.startswith("the module: SIZE")} == {"1 -> 2", "1 -> 0"}
    assert {change for change, _, where in changed if "FEW" in where} >= {"2 -> 3", "2 -> 1"}


def test_what_is_said_to_decide_nothing_is_there_and_not_listed_as_well() -> None:
    assert not TESTS.keys() & UNDECIDED.keys()
    assert [module for module, why in UNDECIDED.items() if not (path_of(module).is_file() and why)] == []
