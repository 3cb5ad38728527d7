"""Pictures: real photographs, and a street scene with a stop sign, drawn by code.

Colour pictures are (H, W, 3) floats from 0 to 1, grey ones (H, W).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import data

HEIGHT, WIDTH = 96, 144
_FINE = 4  # everything is drawn four times as large and then averaged, so that edges come out smooth

_STOP = """\
.###.###..#..##.
#.....#..#.#.#.#
.##...#..#.#.##.
...#..#..#.#.#..
###...#...#..#.."""


@dataclass(frozen=True)
class Street:
    """A street scene: its picture (H, W, 3), and the stop sign in it: top left corner (row, column) and side."""

    image: np.ndarray
    sign: tuple[int, int]
    size: int


def photo(name: str = "china") -> np.ndarray:
    """A real photograph, (427, 640, 3) floats from 0 to 1.

    "china" (flickr.com/photos/danielbuechele) or "flower" (flickr.com/photos/vultilion), both CC BY 2.0.
    """
    return data.photo(name) / 255


def grey(image: np.ndarray) -> np.ndarray:
    """A colour picture (H, W, 3) in grey, (H, W): the mean of red, green and blue."""
    return np.asarray(np.mean(image, axis=2, dtype=float))


def shrunk(image: np.ndarray, factor: int) -> np.ndarray:
    """A picture (H, W) or (H, W, 3) made smaller: each block of factor by factor pixels becomes its mean."""
    height, width = (side // factor for side in image.shape[:2])
    blocks = image[: height * factor, : width * factor].reshape(height, factor, width, factor, *image.shape[2:])
    return np.asarray(blocks.mean(axis=(1, 3)))


def writing() -> np.ndarray:
    """The words "Hi! I did it." in white on black, (5, 32) uint8 of 0 and 1. There are five dots in it."""
    glyphs = {
        "H": ["#.#", "#.#", "###", "#.#", "#.#"],
        "I": ["###", ".#.", ".#.", ".#.", "###"],
        "d": ["..#", "..#", "###", "#.#", "###"],
        "i": [".", "#", ".", "#", "#"],
        "t": [".#.", "###", ".#.", ".#.", ".##"],
        "!": ["#", "#", "#", ".", "#"],
        ".": [".", ".", ".", ".", "#"],
        " ": ["", "", "", "", ""],
    }
    lines = (".".join(glyphs[letter][row] for letter in "Hi! I did it.") for row in range(5))
    return np.array([[pixel == "#" for pixel in line] for line in lines], dtype=np.uint8)


def stop_sign(size: int = 21) -> np.ndarray:
    """A stop sign seen from the front on plain grey, (size, size, 3)."""
    fine = np.full((size * _FINE, size * _FINE, 3), 0.55)
    _paint_sign(fine, 0, 0, size)
    return shrunk(fine, _FINE)


def street(seed: int = 0, size: int = 21, light: float = 1.0, shade: float = 0.0, noise: float = 0.0) -> Street:
    """A street with houses, trees, a car, other signs and one stop sign of side `size`, in a place drawn from the seed.

    `light` darkens the whole scene (1 is a bright day, 0.3 dusk); `shade` takes that share of the light away around
    the stop sign, as a tall building would; `noise` is the standard deviation of the camera's noise. The same
    arguments give the same picture.
    """
    rng = np.random.default_rng([seed, size])
    fine = np.zeros((HEIGHT * _FINE, WIDTH * _FINE, 3))
    _sky_and_ground(fine, rng)
    _houses(fine, rng)
    places = rng.permutation([8, 34, 60, 86, 112])
    for place in places[:2]:
        _tree(fine, int(place) + int(rng.integers(0, 8)), rng)
    _car(fine, int(rng.integers(8, WIDTH - 50)), rng)
    columns = _apart(rng, size)
    _post(fine, columns[1], int(rng.integers(30, 44)), 16, "limit")
    _post(fine, columns[2], int(rng.integers(30, 44)), 16, "diamond")
    row = int(rng.integers(4, 84 - size - 10))
    _post(fine, columns[0], row, size, "stop")
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    shaded = abs(x - columns[0] - size / 2 + (y - row) / 4) < size + 8
    lit = light * (1 - shade * shaded[..., None])
    image = shrunk(fine, _FINE) * lit + rng.normal(0, noise, (HEIGHT, WIDTH, 3))
    return Street(np.clip(image, 0, 1), (row, columns[0]), size)


def _apart(rng: np.random.Generator, size: int) -> list[int]:
    """Columns for the stop sign and two other signs of 16 pixels, none in front of another."""
    while True:
        columns = [int(rng.integers(3, WIDTH - side - 3)) for side in (size, 16, 16)]
        first, second, third = columns
        if abs(second - third) > 20 and all(not -20 < other - first < size + 4 for other in (second, third)):
            return columns


def _sky_and_ground(fine: np.ndarray, rng: np.random.Generator) -> None:
    y, x = _grid(fine)
    sky = np.array([0.62, 0.78, 0.95]) + (y / HEIGHT)[..., None] * np.array([0.3, 0.2, 0.05])
    fine[...] = np.clip(sky, 0, 1)
    cloud_x, cloud_y = rng.uniform(15, WIDTH - 15), rng.uniform(5, 14)
    for step in (-8, 0, 7):
        _fill(fine, (x - cloud_x - step) ** 2 / 60 + (y - cloud_y + step / 8) ** 2 / 12 < 1, (0.97, 0.97, 0.97))
    _fill(fine, y > 70, (0.72, 0.71, 0.68))  # the pavement
    _fill(fine, y > 79, (0.36, 0.36, 0.38))  # the road
    _fill(fine, (y > 86) & (y < 88) & ((x + rng.uniform(0, 20)) % 20 < 11), (0.95, 0.95, 0.92))


def _houses(fine: np.ndarray, rng: np.random.Generator) -> None:
    y, x = _grid(fine)
    walls = np.array(
        [[0.86, 0.78, 0.62], [0.72, 0.48, 0.38], [0.80, 0.83, 0.80], [0.62, 0.66, 0.74], [0.90, 0.88, 0.84]]
    )
    left = -float(rng.integers(0, 14))
    for wall in rng.permutation(walls):
        width, top = float(rng.integers(28, 40)), float(rng.integers(24, 38))
        _fill(fine, (x >= left) & (x < left + width) & (y >= top) & (y < 71), wall)
        middle = left + width / 2
        _fill(
            fine,
            (y < top) & (y > top - 9) & (abs(x - middle) < (y - top + 9) / 9 * (width / 2 + 1)),
            (0.45, 0.26, 0.22),
        )
        door = left + float(rng.integers(4, int(width) - 10))
        for column in np.arange(left + 4, left + width - 6, 9):
            for row in np.arange(top + 5, 60, 13):
                if rng.random() < 0.85 and not (row > 48 and abs(column - door) < 8):
                    _fill(fine, (x >= column) & (x < column + 5) & (y >= row) & (y < row + 8), (0.96, 0.96, 0.94))
                    _fill(
                        fine, (x >= column + 1) & (x < column + 4) & (y >= row + 1) & (y < row + 7), (0.22, 0.30, 0.40)
                    )
        _fill(fine, (x >= door) & (x < door + 6) & (y >= 57) & (y < 71), (0.35, 0.24, 0.16))
        left += width


def _tree(fine: np.ndarray, column: int, rng: np.random.Generator) -> None:
    y, x = _grid(fine)
    _fill(fine, (abs(x - column) < 1.5) & (y > 50) & (y < 73), (0.36, 0.26, 0.18))
    for _ in range(9):
        dx, dy, radius = rng.uniform(-6, 6), rng.uniform(-7, 7), rng.uniform(4, 6)
        colour = np.array([0.20, 0.45, 0.20]) * rng.uniform(0.8, 1.3)
        _fill(fine, (x - column - dx) ** 2 + (y - 44 - dy) ** 2 < radius**2, colour)


def _car(fine: np.ndarray, column: int, rng: np.random.Generator) -> None:
    y, x = _grid(fine)
    body = np.array([[0.75, 0.12, 0.12], [0.15, 0.30, 0.60], [0.92, 0.92, 0.92], [0.95, 0.75, 0.15]])[rng.integers(4)]
    roof = (y > 70) & (y < 79) & (x > column + 8 + (78 - y) / 2) & (x < column + 32 - (78 - y) / 2)
    _fill(fine, roof, body)
    glass = (y > 72) & (y < 77.5) & (x > column + 10 + (78 - y) / 2) & (x < column + 30 - (78 - y) / 2)
    _fill(fine, glass & (abs(x - column - 20) > 0.8), (0.70, 0.82, 0.88))
    _fill(fine, (y >= 78) & (y < 86) & (x > column) & (x < column + 42), body * 0.92)
    for wheel in (column + 9, column + 33):
        _fill(fine, (x - wheel) ** 2 + (y - 86) ** 2 < 16, (0.08, 0.08, 0.09))
        _fill(fine, (x - wheel) ** 2 + (y - 86) ** 2 < 3, (0.7, 0.7, 0.7))


def _post(fine: np.ndarray, column: int, row: int, size: int, kind: str) -> None:
    """A sign of side `size` with its top left corner there, on a post."""
    y, x = _grid(fine)
    middle_x, middle_y, half = column + size / 2, row + size / 2, size / 2
    _fill(fine, (abs(x - middle_x) < 0.9) & (y > middle_y) & (y < 78), (0.52, 0.52, 0.54))
    if kind == "stop":
        _paint_sign(fine, row, column, size)
    elif kind == "limit":
        distance = np.hypot(x - middle_x, y - middle_y)
        _fill(fine, distance < half, (0.80, 0.10, 0.12))
        _fill(fine, distance < half - 2.2, (0.97, 0.97, 0.97))
        bars = (abs(x - middle_x + 2.4) < 1) | (abs(abs(x - middle_x - 2.2) - 1.4) < 0.7)
        _fill(fine, bars & (abs(y - middle_y) < 3), (0.08, 0.08, 0.08))
    else:
        distance = abs(x - middle_x) + abs(y - middle_y)
        _fill(fine, distance < half, (0.97, 0.97, 0.97))
        _fill(fine, distance < half - 1.6, (0.96, 0.76, 0.12))


def _paint_sign(fine: np.ndarray, row: int, column: int, size: int) -> None:
    """A stop sign: a red octagon with a white rim and four white letters."""
    y, x = _grid(fine)
    dx, dy, half = abs(x - column - size / 2), abs(y - row - size / 2), size / 2
    distance = np.maximum(np.maximum(dx, dy), (dx + dy) / np.sqrt(2))
    _fill(fine, distance < half, (0.97, 0.97, 0.97))
    _fill(fine, distance < half * 0.9, (0.76, 0.08, 0.12))
    letters = np.array([[pixel == "#" for pixel in line] for line in _STOP.split("\n")])
    unit = size * 0.72 / letters.shape[1]
    i = np.floor((y - row - size / 2) / (unit * 1.25) + letters.shape[0] / 2).astype(int)
    j = np.floor((x - column - size / 2) / unit + letters.shape[1] / 2).astype(int)
    within = (i >= 0) & (i < letters.shape[0]) & (j >= 0) & (j < letters.shape[1])
    _fill(fine, within & letters[np.where(within, i, 0), np.where(within, j, 0)], (0.97, 0.97, 0.97))


def _grid(fine: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """y and x of the middle of each fine pixel, in pixels of the finished picture."""
    y, x = np.mgrid[: fine.shape[0], : fine.shape[1]]
    return (y + 0.5) / _FINE, (x + 0.5) / _FINE


def _fill(fine: np.ndarray, where: np.ndarray, colour: tuple[float, float, float] | np.ndarray) -> None:
    fine[where] = colour
