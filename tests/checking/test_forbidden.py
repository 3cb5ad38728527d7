"""Forbidden helpers are noticed however they are reached; what is allowed is left alone."""

from __future__ import annotations

import math
import sys

import numpy as np
import pytest
import scipy.signal

from helpers.checking.forbidden import ForbiddenHelper, forbidden_name, forbidding

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


@pytest.mark.parametrize(
    ("module", "function", "said"),
    [
        ("numpy._core.numeric", "convolve", "numpy.convolve"),
        ("numpy", "convolve", "numpy.convolve"),
        ("numpy", "correlate", "numpy.correlate"),
        ("scipy", "sum", "scipy"),
        ("scipy.signal._signaltools", "convolve2d", "scipy"),
        ("scipy.signal", "<lambda>", "scipy"),
        ("numpy", "convolve2d", ""),
        ("numpyro.ops", "convolve", ""),
        ("scipyx", "sum", ""),
        ("pandas", "convolve", ""),
        ("", "convolve", ""),
        ("__main__", "scipy", ""),
    ],
)
def test_what_a_call_is_called(module: str, function: str, said: str) -> None:
    assert forbidden_name(NAMES, module, function) == said


def test_the_first_and_the_last_name_identify_a_function() -> None:
    assert forbidden_name(("torch.nn.functional.pad",), "torch._C._nn", "pad") == "torch.nn.functional.pad"


def test_a_name_without_a_package_is_a_module() -> None:
    assert forbidden_name(("sum",), "", "sum") == ""
    assert forbidden_name(("sum",), "builtins", "sum") == "" and forbidden_name(("sum",), "sum", "f") == "sum"


def test_where_nothing_is_forbidden_nobody_watches() -> None:
    with forbidding(()):
        assert sys.getprofile() is None
    with forbidding(NAMES):
        assert sys.getprofile() is not None


def test_what_is_forbidden_is_not_even_begun() -> None:
    numbers = iter([1.0, 2.0])
    with pytest.raises(ForbiddenHelper), forbidding(("math.fsum",)):
        math.fsum(numbers)
    assert next(numbers) == 1.0


def test_what_is_written_in_python_or_in_c_is_seen_and_the_watch_is_off_afterwards() -> None:
    for use, said in ((lambda: np.convolve([1], [1]), "numpy.convolve"), (lambda: math.fsum([1]), "math.fsum")):
        with pytest.raises(ForbiddenHelper, match=f"^{said}$"), forbidding(("numpy.convolve", "math.fsum")):
            try:
                use()
            finally:
                assert sys.getprofile() is None, "what is done about the error is not watched"
    assert sys.getprofile() is None
