"""Imagenette: 13,394 photographs of ten of ImageNet's classes, through torchvision where the network is there.

Selected by Jeremy Howard (github.com/fastai/imagenette), 160 pixels on the shorter side. The photographs belong to the
people who took them; they are downloaded from the data set's own address and never shipped with this course.
"""

from __future__ import annotations

import shutil
import tempfile
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from . import road_signs
from .picture_set import PictureSet
from .progress import Progress

CACHE = Path.home() / ".cache" / "cnn-course"
SIDE = 160
COUNTS = {"train": 9469, "val": 3925}
_FOLDER, _DONE = "imagenette2-160", "complete"
_PROBE_SECONDS = 10


class Unavailable(Exception):
    """Why the photographs can't be had, in a line."""


def load(cache: Path = CACHE) -> PictureSet:
    """Imagenette; where it can't be had, it says why, and gives the set that is drawn by code instead."""
    try:
        return imagenette(cache)
    except Unavailable as reason:
        print(f"No photographs: {reason} Going on with drawn road signs, which need no network.")
        return road_signs.load()


def imagenette(cache: Path = CACHE) -> PictureSet:
    """Imagenette as squares from the middle of each photograph, (N, 3, 160, 160) uint8: 9,469 to train, 3,925 held out.

    Downloads 94 MiB once, into `cache`, checked by torchvision against the archive's MD5 sum; then 1 GB in memory.
    Raises Unavailable without torchvision or network, and when what is there is broken and can't be had afresh.
    """
    source = _torchvision()
    folder = cache / _FOLDER
    if not (folder / _DONE).exists():  # nothing yet, or something that an interrupted copy has left behind
        _download(source, cache)
    try:
        train, test = _decoded(source, cache)
    except (OSError, SyntaxError, RuntimeError, ValueError) as error:  # what Pillow raises for broken pictures
        shutil.rmtree(folder, ignore_errors=True)
        raise Unavailable(
            f"the copy in {folder} was broken ({error}) and has been deleted; run this again to download it afresh."
        ) from None
    return PictureSet("Imagenette", train[2], *train[:2], *test[:2])


def from_folder(folder: Path | str, side: int = SIDE, share: float = 0.25, seed: int = 0) -> PictureSet:
    """Pictures of one's own as squares of `side` pixels: a folder for each class, with pictures in it.

    A `share` of each class, drawn from the seed and at least one picture, is held out. What can't be read as a picture
    is left out, and it says how many. Raises ValueError when there are fewer than two classes with two pictures each.
    """
    found: list[tuple[str, list[np.ndarray]]] = []
    unread = 0
    for place in sorted(path for path in Path(folder).iterdir() if path.is_dir() and not path.name.startswith(".")):
        images = []
        for file in sorted(path for path in place.iterdir() if path.is_file()):
            image = _read(file, side)
            unread += image is None
            images += [] if image is None else [image]
        if len(images) >= 2:
            found.append((place.name, images))
    if unread:
        print(f"{unread} files could not be read as pictures and are left out.")
    if len(found) < 2:
        raise ValueError(f"{folder} needs two folders or more, one for each class, with two pictures or more in each")
    rng = np.random.default_rng(seed)
    parts: tuple[list[tuple[np.ndarray, int]], ...] = ([], [])
    for label, (_, images) in enumerate(found):
        held = max(1, round(share * len(images)))
        for number, place_in in enumerate(rng.permutation(len(images))):
            parts[number < held].append((images[place_in], label))
    arrays = [(np.stack([image for image, _ in part]), np.array([label for _, label in part])) for part in parts]
    return PictureSet("your pictures", tuple(name for name, _ in found), *arrays[0], *arrays[1])


def _read(file: Path, side: int) -> np.ndarray | None:
    from PIL import Image

    try:
        with Image.open(file) as image:
            return _square(image.convert("RGB"), side)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):  # what Pillow raises
        return None


def _torchvision() -> Any:
    """The class torchvision.datasets.Imagenette."""
    try:
        from torchvision.datasets import Imagenette
    except ImportError:
        raise Unavailable("torchvision isn't installed (pip install torchvision).") from None
    except RuntimeError as error:  # it was built for another PyTorch
        raise Unavailable(f"torchvision doesn't fit the PyTorch that is installed ({error}).") from None
    return Imagenette


def _download(source: Any, cache: Path) -> None:
    """Downloads, checks and unpacks beside the place where it will be, then moves it there whole."""
    address = source._ARCHIVES["160px"][0]
    try:
        with urllib.request.urlopen(address, timeout=_PROBE_SECONDS):  # else torchvision may wait for ever
            pass
        cache.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix="incomplete-", dir=cache))
    except (OSError, urllib.error.URLError) as error:
        raise Unavailable(f"{address} can't be reached ({getattr(error, 'reason', error)}).") from None
    try:
        for split, count in COUNTS.items():
            found = len(source(str(beside), split=split, size="160px", download=True))
            if found != count:
                raise Unavailable(f"the download has {found} pictures in {split!r}, not {count}; it isn't used.")
        (beside / _FOLDER / _DONE).touch()
        shutil.rmtree(cache / _FOLDER, ignore_errors=True)
        (beside / _FOLDER).rename(cache / _FOLDER)
    except Unavailable:
        raise
    except Exception as error:  # a broken archive can fail in any way: a wrong sum, tar, gzip, a missing folder
        raise Unavailable(f"the download is broken and isn't used ({error}).") from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _decoded(source: Any, cache: Path) -> list[tuple[np.ndarray, np.ndarray, tuple[str, ...]]]:
    """Images, labels and class names of both parts."""
    parts = {split: source(str(cache), split=split, size="160px") for split in COUNTS}
    for split, count in COUNTS.items():
        if len(parts[split]) != count:
            raise ValueError(f"{len(parts[split])} pictures in {split!r} instead of {count}")
    bar, done = Progress(sum(COUNTS.values()), "reading photographs"), 0
    decoded = []
    for part in parts.values():
        images = np.empty((len(part), 3, SIDE, SIDE), dtype=np.uint8)
        labels = np.empty(len(part), dtype=np.int64)
        with ThreadPoolExecutor() as pool:  # Pillow lets other threads run while it decodes
            for place, (image, label) in enumerate(pool.map(part.__getitem__, range(len(part)))):
                images[place], labels[place] = _square(image), label
                done += 1
                if bar.due():
                    bar.show(done)
        decoded.append((images, labels, tuple(names[0] for names in part.classes)))
    bar.finish(f"{done:,} photographs, decoded into memory")
    return decoded


def _square(image: Any, side: int = SIDE) -> np.ndarray:
    """The square in the middle of a picture whose shorter side becomes `side`: (3, side, side) uint8."""
    from PIL import Image

    width, height = image.size
    if min(width, height) != side:
        scale = side / min(width, height)
        image = image.resize((max(side, round(width * scale)), max(side, round(height * scale))), Image.Resampling.BOX)
        width, height = image.size
    left, top = (width - side) // 2, (height - side) // 2
    pixels = np.asarray(image.convert("RGB").crop((left, top, left + side, top + side)))
    return np.asarray(pixels.transpose(2, 0, 1))
