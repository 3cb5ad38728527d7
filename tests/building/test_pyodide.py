"""Pyodide's files: only what has the published sum is kept, broken copies are replaced, nothing is fetched twice."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from autograder.building import pyodide

CONTENT = {name: name.encode() * 3 for name in ("pyodide.js", "python_stdlib.zip")}


@pytest.fixture(autouse=True)
def published(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyodide, "CORE", {name: hashlib.sha256(data).hexdigest() for name, data in CONTENT.items()})


def away(name: str) -> bytes:
    raise pyodide.PyodideUnavailable("no network")


def test_what_is_there_is_not_fetched_again_and_what_is_broken_is(tmp_path: Path) -> None:
    pyodide.fetch([], tmp_path, [CONTENT.__getitem__])
    assert {path.name for path in tmp_path.iterdir()} == {*CONTENT, "pyodide-lock.json"}
    pyodide.fetch([], tmp_path, [])
    (tmp_path / "pyodide.js").write_bytes(b"cut o")
    asked: list[str] = []
    pyodide.fetch([], tmp_path, [lambda name: (asked.append(name), CONTENT[name])[1]])
    assert asked == ["pyodide.js"]
    assert (tmp_path / "pyodide.js").read_bytes() == CONTENT["pyodide.js"]


def test_a_file_with_another_sum_is_not_kept(tmp_path: Path) -> None:
    with pytest.raises(pyodide.PyodideUnavailable, match=r"pyodide\.js is not the official file"):
        pyodide.fetch([], tmp_path, [lambda name: b"something else"])
    assert list(tmp_path.iterdir()) == []


def test_the_next_source_is_asked_where_one_fails(tmp_path: Path) -> None:
    pyodide.fetch([], tmp_path, [away, CONTENT.__getitem__])
    with pytest.raises(pyodide.PyodideUnavailable, match="no network"):
        pyodide.fetch(["numpy"], tmp_path, [away])


def test_packages_bring_what_they_depend_on() -> None:
    files = pyodide.needed(["scikit-learn"])
    assert any(name.startswith("openblas") for name in files) and any(name.startswith("joblib") for name in files)
    assert not any(name.startswith("matplotlib") for name in files)
    for package in pyodide.all_packages():
        assert pyodide.needed([package])


@pytest.mark.parametrize(("home", "inside"), [("/some/cache", True), ("", False), ("not/absolute", False)])
def test_files_are_kept_in_the_users_cache_folder(home: str, inside: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", home)
    place = pyodide.cache_folder()
    assert place.is_absolute() and place.is_relative_to("/some/cache") == inside
