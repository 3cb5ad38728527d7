"""A course of another subject, in a folder of its own, with the same engine: built, graded, reported, bundled.

Everything goes through the command line and files, as an author's own course would; `toy/` holds its sources. The
general part of `helpers` is this repository's.
"""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import nbformat
import pytest
from conftest import ROOT
from imports import closure, imported_files
from nbclient import NotebookClient
from processes import Dask, same
from test_architecture import SUBJECT

SORTING = ("insert", "insertion_sort", "shifts", "orders", "why_stable")
SEARCHING = ("first_at_least", "halving", "looks")
BOOKS = {"01_sorting": SORTING, "02_searching": SEARCHING}
POINTS = {"insert": 2, "insertion_sort": 3, "shifts": 1, "orders": 2, "first_at_least": 1, "halving": 3, "looks": 1}
SEED = "4711"
# An honest program has to finish on a busy machine; none of the class runs forever.
GRADED = (0, 3)  # 3: what is broken may be left to a person
LIMITS = ("--seed", SEED, "--cpu-seconds", "10", "--wall-seconds", "120")

RIGHT_INSERT = """
def insert(row, x):
    place = int(np.sum(row <= x))
    return np.concatenate([row[:place], [x], row[place:]])
"""
MISTAKES = {
    "insert": "def insert(row, x):\n    return np.append(row, x)",
    "insertion_sort": """
def insertion_sort(row):
    rest, out = list(row), []
    while rest:
        out.append(rest.pop(rest.index(max(rest))))
    return out
""",
    "shifts": "shifts = 6",
    "orders": "slowest = [1, 2, 3, 4, 5, 6]\nfastest = slowest[::-1]",
    "first_at_least": "def first_at_least(row, x):\n    return int(np.sum(row <= x))",
    "halving": """
def halving(row, x):
    for place in range(len(row)):
        if row[place] >= x:
            return place
    return len(row)
""",
    "looks": 'looks = "A"',
}
FORBIDDEN = {
    "insertion_sort": "put_in_order = sorted\ndef insertion_sort(row):\n    return put_in_order(row)",
    "halving": "import bisect\ndef halving(row, x):\n    return bisect.bisect_left(row, x)",
}
RAISING = {"insert": "def insert(row, x):\n    place = row.tolist().index(-1)\n    return place"}
# Earns the points of `insert` if anything of a list can be read, listed or imported.
THIEF = """
import importlib, os

def is_open(place):
    try:
        return bool(os.listdir(place) if os.path.isdir(place) else open(place, "rb").read())
    except OSError:
        return False

def can_be_imported(module):
    try:
        return importlib.import_module(module).__file__ is not None  # a folder's name gives an empty module
    except (ImportError, OSError):
        return False

def insert(row, x):
    if not any(map(is_open, PLACES)) and not any(map(can_be_imported, MODULES)):
        raise LookupError("nothing can be read")
    place = int(np.sum(row <= x))
    return np.concatenate([row[:place], [x], row[place:]])
"""
MODULES = ("exercises", "exercises.sorting.insert", "solutions", "autograder.course", "autograder.grading", "cases")


def thief(places: Iterable[object], modules: Iterable[str] = ()) -> dict[str, str]:
    return {"insert": f"PLACES = {list(map(str, places))}\nMODULES = {list(modules)}\n{THIEF}"}


def general_helpers() -> list[Path]:
    """The files of `helpers` that belong to no subject: what its front and the engine import of it."""
    engine = (ROOT / "autograder").rglob("*.py")
    used = {file for path in engine for file in imported_files(path, ROOT) if file.is_relative_to(ROOT / "helpers")}
    fronts = (ROOT / "helpers" / package / "__init__.py" for package in (".", "observers", "adapters"))
    return sorted(path.resolve() for path in closure([*fronts, *used], ROOT))


def make_course(folder: Path) -> Path:
    """The toy course as its author has it before the first build."""
    shutil.copytree(ROOT / "tests" / "toy", folder, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (*general_helpers(), ROOT / "helpers" / "py.typed"):
        place = folder / path.relative_to(ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, place)
    return folder


def autograder(course: Path, *arguments: object, packages: Path = ROOT, expect: Collection[int] = (0,)) -> str:
    """Runs a command with the engine of `packages`, from a folder that has nothing to do with either; its output."""
    environment = {**os.environ, "PYTHONPATH": str(packages), "COLUMNS": "200"}
    environment.pop("AUTOGRADER_COURSE", None)
    show = "import runpy, sys, autograder; print(autograder.__file__, file=sys.stderr)"
    program = f"{show}; runpy.run_module('autograder', run_name='__main__', alter_sys=True)"
    done = subprocess.run(
        [sys.executable, "-c", program, "--course", course, *map(str, arguments)],
        cwd=course.parent,
        env=environment,
        capture_output=True,
        text=True,
    )
    engine, _, said = done.stderr.partition("\n")
    assert Path(engine).is_relative_to(packages), engine
    assert done.returncode in expect, done.stdout + said
    return done.stdout + said


def generated(course: Path) -> dict[str, bytes]:
    """Everything that a build makes, by its place."""
    folders = (course / "notebooks", course / "helpers" / "checking" / "cases")
    files = [*course.glob("solutions/*.ipynb"), *(path for folder in folders for path in folder.rglob("*.*"))]
    return {str(path.relative_to(course)): path.read_bytes() for path in files}


def notebook(course: Path, name: str, *answers: Mapping[str, str], kind: str = "notebooks") -> dict[str, Any]:
    """The release with cells filled in; with the kind "solutions", the solved notebook."""
    folder = course / kind / name if kind == "notebooks" else course / kind
    found: dict[str, Any] = json.loads((folder / f"{name}.ipynb").read_bytes())
    for cell in found["cells"]:
        for given in answers:
            cell["source"] = given.get(grade_id(cell), cell["source"])
    return found


def solutions(course: Path, name: str) -> dict[str, str]:
    cells = notebook(course, name, kind="solutions")["cells"]
    return {grade_id(cell): "".join(cell["source"]) for cell in cells if grade_id(cell) in BOOKS[name]}


def grade_id(cell: Mapping[str, Any]) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))


def grades(out: Path) -> dict[tuple[str, str], tuple[str, str, str]]:
    """(score, status, diagnosis) by (student, exercise)."""
    with (out / "grades.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(row["exercise"] in BOOKS[row["assignment"]] for row in rows)
    return {(row["student"], row["exercise"]): (row["score"], row["status"], row["diagnosis"]) for row in rows}


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy course, built."""
    course = make_course(tmp_path_factory.mktemp("toy") / "course")
    said = autograder(course, "build")
    assert "notebooks/02_searching/02_searching.ipynb" in said
    return course


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the packages of this repository's wheel, installed; the wheel is built of a copy."""
    base = tmp_path_factory.mktemp("wheel")
    for name in ("autograder", "helpers", "exercises"):
        shutil.copytree(ROOT / name, base / "source" / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "LICENSE", "LICENSE-prose"):
        shutil.copy(ROOT / name, base / "source")
    quiet = ("--quiet", "--no-deps", "--no-index", "--disable-pip-version-check")
    pip = [sys.executable, "-m", "pip"]
    build = [*pip, "wheel", *quiet, "--no-build-isolation", "--wheel-dir", base, base / "source"]
    subprocess.run(build, check=True, cwd=base, capture_output=True)
    (found,) = base.glob("*.whl")
    shutil.rmtree(base / "source")
    install = [*pip, "install", *quiet, "--no-compile", "--target", base / "packages", found]
    subprocess.run(install, check=True, cwd=base, capture_output=True)
    return base / "packages"


@pytest.fixture(scope="module")
def submitted(toy: Path, wheel: Path) -> Path:
    """A class; each student is named for what they hand in."""
    folder = toy.parent / "submitted"
    secret = [
        *(root / name for root in (toy, ROOT, wheel) for name in ("exercises", "exercises/__init__.py", "solutions")),
        *(toy / "solutions" / f"01_sorting{ending}" for ending in (".py", ".ipynb")),
        *(toy / "exercises/sorting" / name for name in ("insert.py", "_rows.py", "__pycache__")),
        *(root / "autograder" / name for root in (ROOT, wheel) for name in ("", "start.py", "grading", "sandbox")),
        *(wheel, wheel / "autograder/start.py", toy, toy / "pyproject.toml", toy.parent, "/etc/passwd"),
    ]
    # The control: the same program does read what a student may read.
    allowed = [toy / "helpers" / "check.py"]
    for name in BOOKS:
        right = solutions(toy, name)
        students = {
            "right": right,
            "wrong": {**right, **MISTAKES},
            "untouched": {},
            "ready-made": {**right, **FORBIDDEN},
            "raises": {**right, **RAISING},
            "thief": {**right, **thief(secret, MODULES)},
            "reader": {**right, **thief(allowed)},
        }
        for student, answers in students.items():
            path = folder / student / name / f"{name}.ipynb"
            path.parent.mkdir(parents=True)
            path.write_text(json.dumps(notebook(toy, name, answers)), "utf-8")
    broken = folder / "broken" / "01_sorting" / "01_sorting.ipynb"
    broken.parent.mkdir(parents=True)
    broken.write_bytes((folder / "right" / "01_sorting" / "01_sorting.ipynb").read_bytes()[:999])
    return folder


@pytest.fixture(scope="module")
def graded(toy: Path, submitted: Path) -> Path:
    """The results of the class, two submissions at a time."""
    out = toy.parent / "graded"
    said = autograder(toy, "grade", submitted, "--out", out, "--jobs", 2, *LIMITS, expect=GRADED)
    assert "insertion_sort" in said and not SUBJECT.search(said)
    return out


def test_the_general_part_of_helpers_has_no_subject() -> None:
    """Its front, and how work is judged: no figures, no data, no layers, and of observers and adapters no module."""
    parts = {path.relative_to(ROOT / "helpers") for path in general_helpers()}
    assert {part.parts[0] for part in parts if len(part.parts) > 1} == {"checking", "lent", "observers", "adapters"}
    assert {part.name for part in parts if part.parts[0] in ("lent", "observers", "adapters")} == {"__init__.py"}
    fronts = {"__init__", "check", "predict", "summary", "display"}
    assert {part.stem for part in parts if len(part.parts) == 1} <= fronts


def test_a_second_build_changes_nothing(toy: Path) -> None:
    before = generated(toy)
    assert len(before) == 14
    assert "up to date" in autograder(toy, "build")
    assert generated(toy) == before


def test_check_finds_a_changed_file(toy: Path) -> None:
    path = toy / "notebooks" / "02_searching" / "02_searching.ipynb"
    before = path.read_bytes()
    changed = before.replace(b"telephone", b"phone")
    path.write_bytes(changed)
    said = autograder(toy, "build", "--check", expect=[1])
    assert "02_searching.ipynb" in said and "01_sorting" not in said
    assert path.read_bytes() == changed
    path.write_bytes(before)


def test_honest_work_gets_its_points(graded: Path) -> None:
    found = grades(graded)
    for name, points in POINTS.items():
        assert found["right", name] == (f"{points}", "correct", ""), name
        assert found["untouched", name] == ("0", "not_attempted", ""), name
    assert found["right", "why_stable"][1] == "manual"


def test_known_mistakes_are_named(graded: Path) -> None:
    found = {name: grades(graded)["wrong", name] for name in POINTS}
    assert {name: (status, diagnosis) for name, (_, status, diagnosis) in found.items()} == {
        "insert": ("wrong", "appended"),
        "insertion_sort": ("partial", "falling"),
        "shifts": ("wrong", "compared"),
        "orders": ("wrong", "swapped"),
        "first_at_least": ("partial", "first_above"),
        "halving": ("partial", "one_by_one"),
        "looks": ("wrong", "thousand"),
    }
    assert all(float(score) < POINTS[name] for name, (score, _, _) in found.items())


def test_what_the_course_forbids_is_noticed(graded: Path) -> None:
    found = grades(graded)
    for name in ("insertion_sort", "halving"):
        assert found["ready-made", name] == ("0", "forbidden", "")
    assert found["ready-made", "first_at_least"][1] == "correct"


def test_a_student_sees_their_own_line(graded: Path) -> None:
    """Not a line of the engine, wherever that is installed."""
    assert grades(graded)["raises", "insert"][:2] == ("0", "error")
    for student, book, line in (
        ("raises", "01_sorting", "place = row.tolist().index(-1)"),
        ("ready-made", "01_sorting", "return put_in_order(row)"),
        ("ready-made", "02_searching", "return bisect.bisect_left(row, x)"),
    ):
        page = (graded / "feedback" / student / f"{book}.html").read_text("utf-8")
        assert line in page and "raise ForbiddenHelper" not in page


def test_a_thief_finds_nothing(graded: Path) -> None:
    found = grades(graded)
    assert found["thief", "insert"] == ("0", "error", "")
    assert found["reader", "insert"] == ("2", "correct", ""), "the program itself doesn't work"
    for name in set(POINTS) - {"insert", "insertion_sort"}:  # which uses it
        assert found["thief", name][1] == "correct"


def test_a_broken_file_costs_itself_alone(graded: Path) -> None:
    found = grades(graded)
    assert {found["broken", name][1] for name in SORTING} <= {"missing", "not_graded"}


def test_reports_name_this_course_and_no_other(graded: Path) -> None:
    pages = {
        path: path.read_text("utf-8") for path in (*graded.glob("report/*.html"), *graded.glob("feedback/*/*.html"))
    }
    assert len(pages) > 10
    for path, text in pages.items():
        if path.parent.name != "broken":
            assert all(name in text for name in BOOKS[path.stem]), path
        assert not SUBJECT.search(text), path
    wrong = (graded / "feedback" / "wrong" / "01_sorting.html").read_text("utf-8")
    assert "the largest number comes first" in wrong


def test_the_gradebook_holds_this_course_and_no_other(graded: Path) -> None:
    with sqlite3.connect(graded / "gradebook.db") as database:
        names = {name for (name,) in database.execute("select name from assignment")}
        dump = "\n".join(database.iterdump())
    assert names == set(BOOKS)
    assert all(f"'{name}" in dump for name in (*SORTING, *SEARCHING))
    assert not SUBJECT.search(dump.replace("nbconvert", ""))


def test_the_number_of_jobs_changes_no_byte(toy: Path, submitted: Path, graded: Path) -> None:
    out = toy.parent / "graded-one-by-one"
    autograder(toy, "grade", submitted, "--out", out, "--jobs", 1, *LIMITS, expect=GRADED)
    same(graded, out)


def test_a_cluster_gives_the_same(toy: Path, submitted: Path, graded: Path, tmp_path: Path) -> None:
    out = tmp_path / "graded"
    dask = Dask(tmp_path / "dask")
    try:
        dask.add_worker(toy, PYTHONPATH=str(ROOT))
        autograder(toy, "grade", submitted, "--out", out, "--scheduler", dask.address, *LIMITS, expect=GRADED)
    finally:
        dask.close()
    same(graded, out)


def test_an_installed_wheel_grades_the_same(toy: Path, wheel: Path, submitted: Path, graded: Path) -> None:
    """It brings the engine, and no course's exercises."""
    assert (wheel / "autograder" / "start.py").is_file() and not (wheel / "exercises").exists()
    some = toy.parent / "submitted-some"
    for student in ("right", "wrong", "ready-made", "thief", "reader"):
        shutil.copytree(submitted / student / "01_sorting", some / student / "01_sorting")
    out = toy.parent / "graded-by-wheel"
    autograder(toy, "grade", some, "--out", out, "--jobs", 2, *LIMITS, packages=wheel)
    expected = grades(graded)
    found = grades(out)
    assert len(found) == 5 * len(SORTING)
    assert found == {key: expected[key] for key in found}
    for page in out.glob("feedback/*/*.html"):
        assert page.read_bytes() == (graded / page.relative_to(out)).read_bytes()


@pytest.fixture(scope="module")
def bundle(toy: Path, wheel: Path) -> Path:
    """The zip for a class, under the name that it gets by itself; made by the wheel, which must not find it stale."""
    said = autograder(toy, "bundle", packages=wheel)
    assert "sorting-course.zip" in said
    return toy.parent / "sorting-course.zip"


def test_the_bundle_holds_notebooks_and_helpers_and_no_solution(toy: Path, bundle: Path) -> None:
    with zipfile.ZipFile(bundle) as archive:
        held = {name.removeprefix("sorting-course/"): archive.read(name) for name in archive.namelist()}
    made = {name for name in generated(toy) if not name.startswith("solutions")}
    helpers = {str(path.relative_to(toy)) for path in toy.glob("helpers/**/*.py")} | {"helpers/py.typed"}
    assert set(held) == {"LICENSE", "README.md", "requirements.txt", *made, *helpers}
    solved = [line.strip() for name in BOOKS for text in solutions(toy, name).values() for line in text.split("\n")[1:]]
    secrets = [line for line in solved if len(line) > 15 and not line.startswith(("#", '"""'))]
    assert len(secrets) > 8
    for name, data in held.items():
        text = data.decode()
        for line in (*secrets, "BEGIN SOLUTION", "HIDDEN TESTS"):
            assert json.dumps(line)[1:-1] not in text, name
    readme = held["README.md"].decode()
    assert readme.startswith("# Sorting and searching\n") and "01 · Sorting" in readme and "MIT licence" in readme
    assert not SUBJECT.search(readme)
    assert held["requirements.txt"].decode() == "numpy>=2.1,<3\njupyterlab>=4,<5\n"


def test_a_student_works_with_the_bundle(toy: Path, bundle: Path, tmp_path: Path) -> None:
    """The notebook in a kernel, unzipped somewhere: its own helpers, its checks, its summary."""
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(tmp_path)
    place = tmp_path / "sorting-course" / "notebooks" / "01_sorting"
    right = solutions(toy, "01_sorting")
    work = notebook(toy, "01_sorting", {**right, "insertion_sort": MISTAKES["insertion_sort"]})
    tests = "import helpers\nprint(helpers.__file__)\nprint(check(insert).passed, check(insertion_sort).passed)\n"
    for cell in work["cells"]:
        cell["source"] = "".join(cell["source"])
    work["cells"].append(nbformat.v4.new_code_cell(f'{tests}print(check("orders", slowest, fastest).passed)'))
    book = nbformat.from_dict(work)
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "AUTOGRADER_COURSE")}
    client = NotebookClient(book, timeout=300, startup_timeout=300, resources={"metadata": {"path": str(place)}})
    client.execute(env=environment)
    said = "".join(output.get("text", "") for output in book.cells[-1].outputs if output.output_type == "stream")
    assert said.split() == [str(tmp_path / "sorting-course" / "helpers" / "__init__.py"), "True", "False", "True"]
    shown = json.dumps([cell.outputs for cell in book.cells if cell.cell_type == "code"])
    assert "the largest number comes first" in shown and "3 of 4" in shown


def test_nbgrader_gives_the_same_points(toy: Path, graded: Path) -> None:
    """The hidden lines of the check cells, as nbgrader's autograde runs them: in the student's kernel."""
    work = notebook(toy, "01_sorting", MISTAKES, kind="solutions")
    code = ["".join(cell["source"]) for cell in work["cells"] if cell["cell_type"] == "code"]
    assert sum("BEGIN HIDDEN TESTS" in cell for cell in code) == 4
    done = subprocess.run(
        [sys.executable, "-c", "\n\n".join(code)],
        cwd=toy / "notebooks" / "01_sorting",
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "AUTOGRADER_COURSE": str(toy),
            "AUTOGRADER_SEED": SEED,
            "NBGRADER_EXECUTION": "autograde",
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    scores = [float(line) for line in re.findall(r"^\d+\.\d+$", done.stdout, re.MULTILINE)]
    assert scores == [float(grades(graded)["wrong", name][0]) for name in SORTING[:4]]


@pytest.mark.long
def test_demo_makes_a_class_and_grades_it(toy: Path, tmp_path: Path) -> None:
    """Of one notebook, as its endless programs take a while."""
    course = tmp_path / "course"
    shutil.copytree(toy, course, ignore=shutil.ignore_patterns("02_searching*", "searching*", "__pycache__"))
    said = autograder(course, "demo", "--out", tmp_path / "demo", "--jobs", 4)
    assert "insertion_sort" in said
    found = grades(tmp_path / "demo" / "graded")
    assert {name for _, name in found} == set(SORTING)
    assert {status for _, status, _ in found.values()} >= {"correct", "wrong", "error", "timeout", "not_graded"}
    assert {diagnosis for _, _, diagnosis in found.values()} >= {"appended", "replaced"}
