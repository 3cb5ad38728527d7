"""tensor_axes: which axis of a tensor is which."""

from __future__ import annotations

from autograder.course import answer

tensor_axes = answer(
    "tensor_axes",
    4,
    points=1,
    hints=[
        "A vector has one axis, a matrix two. How many has one colour photograph?",
        "A batch adds one more axis, which says which photograph: batch[n, c, row, column].",
    ],
)


tensor_axes.mistake("one_photograph", "That is one photograph: (C, H, W). A batch of them has an axis more.", 3)


tensor_axes.mistake("size_for_axes", "That is how many photographs there are. The question is how many axes.", 32)


tensor_axes.mistake("grey", "That is a single grey picture: rows and columns.", 2)
