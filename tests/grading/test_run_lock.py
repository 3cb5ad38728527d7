"""One run at a time has a folder of results, and finds it without another run's drafts."""

from __future__ import annotations

import errno
import fcntl
from pathlib import Path

import pytest

from autograder.grading.run_lock import AlreadyRunning, run_lock


def test_a_second_run_has_to_wait(tmp_path: Path) -> None:
    folder = tmp_path / "results" / "cache"
    with run_lock(folder):
        with (
            pytest.raises(AlreadyRunning, match=f"^{tmp_path / 'results'}: another run writes there"),
            run_lock(folder),
        ):
            raise AssertionError("both have it")
        with run_lock(tmp_path / "other"):
            pass
    with run_lock(folder):
        pass


def test_a_run_that_fails_gives_the_folder_back(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="bad"), run_lock(tmp_path):
        raise ValueError("bad")
    with run_lock(tmp_path):
        pass


def test_drafts_of_a_killed_run_are_cleared_away(tmp_path: Path) -> None:
    (tmp_path / ".a.json.123").write_text("half")
    (tmp_path / "a.json").write_text("whole")
    with run_lock(tmp_path):
        assert sorted(path.name for path in tmp_path.iterdir()) == [".lock", "a.json"]


def test_a_run_does_not_clear_away_what_another_writes(tmp_path: Path) -> None:
    with run_lock(tmp_path):
        (tmp_path / ".a.json.123").write_text("half")
        with pytest.raises(AlreadyRunning), run_lock(tmp_path):
            pass
        assert (tmp_path / ".a.json.123").exists()


def test_where_the_file_system_has_no_locks_a_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(*unused: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    with run_lock(tmp_path):
        pass


def test_a_folder_that_can_not_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError), run_lock(tmp_path / "file" / "cache"):
        pass
