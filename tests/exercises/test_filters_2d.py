"""What notebook 03 rests on: the watch for loops over windows, the test of edge filters, and the drawn pictures."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from exercises.filters_2d.best_match import best_match
from exercises.filters_2d.conv2d_windows import conv2d_windows
from exercises.filters_2d.detect_dots import detect_dots
from helpers import pictures
from helpers.adapters.filters_2d import without_loop_over_windows
from helpers.checking.calls import call
from helpers.checking.verdict import judge
from helpers.observers.filters_2d import edge_responses

CASES: list[dict[str, Any]] = [
    {"x": np.random.default_rng(0).integers(-4, 5, (36, 52)), "w": np.array([[1, -2, 3], [4, 0, -1]])},
    {
        "x": np.random.default_rng(1).integers(-4, 5, (44, 38)),
        "w": np.array([[1, -2], [3, 4], [0, -1]]),
        "b": 1.5,
        "padding": 1,
        "stride": 2,
    },
]


def windows(x, w, padding, stride):
    padded = np.pad(x.astype(float), padding)
    return np.lib.stride_tricks.sliding_window_view(padded, w.shape)[::stride, ::stride]


def patches(x, w, padding, stride):
    found = windows(x, w, padding, stride)
    return found.reshape(-1, w.size), found.shape[:2]


def two_loops(x, w, b=0.0, padding=0, stride=1):
    v = windows(x, w, padding, stride)
    out = np.zeros(v.shape[:2])
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.sum(v[i, j] * w) + b
    return out


def comprehension_in_one_line(x, w, b=0.0, padding=0, stride=1):
    rows, shape = patches(x, w, padding, stride)
    return np.array([row.dot(w.ravel()) for row in rows]).reshape(shape) + b


def generator(x, w, b=0.0, padding=0, stride=1):
    rows, shape = patches(x, w, padding, stride)
    return np.fromiter((row.dot(w.ravel()) for row in rows), float).reshape(shape) + b


def mapped_lambda(x, w, b=0.0, padding=0, stride=1):
    rows, shape = patches(x, w, padding, stride)
    return np.array(list(map(lambda row: row.dot(w.ravel()), rows))).reshape(shape) + b  # noqa: C417


def mapped_numpy_function(x, w, b=0.0, padding=0, stride=1):
    rows, shape = patches(x, w, padding, stride)
    return np.array(list(map(np.sum, rows * w.ravel()))).reshape(shape) + b


def vectorize(x, w, b=0.0, padding=0, stride=1):
    v = windows(x, w, padding, stride)
    return np.vectorize(lambda patch: (patch * w).sum() + b, signature="(k,m)->()")(v)


def apply_along_axis(x, w, b=0.0, padding=0, stride=1):
    rows, shape = patches(x, w, padding, stride)
    return np.apply_along_axis(lambda row: row.dot(w.ravel()), 1, rows).reshape(shape) + b


def while_loop(x, w, b=0.0, padding=0, stride=1):
    rows, shape = patches(x, w, padding, stride)
    out, i = np.zeros(len(rows)), 0
    while i < len(rows):
        out[i], i = rows[i].dot(w.ravel()) + b, i + 1
    return out.reshape(shape)


def loop_over_entries(x, w, b=0.0, padding=0, stride=1):
    v = windows(x, w, padding, stride)
    return sum(v[:, :, k, m] * w[k, m] for k in range(w.shape[0]) for m in range(w.shape[1])) + b


def imports_on_the_way(x, w, b=0.0, padding=0, stride=1):
    import colorsys  # noqa: F401
    import statistics  # noqa: F401

    return loop_over_entries(x, w, b, padding, stride)


LOOPS = [
    two_loops,
    comprehension_in_one_line,
    generator,
    mapped_lambda,
    mapped_numpy_function,
    vectorize,
    apply_along_axis,
    while_loop,
]


@pytest.mark.parametrize("case", CASES, ids=["plain", "padded"])
@pytest.mark.parametrize("function", [*LOOPS, loop_over_entries, imports_on_the_way], ids=lambda f: f.__name__)
def test_loops_over_windows_are_seen(function: Callable[..., Any], case: dict[str, Any]) -> None:
    result = without_loop_over_windows(function, **case)
    expected = conv2d_windows(**case)
    assert result["loop over windows"] == ("yes" if function in LOOPS else "no")
    assert result["shape"] == list(expected.shape) and result["sum"] == pytest.approx(expected.sum())
    assert sys.gettrace() is None or sys.gettrace().__module__ != "helpers.checking.steps"  # type: ignore[union-attr]


def test_loops_over_windows_cost_half_of_the_points() -> None:
    """With them it is conv2d_single once more, which has earned its points already."""
    spec = conv2d_windows.hidden(5)
    verdict = judge(spec, [call(two_loops, spec, case) for case in spec.cases])
    assert [name for name, passed in verdict.aspects.items() if not passed] == ["no loop over windows"]
    assert verdict.score == spec.points / 2


def test_small_images_are_not_watched() -> None:
    x, w = np.arange(12).reshape(3, 4), np.ones((2, 2))
    np.testing.assert_array_equal(without_loop_over_windows(two_loops, x, w), conv2d_windows(x, w))


def test_switching_the_trace_off_is_no_way_out() -> None:
    def cheat(x, w, **options):
        sys.settrace(None)
        return two_loops(x, w, **options)

    with pytest.raises(RuntimeError, match="trace"):
        without_loop_over_windows(cheat, **CASES[0])


STEP = np.array([[0.0, 0, 0, 1, 1, 1]] * 5)


@pytest.mark.parametrize(
    "scale, said", [(1, "fires"), (-1, "fires"), (1 / 30, "fires"), (1 / 31, "weak"), (1e6, "fires")]
)
def test_edge_responses(scale: float, said: str) -> None:
    w = np.array([[-1, 0, 1]] * 3) * scale
    assert edge_responses((w, w.T), STEP) == (said, "silent")
    assert edge_responses([w.tolist(), w.T.tolist()], STEP.T) == ("silent", said)
    assert edge_responses(np.stack([w, w.T]), np.full((4, 4), 200.0)) == ("silent", "silent")


@pytest.mark.parametrize(
    "value", [None, 3, np.eye(3), (np.eye(3),), (np.eye(3), 1), [np.eye(3)] * 3, (np.eye(2), np.eye(2))]
)
def test_edge_responses_refuse_what_is_no_pair(value: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        edge_responses(value, STEP)


def test_streets_are_seeded_and_vary() -> None:
    first, again, other = pictures.street(3), pictures.street(3), pictures.street(4)
    np.testing.assert_array_equal(first.image, again.image)
    assert first.sign == again.sign and first.sign != other.sign
    assert first.image.shape == (96, 144, 3) and first.image.min() >= 0 and first.image.max() <= 1


@pytest.mark.parametrize("options", [{}, {"shade": 0.75}, {"light": 0.3, "noise": 0.03}, {"noise": 0.3}, {"size": 27}])
def test_the_sign_is_where_it_is_said_to_be(options: dict[str, Any]) -> None:
    for seed in range(3):
        street = pictures.street(seed, **options)
        template = pictures.grey(pictures.stop_sign(street.size))
        assert best_match(pictures.grey(street.image), template) == street.sign


def test_writing_has_the_dots_that_it_says() -> None:
    assert detect_dots(pictures.writing()) == [(1, 4), (1, 18), (1, 25), (4, 6), (4, 31)]


def test_shrunk_keeps_means_and_leaves_the_rest_out() -> None:
    np.testing.assert_array_equal(pictures.shrunk(np.arange(15.0).reshape(3, 5), 2), [[3.0, 5.0]])
