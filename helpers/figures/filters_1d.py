"""Figures of notebook 02: a filter sliding over a signal. Positive numbers are blue, negative ones orange."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..attempt import attempt
from ..checking.values import as_array
from . import drawing, genome, style, words
from .widgets import answered, widgets

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Function = Callable[..., Any]


# Rows of numbers


def row(x: np.ndarray, name: str = "x") -> None:
    """A signal as a row of numbers."""
    fig, ax = _board(len(x), 1.0, width=0.62 * len(x) + 0.9)
    _signal(ax, x, _limit(x), name)
    style.show(fig, f"{name} as a row of {len(x)} numbers: {words.line(x)}.")


def window(x: np.ndarray, w: np.ndarray, i: int) -> None:
    """The window that starts at i: its samples, the weights under them, the products, the sum."""
    x, w = np.asarray(x, float), np.asarray(w, float)
    k = len(w)
    products = x[i : i + k] * w + 0.0  # + 0.0: no -0
    fig, ax = _board(len(x), 4.6, width=0.62 * len(x) + 2.6, right=2.4)
    limit = _limit(x, w, products)
    _signal(ax, x, limit)
    drawing.outline(ax, 0, i, 1, k)
    for row, name, sign, values in ((1.25, "w", "×", w), (2.5, "x · w", "=", products)):
        drawing.cells(ax, values, row, i, limit, size=style.TITLE)
        _name(ax, name, row)
        for j in range(k):
            drawing.write(ax, i + j, row - 0.625, sign)
    terms = " + ".join(f"({words.number(p)})" if p < 0 else words.number(p) for p in products)
    middle = float(np.clip(i + k / 2, 2.2, len(x) - 1.6)) - 0.5
    drawing.write(ax, middle, 3.65, f"{terms} = {words.number(products.sum())}", style.LARGE)
    style.show(
        fig,
        f"The window of x that starts at {i} holds {words.line(x[i : i + k])}. Under it the weights {words.line(w)} "
        f"and the products {words.line(products)}. Their sum is {words.number(products.sum())}.",
    )


def staircase(x: np.ndarray, w: np.ndarray) -> None:
    """Every window at once: the filter in each of its places, and the dot product it gives there."""
    x, w = np.asarray(x), np.asarray(w)
    n, k = len(x), len(w)
    sums = np.array([np.sum(x[i : i + k] * w) for i in range(n - k + 1)])
    fig, ax = _board(n, len(sums) + 1.5, width=0.5 * n + 2.4, right=2.4)
    limit = _limit(x, w, sums)
    _signal(ax, x, limit)
    for i, value in enumerate(sums):
        row = i + 1.35
        drawing.cells(ax, w, row, i, limit, size=style.TITLE)
        drawing.cells(ax, value, row, n + 1, limit, size=style.TITLE)
        _name(ax, f"i = {i}", row)
        ax.plot([i + k - 0.4, n + 0.4], [row, row], color=style.FAINT, linewidth=1, zorder=0)
    drawing.write(ax, n + 1, 0, "dot\nproduct")
    style.show(
        fig,
        f"A staircase: the signal {words.line(x)} on top; below it the filter {words.line(w)} in each of its "
        f"{len(sums)} places, "
        f"one place further right in each line. At the end of each line the dot product: {words.line(sums)}.",
    )


def filtered(convolve: Function, x: np.ndarray, w: np.ndarray) -> None:
    """A signal and what the reader's convolution without padding makes of it, each output under its window's middle."""
    z = attempt(convolve, x, w, shape=(len(x) - len(w) + 1,))
    if z is not None:
        _rows(x, [("output", z, (len(w) - 1) / 2)])


def rectified(convolve: Function, relu: Function, x: np.ndarray, w: np.ndarray) -> None:
    """The same with ReLU after it."""
    z = attempt(convolve, x, w, shape=(len(x) - len(w) + 1,))
    a = None if z is None else attempt(relu, z, shape=z.shape)
    if z is not None and a is not None:
        shift = (len(w) - 1) / 2
        _rows(x, [("output", z, shift), ("ReLU", a, shift)])


def padded(pad1d: Function, convolve: Function, relu: Function, x: np.ndarray, w: np.ndarray, padding: int) -> None:
    """Padding first, by the reader's `pad1d`: as many outputs as samples."""
    longer = attempt(pad1d, x, padding, shape=(len(x) + 2 * padding,))
    z = None if longer is None else attempt(convolve, longer, w, shape=(len(longer) - len(w) + 1,))
    a = None if z is None else attempt(relu, z, shape=z.shape)
    if longer is not None and z is not None and a is not None:
        shift = (len(w) - 1) / 2
        lines = [("output", z, shift), ("ReLU", a, shift)]
        _rows(longer, lines, name="padded x", first=-padding)


def layer(
    conv1d: Function, relu: Function, x: np.ndarray, w: np.ndarray, b: float = 0.0, padding: int = 0, stride: int = 1
) -> None:
    """A whole layer by the reader's `conv1d` and `relu`: signal, outputs, and what is left after ReLU."""
    n_out = (len(x) + 2 * padding - len(w)) // stride + 1
    z = attempt(conv1d, x, w, b, padding, stride, shape=(n_out,))
    a = None if z is None else attempt(relu, z, shape=z.shape)
    if z is not None and a is not None:
        shift = (len(w) - 1) / 2 - padding
        _rows(x, [("output", z, shift), ("ReLU", a, shift)], stride=stride)


def one_blip(w: np.ndarray) -> None:
    """What a single 1 turns into: by sliding the filter as it is, and by sliding it flipped."""
    w = np.asarray(w)
    k = len(w)
    x = np.zeros(2 * k + 1, dtype=int)
    x[k] = 1
    kept, turned = np.correlate(x, w, "valid"), np.convolve(x, w, "valid")
    shift = (k - 1) / 2
    _rows(x, [("as it is", kept, shift), ("turned", turned, shift)])


def strides(n: int, k: int, steps: Sequence[int] = (1, 2, 3)) -> None:
    """Where the windows of size k lie on n samples, for several strides."""
    places = [list(range(0, n - k + 1, stride)) for stride in steps]
    fig, axes = style.figure(1, len(steps), width=9.6, height=2.9)
    for ax, stride, starts in zip(axes[0], steps, places):
        left_over = n - (starts[-1] + k)
        for position in range(n):
            used = position < starts[-1] + k
            color = style.SKY if used else style.FAINT
            drawing.cell(ax, 0, position, str(position), color, size=style.TITLE)
        for line, start in enumerate(starts):
            height = 0.85 + line * 0.62
            ax.plot([start - 0.42, start + k - 0.58], [height, height], color=style.BLUE, linewidth=5)
        count = "1 window" if len(starts) == 1 else f"{len(starts)} windows"
        extra = f", {left_over} left over" if left_over else ""
        drawing.heading(ax, f"stride {stride}: {count}{extra}", style.LABEL)
        drawing.canvas(ax, -0.8, n - 0.2, -0.7, 1 + 0.62 * len(places[0]), equal=False)
    told = "; ".join(
        f"stride {stride}: {len(starts)} windows, starting at {', '.join(map(str, starts))}, "
        f"{n - starts[-1] - k} samples left over at the end"
        for stride, starts in zip(steps, places)
    )
    style.show(fig, f"{n} samples, and where windows of size {k} lie on them. {told}.")


def isolated(find_isolated: Function, x: np.ndarray) -> None:
    """A 0/1 signal with the positions framed that the reader's `find_isolated` gives."""

    def marks(x: np.ndarray) -> np.ndarray:
        return np.isin(np.arange(len(x)), find_isolated(x))

    found = attempt(marks, x, shape=x.shape, reader=find_isolated)
    if found is None:
        return
    fig, ax = _board(len(x), 1.0, width=9.6)
    _signal(ax, x, _limit(x))
    for position in np.flatnonzero(found).tolist():
        drawing.outline(ax, 0, position)
    style.show(
        fig, f"The signal {words.line(x)}, with frames around the positions {words.line(np.flatnonzero(found))}."
    )


# A convolution as a fully connected layer


def connections(w: np.ndarray, n: int) -> None:
    """Lines from n inputs to n outputs: all of them with weights of their own, and a padded filter's, shared."""
    k = len(w)
    colors = (style.ORANGE, style.BLUE, style.GREEN, style.PINK, style.INK)
    fig, axes = style.figure(1, 2, width=9.6, height=3.5)
    full, shared = axes[0]
    for ax in (full, shared):
        ax.scatter(range(n), [0] * n, s=90, color=style.SKY, edgecolors=style.INK, zorder=3)
        ax.scatter(range(n), [1] * n, s=90, color=style.SKY, edgecolors=style.INK, zorder=3)
        drawing.write(ax, -0.8, 0, "inputs", ha="right")
        drawing.write(ax, -0.8, 1, "outputs", ha="right")
        ax.set_xlim(-2.6, n - 0.5)
        ax.set_ylim(-0.35, 1.15)
        ax.set_axis_off()
    lines = 0
    for out in range(n):
        for position in range(n):
            full.plot([position, out], [0, 1], color=style.GREY, linewidth=0.5, zorder=1)
        for j in range(k):
            position = out + j - (k - 1) // 2
            if 0 <= position < n:
                shared.plot([position, out], [0, 1], color=colors[j % 5], linewidth=2, zorder=1)
                lines += 1
    drawing.heading(full, f"fully connected: {n * n} lines, {n * n} weights")
    drawing.heading(shared, f"a filter: {lines} lines, {k} weights")
    for j in range(k):
        place = (n - 1) / 2 + (j - (k - 1) / 2) * 2.2
        drawing.write(shared, place, -0.27, f"w[{j}]", color=colors[j % 5], fontweight="bold")
    style.show(
        fig,
        f"Two drawings of {n} inputs and {n} outputs. Fully connected: every input is joined to every output, "
        f"{n * n} lines of different weight. A filter of size {k}: every output is joined to its own input and its "
        f"neighbours only, {lines} lines, and they have just {k} colours, one for each weight.",
    )


def matrix(conv_matrix: Function, x: np.ndarray, w: np.ndarray, padding: int = 0) -> None:
    """The reader's matrix for a filter, and the signal that it multiplies."""
    n = len(x)
    rows = n + 2 * padding - len(w) + 1
    m = attempt(conv_matrix, w, n, padding, shape=(rows, n))
    if m is None:
        return
    product = m @ x
    fig, ax = _board(n, max(rows, n) + 1, width=0.48 * n + 4.2, right=6.2)
    limit = _limit(m, x, product)
    drawing.cells(ax, m, 1, 0, limit, size=style.TITLE, faint_zeros=True)
    drawing.cells(ax, x[:, None], 1, n + 1.5, limit, size=style.TITLE)
    drawing.cells(ax, product[:, None], 1, n + 4.5, limit, size=style.TITLE)
    for i in range(rows):
        _name(ax, f"row {i}", i + 1)
    for column, text in (((n - 1) / 2, "M"), (n + 1.5, "x"), (n + 4.5, "output")):
        drawing.write(ax, column, -0.1, text, style.TITLE, fontweight="bold")
    for column, sign in ((n + 0.25, "@"), (n + 3, "=")):
        drawing.write(ax, column, (1 + rows) / 2, sign, style.LARGE)
    style.show(
        fig,
        f"The matrix M with {rows} rows and {n} columns, times x, gives the output {words.line(product)}. "
        f"{np.count_nonzero(m)} of the {m.size} entries of M are not zero; the only values among them are "
        f"{words.line(np.unique(m[m != 0]))}.",
    )


# Signals like real ones


def signals(beat: np.ndarray, cases: np.ndarray, dna: str, sky: np.ndarray) -> None:
    """Four kinds of 1D signal."""
    fig, axes = style.figure(2, 2, width=9.6, height=4.2)
    (heart, days), (letters, light) = axes
    heart.plot(np.arange(200) / 50, beat[:200], color=style.BLUE)
    drawing.heading(heart, "a heart")
    heart.set(xlabel="seconds", ylabel="millivolts")
    days.bar(np.arange(len(cases)), cases, color=style.BLUE)
    drawing.heading(days, "new cases a day")
    days.set(xlabel="day", ylabel="cases")
    genome.letters(letters, dna[:24], style.TEXT)
    drawing.canvas(letters, -0.5, 23.5, -1.7, 1.7, equal=False)
    drawing.heading(letters, "a piece of a genome")
    light.step(np.arange(len(sky)), sky, where="mid", color=style.BLUE)
    drawing.heading(light, "light in one patch of the sky")
    light.set(xlabel="sample (every 10 s)", ylabel="brightness")
    style.show(
        fig,
        "Four 1D signals, all made up. A heart's voltage over 4 seconds, with a spike at each beat. New cases a day "
        f"over {len(cases)} days, a wave with a dip every weekend. 24 letters of a genome: {dna[:24]}. Light in one "
        "patch of the sky: dark, with a faint star, one short blip, and a bright star that rises and falls.",
    )


def heartbeats(conv1d: Function, relu: Function, x: np.ndarray, w: np.ndarray, b: float) -> None:
    """A heart's voltage, and below it what is left after filter, bias and ReLU."""
    padding = (len(w) - 1) // 2
    z = attempt(conv1d, x, w, b, padding, shape=(len(x),))
    a = None if z is None else attempt(relu, z, shape=z.shape)
    if a is None:
        return
    t = np.arange(len(x)) / 50
    found = int(np.count_nonzero((a > 0) & (np.concatenate([[0], a[:-1]]) <= 0)))
    fig, axes = style.figure(2, 1, width=9.6, height=3.8, sharex=True)
    axes[0, 0].plot(t, x, color=style.BLUE)
    drawing.heading(axes[0, 0], "the heart's voltage")
    axes[0, 0].set(ylabel="millivolts")
    axes[1, 0].plot(t, a, color=style.GREEN)
    drawing.heading(axes[1, 0], f"after filter, bias {words.number(b)} and ReLU: {found} spikes")
    axes[1, 0].set(xlabel="seconds", ylabel="output")
    style.show(
        fig,
        f"Above, {t[-1]:.0f} seconds of a heart's voltage: sharp spikes and slower waves on a curve that drifts up and "
        f"down. Below, the output of the filter {words.line(w)} with bias {words.number(b)} after ReLU: {found} "
        "spikes; "
        f"{np.count_nonzero(a > 0)} of {len(a)} outputs are above 0.",
    )


def heartbeats_by_bias(conv1d: Function, relu: Function, x: np.ndarray, w: np.ndarray) -> None:
    """`heartbeats` with a slider for the bias, which asks the reader's own functions; one picture without widgets."""
    sliders = widgets()
    if sliders is None:
        heartbeats(conv1d, relu, x, w, -2.0)
        return
    bias = sliders.FloatSlider(value=-2.0, min=-5, max=0, step=0.25, description="bias", continuous_update=False)
    answered(lambda b: heartbeats(conv1d, relu, x, w, b), {"b": bias}, bias)


def smoothed(conv1d: Function, cases: np.ndarray, w: np.ndarray) -> None:
    """Case counts as bars and the filter's output as a line, with padding that keeps the length."""
    padding = (len(w) - 1) // 2
    z = attempt(conv1d, cases, w, 0.0, padding, shape=(len(cases),))
    if z is None:
        return
    fig, axes = style.figure(1, 1, width=9.6, height=2.9)
    ax = axes[0, 0]
    ax.bar(np.arange(len(cases)), cases, color=style.SKY, label="new cases a day")
    ax.plot(z, color=style.INK, linewidth=2.5, label=f"after the filter ({len(w)} weights of {w[0]:.3g})")
    ax.set(xlabel="day", ylabel="cases", xlim=(-1, len(cases)))
    drawing.legend(ax, loc="upper right")
    style.show(
        fig,
        f"Bars: new cases on {len(cases)} days, up to {cases.max()}, lower at every weekend. Line: the output of a "
        f"filter of {len(w)} weights of {w[0]:.3g}, up to {z.max():.0f}. On the last {padding + 1} days it is "
        f"{', '.join(f'{value:.0f}' for value in z[-padding - 1 :])}.",
    )


def differences(dilated: Function, cases: np.ndarray, w: np.ndarray, dilations: Sequence[int]) -> None:
    """A filter with gaps of several widths over case counts, by the reader's function: bars, blue above 0."""
    outputs = []
    for dilation in dilations:
        z = attempt(dilated, cases, w, dilation, shape=(len(cases) - (len(w) - 1) * dilation,))
        if z is None:
            return
        outputs.append(z)
    fig, axes = style.figure(len(dilations), 1, width=9.6, height=2.1 * len(dilations), sharex=True)
    told = []
    for ax, z, dilation in zip(axes[:, 0], outputs, dilations):
        days = np.arange(len(z)) + (len(w) - 1) * dilation
        ax.bar(days, z, color=np.where(z > 0, style.BLUE, style.ORANGE))
        ax.axhline(0, color=style.GREY, linewidth=1)
        ax.set(ylabel="difference", xlim=(-1, len(cases)))
        changes = int(np.sum(np.diff(np.sign(z)) != 0))
        drawing.heading(ax, f"dilation {dilation}: the sign changes {changes} times")
        told.append(f"with dilation {dilation}, from {z.min():.0f} to {z.max():.0f}, the sign changes {changes} times")
    axes[-1, 0].set_xlabel("day")
    style.show(fig, f"Bars: the filter {words.line(w)} on the case counts of {len(cases)} days; {'; '.join(told)}.")


def motif(conv1d: Function, dna: str, pattern: str, code: dict[str, int], b: float) -> None:
    """A genome's letters, and under each window's start the output of the pattern used as a filter."""
    x, w = (np.array([code[letter] for letter in text]) for text in (dna, pattern))
    z = attempt(conv1d, x, w, b, shape=(len(x) - len(w) + 1,))
    if z is None:
        return
    fig, found = genome.outputs(dna, z, len(w))
    style.show(
        fig,
        f"{len(dna)} letters of a genome: {dna}. Below, a bar for each window: the output of the filter made of "
        f"{pattern}, with bias {words.number(b)}. It is above 0 for {found}; those windows are framed.",
    )


def sky(conv1d: Function, x: np.ndarray, w: Any, b: Any, title: str = "light in one patch of the sky") -> None:
    """Light in a patch of the sky, and where the reader's filter and bias give an output above 0."""
    w, b = as_array(w), as_array(b)
    if w is None or b is None or w.ndim != 1 or b.ndim or not 1 <= len(w) <= len(x):
        print(
            "This picture tries your filter, a 1D array, and your bias, a number. Set them, then run this cell again."
        )
        return
    z = attempt(conv1d, x, w, float(b), shape=(len(x) - len(w) + 1,))
    if z is None:
        return
    middle = np.arange(len(z)) + (len(w) - 1) / 2
    fired = z > 0
    fig, axes = style.figure(2, 1, width=9.6, height=3.6, sharex=True)
    light, output = axes[:, 0]
    light.step(np.arange(len(x)), x, where="mid", color=style.BLUE)
    drawing.heading(light, title)
    light.set(ylabel="brightness")
    for place in middle[fired]:
        light.axvspan(place - 0.5, place + 0.5, color=style.PINK, alpha=0.35, linewidth=0)
    output.bar(middle, z, width=1.0, color=[style.PINK if value > 0 else style.FAINT for value in z])
    output.axhline(0, color=style.INK, linewidth=1)
    drawing.heading(output, f"the filter's output: above 0 in {fired.sum()} of {len(z)} windows")
    output.set(xlabel="sample", ylabel="output")
    where = ", ".join(f"{place:g}" for place in middle[fired]) or "nowhere"
    style.show(
        fig,
        f"Above, {len(x)} samples of brightness up to {x.max():.2g}. Below, the output of the filter {words.line(w)} "
        f"with bias {words.number(b)}. It is above 0 around sample: {where}.",
    )


# Drawing


def _rows(
    x: np.ndarray,
    lines: list[tuple[str, np.ndarray, float]],
    name: str = "x",
    first: int = 0,
    stride: int = 1,
) -> None:
    """A signal and rows below it; each has its name, its values and the place of its first value, in cells."""
    left = min(0.0, *(place for _, _, place in lines))
    width = max(len(x), *(place + stride * (len(values) - 1) + 1 for _, values, place in lines)) - left
    fig, ax = _board(width, 1.25 * len(lines) + 1.0, width=0.62 * width + 1.8, left=1.9 - left)
    limit = _limit(x, *(values for _, values, _ in lines))
    _signal(ax, x, limit, name, first, left)
    for position in (*range(-first), *range(len(x) + first, len(x))):  # the padding
        drawing.cell(ax, 0, position, f"{x[position]:g}", ink=style.GREY, size=style.TITLE, dashed=True)
    for line, (label, values, place) in enumerate(lines, start=1):
        drawing.cells(ax, values, 1.25 * line, place, limit, size=style.TITLE, stride=stride)
        _name(ax, label, 1.25 * line, left)
    told = "; ".join(f"{label}: {words.line(values)}" for label, values, _ in lines)
    style.show(fig, f"Rows of numbers below one another. {name}: {words.line(x)}; {told}.")


def _board(columns: float, rows: float, width: float, left: float = 1.9, right: float = 0.2) -> tuple[Figure, Axes]:
    """A figure for so many columns and rows of cells, at most `width` inches wide, with room for names on the left."""
    unit = min(width, 9.6) / (columns + left + right)
    return drawing.board(-left - 0.5, columns + right - 0.5, -1.2, rows - 0.4, unit)


def _signal(ax: Axes, x: np.ndarray, limit: float, name: str = "x", first: int = 0, left: float = 0) -> None:
    """A signal as row 0, with its name before column `left` and small position numbers from `first` on above it."""
    drawing.cells(ax, x, 0, 0, limit, size=style.TITLE)
    _name(ax, name, 0, left)
    for position in range(len(x)):
        drawing.write(ax, position, -0.78, words.number(first + position), style.SMALL, color=style.GREY)


def _name(ax: Axes, name: str, row: float, left: float = 0) -> None:
    drawing.write(ax, left - 0.75, row, name, style.TITLE, ha="right")


def _limit(*rows: np.ndarray) -> float:
    """The value of full colour for rows that are seen together."""
    return max(1.0, *(float(np.abs(values).max(initial=0)) for values in rows))
