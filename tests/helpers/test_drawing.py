"""The primitives of the static figures, and what importing them costs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.colors import to_hex

from helpers import display
from helpers.figures import drawing, style

ROOT = Path(__file__).parents[2]


def axes() -> Any:
    return style.figure(1, 1)[1][0, 0]


def texts(ax: Any) -> dict[tuple[float, float], tuple[str, str]]:
    """Text and colour by place."""
    return {text.get_position(): (text.get_text(), text.get_color()) for text in ax.texts if text.get_text()}


def test_numbers_of_a_grid_stand_out_from_their_cells() -> None:
    ax = axes()
    drawing.pixels(ax, np.array([[-2, 0], [1, 2]]))
    assert texts(ax) == {
        (0, 0): ("−2", style.PAPER),
        (1, 0): ("0", style.INK),
        (0, 1): ("1", style.INK),
        (1, 1): ("2", style.PAPER),
    }
    grey = axes()
    drawing.pixels(grey, np.array([[0, 1]]))
    assert texts(grey) == {(0, 0): ("0", style.PAPER), (1, 0): ("1", style.INK)}  # black, white


def test_labels_take_the_numbers_place() -> None:
    ax = axes()
    drawing.pixels(ax, np.eye(2), numbers=False, labels=np.array([["a", ""], ["", "b"]]))
    assert {place: text for place, (text, _) in texts(ax).items()} == {(0, 0): "a", (1, 1): "b"}


def test_signs_mark_what_is_clearly_negative() -> None:
    ax = axes()
    drawing.pixels(ax, np.array([[-1.0, -0.01], [0.5, 1.0]]), numbers=False, signs=True)
    assert {place: text for place, (text, _) in texts(ax).items()} == {(0, 0): "−"}


def test_cells_of_a_canvas() -> None:
    ax = axes()
    drawing.cells(ax, [3, 0, -1], row=1, column=2, limit=3, stride=2)
    assert texts(ax) == {(2, 1): ("3", style.PAPER), (4, 1): ("0", style.INK), (6, 1): ("−1", style.INK)}
    corners = [(patch.get_x(), patch.get_y(), patch.get_width()) for patch in ax.patches]
    assert corners == [(1.5, 0.5, 1), (3.5, 0.5, 1), (5.5, 0.5, 1)]
    assert to_hex(ax.patches[0].get_facecolor()) == style.BLUE


def test_large_cells_cover_a_window_each() -> None:
    ax = axes()
    drawing.cells(ax, [[1, 0]], row=0, column=0, limit=1, scale=3, numbers=False)
    assert [(p.get_x(), p.get_y(), p.get_width(), p.get_height()) for p in ax.patches] == [
        (-0.5, -0.5, 3, 3),
        (2.5, -0.5, 3, 3),
    ]
    assert {place: text for place, (text, _) in texts(ax).items()} == {(1, 1): "1"}  # no number for a 0


def test_bars_run_from_top_to_bottom_on_shared_axes_too() -> None:
    _, ((left, right),) = style.figure(1, 2, sharey=True)
    for ax in (left, right):
        drawing.bars(ax, ["first", "second"], [1000, 2], style.BLUE)
    assert left.get_ylim() == right.get_ylim() == (1.5, -0.5)
    assert [text.get_text() for text in left.texts] == ["1,000", "2"]
    assert [label.get_text() for label in left.get_yticklabels()] == ["first", "second"]


def test_a_line_ends_where_its_values_end() -> None:
    ax = axes()
    drawing.lines(ax, [1, 2, 4], {"fast": [3, 2, 1], "slow": [9]}, (style.BLUE, style.ORANGE))
    drawn = {line.get_label(): line.get_xydata().tolist() for line in ax.lines}
    assert drawn == {"fast": [[1, 3], [2, 2], [4, 1]], "slow": [[1, 9]]}
    assert len({line.get_marker() for line in ax.lines}) == 2


@pytest.mark.parametrize(
    ("values", "top", "limits"),
    [
        ([[0, 4]], None, (0, 4)),
        ([[1, 4]], 8, (0, 8)),
        ([[0]], None, (0, 1e-12)),
    ],
)
def test_black_is_zero_in_grey_pictures(values: Any, top: float | None, limits: tuple[float, float]) -> None:
    ax = axes()
    drawing.picture(ax, np.array(values), top=top)
    assert ax.images[0].get_clim() == limits


def test_nothing_is_shown_outside_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not display.in_notebook()
    fig, _ = style.figure(1, 1)
    monkeypatch.setattr(type(fig), "savefig", lambda *_, **__: pytest.fail("rendered"))
    style.show(fig, "a picture")


def test_matplotlib_loads_when_a_figure_is_drawn() -> None:
    code = (
        "import sys, helpers\n"
        "light = set(sys.modules)\n"
        "assert not light & {'matplotlib', 'IPython', 'sklearn', 'torch', 'helpers.figures'}, light\n"
        "from helpers.figures import backprop, convnet, filters_1d, filters_2d, imagenet_pytorch, max_pooling, pixels\n"
        "from helpers.figures import tensors_filter_banks\n"
        "assert not set(sys.modules) & {'matplotlib', 'IPython', 'sklearn', 'torch'}\n"
        "convnet.cost()\n"
        "assert 'matplotlib' in sys.modules\n"
        "print('drawn')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "drawn\n", done.stderr
