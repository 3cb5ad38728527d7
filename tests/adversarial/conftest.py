"""One sandbox with small limits for the tests of all modules; for some modules one for each way to confine."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator

import pytest
from conftest import COURSE

from autograder.sandbox import landlock, ways
from autograder.sandbox.client import Limits, Sandbox

OWN = ways.choose()
# Older versions of Landlock are had from a newer one, by not asking it for what came later.
OLDER = [f"landlock-{number}" for number in range(1, min(landlock.version(), landlock.SCOPES_SINCE + 1))]
WAYS = OLDER + [name for name in (ways.NAMESPACES, ways.SECOND_USER) if not ways.lacks(name)]
# A module says which ways each of its tests is run with beside this machine's own: with EVERY_KIND of way, where the
# versions of Landlock between the oldest and the newest take turns, or with one of all ways, which take turns.
TURNS = {"EVERY_KIND": OLDER[1:], "WAYS_IN_TURN": WAYS}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "sandbox" in metafunc.fixturenames:
        # Where a way is named, all tests are for that one (`make endurance`).
        many = _turns(metafunc.module) and not os.environ.get(ways.VARIABLE)
        metafunc.parametrize("sandbox", [OWN, *WAYS] if many else [OWN], indirect=True, scope="session")


@pytest.hookimpl(tryfirst=True)  # whatever else is left out, the turns stay the same
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out the ways whose turn it isn't."""
    cases: defaultdict[str, int] = defaultdict(lambda: len(cases))
    out_of_turn = []
    for item in items:
        turns = _turns(getattr(item, "module", None))
        way = item.callspec.params.get("sandbox") if turns and hasattr(item, "callspec") else None
        if way in turns and way != OWN:
            case = cases[item.nodeid.replace(way, "", 1)]
            if way != turns[case % len(turns)]:
                out_of_turn.append(item)
    config.hook.pytest_deselected(items=out_of_turn)
    left_out = set(map(id, out_of_turn))
    items[:] = [item for item in items if id(item) not in left_out]


def _turns(module: object) -> list[str]:
    return next((turns for name, turns in TURNS.items() if hasattr(module, name)), [])


@pytest.fixture(scope="session")
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with Sandbox(COURSE, limits=Limits(cpu_seconds=1, wall_seconds=3, memory=2**28), way=request.param) as one:
        yield one


if __name__ == "__main__":
    print(*WAYS)
