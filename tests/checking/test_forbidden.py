"""Forbidden helpers are noticed however they are reached; what is allowed is left alone."""

from __future__ import annotations

import sys

import numpy as np
import pytest
import scipy.signal

from helpers.checking.forbidden import ForbiddenHelper, forbidding

NAMES = ("numpy.convolve", "numpy.correlate", "scipy")
ALIAS = np.convolve


@pytest.mark.parametrize(
    "use",
    [
        lambda: np.convolve([1, 2], [1]),
        lambda: ALIAS([1, 2], [1]),
        lambda: getattr(np, "corr" + "elate")([1, 2], [1]),
        lambda: np.polymul([1, 2], [1, 3]),
        lambda: scipy.signal.correlate2d(np.ones((3, 3)), np.ones((2, 2))),
        lambda: list(map(ALIAS, [[1, 2]], [[1]])),
    ],
)
def test_forbidden_calls_raise(use) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ForbiddenHelper), forbidding(NAMES):
        use()


def test_building_blocks_are_allowed() -> None:
    with forbidding(NAMES):
        padded = np.pad(np.arange(5), 1)
        windows = np.lib.stride_tricks.sliding_window_view(padded, 3)
        np.einsum("ij,j->i", windows, np.ones(3))
        np.roll(padded, 1)


def test_the_watch_ends_with_the_block() -> None:
    before = sys.getprofile()
    with forbidding(NAMES):
        pass
    assert sys.getprofile() is before
    assert np.convolve([1, 2], [1]).tolist() == [1, 2]
