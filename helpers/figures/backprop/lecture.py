"""The lecture's network, and the chain rule in it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ...attempt import attempt
from ...experiments import gradients
from .. import drawing, style, words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = np.ndarray
Function = Callable[..., Any]
WEIGHTS = (style.BLUE, style.ORANGE, style.GREEN)  # the filter's first, second, third weight


def network(x: Array, y: float, w1: Array, w2: Array, back: bool = False) -> None:
    """The five-feature network with its numbers; with `back` the loss's gradient by each of them instead."""
    n = len(x)
    values = gradients.forward(x, y, w1, w2)
    shown = {**gradients.backward(values, w2), "loss": 1.0} if back else values
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
                number = words.number(shown["w1"][step] if back else w1[step])
                ax.plot([], [], color=color, linewidth=2.5, label=f"{sign}w1[{step}] = {number}")
        _arrow(ax, (places["z"], row), (places["a"], row), style.GREY, back)
        _arrow(ax, (places["a"], row), (places["a2"], middle), style.GREY, back)
        weight = shown["w2"][row] if back else w2[row]
        drawing.write(
            ax,
            places["a"] + 0.62,
            row + (middle - row) * 0.62 / 2.4,
            words.number(weight),
            style.SMALL,
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
        drawing.write(ax, at, -1.85, title, style.LABEL, fontweight="bold")
    between = "dL/dw2" if back else "w2"
    drawing.write(ax, places["a"] + 0.75, n - 0.35, between, style.SMALL)
    if not back:
        drawing.write(ax, places["loss"], middle + 0.85, f"y = {y:g}", va="baseline")
    drawing.canvas(ax, -0.6, 8.8, -2.2, n + 0.6, equal=False)
    drawing.legend(ax, loc="lower right")
    if back:
        told = (
            f"The same network read from right to left. Gradients of the loss: by a2 {shown['a2']:g}; by w2 "
            f"{words.line(shown['w2'])}; by a {words.line(shown['a'])}; by z {words.line(shown['z'])}; by w1 "
            f"{words.line(shown['w1'])}."
        )
    else:
        told = (
            f"A network from left to right. The features {words.line(x)} with a zero on both sides; each z is joined "
            f"to three of them by the same three weights {words.line(w1)}; z: {words.line(values['z'])}; a, after "
            f"ReLU: {words.line(values['a'])}; with the weights {words.line(w2)} they give a2 = {values['a2']:g}; the "
            f"target is {y:g}, the loss {values['loss']:g}."
        )
    style.show(fig, told)


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
            drawing.cell(ax, -2.2, place, words.number(value), _shade(place, len(padded)), dashed=pad)
        drawing.write(ax, -0.8, -2.2, "x, padded", ha="right")
        for row in range(k):
            for column in range(columns):
                shade = _shade(row + column, len(padded))
                drawing.cell(ax, row, column, words.number(wave[row, column]), shade)
            drawing.write(ax, -0.8, row, f"weight {row}", ha="right")
        for column in range(columns):
            drawing.write(ax, column, -0.8, f"z{_lower(column + 1)}")
        drawing.outline(ax, 0, 1, k, 1)
        drawing.outline(ax, -2.2, 1, 1, k)
        drawing.heading(ax, f"filter size {k}, padding {padding}: {k} by {columns}")
        drawing.canvas(ax, -3.2, len(x) + 3.6, -2.9, k - 0.3)
        told.append(f"filter size {k}, padding {padding}: rows {words.rows(wave)}")
    style.show(
        fig,
        f"The matrix dz/dw for the signal {words.line(x)}, a row for each weight and a column for each output; one "
        f"colour for each sample, so that the samples run down to the left in stripes. {'; '.join(told)}.",
    )


def chain(dz_dw: Function, x: Array, y: float, w1: Array, w2: Array) -> None:
    """The chain rule as a product of three matrices, the first one from the reader's `dz_dw`."""
    n = len(x)
    wave = attempt(dz_dw, x, 3, 1, shape=(3, n))
    if wave is None:
        return
    values = gradients.forward(x, y, w1, w2)
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
            drawing.write(ax, left, n / 2 - 0.5, sign, style.LARGE)
            left += 1.1
        limit = max(float(np.abs(matrix).max()), 1e-12)
        drawing.cells(ax, matrix, top, left, limit / 0.6, size=style.LABEL)
        middle = left + (columns - 1) / 2
        drawing.write(ax, middle, top - 0.9, name, style.LABEL, va="baseline", fontweight="bold")
        drawing.write(ax, middle, top + rows, f"{rows} × {columns}", va="baseline")
        left += columns + 0.1
    drawing.canvas(ax, -0.7, left, -1.6, n + 0.6)
    style.show(
        fig,
        f"Three matrices multiplied: dz/dw1, 3 by {n}, with the rows {words.rows(wave)}; da/dz, {n} by {n}, diagonal "
        f"with {words.line(np.diag(slopes))}; dL/da, {n} by 1, {words.line(back)}. The product dL/dw1 is 3 by 1: "
        f"{words.line(result)}.",
    )


def steps(lecture_gradients: Function, x: Array, y: float, w1: Array, w2: Array) -> None:
    """The loss after one step along the reader's gradients, for steps of every size."""
    rates = np.linspace(0, 0.03, 121)
    after = functools.partial(gradients.losses_after_a_step, lecture_gradients)
    losses = attempt(after, x, y, w1, w2, rates, shape=rates.shape, reader=lecture_gradients)
    if losses is None:
        return
    best = int(np.argmin(losses))
    fig, axes = style.figure(1, 1, width=6.6, height=3.0)
    ax = axes[0, 0]
    ax.plot(rates, losses, color=style.BLUE, linewidth=2)
    marked = {"no step": 0, "the best": best, "twice as far": min(2 * best, len(rates) - 1)}
    for name, place in marked.items():
        ax.plot(rates[place], losses[place], "o", color=style.ORANGE, markersize=7)
        said = f"{name}: {losses[place]:.2g}"
        away = (-4, -15) if place == best else (8, 8)
        drawing.write(ax, rates[place], losses[place], said, ha="left", va="baseline", offset=away)
    ax.set(xlabel="learning rate of the one step", ylabel="loss after it")
    ax.set_ylim(min(0.0, losses.min()) - 1.6, None)
    style.show(
        fig,
        f"The loss after a single step against the learning rate: {losses[0]:.3g} without a step, "
        f"least ({losses[best]:.2g}) for {rates[best]:.3g}, {losses[marked['twice as far']]:.3g} for twice that, and "
        f"{losses[-1]:.3g} for {rates[-1]:.3g}.",
    )


def found_again(learn: Callable[[int], Any], seeds: Sequence[int]) -> None:
    """How the filter's weights and the loss change while `learn(seed)` goes: it gives (filters (T, 3), losses (T,))."""
    runs = []
    for seed in seeds:
        run = attempt(learn, seed)
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
        drawing.heading(ax, f"start {'ABCDEFG'[column]}")
        width = min(100, len(losses))
        mean = np.convolve(losses, np.ones(width) / width, "valid")
        below.plot(np.arange(len(mean)) + width // 2, mean, color=style.INK, linewidth=1.5)
        below.set_ylim(0, 2.5)
        below.set_xlabel("steps")
        told.append(
            f"start {'ABCDEFG'[column]}: from {words.line(filters[0])} to {words.line(filters[-1])}, the loss over the "
            f"last steps {mean[-1]:.2g}"
        )
    axes[0, 0].set_ylabel("the filter's weights")
    axes[1, 0].set_ylabel("loss (mean of 100)")
    drawing.legend(axes[0, -1], loc="upper right", fontsize=style.SMALL, ncols=3, columnspacing=1, handlelength=1)
    style.show(fig, f"The filter's three weights while they are learned, and the loss below. {'; '.join(told)}.")


# Drawing


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float], color: str, back: bool) -> None:
    if back:
        start, end = end, start
    (x0, y0), (x1, y1) = start, end
    short = 0.42 / float(np.hypot(x1 - x0, y1 - y0))  # the nodes at both ends stay free
    across, down = short * (x1 - x0), short * (y1 - y0)
    drawing.arrow(ax, (x0 + across, y0 + down), (x1 - across, y1 - down), color)


def _node(ax: Axes, x: float, y: float, value: float, gradient: bool, padding: bool) -> None:
    drawing.write(
        ax,
        x,
        y,
        words.number(value),
        style.LABEL,
        color=style.GREY if padding else style.INK,
        zorder=5,
        bbox={
            "boxstyle": "round,pad=0.38",
            "facecolor": "#fdf8cf" if gradient else "#f4f4f4" if padding else "#e3eff7",
            "edgecolor": style.INK if gradient else style.GREY if padding else style.BLUE,
            "linestyle": "--" if padding else "-",
        },
    )


def _shade(place: int, count: int) -> Any:
    """A light colour of its own for each sample."""
    import matplotlib as mpl

    red, green, blue, _ = mpl.colormaps["viridis"](place / max(count - 1, 1))
    return tuple(0.45 * part + 0.55 for part in (red, green, blue))


def _lower(n: int) -> str:
    return "".join(chr(0x2080 + int(digit)) for digit in str(n))
