"""What a run keeps of itself: a secret seed, and by what the work was graded."""

from __future__ import annotations

import json
import re
import stat
import subprocess
from dataclasses import replace
from datetime import datetime
from importlib.metadata import version as installed
from pathlib import Path

import pytest
from conftest import COURSE

from autograder.grading import run_record
from autograder.grading.run_record import RunRecord, RunRecordError, seed_for
from autograder.grading.settings import RunSettings


def test_new_seeds_are_large_and_differ(tmp_path: Path) -> None:
    drawn = {seed_for(tmp_path) for _ in range(20)}
    assert len(drawn) == 20 and 55 < max(drawn).bit_length() <= 64


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"seed": "7"}', '{"seed": -1}', '{"seed": 1.5}', '{"seed": true}']
)
def test_a_damaged_record_is_not_replaced_by_a_new_seed(text: str, tmp_path: Path) -> None:
    (tmp_path / run_record.FILE).write_text(text)
    with pytest.raises(RunRecordError, match="--seed"):
        seed_for(tmp_path)


@pytest.mark.parametrize("seed", [0, 1, 2**70])
def test_the_seed_of_an_earlier_run_is_taken(seed: int, tmp_path: Path) -> None:
    run_record.write(RunRecord(seed, "code", "date", "walls"), tmp_path)
    assert seed_for(tmp_path) == seed
    kept = tmp_path / "run.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert json.loads(kept.read_text()) == {"seed": seed, "code": "code", "date": "date", "confinement": "walls"}


def test_what_is_kept_of_a_run_that_begins_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_record, "code_version", lambda course: "git 1234567")
    found = run_record.record(COURSE, RunSettings(seed=5, confined=False))
    assert (found.seed, found.code, found.confinement) == (5, "git 1234567", "unconfined")
    age = datetime.now().astimezone() - datetime.fromisoformat(found.date)
    assert 0 <= age.total_seconds() < 60 and "." not in found.date
    there = run_record.record(COURSE, RunSettings(seed=5, scheduler="tcp://127.0.0.1:8786"))
    assert there.confinement == "that of each Dask worker"


def test_the_code_has_a_version_with_git_and_without(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert re.search(r"[0-9a-f]{7,}|\d\.\d", run_record.code_version.__wrapped__(COURSE))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert re.search(r"\d\.\d|unknown", run_record.code_version.__wrapped__(COURSE))


def git(folder: Path, *words: str) -> str:
    settings = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
    command = ["git", "-C", str(folder), *settings, *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_a_course_elsewhere_has_a_version_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    version = run_record.code_version.__wrapped__
    engine, course = version(COURSE), replace(COURSE, root=tmp_path / "course")
    course.root.mkdir()
    assert version(course) == engine, "it is no repository"
    git(course.root, "init", "-q")
    assert version(course) == engine, "nothing is checked out there"
    git(course.root, "commit", "-q", "--allow-empty", "-m", "first")
    name = git(course.root, "rev-parse", "--short", "HEAD")
    assert version(course) == f"{engine}, course git {name}"
    git(tmp_path, "init", "-q", "other")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other" / ".git"))  # as in a hook of another repository
    assert version(course) == f"{engine}, course git {name}"
    (course.root / "inner").mkdir()
    assert version(replace(COURSE, root=course.root / "inner")) == engine, "a repository around it says nothing"


def test_the_packages_version_is_that_of_the_first_one_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_record, "_git", lambda folder: "")
    for names, version in ((["no-such-package", "numpy", "pytest"], f"numpy {installed('numpy')}"), ([], "unknown")):
        monkeypatch.setattr(run_record, "packages_distributions", lambda names=names: {"autograder": names})
        assert run_record.code_version.__wrapped__(COURSE) == version
