"""What holds for each interactive figure: looks, several on a page, the ways in which notebooks run scripts, size."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from helpers import weights
from helpers.figures.interactive import backward, depth, network, pool, slide

# One of each; a test draws them all on one page, since pages take longest.
FIGURES = {
    "slide": lambda: slide([[3, -1, 0], [0, 2, -4]], [[1, -1]], b=1, padding=1),
    "depth": lambda: depth(np.arange(27).reshape(3, 3, 3), np.arange(-12, 12).reshape(2, 3, 2, 2), padding=1),
    "pool": lambda: pool([[3, -1, 0, 5], [0, 2, -4, 1]], 2, 1, right=1),
    "backward": lambda: backward([1, -2, 0], [1, -1], padding=1),
}

# The ratio of contrast (WCAG 2) of each text with what lies behind it, at least; and the background's lightness.
LOOKS = """() => {
    const canvas = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
    const light = colour => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
        const linear = [r, g, b].map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
        return a < 200 ? null : .2126 * linear[0] + .7152 * linear[1] + .0722 * linear[2];
    };
    const behind = node => light(getComputedStyle(node).backgroundColor) ?? behind(node.parentElement);
    let worst = [99, ""];
    for (const node of document.querySelectorAll(".cnn-figure *")) {
        const own = [...node.childNodes].some(child => child.nodeType === 3 && child.data.trim());
        if (!own || node.closest("style, .cnn-stale, [hidden]")) continue;
        const [a, b] = [light(getComputedStyle(node).color), behind(node)];
        const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
        if (ratio < worst[0]) worst = [ratio, node.className + " " + node.textContent];
    }
    return {worst, paper: light(getComputedStyle(document.querySelector(".cnn-figure")).backgroundColor)};
}"""


@pytest.fixture
def stepped_drawn(drawn):
    """The figures that go step by step."""
    for draw in FIGURES.values():
        draw()
    assert len(drawn) == len(FIGURES)


@pytest.fixture
def all_drawn(stepped_drawn):
    network(weights.digits(), np.eye(8)[None])


@pytest.mark.usefixtures("all_drawn")
def test_nobody_is_kept_out(open_page, view, barriers):
    assert barriers(open_page(**view)) == []


@pytest.mark.usefixtures("all_drawn")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_all_that_is_written_can_be_read(open_page, theme, screenshot):
    page = open_page(color_scheme=theme)
    screenshot(page, f"figures_{theme}")
    looks = page.evaluate(LOOKS)
    assert (looks["paper"] > 0.5) == (theme == "light")
    assert looks["worst"][0] >= 4.5, looks["worst"]


def test_the_pages_theme_goes_before_the_systems(drawn, open_page):
    FIGURES["slide"]()
    page = open_page(color_scheme="dark")
    for where, name, value, light in [
        ("body", "data-jp-theme-light", "true", True),  # JupyterLab, Notebook 7, nbconvert
        ("body", "data-jp-theme-light", "false", False),
        ("documentElement", "theme", "light", True),  # Colab
        ("body", "class", "vscode-light", True),
        ("body", "class", "vscode-dark", False),
    ]:
        page.evaluate(f"document.{where}.setAttribute({name!r}, {value!r})")
        assert (page.evaluate(LOOKS)["paper"] > 0.5) == light, (name, value)
        page.evaluate(f"document.{where}.removeAttribute({name!r})")
    page.emulate_media(color_scheme="light")
    assert page.evaluate(LOOKS)["paper"] > 0.5


@pytest.mark.usefixtures("all_drawn")
def test_forced_colours_keep_signs_and_window_apart(open_page):
    page = open_page(forced_colors="active")
    assert page.evaluate(LOOKS)["worst"][0] >= 4.5
    look = "one => [getComputedStyle(one).backgroundImage, getComputedStyle(one).backgroundColor].join()"
    minus = page.locator(".cnn-stage .cnn-minus").first.evaluate(look)
    plus = page.locator(".cnn-stage .cnn-plus").first.evaluate(look)
    assert "gradient" in minus and "gradient" not in plus
    assert page.locator(".cnn-stage .cnn-frame").first.evaluate("one => getComputedStyle(one).borderTopWidth") == "3px"


def test_negative_numbers_have_stripes_and_a_true_minus(drawn, open_page):
    FIGURES["slide"]()
    look = "all => all.map(one => [one.textContent, getComputedStyle(one).backgroundImage])"
    cells = open_page().locator(".cnn-stage .cnn-cell").evaluate_all(look)
    negative = [text.startswith("−") for text, _ in cells]
    assert negative == ["gradient" in image for _, image in cells]
    assert 3 <= sum(negative) <= len(cells) - 3


@pytest.mark.usefixtures("all_drawn")
@pytest.mark.parametrize("width", [1000, 400])
def test_nothing_sticks_out_and_nothing_is_too_small_to_touch(open_page, width):
    page = open_page(width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    touched = page.locator(".cnn-figure :is(button, input, [tabindex])")
    sizes = touched.evaluate_all("all => all.filter(one => one.checkVisibility()).map(one => one.offsetWidth)")
    assert min(sizes) >= 24


@pytest.mark.usefixtures("stepped_drawn")
def test_copies_on_one_page_live_their_own_lives(drawn, open_page, state):
    kinds = len(FIGURES)
    page = open_page("".join(drawn * 2))
    for number in range(kinds):
        page.locator("[data-part=step]").nth(number).click()
    page.evaluate("document.querySelectorAll('script').forEach(one => (0, eval)(one.textContent))")  # run once more
    assert [state(page, number)["place"] for number in range(2 * kinds)] == [1] * kinds + [0] * kinds
    assert page.locator("[data-part=play]").count() == 2 * kinds
    assert page.locator("[id]").count() == 0
    names = "Object.getOwnPropertyNames(window)"
    assert set(page.evaluate(names)) - set(open_page("<p>empty</p>").evaluate(names)) == set()


# JupyterLab puts the HTML in first and then makes each script anew, in its place; nbclassic evaluates it in the head.
RUN = {
    "in its place": """html => {
        document.body.innerHTML = html;
        for (const one of document.querySelectorAll("script")) {
            const anew = document.createElement("script");
            anew.textContent = one.textContent;
            one.replaceWith(anew);
        }
    }""",
    "in the head": """html => {
        document.body.innerHTML = html;
        for (const one of document.body.querySelectorAll("script")) {
            const anew = document.createElement("script");
            anew.text = one.textContent;
            document.head.append(anew);
            anew.remove();
        }
    }""",
    "before it is on the page": """html => {
        const output = document.createElement("div");
        output.innerHTML = html;
        for (const one of output.querySelectorAll("script")) {
            const anew = document.createElement("script");
            anew.textContent = one.textContent;
            one.replaceWith(anew);
        }
        document.body.replaceChildren(output);
    }""",
    "in a saved page": """html => {
        document.body.innerHTML = html;
        const run = () => document.querySelectorAll("script").forEach(one => (0, eval)(one.textContent));
        run();
        document.body.innerHTML = document.body.innerHTML;
        run();
    }""",
}


@pytest.mark.usefixtures("stepped_drawn")
def test_each_way_in_which_notebooks_run_scripts(drawn, open_page, state):
    page = open_page("<p>empty</p>")
    for way, run in RUN.items():
        page.evaluate(run, "".join(drawn))
        for number in range(len(FIGURES)):
            # Not by mouse: it would lie on some cell of the next figures, and that is pointing at it.
            page.locator("[data-part=step]").nth(number).evaluate("one => one.click()")
            assert state(page, number)["place"] == 1, way
        assert page.locator("[data-part=play]").count() == len(FIGURES), way


@pytest.mark.usefixtures("all_drawn")
def test_without_scripts_the_words_are_left(open_page):
    page = open_page(java_script_enabled=False)
    for words in page.locator(".cnn-figure").all_inner_texts():
        assert "Run this cell to see" in words
    expect(page.locator(".cnn-figure").first).to_contain_text("Image: 3 −1 0, 0 2 −4. Filter: 1 −1, bias 1")


def test_data_stays_data(drawn, open_page):
    name = "</script><img src=x onerror='alert(1)'>&amp;"
    slide([1, 2, 3], {name: [1, -1]})
    page = open_page()
    assert page.locator("option").inner_text() == name
    assert page.locator("img").count() == 0


@pytest.mark.usefixtures("all_drawn")
def test_each_figure_is_small_and_asks_for_nothing(drawn):
    for html in drawn:
        numbers = html.partition("data-settings='")[2].partition("'")[0]
        assert len(html.encode()) - len(numbers.encode()) < 60_000
        assert not re.search(r"https?://|@import|url\(|\bimport\b\s*[({\"']|fetch\(|innerHTML", html)
