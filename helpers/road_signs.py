"""A set of small colour pictures drawn by code: road signs and other things that stand beside a road. NumPy only.

Ten classes, told apart by shape alone: place, size, angle, paint, background, light and noise are all drawn from a
seed, so that neither a colour nor a pixel gives a class away. Shapes are given by how far a point lies outside them
(negative inside), in units of the thing's radius, as is usual in computer graphics; that gives smooth edges.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np

from .picture_set import PictureSet

SIDE = 64
CLASSES = (
    "stop",
    "give way",
    "warning",
    "no entry",
    "speed limit",
    "priority",
    "traffic light",
    "car",
    "bicycle",
    "tree",
)

Array = np.ndarray
Layer = tuple[Array, Array]
"""How far each point lies outside a shape, (H, W), and the shape's colour, (3,)."""

_GLYPHS = {
    "S": [".###", "#...", ".##.", "...#", "###."],
    "T": ["####", ".##.", ".##.", ".##.", ".##."],
    "O": [".##.", "#..#", "#..#", "#..#", ".##."],
    "P": ["###.", "#..#", "###.", "#...", "#..."],
    "0": [".##.", "#..#", "#..#", "#..#", ".##."],
    "2": ["###.", "...#", ".##.", "#...", "####"],
    "3": ["###.", "...#", ".##.", "...#", "###."],
    "5": ["####", "#...", "###.", "...#", "###."],
    "7": ["####", "...#", "..#.", ".#..", ".#.."],
    "8": [".##.", "#..#", ".##.", "#..#", ".##."],
}


def load(train: int = 4000, test: int = 1000, seed: int = 0) -> PictureSet:
    """The set: `train` pictures to learn from and `test` held out, (N, 3, 64, 64), classes equally often and mixed.

    The same arguments give the same pictures; a picture is in one part only. Takes a few seconds.
    """
    if train < 0 or test < 0:
        raise ValueError(f"road_signs.load: train and test count pictures, they can't be negative: {train}, {test}")
    parts = [_part(many, np.random.default_rng([seed, part])) for part, many in enumerate((train, test))]
    return PictureSet("road signs", CLASSES, *parts[0], *parts[1])


def draw(kind: int, rng: np.random.Generator, radius: float | None = None) -> Array:
    """One picture (3, 64, 64) uint8 of a thing of class `kind`, 0 to 9. Its radius is 16 to 28 pixels unless given."""
    image = _background(rng)
    radius = rng.uniform(16, 28) if radius is None else radius
    room = max(SIDE / 2 - radius, 0)
    middle = SIDE / 2 + rng.uniform(-room, room), SIDE / 2 + rng.uniform(-room, room)
    put(image, kind, rng, middle, radius)
    _in_front(image, rng)
    image = (image - 0.5) * rng.uniform(0.55, 1.0) + 0.5 + rng.uniform(-0.15, 0.15)
    image += rng.uniform(0.02, 0.08) * rng.standard_normal(image.shape, dtype=np.float32)
    return np.asarray(np.clip(image * 255, 0, 255), dtype=np.uint8)


def put(image: Array, kind: int, rng: np.random.Generator, middle: tuple[float, float], radius: float) -> None:
    """Paints a thing of class `kind` into a picture (3, H, W) of floats from 0 to 1, in place.

    `middle` is (row, column) and `radius` half the thing's height, both in pixels; angle and paint come from `rng`.
    """
    angle, slant = rng.uniform(-0.26, 0.26), rng.uniform(0.8, 1.0)
    rows, columns = _grid(image.shape[1], image.shape[2])
    down, right = (rows - middle[0]) / radius, (columns - middle[1]) / radius
    x = (right * math.cos(angle) + down * math.sin(angle)) / slant
    if not _is_sign(kind):  # a car may drive to either side, writing has but one
        x = x * (1.0 if rng.random() < 0.5 else -1.0)
    y = down * math.cos(angle) - right * math.sin(angle)
    behind = image[:, int(np.clip(middle[0], 0, image.shape[1] - 1)), int(np.clip(middle[1], 0, image.shape[2] - 1))]
    paints = _paints(rng, behind)
    if _is_sign(kind) and rng.random() < 0.7:  # a post
        _paint(image, _box(x, y, 0, 2.0, 0.06, 2.0), rng.uniform(0.2, 0.8, 3), radius)
    for outside, colour in _THINGS[kind](x, y, paints, rng):
        _paint(image, outside, colour, radius)


def _is_sign(kind: int) -> bool:
    return kind < CLASSES.index("traffic light")


def _part(many: int, rng: np.random.Generator) -> tuple[Array, Array]:
    labels = rng.permutation(np.arange(many) % len(CLASSES))
    images = np.zeros((many, 3, SIDE, SIDE), dtype=np.uint8)
    for place, label in enumerate(labels):
        images[place] = draw(int(label), rng)
    return images, labels.astype(np.int64)


# Around the thing


def _background(rng: np.random.Generator) -> Array:
    """A slope of colour with boxes, discs and stripes on it that mean nothing."""
    first, second = rng.uniform(0.1, 0.9, (2, 3, 1, 1)).astype(np.float32)
    rows, columns = _grid(SIDE, SIDE)
    angle = rng.uniform(0, 2 * math.pi)
    share = 0.5 + ((rows / SIDE - 0.5) * math.cos(angle) + (columns / SIDE - 0.5) * math.sin(angle)) / 1.5
    image = np.asarray(first + (second - first) * share)
    for _ in range(rng.integers(1, 6)):
        y, x, radius = rng.uniform(0, SIDE), rng.uniform(0, SIDE), rng.uniform(3, 16)
        if rng.random() < 0.5:
            outside = np.hypot(columns - x, rows - y) - radius
        else:
            turn = rng.uniform(0, math.pi)
            along = (columns - x) * math.cos(turn) + (rows - y) * math.sin(turn)
            across = (rows - y) * math.cos(turn) - (columns - x) * math.sin(turn)
            outside = _box(along, across, 0, 0, radius * rng.uniform(0.5, 3), radius)
        _paint(image, outside, rng.uniform(0.05, 0.95, 3), 1.0)
    coarse = rng.normal(0, rng.uniform(0, 0.1), (3, SIDE // 8, SIDE // 8)).astype(np.float32)
    image += coarse.repeat(8, axis=1).repeat(8, axis=2)
    return image


def _in_front(image: Array, rng: np.random.Generator) -> None:
    """In a quarter of the pictures a branch across the thing."""
    if rng.random() < 0.25:
        rows, columns = _grid(SIDE, SIDE)
        y, x, turn = rng.uniform(16, 48), rng.uniform(16, 48), rng.uniform(0, math.pi)
        outside = abs((rows - y) * math.cos(turn) - (columns - x) * math.sin(turn)) - rng.uniform(0.8, 2.5)
        _paint(image, outside, rng.uniform(0.05, 0.95, 3), 1.0)


def _paints(rng: np.random.Generator, behind: Array) -> Array:
    """Three colours (3, 3): the first one stands out from what is behind it, the second from the first."""
    paints = np.zeros((3, 3), dtype=np.float32)
    for place, against in ((0, behind), (1, paints[0]), (2, paints[1])):
        while True:
            paints[place] = rng.uniform(0.02, 0.98, 3)
            if np.abs(paints[place] - against).sum() > 1.0:
                break
    return paints


def _grid(height: int, width: int) -> tuple[Array, Array]:
    """Row of each pixel (height, 1) and column (1, width)."""
    return np.arange(height, dtype=np.float32)[:, None], np.arange(width, dtype=np.float32)[None]


def _paint(image: Array, outside: Array, colour: Array, radius: float) -> None:
    """Lays a colour over the inside of a shape; a pixel that the edge crosses gets a share of it."""
    cover = np.clip(0.5 - outside * radius, 0, 1)[None]
    image += cover * (np.asarray(colour, dtype=np.float32)[:, None, None] - image)


# Shapes: how far (x, y) lies outside


def _disc(x: Array, y: Array, mx: float, my: float, radius: float) -> Array:
    return np.asarray(np.hypot(x - mx, y - my) - radius)


def _box(x: Array, y: Array, mx: float, my: float, half_width: float, half_height: float) -> Array:
    return np.asarray(np.maximum(abs(x - mx) - half_width, abs(y - my) - half_height))


def _line(x: Array, y: Array, start: tuple[float, float], end: tuple[float, float], half: float) -> Array:
    (x0, y0), (x1, y1) = start, end
    dx, dy = x1 - x0, y1 - y0
    along = np.clip(((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy), 0, 1)
    return np.asarray(np.hypot(x - x0 - along * dx, y - y0 - along * dy) - half)


def _polygon(x: Array, y: Array, corners: int, turn: float, radius: float) -> Array:
    """A regular polygon whose sides are `radius` from its middle; `turn` is the direction of the first side."""
    directions = [turn + side * 2 * math.pi / corners for side in range(corners)]
    return np.asarray(np.max([x * math.cos(a) + y * math.sin(a) for a in directions], axis=0) - radius)


def _letters(x: Array, y: Array, text: str, width: float) -> Array:
    """A word in the middle, `width` wide in all: 1 outside the letters, -1 inside."""
    rows = [".".join(_GLYPHS[letter][row] for letter in text) for row in range(5)]
    inked = np.array([[pixel == "#" for pixel in row] for row in rows])
    unit = width / inked.shape[1]
    i = np.floor(y / (1.4 * unit) + 2.5).astype(int)
    j = np.floor(x / unit + inked.shape[1] / 2).astype(int)
    within = (i >= 0) & (i < 5) & (j >= 0) & (j < inked.shape[1])
    return np.where(within & inked[np.clip(i, 0, 4), np.clip(j, 0, inked.shape[1] - 1)], -1.0, 1.0)


# The ten things, each a list of shapes, the lowest first


def _stop(x: Array, y: Array, paints: Array, rng: np.random.Generator) -> Iterator[Layer]:
    yield _polygon(x, y, 8, 0, 0.95), paints[1]
    yield _polygon(x, y, 8, 0, 0.83), paints[0]
    yield _letters(x, y, "STOP", 1.4), paints[1]


def _give_way(x: Array, y: Array, paints: Array, rng: np.random.Generator) -> Iterator[Layer]:
    yield _polygon(x, y + 0.35, 3, -math.pi / 2, 0.62), paints[0]
    yield _polygon(x, y + 0.35, 3, -math.pi / 2, 0.62 - rng.uniform(0.15, 0.3)), paints[1]


def _warning(x: Array, y: Array, paints: Array, rng: np.random.Generator) -> Iterator[Layer]:
    yield _polygon(x, y - 0.35, 3, math.pi / 2, 0.62), paints[0]
    yield _polygon(x, y - 0.35, 3, math.pi / 2, 0.62 - rng.uniform(0.12, 0.2)), paints[1]
    yield _box(x, y, 0, 0.15, 0.09, 0.3), paints[2]
    yield _disc(x, y, 0, 0.64, 0.11), paints[2]


def _no_entry(x: Array, y: Array, paints: Array, rng: np.random.Generator) -> Iterator[Layer]:
    yield _disc(x, y, 0, 0, 0.95), paints[0]
    yield _box(x, y, 0, 0, 0.68, rng.uniform(0.15, 0.25)), paints[1]


def _speed_limit(x: Array, y: Array, paints: Array, rng: np.random.Generator) -> Iterator[Layer]:
    yield _disc(x, y, 0, 0, 0.95), paints[0]
    yield _disc(x, y, 0, 0, 0.95 - rng.uniform(0.14, 0.24)), paints[1]
    yield _letters(x, y, str(rng.choice(["20", "30", "50", "70", "80"])), 0.95), paints[2]


def _priority(x: Array, y: Array, paints: Array, rng: np.random.Generator) -> Iterator[Layer]:
    yield _polygon(x, y, 4, math.pi / 4, 0.68), paints[0]
    yield _polygon(x, y, 4, math.pi / 4, 0.68 - rng.uniform(0.12, 0.28)), paints[1]


def _traffic_light(x: Array, y: Array, paints: Array, rng: np.random.Generator) -> Iterator[Layer]:
    yield _box(x, y, 0, 1.6, 0.06, 1.0), paints[2]
    yield _box(x, y, 0, 0, 0.4, 0.97), paints[0]
    lit = rng.integers(0, 3)
    for lamp, my in enumerate((-0.6, 0.0, 0.6)):
        yield _disc(x, y, 0, my, 0.25), paints[1] if lamp == lit else 0.65 * paints[1] + 0.35 * paints[0]


def _car(x: Array, y: Array, paints: Array, rng: np.random.Generator) -> Iterator[Layer]:
    height, front = rng.uniform(0.45, 0.6), rng.uniform(0.5, 0.7)
    roof = np.maximum(_box(x, y, -0.1, 0.05 - height / 2, 0.9, height / 2), abs(x + 0.1) - front + (0.05 - y) * 0.45)
    yield roof, paints[0]
    yield np.maximum(roof + 0.1, 0.05 - abs(x + 0.1)), paints[1]
    yield _box(x, y, 0, 0.22, 0.97, 0.22), paints[0]
    for mx in (-0.55, 0.55):
        yield _disc(x, y, mx, 0.45, 0.24), paints[2]
        yield _disc(x, y, mx, 0.45, 0.1), paints[1]


def _bicycle(x: Array, y: Array, paints: Array, rng: np.random.Generator) -> Iterator[Layer]:
    back, front, crank, seat, head = (-0.55, 0.3), (0.55, 0.3), (-0.08, 0.3), (-0.25, -0.3), (0.38, -0.3)
    for mx, my in (back, front):
        yield abs(_disc(x, y, mx, my, 0.38)) - 0.055, paints[2]
    for start, end in ((back, seat), (back, crank), (crank, seat), (crank, head), (seat, head), (head, front)):
        yield _line(x, y, start, end, 0.05), paints[0]
    yield _line(x, y, (-0.4, -0.42), (-0.14, -0.42), 0.06), paints[2]
    yield _line(x, y, seat, (-0.28, -0.42), 0.04), paints[0]
    yield _line(x, y, head, (0.33, -0.5), 0.04), paints[0]
    yield _line(x, y, (0.33, -0.5), (0.52, -0.52), 0.05), paints[2]


def _tree(x: Array, y: Array, paints: Array, rng: np.random.Generator) -> Iterator[Layer]:
    yield _box(x, y, 0, 0.65, rng.uniform(0.08, 0.14), 0.35), paints[2]
    if rng.random() < 0.5:  # a fir
        for top, wide in ((-0.95, 0.45), (-0.55, 0.6), (-0.15, 0.75)):
            yield np.maximum(abs(x) - (y - top) * wide * 1.25, y - top - 0.7), paints[0] * rng.uniform(0.8, 1.0)
    else:
        for _ in range(9):
            mx, my = rng.uniform(-0.42, 0.42), rng.uniform(-0.55, 0.1)
            yield _disc(x, y, mx, my, rng.uniform(0.25, 0.4)), paints[0] * rng.uniform(0.7, 1.0)


_THINGS: tuple[Callable[[Array, Array, Array, np.random.Generator], Iterator[Layer]], ...] = (
    _stop,
    _give_way,
    _warning,
    _no_entry,
    _speed_limit,
    _priority,
    _traffic_light,
    _car,
    _bicycle,
    _tree,
)
