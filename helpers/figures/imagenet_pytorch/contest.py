"""ImageNet's contest, and the network that won it in 2012."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import drawing, style, words

# Top-5 error in percent of ILSVRC's winners, classification, test set; the last entry with extra training data.
# Russakovsky et al., 2015; the winners' papers, such as He et al., 2016, and Hu et al., 2018; the challenge's pages.
_WINNERS: tuple[tuple[int, str, bool, float, float | None], ...] = (
    (2010, "NEC-UIUC", False, 28.2, None),
    (2011, "XRCE", False, 25.8, None),
    (2012, "AlexNet", True, 16.4, 15.3),
    (2013, "Clarifai", True, 11.7, 11.2),
    (2014, "GoogLeNet", True, 6.67, None),
    (2015, "ResNet", True, 3.57, None),
    (2016, "Trimps-\nSoushen", True, 2.99, None),
    (2017, "SENet", True, 2.25, None),
)
_HUMAN = 5.1

# Krizhevsky, Sutskever and Hinton, 2012, as if on one GPU, in notebook 06's terms.
_ALEXNET: tuple[tuple[Any, ...], ...] = (
    ("conv", 96, 11, 0, 4),
    ("pool", 3, 2),
    ("conv", 256, 5, 2, 1),
    ("pool", 3, 2),
    ("conv", 384, 3, 1, 1),
    ("conv", 384, 3, 1, 1),
    ("conv", 256, 3, 1, 1),
    ("pool", 3, 2),
    ("flatten",),
    ("fc", 4096),
    ("fc", 4096),
    ("fc", 1000),
)


def winners() -> None:
    """The error of the winners of the ImageNet challenge, year by year."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    fig, axes = style.figure(1, 1, width=9.0, height=4.0)
    ax = axes[0, 0]
    for place, (_, _, convnet, error, extra) in enumerate(_WINNERS):
        color, hatch = (style.BLUE, "") if convnet else (style.ORANGE, "//")
        ax.bar(place, error / 100, width=0.62, color=color, hatch=hatch, edgecolor=style.PAPER, linewidth=0)
        within = error < _HUMAN  # else the number would stand on the dashed line
        at, color = (error / 100 - 0.004, style.PAPER) if within else (error / 100 + 0.006, style.INK)
        drawing.write(ax, place, at, f"{error:g}%", va="top" if within else "bottom", color=color)
        if extra is not None:
            ax.plot(place, extra / 100, "D", color=style.YELLOW, markeredgecolor=style.INK, markersize=8)
            drawing.write(ax, place, extra / 100 - 0.012, f"{extra:g}%", va="top", color=style.PAPER)
    ax.axhline(_HUMAN / 100, color=style.INK, linestyle="--", linewidth=1, zorder=0)
    drawing.write(ax, 7.45, _HUMAN / 100 + 0.006, f"one person, in a study: {_HUMAN}%", ha="right", va="baseline")
    ax.set_xticks(range(len(_WINNERS)), [f"{year}\n{name}" for year, name, *_ in _WINNERS])
    ax.tick_params(axis="x", length=0)
    ax.set_ylim(0, 0.32)
    ax.set_yticks([0, 0.1, 0.2, 0.3], ["0", "0.1", "0.2", "0.3"])
    ax.set_ylabel("top-5 error of the winner")
    drawing.legend(
        ax,
        handles=[
            Patch(facecolor=style.ORANGE, hatch="//", edgecolor=style.PAPER, label="features made by hand + SVM"),
            Patch(facecolor=style.BLUE, label="convnet"),
            Line2D(
                [], [], marker="D", color=style.YELLOW, markeredgecolor=style.INK, linestyle="", label="with extra data"
            ),
        ],
        loc="upper right",
    )
    listed = "; ".join(
        f"{year} {name.replace(chr(10), '')} {error:g}%" + (f", {extra:g}% with extra training data" if extra else "")
        for year, name, _, error, extra in _WINNERS
    )
    style.show(
        fig,
        f"Bars: top-5 error of each year's winner, without extra data: {listed}. The winners of 2010 and 2011 "
        f"were no convnets, all later ones were. A dashed line: one person's error in a study, {_HUMAN}%.",
    )


def alexnet() -> None:
    """Shapes, weights and multiplications of AlexNet's layers, by the rules of notebook 06."""
    shape: tuple[int, ...] = (3, 227, 227)
    layers: list[tuple[str, int, int]] = [(f"image   {words.by(shape, '×')}", 0, 0)]
    for layer in _ALEXNET:
        name, weights, products, shape = _counted(layer, shape)
        layers.append((f"{name}   {words.by(shape, '×')}", weights, products))
    names = [name for name, *_ in layers]
    full = np.array([name.startswith("fully") for name in names])
    fig, axes = style.figure(1, 2, width=10.4, height=4.6, sharey=True)
    counted = {
        "weights": np.array([weights for _, weights, _ in layers]),
        "multiplications for one image": np.array([products for *_, products in layers]),
    }
    for ax, (title, numbers) in zip(axes[0], counted.items()):
        texts = [f"{number:,}" if number else "" for number in numbers]
        drawing.bars(ax, names, numbers, np.where(full, style.ORANGE, style.BLUE), texts)
        ax.set_xlim(0, numbers.max() * 1.32)
        ax.set_xticks([])
        ax.spines["bottom"].set_visible(False)
        drawing.heading(ax, f"{title}: {numbers.sum():,}")
    held, work = counted.values()
    listed = "; ".join(f"{name}: {weights:,} weights" for name, weights, _ in layers)
    style.show(
        fig,
        f"AlexNet, layer by layer. {listed}. {held.sum():,} weights in all, {held[full].sum() / held.sum():.0%} of "
        f"them in the fully connected layers; {work.sum():,} multiplications for an image, "
        f"{work[~full].sum() / work.sum():.0%} of them in the convolutions.",
    )


def _counted(layer: tuple[Any, ...], shape: tuple[int, ...]) -> tuple[str, int, int, tuple[int, ...]]:
    """Name, weights, multiplications and shape after a layer, for an input of `shape`."""
    if layer[0] == "conv":
        _, filters, k, padding, stride = layer
        height, width = ((side + 2 * padding - k) // stride + 1 for side in shape[1:])
        name = f"conv {filters} × {k}×{k}" + (f", stride {stride}" if stride > 1 else "")
        each = shape[0] * k * k
        return name, filters * (each + 1), filters * each * height * width, (filters, height, width)
    if layer[0] == "pool":
        _, size, stride = layer
        height, width = ((side - size) // stride + 1 for side in shape[1:])
        return f"max pool {size}, stride {stride}", 0, 0, (shape[0], height, width)
    if layer[0] == "flatten":
        return "flatten", 0, 0, (int(np.prod(shape)),)
    return "fully connected", layer[1] * (shape[0] + 1), layer[1] * shape[0], (layer[1],)
