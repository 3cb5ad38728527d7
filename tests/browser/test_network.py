"""Network: the layers of 1,000 drawings, where each of their numbers is from, and drawing by mouse and keyboard."""

import numpy as np
import pytest
from conftest import COURSE
from playwright.sync_api import expect

from helpers import data, layers, weights
from helpers.figures.interactive import network

PARAMS = weights.digits()
SHAPES = {"map1": (12, 8, 8), "pool1": (12, 4, 4), "map2": (24, 4, 4), "pool2": (24, 2, 2)}
CHOSEN = [20, 5, 63, 77]


@pytest.fixture(scope="module")
def digits():
    _, _, images, labels = data.digits()
    return images / 16, labels


@pytest.fixture
def shown(drawn, open_page, digits):
    """A page with the figure on it."""
    images, labels = digits
    network(PARAMS, images[CHOSEN], [f"a {label}" for label in labels[CHOSEN]])
    return open_page()


def forward(images):
    """What comes out of each layer for images (N, 8, 8), by the course's own functions."""
    x, found = images[:, None], {}
    for number in "12":
        found["z" + number] = layers.conv2d(x, PARAMS["w" + number], PARAMS["b" + number], padding=1)
        found["map" + number] = layers.relu(found["z" + number])
        x = found["pool" + number] = layers.max_pool2d(found["map" + number], 2, 2)
    found["logits"] = COURSE.exercise("convnet_forward").reference(images[:, None], PARAMS)
    found["probabilities"] = COURSE.exercise("softmax").reference(found["logits"])
    return found


def random_place(rng):
    layer = str(rng.choice([*SHAPES, "classes"]))
    if layer == "classes":
        return {"layer": layer, "map": int(rng.integers(10)), "at": 0}
    maps, rows, columns = SHAPES[layer]
    return {"layer": layer, "map": int(rng.integers(maps)), "at": int(rng.integers(rows * columns))}


def expected_terms(image, found, place):
    """The parts that a number is the sum of; found: the layers of one image."""
    layer, chosen = place["layer"], place["map"]
    if layer == "classes":
        products = (found["pool2"].ravel() * PARAMS["w3"][chosen]).reshape(24, 4).sum(axis=1)
        loudest = np.argsort(-abs(products), kind="stable")
        return [*products[loudest[:6]], products[loudest[6:]].sum()]
    if layer.startswith("pool"):
        return []
    x = np.pad(image[None] if layer == "map1" else found["pool1"], ((0, 0), (1, 1), (1, 1)))
    row, column = divmod(place["at"], SHAPES[layer][2])
    products = x[:, row : row + 3, column : column + 3] * PARAMS["w" + layer[-1]][chosen]
    return products.ravel() if layer == "map1" else products.sum(axis=(1, 2))


def test_1000_random_drawings_give_the_references_numbers(shown, states, digits):
    rng = np.random.default_rng(6)
    sketches = rng.random((500, 8, 8)) * (rng.random((500, 8, 8)) < rng.random((500, 1, 1)))
    images = np.concatenate([sketches, digits[0][rng.choice(len(digits[0]), 500, replace=False)]])
    places = [random_place(rng) for _ in images]
    found = forward(images)
    close = {"rtol": 1e-5, "atol": 1e-5}
    seen = states(shown, [{"image": image.tolist(), "place": place} for image, place in zip(images, places)])
    for n, (state, place) in enumerate(zip(seen, places)):
        mine = {name: values[n] for name, values in found.items()}
        np.testing.assert_array_equal(state["image"], images[n])
        for name in (*SHAPES, "logits", "probabilities"):
            np.testing.assert_allclose(state[name], mine[name], **close)
        assert state["place"] == place
        np.testing.assert_allclose(state["terms"], expected_terms(images[n], mine, place), **close)
        layer, chosen, at = place["layer"], place["map"], place["at"]
        z = mine["logits"] if layer == "classes" else mine[layer.replace("map", "z")][chosen].ravel()
        after = mine["probabilities"] if layer == "classes" else mine[layer][chosen].ravel()
        index = chosen if layer == "classes" else at
        np.testing.assert_allclose([state["z"], state["result"]], [z[index], after[index]], **close)


def test_it_reads_what_is_drawn_with_the_mouse(shown, state):
    shown.locator("[data-part=clear]").click()
    assert np.sum(state(shown)["image"]) == 0
    box = shown.locator("[data-part=image]").bounding_box()
    shown.mouse.move(box["x"] + box["width"] / 2, box["y"] + 8)
    shown.mouse.down()
    shown.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 8, steps=6)
    shown.mouse.up()
    shown.mouse.move(box["x"] + 5, box["y"] + 5)  # the pen is up: this draws nothing
    image = np.array(state(shown)["image"])
    assert np.all(image[1:7, 3:5] >= 0.5) and np.all(image[:, [0, 1, 6, 7]] == 0)
    np.testing.assert_array_equal(image * 16, np.round(image * 16))
    assert np.argmax(state(shown)["probabilities"]) == 1
    expect(shown.locator(".cnn-best")).to_have_attribute("data-class", "1")
    shown.locator("[data-part=rubber]").click()
    shown.mouse.move(box["x"] + box["width"] / 2, box["y"] + 8)
    shown.mouse.down()
    shown.mouse.up()
    assert np.sum(state(shown)["image"]) < image.sum()


def test_examples_to_choose_from(shown, state, digits):
    images, _ = digits
    classes = forward(images[CHOSEN])["logits"].argmax(axis=1)
    for number, place in enumerate(CHOSEN):
        shown.locator("select").select_option(value=str(number))
        np.testing.assert_array_equal(state(shown)["image"], images[place])
        expect(shown.locator(".cnn-best")).to_have_attribute("data-class", str(classes[number]))


def test_a_click_on_a_map_says_where_its_number_is_from(shown, state):
    found = state(shown)
    layer = shown.locator("[data-part=map1]")
    picture = layer.locator(".cnn-map").nth(4).bounding_box()
    shown.mouse.click(picture["x"] + picture["width"] * 5.5 / 8, picture["y"] + picture["height"] * 2.5 / 8)
    now = state(shown)
    assert now["place"] == {"layer": "map1", "map": 4, "at": 21}
    assert now["result"] == pytest.approx(found["map1"][4][2][5])
    patch = np.array(found["image"])[1:4, 4:7]
    np.testing.assert_allclose(now["terms"], (patch * PARAMS["w1"][4, 0]).ravel(), rtol=1e-5, atol=1e-7)
    weight = shown.locator("[data-part=weights-0] .cnn-cell").first.inner_text().replace("−", "-")
    assert float(weight) == pytest.approx(PARAMS["w1"][4, 0, 0, 0], rel=0.06)
    expect(shown.locator("[data-part=heading]")).to_contain_text("map 4 [2, 5]")
    expect(shown.locator("[data-part=map1] .cnn-frame:visible")).to_have_count(1)
    shown.locator(".cnn-class").nth(7).click()
    assert state(shown)["place"] == {"layer": "classes", "map": 7, "at": 0}
    expect(shown.locator("[data-part=heading]")).to_contain_text("class 7")


def test_keyboard_alone_and_what_a_screen_reader_hears(shown, state):
    shown.locator("[data-part=pool1] [tabindex='0']").focus()
    shown.keyboard.press("Enter")
    assert state(shown)["place"] == {"layer": "pool1", "map": 0, "at": 0}
    for key in ("ArrowLeft", "ArrowRight", "ArrowDown", "PageDown"):
        shown.keyboard.press(key)
    now = state(shown)
    assert now["place"] == {"layer": "pool1", "map": 1, "at": 5}
    assert shown.evaluate("document.activeElement.dataset.map") == "1"
    assert "map 1 [1, 1]" in now["said"] and "the largest of its window" in now["said"]
    best = int(np.argmax(now["probabilities"]))
    assert now["said"].startswith(f"The network reads {best} with ")
    shown.locator("[data-part=clear]").press("Enter")
    shown.locator("[data-part=image] [tabindex='0']").focus()
    for key in ("ArrowDown", "ArrowRight", "Enter"):
        shown.keyboard.press(key)
    assert [*zip(*np.nonzero(state(shown)["image"]))] == [(1, 1)]
    shown.keyboard.press("Space")
    assert np.sum(state(shown)["image"]) == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"images": np.zeros((8, 8))}, "images have the shape"),
        ({"images": np.zeros((2, 6, 8))}, "images have the shape"),
        ({"images": np.full((1, 8, 8), 16)}, "divide by 16"),
        ({"images": np.zeros((1, 12, 8))}, "needs 144 columns"),
        ({"params": PARAMS | {"w2": PARAMS["w2"][:, :5]}}, "one for each map"),
    ],
)
def test_what_it_cannot_show_is_said(change, said):
    with pytest.raises(ValueError, match=said):
        network(**{"params": PARAMS, "images": np.zeros((1, 8, 8))} | change)
