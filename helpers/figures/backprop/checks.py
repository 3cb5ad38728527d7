"""Gradient checks."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ...attempt import attempt
from ...experiments import gradients
from .. import drawing, style, words

if TYPE_CHECKING:
    pass

Array = np.ndarray
Function = Callable[..., Any]
RIGHT, WRONG = 1e-6, 1e-3  # relative errors below and above which a gradient check is sure


def nudged(loss: Callable[[float], float], start: float, h: float, name: str) -> None:
    """A loss as a function of one weight, and the line through its values h above and below."""
    around = np.linspace(start - h - 0.5, start + h + 0.5, 401)
    low, high = loss(start - h), loss(start + h)
    slope = (high - low) / (2 * h)
    fig, axes = style.figure(1, 1, width=6.8, height=3.4)
    ax = axes[0, 0]
    values = np.array([loss(value) for value in around])
    ax.plot(around, values, color=style.BLUE, linewidth=2, label="loss")
    near = np.array([start - h - 0.3, start + h + 0.3])
    ax.plot(near, (low + high) / 2 + slope * (near - start), color=style.ORANGE, linewidth=2, label="line through both")
    ax.plot([start - h, start + h], [low, high], "o", color=style.ORANGE, markersize=7)
    ax.set(xlabel=name, ylabel="loss")
    ax.plot(start, loss(start), "s", color=style.BLUE, markersize=7)
    ax.set_ylim(-0.05 * values.max(), 1.05 * values.max())
    drawing.legend(ax, loc="upper left")
    style.show(
        fig,
        f"The loss as a function of {name} alone, with kinks where a unit's ReLU switches. Two points, h = {h:g} "
        f"to the left and right of {start:g}, have the losses {low:.3g} and {high:.3g}; the line through them has "
        f"the slope {slope:.4g}.",
    )


def side_by_side(compute: Callable[[], tuple[Any, Any]]) -> None:
    """Two vectors of gradients as bars: by the chain rule and by nudging."""
    result = attempt(compute)
    if result is None:
        return
    exact, nudge = (np.ravel(np.asarray(part, float)) for part in result)
    fig, axes = style.figure(1, 1, width=7.2, height=2.9)
    ax = axes[0, 0]
    places = np.arange(len(exact))
    ax.bar(places - 0.2, exact, 0.36, color=style.BLUE, label="chain rule")
    ax.bar(places + 0.2, nudge, 0.36, color=style.ORANGE, label="numerical", hatch="//", edgecolor=style.PAPER)
    ax.axhline(0, color=style.GREY, linewidth=0.8)
    names = [f"w1[{n}]" for n in range(3)] + [f"w2[{n}]" for n in range(len(exact) - 3)]
    ax.set_xticks(places, names)
    ax.set_ylabel("gradient")
    drawing.legend(ax, loc="upper right")
    style.show(
        fig,
        f"Gradients by {', '.join(names)}. By the chain rule: {words.line(exact)}; numerical: {words.line(nudge, 6)}.",
    )


def checked(names: Sequence[str], compute: Callable[[], Sequence[float]], needs: str = "") -> None:
    """Relative errors on a logarithmic scale with the zones of a gradient check; `compute` gives one for each name.

    `needs` is a module that `compute` uses and that may not be installed.
    """
    if needs and importlib.util.find_spec(needs) is None:
        print(f"There is no {needs} here, so there is nothing to compare with. Nothing else in this notebook needs it.")
        return
    result = attempt(compute)
    if result is None:
        return
    errors = [float(error) for error in result]
    fig, axes = style.figure(1, 1, width=7.6, height=0.36 * len(errors) + 1.25)
    ax = axes[0, 0]
    low = 1e-13
    ax.axvspan(low, RIGHT, color=style.GREEN, alpha=0.12, linewidth=0)
    ax.axvspan(WRONG, 10, color=style.ORANGE, alpha=0.15, linewidth=0)
    said = []
    for row, (name, error) in enumerate(zip(names, errors)):
        verdict = "right" if error < RIGHT else "wrong" if not error < WRONG else "look closer"
        color = style.GREEN if error < RIGHT else style.ORANGE
        ax.plot([low, max(error, 1.3 * low)], [row, row], color=color, linewidth=5, solid_capstyle="butt")
        drawing.write(ax, 14, row, f"{error:.0e}  {verdict}", ha="left")
        said.append(f"{name} {error:.0e}, {verdict}")
    ax.set_xscale("log")
    ax.set_xlim(low, 10)
    ax.set_ylim(len(errors) - 0.4, -0.6)
    ax.set_yticks(range(len(errors)), names)
    ax.set_xticks([1e-12, 1e-9, RIGHT, WRONG, 1])
    ax.minorticks_off()
    ax.set_xlabel("relative error: green is right, orange is wrong")
    style.show(fig, f"Relative errors between two ways to the same gradient: {'; '.join(said)}.")


def step_sizes(numerical_gradient: Function, relative_error: Function, f: Function, x: Array, exact: Array) -> None:
    """The error of the reader's numerical gradient against the size of its step."""
    sizes = 10.0 ** np.arange(-13, 0.5, 0.5)
    found = attempt(
        lambda: gradients.numerical_errors(numerical_gradient, relative_error, f, x, exact, sizes),
        shape=sizes.shape,
        reader=numerical_gradient,
    )
    if found is None:
        return
    shown = np.maximum(found, 1e-16)
    fig, axes = style.figure(1, 1, width=6.8, height=3.0)
    ax = axes[0, 0]
    ax.loglog(sizes, shown, "-o", color=style.BLUE, markersize=4, linewidth=2)
    ax.axvline(1e-5, color=style.GREY, linestyle="--", linewidth=1)
    drawing.write(ax, 1.3e-5, shown.max(), "h = 1e-5", ha="left", va="top")
    ax.set(xlabel="step h", ylabel="relative error")
    best = int(np.argmin(shown))
    style.show(
        fig,
        f"The error of the numerical gradient against the step h, both axes logarithmic: {shown[0]:.0e} for h = 1e-13, "
        f"falling to {shown[best]:.0e} near h = {sizes[best]:.0e}, and up again to {shown[-1]:.0e} for h = 1.",
    )
