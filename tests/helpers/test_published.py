"""Published weights: names, loading through torchvision's stand-in, and what is done with such a network."""

from __future__ import annotations

import sys
import types
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from exercises.road_eyes import published_name
from helpers import blocks, photographs, published, road_signs, training
from helpers.experiments import looking_inside
from helpers.picture_set import PictureSet


def load_pretrained(model: nn.Module, weights: dict[str, torch.Tensor]) -> nn.Module:
    free = [own for own in model.state_dict().values() if own.is_floating_point()]
    for values in (values for values in weights.values() if values.is_floating_point()):
        free.pop(next(n for n, own in enumerate(free) if own.shape == values.shape)).copy_(values)
    return model


class Downloads:
    """torchvision.models, as far as it is asked."""

    def __init__(self, weights: dict[str, torch.Tensor] | Exception) -> None:
        self.weights = weights
        self.asked: dict[str, Any] = {}

    def get_state_dict(self, **options: Any) -> dict[str, torch.Tensor]:
        self.asked = options
        if isinstance(self.weights, Exception):
            raise self.weights
        return self.weights

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        models = types.ModuleType("torchvision.models")
        one = types.SimpleNamespace(meta={"categories": ["tench", "goldfish"]}, get_state_dict=self.get_state_dict)
        models.ResNet18_Weights = types.SimpleNamespace(IMAGENET1K_V1=one)  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "torchvision", types.ModuleType("torchvision"))
        monkeypatch.setitem(sys.modules, "torchvision.models", models)


def test_names_are_those_of_torchvision() -> None:
    names = [published_name(name) for name in blocks.ResNet(blocks.ResidualBlock, 10, 4).state_dict()]
    assert names[:3] == ["conv1.weight", "bn1.weight", "bn1.bias"] and names[-2:] == ["fc.weight", "fc.bias"]
    for name in ("layer1.0.conv1.weight", "layer1.1.bn2.running_var", "layer2.0.downsample.0.weight",
                 "layer4.0.downsample.1.bias", "layer4.1.conv2.weight"):  # fmt: skip
        assert name in names
    assert len(set(names)) == len(names) == 122, "as many as ResNet-18's own file has"


def test_weights_come_checked_from_torchvision(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    downloads = Downloads({"conv1.weight": torch.ones(2, 3, 7, 7)})
    downloads.install(monkeypatch)
    known = published.load(tmp_path)
    assert (known.classes, known.width, known.side) == (("tench", "goldfish"), 64, 224)
    assert downloads.asked["check_hash"] and downloads.asked["weights_only"]
    assert downloads.asked["model_dir"].startswith(str(tmp_path))


@pytest.mark.parametrize("error", [OSError("no network"), RuntimeError("invalid hash value"), EOFError()])
def test_without_them_the_small_network_is_taken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    Downloads(error).install(monkeypatch)
    assert published.load(tmp_path).classes == road_signs.CLASSES
    assert "No published weights" in capsys.readouterr().out


def test_without_torchvision(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "torchvision.models", None)
    with pytest.raises(photographs.Unavailable, match="isn't installed"):
        published.imagenet(tmp_path)


@pytest.fixture(scope="module")
def signs() -> PictureSet:
    return road_signs.load(train=60, test=200)


@pytest.fixture(scope="module")
def eyes() -> blocks.ResNet:
    made = published.network(blocks.ResidualBlock, load_pretrained, published.road_eyes())
    assert made is not None
    return made


def test_the_small_network_knows_signs_that_it_has_not_seen(eyes: blocks.ResNet, signs: PictureSet) -> None:
    right = looking_inside.logits(eyes, signs.test_images).argmax(axis=1) == signs.test_labels
    assert right.mean() > 0.85 and not eyes.training


def unfinished(*_: Any) -> Any:
    raise NotImplementedError


@pytest.mark.parametrize(
    ("block", "load", "said"),
    [
        (unfinished, load_pretrained, "write unfinished first"),
        (blocks.ResidualBlock, unfinished, "write unfinished first"),
        (blocks.ResidualBlock, lambda model, weights: None, "did not return anything"),
        (blocks.ResidualBlock, lambda model, weights: weights, "did not return the model"),
    ],
)
def test_unfinished_work_is_named(block: Any, load: Any, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert published.network(block, load, published.road_eyes()) is None
    assert said in capsys.readouterr().out


def test_favourite_patches() -> None:
    """A filter that answers to red: its patches are those with the red dot, in the order of their brightness."""
    images = np.zeros((6, 3, 16, 16), dtype=np.uint8)
    for number in range(6):
        images[number, 0, 2 * number : 2 * number + 2, 6:8] = 100 + 20 * number
    filters = nn.Conv2d(3, 1, 2, stride=2, bias=False)
    nn.init.zeros_(filters.weight)
    with torch.no_grad():
        filters.weight[0, 0] = 1
    order, patches = looking_inside.favourite_patches(nn.Sequential(filters), images, filters, side=4, many=3)
    assert order.tolist() == [0] and patches.shape == (1, 3, 3, 4, 4)
    assert patches[0].max(axis=(1, 2, 3)).tolist() == [200, 180, 160]


def test_fooling(eyes: blocks.ResNet, signs: PictureSet) -> None:
    image = signs.test_images[0]
    changed, step = looking_inside.fooling_picture(eyes, image)
    assert changed.dtype == np.uint8 and 0 < abs(changed.astype(int) - image).max() == step <= 16
    before, after = looking_inside.logits(eyes, np.stack([image, changed])).argmax(axis=1)
    assert before != after
    if step > 1:
        weaker, _ = looking_inside.fooling_picture(eyes, image, most=step - 1)
        assert looking_inside.logits(eyes, weaker[None]).argmax() == before, "the step is the smallest"


def test_finer_class_maps_agree_with_the_coarse_ones(eyes: blocks.ResNet, signs: PictureSet) -> None:
    image = np.kron(signs.test_images[1], np.ones((2, 2), dtype=np.uint8))
    coarse, fine = (looking_inside.class_map(eyes, image, 2, finer) for finer in (1, 4))
    assert coarse.shape == (4, 4) and fine.shape == (16, 16) and fine.max() == 1
    there = fine[::4, ::4]
    assert np.corrcoef(coarse.ravel(), there.ravel())[0, 1] > 0.95


def test_a_new_last_layer(signs: PictureSet) -> None:
    made = published.network(blocks.ResidualBlock, load_pretrained, published.road_eyes())
    assert made is not None
    kept = torch.cat([item.flatten() for item in made.groups.parameters()]).clone()
    two = PictureSet("two", ("a", "b"), signs.test_images[:40], signs.test_labels[:40] % 2,
                     signs.test_images[40:80], signs.test_labels[40:80] % 2)  # fmt: skip
    error = training.new_last_layer(made, two)
    assert error < 0.35 and made.classify.out_features == 2
    assert torch.equal(torch.cat([item.flatten() for item in made.groups.parameters()]), kept)
    wrong = looking_inside.logits(made, two.test_images).argmax(axis=1) != two.test_labels
    assert error == pytest.approx(float(wrong.mean()), abs=1e-6)


def test_pictures_of_ones_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from PIL import Image

    for name, colour in (("mugs", (200, 0, 0)), ("shoes", (0, 0, 200))):
        (tmp_path / name).mkdir()
        for number in range(4):
            Image.new("RGB", (30 + number, 20), colour).save(tmp_path / name / f"{number}.png")
    (tmp_path / "shoes" / "notes.txt").write_text("not a picture")
    (tmp_path / "empty").mkdir()
    found = photographs.from_folder(tmp_path, side=16)
    assert found.classes == ("mugs", "shoes") and "1 files could not be read" in capsys.readouterr().out
    assert found.train_images.shape == (6, 3, 16, 16) and found.test_labels.tolist() == [0, 1]
    assert [int(image[2 * label].min()) for image, label in zip(found.train_images, found.train_labels)] == [200] * 6
    with pytest.raises(ValueError, match="two folders"):
        photographs.from_folder(tmp_path / "mugs")
