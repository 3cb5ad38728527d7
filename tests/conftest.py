"""What tests share: where the repository is, and the right variants of each function."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
os.environ.setdefault("OMP_NUM_THREADS", "1")
# Where it is set, each of the many processes that the tests start would compile our modules anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

from autograder.course import Course, load  # noqa: E402 - once the folder is there

COURSE: Course = load(ROOT)


def optional(package: str) -> Any:
    """A package that only some tests need: their module is skipped without it; with ALL_TESTS it fails."""
    if "ALL_TESTS" in os.environ:
        return importlib.import_module(package)
    return pytest.importorskip(package, reason=f"pip install {package}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skips the tests of notebooks and exercises whose packages are not installed; with ALL_TESTS they fail."""
    from autograder.course import Exercise

    lacking = {}
    for book in COURSE.notebooks.values():
        for package in book.lacking():
            lacking |= dict.fromkeys([book.name, *(exercise.name for exercise in book.exercises)], package)
    for item in items:
        for value in item.callspec.params.values() if hasattr(item, "callspec") else ():
            name = value.name if isinstance(value, Exercise) else value
            if isinstance(name, str) and name in lacking and "ALL_TESTS" not in os.environ:
                item.add_marker(pytest.mark.skip(reason=f"pip install {lacking[name]}"))


def variants() -> list[tuple[str, str, Callable[..., Any]]]:
    """(exercise, style, function) of every right variant."""
    return [(item.name, style, function) for item in COURSE.exercises() for style, function in item.variants.items()]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Any]:
    """A sandbox of the course with the usual limits, `autograder.sandbox.client.Sandbox`."""
    from autograder.sandbox.client import Sandbox

    with Sandbox(COURSE) as one:
        yield one


@pytest.fixture(scope="session")
def server() -> Iterator[Any]:
    """A PostgreSQL server, `reports.postgresql.Server`."""
    from reports import postgresql

    if postgresql.programs() is None:
        # CI may not pass without these tests: .ci/run installs the package and sets this variable.
        missing = pytest.fail if "ALL_TESTS" in os.environ else pytest.skip
        missing(f"no PostgreSQL server here; as root: apt-get install {postgresql.PACKAGE}")
    with postgresql.Server() as running:
        yield running
