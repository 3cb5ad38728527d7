"""How long helpers/layers.py takes, as a multiple of PyTorch's time: `python benchmarks/layers.py`.

One thread each, batches of 64, float32; processor time. The two take turns, and of many turns the fastest of each
counts, so that other work on the machine disturbs neither more than the other. PyTorch's backward pass is autograd's,
without the forward one.
"""

from __future__ import annotations

import itertools
import os
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))
sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
import torch
import torch.nn.functional as functional

from helpers import layers

SHAPES = ((64, 1, 28, 28), (64, 16, 14, 14))
TARGETS = {"conv2d forward": 2.0, "conv2d backward": 2.5, "max_pool2d forward": 3.0, "max_pool2d backward": 3.0}


def main(rounds: int = 40) -> None:
    """Prints a line for each layer and size, and for each kind of layer the worst ratio against its target."""
    torch.set_num_threads(1)
    worst = dict.fromkeys(TARGETS, 0.0)
    print(f"NumPy {np.__version__}, PyTorch {torch.__version__}, one thread each; times in microseconds\n")
    print(f"{'images':>16}  {'layer':<36}{'NumPy':>9}{'PyTorch':>9}{'ratio':>7}")
    for shape in SHAPES:
        for name, detail, ours, theirs in [*_convolutions(shape), *_poolings(shape)]:
            seconds = _in_turns(ours, theirs, rounds)
            ratio = seconds[0] / seconds[1]
            worst[name] = max(worst[name], ratio)
            size = " x ".join(map(str, shape))
            times = "".join(f"{second * 1e6:>9.0f}" for second in seconds)
            print(f"{size:>16}  {name:<20}{detail:<16}{times}{ratio:>7.2f}")
    print()
    for name, ratio in worst.items():
        said = "met" if ratio <= TARGETS[name] else "NOT met"
        print(f"{name:<20} worst {ratio:.2f}, target {TARGETS[name]:.1f}: {said}")


Job = tuple[str, str, Callable[[], object], Callable[[], object]]


def _convolutions(shape: tuple[int, ...]) -> list[Job]:
    rng = np.random.default_rng(0)
    jobs: list[Job] = []
    for size, filters in itertools.product((3, 5), (8, 16, 32)):
        w_shape = (filters, shape[1], size, size)
        arrays = [rng.normal(size=part).astype(np.float32) for part in (shape, w_shape, (filters,))]
        tensors = [torch.tensor(array, requires_grad=True) for array in arrays]
        for padding in (0, size // 2):
            z = functional.conv2d(*tensors, padding=padding)
            dz = torch.randn_like(z)
            detail = f"{filters} {size}x{size} pad {padding}"
            ours: Callable[[], object] = partial(layers.conv2d, *arrays, padding)
            jobs.append(("conv2d forward", detail, ours, partial(functional.conv2d, *tensors, padding=padding)))
            ours = partial(layers.conv2d_backward, dz.numpy(), *arrays[:2], padding)
            jobs.append(("conv2d backward", detail, ours, partial(_autograd, z, tensors, dz)))
    return jobs


def _poolings(shape: tuple[int, ...]) -> list[Job]:
    jobs: list[Job] = []
    for size, stride in ((2, 2), (3, 2), (3, 3)):
        tensor = torch.randn(shape, requires_grad=True)
        y = functional.max_pool2d(tensor, size, stride)
        dy, x = torch.randn_like(y), tensor.detach().numpy()
        detail = f"size {size} stride {stride}"
        # Both note where the maxima are, for the backward pass.
        ours: Callable[[], object] = partial(layers.max_pool2d_argmax, x, size, stride)
        jobs.append(("max_pool2d forward", detail, ours, partial(functional.max_pool2d, tensor, size, stride)))
        places = layers.max_pool2d_argmax(x, size, stride)[1]
        ours = partial(layers.max_pool2d_backward, dy.numpy(), x, size, stride, places)
        jobs.append(("max_pool2d backward", detail, ours, partial(_autograd, y, tensor, dy)))
    return jobs


def _autograd(output: torch.Tensor, inputs: Sequence[torch.Tensor], gradient: torch.Tensor) -> object:
    return torch.autograd.grad(output, inputs, gradient, retain_graph=True)


def _in_turns(ours: Callable[[], object], theirs: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Seconds of the fastest of many calls of each, after a few to warm up."""
    best = [float("inf"), float("inf")]
    for turn in range(rounds + 3):
        for index, function in enumerate((ours, theirs)):
            start = time.thread_time()
            function()
            if turn >= 3:
                best[index] = min(best[index], time.thread_time() - start)
    return best[0], best[1]


if __name__ == "__main__":
    main()
