"""Imagenette: what is done around torchvision's loader, with small archives and a stand-in that loads as it does."""

from __future__ import annotations

import hashlib
import io
import sys
import tarfile
import types
import urllib.request
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from helpers import photographs, road_signs
from helpers.picture_set import PictureSet

CLASSES = ("n01440764", "n03445777")
COUNTS = {"train": 6, "val": 4}


class Imagenette:
    """As torchvision.datasets.Imagenette: downloads unless the folder is there, checks the sum, unpacks."""

    _ARCHIVES: dict[str, tuple[str, str]]

    def __init__(self, root: str, split: str, size: str, download: bool = False) -> None:
        address, md5 = self._ARCHIVES[size]
        folder = Path(root) / Path(address).stem
        if download and not folder.exists():
            with urllib.request.urlopen(address) as source:
                content = source.read()
            if hashlib.md5(content).hexdigest() != md5:
                raise RuntimeError("File not found or corrupted.")
            with tarfile.open(fileobj=io.BytesIO(content)) as archive:
                archive.extractall(root, filter="data")
        elif not folder.exists():
            raise RuntimeError("Dataset not found. You can use download=True to download it.")
        names = sorted(path.name for path in (folder / split).iterdir())
        self.classes = [(name.upper(), "another name") for name in names]
        self._samples = [(f, k) for k, name in enumerate(names) for f in sorted((folder / split / name).iterdir())]

    def __len__(self) -> int:
        return len(self._samples)

    def __getitem__(self, index: int) -> tuple[Any, int]:
        path, label = self._samples[index]
        return Image.open(path).convert("RGB"), label


def colour(split: str, kind: int) -> tuple[int, int, int]:
    return (250 if split == "train" else 5, 120, 250 if kind else 5)


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A good archive of ten pictures, torchvision's stand-in that finds it, and counts to match."""
    path = tmp_path / "imagenette2-160.tgz"
    with tarfile.open(path, "w:gz") as file:
        for split, count in COUNTS.items():
            for number in range(count):
                kind = number % 2
                shape = [(200, 160), (160, 161), (160, 160)][number % 3]
                image = Image.new("RGB", shape, colour(split, kind))
                content = io.BytesIO()
                image.convert("L" if number == 5 else "RGB").save(content, "JPEG")
                entry = tarfile.TarInfo(f"imagenette2-160/{split}/{CLASSES[kind]}/{number}.jpeg")
                entry.size = content.tell()
                content.seek(0)
                file.addfile(entry, content)
    sums(path, monkeypatch)
    module = types.ModuleType("torchvision")
    datasets = types.ModuleType("torchvision.datasets")
    datasets.Imagenette = Imagenette  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "torchvision", module)
    monkeypatch.setitem(sys.modules, "torchvision.datasets", datasets)
    monkeypatch.setattr(photographs, "COUNTS", COUNTS)
    return path


def sums(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stand-in expects this file as it is now."""
    md5 = hashlib.md5(path.read_bytes()).hexdigest()
    monkeypatch.setattr(Imagenette, "_ARCHIVES", {"160px": (path.as_uri(), md5)}, raising=False)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "somewhere" / "cache"


def test_photographs_are_decoded(archive: Path, cache: Path) -> None:
    pictures = photographs.imagenette(cache)
    assert pictures.classes == tuple(name.upper() for name in CLASSES)
    assert pictures.train_images.shape == (6, 3, 160, 160) and pictures.train_images.dtype == np.uint8
    assert pictures.test_images.shape == (4, 3, 160, 160) and pictures.test_labels.dtype == np.int64
    np.testing.assert_array_equal(pictures.train_labels, [0, 0, 0, 1, 1, 1])
    for image, label in zip(pictures.test_images, pictures.test_labels):
        np.testing.assert_allclose(image.mean(axis=(1, 2)), colour("val", label), atol=6)


def test_downloaded_once(archive: Path, cache: Path) -> None:
    first = photographs.imagenette(cache)
    archive.unlink()
    np.testing.assert_array_equal(photographs.imagenette(cache).train_images, first.train_images)
    assert [path.name for path in cache.iterdir()] == ["imagenette2-160"]


def test_no_network(archive: Path, cache: Path) -> None:
    archive.unlink()
    with pytest.raises(photographs.Unavailable, match=r"imagenette2-160\.tgz can't be reached"):
        photographs.imagenette(cache)
    assert not cache.exists() or not list(cache.iterdir())


def truncated(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.write_bytes(archive.read_bytes()[:-700])


def truncated_with_its_sum(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    truncated(archive, monkeypatch)
    sums(archive, monkeypatch)


def no_archive_at_all(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.write_text("<html>log in first</html>")
    sums(archive, monkeypatch)


def pictures_missing(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photographs, "COUNTS", {"train": 7, "val": 4})


@pytest.mark.parametrize("damage", [truncated, truncated_with_its_sum, no_archive_at_all, pictures_missing])
def test_a_broken_download_is_noticed_and_not_used(
    archive: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, damage: Any
) -> None:
    damage(archive, monkeypatch)
    with pytest.raises(photographs.Unavailable, match="isn't used"):
        photographs.imagenette(cache)
    assert list(cache.iterdir()) == []


def test_what_an_interrupted_download_left_is_replaced(archive: Path, cache: Path) -> None:
    """torchvision's loader takes any folder of that name for the whole set."""
    (cache / "imagenette2-160" / "train" / CLASSES[0]).mkdir(parents=True)
    assert len(photographs.imagenette(cache).train_images) == 6


@pytest.mark.parametrize("broken", [b"", b"no picture", None])
def test_a_picture_that_broke_later(archive: Path, cache: Path, broken: bytes | None) -> None:
    photographs.imagenette(cache)
    victim = next((cache / "imagenette2-160" / "val" / CLASSES[1]).iterdir())
    victim.write_bytes(victim.read_bytes()[:300] if broken is None else broken)
    with pytest.raises(photographs.Unavailable, match="was broken"):
        photographs.imagenette(cache)
    assert len(photographs.imagenette(cache).test_images) == 4  # the next call downloads afresh


def test_a_picture_that_was_deleted_later(archive: Path, cache: Path) -> None:
    photographs.imagenette(cache)
    next((cache / "imagenette2-160" / "train" / CLASSES[0]).iterdir()).unlink()
    with pytest.raises(photographs.Unavailable, match="5 pictures in 'train' instead of 6"):
        photographs.imagenette(cache)


def test_without_torchvision(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    monkeypatch.setitem(sys.modules, "torchvision", None)
    monkeypatch.delitem(sys.modules, "torchvision.datasets", raising=False)
    with pytest.raises(photographs.Unavailable, match="pip install torchvision"):
        photographs.imagenette(cache)


def test_torchvision_for_another_pytorch(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cache: Path) -> None:
    package = tmp_path / "torchvision"
    package.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError('operator torchvision::nms does not exist')")
    monkeypatch.delitem(sys.modules, "torchvision", raising=False)
    monkeypatch.delitem(sys.modules, "torchvision.datasets", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(photographs.Unavailable, match="doesn't fit the PyTorch that is installed"):
        photographs.imagenette(cache)


def test_load_says_why_and_gives_the_drawn_set(
    archive: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn: PictureSet = road_signs.load(10, 10)
    monkeypatch.setattr(road_signs, "load", lambda: drawn)
    assert photographs.load(cache).name == "Imagenette"
    archive.unlink()
    capsys.readouterr()
    assert photographs.load(cache / "another") is drawn
    said = capsys.readouterr().out
    assert "can't be reached" in said and "road signs, which need no network" in said
