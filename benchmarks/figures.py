"""How long the interactive figures take, as a share of what they may: `python benchmarks/figures.py`.

A page with all of them may take a second to open, a step or an edit 16 ms: the handler, style and layout together, as
the browser would do them before it paints. Processor time of the page's thread, so that other work on the machine
disturbs little; the mean of many. The figures are as large as the notebooks' largest.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from playwright.sync_api import sync_playwright

from helpers import data, pictures, weights
from helpers.figures.interactive import backward, depth, network, page, pool, slide

OPEN, ACTION, SIZE = 1000, 16, 60  # milliseconds, milliseconds, kilobytes of code
ACTIONS = {"step": "[data-part=step]", "edit": "[data-part=edit] + button", "new shape": "[data-part=stride] + button"}
CLICK = """([number, selector, times]) => {
    const figure = document.querySelectorAll(".cnn-figure")[number], button = figure.querySelector(selector);
    for (let i = 0; i < times; i++) {
        button.click();
        figure.getBoundingClientRect();
    }
}"""

DRAW = """([number, times]) => {
    const figure = document.querySelectorAll(".cnn-figure")[number].figure, {image} = figure.state();
    for (let i = 0; i < times; i++) {
        image[i % 8][Math.floor(i / 8) % 8] = (i % 17) / 16;
        figure.set({image});
        document.body.getBoundingClientRect();
    }
}"""


def main(times: int = 100) -> None:
    """Prints a line for each figure, and one for the page with all of them: each number with its share of the limit."""
    drawn: dict[str, str] = {}
    page.show = lambda kind, settings, alt: drawn.update({kind: page.page(kind, settings, alt)})
    rng = np.random.default_rng(0)
    slide(np.pad(data.hi(), 3), np.ones((3, 3)), padding=1)
    depth(pictures.shrunk(pictures.photo(), 4).transpose(2, 0, 1)[:, 64:80, 42:58], rng.normal(size=(3, 3, 3, 3)))
    pool(rng.integers(-9, 10, (12, 12)), 3, 1)
    backward(rng.integers(-9, 10, (4, 5)), rng.integers(-3, 4, (3, 2)))
    network(weights.digits(), data.digits()[2][20:23] / 16)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": 1000, "height": 900})
        devtools = tab.context.new_cdp_session(tab)
        devtools.send("Performance.enable", {"timeDomain": "threadTicks"})

        def milliseconds(work: Callable[[], object]) -> float:
            def busy() -> float:
                metrics = devtools.send("Performance.getMetrics")["metrics"]
                return next(one["value"] for one in metrics if one["name"] == "TaskDuration")

            before = busy()
            work()
            return (busy() - before) * 1000

        opening = milliseconds(lambda: tab.set_content("".join(drawn.values())))
        print("milliseconds of processor time, and in brackets the share of what is allowed")
        for number, (kind, html) in enumerate(drawn.items()):
            code = (len(html) - len(html.partition("data-settings='")[2].partition("'")[0])) / 1000
            line = f"{kind:<9}{code:5.1f} KB ({code / SIZE:.2f})"
            for name, selector in ACTIONS.items():
                if not tab.locator(".cnn-figure").nth(number).locator(selector).count():
                    continue
                count = 10 if name == "new shape" else times  # strides 2 to 11
                took = milliseconds(partial(tab.evaluate, CLICK, [number, selector, count])) / count
                line += f"   {name} {took:5.2f} ({took / ACTION:.2f})"
            if kind == "network":
                took = milliseconds(partial(tab.evaluate, DRAW, [number, times])) / times
                line += f"   stroke {took:5.2f} ({took / ACTION:.2f})"
            print(line)
        print(f"page with {len(drawn)} figures: {opening:.0f} ({opening / OPEN:.2f})")
        browser.close()


if __name__ == "__main__":
    main()
