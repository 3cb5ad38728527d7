"""Trains the small network whose weights ship with notebook 08: `python -m exercises.road_eyes`, some minutes on a CPU.

Its state dict has the names of torchvision's ResNet-18, in 16 bits.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

_PARTS = (
    (r"^stem\.0\.", "conv1."),
    (r"^stem\.1\.", "bn1."),
    (r"^groups\.(\d)\.(\d)\.", lambda found: f"layer{int(found[1]) + 1}.{found[2]}."),
    (r"\.first\.conv\.", ".conv1."),
    (r"\.first\.norm\.", ".bn1."),
    (r"(layer.*)\.conv\.", r"\1.conv2."),
    (r"\.norm\.", ".bn2."),
    (r"\.shortcut\.", ".downsample."),
    (r"^classify\.", "fc."),
)


def published_name(name: str) -> str:
    """A tensor's name in torchvision's files, for its name in `helpers.blocks.ResNet`."""
    for pattern, other in _PARTS:
        name = re.sub(pattern, other, name)
    return name


def main() -> None:
    """Trains on drawn signs and writes `helpers/weights/road_eyes.npz`."""
    from helpers import blocks, published, road_signs, training

    drawn = road_signs.load(seed=1)  # none of the notebook's pictures
    model = training.build(lambda classes: blocks.ResNet(blocks.ResidualBlock, classes, width=8), len(drawn.classes))
    assert model is not None
    training.fit(model, drawn, training.Settings(epochs=16, size=56), training.resized_crops, _errors)
    weights = {
        published_name(name): item.detach().numpy().astype(np.float16)
        for name, item in model.state_dict().items()
        if item.is_floating_point()
    }
    np.savez_compressed(published.ROAD_EYES, **weights)


def _errors(model: Any, batches: Any) -> tuple[float, float]:
    model.eval()
    ranked = [(model(x).topk(5, dim=1).indices == y[:, None]).sum(dim=0) for x, y in batches]
    found = sum(ranked).cumsum(0) / sum(len(y) for _, y in batches)
    return 1 - float(found[0]), 1 - float(found[4])


if __name__ == "__main__":
    main()
