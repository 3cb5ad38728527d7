"""Backward: the gradients of 1,000 settings, what each is made from, and every way to move, change and hear it."""

import numpy as np
import pytest
from conftest import COURSE
from playwright.sync_api import expect

from helpers.figures.interactive import backward

X, W, DZ = [1, -2, 0, 3, 1], [2, -1, 1], [1, 0, -1, 2, 1]


def numbers(rng, *shape):
    return (rng.integers(-9, 10, shape) if rng.random() < 0.5 else rng.uniform(-9, 9, shape)).tolist()


def random_settings(rng, axes, count):
    """As many settings of one shape: a change of shape takes the figure longest."""
    padding, stride = int(rng.integers(0, 3)), int(rng.integers(1, 4))
    k = rng.integers(1, 4, axes)
    while True:
        sides = rng.integers(1, 9, axes)
        outputs = (sides + 2 * padding - k) // stride + 1
        if np.all(sides + 2 * padding >= k) and np.prod(outputs) <= 25:
            break
    places = int(np.prod(k) + np.prod(sides) + 1 + np.prod(outputs))
    for _ in range(count):
        given = {"x": numbers(rng, *sides), "w": numbers(rng, *k), "dz": numbers(rng, *outputs)}
        yield given | {"padding": padding, "stride": stride, "place": int(rng.integers(places))}


def reference(given):
    """(dw, dx, db, wave) by the course's functions; a signal is padded first, as rows above it would count too."""
    x, w, dz = (np.array(given[name], dtype=float) for name in ("x", "w", "dz"))
    padding = given["padding"]
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(x, padding), w.shape)
    wave = windows[(slice(None, None, given["stride"]),) * x.ndim].reshape(dz.size, w.size).T
    if x.ndim == 2:
        arguments = dz[None, None], x[None, None], w[None, None], padding
    else:
        arguments = dz[None, None, None], np.pad(x, padding)[None, None, None], w[None, None, None], 0
    dx, dw, db = COURSE.exercise("conv2d_backward").reference(*arguments, given["stride"])
    dx = dx[0, 0] if x.ndim == 2 else dx[0, 0, 0, padding : padding + len(x)]
    return dw.reshape(w.shape), dx, float(db[0]), wave


@pytest.mark.parametrize(("axes", "seed"), [(1, 70), (2, 71)])
def test_500_random_settings_give_the_references_gradients(drawn, open_page, states, axes, seed):
    backward(X if axes == 1 else np.outer(X, [1, 0, 2]), W if axes == 1 else [[1, -1]])
    rng = np.random.default_rng(seed)
    settings = [one for _ in range(100) for one in random_settings(rng, axes, 5)]
    close = {"rtol": 1e-10, "atol": 1e-9}
    for given, shown in zip(settings, states(open_page(), settings)):
        dw, dx, db, wave = reference(given)
        assert shown["error"] == ""
        np.testing.assert_allclose(shown["dw"], dw, **close)
        np.testing.assert_allclose(shown["dx"], dx, **close)
        np.testing.assert_allclose(shown["db"], db, **close)
        np.testing.assert_array_equal(shown["wave"], wave)
        entries = {"dw": dw, "dx": dx, "db": np.array(db)}
        what, at = shown["what"], shown["at"]
        dz = np.ravel(given["dz"])
        if what == "dz":
            np.testing.assert_allclose(shown["products"], wave[:, at] * dz[at], **close)
        else:
            np.testing.assert_allclose(np.sum(shown["products"]), entries[what].ravel()[at], **close)
        if what == "dx":  # an output contributes when a change of this input changes it
            assert sorted(shown["outputs"]) == outputs_of(given, at)


def outputs_of(given, at):
    """The outputs whose windows lie over input `at`."""
    marks = np.zeros(np.shape(given["x"]))
    marks.flat[at] = 1
    w = np.ones(np.shape(given["w"]))
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(marks, given["padding"]), w.shape)
    hit = windows[(slice(None, None, given["stride"]),) * marks.ndim].reshape(-1, w.size).any(axis=1)
    return np.flatnonzero(hit).tolist()


@pytest.fixture
def shown(drawn, open_page):
    backward(X, W, DZ, padding=1)
    return open_page()


def grid(page, part, index=0):
    return page.locator(f"[data-part={part}] .cnn-cell").nth(index)


def test_pointing_at_a_gradient_lights_up_what_it_is_made_from(shown, state):
    grid(shown, "dw", 1).hover()
    now = state(shown)
    assert (now["what"], now["at"], now["outputs"]) == ("dw", 1, [0, 1, 2, 3, 4])
    assert now["dw"][1] == np.dot(X, DZ)
    lit = shown.locator("[data-part=wave] .cnn-on").evaluate_all("cells => cells.map(cell => +cell.dataset.index)")
    assert lit == [5, 6, 7, 8, 9]
    grid(shown, "dx", 0).hover()
    assert state(shown)["outputs"] == [0, 1]
    assert shown.locator("[data-part=dz] .cnn-on").count() == 2
    assert "used by 2 outputs" in state(shown)["said"]
    expect(shown.locator("[data-part=sum] .cnn-result")).to_contain_text("dL/dx [0]")


def test_the_wave_lights_up_with_the_filters_position(shown, state):
    grid(shown, "wave", 3).hover()
    assert (state(shown)["what"], state(shown)["at"]) == ("dz", 3)
    lit = shown.locator("[data-part=wave] .cnn-on").evaluate_all("cells => cells.map(cell => +cell.dataset.index)")
    assert lit == [3, 8, 13]
    expect(shown.locator("[data-part=x] .cnn-frame")).to_be_visible()
    grid(shown, "db").hover()
    expect(shown.locator("[data-part=x] .cnn-frame")).to_be_hidden()
    assert state(shown)["db"] == sum(DZ)


def test_steps_go_through_all_entries_and_back(shown, state):
    count = len(W) + len(X) + 1 + len(DZ)
    step = shown.locator("[data-part=step]")
    seen = []
    for _ in range(count):
        seen.append((state(shown)["what"], state(shown)["at"]))
        step.click()
    assert seen == [(what, at) for what, n in (("dw", 3), ("dx", 5), ("db", 1), ("dz", 5)) for at in range(n)]
    assert state(shown)["place"] == 0
    shown.locator("[data-part=back]").click()
    assert state(shown)["place"] == count - 1


def test_numbers_are_changed_by_hand_and_impossible_ones_say_why(shown, state):
    grid(shown, "dz", 2).click()
    field = shown.locator("[data-part=edit]")
    field.fill("4")
    assert state(shown)["dz"] == [1, 0, 4, 2, 1]
    assert state(shown)["db"] == 8
    grid(shown, "w", 0).focus()
    shown.keyboard.type("-3")
    assert state(shown)["w"] == [-3, -1, 1]
    shown.locator("[data-part=stride]").fill("2")
    assert (state(shown)["stride"], state(shown)["dz"]) == (2, [1, 0, 4])
    for value, why in (("0", "would not move on"), ("1.5", "whole number"), ("two", "has to be a number")):
        shown.locator("[data-part=stride]").fill(value)
        expect(shown.get_by_role("alert")).to_contain_text(why)
        assert state(shown)["stride"] == 2
    shown.locator("[data-part=stride]").fill("1")
    expect(shown.get_by_role("alert")).to_be_hidden()
    assert state(shown)["dz"] == [1, 0, 4, 1, 1]


def test_keyboard_alone(shown, state):
    grid(shown, "dx").focus()
    shown.keyboard.press("ArrowRight")
    assert (state(shown)["what"], state(shown)["at"]) == ("dx", 1)
    shown.keyboard.press("End")
    assert state(shown)["at"] == 4
    assert state(shown)["said"].startswith("dL/dx [4].")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (([[[1]]], [[1]]), "x has the shape"),
        ((range(11), [1]), "x has the shape"),
        ((X, [[1, 2]]), "w has the shape"),
        ((X, [1] * 6), "does not fit"),
        ((X, W, [1, 2]), r"outputs of shape \(3,\)"),
    ],
)
def test_what_it_cannot_show_is_said(arguments, said):
    with pytest.raises(ValueError, match=said):
        backward(*arguments)
