"""The cores and the memory that a container was given."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autograder import capacity, machine
from autograder.capacity import cores, memory

KIB = 1024


@pytest.fixture(autouse=True)
def group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A control group without limits, on a machine with eight cores, of which six are this process's."""
    (tmp_path / "meminfo").write_text("MemTotal:  8000 kB\nMemFree: 10 kB\nMemAvailable:  6000 kB\n")
    monkeypatch.setattr(capacity, "CGROUP", tmp_path)
    monkeypatch.setattr(capacity, "MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(6)), raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    return tmp_path


def test_without_a_group_the_machine_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    assert cores() == 6 and memory() == (8000 * KIB, 6000 * KIB)
    monkeypatch.delattr(os, "sched_getaffinity")
    assert cores() == 8


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("max 100000", 6),
        ("200000 100000", 2),
        ("150000 100000", 2),
        ("50000 100000", 1),
        ("900000 100000", 6),
        ("0 100000", 1),
        ("", 6),
        ("2", 6),
    ],
)
def test_processor_time_counts_as_cores(said: str, number: int, group: Path) -> None:
    (group / "cpu.max").write_text(f"{said}\n")
    assert cores() == number


@pytest.mark.parametrize(
    ("limit", "used", "total", "free"),
    [
        ("max", "100", 8000, 6000),
        (str(2000 * KIB), str(500 * KIB), 2000, 1500),
        (str(2000 * KIB), str(2100 * KIB), 2000, 0),
        (str(7000 * KIB), "0", 7000, 6000),
        (str(9000 * KIB), "0", 8000, 6000),
    ],
)
def test_memory_is_the_groups(limit: str, used: str, total: int, free: int, group: Path) -> None:
    (group / "memory.max").write_text(limit)
    (group / "memory.current").write_text(used)
    assert memory() == (total * KIB, free * KIB)


def test_a_system_that_says_nothing_of_its_memory(group: Path) -> None:
    (group / "meminfo").unlink()
    assert memory() is None


def test_doctor_shows_what_the_group_has(group: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (group / "cpu.max").write_text("200000 100000")
    (group / "memory.max").write_text(str(3 * KIB * KIB))
    monkeypatch.setattr(machine, "try_out", lambda course: None)
    lines = {line.name: line for line in machine.examine(None, group)}
    assert lines["cores"].value == "2" and "--jobs 1" in lines["memory"].mend
