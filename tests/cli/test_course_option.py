"""Which course the command line takes: that of --course, of the environment, of the folder, or none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import COURSE, ROOT

from autograder.demo.notebooks import solved, stub, write
from autograder.start import VARIABLE, course_folder, main, take_option

KEPT = "01_pixels"


def run(*arguments: object, here: Path, packages: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(packages), VARIABLE: ""}
    command = [sys.executable, "-P", "-m", "autograder", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=here, env=environment)


def copy_packages(folder: Path, *names: str) -> Path:
    for name in names:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This course with one notebook only, in another folder and without the engine."""
    folder = copy_packages(tmp_path_factory.mktemp("copy"), "exercises", "helpers", "notebooks", "solutions")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for package in (folder / "exercises").iterdir():
        if package.is_dir() and package.name != "pixels":
            shutil.rmtree(package)
    return folder


@pytest.fixture
def handed_in(tmp_path: Path) -> Path:
    write(solved(COURSE, KEPT), tmp_path / "class", "ada", KEPT)
    return tmp_path / "class"


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    folder = tmp_path / "empty"
    folder.mkdir()
    return folder


def test_a_course_in_another_folder_grades(copy: Path, handed_in: Path, empty: Path) -> None:
    write(stub(COURSE, "02_filters_1d"), handed_in, "ada", "02_filters_1d")
    done = run("--course", copy, "grade", handed_in, "--out", "out", here=empty)
    assert done.returncode == 0, done.stderr
    grades = (empty / "out" / "grades.csv").read_text("utf-8")
    assert f"ada,{KEPT},normalize,1,1,correct," in grades
    assert "02_filters_1d" not in grades, "the copy does not have it"


def test_the_option_may_follow_the_command(copy: Path, handed_in: Path, empty: Path) -> None:
    done = run("grade", handed_in, "--out", "out", "--assignment", "none", "--course", copy, here=empty)
    said = f"autograder: --assignment none: no such assignment; there are {KEPT}"
    assert (done.returncode, done.stderr.strip()) == (1, said)


@pytest.mark.parametrize("name", ["empty", "no/such/folder"])
def test_a_folder_that_is_not_a_course(tmp_path: Path, handed_in: Path, empty: Path, name: str) -> None:
    done = run("--course", tmp_path / name, "grade", handed_in, "--out", "out", here=empty)
    assert done.returncode == 1
    assert done.stderr.startswith(f"autograder: {tmp_path / name}: not a course")
    assert len(done.stderr.splitlines()) == 1
    assert not list(empty.iterdir())


def test_modules_in_a_folder_that_is_not_a_course_are_not_imported(tmp_path: Path, handed_in: Path) -> None:
    (tmp_path / "rich.py").write_text("raise SystemExit('imported')\n")
    done = run("--course", tmp_path, "grade", handed_in, "--out", tmp_path / "out", here=tmp_path)
    assert done.returncode == 1 and "not a course" in done.stderr


def test_installed_without_a_course(tmp_path: Path, handed_in: Path, empty: Path) -> None:
    """The packages of the wheel, as in site-packages: no pyproject.toml beside them."""
    packages = copy_packages(tmp_path / "site-packages", "autograder", "exercises", "helpers")
    done = run("grade", handed_in, "--out", "out", here=empty, packages=packages)
    assert done.returncode == 1
    assert done.stderr.startswith(f"autograder: {empty}: not a course") and len(done.stderr.splitlines()) == 1
    assert "name it with --course DIR" in done.stderr
    shown = run("--help", here=empty, packages=packages)
    assert shown.returncode == 0 and "--course DIR" in shown.stdout


@pytest.mark.parametrize(
    ("given", "named", "others"),
    [
        (["--course", "c", "grade", "d"], "c", ["grade", "d"]),
        (["grade", "d", "--course=c"], "c", ["grade", "d"]),
        (["grade", "d"], None, ["grade", "d"]),
        (["grade", "--course"], None, ["grade", "--course"]),
    ],
)
def test_the_option_is_taken_from_any_place(given: list[str], named: str | None, others: list[str]) -> None:
    assert take_option(given) == (named, others)


def test_the_first_of_name_variable_and_surroundings(copy: Path, tmp_path: Path) -> None:
    inside = copy / "notebooks" / KEPT
    assert course_folder("named", {VARIABLE: str(tmp_path)}, inside) == Path("named").resolve()
    assert course_folder(None, {VARIABLE: str(tmp_path)}, inside) == tmp_path
    assert course_folder(None, {VARIABLE: ""}, inside) == copy
    assert course_folder(None, {}, tmp_path) == ROOT


def test_the_judge_computes_with_one_thread_unless_it_is_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["autograder", "--help"])
    monkeypatch.setenv(VARIABLE, str(ROOT))
    monkeypatch.setattr(sys, "path", list(sys.path))
    for given, used in (("", "1"), ("4", "4")):
        monkeypatch.setenv("OMP_NUM_THREADS", given)
        if not given:
            monkeypatch.delenv("OMP_NUM_THREADS")
        with pytest.raises(SystemExit):
            main()
        assert os.environ["OMP_NUM_THREADS"] == used
