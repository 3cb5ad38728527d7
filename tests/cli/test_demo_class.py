"""The sample class of `autograder demo`: small enough to wait for, with something of every kind."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import COURSE

from autograder.demo.hostile import ATTACKS
from autograder.demo.sample_class import FULL, LARGE, SMALL, write_class
from autograder.grading.result import STATUSES

from .test_access import open_to_others
from .test_cli import rows, run

pytestmark = pytest.mark.long
GRADABLE = {name for name, book in COURSE.notebooks.items() if not book.lacking()}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("demo")
    done = run("demo", "--out", out)
    assert done.returncode == 0, done.stderr
    return out


def test_it_has_every_status_every_notebook_and_every_attack(graded: Path) -> None:
    table = rows(graded / "graded")
    assert {row["status"] for row in table} == set(STATUSES)
    assert {row["assignment"] for row in table} == GRADABLE
    assert {row["student"] for row in table} >= {f"hostile-{attack.name}" for attack in ATTACKS}
    assert {row["assignment"] for row in table if row["diagnosis"]} == GRADABLE
    assert {row["assignment"] for row in table if row["status"] == "manual"} == {
        name for name in GRADABLE if any(item.kind == "written" for item in COURSE.notebooks[name].exercises)
    }


def test_attacks_earn_nothing_and_right_or_large_work_earns_all(graded: Path) -> None:
    table = rows(graded / "graded")
    for attack in ATTACKS:
        mine = [row for row in table if row["student"] == f"hostile-{attack.name}"]
        assert [row["score"] for row in mine if row["status"] in attack.expected] == ["0"], attack.name
    for student in ("right-1", "right-2", "odd-large-file"):
        assert {row["status"] for row in table if row["student"] == student} <= {"correct", "manual"}
    first = next(iter(COURSE.notebooks))
    assert (graded / "submitted" / "odd-large-file" / first / f"{first}.ipynb").stat().st_size > LARGE


def test_all_of_it_is_its_owners_alone(graded: Path) -> None:
    links = {str(path.relative_to(graded)) for path in graded.rglob("*") if path.is_symlink()}
    assert open_to_others(graded) == links


def test_the_full_class_is_the_larger_one(tmp_path: Path) -> None:
    small, full = write_class(COURSE, tmp_path / "small", SMALL), write_class(COURSE, tmp_path / "full", FULL)
    assert full > small > len(ATTACKS)
    found = [len(list((tmp_path / name).glob("*/*"))) for name in ("small", "full")]
    assert found[1] > 2 * found[0]
    names = [{path.name for path in (tmp_path / name).iterdir()} for name in ("small", "full")]
    assert names[0] <= names[1]
