"""What is in the autograder zip, and what is not."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import COURSE, ROOT
from typer.testing import CliRunner

from autograder.cli.commands import app
from autograder.course import CourseError
from autograder.gradescope import order, package
from autograder.gradescope.order import Order

BOOK = "05_max_pooling"


@pytest.fixture(scope="module")
def content() -> bytes:
    return package.make(COURSE, Order(BOOK, 7))


@pytest.fixture(scope="module")
def files(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_gradescope_finds_its_scripts(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in ("setup.sh", "run_autograder"):
            entry = archive.getinfo(name)
            assert entry.external_attr >> 16 == 0o100755 and entry.create_system == 3
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
            assert archive.read(name).startswith(b"#!/usr/bin/env bash\n") and b"\r" not in archive.read(name)
    assert content == package.make(COURSE, Order(BOOK, 7))


def test_one_assignment_and_no_more(files: dict[str, bytes]) -> None:
    notebooks = {name for name in files if name.endswith(".ipynb")}
    assert notebooks == {f"course/notebooks/{BOOK}/{BOOK}.ipynb"}
    packages = {name.split("/")[2] for name in files if name.startswith("course/exercises/") and name.count("/") > 2}
    assert packages == {"max_pooling"}
    assert {"course/helpers/__init__.py", "course/helpers/checking/verdict.py"} <= files.keys()
    cases = {name.split("/")[4] for name in files if name.startswith("course/helpers/checking/cases/")}
    assert cases == {BOOK}
    parts = {name.split("/")[2] for name in files if name.startswith("course/autograder/") and name.count("/") > 2}
    assert not parts & {"building", "cli", "demo", "intake", "export"}
    assert not [name for name in files if "__pycache__" in name or "/tests/" in name]
    # Of the solutions only the order of the exercises.
    source = files[f"course/solutions/{BOOK}.py"].decode()
    assert 'exercise="max_pool2d"' in source and all(line.startswith("# %%") for line in source.splitlines())
    assert json.loads(files[f"course/{order.FILE}"])["seed"] == 7


def test_the_packages_to_install(files: dict[str, bytes]) -> None:
    wanted = files["requirements.txt"].decode().split()
    names = {line.split(">")[0] for line in wanted}
    assert {"numpy", "matplotlib", "ipython", "einops", "landlockpy", "pyseccomp"} <= names
    assert not names & {"jupyterlab", "nbgrader", "torch", "distributed"}
    assert files["constraints.txt"] == (ROOT / "constraints.txt").read_bytes()
    lines = package.files(COURSE, Order("08_imagenet_pytorch", 7))[package.REQUIREMENTS].decode()
    assert "torch>=2.5\n" in lines


def test_an_assignment_that_was_never_built(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    with pytest.raises(CourseError, match="run `autograder build`"):
        package.make(replace(COURSE, root=tmp_path), Order(BOOK, 7))


def test_the_command(tmp_path: Path) -> None:
    zips = [tmp_path / "one.zip", tmp_path / "two.zip"]
    for path in zips:
        done = CliRunner().invoke(app, ["gradescope", "01_pixels", "--out", str(path)], obj=ROOT)
        assert done.exit_code == 0, done.output
        points = sum(item.points for item in COURSE.notebooks["01_pixels"].exercises if item.kind != "written")
        said = f"set the autograder points in Gradescope to {points:g}; points to be given by hand: 2"
        assert said in done.output
        assert path.stat().st_mode & 0o077 == 0
    seeds = [json.loads(zipfile.ZipFile(path).read(f"course/{order.FILE}"))["seed"] for path in zips]
    assert seeds[0] != seeds[1] and min(seeds) > 2**32
    for arguments, status, said in (
        (["gradescope"], 1, "name the assignment: 01_pixels, 02_filters_1d"),
        (["gradescope", "1_pixels"], 1, "did you mean 01_pixels?"),
        (["gradescope", "01_pixels", "--visibility", "never"], 2, "choose from visible, hidden"),
    ):
        done = CliRunner().invoke(app, arguments, obj=ROOT)
        assert (done.exit_code, said in " ".join(done.output.split())) == (status, True), done.output
