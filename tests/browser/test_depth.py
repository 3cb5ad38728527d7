"""Depth: the numbers of 1,000 settings, each channel's share, and the maps of a bank."""

import numpy as np
import pytest
from conftest import COURSE
from playwright.sync_api import expect

from helpers.figures.interactive import depth

RGB = np.zeros((3, 4, 5), dtype=int)
RGB[0, :3, :3], RGB[1, :3, 3:], RGB[2] = 3, 2, 1
TO_GREEN = np.array([[[1, -1], [1, -1]], [[-1, 1], [-1, 1]], [[0, 0], [0, 0]]])
BLUE = np.stack([0 * TO_GREEN[0], 0 * TO_GREEN[0], TO_GREEN[0] ** 2])
BANK = {"red to green": TO_GREEN, "blue": BLUE}


def random_settings(rng, count):
    """As many settings of one shape: a change of shape takes the figure longest."""
    padding, stride, filters = int(rng.integers(0, 3)), int(rng.integers(1, 4)), int(rng.integers(1, 4))
    k = rng.integers(1, 4, 2)
    sides = np.maximum(rng.integers(1, 6, 2), k - 2 * padding)
    maps = filters, *((sides + 2 * padding - k) // stride + 1)
    for _ in range(count):
        x = rng.integers(0, 10, (3, *sides)) if rng.random() < 0.5 else rng.random((3, *sides))
        w = rng.integers(-4, 5, (filters, 3, *k)) if rng.random() < 0.5 else rng.normal(size=(filters, 3, *k))
        b, place = rng.normal(size=filters).tolist(), int(rng.integers(np.prod(maps)))
        yield {"x": x.tolist(), "w": w.tolist(), "b": b, "padding": padding, "stride": stride, "place": place}


def test_1000_random_settings_give_the_references_numbers(drawn, open_page, states):
    depth(RGB, BANK)
    rng = np.random.default_rng(30)
    settings = [one for _ in range(100) for one in random_settings(rng, 10)]
    for given, shown in zip(settings, states(open_page(), settings)):
        x, w, b = (np.array(given[name]) for name in "xwb")
        z = COURSE.exercise("filter_bank").reference(x, w, b, given["padding"], given["stride"])
        assert shown["error"] == "" and shown["place"] == given["place"]
        np.testing.assert_allclose(shown["z"], z, rtol=1e-12, atol=1e-12)
        f, *corner = np.unravel_index(given["place"], z.shape)
        row, column = (int(place) * given["stride"] for place in corner)
        padded = np.pad(x, [(0, 0), (given["padding"],) * 2, (given["padding"],) * 2])
        window = padded[:, row : row + w.shape[2], column : column + w.shape[3]]
        np.testing.assert_allclose(shown["products"], (window * w[f]).reshape(3, -1), rtol=1e-12)
        np.testing.assert_allclose(shown["shares"], (window * w[f]).sum(axis=(1, 2)), rtol=1e-12, atol=1e-12)


def test_shares_and_sum_are_spelled_out(drawn, open_page, state):
    depth(RGB, BANK, b=[-1, 0])
    page = open_page()
    page.locator("[data-part=map-0] [data-index='2']").hover()  # red meets green
    assert state(page)["shares"] == [6, 4, 0]
    shares = [page.locator(f"[data-part=share-{c}]").inner_text() for c in range(3)]
    assert shares[0].split("\n") == ["share 6", "3·1 + 0·(−1) + 3·1 + 0·(−1)"]
    assert [share.split("\n")[0] for share in shares[1:]] == ["share 4", "share 0"]
    boxes = [box.split("\n") for box in page.locator("[data-part=sum] .cnn-term").all_inner_texts()]
    boxes = [[line.strip() for line in box if line.strip()] for box in boxes]
    assert boxes[:4] == [
        ["red", "6", "sum 6"],
        ["green", "4", "sum 10"],
        ["blue", "0", "sum 10"],
        ["bias", "−1", "sum 9"],
    ]
    assert boxes[4] == ["red to green [0, 2]", "9", "ReLU 9"]
    expect(page.locator("[data-part=said]")).to_have_text(
        "red to green [0, 2]: red 6, green 4, blue 0, bias −1, sum 9. After ReLU: 9."
    )


def test_pointing_at_the_image_and_at_another_map(drawn, open_page, state):
    depth(RGB, BANK, padding=1)
    page = open_page()
    page.locator("[data-part=map-1] [data-index='29']").hover()
    assert state(page)["place"] == 59  # the last place of the second map, of 5 by 6 each
    assert page.locator("[data-part=filter-2]").inner_text().split() == ["1"] * 4
    page.locator("[data-part=picture] [data-index='0']").hover()
    assert state(page)["place"] == 30
    page.locator("[data-part=input-1] [data-index='8']").hover()
    assert state(page)["products"][2] == [1, 1, 1, 1]
    colours = page.locator("[data-part=picture] [data-index='8']").evaluate("one => getComputedStyle(one).background")
    assert "rgb(255, 0, 85)" in colours  # 3, 0 and 1 of 3


def test_steps_go_from_map_to_map(drawn, open_page, state):
    depth(RGB, BANK)
    page = open_page()
    page.locator("[data-part=back]").click()
    assert state(page)["place"] == 23
    page.locator("[data-part=step]").click()
    assert state(page)["place"] == 0
    page.evaluate("document.querySelector('.cnn-figure').figure.set({place: 11})")
    page.locator("[data-part=step]").click()
    expect(page.locator(".cnn-told .cnn-name")).to_have_text("blue")


def test_pixels_weights_and_biases_are_changed_by_hand(drawn, open_page, state):
    depth(RGB, BANK)
    page = open_page()
    page.locator("[data-part=map-1] [data-index='0']").hover()
    page.locator("[data-part=filter-2] [data-index='3']").click()
    page.locator("[data-part=edit]").fill("-2")
    page.locator("[data-part=b]").fill("0.5")
    page.locator("[data-part=input-2] [data-index='6']").focus()
    page.keyboard.press("4")
    page.keyboard.press("Enter")
    shown = state(page)
    assert shown["w"][1][2] == [[1, 1], [1, -2]] and shown["w"][0] == TO_GREEN.tolist()
    assert shown["b"] == [0, 0.5] and shown["x"][2][1][1] == 4
    want = COURSE.exercise("filter_bank").reference(*(np.array(shown[name]) for name in "xwb"))
    np.testing.assert_allclose(shown["z"], want)


def test_impossible_settings_say_why(drawn, open_page, state):
    depth(RGB, BANK)
    page = open_page()
    before = state(page)["z"]
    for part, typed, words in [("padding", "0.5", "whole number"), ("stride", "0", "move on"), ("b", "?", "of red to")]:
        good = page.locator(f"[data-part={part}]").input_value()
        page.locator(f"[data-part={part}]").fill(typed)
        expect(page.get_by_role("alert")).to_contain_text(words)
        expect(page.locator(f"[data-part={part}]")).to_have_attribute("aria-invalid", "true")
        page.locator(f"[data-part={part}]").fill(good)
        expect(page.locator("[role=alert]")).to_be_hidden()
    page.evaluate("document.querySelector('.cnn-figure').figure.set({x: [[[1]], [[1]], [[1]]]})")
    expect(page.get_by_role("alert")).to_contain_text("A filter of 2 by 2 does not fit into 1 by 1 pixels")
    assert state(page)["z"] == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((RGB[0], TO_GREEN), "an image \\(C, H, W\\)"),
        ((np.ones((3, 20, 5)), TO_GREEN), "x has the shape \\(3, 20, 5\\)"),
        ((RGB, TO_GREEN[:2]), "as deep as x, 3 channels"),
        ((RGB[:, :1], TO_GREEN), "don't fit into \\(1, 5\\)"),
    ],
)
def test_what_it_can_not_show(arguments, words):
    with pytest.raises(ValueError, match=words):
        depth(*arguments)
