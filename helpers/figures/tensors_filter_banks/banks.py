"""Filters as deep as the picture, banks of them, and the weights that they have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ...attempt import attempt
from .. import drawing, style, words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Function = Callable[..., Any]


def colour_map(conv2d_depth: Function, photo: np.ndarray, w: np.ndarray, name: str) -> None:
    """A photograph (3, H, W), and one filter's output on it."""
    _, height, width = photo.shape
    z = attempt(conv2d_depth, photo, w, shape=(height - w.shape[1] + 1, width - w.shape[2] + 1))
    if z is None:
        return
    fig, axes = style.figure(1, 2, width=8.4, height=2.9)
    drawing.picture(axes[0, 0], photo.transpose(1, 2, 0), "the photograph")
    _signed(axes[0, 1], z, f"output of the filter {name}")
    drawing.note(axes[0, 1], "blue above 0, orange below", style.SMALL)
    style.show(
        fig,
        f"The photograph of the flower, and a map of the filter {name}, blue above 0 and orange below. It ranges from "
        f"{z.min():.2f} to {z.max():.2f}: strongly positive on the orange flower, negative on the green leaves.",
    )


def colour_edge(conv2d_depth: Function, picture: np.ndarray, w: np.ndarray) -> None:
    """An edge between two colours (3, H, W) that is none in grey: a flat filter on grey, a deep one on the colours."""
    grey = picture.mean(axis=0, keepdims=True)
    shape = (picture.shape[1] - w.shape[1] + 1, picture.shape[2] - w.shape[2] + 1)
    flat = attempt(conv2d_depth, grey, w[:1], shape=shape)
    deep = attempt(conv2d_depth, picture, w, shape=shape) if flat is not None else None
    if flat is None or deep is None:
        return
    fig, axes = style.figure(1, 4, width=10.4, height=2.4)
    drawing.picture(axes[0, 0], picture.transpose(1, 2, 0), "in colour")
    for place, name in ((0.25, "red"), (0.75, "green")):  # not everybody sees which is which
        drawing.write(axes[0, 0], place, 0.5, name, style.LABEL, va="baseline", transform=axes[0, 0].transAxes)
    drawing.pixels(axes[0, 1], grey[0], f"in grey: {_told(grey[0])}", numbers=False, limit=1)
    top = max(float(np.abs(deep).max()), 1e-12)
    drawing.pixels(axes[0, 2], flat, "edge filter on grey", signed=True, limit=top)
    drawing.pixels(axes[0, 3], deep, "deep filter on colour", signed=True, limit=top)
    style.show(
        fig,
        "Four pictures. Left half red, right half green; the same in grey, one flat grey; the edge filter's output on "
        f"the grey picture, {_told(flat)}; and the deep filter's output on the colours, {_told(deep)}.",
    )


def maps_of(filter_bank: Function, image: np.ndarray, bank: Mapping[str, Any], padding: int = 1) -> None:
    """A small grey picture (H, W), a bank of flat filters, and the maps that the reader's `filter_bank` gives."""
    w = np.array(list(bank.values()))
    shape = tuple(n + 2 * padding - k + 1 for n, k in zip(image.shape, w.shape[1:]))
    z = attempt(filter_bank, image[None], w[:, None], np.zeros(len(w)), padding, shape=(len(w), *shape))
    if z is None:
        return
    fig, axes = style.figure(3, len(w) + 1, width=10.4, height=6.4, width_ratios=[0.5] + [1] * len(w))
    top = float(np.abs(z).max())
    for ax in axes[:, 0]:
        ax.set_axis_off()
    axes[1, 0].set_axis_on()
    drawing.pixels(axes[1, 0], image, "the picture", numbers=False)
    for f, name in enumerate(bank):
        drawing.pixels(axes[0, f + 1], w[f], name, signed=True, limit=2)
        drawing.pixels(axes[1, f + 1], z[f], f"map {f}", signed=True, limit=top, size=style.SMALL)
        drawing.pixels(axes[2, f + 1], np.maximum(z[f], 0), "after ReLU", signed=True, limit=top, size=style.SMALL)
    told = []
    for name, values in zip(bank, z):
        cells = [f"({i}, {j}) {values[i, j]:g}" for i, j in np.argwhere(values > 0).tolist()]
        told.append(f"{name}: {', '.join(cells) or 'none'}")
    style.show(
        fig,
        f"A picture of {image.shape[0]} by {image.shape[1]}, {len(w)} filters of {w.shape[1]} by {w.shape[2]}, and the "
        f"map of each, {shape[0]} by {shape[1]}, before and after ReLU. What is above 0, as (row, column) value: "
        f"{'; '.join(told)}.",
    )


def feature_maps(filter_bank: Function, photo: np.ndarray, bank: Mapping[str, np.ndarray]) -> None:
    """A photograph (3, H, W), and a map for each filter (3, 3, 3) of a named bank, by the reader's `filter_bank`."""
    w = np.stack(list(bank.values()))
    z = attempt(filter_bank, photo, w, np.zeros(len(w)), 1, shape=(len(w), *photo.shape[1:]))
    if z is None:
        return
    columns = 3
    rows = -(-(len(w) + 1) // columns)
    fig, axes = style.figure(rows, columns, width=10.4, height=2.45 * rows)
    for ax in axes.flat[len(w) + 1 :]:
        ax.set_axis_off()
    drawing.picture(axes.flat[0], photo.transpose(1, 2, 0), f"the photograph {photo.shape}")
    for ax, values, name in zip(axes.flat[1:], z, bank):
        if (values < 0).any():
            _signed(ax, values, name, share=0.98)
        else:
            drawing.picture(ax, values, name, top=float(values.max()))
    drawing.caption(fig, "in the maps of two colours: blue above 0, orange below")
    ranges = "; ".join(f"{name} {values.min():.1f} to {values.max():.1f}" for name, values in zip(bank, z))
    style.show(
        fig,
        f"A photograph of a pagoda and {len(w)} feature maps of it, of the same height and width, blue above 0 and "
        f"orange below. Edge filters draw the outlines that run their way, colour filters the red woodwork or the blue "
        f"sky. Values: {ranges}.",
    )


def two_layers(
    filter_bank: Function, image: np.ndarray, first: Mapping[str, Any], second: Mapping[str, Any], b: float
) -> None:
    """Maps of a first bank (flat filters), and of a second bank (one pixel wide) that looks at all of these maps."""
    w1 = np.array(list(first.values()), dtype=float)[:, None]
    w2 = np.array(list(second.values()), dtype=float)[:, :, None, None]
    z1 = attempt(filter_bank, image[None], w1, np.zeros(len(w1)), 1, shape=(len(w1), *image.shape))
    if z1 is None:
        return
    a1 = np.maximum(z1, 0)
    z2 = attempt(filter_bank, a1, w2, np.full(len(w2), b), shape=(len(w2), *image.shape))
    if z2 is None:
        return
    a2 = np.maximum(z2, 0)
    fig, axes = style.figure(2, len(w1) + 1, width=10.4, height=3.7)
    axes[1, 0].set_axis_off()
    drawing.pixels(axes[0, 0], image, "the picture", numbers=False)
    for line, (names, maps) in enumerate(((first, a1), (second, a2))):
        for ax, name, values in zip(axes[line, 1:], names, maps):
            limit = float(maps.max(initial=1))
            drawing.pixels(ax, values, name, signed=True, numbers=False, limit=limit)
            if line:
                for row, column in np.argwhere(values > 0).tolist():
                    drawing.outline(ax, row, column)
    told = []
    for name, values in zip(second, a2):
        cells = ", ".join(f"({i}, {j})" for i, j in np.argwhere(values > 0).tolist())
        told.append(f"{name} at {cells or 'no place'}")
    style.show(
        fig,
        f"A picture with two white rectangles. First row: {len(w1)} maps of edges ({', '.join(first)}) after ReLU. "
        f"Second row: {len(w2)} maps of the second layer, which fire at single pixels, the corners: {'; '.join(told)}.",
    )


def batch_maps(conv2d: Function, images: np.ndarray, bank: Mapping[str, Any]) -> None:
    """A batch of digits (N, H, W), and for each a map of every filter after ReLU, by the reader's `conv2d`."""
    w = np.array(list(bank.values()), dtype=float)[:, None]
    shape = (len(images), len(w), *images.shape[1:])
    z = attempt(conv2d, images[:, None], w, np.zeros(len(w)), 1, shape=shape)
    if z is None:
        return
    fig, axes = style.figure(len(images), len(w) + 1, width=1.75 * (len(w) + 1), height=1.35 * len(images) + 0.3)
    for n, image in enumerate(images):
        drawing.picture(axes[n, 0], image, f"images[{n}]", float(images.max()))
        for f, name in enumerate(bank):
            title = f"{name}\nout[{n}, {f}]" if n == 0 else f"out[{n}, {f}]"
            drawing.picture(axes[n, f + 1], np.maximum(z[n, f], 0), title, float(z[:, f].max()))
    style.show(
        fig,
        f"A grid: {len(images)} handwritten digits, one below the other, and beside each its {len(w)} feature maps "
        f"({', '.join(bank)}) after ReLU, all of the same size. In each map those strokes are bright that run the "
        "filter's way.",
    )


def weights_needed(count_conv2d_weights: Function) -> None:
    """Weights of some convolutional layers, by the reader's function, beside a fully connected one."""
    layers = {
        "8 filters 3 × 3 on grey": (1, 8, 3, 3),
        "64 filters 3 × 3 on colour": (3, 64, 3, 3),
        "64 filters 3 × 3 on 64 maps": (64, 64, 3, 3),
        "512 filters 3 × 3 on 512 maps": (512, 512, 3, 3),
    }
    numbers = []
    for layer in layers.values():
        count = attempt(count_conv2d_weights, *layer, shape=())
        if count is None:
            return
        numbers.append(max(int(count), 1))
    names = [*layers, "fully connected: the photograph to 100 units"]
    numbers.append(100 * (427 * 640 * 3 + 1))
    fig, axes = style.figure(1, 1, width=9.6, height=2.6)
    ax = axes[0, 0]
    drawing.bars(ax, names, numbers, [style.BLUE] * len(layers) + [style.ORANGE])
    ax.set_xscale("log")
    ax.set_xlim(10, 5e9)
    ax.set_xlabel("weights, biases included (each tick ten times the one before)")
    told = "; ".join(f"{name}: {number:,}" for name, number in zip(names, numbers))
    style.show(fig, f"Bars on a logarithmic scale: how many weights a layer has. {told}.")


def by_channel(depthwise: Function, conv2d: Function, photo: np.ndarray, w: np.ndarray) -> None:
    """A photograph (3, H, W), its channels filtered each by itself, and by one filter that adds them up."""
    size = tuple(side - k + 1 for side, k in zip(photo.shape[1:], w.shape[1:]))
    apart = attempt(depthwise, photo[None], w, np.zeros(3), shape=(1, 3, *size))
    added = None if apart is None else attempt(conv2d, photo[None], w[None], np.zeros(1), shape=(1, 1, *size))
    if apart is None or added is None:
        return
    fig, axes = style.figure(1, 3, width=10.4, height=2.6)
    top = max(float(photo.max()), 1e-9)
    drawing.picture(axes[0, 0], photo.transpose(1, 2, 0) / top, "the photograph")
    drawing.picture(axes[0, 1], apart[0].transpose(1, 2, 0) / top, "depthwise: three channels")
    drawing.picture(axes[0, 2], added[0, 0], "one filter of conv2d: one map")
    colour, grey = (float(np.ptp(z, axis=0).mean() / top) for z in (photo, apart[0]))
    style.show(
        fig,
        "A photograph; the same blurred, in colour; and a blurred grey map. The channels of a pixel differ by "
        f"{colour:.2f} on average in the photograph, by {grey:.2f} after the depthwise convolution, and there is one "
        "channel left after conv2d.",
    )


def in_two_steps(count_conv2d_weights: Function, c_in: int, c_out: int, k: int) -> None:
    """Weights of a convolution, and of a depthwise one with a 1 by 1 bank after it, by the reader's function."""
    numbers = []
    for layer in ((c_in, c_out, k, k), (1, 1, k, k), (c_in, c_out, 1, 1)):
        count = attempt(count_conv2d_weights, *layer, shape=())
        if count is None:
            return
        numbers.append(int(count))
    whole, depthwise, mixing = numbers[0], c_in * numbers[1], numbers[2]
    names = [f"{k} × {k} filters, all channels at once", f"depthwise {k} × {k}", "then 1 × 1 filters", "both steps"]
    counts = [whole, depthwise, mixing, depthwise + mixing]
    fig, axes = style.figure(1, 1, width=9.0, height=2.2)
    drawing.bars(axes[0, 0], names, counts, [style.ORANGE, style.SKY, style.SKY, style.BLUE])
    axes[0, 0].set_xlim(0, 1.15 * whole)
    axes[0, 0].set_xlabel("weights, biases included")
    told = "; ".join(f"{name}: {number:,}" for name, number in zip(names, counts))
    style.show(fig, f"Bars: how many weights take {c_in} channels to {c_out}. {told}.")


# Drawing


def _signed(ax: Axes, values: np.ndarray, title: str, share: float = 1.0) -> None:
    """A large map, blue above 0 and orange below; `share` of the entries don't reach full colour."""
    limit = float(np.quantile(np.abs(values), share))
    drawing.pixels(ax, values, title, numbers=False, signed=True, limit=max(limit, 1e-12))


def _told(values: np.ndarray) -> str:
    """The values of a map row by row, or their one value."""
    if np.all(values == values.flat[0]):
        return f"{words.number(values.flat[0])} everywhere"
    return f"from {words.number(values.min())} to {words.number(values.max())}"
