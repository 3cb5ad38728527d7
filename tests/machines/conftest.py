"""What the tests of other machines share: a class, and a reason to skip where the machine can't be had."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from .debian import Unavailable
from .sample import graded_here, write_class


def _skipped(item: pytest.Item) -> Generator[None, None, None]:
    """A machine that can't be had here skips its tests, with the reason."""
    try:
        return (yield)
    except Unavailable as error:
        pytest.skip(str(error))


pytest_runtest_setup = pytest.hookimpl(wrapper=True)(_skipped)
pytest_runtest_call = pytest.hookimpl(wrapper=True)(_skipped)


@pytest.fixture(scope="session")
def ten(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of ten submissions."""
    return write_class(tmp_path_factory.mktemp("ten") / "class")


@pytest.fixture(scope="session")
def ten_grades(ten: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Their grades.csv, made on this machine."""
    return graded_here(ten, tmp_path_factory.mktemp("outside") / "out")
