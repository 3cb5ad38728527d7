"""Slide: the numbers of 1,000 settings, and every way to move, change and hear it."""

import re

import numpy as np
import pytest
from conftest import COURSE
from playwright.sync_api import expect

from helpers.figures.interactive import slide

X, W = [0, 0, 1, 1, 1, 0, 1, 0, 0, 0], [-1, 1, -1]
HI = [[1, 0, 1, 0, 0], [1, 0, 1, 0, 1], [1, 1, 1, 0, 0], [1, 0, 1, 0, 1], [1, 0, 1, 0, 1]]
DOT = [[-1, -1, -1], [-1, 1, -1], [-1, -1, -1]]


def numbers(rng, *shape):
    """Whole numbers or fractions, positive or of both signs."""
    low = rng.choice([-9, 0])
    return (rng.integers(low, 10, shape) if rng.random() < 0.5 else rng.uniform(low, 9, shape)).tolist()


def random_settings(rng, axes, count):
    """As many settings of one shape: a change of shape takes the figure longest."""
    padding, stride = int(rng.integers(0, 4)), int(rng.integers(1, 5))
    k = rng.integers(1, 6, axes)
    sides = np.maximum(rng.integers(1, 11, axes), k - 2 * padding)
    places = np.prod((sides + 2 * padding - k) // stride + 1)
    for _ in range(count):
        x, w, place = numbers(rng, *sides), numbers(rng, *k), int(rng.integers(places))
        yield {"x": x, "w": w, "b": numbers(rng), "padding": padding, "stride": stride, "place": place}


@pytest.mark.parametrize(("axes", "reference", "seed"), [(1, "conv1d", 10), (2, "conv2d_single", 20)])
def test_500_random_settings_give_the_references_numbers(drawn, open_page, states, axes, reference, seed):
    slide(X if axes == 1 else HI, W if axes == 1 else DOT)
    rng = np.random.default_rng(seed)
    settings = [one for _ in range(100) for one in random_settings(rng, axes, 5)]
    for given, shown in zip(settings, states(open_page(), settings)):
        x, w = np.array(given["x"]), np.array(given["w"])
        z = COURSE.exercise(reference).reference(x, w, given["b"], given["padding"], given["stride"])
        assert shown["error"] == ""
        np.testing.assert_allclose(shown["z"], z, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(shown["a"], np.maximum(z, 0), rtol=1e-12, atol=1e-12)
        at = np.unravel_index(given["place"], z.shape)
        padded = np.pad(x, given["padding"])
        window = padded[tuple(slice(i * given["stride"], i * given["stride"] + k) for i, k in zip(at, w.shape))]
        np.testing.assert_allclose(shown["products"], (window * w).ravel(), rtol=1e-12)
        np.testing.assert_allclose(shown["sums"], np.cumsum(window * w), rtol=1e-12, atol=1e-12)
        assert shown["place"] == given["place"]


def test_the_lectures_numbers(drawn, open_page, state):
    slide(X, W, b=1, padding=1)
    slide(HI, DOT, padding=1)
    page = open_page()
    assert state(page)["z"] == [1, 0, 1, 0, 1, -1, 2, 0, 1, 1]
    assert state(page)["a"] == [1, 0, 1, 0, 1, 0, 2, 0, 1, 1]
    assert page.locator("[data-part=output]").first.inner_text().replace("\n", " ") == "1 0 1 0 1 −1 2 0 1 1"
    hi = np.array(state(page, 1)["a"])
    assert hi.shape == (5, 5) and hi[1, 4] == 1 and hi.sum() == 1


def test_pointing_at_either_side(drawn, open_page, state):
    slide(HI, DOT, padding=1)
    page = open_page()
    page.locator("[data-part=output] [data-index='9']").hover()
    assert state(page)["place"] == 9
    assert state(page)["products"] == [0, 0, 0, 0, 1, 0, 0, 0, 0]
    boxes = page.locator("[data-part=sum] .cnn-term").all_inner_texts()
    assert re.split(r"\s*\n\s*", boxes[4]) == ["1 · 1", "1", "sum 1"]
    assert re.split(r"\s*\n\s*", boxes[-1]) == ["output [1, 4]", "1", "ReLU 1"]
    page.locator("[data-part=input] [data-index='0']").hover()  # a padded zero: the first window is the nearest
    assert state(page)["place"] == 0
    page.locator("[data-part=input] [data-index='24']").hover()  # the pixel in row 2, column 2
    assert state(page)["place"] == 12
    page.locator("[data-part=filter] [data-index='8']").hover()
    expect(page.locator("[data-part=input] .cnn-on")).to_have_attribute("aria-label", "pixel [3, 3]: 0")


def test_touch(drawn, open_page, state):
    slide(X, W)
    page = open_page(width=400, has_touch=True)
    page.locator("[data-part=output] [data-index='5']").tap()
    assert state(page)["place"] == 5
    page.locator("[data-part=input] [data-index='1']").tap()
    page.get_by_role("button", name="more sample [1]").tap()
    assert state(page)["x"][1] == 1


def test_play_pause_step_back(drawn, open_page, state):
    slide(X, W)
    page = open_page()
    page.clock.install()
    page.locator("[data-part=step]").click()
    page.locator("[data-part=step]").click()
    assert state(page)["place"] == 2
    for _ in range(3):
        page.locator("[data-part=back]").click()
    assert state(page)["place"] == 7  # around the corner
    page.locator("[data-part=play]").click()
    page.clock.run_for(2000)
    assert state(page)["place"] == 1
    expect(page.locator("[data-part=said]")).to_have_attribute("aria-live", "off")
    page.locator("[data-part=play]").click()
    page.clock.run_for(5000)
    assert state(page)["place"] == 1 and not state(page)["playing"]
    expect(page.locator("[data-part=said]")).to_have_attribute("aria-live", "polite")
    page.locator("[data-part=play]").click()
    page.locator("[data-part=output] [data-index='4']").hover()
    assert state(page)["place"] == 4 and not state(page)["playing"]


def test_a_figure_that_is_taken_off_the_page_stops(drawn, open_page):
    slide(X, W)
    page = open_page()
    page.clock.install()
    page.locator("[data-part=play]").click()
    figure = page.evaluate_handle("() => { const one = document.querySelector('figure'); one.remove(); return one; }")
    page.clock.run_for(5000)
    assert figure.evaluate("one => one.figure.state().playing") is False


def test_by_keyboard_alone(drawn, open_page, state):
    slide(HI, DOT, padding=1)
    page = open_page()
    taken = page.evaluate("() => { window.taken = []; addEventListener('keydown', event => taken.push(event.key)); }")
    assert taken is None
    page.locator("[data-part=output] [tabindex='0']").focus()
    for key in ["ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight"]:
        page.keyboard.press(key)
    assert state(page)["place"] == 9  # row 1, column 4; the last key stays in its row
    page.keyboard.press("Home")
    assert state(page)["place"] == 0
    page.locator("[data-part=filter] [tabindex='0']").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.type("-2.5")  # typing on a cell changes it
    page.keyboard.press("Enter")
    assert state(page)["w"][0] == [-1, -2.5, -1]
    assert page.evaluate("document.activeElement.dataset.index") == "1"
    page.locator("[data-part=stride]").focus()
    page.keyboard.press("ArrowUp")
    assert state(page)["stride"] == 2 and len(state(page)["z"]) == 3
    assert page.evaluate("window.taken") == []  # a notebook would have taken them for its commands


def test_numbers_are_changed_by_hand(drawn, open_page, state):
    slide(X, W)
    page = open_page()
    page.locator("[data-part=input] [data-index='7']").click()
    edit = page.locator("[data-part=edit]")
    expect(edit).to_have_attribute("aria-label", "sample [7]")
    edit.fill("1,5")
    page.locator("[data-part=filter] [data-index='2']").click()
    page.get_by_role("button", name="more weight [2]").click()
    page.locator("[data-part=b]").fill("−0.5")
    page.locator("[data-part=padding]").fill("1")
    shown = state(page)
    assert shown["x"] == [0, 0, 1, 1, 1, 0, 1, 1.5, 0, 0] and shown["w"] == [-1, 1, 0]
    assert (shown["b"], shown["padding"]) == (-0.5, 1)
    np.testing.assert_allclose(shown["z"], np.correlate(np.pad(shown["x"], 1), [-1, 1, 0], "valid") - 0.5)
    assert page.locator("[data-part=output] [data-index='7']").inner_text() == "0"


IMPOSSIBLE = [
    ("padding", "-1", "A padding of −1 is not possible: it is the number of zeros"),
    ("padding", "99", "room for a padding of 9"),
    ("stride", "0", "A stride of 0 is not possible: the window would not move on"),
    ("stride", "1.5", "1.5 is not possible: the stride is a whole number"),
    ("b", "much", "The bias has to be a number"),
    ("edit", "-", "have to be numbers"),
]


def test_impossible_settings_say_why(drawn, open_page, state):
    slide(X, W, padding=1)
    page = open_page()
    before = state(page)
    for part, typed, words in IMPOSSIBLE:
        field = page.locator(f"[data-part={part}]")
        good = field.input_value()
        field.fill(typed)
        field.press("Tab")
        alert = page.get_by_role("alert")
        expect(alert).to_contain_text(words)
        after = state(page)
        assert after["error"] == alert.inner_text() and after["z"] == before["z"]
        expect(field).to_have_attribute("aria-invalid", "true")
        field.fill(good)
        expect(page.locator("[role=alert]")).to_be_hidden()
        expect(field).to_have_attribute("aria-invalid", "false")
        assert state(page) == before


def test_a_filter_that_does_not_fit(drawn, open_page, state):
    slide(HI[:1], [[1], [2], [3]], padding=1)
    page = open_page()
    page.locator("[data-part=padding]").fill("0")
    expect(page.get_by_role("alert")).to_contain_text("A filter of 3 by 1 does not fit into 1 by 5 pixels")
    assert state(page)["padding"] == 1


def test_the_text_alternative_follows_the_step(drawn, open_page):
    slide(X, W, b=1, padding=1)
    page = open_page()
    said = page.locator("[data-part=said]")
    expect(said).to_have_text("Output [0]: 0 · (−1) + 0 · 1 + 0 · (−1), plus bias 1, = 1. After ReLU: 1.")
    page.locator("[data-part=output] [data-index='5']").hover()
    expect(said).to_have_text("Output [5]: 1 · (−1) + 0 · 1 + 1 · (−1), plus bias 1, = −1. After ReLU: 0.")
    cell = page.get_by_role("gridcell", name="ReLU [5]: 0")
    expect(cell).to_have_count(1)


def test_filters_to_choose_from(drawn, open_page, state):
    slide(X, {"a lonely one": W, "a change": [-1, 1]})
    page = open_page()
    page.get_by_label("filter", exact=True).select_option("a change")
    assert state(page)["w"] == [-1, 1]
    assert state(page)["z"] == [0, 1, 0, 0, -1, 1, -1, 0, 0]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([[[1]]], [[[1]]]), "a signal of up to 32 samples or an image of up to 24 by 24 pixels"),
        ((range(40), [1]), "x has the shape \\(40,\\)"),
        ((X, [[1, 2]]), "as many axes as x"),
        ((X, list(range(8))), "up to 7 weights a side"),
        (([1, 2], [1, 2, 3]), "does not fit"),
        ((X, W, 0, 0, 0), "does not fit .* stride 0"),
    ],
)
def test_what_it_can_not_show(arguments, words):
    with pytest.raises(ValueError, match=words):
        slide(*arguments)
