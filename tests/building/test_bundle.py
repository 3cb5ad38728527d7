"""The zip for a class: what is in it, what is not, and that its notebooks find their helpers."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path, PurePosixPath

import pytest
import tiny_course
from conftest import COURSE, ROOT
from typer.testing import CliRunner

from autograder.building import build
from autograder.building.bundle import bundle_files, write_bundle
from autograder.building.regions import find
from autograder.cli import building
from autograder.cli.commands import app
from autograder.course import Course, CourseError
from helpers.checking.spec import to_json

TOP = PurePosixPath("cnn-course")


@pytest.fixture(scope="module")
def course() -> dict[PurePosixPath, bytes]:
    """The bundle of the real course."""
    return bundle_files(COURSE)


@pytest.fixture
def tiny(tmp_path: Path) -> Course:
    """A small project with one notebook, built, and with files that are nobody's business."""
    root = tmp_path / "project"
    (root / "solutions").mkdir(parents=True)
    (root / "solutions" / "01_tiny.py").write_text(tiny_course.SOURCE)
    (root / "helpers" / "__pycache__").mkdir(parents=True)
    for name in ("pyproject.toml", "LICENSE", "LICENSE-prose"):
        (root / name).write_bytes((ROOT / name).read_bytes())
    (root / "helpers" / "check.py").write_text("")
    for stray in ("helpers/notes.md", "helpers/check.py~", "helpers/__pycache__/check.pyc", "notebooks/grades.csv"):
        (root / stray).parent.mkdir(exist_ok=True)
        (root / stray).write_text("secret")
    course = tiny_course.course(root)
    build(course)
    return course


def test_it_holds_notebooks_and_helpers_and_nothing_else(course: dict[PurePosixPath, bytes]) -> None:
    notebooks = {PurePosixPath("notebooks") / name / f"{name}.ipynb" for name in COURSE.notebooks}
    beside = {PurePosixPath(name) for name in ("LICENSE", "LICENSE-prose", "README.md", "requirements.txt")}
    helpers = {path for path in course if path.parts[0] == "helpers"}
    assert set(course) == notebooks | beside | helpers
    assert PurePosixPath("helpers/check.py") in helpers


def test_it_holds_all_of_helpers(course: dict[PurePosixPath, bytes]) -> None:
    """What git knows of, or would take: neither a data file forgotten nor a stray file handed out."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "helpers"]
    known = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if known.returncode:
        pytest.skip("no git checkout here: clone the repository to compare with git's list")
    there = {PurePosixPath(line) for line in known.stdout.splitlines() if (ROOT / line).exists()}
    assert {path for path in course if path.parts[0] == "helpers"} == there


def test_no_solution_is_in_it(course: dict[PurePosixPath, bytes]) -> None:
    texts = {path: _squeezed(data) for path, data in course.items() if path.suffix not in (".npz", ".png", ".jpg")}
    for path, text in texts.items():
        for mark in ("BEGINSOLUTION", "BEGINHIDDENTESTS", "BEGINMARKSCHEME", "autograder.course", "report_score"):
            assert mark not in text, path
    looked_for = 0
    for name in COURSE.notebooks:
        for cell in json.loads((ROOT / "solutions" / f"{name}.ipynb").read_bytes())["cells"]:
            source = "".join(cell["source"])
            lines = source.split("\n")
            for region in find(source):
                solution = [line.strip() for line in lines[region.begin + 1 : region.end]]
                if cell["cell_type"] == "code" and len(solution) > 2:
                    looked_for += 1
                    found = [path for path, text in texts.items() if _squeezed("\\n".join(solution).encode()) in text]
                    assert not found, (name, solution)
    assert looked_for > 30


def test_hidden_cases_are_not_in_it(course: dict[PurePosixPath, bytes]) -> None:
    """An exercise's file of cases has the public ones only; that each file is what its exercise gives, others test."""
    cases = {path for path in course if path.suffix == ".json" and "cases" in path.parts}
    assert {path.stem for path in cases} == {
        "order",
        *(item.name for book in COURSE.notebooks.values() for item in book.exercises),
    }
    for exercise in COURSE.notebooks["02_filters_1d"].exercises:
        held = course[PurePosixPath(f"helpers/checking/cases/02_filters_1d/{exercise.name}.json")].decode()
        assert _inputs(held) == _inputs(to_json(exercise.public()))
        if exercise.kind == "function":
            assert _inputs(to_json(exercise.hidden(0))) - _inputs(held), "nothing hidden to look for"


def _inputs(spec: str) -> set[str]:
    """The lines of a file of cases that hold one each, without what is expected."""
    return {line.partition('"expected"')[0] for line in spec.split("\n") if line.lstrip().startswith('{"Case"')}


def _squeezed(data: bytes) -> str:
    """The text without white space and JSON's quotes: a solution in a notebook and one in a module look alike."""
    return re.sub(r"\s+", "", re.sub(r'\\n",\s*"|\\n', "", data.decode("utf-8")))


def test_strays_stay_behind(tiny: Course) -> None:
    held = bundle_files(tiny)
    assert {str(path) for path in held} == {
        "LICENSE",
        "LICENSE-prose",
        "README.md",
        "helpers/check.py",
        *(f"helpers/checking/cases/01_tiny/{name}.json" for name in ("blip_filter", "count", "order", "total", "why")),
        "notebooks/01_tiny/01_tiny.ipynb",
        "requirements.txt",
    }
    assert not any(b"secret" in data for data in held.values())
    assert (
        "[notebooks/01_tiny](notebooks/01_tiny/01_tiny.ipynb) | 01 · Tiny |"
        in held[PurePosixPath("README.md")].decode()
    )
    assert b"numpy>=2.1,<3\n" in held[PurePosixPath("requirements.txt")]


def test_the_bytes_depend_on_the_content_alone(tiny: Course, tmp_path: Path) -> None:
    one, two = tmp_path / "one.zip", tmp_path / "two.zip"
    write_bundle(tiny, one)
    for path in tiny.root.rglob("*"):
        os.utime(path, (0, 10**9))
        path.chmod(0o755)
    write_bundle(tiny, two)
    assert one.read_bytes() == two.read_bytes()
    with zipfile.ZipFile(one) as archive:
        assert archive.testzip() is None
        assert {PurePosixPath(name).parts[0] for name in archive.namelist()} == {str(TOP)}
        assert archive.namelist() == sorted(archive.namelist())


def test_a_stale_notebook_is_not_handed_out(tiny: Course, tmp_path: Path) -> None:
    tiny.release("01_tiny").write_text("{}")
    with pytest.raises(CourseError, match=r"01_tiny\.ipynb: out of date: run `autograder build`"):
        write_bundle(tiny, tmp_path / "one.zip")
    assert not list(tmp_path.glob("*.zip")) and not list(tmp_path.glob(".*"))


def test_the_command_says_what_is_wrong(tiny: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "load_course", lambda context: tiny)
    (tmp_path / "file").write_text("")
    done = CliRunner().invoke(app, ["bundle", "--out", str(tmp_path / "file" / "one.zip")])
    assert done.exit_code == 1
    assert done.stderr.startswith(f"autograder: {tmp_path / 'file'}: ") and done.stderr.endswith("--out\n")
    tiny.release("01_tiny").write_text("{}")
    done = CliRunner().invoke(app, ["bundle", "--out", str(tmp_path / "one.zip")])
    stale = "notebooks/01_tiny/01_tiny.ipynb: out of date: run `autograder build` first"
    assert (done.exit_code, done.stderr) == (1, f"autograder: {stale}\n")
    assert not list(tmp_path.glob("*.zip"))


def test_unpacked_notebooks_find_their_helpers(course: dict[PurePosixPath, bytes], tmp_path: Path) -> None:
    """Set-up, imports, a right function and its check, from the notebook's folder, far from this repository."""
    for path, data in course.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    place = tmp_path / "notebooks" / "02_filters_1d"
    cells = json.loads((place / "02_filters_1d.ipynb").read_bytes())["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    program = f"""
{code[0]}
{code[1]}
import helpers
assert helpers.__file__.startswith({str(tmp_path)!r}), helpers.__file__
def window_dot(x, w, i):
    return float(np.sum(x[i : i + len(w)].astype(float) * w))
assert check(window_dot).passed
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=place, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "public checks pass" in done.stdout
