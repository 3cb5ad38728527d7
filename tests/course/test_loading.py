"""Loading a course: what is wrong in an author's file is told with the file, the line and what to do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import warm

TOY = Path(__file__).parents[1] / "toy"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course of two notebooks, outside the repository."""
    shutil.copytree(TOY, tmp_path / "toy", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "toy"


def says(course: Path, *words: str, command: tuple[str, ...] = ("try", "shifts")) -> None:
    """One line, exit status 1, no traceback."""
    done = warm.run("autograder", "--course", course, *command)
    assert done.returncode == 1, done.stdout + done.stderr
    (line,) = done.stderr.strip().splitlines()
    assert all(word in line for word in words), line


SHIFTS = "exercises/sorting/shifts.py"


@pytest.mark.parametrize(
    ("file", "source", "words"),
    [
        ("exercises/__init__.py", None, ["not a course, it has no exercises/__init__.py"]),
        ("pyproject.toml", "[project]\nname = 'x'\n", ["pyproject.toml", "no [tool.autograder] there"]),
        ("pyproject.toml", "[tool.autograder]\ntitel = 'x'\n", ["unknown setting titel", "it takes title"]),
        ("pyproject.toml", "[tool.autograder]\npreload = 'numpy'\n", ["preload", "must be a list of names of modules"]),
        ("exercises/sorting/__init__.py", "", ["exercises/sorting/__init__.py", 'add `notebook = Notebook("']),
        (SHIFTS, "", [SHIFTS, "this file has no exercise shifts"]),
        (SHIFTS, "x = 1\n\n\n1 / 0\n", [f"{SHIFTS}:4", "ZeroDivisionError"]),
        (SHIFTS, "x = (\n", [f"{SHIFTS}:1", "SyntaxError"]),
        (SHIFTS, "import nowhere_to_be_found\n", [f"{SHIFTS}:1", "ModuleNotFoundError", "nowhere_to_be_found"]),
        (
            SHIFTS,
            "from autograder.course import answer\nshifts = answer('other', 4, points=1)\n",
            [SHIFTS, "the exercise here is called other: call the file other.py"],
        ),
        (
            SHIFTS,
            "from autograder.course import answer\nshifts = answer('shifts', 4, points=1)\n"
            "second = answer('second', 4, points=1)\n",
            [SHIFTS, "second is a second exercise: move it to second.py"],
        ),
        (
            "exercises/sorting/why_check.py",
            "from autograder.course import answer\nwhy_check = answer('why_check', 4, points=1)\n",
            ["why_check.py", "a name that ends in _check is that of a check's cell"],
        ),
    ],
)
def test_a_fault_in_a_file_is_told(course: Path, file: str, source: str | None, words: list[str]) -> None:
    if source is None:
        (course / file).unlink()
    else:
        (course / file).write_text(source)
    says(course, *words)


def test_two_exercises_of_one_name_are_told(course: Path) -> None:
    shutil.copy(course / SHIFTS, course / "exercises" / "searching" / "shifts.py")
    says(course, "2 exercises are called shifts")


def test_a_case_of_an_unknown_aspect_is_told_with_its_line(course: Path) -> None:
    place = next(
        path for path in sorted((course / "exercises" / "sorting").glob("*.py")) if ".cases" in path.read_text()
    )
    lines = place.read_text().splitlines()
    number = next(number for number, line in enumerate(lines) if 'yield "' in line)
    start, aspect, rest = lines[number].split('"', 2)
    lines[number] = f'{start}"{aspect}s"{rest}'
    place.write_text("\n".join(lines) + "\n")
    says(course, f"{place.relative_to(course)}:{number + 1}", f"{aspect}s", command=("build",))
