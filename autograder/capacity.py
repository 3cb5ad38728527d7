"""How many cores and how much memory this process may use: of the machine, or of what a container was given of it."""

from __future__ import annotations

import math
import os
from pathlib import Path

CGROUP = Path("/sys/fs/cgroup")
MEMINFO = Path("/proc/meminfo")


def cores() -> int:
    """The cores that this process may run on, and has processor time for: at least 1."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota, period = _numbers("cpu.max", 2)
    return max(min(usable, math.ceil(quota / period)), 1) if period else usable


def memory() -> tuple[int, int] | None:
    """The whole memory and what of it is free, in bytes; None where the system doesn't say."""
    try:
        table = dict(line.split(":") for line in MEMINFO.read_text().splitlines())
        total, free = (1024 * int(table[name].split()[0]) for name in ("MemTotal", "MemAvailable"))
    except (OSError, KeyError, ValueError):
        return None
    (limit,) = _numbers("memory.max", 1)
    (used,) = _numbers("memory.current", 1)
    return (min(total, limit), min(free, max(limit - used, 0))) if limit else (total, free)


def _numbers(name: str, count: int) -> list[int]:
    """The numbers in a file of the control group; zeros where there is no limit, or no such file."""
    try:
        found = [int(word) for word in (CGROUP / name).read_text().split()]
    except (OSError, ValueError):  # the word "max" is no limit
        found = []
    return found if len(found) == count else [0] * count
