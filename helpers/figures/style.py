"""One look for every figure: palette, sizes of type, a figure's axes, and display with a text alternative.

Colours are Okabe and Ito's (2008), which people with colour-blindness can tell apart. Positive values are blue,
negative ones orange, and both also carry their number or a sign where there is room. Pink frames what the text speaks
of; a dashed grey edge is padding. Type comes in the five sizes below. What is drawn on axes is in `drawing`.
"""

from __future__ import annotations

import base64
import html
import io
from typing import TYPE_CHECKING, Any

import numpy as np

from ..display import in_notebook, show_html

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BLUE, ORANGE, GREEN, PINK, SKY, YELLOW, GREY = (
    "#0072b2",
    "#d55e00",
    "#009e73",
    "#cc79a7",
    "#56b4e9",
    "#f0e442",
    "#707070",
)
INK, PAPER, FAINT = "#222222", "#ffffff", "#dddddd"
SMALL, TEXT, LABEL, TITLE, LARGE = 9, 10, 11, 12, 14  # type sizes in points
DEEP = 0.85  # from this share of full blue or orange on, white type stands out better than ink

_RC: Any = {
    "font.size": LABEL,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "figure.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "image.interpolation": "nearest",
}


def figure(
    rows: int = 1, columns: int = 1, width: float = 8.0, height: float = 2.6, **options: Any
) -> tuple[Figure, np.ndarray]:
    """A figure in the course's style and its axes, shape (rows, columns). Sizes in inches.

    Matplotlib is imported here and not before, so that importing `helpers` stays fast.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(_RC):
        fig = Figure(figsize=(width, height), layout="constrained")
        return fig, fig.subplots(rows, columns, squeeze=False, **options)


def show(fig: Figure, alt: str, colours: int | None = None) -> None:
    """Shows the figure in a notebook with `alt` as its text alternative; outside a notebook nothing is rendered.

    `colours` is the most of them that it may have: a large sheet of photographs then takes a quarter of the bytes.
    """
    if not in_notebook():
        return
    import matplotlib as mpl

    with mpl.rc_context(_RC):
        buffer = io.BytesIO()
        # "tight": the constrained layout now and then leaves no room for the titles of the first row.
        fig.savefig(buffer, format="png", dpi=144, bbox_inches="tight", pad_inches=0.06)
    if colours:
        from PIL import Image

        few = Image.open(buffer).convert("RGB").quantize(colours, dither=Image.Dither.NONE)
        buffer = io.BytesIO()
        few.save(buffer, format="png", optimize=True)
    png = buffer.getvalue()
    data = base64.b64encode(png).decode()
    pixels = int(int.from_bytes(png[16:20], "big") / 144 * 72 * 1.3)  # a PNG's width in pixels stands there
    image = (
        f'<img src="data:image/png;base64,{data}" alt="{html.escape(alt, quote=True)}" '
        f'style="width:{pixels}px;max-width:100%;height:auto;border-radius:6px">'
    )
    show_html(image, alt)


def signed_map() -> Any:
    """The colours of signed values: orange at 0, white at 0.5, blue at 1."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("signed", [ORANGE, PAPER, BLUE])
