"""pooling_and_moves: which layer moves its output with the input, and what max pooling adds to it."""

from __future__ import annotations

from autograder.course import answer

pooling_and_moves = answer(
    "pooling_and_moves",
    "b",
    points=1,
    hints=[
        "Two figures of this notebook move the dot: what did the map of the filter do, and what did the pooled map do?",
        "Equivariant: the output moves as the input moves. Invariant: the output stays as it was.",
    ],
)


pooling_and_moves.mistake(
    "both_invariant",
    "Look at the first figure again: when the word moved, the dot in the map of the filter moved with it. An invariant "
    "layer would have given the same map.",
    "a",
)


pooling_and_moves.mistake(
    "pooling_always_invariant",
    "A move by one pixel can take the dot into the next window: of three places in a window of 3, that is so for one.",
    "c",
)


pooling_and_moves.mistake(
    "pooling_equivariant",
    "With stride 3 the pooled map has one cell for three pixels. It can't move by a third of a cell when the input "
    "moves by one pixel.",
    "d",
)
