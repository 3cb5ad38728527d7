"""A genome's letters, and below them what a filter gives in each of its places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from . import drawing, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLOURS = {"A": style.GREEN, "C": style.BLUE, "G": style.YELLOW, "T": style.ORANGE}


def letters(ax: Axes, genome: str, size: float = style.SMALL) -> None:
    """A row of cells with letters, each in its colour."""
    for position, letter in enumerate(genome):
        ink = style.PAPER if letter in "CT" else style.INK
        drawing.cell(ax, 0, position, letter, _COLOURS[letter], ink=ink, size=size)


def outputs(genome: str, z: np.ndarray, k: int) -> tuple[Figure, str]:
    """A figure of a genome and a bar for the output of each window, z (n - k + 1,); windows above 0 are framed.

    Also says in words which those are.
    """
    fired = np.flatnonzero(z > 0).tolist()
    fig, axes = style.figure(2, 1, width=10.4, height=3.0, height_ratios=[1, 1.5], sharex=True)
    strip, bars = axes[:, 0]
    letters(strip, genome)
    for start in fired:
        drawing.outline(strip, 0, start, 1, k, style.INK)
    drawing.canvas(strip, -0.7, len(genome) - 0.3, -0.65, 0.65, equal=False)
    bars.bar(np.arange(len(z)), z, color=[style.GREEN if value > 0 else style.FAINT for value in z])
    bars.axhline(0, color=style.INK, linewidth=1)
    bars.set(xlabel="where the window starts", ylabel="output")
    return fig, " and ".join(f"{genome[start : start + k]} at {start}" for start in fired) or "nowhere"
