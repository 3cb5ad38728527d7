"""How long the course's training takes, as a multiple of PyTorch's time: `python benchmarks/training.py`.

The network of notebooks 06 and 07 on the digits: the same start, the same batches in the same order, one thread each,
processor time. NumPy computes in float64, PyTorch in float64 and in float32. They take turns, and the fastest counts.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))
sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
import torch
import torch.nn.functional as functional

from exercises.backprop.train import train
from helpers import data, weights

LR, EPOCHS, BATCH, SEED = 0.2, 12, 16, 0
TARGET = 4.0
Params = dict[str, np.ndarray]


def main(turns: int = 3) -> None:
    """Prints both times and accuracies, and the ratio against its target."""
    torch.set_num_threads(1)
    images, labels, test, test_labels = data.digits()
    x, new = images[:, None] / 16, test[:, None] / 16
    jobs: dict[str, Callable[..., Params]] = {"NumPy": _ours, "PyTorch": _theirs, "PyTorch, float32": _theirs_float32}
    seconds = dict.fromkeys(jobs, float("inf"))
    after: dict[str, Params] = {}
    for _ in range(turns):
        for name, job in jobs.items():
            start = time.thread_time()
            after[name] = job(weights.he_start(), x, labels)
            seconds[name] = min(seconds[name], time.thread_time() - start)
    steps = EPOCHS * -(-len(x) // BATCH)
    print(f"NumPy {np.__version__}, PyTorch {torch.__version__}, one thread each; {steps} steps of {BATCH} digits\n")
    for name, params in after.items():
        right = np.mean(_logits(_tensors(params), torch.tensor(new)).argmax(dim=1).numpy() == test_labels)
        print(f"{name:<18}{seconds[name]:>7.2f} s{seconds[name] / steps * 1e3:>8.2f} ms a step{right:>8.1%} right")
    for name in ("PyTorch", "PyTorch, float32"):
        ratio = seconds["NumPy"] / seconds[name]
        said = "met" if ratio <= TARGET else "NOT met"
        print(f"NumPy / {name}: {ratio:.2f}, target {TARGET:.1f}: {said}")
    difference = max(float(np.abs(after["NumPy"][name] - after["PyTorch"][name]).max()) for name in after["NumPy"])
    print(f"largest difference between the weights that both learned: {difference:.1e}")


def _ours(start: Params, x: np.ndarray, y: np.ndarray) -> Params:
    params: Params = train(start, x, y, LR, EPOCHS, BATCH, SEED)[0]
    return params


def _theirs(start: Params, x: np.ndarray, y: np.ndarray, dtype: torch.dtype = torch.float64) -> Params:
    """The same in PyTorch, as one would write it there."""
    rng = np.random.default_rng(SEED)
    params = {name: tensor.to(dtype).requires_grad_() for name, tensor in _tensors(start).items()}
    optimizer = torch.optim.SGD(params.values(), lr=LR)
    images, labels = torch.tensor(x, dtype=dtype), torch.tensor(y)
    for _ in range(EPOCHS):
        order, losses = torch.tensor(rng.permutation(len(x))), 0.0
        for chosen in order.split(BATCH):
            optimizer.zero_grad()
            loss = functional.cross_entropy(_logits(params, images[chosen]), labels[chosen])
            loss.backward()
            optimizer.step()
            losses += loss.item() * len(chosen)
    return {name: tensor.detach().numpy() for name, tensor in params.items()}


def _theirs_float32(start: Params, x: np.ndarray, y: np.ndarray) -> Params:
    return _theirs(start, x, y, torch.float32)


def _tensors(params: Params) -> dict[str, torch.Tensor]:
    return {name: torch.tensor(value) for name, value in params.items()}


def _logits(params: dict[str, torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    for layer in "12":
        x = functional.conv2d(x.to(params["w1"].dtype), params["w" + layer], params["b" + layer], padding=1)
        x = functional.max_pool2d(functional.relu(x), 2, 2)
    return functional.linear(x.flatten(1), params["w3"], params["b3"])


if __name__ == "__main__":
    main()
