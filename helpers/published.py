"""Published weights of ResNet-18, through torchvision, or of a small one that ships with the course. Loads PyTorch.

A state dict names its tensors as torchvision does, so both are loaded into a network of one's own in the same way.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from . import blocks, road_signs, training
from .attempt import attempt, name_of
from .photographs import CACHE, Unavailable

ROAD_EYES = Path(__file__).parent / "weights" / "road_eyes.npz"
_SECONDS = 10  # to wait for an answer: else a download may wait for ever


@dataclass(frozen=True)
class Published:
    """A state dict, the classes of its network's logits, the network's width, the side of pictures that it knows."""

    name: str
    weights: dict[str, torch.Tensor]
    classes: tuple[str, ...]
    width: int
    side: int


def load(cache: Path = CACHE) -> Published:
    """ResNet-18 with ImageNet's thousand classes; where it can't be had, it says why, and gives the small one."""
    try:
        return imagenet(cache)
    except Unavailable as reason:
        print(f"No published weights: {reason} Going on with a small network that knows road signs alone.")
        return road_eyes()


def imagenet(cache: Path = CACHE) -> Published:
    """torchvision's ResNet-18, 45 MB, downloaded once into `cache` and checked against the sum in the file's name.

    Raises Unavailable without torchvision or network, and when what comes is broken.
    """
    try:
        from torchvision.models import ResNet18_Weights
    except ImportError:
        raise Unavailable("torchvision isn't installed (pip install torchvision).") from None
    except RuntimeError as error:  # it was built for another PyTorch
        raise Unavailable(f"torchvision doesn't fit the PyTorch that is installed ({error}).") from None
    chosen: Any = ResNet18_Weights.IMAGENET1K_V1
    waiting = socket.getdefaulttimeout()
    socket.setdefaulttimeout(_SECONDS)
    try:
        weights: dict[str, torch.Tensor] = chosen.get_state_dict(
            model_dir=str(cache / "weights"), progress=False, check_hash=True, map_location="cpu", weights_only=True
        )
    except Exception as error:  # no network, a wrong sum, a broken file: each has errors of its own
        raise Unavailable(f"the weights can't be had ({type(error).__name__}: {error}).") from None
    finally:
        socket.setdefaulttimeout(waiting)
    return Published("ResNet-18, ImageNet", dict(weights), tuple(chosen.meta["categories"]), 64, 224)


def road_eyes() -> Published:
    """A ResNet-18 with an eighth of the channels, trained on drawn road signs by `python -m exercises.road_eyes`."""
    with np.load(ROAD_EYES) as file:
        weights = {name: torch.as_tensor(file[name].astype(np.float32)) for name in file.files}
    return Published("small ResNet, road signs", weights, road_signs.CLASSES, 8, road_signs.SIDE)


def network(block: Callable[..., Any], load_pretrained: Callable[..., Any], known: Published) -> blocks.ResNet | None:
    """A ResNet of the reader's blocks with published weights, which the reader's function loads; not in training mode.

    None when one of them isn't written yet or doesn't work; then it says so.
    """

    def stacked(classes: int) -> blocks.ResNet:
        return blocks.ResNet(block, classes, known.width)

    stacked.__name__ = name_of(block)  # what is said of a failure is said of the block
    model = training.build(stacked, len(known.classes))
    loaded = None if model is None else attempt(load_pretrained, model, known.weights)
    if loaded is not None and not isinstance(loaded, blocks.ResNet):
        print("load_pretrained did not return the model. The checks say more; then run this cell again.")
        return None
    return None if loaded is None else loaded.eval()
