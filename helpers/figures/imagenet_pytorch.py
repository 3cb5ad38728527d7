"""Figures of notebook 08: ImageNet's story, a GPU's speed, and what a network for colour pictures learns.

Pictures are uint8 arrays (3, H, W) from 0 to 255. PyTorch loads when a figure asks for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import layers as fast
from .. import road_signs, training
from ..picture_set import PictureSet
from ..pictures import photo, shrunk
from . import style
from .attempt import attempt

if TYPE_CHECKING:
    import torch
    from matplotlib.axes import Axes
    from torch import nn

Array = np.ndarray
Function = Callable[..., Any]

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

# What the makers state, in 10^12 operations a second: float32, and 16 bits with matrix units, no sparsity.
_STATED = {
    "T4": (8.1, 65),
    "V100": (14, 112),
    "L4": (30.3, 121),
    "A100": (19.5, 312),
    "H100": (67, 989),
    "H200": (67, 989),
}


# ImageNet and AlexNet


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
        ax.text(place, at, f"{error:g}%", ha="center", va="top" if within else "bottom", fontsize=10, color=color)
        if extra is not None:
            ax.plot(place, extra / 100, "D", color=style.YELLOW, markeredgecolor=style.INK, markersize=8)
            ax.text(place, extra / 100 - 0.012, f"{extra:g}%", ha="center", va="top", fontsize=10, color=style.PAPER)
    ax.axhline(_HUMAN / 100, color=style.INK, linestyle="--", linewidth=1, zorder=0)
    ax.text(7.45, _HUMAN / 100 + 0.006, f"one person, in a study: {_HUMAN}%", ha="right", fontsize=10, color=style.INK)
    ax.set_xticks(range(len(_WINNERS)), [f"{year}\n{name}" for year, name, *_ in _WINNERS])
    ax.tick_params(axis="x", length=0)
    ax.set_ylim(0, 0.32)
    ax.set_yticks([0, 0.1, 0.2, 0.3], ["0", "0.1", "0.2", "0.3"])
    ax.set_ylabel("top-5 error of the winner")
    ax.legend(
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
    style.finish(
        fig,
        f"Bars: top-5 error of each year's winner, without extra data: {listed}. The winners of 2010 and 2011 "
        f"were no convnets, all later ones were. A dashed line: one person's error in a study, {_HUMAN}%.",
    )


def alexnet() -> None:
    """Shapes, weights and multiplications of AlexNet's layers, by the rules of notebook 06."""
    shape: tuple[int, ...] = (3, 227, 227)
    layers: list[tuple[str, int, int]] = [(f"image   {_by(shape)}", 0, 0)]
    for layer in _ALEXNET:
        name, weights, products, shape = _counted(layer, shape)
        layers.append((f"{name}   {_by(shape)}", weights, products))
    names = [name for name, *_ in layers]
    full = np.array([name.startswith("fully") for name in names])
    fig, axes = style.figure(1, 2, width=10.4, height=4.6, sharey=True)
    places = np.arange(len(layers))
    counted = {
        "weights": np.array([weights for _, weights, _ in layers]),
        "multiplications for one image": np.array([products for *_, products in layers]),
    }
    for ax, (title, numbers) in zip(axes[0], counted.items()):
        ax.barh(places, numbers, color=np.where(full, style.ORANGE, style.BLUE), height=0.62)
        for place, number in zip(places, numbers):
            if number:
                at = number + numbers.max() * 0.015
                ax.text(at, place, f"{number:,}", va="center", fontsize=10, color=style.INK)
        ax.set_xlim(0, numbers.max() * 1.32)
        ax.set_xticks([])
        ax.spines["bottom"].set_visible(False)
        ax.tick_params(axis="y", length=0)
        ax.set_title(f"{title}: {numbers.sum():,}", fontweight="bold", loc="left")
    axes[0, 0].set_yticks(places, names)
    axes[0, 0].invert_yaxis()
    held, work = counted.values()
    listed = "; ".join(f"{name}: {weights:,} weights" for name, weights, _ in layers)
    style.finish(
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


def _by(shape: Sequence[int]) -> str:
    return "×".join(str(side) for side in shape)


# PyTorch, and a GPU


def same_numbers(as_conv2d: Function) -> None:
    """The reader's layer of PyTorch beside the convolution of this course, on the same picture and filters."""
    rng = np.random.default_rng(8)
    image = shrunk(photo()[40:232, 60:348], 4).transpose(2, 0, 1)[None] - 0.5
    w = np.zeros((2, 3, 3, 3))
    w[0] = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]]) / 3
    w[1] = np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]])
    b = rng.normal(0, 0.1, 2)
    ours = fast.conv2d(image, w, b, padding=1, stride=1)

    def theirs(x: Array) -> Array:
        import torch

        layer = as_conv2d(w.copy(), b.copy(), 1, 1)
        with torch.no_grad():
            out: Array = layer(torch.as_tensor(x, dtype=layer.weight.dtype)).double().numpy()
        return out

    theirs.__name__ = getattr(as_conv2d, "__name__", "as_conv2d")
    given = attempt(theirs, image, shape=ours.shape)
    if given is None:
        return
    fig, axes = style.figure(2, 3, width=9.0, height=3.7)
    for row in range(2):
        limit = float(np.abs(ours[0, row]).max())
        difference = np.abs(given[0, row] - ours[0, row])
        panels = ((ours[0, row], "notebook 04's conv2d"), (given[0, row], "your nn.Conv2d"))
        for ax, (values, title) in zip(axes[row], panels):
            ax.imshow(values, cmap=style.signed_map(), vmin=-limit, vmax=limit)
            ax.set_title(title if row == 0 else "", fontweight="bold", loc="left")
        axes[row, 2].imshow(difference, cmap=style.signed_map(), vmin=-limit, vmax=limit)
        axes[row, 2].set_title(f"difference: at most {difference.max():.0e}", fontweight="bold", loc="left")
        for ax in axes[row]:
            _bare(ax)
    style.finish(
        fig,
        "Two filters on a photograph, three pictures each: the outputs of this course's conv2d, of PyTorch's layer "
        f"with the same weights, and their difference, which is at most {np.abs(given - ours).max():.0e}.",
    )


def race(where: torch.device, seconds: float = 0.25) -> None:
    """Times one convolution for more and more pictures, by NumPy, by PyTorch on the CPU, and on a GPU if there is one.

    Draws how many operations a second each reaches, and how many the device reaches in one large product of matrices,
    which is the most that can be hoped for; for known GPUs also what their makers state.
    """
    import torch

    channels, side = 16, 16
    each = 2 * channels * channels * 9 * side * side  # multiplications and additions for one picture
    counts = [1, 4, 16, 64, 256, 1024, 4096]
    rng = np.random.default_rng(8)
    w = rng.normal(size=(channels, channels, 3, 3)).astype(np.float32)
    b = np.zeros(channels, dtype=np.float32)

    def numpy_once(x: Array) -> None:
        fast.conv2d(x, w, b, padding=1, stride=1)

    def torch_once(place: torch.device) -> Callable[[Array], None]:
        weight = torch.as_tensor(w, device=place)
        held: dict[int, torch.Tensor] = {}

        def once(x: Array) -> None:
            if len(x) not in held:  # the way to the GPU isn't timed: in training, pictures stay there
                held.clear()
                held[len(x)] = torch.as_tensor(x, device=place)
            with torch.no_grad():
                torch.nn.functional.conv2d(held[len(x)], weight, padding=1)
            _wait(place)

        return once

    cpu = torch.device("cpu")
    runners = [
        ("NumPy (helpers.layers)", style.ORANGE, "s", numpy_once),
        ("PyTorch, CPU", style.SKY, "o", torch_once(cpu)),
    ]
    ceilings = [("CPU", style.SKY, matrix_rate(cpu, torch.float32))]
    if where.type != "cpu":
        runners.append(("PyTorch, GPU", style.BLUE, "D", torch_once(where)))
        ceilings.append(("GPU", style.BLUE, matrix_rate(where, torch.float32)))
    reached: dict[str, list[float]] = {}
    for name, _, _, once in runners:
        reached[name] = []
        for count in counts:
            x = rng.normal(size=(count, channels, side, side)).astype(np.float32)
            best = _best_time(lambda once=once, x=x: once(x), seconds)  # type: ignore[misc]
            reached[name].append(count * each / best)
            if best > seconds / 2:  # the next one would take four times as long
                break
    fig, axes = style.figure(1, 1, width=8.6, height=3.9)
    ax = axes[0, 0]
    for name, color, mark, _ in runners:
        rates = reached[name]
        ax.plot(counts[: len(rates)], rates, marker=mark, color=color, linewidth=2, label=name)
    for name, color, rate in ceilings:
        ax.axhline(rate, color=color, linestyle="--", linewidth=1.5, label=f"{name}: one large matrix product")
    stated = _stated(where)
    if stated:
        ax.axhline(stated[0], color=style.GREY, linestyle=":", label="GPU: stated by its maker, float32")
    ax.set_xscale("log", base=4)
    ax.set_yscale("log")
    shown = counts[: max(len(rates) for rates in reached.values())]
    ax.set_xticks(shown, [str(count) for count in shown])
    ax.minorticks_off()
    ax.set_xlabel(f"pictures at once ({channels} channels of {side}×{side})")
    ax.set_ylabel("operations a second")
    low, high = ax.get_ylim()
    ticks = [first * 10.0**power for power in range(8, 16) for first in (1, 2, 5)]
    ticks = [tick for tick in ticks if low <= tick <= high]
    if len(ticks) > 6:  # with a GPU the axis is long
        ticks = [10.0**power for power in range(8, 16) if low <= 10.0**power <= high * 3]
    ax.set_yticks(ticks, [f"{tick / 1e9:g} billion" for tick in ticks])
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    listed = "; ".join(
        f"{name}: " + ", ".join(f"{rate / 1e9:.3g} for {count}" for count, rate in zip(counts, rates))
        for name, rates in reached.items()
    )
    tops = "; ".join(f"{name} {rate / 1e9:.3g}" for name, _, rate in ceilings)
    style.finish(
        fig,
        f"Billions of operations a second that a convolution reaches, by the number of pictures at once. {listed}. "
        f"In one large product of matrices: {tops}.",
    )
    if where.type == "cpu":
        print("There is no GPU here. On Colab: Runtime > Change runtime type > T4 GPU, then run all again.")


def matrix_rate(where: torch.device, dtype: torch.dtype, seconds: float = 0.5) -> float:
    """Operations a second in one large product of matrices: what the device can do at best, measured."""
    import torch

    side = 512 if where.type == "cpu" else 8192
    a = torch.randn(side, side, device=where).to(dtype)

    def once() -> None:
        torch.mm(a, a)
        _wait(where)

    return 2 * side**3 / _best_time(once, seconds)


def compiled(model: nn.Module | None, size: int, batch: int = 64) -> None:
    """Times a training step's forward and backward pass as it is and after torch.compile; on a GPU only."""
    import torch

    if model is None:
        print("Train the network first.")
        return
    where = next(model.parameters()).device
    if where.type != "cuda":
        print("Left out: on a CPU torch.compile needs a C++ compiler, a minute or two, and gains little here.")
        return
    images = torch.randint(0, 256, (batch, 3, size, size), dtype=torch.uint8, device=where)
    start = time.perf_counter()
    quick = torch.compile(model)

    def times(network: Callable[..., Any]) -> float:
        def once() -> None:
            with torch.autocast(where.type, training.precision(where)):
                network(training.to_input(images)).float().square().mean().backward()
            model.zero_grad()
            _wait(where)

        return _best_time(once, 1.0)

    plain, fast_one = times(model), times(quick)
    spent = time.perf_counter() - start
    print(f"forward and backward, {batch} pictures: {plain * 1e3:.1f} ms plain, {fast_one * 1e3:.1f} ms compiled")
    print(f"compiling took most of {spent:.0f} s: it pays when you train for long")


def _wait(where: torch.device) -> None:
    """A GPU is only told what to do; this waits until it has done it."""
    import torch

    if where.type == "cuda":
        torch.cuda.synchronize(where)


def _best_time(once: Callable[[], None], seconds: float) -> float:
    """The shortest of three or more runs, after one to warm up, in about so many seconds."""
    once()
    best, runs = float("inf"), 0
    end = time.perf_counter() + seconds
    while runs < 3 or time.perf_counter() < end:
        start = time.perf_counter()
        once()
        best, runs = min(best, time.perf_counter() - start), runs + 1
    return best


def _stated(where: torch.device) -> tuple[float, float] | None:
    """Operations a second that the maker states: float32, and 16 bits with matrix units."""
    import torch

    if where.type != "cuda":
        return None
    name = torch.cuda.get_device_name(where)
    for key in sorted(_STATED, key=len, reverse=True):
        if key in name:
            plain, units = _STATED[key]
            return plain * 1e12, units * 1e12
    return None


# The pictures


def sheet(pictures: PictureSet, each: int = 9, side: int = 64) -> None:
    """A row of pictures for each class, as one large picture: a figure with a hundred axes would take its time."""
    classes, gap = pictures.classes, side // 16
    step = pictures.train_images.shape[-1] // side
    page = np.full((len(classes) * (side + gap) - gap, each * (side + gap) - gap, 3), 255, dtype=np.uint8)
    for kind in range(len(classes)):
        for column, place in enumerate(np.flatnonzero(pictures.train_labels == kind)[:each]):
            top, left = kind * (side + gap), column * (side + gap)
            image = pictures.train_images[place][:, ::step, ::step][:, :side, :side]
            page[top : top + side, left : left + side] = image.transpose(1, 2, 0)
    fig, axes = style.figure(1, 1, width=0.95 * each + 1.3, height=0.95 * len(classes))
    ax = axes[0, 0]
    ax.imshow(page)
    ax.set_xticks([])
    ax.set_yticks([kind * (side + gap) + side / 2 for kind in range(len(classes))], classes)
    ax.tick_params(axis="y", length=0, labelsize=11)
    for spine in ax.spines.values():
        spine.set_visible(False)
    style.finish(
        fig,
        f"Pictures of the set {pictures.name}, a row of {each} for each of the classes {', '.join(classes)}. Within a "
        "row the things differ in place, size, colour, background and light.",
        colours=256,
    )


def top_k(top_k_error: Function, logits: Array, labels: Array) -> None:
    """The reader's top-k error of logistic regression for every k, beside that of guessing."""
    classes = logits.shape[1]
    errors = np.zeros(classes)
    for k in range(1, classes + 1):
        error = attempt(top_k_error, logits, labels, k, shape=())
        if error is None:
            return
        errors[k - 1] = float(error)
    fig, axes = style.figure(1, 1, width=6.4, height=2.8)
    ax = axes[0, 0]
    ks = np.arange(1, classes + 1)
    ax.plot(ks, 1 - ks / classes, color=style.GREY, linestyle="--", linewidth=1.5, label="guessing")
    ax.plot(ks, errors, color=style.ORANGE, marker="s", linewidth=2, label="logistic regression")
    ax.set_xticks(ks)
    ax.set_yticks([0, 0.5, 1], ["0%", "50%", "100%"])
    ax.set_ylim(-0.03, 1.03)
    ax.set_xlabel("k")
    ax.set_title("top-k error on held-out pictures", fontweight="bold", loc="left")
    ax.legend()
    listed = ", ".join(f"{error:.0%}" for error in errors)
    style.finish(
        fig,
        f"Top-k error of logistic regression for k from 1 to {classes}: {listed}. Guessing would have 1 - k/{classes}, "
        "a straight line from 90% to 0%.",
    )


def crops(random_crop_flip: Function, pictures: PictureSet, size: int, many: int = 11) -> None:
    """One picture, and what the reader's function makes of it, batch after batch."""
    import torch

    image = pictures.train_images[np.flatnonzero(pictures.train_labels == 0)[0]]

    def cropped(images: Array) -> Array:
        out: Array = random_crop_flip(torch.as_tensor(images), size, 0).numpy()
        return out

    cropped.__name__ = getattr(random_crop_flip, "__name__", "random_crop_flip")
    given = attempt(cropped, np.repeat(image[None], many, axis=0), shape=(many, 3, size, size))
    if given is None:
        return
    fig, axes = style.figure(2, (many + 1) // 2, width=1.5 * ((many + 1) // 2), height=3.4)
    _show(axes[0, 0], image, f"{image.shape[1]}×{image.shape[2]}")
    for ax, some in zip(axes.flat[1:], given):
        _show(ax, some.astype(np.uint8))
    axes[0, 1].set_title(f"{size}×{size}, drawn anew each time", fontweight="bold", loc="left")
    apart = len(np.unique(given.reshape(many, -1), axis=0))
    style.finish(
        fig,
        f"A picture, and {many} crops of it of {size} by {size} pixels, some of them mirrored; {apart} of them differ.",
    )


# The network


def residual_block() -> None:
    """A drawing of a residual block: two convolutions, and a way around them."""
    fig, axes = style.figure(1, 1, width=9.4, height=2.5)
    ax = axes[0, 0]
    ax.set_axis_off()
    ax.set_xlim(0, 16.2)
    ax.set_ylim(-0.2, 4.3)
    boxes = [
        (1.6, 1.0, 3.6, "ConvBlock\n(stride)", style.BLUE),
        (6.0, 1.0, 3.6, "conv 3×3,\nbatch norm", style.BLUE),
        (6.0, 3.0, 3.6, "shortcut: x itself, or conv 1×1", style.GREEN),
        (12.2, 1.0, 1.8, "ReLU", style.SKY),
    ]
    for left, bottom, width, text, color in boxes:
        low = bottom - 0.7 if bottom < 2 else bottom - 0.4
        high = 1.4 if bottom < 2 else 0.9
        start = 3.6 if bottom > 2 else left
        wide = 6.0 if bottom > 2 else width
        _rounded(ax, start, low, wide, high, color)
        white = style.INK if color == style.SKY else style.PAPER
        ax.text(start + wide / 2, low + high / 2, text, ha="center", va="center", color=white, fontsize=11)
    ax.text(0.3, 1.0, "x", fontsize=14, va="center", ha="center", color=style.INK)
    ax.text(10.9, 1.0, "+", fontsize=20, va="center", ha="center", color=style.INK)
    ax.text(15.4, 1.0, "output", fontsize=12, va="center", ha="center", color=style.INK)
    for x0, x1 in ((0.6, 1.6), (5.2, 6.0), (9.6, 10.5), (11.3, 12.2), (14.0, 14.7)):
        ax.annotate("", (x1, 1.0), (x0, 1.0), arrowprops={"arrowstyle": "->", "color": style.INK})
    ax.plot([1.0, 1.0, 3.6], [1.0, 3.05, 3.05], color=style.INK, linewidth=1)
    ax.plot([9.6, 10.9], [3.05, 3.05], color=style.INK, linewidth=1)
    ax.annotate("", (10.9, 1.4), (10.9, 3.05), arrowprops={"arrowstyle": "->", "color": style.INK})
    style.finish(
        fig,
        "A residual block. The input x goes two ways: through a ConvBlock and then a 3 by 3 convolution with batch "
        "norm, and along a shortcut, which is x itself or a 1 by 1 convolution. Both are added, and ReLU follows.",
    )


def inside(network: Function, pictures: PictureSet, size: int) -> None:
    """What the network's layers with weights give for one picture, and how many weights each of them has."""
    import torch

    model = training.build(network, len(pictures.classes))
    if model is None:
        return
    rows: list[tuple[str, str, int]] = []

    def note(module: nn.Module, _: Any, output: torch.Tensor) -> None:
        if isinstance(module, torch.nn.Linear):
            kind = "fully connected"
        else:
            k, stride = module.kernel_size[0], module.stride[0]  # type: ignore[index]
            kind = f"conv {k}×{k}" + (f", stride {stride}" if stride != 1 else "")
        rows.append((kind, _by(tuple(output.shape[1:])), sum(p.numel() for p in module.parameters())))

    hooks = [
        m.register_forward_hook(note) for m in model.modules() if isinstance(m, (torch.nn.Conv2d, torch.nn.Linear))
    ]
    model.eval()
    with torch.no_grad():
        model(torch.zeros(1, 3, size, size, device=next(model.parameters()).device))
    for hook in hooks:
        hook.remove()
    total = sum(p.numel() for p in model.parameters() if p.requires_grad)
    fig, axes = style.figure(1, 1, width=8.6, height=0.36 * len(rows) + 0.9)
    ax = axes[0, 0]
    numbers = [weights for *_, weights in rows]
    colors = [style.ORANGE if kind.startswith("fully") else style.BLUE for kind, *_ in rows]
    ax.barh(range(len(rows)), numbers, color=colors, height=0.62)
    for place, number in enumerate(numbers):
        ax.text(number + max(numbers) * 0.01, place, f"{number:,}", va="center", fontsize=10, color=style.INK)
    ax.set_yticks(range(len(rows)), [f"{kind}   {after}" for kind, after, _ in rows])
    ax.tick_params(axis="y", length=0)
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)
    ax.set_xlim(0, max(numbers) * 1.15)
    ax.invert_yaxis()
    ax.set_title(f"weights, {total:,} in all with those of batch norm", fontweight="bold", loc="left")
    listed = "; ".join(f"{kind} to {after}: {number:,}" for kind, after, number in rows)
    style.finish(
        fig, f"The network's convolutions and fully connected layers, in the order in which they run. {listed}."
    )


# Training


def one_batch(network: Function, train_step: Function, pictures: PictureSet, steps: int = 25, many: int = 32) -> None:
    """The loss on one small batch, trained on again and again by the reader's `train_step`."""
    import torch

    model = training.build(network, len(pictures.classes))
    if model is None:
        return
    where = next(model.parameters()).device
    images = training.to_input(torch.as_tensor(pictures.train_images[:many]).to(where))
    labels = torch.as_tensor(pictures.train_labels[:many]).to(where)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    model.train()

    def losses() -> Array:
        return np.array([float(train_step(model, images, labels, optimizer)) for _ in range(steps)])

    losses.__name__ = getattr(train_step, "__name__", "train_step")
    given = attempt(losses, shape=(steps,))
    if given is None:
        return
    fig, axes = style.figure(1, 1, width=7.0, height=2.9)
    ax = axes[0, 0]
    ax.plot(range(1, steps + 1), given, color=style.BLUE, linewidth=2)
    guess = float(np.log(len(pictures.classes)))
    ax.axhline(guess, color=style.GREY, linestyle="--", linewidth=1)
    ax.text(steps, guess, f"log {len(pictures.classes)} = {guess:.2f}", ha="right", va="bottom", color=style.INK)
    ax.set_ylim(0, max(guess * 1.2, float(given.max()) * 1.05))
    ax.set_xlabel("step")
    ax.set_title(f"loss on the same {many} pictures", fontweight="bold", loc="left")
    style.finish(
        fig,
        f"The loss of {steps} steps on the same {many} pictures: {given[0]:.2f} at first, {given[-1]:.2f} at last. "
        f"A dashed line: guessing, {guess:.2f}.",
    )


def learning_rate(settings: training.Settings) -> None:
    """The learning rate over the training."""
    share = np.linspace(0, 1, 200)
    fig, axes = style.figure(1, 1, width=6.4, height=2.3)
    ax = axes[0, 0]
    rates = [training.one_cycle(float(at), settings.lr) for at in share]
    ax.plot(share * settings.epochs, rates, color=style.BLUE, linewidth=2)
    ax.set_xlabel("epoch")
    ax.set_ylim(0, settings.lr * 1.1)
    ax.set_title("learning rate", fontweight="bold", loc="left")
    style.finish(
        fig,
        f"The learning rate over {settings.epochs} epochs: it rises from nearly 0 to {settings.lr} in the first "
        "quarter and falls to 0 in the rest, without a corner.",
    )


def learned(history: Sequence[training.Epoch], rival: float) -> None:
    """Loss and held-out error after each epoch, beside the error of a model without convolutions."""
    if not history:
        print("Nothing has been trained yet: this picture comes after the training.")
        return
    fig, axes = style.figure(1, 2, width=9.4, height=3.0)
    epochs = np.arange(1, len(history) + 1)
    losses, errors = [item.loss for item in history], [item.top1 for item in history]
    axes[0, 0].plot(epochs, losses, marker="o", color=style.BLUE, linewidth=2)
    axes[0, 0].set_title("loss on cropped training pictures", fontweight="bold", loc="left")
    axes[0, 0].set_ylim(0, max(losses) * 1.1)
    ax = axes[0, 1]
    ax.plot(epochs, errors, marker="o", color=style.BLUE, linewidth=2)
    ax.axhline(rival, color=style.ORANGE, linestyle="--", linewidth=1.5)
    ax.text(epochs[-1], rival + 0.02, f"logistic regression {rival:.0%}", ha="right", fontsize=10, color=style.INK)
    offset = (0, 8) if errors[-1] < 0.85 else (0, -16)
    ax.annotate(
        f"{errors[-1]:.1%}", (epochs[-1], errors[-1]), offset, textcoords="offset points", ha="center", color=style.INK
    )
    ax.set_ylim(0, 1.05)
    ax.set_yticks([0, 0.5, 1], ["0%", "50%", "100%"])
    ax.set_title("error on held-out pictures", fontweight="bold", loc="left")
    for ax in axes[0]:
        ax.set_xlabel("epoch")
        ax.set_xticks(epochs if len(epochs) <= 12 else epochs[:: len(epochs) // 8])
        ax.set_xlim(0.7, len(epochs) + 0.5)
    style.finish(
        fig,
        f"Left: the loss falls from {losses[0]:.2f} to {losses[-1]:.2f} in {len(history)} epochs. Right: the error on "
        "held-out pictures after each epoch: "
        + ", ".join(f"{error:.1%}" for error in errors)
        + f". Logistic regression "
        f"on the same pictures: {rival:.0%}.",
    )


def compare(model: nn.Module | None, evaluate: Function, pictures: PictureSet, rival: float) -> None:
    """Prints held-out errors: guessing, logistic regression, the network, and the network asked twice."""
    if model is None:
        print("Train the network first.")
        return
    batches = training.held_out(pictures, next(model.parameters()).device)
    try:
        once, twice = evaluate(model, batches), evaluate(training.with_flips(model), batches)
        rows = [
            ("guessing", 1 - 1 / len(pictures.classes), 1 - 5 / len(pictures.classes)),
            ("logistic regression on pixels", rival, None),
            ("the network", float(once[0]), float(once[1])),
            ("... and on the mirror image too", float(twice[0]), float(twice[1])),
        ]
    except Exception as error:  # whatever the reader's code raises, the page goes on
        said = "isn't written yet" if isinstance(error, NotImplementedError) else f"stopped with {error}"
        print(f"{getattr(evaluate, '__name__', 'evaluate')} {said}.")
        return
    print(f"{'error on ' + format(len(pictures.test_labels), ',') + ' held-out pictures':<36}{'top-1':>8}{'top-5':>8}")
    for name, top1, top5 in rows:
        print(f"{name:<36}{top1:>8.1%}" + (f"{top5:>8.1%}" if top5 is not None else f"{'–':>8}"))


# What it has learned


def untrained_filters(network: Function, classes: int, seed: int = 0) -> None:
    """The first layer's filters of a network that has learned nothing, as small colour pictures."""
    before = _first_layer(training.build(network, classes, seed))
    if before is not None:
        _filters([("at random", before)])


def first_filters(model: nn.Module | None, network: Function, classes: int, seed: int = 0) -> None:
    """The first layer's filters after the training, below those that it started from."""
    after = _first_layer(model)
    before = _first_layer(training.build(network, classes, seed)) if after is not None else None
    if after is not None and before is not None:
        _filters([("at random", before), ("learned", after)])


def _filters(rows: Sequence[tuple[str, Array]], most: int = 16) -> None:
    """Filters (F, 3, k, k) in rows, each stretched to the full range of colours."""
    columns = min(most, len(rows[0][1]))
    fig, axes = style.figure(len(rows), columns, width=0.66 * columns + 0.8, height=0.72 * len(rows) + 0.1)
    for row, (name, filters) in enumerate(rows):
        for ax, weights in zip(axes[row], filters):
            low, high = weights.min(), weights.max()
            ax.imshow(((weights - low) / max(high - low, 1e-12)).transpose(1, 2, 0))
            _bare(ax)
        axes[row, 0].set_ylabel(name, rotation=0, ha="right", va="center", fontsize=11, color=style.INK)
    said = {
        "at random": "at random, each weight another colour",
        "learned": "and the same ones after the training: neighbouring weights are more alike now, so that many "
        "filters are edges between light and dark or between two colours",
    }
    k = _by(rows[0][1].shape[2:])
    listed = "; ".join(said[name] for name, _ in rows)
    style.finish(fig, f"{columns} filters of the first layer, {k} weights as colours, {listed}.")


def maps(model: nn.Module | None, pictures: PictureSet, place: int, each: int = 8) -> None:
    """A picture on its way through the network: some maps after each change of size."""
    if model is None:
        print("Train the network first.")
        return
    outputs = _maps_of(model, pictures.test_images[place])
    sizes = list(dict.fromkeys(side for side, _ in outputs))
    last = [next(values for size, values in reversed(outputs) if size == side) for side in sizes]
    fig, axes = style.figure(len(last), each + 1, width=1.05 * (each + 1), height=1.1 * len(last))
    for ax in axes[:, 0]:
        ax.set_axis_off()
    axes[0, 0].set_axis_on()
    _show(axes[0, 0], pictures.test_images[place])
    for row, values in enumerate(last):
        loud = np.argsort(values.std(axis=(1, 2)))[::-1][:each]
        for column, channel in enumerate(loud):
            ax = axes[row, column + 1]
            limit = float(np.abs(values[channel]).max()) or 1.0
            ax.imshow(values[channel], cmap=style.signed_map(), vmin=-limit, vmax=limit)
            _bare(ax)
        text = f"{values.shape[0]} maps\n{_by(values.shape[1:])}"
        if row:
            axes[row, 0].text(0.95, 0.5, text, ha="right", va="center", transform=axes[row, 0].transAxes, fontsize=10)
        else:
            axes[row, 1].set_title(text.replace("\n", " of "), fontsize=10, loc="left", fontweight="normal")
    name = pictures.classes[pictures.test_labels[place]]
    listed = "; ".join(f"{len(values)} of {_by(values.shape[1:])}" for values in last)
    style.finish(
        fig,
        f"A picture of the class {name} and the {each} liveliest maps at each size: {listed}. In the first ones the "
        "thing and its edges can be seen; the last ones are coarse and light up in places only.",
    )


def activation_maps(model: nn.Module | None, pictures: PictureSet, many: int = 7) -> None:
    """Held-out pictures, one of each class, and below each where the network saw its answer."""
    if model is None:
        print("Train the network first.")
        return
    many = min(many, len(pictures.classes))
    places = [int(np.flatnonzero(pictures.test_labels == kind)[1]) for kind in range(many)]
    fig, axes = style.figure(2, many, width=1.5 * many, height=3.5)
    said = []
    for column, place in enumerate(places):
        image = pictures.test_images[place]
        answer = int(_logits(model, image[None])[0].argmax())
        right = answer == pictures.test_labels[place]
        _show(axes[0, column], image, pictures.classes[answer] + ("" if right else " ✗"), small=True)
        _heat(axes[1, column], image, _class_map(model, image, answer))
        said.append(
            pictures.classes[answer] + ("" if right else f" (it is {pictures.classes[pictures.test_labels[place]]})")
        )
    style.finish(
        fig,
        f"{many} held-out pictures with the network's answers: {', '.join(said)}. Below, the same pictures, darkened "
        "but for the places that spoke for the answer.",
    )


def in_a_photograph(
    model: nn.Module | None, pictures: PictureSet, kinds: Sequence[str] = ("stop", "bicycle", "car")
) -> None:
    """A real photograph with three drawn things in it, larger than any training picture, and a map for each class."""
    if model is None:
        print("Train the network first.")
        return
    if pictures.classes != road_signs.CLASSES:
        print("The pictures above are real photographs already; this one is for the drawn set.")
        return
    image = np.asarray(shrunk(photo(), 3).transpose(2, 0, 1), dtype=np.float32)  # (3, 142, 213)
    rng = np.random.default_rng(2)
    for kind, middle in zip(kinds, ((88, 34), (100, 108), (84, 180))):
        road_signs.put(image, pictures.classes.index(kind), rng, middle, 24)
    image = np.asarray(np.clip(image, 0, 1) * 255, dtype=np.uint8)
    fig, axes = style.figure(1, len(kinds) + 1, width=10.8, height=2.2)
    _show(axes[0, 0], image, "the photograph")
    for ax, kind in zip(axes[0, 1:], kinds):
        _heat(ax, image, _class_map(model, image, pictures.classes.index(kind)), f"“{kind}” is here")
    style.finish(
        fig,
        f"A photograph of a Chinese temple with a drawn {', '.join(kinds)} in front of it, from left to right, and a "
        "map for each of these classes: bright is where the network sees the class.",
    )


def most_wrong(model: nn.Module | None, pictures: PictureSet, many: int = 12) -> None:
    """The held-out pictures whose true class got the least belief."""
    if model is None:
        print("Train the network first.")
        return
    logits = _logits(model, pictures.test_images)
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    beliefs = shifted / shifted.sum(axis=1, keepdims=True)
    truth = beliefs[np.arange(len(beliefs)), pictures.test_labels]
    worst = np.argsort(truth)[:many]
    columns = many // 2
    fig, axes = style.figure(2, columns, width=1.75 * columns, height=4.5)
    said = []
    for ax, place in zip(axes.flat, worst):
        answer, true = int(beliefs[place].argmax()), int(pictures.test_labels[place])
        _show(ax, pictures.test_images[place])
        ax.set_title(
            f"{pictures.classes[true]}\n→ {pictures.classes[answer]} {beliefs[place, answer]:.0%}",
            fontsize=9, fontweight="normal", loc="left",
        )  # fmt: skip
        said.append(f"{pictures.classes[true]} taken for {pictures.classes[answer]}")
    wrong = int(np.sum(beliefs.argmax(axis=1) != pictures.test_labels))
    print(f"{wrong} of {len(beliefs):,} held-out pictures are wrong; these got the least belief for what they are")
    style.finish(fig, f"The {many} held-out pictures that the network got most wrong: {'; '.join(said)}.")


def _first_layer(model: nn.Module | None) -> Array | None:
    import torch

    if model is None:
        print("Train the network first.")
        return None
    convolutions = [module for module in model.modules() if isinstance(module, torch.nn.Conv2d)]
    if not convolutions or convolutions[0].in_channels != 3:
        print("The network's first layer is no convolution of red, green and blue.")
        return None
    weights: Array = convolutions[0].weight.detach().float().cpu().numpy()
    return weights


def _logits(model: nn.Module, images: Array) -> Array:
    """Logits (N, K) for pictures (N, 3, H, W)."""
    import torch

    where, was = next(model.parameters()).device, model.training
    model.eval()
    with torch.no_grad():
        parts = [
            model(training.to_input(torch.as_tensor(some).to(where)))
            for some in np.array_split(images, -(-len(images) // 250))
        ]
    model.train(was)
    out: Array = torch.cat(parts).float().cpu().numpy()
    return out


def _maps_of(model: nn.Module, image: Array) -> list[tuple[int, Array]]:
    """What each part of the network gives for a picture, as (height, maps (C, H, W)); single numbers are left out."""
    found = _run(model, image, track=False)[1]
    return [(values.shape[2], values[0].detach().float().cpu().numpy()) for values in found]


def _class_map(model: nn.Module, image: Array, kind: int) -> Array:
    """How much each place of the last maps speaks for a class, (h, w), 0 to 1.

    A class activation map (Zhou et al., 2016), computed by gradients (Selvaraju et al., 2017), so that it fits every
    network; with a mean over places and one fully connected layer at the end both are the same up to a factor.
    """
    import torch

    logits, found = _run(model, image, track=True)
    last = found[-1]
    (gradient,) = torch.autograd.grad(logits[0, kind], last)
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    heat: Array = torch.relu((weights * last).sum(dim=1))[0].detach().float().cpu().numpy()
    return heat / max(float(heat.max()), 1e-12)


def _run(model: nn.Module, image: Array, track: bool) -> tuple[torch.Tensor, list[torch.Tensor]]:
    """Logits for one picture, and the maps (1, C, h, w) that the network's parts gave, in order."""
    import torch

    found: list[torch.Tensor] = []

    def note(_module: nn.Module, _inputs: Any, output: Any) -> None:
        if isinstance(output, torch.Tensor) and output.ndim == 4 and output.shape[2] * output.shape[3] > 1:
            found.append(output)

    where, was = next(model.parameters()).device, model.training
    hooks = [module.register_forward_hook(note) for module in model.modules() if module is not model]
    model.eval()
    with torch.set_grad_enabled(track):
        logits = model(training.to_input(torch.as_tensor(image[None]).to(where)))
    model.train(was)
    for hook in hooks:
        hook.remove()
    return logits, found


# Parts


def _show(ax: Axes, image: Array, title: str = "", small: bool = False) -> None:
    ax.imshow(image.transpose(1, 2, 0))
    _bare(ax)
    if title:
        ax.set_title(title, fontweight="bold", loc="left", fontsize=10 if small else 12)


def _heat(ax: Axes, image: Array, heat: Array, title: str = "") -> None:
    """The picture, dark where the map (h, w) is low, with a line around where it is above the half."""
    soft = _stretched(heat, *image.shape[1:])
    ax.imshow(image.transpose(1, 2, 0) / 255 * (0.22 + 0.78 * soft[..., None]))
    ax.contour(soft, levels=[0.5], colors=[style.PAPER], linewidths=3)
    ax.contour(soft, levels=[0.5], colors=[style.ORANGE], linewidths=1.5)
    _bare(ax)
    if title:
        ax.set_title(title, fontweight="bold", loc="left", fontsize=11)


def _stretched(heat: Array, rows: int, columns: int) -> Array:
    """A small map (h, w) at the picture's size, straight lines between its values.

    Value (i, j) belongs to pixel (i * stride, j * stride): windows of 3 with padding 1 have their middle there.
    """
    at_rows = np.arange(rows) / rows * heat.shape[0]
    at_columns = np.arange(columns) / columns * heat.shape[1]
    tall = np.array([np.interp(at_rows, np.arange(heat.shape[0]), column) for column in heat.T]).T
    return np.array([np.interp(at_columns, np.arange(heat.shape[1]), row) for row in tall])


def _rounded(ax: Axes, left: float, low: float, width: float, height: float, color: str) -> None:
    from matplotlib.patches import FancyBboxPatch

    style_of = "round,pad=0,rounding_size=0.2"
    ax.add_patch(FancyBboxPatch((left, low), width, height, boxstyle=style_of, facecolor=color, edgecolor="none"))


def _bare(ax: Axes) -> None:
    ax.set_xticks([])
    ax.set_yticks([])
    for spine in ax.spines.values():
        spine.set(visible=True, color=style.FAINT)
