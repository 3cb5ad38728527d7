"""What several figures of notebook 08 need."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

import numpy as np

from .. import drawing, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from torch import nn


def is_trained(model: nn.Module | None) -> TypeGuard[nn.Module]:
    """Whether there is a network; says so when there is none."""
    if model is None:
        print("Train the network first.")
    return model is not None


def picture(ax: Axes, image: np.ndarray, title: str = "", size: float = style.TITLE) -> None:
    """A picture (3, H, W), uint8, in a faint frame."""
    drawing.picture(ax, image.transpose(1, 2, 0), title, size=size, framed=True)
