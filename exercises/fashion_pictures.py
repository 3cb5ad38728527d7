"""helpers/fashion/fashion.npz, from the files of Fashion-MNIST: `python -m exercises.fashion_pictures FOLDER`.

FOLDER holds the four `*-ubyte.gz` files, as Debian's package dataset-fashion-mnist puts them into
/usr/share/datasets/fashion-mnist. Each picture of 28 by 28 is made smaller: 14 by 14 means of 2 by 2 pixels, from
0..255 to 0..63. Taken are the first 5,000 of the training file, 4,000 to learn from and 1,000 for validation, and the
first 2,000 of the test file.
"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import numpy as np

from helpers import fashion

LEARNING, VALIDATION, TEST = 4000, 1000, 2000


def main(folder: Path) -> None:
    """Writes the file and says how large it is."""
    images, labels = _read(folder, "train", LEARNING + VALIDATION)
    parts = {
        "learning": (images[:LEARNING], labels[:LEARNING]),
        "validation": (images[LEARNING:], labels[LEARNING:]),
        "test": _read(folder, "t10k", TEST),
    }
    arrays = {f"{part}_images": pictures for part, (pictures, _) in parts.items()}
    np.savez_compressed(fashion.FILE, **arrays, **{f"{part}_labels": classes for part, (_, classes) in parts.items()})
    print(f"{fashion.FILE.name}: {fashion.FILE.stat().st_size} bytes")


def _read(folder: Path, kind: str, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The first pictures (count, 14, 14) and labels (count,) of one of the two parts."""
    pixels = np.frombuffer(gzip.decompress((folder / f"{kind}-images-idx3-ubyte.gz").read_bytes()), np.uint8, offset=16)
    labels = np.frombuffer(gzip.decompress((folder / f"{kind}-labels-idx1-ubyte.gz").read_bytes()), np.uint8, offset=8)
    squares = pixels.reshape(-1, 14, 2, 14, 2)[:count].astype(int)
    return (squares.sum(axis=(2, 4)) // 16).astype(np.uint8), labels[:count].copy()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
