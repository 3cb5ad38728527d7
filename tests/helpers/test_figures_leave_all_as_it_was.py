"""No figure or timing of notebook 08 changes the network, its mode or the random numbers to come."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from torch import nn

from helpers import blocks, road_signs, training
from helpers.experiments import device_speed, looking_inside, timing
from helpers.figures import imagenet_pytorch as figures
from helpers.picture_set import PictureSet

SIZE = 32


class Network(nn.Module):
    def __init__(self, classes: int) -> None:
        super().__init__()
        self.features = nn.Sequential(blocks.ConvBlock(3, 8, 2), nn.Dropout(0.5), blocks.ResidualBlock(8, 16, 2))
        self.classify = nn.Linear(16, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.classify(self.features(x).mean(dim=(2, 3)))
        return logits


def evaluate(model: nn.Module, batches: Any) -> tuple[float, float]:
    was = model.training
    model.eval()
    with torch.no_grad():
        wrong = [(model(x).argmax(1) != y).float().mean().item() for x, y in batches]
    model.train(was)
    return float(np.mean(wrong)), 0.0


def train_step(model: nn.Module, images: torch.Tensor, labels: torch.Tensor, optimizer: Any) -> float:
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    return loss.item()


def as_conv2d(w: np.ndarray, b: np.ndarray, padding: int, stride: int) -> nn.Module:
    layer = nn.Conv2d(w.shape[1], w.shape[0], w.shape[2:], stride=stride, padding=padding)  # type: ignore[arg-type]
    layer.load_state_dict({"weight": torch.as_tensor(w), "bias": torch.as_tensor(b)})
    return layer


def embedded(images: np.ndarray, w: np.ndarray, b: np.ndarray, size: int) -> np.ndarray:
    np.random.random()  # as careless code does
    return np.zeros((len(images), (images.shape[2] // size) ** 2, len(w)))


def crop(images: torch.Tensor, size: int, seed: int) -> torch.Tensor:
    return images[:, :, :size, :size]


@pytest.fixture(scope="module")
def pictures() -> PictureSet:
    return road_signs.load(train=90, test=30)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each measurement runs its code once; drawings are made and not rendered."""
    for module in (device_speed, timing):
        monkeypatch.setattr(module, "best_time", lambda run, *_, **__: (run(), 0.01)[1])
    whole = torch.compile
    monkeypatch.setattr(torch, "compile", lambda model, **_: whole(model, backend="eager"))
    monkeypatch.setattr(figures.learning.style, "show", lambda fig, *_, **__: plt.close(fig))
    yield


def state(model: nn.Module) -> tuple[str, list[bool], bytes, Any]:
    """Weights, running statistics and gradients; the mode of each part; both kinds of random numbers."""
    digest = hashlib.sha256()
    for item in [*model.state_dict().values(), *(weights.grad for weights in model.parameters())]:
        digest.update(b"none" if item is None else item.detach().cpu().numpy().tobytes())
    numpys: Any = np.random.get_state()
    modes = [part.training for part in model.modules()]
    return digest.hexdigest(), modes, torch.get_rng_state().numpy().tobytes(), (numpys[1].tobytes(), numpys[2])


Run = Callable[[nn.Module, PictureSet], object]
FIGURES: dict[str, Run] = {
    "activation_maps": lambda model, pictures: figures.activation_maps(model, pictures),
    "alexnet": lambda model, pictures: figures.alexnet(),
    "compare": lambda model, pictures: figures.compare(model, evaluate, pictures, 0.5),
    "compiled": lambda model, pictures: figures.compiled(model, SIZE, 2),
    "crops": lambda model, pictures: figures.crops(crop, pictures, SIZE),
    "depth": lambda model, pictures: figures.depth(),
    "favourites": lambda model, pictures: figures.favourites(model, model.features, pictures.test_images, 16),
    "fooled": lambda model, pictures: figures.fooled(model, pictures.classes, pictures.test_images[0]),
    "names": lambda model, pictures: figures.names(model, pictures.classes, pictures.test_images[:2]),
    "patches": lambda model, pictures: figures.patches(embedded, as_conv2d, pictures),
    "photographs_for": lambda model, pictures: figures.photographs_for(224, pictures),
    "first_filters": lambda model, pictures: figures.first_filters(model, Network, 10),
    "in_a_photograph": lambda model, pictures: figures.in_a_photograph(model, pictures),
    "inside": lambda model, pictures: figures.inside(Network, pictures, SIZE),
    "ladder": lambda model, pictures: figures.ladder(model, SIZE, 0.01),
    "learned": lambda model, pictures: figures.learned([training.Epoch(1.0, 0.5, 0.1, 1.0)] * 2, 0.5),
    "learning_rate": lambda model, pictures: figures.learning_rate(training.Settings(epochs=2, size=SIZE)),
    "maps": lambda model, pictures: figures.maps(model, pictures, place=1),
    "most_wrong": lambda model, pictures: figures.most_wrong(model, pictures),
    "one_batch": lambda model, pictures: figures.one_batch(Network, train_step, pictures, steps=2, many=4),
    "race": lambda model, pictures: figures.race(torch.device("cpu"), seconds=0.01),
    "residual_block": lambda model, pictures: figures.residual_block(),
    "same_numbers": lambda model, pictures: figures.same_numbers(as_conv2d),
    "sheet": lambda model, pictures: figures.sheet(pictures),
    "smoothed": lambda model, pictures: figures.smoothed(lambda logits, y, share: 0.5),
    "top_k": lambda model, pictures: figures.top_k(lambda logits, y, k: 0.5, np.zeros((3, 10)), np.zeros(3, int)),
    "untrained_filters": lambda model, pictures: figures.untrained_filters(Network, 10),
    "winners": lambda model, pictures: figures.winners(),
}
MEASUREMENTS: dict[str, Run] = {
    "compile_times": lambda model, pictures: device_speed.compile_times(model, SIZE, 2),
    "matrix_rate": lambda model, pictures: device_speed.matrix_rate(torch.device("cpu"), torch.float32),
    "losses_on_one_batch": lambda model, pictures: looking_inside.losses_on_one_batch(
        training.build(Network, 10) or model, train_step, pictures, 2, 4
    ),
}


def test_every_figure_is_looked_at() -> None:
    assert sorted(FIGURES) == sorted(figures.__all__)


@pytest.mark.parametrize(("number", "name"), enumerate([*FIGURES, *MEASUREMENTS]))
def test_it_leaves_all_as_it_was(pictures: PictureSet, number: int, name: str) -> None:
    torch.manual_seed(1)
    model = Network(10).train(number % 2 == 0)
    model(torch.randn(4, 3, 32, 32)).sum().backward()  # gradients of the reader's own
    before = state(model)
    ({**FIGURES, **MEASUREMENTS})[name](model, pictures)
    assert state(model) == before
