"""Figures of notebook 07: a gradient on its way back through the layers, its check, and a network while it learns.

Signals, maps and gradients are drawn blue where they are above 0 and orange below; digits as ink on paper.
"""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from .. import layers, weights
from . import style, words
from .attempt import attempt
from .widgets import answered, widgets

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = np.ndarray
Function = Callable[..., Any]
Params = dict[str, Array]
Result = TypeVar("Result")
WEIGHTS = (style.BLUE, style.ORANGE, style.GREEN)  # the filter's first, second, third weight
RIGHT, WRONG = 1e-6, 1e-3  # relative errors below and above which a gradient check is sure


def tried(function: Callable[[], Result]) -> Result | None:
    """What `function()` gives; None, and a line that says what to do, when the reader's code in it doesn't work yet."""
    try:
        return function()
    except NotImplementedError as error:
        print(f"This cell needs {_last_function(error)}: write it first, then run this cell again.")
    except Exception as error:  # whatever the reader's code raises, the page goes on
        where = _last_function(error)
        print(f"{where} stopped with {type(error).__name__}: {error}. The checks say more; then run this cell again.")
    return None


# The lecture's case


def network(x: Array, y: float, w1: Array, w2: Array, back: bool = False) -> None:
    """The five-feature network with its numbers; with `back` the loss's gradient by each of them instead."""
    n = len(x)
    values = _forward(x, y, w1, w2)
    shown = {**_backward(values, w1, w2), "loss": 1.0} if back else values
    sign = "dL/d" if back else ""
    fig, axes = style.figure(1, 1, width=10.4, height=5.4)
    ax = axes[0, 0]
    middle = (n - 1) / 2
    rows: dict[str, Array] = {"x": np.arange(-1, n + 1), "z": np.arange(n), "a": np.arange(n)}
    rows |= {"a2": np.array([middle]), "loss": np.array([middle])}
    places = {"x": 0.0, "z": 2.4, "a": 4.2, "a2": 6.6, "loss": 8.2}
    for row in range(n):
        for step, color in enumerate(WEIGHTS):
            _arrow(ax, (places["x"], row - 1 + step), (places["z"], row), color, back)
            if row == 0:
                label = (
                    f"w1[{step}] = {words.number(w1[step])}"
                    if not back
                    else f"dL/dw1[{step}] = {words.number(shown['w1'][step])}"
                )
                ax.plot([], [], color=color, linewidth=2.5, label=label)
        _arrow(ax, (places["z"], row), (places["a"], row), style.GREY, back)
        _arrow(ax, (places["a"], row), (places["a2"], middle), style.GREY, back)
        weight = shown["w2"][row] if back else w2[row]
        ax.text(
            places["a"] + 0.62,
            row + (middle - row) * 0.62 / 2.4,
            words.number(weight),
            ha="center",
            va="center",
            fontsize=style.SMALL,
            color=style.INK,
            bbox={"facecolor": style.PAPER, "edgecolor": style.FAINT, "pad": 1.5},
            zorder=4,
        )
    _arrow(ax, (places["a2"], middle), (places["loss"], middle), style.GREY, back)
    padded = np.pad(x, 1)
    for name, at in places.items():
        numbers = padded if name == "x" else np.ravel(shown[name])
        for place, row in enumerate(rows[name]):
            plain = name == "x"
            padding = plain and place in (0, n + 1)
            _node(ax, at, row, numbers[place], back and not plain, padding)
        title = "x, padded" if name == "x" else {"a2": "a2", "loss": "L"}.get(name, name)
        title = title if name == "x" else sign + title
        ax.text(at, -1.85, title, ha="center", va="center", fontweight="bold", fontsize=style.LABEL, color=style.INK)
    between = "dL/dw2" if back else "w2"
    ax.text(places["a"] + 0.75, n - 0.35, between, ha="center", va="center", fontsize=style.SMALL, color=style.INK)
    if not back:
        ax.text(places["loss"], middle + 0.85, f"y = {y:g}", ha="center", fontsize=style.TEXT, color=style.INK)
    ax.set_xlim(-0.6, 8.8)
    ax.set_ylim(n + 0.6, -2.2)
    ax.set_axis_off()
    style.legend(ax, loc="lower right")
    if back:
        told = (
            f"The same network read from right to left. Gradients of the loss: by a2 {shown['a2']:g}; by w2 "
            f"{words.line(shown['w2'])}; by a {words.line(shown['a'])}; by z {words.line(shown['z'])}; by w1 "
            f"{words.line(shown['w1'])}."
        )
    else:
        told = (
            f"A network from left to right. The features {words.line(x)} with a zero on both sides; each z is joined "
            "to "
            f"three of them by the same three weights {words.line(w1)}; z: {words.line(values['z'])}; a, after ReLU: "
            f"{words.line(values['a'])}; with the weights {words.line(w2)} they give a2 = {values['a2']:g}; the target "
            f"is {y:g}, "
            f"the loss {values['loss']:g}."
        )
    style.finish(fig, told)


def waves(dz_dw: Function, x: Array, choices: Sequence[tuple[int, int]]) -> None:
    """The matrix that the reader's `dz_dw` gives, for each (filter size, padding), under the padded signal."""
    found = []
    for k, padding in choices:
        wave = attempt(dz_dw, x, k, padding, shape=(k, len(x) + 2 * padding - k + 1))
        if wave is None:
            return
        found.append(wave)
    tall = [wave.shape[0] + 4.0 for wave in found]
    fig, axes = style.figure(len(found), 1, width=7.4, height=0.52 * sum(tall), height_ratios=tall)
    told = []
    for ax, wave, (k, padding) in zip(axes[:, 0], found, choices):
        padded, columns = np.pad(x, padding), wave.shape[1]
        for place, value in enumerate(padded):
            pad = place < padding or place >= padding + len(x)
            _cell(ax, -2.2, place, value, _shade(place, len(padded)), pad)
        ax.text(-0.8, -2.2, "x, padded", ha="right", va="center", fontsize=style.TEXT, color=style.INK)
        for row in range(k):
            for column in range(columns):
                _cell(ax, row, column, wave[row, column], _shade(row + column, len(padded)), False)
            ax.text(-0.8, row, f"weight {row}", ha="right", va="center", fontsize=style.TEXT, color=style.INK)
        for column in range(columns):
            ax.text(
                column, -0.8, f"z{_lower(column + 1)}", ha="center", va="center", fontsize=style.TEXT, color=style.INK
            )
        style.outline(ax, 0, 1, k, 1)
        style.outline(ax, -2.2, 1, 1, k)
        style.set_title(ax, f"filter size {k}, padding {padding}: {k} by {columns}")
        ax.set_xlim(-3.2, len(x) + 3.6)
        ax.set_ylim(k - 0.3, -2.9)
        ax.set_aspect("equal")
        ax.set_axis_off()
        told.append(f"filter size {k}, padding {padding}: rows {words.rows(wave)}")
    style.finish(
        fig,
        f"The matrix dz/dw for the signal {words.line(x)}, a row for each weight and a column for each output; one "
        "colour "
        f"for each sample, so that the samples run down to the left in stripes. {'; '.join(told)}.",
    )


def chain(dz_dw: Function, x: Array, y: float, w1: Array, w2: Array) -> None:
    """The chain rule as a product of three matrices, the first one from the reader's `dz_dw`."""
    n = len(x)
    wave = attempt(dz_dw, x, 3, 1, shape=(3, n))
    if wave is None:
        return
    values = _forward(x, y, w1, w2)
    slopes = np.diag((values["z"] > 0).astype(float))
    back = (2 * (values["a2"] - y) * w2)[:, None]
    result = wave @ slopes @ back
    parts = [(wave, "dz/dw1", ""), (slopes, "da/dz", "·"), (back, "dL/da", "·"), (result, "dL/dw1", "=")]
    fig, axes = style.figure(1, 1, width=10.4, height=4.0)
    ax = axes[0, 0]
    left = 0.0
    for matrix, name, sign in parts:
        rows, columns = matrix.shape
        top = (n - rows) / 2
        if sign:
            ax.text(left, n / 2 - 0.5, sign, ha="center", va="center", fontsize=style.LARGE, color=style.INK)
            left += 1.1
        limit = max(float(np.abs(matrix).max()), 1e-12)
        for (row, column), value in np.ndenumerate(matrix):
            color = style.signed_map()((0.6 * value / limit + 1) / 2)
            _cell(ax, top + row, left + column, value, color, False)
        middle = left + (columns - 1) / 2
        ax.text(middle, top - 0.9, name, ha="center", fontweight="bold", fontsize=style.LABEL, color=style.INK)
        ax.text(middle, top + rows, f"{rows} × {columns}", ha="center", fontsize=style.TEXT, color=style.INK)
        left += columns + 0.1
    ax.set_xlim(-0.7, left)
    ax.set_ylim(n + 0.6, -1.6)
    ax.set_aspect("equal")
    ax.set_axis_off()
    style.finish(
        fig,
        f"Three matrices multiplied: dz/dw1, 3 by {n}, with the rows {words.rows(wave)}; da/dz, {n} by {n}, diagonal "
        "with "
        f"{words.line(np.diag(slopes))}; dL/da, {n} by 1, {words.line(back)}. The product dL/dw1 is 3 by 1: "
        f"{words.line(result)}.",
    )


def steps(lecture_gradients: Function, x: Array, y: float, w1: Array, w2: Array) -> None:
    """The loss after one step along the reader's gradients, for steps of every size."""
    n = len(w2)

    def gradients(x: Array, y: float, w1: Array, w2: Array) -> Array:
        _, dw1, dw2 = lecture_gradients(x, y, w1, w2)
        return np.concatenate([np.ravel(dw1), np.ravel(dw2)])

    gradients.__name__ = "lecture_gradients"
    found = attempt(gradients, x, y, w1, w2, shape=(3 + n,))
    if found is None:
        return
    rates = np.linspace(0, 0.03, 121)
    losses = [_forward(x, y, w1 - lr * found[:3], w2 - lr * found[3:])["loss"] for lr in rates]
    best = int(np.argmin(losses))
    fig, axes = style.figure(1, 1, width=6.6, height=3.0)
    ax = axes[0, 0]
    ax.plot(rates, losses, color=style.BLUE, linewidth=2)
    marked = {"no step": 0, "the best": best, "twice as far": min(2 * best, len(rates) - 1)}
    for name, place in marked.items():
        ax.plot(rates[place], losses[place], "o", color=style.ORANGE, markersize=7)
        said = f"{name}: {losses[place]:.2g}"
        away = (-4, -15) if place == best else (8, 8)
        ax.annotate(said, (rates[place], losses[place]), away, textcoords="offset points", fontsize=style.TEXT)
    ax.set(xlabel="learning rate of the one step", ylabel="loss after it")
    ax.set_ylim(min(0.0, min(losses)) - 1.6, None)
    style.finish(
        fig,
        f"The loss after a single step against the learning rate: {losses[0]:.3g} without a step, "
        f"least ({losses[best]:.2g}) for {rates[best]:.3g}, {losses[marked['twice as far']]:.3g} for twice that, and "
        f"{losses[-1]:.3g} for {rates[-1]:.3g}.",
    )


def found_again(learn: Callable[[int], Any], seeds: Sequence[int]) -> None:
    """How the filter's weights and the loss change while `learn(seed)` goes: it gives (filters (T, 3), losses (T,))."""
    runs = []
    for seed in seeds:
        run = tried(lambda seed=seed: learn(seed))  # type: ignore[misc]
        if run is None:
            return
        runs.append((np.asarray(run[0]), np.asarray(run[1])))
    fig, axes = style.figure(
        2, len(runs), width=3.6 * len(runs), height=4.8, height_ratios=[3, 2], sharey="row", sharex=True
    )
    told = []
    for column, (filters, losses) in enumerate(runs):
        ax, below = axes[:, column]
        for index, (color, mark) in enumerate(zip(WEIGHTS, "osD")):
            ax.plot(filters[:, index], color=color, linewidth=2, label=f"w1[{index}]")
            ax.plot(len(filters) - 1, filters[-1, index], mark, color=color, markersize=6, clip_on=False)
        ax.axhline(0, color=style.GREY, linewidth=0.8)
        style.set_title(ax, f"start {'ABCDEFG'[column]}")
        width = min(100, len(losses))
        mean = np.convolve(losses, np.ones(width) / width, "valid")
        below.plot(np.arange(len(mean)) + width // 2, mean, color=style.INK, linewidth=1.5)
        below.set_ylim(0, 2.5)
        below.set_xlabel("steps")
        told.append(
            f"start {'ABCDEFG'[column]}: from {words.line(filters[0])} to {words.line(filters[-1])}, the loss over the "
            "last "
            f"steps {mean[-1]:.2g}"
        )
    axes[0, 0].set_ylabel("the filter's weights")
    axes[1, 0].set_ylabel("loss (mean of 100)")
    style.legend(axes[0, -1], loc="upper right", fontsize=style.SMALL, ncols=3, columnspacing=1, handlelength=1)
    style.finish(fig, f"The filter's three weights while they are learned, and the loss below. {'; '.join(told)}.")


# Gradient checks


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
    style.legend(ax, loc="upper left")
    style.finish(
        fig,
        f"The loss as a function of {name} alone, with kinks where a unit's ReLU switches. Two points, h = {h:g} "
        f"to the left and right of {start:g}, have the losses {low:.3g} and {high:.3g}; the line through them has "
        f"the slope {slope:.4g}.",
    )


def side_by_side(compute: Callable[[], tuple[Any, Any]]) -> None:
    """Two vectors of gradients as bars: by the chain rule and by nudging."""
    result = tried(compute)
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
    style.legend(ax, loc="upper right")
    style.finish(
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
    result = tried(compute)
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
        ax.text(14, row, f"{error:.0e}  {verdict}", va="center", fontsize=style.TEXT, color=style.INK)
        said.append(f"{name} {error:.0e}, {verdict}")
    ax.set_xscale("log")
    ax.set_xlim(low, 10)
    ax.set_ylim(len(errors) - 0.4, -0.6)
    ax.set_yticks(range(len(errors)), names)
    ax.set_xticks([1e-12, 1e-9, RIGHT, WRONG, 1])
    ax.minorticks_off()
    ax.set_xlabel("relative error: green is right, orange is wrong")
    style.finish(fig, f"Relative errors between two ways to the same gradient: {'; '.join(said)}.")


def step_sizes(numerical_gradient: Function, relative_error: Function, f: Function, x: Array, exact: Array) -> None:
    """The error of the reader's numerical gradient against the size of its step."""

    def errors() -> list[float]:
        return [float(relative_error(exact, numerical_gradient(f, x.copy(), h))) for h in sizes]

    sizes = 10.0 ** np.arange(-13, 0.5, 0.5)
    found = tried(errors)
    if found is None:
        return
    shown = np.maximum(found, 1e-16)
    fig, axes = style.figure(1, 1, width=6.8, height=3.0)
    ax = axes[0, 0]
    ax.loglog(sizes, shown, "-o", color=style.BLUE, markersize=4, linewidth=2)
    ax.axvline(1e-5, color=style.GREY, linestyle="--", linewidth=1)
    ax.text(1.3e-5, shown.max(), "h = 1e-5", va="top", fontsize=style.TEXT, color=style.INK)
    ax.set(xlabel="step h", ylabel="relative error")
    best = int(np.argmin(shown))
    style.finish(
        fig,
        f"The error of the numerical gradient against the step h, both axes logarithmic: {shown[0]:.0e} for h = 1e-13, "
        f"falling to {shown[best]:.0e} near h = {sizes[best]:.0e}, and up again to {shown[-1]:.0e} for h = 1.",
    )


# Layer by layer


def probabilities(softmax_nll_backward: Function, logits: Array, y: int) -> None:
    """The probabilities of one point's classes, and the gradient that the reader's function gives."""
    gradient = attempt(softmax_nll_backward, logits[None], np.array([y]), shape=(1, len(logits)))
    if gradient is None:
        return
    p = np.exp(logits - logits.max())
    p /= p.sum()
    fig, axes = style.figure(1, 2, width=9.4, height=2.7)
    for ax, values, title in zip(axes[0], (p, gradient[0]), ("probabilities", "the gradient by the logits")):
        ax.bar(range(len(values)), values, color=[style.BLUE if value >= 0 else style.ORANGE for value in values])
        ax.axhline(0, color=style.GREY, linewidth=0.8)
        for place, value in enumerate(values):
            ax.annotate(
                f"{value:.2f}".replace("-", "−"),
                (place, value),
                (0, 3 if value >= 0 else -3),
                textcoords="offset points",
                ha="center",
                va="bottom" if value >= 0 else "top",
                fontsize=style.TEXT,
            )
        ax.set_xticks(range(len(values)), [f"class {n}" + ("\n(true)" if n == y else "") for n in range(len(values))])
        ax.set_yticks([])
        ax.margins(y=0.2)
        style.set_title(ax, title)
    style.finish(
        fig,
        f"Probabilities {words.line(p)} of {len(p)} classes, of which class {y} is true, and the gradient of the loss "
        "by "
        f"the logits: {words.line(gradient[0])}.",
    )


def routed(max_pool2d_backward: Function, x: Array, dy: Array, size: int, stride: int) -> None:
    """A map, the gradient by what pooling made of it, and where the reader's function sends that gradient."""
    dx = attempt(max_pool2d_backward, dy[None, None], x[None, None], size, stride, shape=(1, 1, *x.shape))
    if dx is None:
        return
    y = layers.max_pool2d(x[None, None], size, stride)[0, 0]
    ratios = [x.shape[1], y.shape[1], dy.shape[1], x.shape[1]]
    fig, axes = style.figure(1, 4, width=10.4, height=3.4, width_ratios=ratios)
    titles = ("x", "y, the largest", "dy, from above", "dx, sent back")
    for ax, values, title in zip(axes[0], (x, y, dy, dx[0, 0]), titles):
        style.pixels(ax, values, title, signed=True, numbers=True)
        ax.set_xticks([])
        ax.set_yticks([])
    if stride >= size:  # frames of windows that overlap would look like frames of other windows
        for ax in (axes[0, 0], axes[0, 3]):
            for row, column in np.ndindex(y.shape):
                style.outline(ax, row * stride, column * stride, size, size, style.GREY)
    for row, column in np.argwhere(dx[0, 0] != 0):
        style.outline(axes[0, 0], row, column)
    style.finish(
        fig,
        f"A map with the rows {words.rows(x)}; max pooling of size {size} and stride {stride} gives {words.rows(y)}. "
        "The "
        f"gradient by that is {words.rows(dy)}; sent back to the places of the maxima it is {words.rows(dx[0, 0])}.",
    )


def one_window(x: Array, w: Array, row: int, column: int, dz: float) -> None:
    """What a single dz adds to dw and to dx: dz times its window, and dz times the filter in that window's place."""
    kh, kw = w.shape
    window = x[row : row + kh, column : column + kw]
    there = np.zeros(x.shape)
    there[row : row + kh, column : column + kw] = dz * w
    ratios = [x.shape[1], kw, kw, x.shape[1]]
    fig, axes = style.figure(1, 4, width=10.4, height=3.2, width_ratios=ratios)
    titles = ("x", "w", "to dw", "to dx")
    made_of = ("framed: the window", "the filter", f"{dz:g} × window", f"{dz:g} × filter, in its place")
    for ax, values, title, said in zip(axes[0], (x, w, dz * window, there), titles, made_of):
        style.pixels(ax, values, title, signed=True, numbers=True)
        ax.set_xlabel(said, fontsize=style.TEXT, color=style.INK)
        ax.set_xticks([])
        ax.set_yticks([])
    for ax in (axes[0, 0], axes[0, 3]):
        style.outline(ax, row, column, kh, kw)
    style.finish(
        fig,
        f"An image with the rows {words.rows(x)} and a filter {words.rows(w)}. The output for the window at row {row}, "
        "column "
        f"{column} has the gradient {dz:g}. It adds {words.rows(dz * window)} to dw, and to dx, in the window's place, "
        f"{words.rows(dz * w)}.",
    )


# A network that learns


def curves(history: Sequence[Mapping[str, Any]] | None) -> None:
    """Loss and accuracy by epoch, on the images learned from and on new ones."""
    if history is None:
        return
    fig, axes = style.figure(1, 2, width=9.8, height=3.3)
    epochs = range(len(history))
    for ax, what in zip(axes[0], ("loss", "accuracy")):
        for kind, color, mark in (("train", style.BLUE, "o"), ("new", style.ORANGE, "s")):
            values = [float(entry[f"{kind}_{what}"]) for entry in history]
            ax.plot(epochs, values, "-" + mark, color=color, linewidth=2, markersize=5, label=_KIND[kind])
        style.set_title(ax, what)
        ax.set_xlabel("epochs")
        ax.set_ylim(0, None)
    axes[0, 0].axhline(np.log(10), color=style.GREY, linestyle="--", linewidth=1)
    axes[0, 0].text(
        len(history) - 1, np.log(10), "ln 10", ha="right", va="bottom", fontsize=style.TEXT, color=style.INK
    )
    axes[0, 1].set_yticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
    reached = float(history[-1]["new_accuracy"])
    axes[0, 1].annotate(
        f"{reached:.1%}",
        (len(history) - 1, reached),
        (0, -16),
        textcoords="offset points",
        ha="center",
        fontsize=style.TEXT,
    )
    style.legend(axes[0, 1], loc="lower right")
    first, last = history[0], history[-1]
    new = ", ".join(f"{entry['new_accuracy']:.1%}" for entry in history)
    style.finish(
        fig,
        f"Loss and accuracy over {len(history) - 1} epochs. The loss on the images learned from falls from "
        f"{first['train_loss']:.2f} to {last['train_loss']:.3f}, on new ones from {first['new_loss']:.2f} to "
        f"{last['new_loss']:.3f}. Accuracy on new images, epoch by epoch: {new}; on those learned from at the end "
        f"{last['train_accuracy']:.1%}.",
    )


_KIND = {"train": "images it learns from", "new": "new images"}


def filters(history: Sequence[Mapping[str, Any]] | None, epochs: Sequence[int]) -> None:
    """The first layer's filters at some epochs, a line for each."""
    if history is None:
        return
    banks = [np.asarray(history[epoch]["params"]["w1"])[:, 0] for epoch in epochs]
    count = len(banks[0])
    limit = max(float(np.abs(bank).max()) for bank in banks)
    fig, axes = style.figure(len(banks), count, width=10.4, height=0.3 + 10.4 / count * len(banks))
    for line, (bank, epoch) in enumerate(zip(banks, epochs)):
        for column, values in enumerate(bank):
            style.pixels(axes[line, column], values, numbers=False, signed=True, limit=limit, signs=True)
            axes[line, column].set_xticks([])
            axes[line, column].set_yticks([])
        axes[line, 0].set_ylabel("start" if epoch == 0 else f"epoch {epoch}", color=style.INK)
    changes = np.sqrt(((banks[-1] - banks[0]) ** 2).sum(axis=(1, 2)) / (banks[0] ** 2).sum(axis=(1, 2)))
    style.finish(
        fig,
        f"The {count} filters of 3 by 3 of the first layer, {', '.join(f'at epoch {epoch}' for epoch in epochs)}. "
        f"Compared with the start they have changed by {', '.join(f'{change:.0%}' for change in changes)} of their "
        "length.",
    )


def film(history: Sequence[Mapping[str, Any]] | None, picture: Array) -> None:
    """A slider over the epochs: filters, and the maps they make of a digit. Without widgets: the last epoch."""
    if history is None:
        return

    def show(epoch: int) -> None:
        _maps(history[epoch]["params"], picture, "start" if epoch == 0 else f"epoch {epoch}")

    sliders = widgets()
    if sliders is None:
        show(len(history) - 1)
        return
    slider = sliders.IntSlider(
        value=len(history) - 1, min=0, max=len(history) - 1, description="epoch", continuous_update=False
    )
    answered(show, {"epoch": slider}, slider)


def _maps(params: Params, picture: Array, when: str) -> None:
    """A digit, the first layer's filters, and their maps after ReLU."""
    maps = layers.relu(layers.conv2d(picture[None, None], params["w1"], params["b1"], padding=1))[0]
    count = len(maps)
    fig, axes = style.figure(2, count + 1, width=11.0, height=2.2)
    axes[0, 0].set_axis_off()
    _paper(axes[1, 0], picture, "")
    axes[1, 0].set_xlabel("the digit", fontsize=style.TEXT, color=style.INK)
    limits = float(np.abs(params["w1"]).max()), max(float(maps.max()), 1e-9)
    for column in range(count):
        for row, (values, limit) in enumerate(zip((params["w1"][column, 0], maps[column]), limits)):
            style.pixels(axes[row, column + 1], values, numbers=False, signed=True, limit=limit, signs=row == 0)
            axes[row, column + 1].set_xticks([])
            axes[row, column + 1].set_yticks([])
    axes[0, 1].set_ylabel("filters", fontsize=style.TEXT, color=style.INK)
    axes[1, 1].set_ylabel("maps", fontsize=style.TEXT, color=style.INK)
    fig.suptitle(f"{when}: the filters, and their maps after ReLU", fontweight="bold", fontsize=style.LABEL)
    above = ", ".join(str(int((values > 0).sum())) for values in maps)
    style.finish(
        fig,
        f"{when}: a digit of {picture.shape[0]} by {picture.shape[1]} pixels, the first layer's {count} filters, and "
        f"the map of each after ReLU, above 0 in {above} of {maps[0].size} places.",
    )


def misread(images: Array, labels: Array, logits: Array | None, most: int = 16) -> None:
    """Digits (N, H, W) which the network reads wrongly, with what it says and how sure it is, the surest first."""
    if logits is None:
        return
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    said = p.argmax(axis=1)
    wrong = np.flatnonzero(said != labels)
    wrong = wrong[np.argsort(-p[wrong, said[wrong]])]
    if not len(wrong):
        print("Not one of them is read wrongly.")
        return
    shown = wrong[:most]
    columns = min(8, len(shown))
    rows = -(-len(shown) // columns)
    fig, axes = style.figure(rows, columns, width=1.3 * columns, height=1.75 * rows)
    for ax in axes.flat[len(shown) :]:
        ax.set_axis_off()
    for ax, index in zip(axes.flat, shown):
        _paper(ax, images[index], "")
        style.set_title(ax, f"{said[index]}, {p[index, said[index]]:.0%}", style.LABEL)
        ax.set_xlabel(f"is {labels[index]}", fontsize=style.TEXT, color=style.INK)
    told = ", ".join(f"{words.one(labels[i])} read as {said[i]} ({p[i, said[i]]:.0%})" for i in shown)
    style.finish(fig, f"{len(wrong)} of {len(labels)} new digits are read wrongly, the surest first: {told}.")


def worth(train: Function, digits: tuple[Array, Array, Array, Array], starts: int = 3) -> None:
    """How well logistic regression reads from pixels, and from features by random and by learned filters.

    `train` is the reader's; `digits` are images (N, 1, H, W) to learn from, their labels, new images, their labels.
    Accuracies as dots, a line for each kind, with their mean.
    """
    images, labels, new_images, new_labels = digits

    def score(features: Function) -> float:
        return _read_by_regression(features(images), labels, features(new_images), new_labels)

    def learn(params: Params) -> Params:
        learned: Params = train(params, images, labels, lr=0.2, epochs=12, batch=16, seed=0)[0]
        return learned

    def scores() -> dict[str, list[float]]:
        random = [weights.he_start(seed=seed) for seed in range(starts)]
        learned = [learn(params) for params in random]
        return {
            "pixels": [score(lambda x: x.reshape(len(x), -1))],
            "random filters": [score(functools.partial(_features, params)) for params in random],
            "learned filters": [score(functools.partial(_features, params)) for params in learned],
        }

    results = tried(scores)
    if results is None:
        return
    fig, axes = style.figure(1, 1, width=7.6, height=0.55 * len(results) + 1.0)
    ax = axes[0, 0]
    told = []
    for row, (name, values) in enumerate(results.items()):
        mean = float(np.mean(values))
        ax.plot(values, [row] * len(values), "o", color=style.BLUE, markersize=8, alpha=0.75)
        ax.plot([mean, mean], [row - 0.28, row + 0.28], color=style.ORANGE, linewidth=3)
        ax.text(1.002, row, f"{mean:.1%}", va="center", fontsize=style.LABEL, color=style.INK)
        told.append(f"{name}: {', '.join(f'{value:.1%}' for value in values)}")
    low = min(min(values) for values in results.values())
    ax.set_xlim(np.floor(low * 50) / 50, 1.0)
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    ax.set_yticks(range(len(results)), list(results))
    ax.set_ylim(len(results) - 0.5, -0.5)
    ax.set_xlabel("accuracy on new digits: each start a dot, the line their mean")
    style.finish(fig, f"Accuracy on new digits. {'; '.join(told)}.")


def _features(params: Params, x: Array) -> Array:
    """What the network's convolutional part gives to its last layer: (N, n)."""
    for w, b in (("w1", "b1"), ("w2", "b2")):
        x = layers.max_pool2d(layers.relu(layers.conv2d(x, params[w], params[b], padding=1)), 2, 2)
    return x.reshape(len(x), -1)


def _read_by_regression(features: Array, labels: Array, new_features: Array, new_labels: Array) -> float:
    """The accuracy on new points of logistic regression."""
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits  # comes with scikit-learn

    with threadpool_limits(1):  # on matrices as small as these, several threads only wait for each other
        return float(LogisticRegression(max_iter=1000).fit(features, labels).score(new_features, new_labels))


# The lecture's network


def _forward(x: Array, y: float, w1: Array, w2: Array) -> dict[str, Any]:
    padded = np.pad(np.asarray(x, float), 1)
    wave = np.array([padded[j : j + len(x)] for j in range(3)])
    z = w1 @ wave
    a = np.maximum(z, 0)
    return {"wave": wave, "z": z, "a": a, "a2": float(w2 @ a), "loss": float((w2 @ a - y) ** 2), "y": y}


def _backward(values: Mapping[str, Any], w1: Array, w2: Array) -> dict[str, Any]:
    by_prediction = 2 * (values["a2"] - values["y"])
    by_a = by_prediction * np.asarray(w2, float)
    by_z = by_a * (values["z"] > 0)
    return {
        "a2": by_prediction,
        "a": by_a,
        "z": by_z + 0.0,  # no -0
        "w1": values["wave"] @ by_z,
        "w2": by_prediction * values["a"],
    }


# Drawing


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float], color: str, back: bool) -> None:
    if back:
        start, end = end, start
    (x0, y0), (x1, y1) = start, end
    length = float(np.hypot(x1 - x0, y1 - y0))
    short = 0.42 / length
    ax.annotate(
        "",
        (x1 - short * (x1 - x0), y1 - short * (y1 - y0)),
        (x0 + short * (x1 - x0), y0 + short * (y1 - y0)),
        arrowprops={"arrowstyle": "-|>", "color": color, "linewidth": 1.4, "shrinkA": 0, "shrinkB": 0},
    )


def _node(ax: Axes, x: float, y: float, value: float, gradient: bool, padding: bool) -> None:
    ax.text(
        x,
        y,
        words.number(value),
        ha="center",
        va="center",
        fontsize=style.LABEL,
        color=style.GREY if padding else style.INK,
        zorder=5,
        bbox={
            "boxstyle": "round,pad=0.38",
            "facecolor": "#fdf8cf" if gradient else "#f4f4f4" if padding else "#e3eff7",
            "edgecolor": style.INK if gradient else style.GREY if padding else style.BLUE,
            "linestyle": "--" if padding else "-",
        },
    )


def _cell(ax: Axes, row: float, column: float, value: float, color: Any, padding: bool) -> None:
    from matplotlib.patches import Rectangle

    ax.add_patch(
        Rectangle(
            (column - 0.5, row - 0.5),
            1,
            1,
            facecolor=color,
            edgecolor=style.GREY,
            linewidth=0.6,
            linestyle="--" if padding else "-",
        )
    )
    ax.text(column, row, words.number(value), ha="center", va="center", fontsize=style.LABEL, color=style.INK)


def _shade(place: int, count: int) -> Any:
    """A light colour of its own for each sample."""
    import matplotlib as mpl

    red, green, blue, _ = mpl.colormaps["viridis"](place / max(count - 1, 1))
    return tuple(0.45 * part + 0.55 for part in (red, green, blue))


def _paper(ax: Axes, image: Array, title: str) -> None:
    """Ink on paper, without a grid."""
    ax.imshow(image, cmap="gray_r")
    ax.set_xticks([])
    ax.set_yticks([])
    for spine in ax.spines.values():
        spine.set(visible=True, color=style.FAINT)
    if title:
        style.set_title(ax, title, style.LABEL)


def _last_function(error: BaseException) -> str:
    """The name of the innermost function of the reader's that an exception came from, as far as one can tell."""
    name, trace = "your function", error.__traceback__
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__", ""))
        code = trace.tb_frame.f_code.co_name
        if not module.startswith(("helpers", "numpy", "torch")) and not code.startswith("<"):
            name = code
        trace = trace.tb_next
    return name


def _lower(n: int) -> str:
    return "".join(chr(0x2080 + int(digit)) for digit in str(n))
