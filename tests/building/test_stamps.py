"""An exercise is run again when anything that its cases depend on has changed, and not otherwise."""

from __future__ import annotations

import shutil
from pathlib import Path, PurePosixPath

import pytest
import warm
from conftest import ROOT

from autograder.building.stamps import FILE, Stamps
from autograder.course import Exercise

CASES = "helpers/checking/cases/01_lists"
FILES = {
    "pyproject.toml": '[tool.autograder]\nrepository = "https://github.com/some/where"\n',
    "exercises/__init__.py": "",
    "exercises/tools.py": "LENGTH = 3\n",
    "exercises/lists/__init__.py": 'from autograder.course import Notebook\nnotebook = Notebook("01_lists")\n',
    "exercises/lists/_shared.py": """\
from .. import tools

def draw(rng):
    return rng.integers(0, 9, tools.LENGTH)
""",
    "exercises/lists/largest.py": """\
from autograder.course import exercise
from . import _shared

@exercise(points=1, aspects={"values": "look at each entry"}, hints=["max"], observe="lists.number")
def largest(x):
    return int(max(x))

@largest.cases
def _(rng):
    print("running largest")
    yield "values", {"x": _shared.draw(rng)}
""",
    "exercises/lists/_mistakes.py": """\
from .largest import largest

@largest.mistake("smallest", "Your result is the smallest entry.")
def _(x):
    return min(x)
""",
    "exercises/lists/middle.py": """\
from pathlib import Path
from autograder.course import exercise

@exercise(points=1, aspects={"values": "sort first"}, hints=["sorted"])
def middle(x):
    return float(sorted(x)[1])

@middle.cases
def _(rng):
    print("running middle")
    yield "values", {"x": [3.0, 1.0, float(Path(__file__).with_name("number.txt").read_text())]}
""",
    "exercises/lists/number.txt": "2",
    "helpers/observers/lists.py": "def number(value, *arguments):\n    return value + 0\n",
    "solutions/01_lists.py": """\
# %% [markdown]
# # 01 · Lists

# %% exercise="largest" points=1
def largest(x):
    ### BEGIN SOLUTION
    return max(x)
    ### END SOLUTION

# %% check="largest"
check(largest)

# %% exercise="middle" points=1
def middle(x):
    ### BEGIN SOLUTION
    return sorted(x)[1]
    ### END SOLUTION

# %% check="middle"
check(middle)
""",
}


def build(root: Path) -> tuple[set[str], set[str]]:
    """The exercises that `autograder build` has run, and the case files that it has written, by their names."""
    done = warm.run("autograder", "--course", root, "build")
    assert done.returncode == 0, done.stderr
    words = [line.split() for line in done.stdout.splitlines()]
    written = {Path(last).stem for first, *_, last in words if first == "written:" and last.endswith(".json")}
    return {last for first, *_, last in words if first == "running"}, written


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A course of two exercises with `helpers` of its own."""
    kept_away = shutil.ignore_patterns("__pycache__", "figures", "cases", "*.npz")
    shutil.copytree(ROOT / "helpers", tmp_path / "helpers", ignore=kept_away)
    for place, text in FILES.items():
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text(text)
    return tmp_path


def change(root: Path, place: str, old: str, new: str) -> None:
    text = (root / place).read_text("utf-8")
    assert old in text
    (root / place).write_text(text.replace(old, new), "utf-8")


def test_a_build_runs_what_has_changed_and_nothing_else(root: Path) -> None:
    assert build(root) == ({"largest", "middle"}, {"largest", "middle", "order"})
    change(root, "exercises/lists/middle.py", "sorted(x)[1]", "sorted(x)[2]")
    assert build(root) == ({"middle"}, {"middle"})
    change(root, "exercises/tools.py", "3", "4")
    assert build(root) == ({"largest"}, {"largest"})
    change(root, "exercises/lists/_mistakes.py", "return min(x)", "return max(x) + 1")
    assert build(root) == ({"largest"}, {"largest"})
    change(root, "helpers/observers/lists.py", "+ 0", "+ 1")
    assert build(root) == ({"largest"}, {"largest"})


LARGEST = Exercise("largest", "function", 1, observe="lists.number", file=Path("exercises/lists/largest.py"))
MIDDLE = Exercise("middle", "function", 1, file=Path("exercises/lists/middle.py"))


@pytest.mark.parametrize(
    ("place", "old", "new", "again"),
    [
        ("exercises/lists/largest.py", "max(x)", "min(x)", {LARGEST.name}),
        ("exercises/lists/_shared.py", "0, 9", "10, 19", {LARGEST.name}),
        ("exercises/tools.py", "3", "4", {LARGEST.name}),
        ("helpers/observers/lists.py", "+ 0", "+ 1", {LARGEST.name}),
        ("exercises/lists/number.txt", "2", "2.5", {LARGEST.name, MIDDLE.name}),
        ("exercises/lists/__init__.py", "01_lists", "01_more", {LARGEST.name, MIDDLE.name}),
        ("helpers/checking/values.py", "RTOL, ATOL =", "ATOL, RTOL =", {LARGEST.name, MIDDLE.name}),
        (f"{CASES}/middle.json", "middle", "edited", {MIDDLE.name}),
        ("helpers/data.py", "import", "import  ", set()),
        ("solutions/01_lists.py", "Lists", "Rows", set()),
    ],
)
def test_what_a_change_makes_run_again(root: Path, place: str, old: str, new: str, again: set[str]) -> None:
    places = [(exercise, PurePosixPath(CASES, f"{exercise.name}.json")) for exercise in (LARGEST, MIDDLE)]
    stamps = Stamps(root)
    (root / CASES).mkdir(parents=True)
    for exercise, where in places:
        (root / where).write_text(exercise.name)
        stamps.put(where, exercise, exercise.name.encode())
    stamps.save()

    def unfit() -> set[str]:
        kept = Stamps(root)
        return {item.name for item, where in places if not kept.fits(where, item, (root / where).read_bytes())}

    assert unfit() == set()
    change(root, place, old, new)
    assert unfit() == again


@pytest.mark.parametrize("text", ["", "[]", "{", '{"a": 1}'])
def test_stamps_that_cannot_be_read_fit_nothing(root: Path, text: str) -> None:
    (root / FILE).parent.mkdir()
    (root / FILE).write_text(text)
    assert not Stamps(root).fits(PurePosixPath(CASES, "middle.json"), MIDDLE, b"middle")
