"""same_padding: the padding that keeps the size, for a filter of odd size."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise


@exercise(
    points=1,
    aspects={"values": "n + 2 * padding - k + 1 must equal n. Solve for padding, and divide with //."},
    hints=[
        "Without padding, k weights cost k - 1 outputs. How many zeros per side make up for that?",
        "n + 2 * padding - k + 1 = n gives padding = (k - 1) / 2. A number of zeros is an integer: use //.",
    ],
    integers=True,
    worked=[("values", {"k": 3}), ("values", {"k": 5})],
)
def same_padding(k):
    return (k - 1) // 2


@same_padding.cases
def _(rng):
    yield "values", {"k": 1}
    for half in sorted(rng.choice(np.arange(3, 40), 4, replace=False)):
        yield "values", {"k": 2 * int(half) + 1}


@same_padding.mistake(
    "both_sides_together",
    "Your number counts the zeros of both sides together. `padding` counts those on one side.",
)
def _(k):
    return k - 1


@same_padding.mistake(
    "fraction",
    "The value is right, but it is a float. A number of zeros is an integer: divide with // instead of /.",
)
def _(k):
    return (k - 1) / 2


@same_padding.mistake(
    "one_too_many",
    "Your number is one too large: the output would be two entries longer than the input.",
)
def _(k):
    return (k + 1) // 2


@same_padding.mistake(
    "always_one",
    "1 is right for 3 weights. A larger filter needs more, because it reaches further past the edge.",
)
def _(k):
    return 1


@same_padding.variant
def half(k):
    return (k - 1) // 2


@same_padding.variant
def floor(k):
    return k // 2


@same_padding.variant
def int_style(k):
    return int((k - 1) / 2)


@same_padding.variant
def search(k):
    padding = 0
    while 2 * padding - k + 1 < 0:
        padding += 1
    return padding
