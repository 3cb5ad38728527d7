"""The seed of the hidden cases: secret by itself, kept in OUT, never shown to students."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from conftest import COURSE

from autograder.demo.notebooks import solved, stub, write
from autograder.grading.exam import load_exam

from .test_cli import run

BOOK = "02_filters_1d"


@pytest.fixture(scope="module")
def class_of_two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("seed") / "class"
    write(solved(COURSE, BOOK), folder, "ada", BOOK)
    write(stub(COURSE, BOOK), folder, "ben", BOOK)
    return folder


@pytest.fixture(scope="module")
def graded(class_of_two: Path) -> tuple[Path, str]:
    """OUT of a run without --seed, and what the terminal showed."""
    out = class_of_two.parent / "out"
    done = run("grade", class_of_two, "--out", out)
    assert done.returncode == 0, done.stderr
    return out, done.stdout


def kept(out: Path) -> int:
    return int(json.loads((out / "run.json").read_text("utf-8"))["seed"])


def test_the_seed_is_shown_and_kept(graded: tuple[Path, str]) -> None:
    out, said = graded
    (shown,) = re.findall(r"hidden cases were drawn from seed (\d+); it is kept in .*/run\.json, keep it secret", said)
    assert int(shown) == kept(out) != 0
    report = (out / "report.html").read_text("utf-8")
    record = json.loads((out / "run.json").read_text("utf-8"))
    assert set(record) == {"seed", "code", "date", "confinement"}
    for said in (shown, record["code"], record["date"][:10], record["confinement"]):
        assert said and said in report


def test_students_never_see_the_seed(graded: tuple[Path, str]) -> None:
    out, _ = graded
    seed = str(kept(out)).encode()
    holders = {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file() and seed in path.read_bytes()}
    assert holders == {"run.json", "runs/0001.json", "report.html"}
    assert len(list((out / "feedback").rglob("*.html"))) == 2


def test_a_rerun_of_the_moved_folder_draws_the_same(graded: tuple[Path, str], class_of_two: Path) -> None:
    out, moved = graded[0], class_of_two.parent / "moved"
    shutil.copytree(out, moved)
    before = {path: path.stat().st_mtime_ns for path in moved.glob(".resume/*.json")}
    assert before
    assert run("grade", class_of_two, "--out", moved).returncode == 0
    assert kept(moved) == kept(out)
    assert {path: path.stat().st_mtime_ns for path in moved.glob(".resume/*.json")} == before


def test_a_seed_that_is_given_is_kept_however_large(class_of_two: Path, tmp_path: Path) -> None:
    seed = 2**64 + 12345
    assert run("grade", class_of_two, "--out", tmp_path, "--seed", seed).returncode == 0
    assert kept(tmp_path) == seed
    grades = (tmp_path / "grades.csv").read_bytes()
    assert b",correct," in grades and b",wrong," not in grades
    assert run("grade", class_of_two, "--out", tmp_path).returncode == 0
    assert kept(tmp_path) == seed and (tmp_path / "grades.csv").read_bytes() == grades
    done = run("grade", class_of_two, "--out", tmp_path, "--seed", 0)
    assert kept(tmp_path) == 0 and "seed 0, which is public" in done.stdout


def test_large_seeds_draw_different_cases() -> None:
    seeds = [0, 1, 2**32, 2**63, 2**64 - 1, 2**64, 2**80]
    drawn = [repr(load_exam(COURSE, BOOK, seed).specs[0].cases) for seed in seeds]
    assert len(set(drawn)) == len(seeds)


def test_a_damaged_record_ends_the_run_in_one_line(class_of_two: Path, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("{")
    done = run("grade", class_of_two, "--out", tmp_path)
    assert done.returncode == 1 and len(done.stderr.strip().splitlines()) == 1 and "--seed" in done.stderr
    assert (tmp_path / "run.json").read_text() == "{"
