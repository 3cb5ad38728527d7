"""One sandbox with small limits for each module; for some modules one for each way to confine."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from conftest import COURSE

from autograder.sandbox import landlock, ways
from autograder.sandbox.client import Limits, Sandbox

OWN = ways.choose()
# Older versions of Landlock are had from a newer one, by not asking it for what came later.
WAYS = [f"landlock-{number}" for number in range(1, min(landlock.version(), landlock.SCOPES_SINCE + 1))]
WAYS += [name for name in (ways.NAMESPACES, ways.SECOND_USER) if not ways.lacks(name)]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Runs the tests of a module with EVERY_WAY once for each way, the others with this machine's own."""
    if "sandbox" in metafunc.fixturenames:
        # Where a way is named, all tests are for that one.
        many = getattr(metafunc.module, "EVERY_WAY", False) and not os.environ.get(ways.VARIABLE)
        metafunc.parametrize("sandbox", [OWN, *WAYS] if many else [OWN], indirect=True, scope="module")


@pytest.fixture(scope="module")
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with Sandbox(COURSE, limits=Limits(cpu_seconds=1, wall_seconds=3, memory=2**28), way=request.param) as one:
        yield one


if __name__ == "__main__":
    print(*WAYS)
