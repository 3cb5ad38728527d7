"""One sandbox with small limits for each module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from conftest import COURSE

from autograder.sandbox.client import Limits, Sandbox


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(COURSE, limits=Limits(cpu_seconds=1, wall_seconds=3, memory=2**28)) as one:
        yield one
