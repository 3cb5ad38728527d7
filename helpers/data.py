"""The data that the notebooks share. Digits and photographs ship with the course: `shipped/SOURCES.md`."""

from __future__ import annotations

from pathlib import Path

import numpy as np

SHIPPED = Path(__file__).parent / "shipped"


def hi() -> np.ndarray:
    """The word "Hi" as a picture of 5 by 5 pixels, 0 black and 1 white: (5, 5) uint8."""
    return np.array(
        [[1, 0, 1, 0, 0], [1, 0, 1, 0, 1], [1, 1, 1, 0, 0], [1, 0, 1, 0, 1], [1, 0, 1, 0, 1]],
        dtype=np.uint8,
    )


def hi_detector(margin: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Hand-made weights of a two-layer network that says "Hi" (output above 0) when it sees `hi()`, and not otherwise.

    Returns w1 (3, n), b1 (3,), w2 (1, 3), b2 (1,), where n = (5 + 2 * margin)**2: there are `margin` pixels of weight 0
    around the word. The hidden units look for the left stroke of the H, for its crossbar and for the dot on the i.
    """
    stroke, crossbar, dot = np.zeros((3, 5, 5))
    stroke[:, 0] = 1
    crossbar[2, :3] = 1
    crossbar[[1, 3], 1] = -1
    dot[:3, 3:] = -1
    dot[1, 4] = 1
    w1 = np.pad([stroke, crossbar, dot], ((0, 0), (margin, margin), (margin, margin))).reshape(3, -1)
    return w1, np.array([-4.0, -2.0, 0.0]), np.array([[1.0, 1.0, 1.0]]), np.array([-2.5])


def digits(margin: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Handwritten digits: train_images, train_labels, test_images, test_labels, always the same split.

    Images are (N, 8 + 2 * margin, 8 + 2 * margin) uint8, 0 (paper) to 16 (ink), 1198 to train and 599 to test;
    `margin` adds blank pixels on all sides. Labels are (N,) int64. Source: Alpaydin and Kaynak, 1998 (UCI
    machine learning repository), CC BY 4.0, as scikit-learn has it.
    """
    with np.load(SHIPPED / "digits.npz") as source:
        images = np.pad(source["images"], ((0, 0), (margin, margin), (margin, margin)))
        labels = source["labels"].astype(np.int64)
    # Every third one: the classes come in runs of ten, so that a step of 2 or 5 would leave classes out.
    test = np.arange(len(images)) % 3 == 2
    return images[~test], labels[~test], images[test], labels[test]


def photo(name: str = "china") -> np.ndarray:
    """A colour photograph, (427, 640, 3) uint8: "china", by danielbuechele, or "flower", by vultilion, both CC BY 2.0.

    Pillow, which comes with matplotlib, loads when asked for.
    """
    from PIL import Image

    with Image.open(SHIPPED / f"{name}.jpg") as image:
        return np.array(image)
