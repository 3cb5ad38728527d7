"""step_that_changes: what is new in a convnet, of the three steps model, loss, minimise."""

from __future__ import annotations

from autograder.course import answer

step_that_changes = answer(
    "step_that_changes",
    "a",
    points=1,
    hints=[
        "Read the last two columns of the table from top to bottom. In which row do they differ?",
        "A convnet gives one score for each class, as logistic regression does. Does the loss see how they were made?",
    ],
)


step_that_changes.mistake(
    "loss_changes",
    "The loss looks at the scores of the classes and at nothing else. It is the same in both columns.",
    "b",
)


step_that_changes.mistake(
    "minimising_changes",
    "Gradient descent needs the gradients of the loss by all weights, whatever the model is. How to get them for a "
    "convnet is new, but the step stays the same.",
    "c",
)


step_that_changes.mistake(
    "everything_changes",
    "Look at the table again: two of its three rows are the same in both columns.",
    "d",
)
