"""Pool: the numbers of 1,000 settings, who wins, and what stays when the input moves."""

import numpy as np
import pytest
from conftest import COURSE
from playwright.sync_api import expect

from helpers.figures.interactive import pool

TWO = np.zeros((6, 6), dtype=int)
TWO[1, 4] = TWO[4, 1] = 1


def random_settings(rng, count):
    """As many settings of one shape: a change of shape takes the figure longest."""
    rows, columns = (int(side) for side in rng.integers(1, 9, 2))
    size, stride = int(rng.integers(1, min(rows, columns) + 1)), int(rng.integers(1, 5))
    outputs = ((rows - size) // stride + 1) * ((columns - size) // stride + 1)
    for _ in range(count):
        x = rng.integers(-9, 10, (rows, columns)) if rng.random() < 0.7 else rng.normal(size=(rows, columns))
        down, right = int(rng.integers(-rows, rows + 1)), int(rng.integers(-columns, columns + 1))
        place = int(rng.integers(outputs))
        yield {"x": x.tolist(), "size": size, "stride": stride, "down": down, "right": right, "place": place}


def test_1000_random_settings_give_the_references_numbers(drawn, open_page, states):
    pool(TWO, 3, 3)
    rng = np.random.default_rng(40)
    settings = [one for _ in range(200) for one in random_settings(rng, 5)]
    pooled, moved = COURSE.exercise("max_pool2d_single").reference, COURSE.exercise("translate").reference
    for given, shown in zip(settings, states(open_page(), settings)):
        x, size, stride = np.array(given["x"]), given["size"], given["stride"]
        after = moved(x, given["down"], given["right"])
        assert shown["error"] == "" and shown["place"] == given["place"]
        np.testing.assert_array_equal(shown["input"], after)
        np.testing.assert_array_equal(shown["pooled"], pooled(after, size, stride))
        np.testing.assert_array_equal(shown["before"], pooled(x, size, stride))
        np.testing.assert_array_equal(after.ravel()[shown["winners"]], np.ravel(shown["pooled"]))
        changed = np.sum(pooled(after, size, stride) != pooled(x, size, stride))
        assert shown["changed"] == [np.sum(after != x), changed]


def test_each_winner_is_the_first_of_the_largest_in_its_window(drawn, open_page, state):
    x = np.random.default_rng(1).integers(-2, 3, (5, 7))
    pool(x, 3, 2)
    winners = []
    for row in (0, 2):
        for column in (0, 2, 4):
            i, j = np.unravel_index(np.argmax(x[row : row + 3, column : column + 3]), (3, 3))
            winners.append((row + i) * 7 + column + j)
    page = open_page()
    assert state(page)["winners"] == winners
    for place, winner in enumerate(winners):
        page.locator(f"[data-part=output] [data-index='{place}']").hover()
        expect(page.locator("[data-part=input] .cnn-on")).to_have_attribute("data-index", str(winner))
    won = page.locator("[data-part=input] .cnn-won").evaluate_all("all => all.map(one => +one.dataset.index)")
    assert won == sorted(set(winners))


def test_the_lectures_numbers(drawn, open_page, state):
    pool(TWO, 3, 1)
    pool(TWO, 3, 3)
    page = open_page()
    assert state(page)["pooled"] == [[0, 0, 1, 1], [0, 0, 1, 1], [1, 1, 0, 0], [1, 1, 0, 0]]
    assert state(page, 1)["pooled"] == [[0, 1], [1, 0]]


def test_moving_the_input_shows_what_stays(drawn, open_page, state):
    pool(TWO, 3, 3)
    page = open_page()
    before = page.get_by_role("grid", name="pooled").nth(1)
    expect(before).to_be_hidden()
    verdict = page.locator("[data-part=verdict]")
    page.get_by_role("button", name="more move right").click()
    expect(verdict).to_have_text("The move has changed 4 of 36 numbers of the input, and 0 of 4 after pooling.")
    expect(before).to_be_visible()
    expect(page.locator(".cnn-stage .cnn-moved")).to_have_count(0)
    page.get_by_role("button", name="less move down").click()
    page.get_by_role("button", name="less move down").click()
    expect(verdict).to_have_text("The move has changed 3 of 36 numbers of the input, and 3 of 4 after pooling.")
    assert state(page)["pooled"] == [[1, 0], [0, 0]]


def test_pointing_says_which_number_wins(drawn, open_page, state):
    pool([[5, 2, -1], [5, 0, -3], [-2, -2, -4]], 2, 1)
    page = open_page()
    page.locator("[data-part=output] [data-index='3']").hover()
    said = page.locator("[data-part=said]")
    expect(said).to_contain_text("Pooled [1, 1]: of 0, −3, −2, −4 the largest is 0, at [1, 1] of the input.")
    page.locator("[data-part=input] [data-index='0']").hover()
    expect(said).to_contain_text("of 5, 2, 5, 0 the largest is 5, at [0, 0] of the input, the first of 2 equal ones.")
    boxes = page.locator("[data-part=sum] .cnn-traced").all_inner_texts()
    assert [line.strip() for line in boxes[0].split("\n") if line.strip()] == ["[0, 0]", "5", "wins"]


def test_by_hand_and_by_keyboard(drawn, open_page, state):
    pool(TWO, 3, 3)
    page = open_page()
    page.get_by_role("button", name="more move right").click()
    page.locator("[data-part=input] [data-index='1']").focus()
    page.keyboard.type("-7")
    page.keyboard.press("Enter")
    assert state(page)["x"][0][0] == -7 and state(page)["input"][0][1] == -7
    page.locator("[data-part=input] [data-index='0']").click()  # a zero that came in is nobody's
    expect(page.locator("[data-part=edit]")).to_have_attribute("aria-label", "number [0, 1]")
    page.locator("[data-part=size]").fill("2")
    page.locator("[data-part=stride]").press("ArrowDown")
    assert np.shape(state(page)["pooled"]) == (3, 3)
    page.locator("[data-part=back]").click()
    assert state(page)["place"] == 8


def test_impossible_settings_say_why(drawn, open_page, state):
    pool(TWO, 3, 3)
    page = open_page()
    before = state(page)
    for part, typed, words in [
        ("size", "7", "A window of 7 by 7 does not fit into 6 by 6 numbers"),
        ("size", "0", "a window holds one number or more"),
        ("stride", "0", "would not move on"),
        ("down", "1.5", "whole number"),
        ("right", "-9", "it would move the whole input away"),
    ]:
        good = page.locator(f"[data-part={part}]").input_value()
        page.locator(f"[data-part={part}]").fill(typed)
        expect(page.get_by_role("alert")).to_contain_text(words)
        expect(page.locator(f"[data-part={part}]")).to_have_attribute("aria-invalid", "true")
        page.locator(f"[data-part={part}]").fill(good)
        expect(page.locator("[role=alert]")).to_be_hidden()
        assert state(page) == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(([1, 2], 1, 1), "a map of up to 20 by 20"), ((TWO, 7, 1), "size 7 and stride 1"), ((TWO, 2, 0), "stride 0")],
)
def test_what_it_can_not_show(arguments, words):
    with pytest.raises(ValueError, match=words):
        pool(*arguments)
