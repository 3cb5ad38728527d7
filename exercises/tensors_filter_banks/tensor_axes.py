"""tensor_axes: which axis of a tensor is which."""

from __future__ import annotations

from autograder.course import answer

tensor_axes = answer(
    "tensor_axes",
    4,
    points=1,
    hints=[
        "A vector has one axis, a matrix two. How many does one colour photograph have?",
        "A batch adds one more axis, which selects the photograph: batch[n, c, row, column].",
    ],
)


tensor_axes.mistake("one_photograph", "That is right for one photograph: (C, H, W). A batch has one more axis.", 3)


tensor_axes.mistake("size_for_axes", "That is how many photographs there are. The question is how many axes.", 32)


tensor_axes.mistake("grey", "That is right for a single grey image: rows and columns.", 2)
