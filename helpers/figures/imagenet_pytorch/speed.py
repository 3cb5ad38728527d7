"""PyTorch's numbers, and how fast it is on this device."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ... import devices, layers
from ...attempt import attempt
from ...experiments import device_speed, speed_ladder
from ...pictures import photo, shrunk
from .. import drawing, style
from .parts import is_trained

if TYPE_CHECKING:
    import torch
    from torch import nn

Function = Callable[..., Any]


def same_numbers(as_conv2d: Function) -> None:
    """The reader's layer of PyTorch beside the convolution of this course, on the same picture and filters."""
    rng = np.random.default_rng(8)
    image = shrunk(photo()[40:232, 60:348], 4).transpose(2, 0, 1)[None] - 0.5
    w = np.zeros((2, 3, 3, 3))
    w[0] = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]]) / 3
    w[1] = np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]])
    b = rng.normal(0, 0.1, 2)
    ours = layers.conv2d(image, w, b, padding=1, stride=1)

    def theirs(x: np.ndarray) -> np.ndarray:
        import torch

        with devices.random_state_kept(), torch.no_grad():  # a new layer starts with random weights
            layer = as_conv2d(w.copy(), b.copy(), 1, 1)
            out: np.ndarray = layer(torch.as_tensor(x, dtype=layer.weight.dtype)).double().numpy()
        return out

    given = attempt(theirs, image, shape=ours.shape, reader=as_conv2d)
    if given is None:
        return
    fig, axes = style.figure(2, 3, width=9.0, height=3.7)
    for row in range(2):
        limit = float(np.abs(ours[0, row]).max())
        difference = np.abs(given[0, row] - ours[0, row])
        panels = (
            (ours[0, row], "notebook 04's conv2d" if row == 0 else ""),
            (given[0, row], "your nn.Conv2d" if row == 0 else ""),
            (difference, f"difference: at most {difference.max():.0e}"),
        )
        for ax, (values, title) in zip(axes[row], panels):
            drawing.pixels(ax, values, title, numbers=False, signed=True, limit=limit, lines=False)
    style.show(
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

    counts = [1, 4, 16, 64, 256, 1024, 4096]
    cpu = torch.device("cpu")
    runners = {"NumPy (helpers.layers)": None, "PyTorch, CPU": cpu}
    ceilings = {"CPU": (style.SKY, device_speed.matrix_rate(cpu, torch.float32))}
    if where.type != "cpu":
        runners["PyTorch, GPU"] = where
        ceilings["GPU"] = (style.BLUE, device_speed.matrix_rate(where, torch.float32))
    reached = {name: device_speed.convolution_rates(place, counts, seconds) for name, place in runners.items()}
    fig, axes = style.figure(1, 1, width=8.6, height=3.9)
    ax = axes[0, 0]
    drawing.lines(ax, counts, reached, (style.ORANGE, style.SKY, style.BLUE))
    for name, (color, rate) in ceilings.items():
        ax.axhline(rate, color=color, linestyle="--", linewidth=1.5, label=f"{name}: one large matrix product")
    stated = device_speed.stated_rate(where)
    if stated:
        ax.axhline(stated, color=style.GREY, linestyle=":", label="GPU: stated by its maker, float32")
    ax.set_xscale("log", base=4)
    ax.set_yscale("log")
    shown = counts[: max(len(rates) for rates in reached.values())]
    ax.set_xticks(shown, [str(count) for count in shown])
    ax.minorticks_off()
    side = device_speed.SIDE
    ax.set_xlabel(f"pictures at once ({device_speed.CHANNELS} channels of {side}×{side})")
    ax.set_ylabel("operations a second")
    low, high = ax.get_ylim()
    ticks = [first * 10.0**power for power in range(8, 16) for first in (1, 2, 5)]
    ticks = [tick for tick in ticks if low <= tick <= high]
    if len(ticks) > 6:  # with a GPU the axis is long
        ticks = [10.0**power for power in range(8, 16) if low <= 10.0**power <= high * 3]
    ax.set_yticks(ticks, [f"{tick / 1e9:g} billion" for tick in ticks])
    drawing.legend(ax, loc="center left", bbox_to_anchor=(1.0, 0.5))
    listed = "; ".join(
        f"{name}: " + ", ".join(f"{rate / 1e9:.3g} for {count}" for count, rate in zip(counts, rates))
        for name, rates in reached.items()
    )
    tops = "; ".join(f"{name} {rate / 1e9:.3g}" for name, (_, rate) in ceilings.items())
    style.show(
        fig,
        f"Billions of operations a second that a convolution reaches, by the number of pictures at once. {listed}. "
        f"In one large product of matrices: {tops}.",
    )
    if where.type == "cpu":
        print("There is no GPU here. On Colab: Runtime > Change runtime type > T4 GPU, then run all again.")


def ladder(model: nn.Module | None, size: int, seconds: float = 0.5) -> None:
    """Prints how many pictures a second the network learns from with one measure after the other, and measured cards.

    The model stays as it is.
    """
    if not is_trained(model):
        return
    batch = devices.batch_size(model, size)
    name = devices.described(next(model.parameters()).device)
    print(f"pictures a second, {batch} of {size}×{size} pixels at once, on {name}\n")
    _print_ladder(speed_ladder.climb(model, size, batch, seconds))
    for card in speed_ladder.MEASURED:
        print(f"\n{card.name}, measured on {card.day}")
        _print_ladder(card.rungs)
    if not speed_ladder.MEASURED:
        print("\nNo other card has been measured yet. This prints its row: python benchmarks/gpu.py --row")


def _print_ladder(rungs: Sequence[speed_ladder.Rung]) -> None:
    print(f"{'':<18}{'training':>10}{'gain':>8}{'evaluation':>12}{'of the matrix rate':>20}")
    for rung in rungs:
        gain = f"{rung.training / rungs[0].training:.1f}×"
        print(f"{rung.name:<18}{rung.training:>10,.0f}{gain:>8}{rung.evaluation:>12,.0f}{rung.share:>20.0%}")


def compiled(model: nn.Module | None, size: int, batch: int = 64) -> None:
    """Prints how long a step's way forward and back takes as it is and after torch.compile; on a GPU only.

    The model stays as it is.
    """
    if not is_trained(model):
        return
    if next(model.parameters()).device.type != "cuda":
        print("Left out: on a CPU torch.compile needs a C++ compiler, a minute or two, and gains little here.")
        return
    times = device_speed.compile_times(model, size, batch)
    milliseconds = f"{times.eager * 1e3:.1f} ms eager, {times.compiled * 1e3:.1f} ms compiled"
    print(f"forward and backward, {batch} pictures: {milliseconds}")
    print(f"compiling took most of {times.total:.0f} s: it pays when you train for long")
