"""Figures of notebook 02: a filter sliding over a signal. Positive numbers are blue, negative ones orange."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..checking.values import as_array
from . import style, words
from .attempt import attempt
from .widgets import answered, widgets

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Function = Callable[..., Any]
_LETTERS = {"A": style.GREEN, "C": style.BLUE, "G": style.YELLOW, "T": style.ORANGE}


# Rows of numbers


def row(x: np.ndarray, name: str = "x") -> None:
    """A signal as a row of numbers."""
    fig, ax = _canvas(len(x), 1.0, width=0.62 * len(x) + 0.9)
    _cells(ax, x, top=0)
    _name(ax, name, top=0)
    _positions(ax, len(x), top=-0.28)
    style.finish(fig, f"{name} as a row of {len(x)} numbers: {words.line(x)}.")


def window(x: np.ndarray, w: np.ndarray, i: int) -> None:
    """The window that starts at i: its samples, the weights under them, the products, the sum."""
    x, w = np.asarray(x, float), np.asarray(w, float)
    k = len(w)
    products = x[i : i + k] * w + 0.0  # + 0.0: no -0
    fig, ax = _canvas(len(x), 4.6, width=0.62 * len(x) + 2.6, right=2.4)
    limit = _limit(x, w, products)
    _positions(ax, len(x), top=-0.28)
    _cells(ax, x, top=0, limit=limit)
    _cells(ax, w, top=1.25, left=i, limit=limit)
    _cells(ax, products, top=2.5, left=i, limit=limit)
    style.outline(ax, 0.5, i + 0.5, 1, k)
    for top, name in ((0, "x"), (1.25, "w"), (2.5, "x · w")):
        _name(ax, name, top)
    for top, sign in ((1.125, "×"), (2.375, "=")):
        for j in range(k):
            ax.text(i + j + 0.5, top, sign, ha="center", va="center", fontsize=style.TEXT, color=style.INK)
    terms = " + ".join(f"({words.number(p)})" if p < 0 else words.number(p) for p in products)
    middle = float(np.clip(i + k / 2, 2.2, len(x) - 1.6))
    ax.text(
        middle,
        4.15,
        f"{terms} = {words.number(products.sum())}",
        ha="center",
        va="center",
        fontsize=style.LARGE,
        color=style.INK,
    )
    style.finish(
        fig,
        f"The window of x that starts at {i} holds {words.line(x[i : i + k])}. Under it the weights {words.line(w)} "
        "and the "
        f"products {words.line(products)}. Their sum is {words.number(products.sum())}.",
    )


def staircase(x: np.ndarray, w: np.ndarray) -> None:
    """Every window at once: the filter in each of its places, and the dot product it gives there."""
    x, w = np.asarray(x), np.asarray(w)
    n, k = len(x), len(w)
    sums = np.array([np.sum(x[i : i + k] * w) for i in range(n - k + 1)])
    fig, ax = _canvas(n, len(sums) + 1.5, width=0.5 * n + 2.4, right=2.4)
    limit = _limit(x, w, sums)
    _positions(ax, n, top=-0.28)
    _cells(ax, x, top=0, limit=limit)
    _name(ax, "x", top=0)
    for i, value in enumerate(sums):
        _cells(ax, w, top=i + 1.35, left=i, limit=limit)
        _cells(ax, [value], top=i + 1.35, left=n + 1, limit=limit)
        _name(ax, f"i = {i}", top=i + 1.35)
        ax.plot([i + k + 0.1, n + 0.9], [i + 1.85, i + 1.85], color=style.FAINT, linewidth=1, zorder=0)
    ax.text(n + 1.5, 0.5, "dot\nproduct", ha="center", va="center", fontsize=style.TEXT, color=style.INK)
    style.finish(
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
    """What a single 1 turns into: by sliding the filter as it is, and by sliding it turned around."""
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
            _cell(ax, position, 0, style.SKY if used else style.FAINT, str(position), dark=False)
        for line, start in enumerate(starts):
            height = 1.35 + line * 0.62
            ax.plot([start + 0.08, start + k - 0.08], [height, height], color=style.BLUE, linewidth=5)
        count = "1 window" if len(starts) == 1 else f"{len(starts)} windows"
        extra = f", {left_over} left over" if left_over else ""
        style.set_title(ax, f"stride {stride}: {count}{extra}", style.LABEL)
        ax.set_xlim(-0.3, n + 0.3)
        ax.set_ylim(1.5 + 0.62 * len(places[0]), -0.2)
        ax.set_axis_off()
    told = "; ".join(
        f"stride {stride}: {len(starts)} windows, starting at {', '.join(map(str, starts))}, "
        f"{n - starts[-1] - k} samples left over at the end"
        for stride, starts in zip(steps, places)
    )
    style.finish(fig, f"{n} samples, and where windows of size {k} lie on them. {told}.")


def isolated(find_isolated: Function, x: np.ndarray) -> None:
    """A 0/1 signal with the positions framed that the reader's `find_isolated` gives."""

    def marks(x: np.ndarray) -> np.ndarray:
        return np.isin(np.arange(len(x)), find_isolated(x))

    marks.__name__ = getattr(find_isolated, "__name__", "find_isolated")
    found = attempt(marks, x, shape=x.shape)
    if found is None:
        return
    fig, ax = _canvas(len(x), 1.0, width=9.6)
    _positions(ax, len(x), top=-0.28)
    _cells(ax, x, top=0)
    _name(ax, "x", top=0)
    for position in np.flatnonzero(found):
        style.outline(ax, 0.5, position + 0.5)
    style.finish(
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
        ax.text(-0.8, 0, "inputs", ha="right", va="center", color=style.INK)
        ax.text(-0.8, 1, "outputs", ha="right", va="center", color=style.INK)
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
    style.set_title(full, f"fully connected: {n * n} lines, {n * n} weights")
    style.set_title(shared, f"a filter: {lines} lines, {k} weights")
    for j in range(k):
        place = (n - 1) / 2 + (j - (k - 1) / 2) * 2.2
        shared.text(place, -0.27, f"w[{j}]", ha="center", va="center", color=colors[j % 5], fontweight="bold")
    style.finish(
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
    fig, ax = _canvas(n, max(rows, n) + 1, width=0.48 * n + 4.2, right=6.2)
    limit = _limit(m, x, product)
    for i in range(rows):
        _cells(ax, m[i], top=i + 1, limit=limit, faint_zeros=True)
        _cells(ax, product[i : i + 1], top=i + 1, left=n + 4.5, limit=limit)
        _name(ax, f"row {i}", top=i + 1)
    for i in range(n):
        _cells(ax, x[i : i + 1], top=i + 1, left=n + 1.5, limit=limit)
    for left, text in ((n / 2, "M"), (n + 2, "x"), (n + 5, "output")):
        ax.text(left, 0.4, text, ha="center", va="center", fontsize=style.TITLE, fontweight="bold", color=style.INK)
    for left, sign in ((n + 0.75, "@"), (n + 3.5, "=")):
        ax.text(left, 1 + rows / 2, sign, ha="center", va="center", fontsize=style.LARGE, color=style.INK)
    style.finish(
        fig,
        f"The matrix M with {rows} rows and {n} columns, times x, gives the output {words.line(product)}. "
        f"{np.count_nonzero(m)} of the {m.size} entries of M are not zero; the only values among them are "
        f"{words.line(np.unique(m[m != 0]))}.",
    )


# Signals like real ones


def signals(beat: np.ndarray, cases: np.ndarray, genome: str, sky: np.ndarray) -> None:
    """Four kinds of 1D signal."""
    fig, axes = style.figure(2, 2, width=9.6, height=4.2)
    (heart, days), (letters, light) = axes
    heart.plot(np.arange(200) / 50, beat[:200], color=style.BLUE)
    style.set_title(heart, "a heart")
    heart.set(xlabel="seconds", ylabel="millivolts")
    days.bar(np.arange(len(cases)), cases, color=style.BLUE)
    style.set_title(days, "new cases a day")
    days.set(xlabel="day", ylabel="cases")
    for position, letter in enumerate(genome[:24]):
        _cell(letters, position, 0, _LETTERS[letter], letter, dark=letter in "CT", size=style.TEXT)
    letters.set_xlim(0, 24)
    letters.set_ylim(2.2, -1.2)
    letters.set_axis_off()
    style.set_title(letters, "a piece of a genome")
    light.step(np.arange(len(sky)), sky, where="mid", color=style.BLUE)
    style.set_title(light, "light in one patch of the sky")
    light.set(xlabel="sample (every 10 s)", ylabel="brightness")
    style.finish(
        fig,
        "Four 1D signals, all made up. A heart's voltage over 4 seconds, with a spike at each beat. New cases a day "
        f"over {len(cases)} days, a wave with a dip every weekend. 24 letters of a genome: {genome[:24]}. Light in one "
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
    style.set_title(axes[0, 0], "the heart's voltage")
    axes[0, 0].set(ylabel="millivolts")
    axes[1, 0].plot(t, a, color=style.GREEN)
    style.set_title(axes[1, 0], f"after filter, bias {words.number(b)} and ReLU: {found} spikes")
    axes[1, 0].set(xlabel="seconds", ylabel="output")
    style.finish(
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
    style.legend(ax, loc="upper right")
    style.finish(
        fig,
        f"Bars: new cases on {len(cases)} days, up to {cases.max()}, lower at every weekend. Line: the output of a "
        f"filter of {len(w)} weights of {w[0]:.3g}, up to {z.max():.0f}. On the last {padding + 1} days it is "
        f"{', '.join(f'{value:.0f}' for value in z[-padding - 1 :])}.",
    )


def motif(conv1d: Function, genome: str, pattern: str, code: dict[str, int], b: float) -> None:
    """A genome's letters, and under each window's start the output of the pattern used as a filter."""
    x, w = (np.array([code[letter] for letter in text]) for text in (genome, pattern))
    z = attempt(conv1d, x, w, b, shape=(len(x) - len(w) + 1,))
    if z is None:
        return
    fired = np.flatnonzero(z > 0)
    fig, axes = style.figure(2, 1, width=10.4, height=3.0, height_ratios=[1, 1.5], sharex=True)
    letters, bars = axes[:, 0]
    for position, letter in enumerate(genome):
        _cell(letters, position, 0, _LETTERS[letter], letter, dark=letter in "CT", size=style.SMALL)
    for start in fired:
        style.outline(letters, 0.5, start + 0.5, 1, len(pattern), style.INK)
    letters.set_ylim(1.15, -0.15)
    letters.set_axis_off()
    bars.bar(np.arange(len(z)) + 0.5, z, color=[style.GREEN if value > 0 else style.FAINT for value in z])
    bars.axhline(0, color=style.INK, linewidth=1)
    bars.set(xlim=(-0.2, len(x) + 0.2), xlabel="where the window starts", ylabel="output")
    found = " and ".join(f"{genome[start : start + len(pattern)]} at {start}" for start in fired) or "nowhere"
    style.finish(
        fig,
        f"{len(genome)} letters of a genome: {genome}. Below, a bar for each window: the output of the filter made of "
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
    style.set_title(light, title)
    light.set(ylabel="brightness")
    for place in middle[fired]:
        light.axvspan(place - 0.5, place + 0.5, color=style.PINK, alpha=0.35, linewidth=0)
    output.bar(middle, z, width=1.0, color=[style.PINK if value > 0 else style.FAINT for value in z])
    output.axhline(0, color=style.INK, linewidth=1)
    style.set_title(output, f"the filter's output: above 0 in {fired.sum()} of {len(z)} windows")
    output.set(xlabel="sample", ylabel="output")
    where = ", ".join(f"{place:g}" for place in middle[fired]) or "nowhere"
    style.finish(
        fig,
        f"Above, {len(x)} samples of brightness up to {x.max():.2g}. Below, the output of the filter {words.line(w)} "
        "with "
        f"bias {words.number(b)}. It is above 0 around sample: {where}.",
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
    fig, ax = _canvas(width, 1.25 * len(lines) + 1.0, width=0.62 * width + 1.8, left=1.9 - left)
    limit = _limit(x, *(values for _, values, _ in lines))
    _positions(ax, len(x), top=-0.28, first=first)
    _cells(ax, x, top=0, limit=limit)
    for position in (*range(-first), *range(len(x) + first, len(x))):  # the padding
        _cell(ax, position, 0, style.PAPER, f"{x[position]:g}", dark=False, ink=style.GREY, dashed=True)
    _name(ax, name, top=0, left=left)
    for line, (label, values, place) in enumerate(lines):
        _cells(ax, values, top=1.25 * (line + 1), left=place, limit=limit, stride=stride)
        _name(ax, label, top=1.25 * (line + 1), left=left)
    told = "; ".join(f"{label}: {words.line(values)}" for label, values, _ in lines)
    style.finish(fig, f"Rows of numbers below one another. {name}: {words.line(x)}; {told}.")


def _canvas(columns: float, rows: float, width: float, left: float = 1.9, right: float = 0.2) -> tuple[Any, Axes]:
    """A figure measured in cells, y downwards, with room for names on the left."""
    width = min(width, 9.6)
    across = columns + left + right
    fig, axes = style.figure(1, 1, width=width, height=max(0.9, width * (rows + 0.8) / across))
    ax: Axes = axes[0, 0]
    ax.set_xlim(-left, columns + right)
    ax.set_ylim(rows + 0.1, -0.7)
    ax.set_aspect("equal")
    ax.set_axis_off()
    return fig, ax


def _cells(
    ax: Axes,
    values: np.ndarray | Sequence[float],
    top: float,
    left: float = 0,
    limit: float = 0,
    stride: int = 1,
    faint_zeros: bool = False,
) -> None:
    """Values as coloured cells with their numbers."""
    values = np.asarray(values, dtype=float)
    limit = limit or _limit(values)
    for position, value in enumerate(values):
        ink = style.FAINT if faint_zeros and value == 0 else None
        text = words.number(value)
        _cell(ax, left + position * stride, top, _tint(value / limit), text, abs(value) > style.DEEP * limit, ink=ink)


def _cell(
    ax: Axes,
    left: float,
    top: float,
    color: Any,
    text: str,
    dark: bool,
    size: float = style.TITLE,
    ink: str | None = None,
    dashed: bool = False,
) -> None:
    from matplotlib.patches import Rectangle

    line = "--" if dashed else "-"
    ax.add_patch(Rectangle((left, top), 1, 1, facecolor=color, edgecolor=style.GREY, linewidth=0.7, linestyle=line))
    ink = ink or (style.PAPER if dark else style.INK)
    ax.text(left + 0.5, top + 0.5, text, ha="center", va="center_baseline", fontsize=size, color=ink)


def _tint(share: float) -> np.ndarray:
    """White for 0, blue for 1, orange for -1."""
    from matplotlib.colors import to_rgb

    full = np.array(to_rgb(style.BLUE if share > 0 else style.ORANGE))
    return 1 - min(abs(share), 1.0) * (1 - full)


def _name(ax: Axes, name: str, top: float, left: float = 0) -> None:
    ax.text(left - 0.25, top + 0.5, name, ha="right", va="center", fontsize=style.TITLE, color=style.INK)


def _positions(ax: Axes, count: int, top: float, first: int = 0) -> None:
    """Small position numbers above a row."""
    for position in range(count):
        ax.text(
            position + 0.5,
            top,
            words.number(first + position),
            ha="center",
            va="center",
            fontsize=style.SMALL,
            color=style.GREY,
        )


def _limit(*rows: np.ndarray) -> float:
    """The value of full colour for rows that are seen together."""
    return max(1.0, *(float(np.abs(values).max(initial=0)) for values in rows))
