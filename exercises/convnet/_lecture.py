"""The lecture's own numbers, for worked cases of more than one exercise."""

from __future__ import annotations

# The network that reads digits, and the shape of a digit.
DIGIT = (1, 8, 8)


READER = [
    ("conv", 12, 3, 1, 1),
    ("relu",),
    ("pool", 2, 2),
    ("conv", 24, 3, 1, 1),
    ("relu",),
    ("pool", 2, 2),
    ("flatten",),
    ("fc", 10),
]
