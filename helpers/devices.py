"""The processor that a network runs on: which one, its number format, its memory. PyTorch loads when asked for."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import torch
    from torch import nn

MIN_BATCH, MAX_BATCH = 64, 256
_MEMORY_SHARE = 0.5  # of what is free: the rest is for weights, the library's own needs and a margin
_COPIES = 3  # of each layer's output: itself, what batch norm and ReLU keep of it, and its gradient


def device() -> torch.device:
    """An NVIDIA GPU when there is one, else Apple's ("mps"), else the CPU."""
    import torch

    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def precision(where: torch.device) -> torch.dtype:
    """The number format that the device multiplies fastest in: bfloat16, float16 or float32.

    By the GPU's generation ("compute capability"), not by what it claims: a T4 (7.5) says that it can do bfloat16, and
    only emulates it. Units for float16 came with 7.0, for bfloat16 with 8.0. On the CPU and on Apple's GPU float32.
    """
    import torch

    if where.type != "cuda":
        return torch.float32
    capability = torch.cuda.get_device_capability(where)
    if capability >= (8, 0):
        return torch.bfloat16
    return torch.float16 if capability >= (7, 0) else torch.float32


def described(where: torch.device) -> str:
    """The device in words, with the number format that `precision` chooses for it."""
    import torch

    names = {"cpu": f"CPU, threads: {torch.get_num_threads()}", "mps": "Apple's GPU"}
    name = torch.cuda.get_device_name(where) if where.type == "cuda" else names.get(where.type, where.type)
    return f"{name}, {str(precision(where)).removeprefix('torch.')}"


def tune(where: torch.device) -> None:
    """Lets an NVIDIA GPU choose its fastest convolutions and multiply float32 with its matrix units (TF32).

    The first is a search for each new shape, so all batches should have the same one. The second rounds what is
    multiplied to 10 binary digits; sums stay float32. On other devices nothing changes.
    """
    import torch

    if where.type == "cuda":
        torch.backends.cudnn.benchmark = True
        torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = True


def free_memory(where: torch.device) -> int | None:
    """Bytes that are free on a GPU; None where nobody can say, as on a CPU."""
    import torch

    return torch.cuda.mem_get_info(where)[0] if where.type == "cuda" else None


def batch_size(model: nn.Module, size: int) -> int:
    """How many pictures of `size` by `size` pixels to train on at once: a power of 2 from 64 to 256.

    By the device's free memory and what the layers give for one picture. On a CPU 64: more are not faster there.
    """
    free = free_memory(next(model.parameters()).device)
    if free is None:
        return MIN_BATCH
    fitting = int(free * _MEMORY_SHARE / bytes_per_picture(model, size))
    return max(MIN_BATCH, min(MAX_BATCH, 1 << (max(fitting, 1).bit_length() - 1)))


def bytes_per_picture(model: nn.Module, size: int) -> int:
    """Memory that training needs for one picture, about: the outputs of all layers in float32, several copies each."""
    import torch

    numbers = 0

    def count(module: nn.Module, given: Any, output: Any) -> None:
        nonlocal numbers
        if isinstance(output, torch.Tensor):
            numbers += output.numel()

    leaves = [module for module in model.modules() if not any(module.children())]
    hooks = [module.register_forward_hook(count) for module in leaves]
    was = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        with random_state_kept(), torch.no_grad():
            model(torch.zeros(1, 3, size, size, device=next(model.parameters()).device))
    finally:
        for hook in hooks:
            hook.remove()
        for module, mode in was:
            module.training = mode
    return numbers * 4 * _COPIES


def peak_memory(where: torch.device) -> str:
    """The most memory that PyTorch has used on a GPU so far, of how much there is; empty elsewhere."""
    import torch

    if where.type != "cuda":
        return ""
    used, whole = torch.cuda.max_memory_allocated(where), torch.cuda.mem_get_info(where)[1]
    return f"{used / 2**30:.1f} of {whole / 2**30:.1f} GiB used"


def out_of_memory(error: RuntimeError) -> bool:
    """Whether an error says that the memory was not enough."""
    import torch

    said = str(error)
    return isinstance(error, torch.OutOfMemoryError) or "can't allocate memory" in said or "MPS backend out of" in said


@contextlib.contextmanager
def random_state_kept() -> Iterator[None]:
    """Afterwards PyTorch's and NumPy's random numbers go on where they were, on a GPU too."""
    import torch

    before = np.random.get_state()
    with torch.random.fork_rng(devices=range(torch.cuda.device_count())):
        try:
            yield
        finally:
            np.random.set_state(before)
