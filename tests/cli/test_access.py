"""Who may read OUT: its owner alone, unless it is shared."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import COURSE

from autograder.demo.notebooks import stub, write
from autograder.reports.access import for_new_files, settle

from .test_cli import run

BOOK = "01_pixels"


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("access") / "class"
    write(stub(COURSE, BOOK), folder, "ada", BOOK)
    return folder


def modes(out: Path) -> dict[str, int]:
    """The rights of OUT and all in it, by path."""
    return {str(path.relative_to(out)): stat.S_IMODE(path.lstat().st_mode) for path in (out, *out.rglob("*"))}


def open_to_others(out: Path) -> set[str]:
    return {name for name, mode in modes(out).items() if mode & 0o077}


def test_out_is_its_owners_alone_and_nbgrader_works_on_it(handed_in: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "out"
    assert run("grade", handed_in, "--out", out).returncode == 0
    found = modes(out)
    assert {"grades.csv", "gradebook.db", "report.html", "run.json", ".resume", f"feedback/ada/{BOOK}.html"} <= set(
        found
    )
    assert any(name.startswith(".resume/") and name.endswith(".json") for name in found)
    assert {name: oct(mode) for name, mode in found.items() if mode not in (0o700, 0o600)} == {}
    for words in (["export", "--to", "grades-of-nbgrader.csv"], ["generate_feedback", BOOK, "--force"]):
        done = subprocess.run([sys.executable, "-m", "nbgrader", *words], cwd=out, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    assert "ada" in (out / "grades-of-nbgrader.csv").read_text()
    # Through a folder that others can't enter they can't read what it holds either.
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    assert run("grade", handed_in, "--out", out).returncode == 0


def test_shared_means_the_umask_and_the_seed_stays_private(handed_in: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run("grade", handed_in, "--out", out, "--shared").returncode == 0
    found = modes(out)
    assert (found.pop("run.json"), found.pop("runs/0001.json")) == (0o600, 0o600)
    seed = str(json.loads((out / "run.json").read_text())["seed"]).encode()
    assert not [name for name in found if (out / name).is_file() and seed in (out / name).read_bytes()]
    assert "The seed of the hidden cases is in run.json" in (out / "report.html").read_text("utf-8")
    assert set(found.values()) == {0o755, 0o644}
    assert run("grade", handed_in, "--out", out).returncode == 0
    assert open_to_others(out) == set(), "an earlier run's"
    assert run("grade", handed_in, "--out", out, "--shared").returncode == 0
    closed = {name for name, mode in modes(out).items() if mode not in (0o755, 0o644)}
    assert closed == {"run.json", *(f"runs/000{number}.json" for number in (1, 2, 3)), "runs"}


def test_a_folder_of_other_things_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "lecture.txt").write_text("")
    (tmp_path / "feedback" / "ada").mkdir(parents=True)
    (tmp_path / "feedback" / "ada" / "page.html").write_text("")
    (tmp_path / "feedback" / "link").symlink_to(tmp_path / "lecture.txt")
    before = modes(tmp_path)
    settle(tmp_path, shared=False)
    after = modes(tmp_path)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"feedback", "feedback/ada", "feedback/ada/page.html"}
    assert all(after[name] & 0o077 == 0 for name in changed)


def test_an_empty_folder_or_a_runs_own_is_closed_and_opened(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    settle(out, shared=False)
    assert modes(out) == {".": 0o700}
    (out / "grades.csv").touch(0o600)
    os.umask(0o027)
    settle(out, shared=True)
    assert modes(out) == {".": 0o750, "grades.csv": 0o640}


def test_a_folder_such_as_tmp_is_never_closed(tmp_path: Path) -> None:
    (tmp_path / "run.json").touch(0o644)
    tmp_path.chmod(0o1777)
    settle(tmp_path, shared=False)
    assert modes(tmp_path) == {".": 0o1777, "run.json": 0o600}


def test_the_umask_comes_back(tmp_path: Path) -> None:
    with pytest.raises(KeyError), for_new_files(shared=False):
        (tmp_path / "private").touch()
        raise KeyError
    (tmp_path / "usual").touch()
    assert modes(tmp_path)["private"] == 0o600 and modes(tmp_path)["usual"] == 0o644
