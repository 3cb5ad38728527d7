"""rising_loss: what it means that the validation loss rises while the other one falls."""

from __future__ import annotations

from autograder.course import answer

rising_loss = answer(
    "rising_loss",
    "b",
    points=1,
    hints=[
        "Both losses are those of the same network at the same time. Only the pictures differ.",
        "The steps go down the gradient of one of the two losses. Nothing makes the other one fall, beyond what both "
        "kinds of pictures have in common.",
    ],
)

rising_loss.mistake(
    "gradients_wrong",
    "With wrong gradients, the loss on the pictures learned from would not fall steadily. It falls as it should.",
    "a",
)

rising_loss.mistake(
    "learning_rate",
    "Steps that are too large make the loss on the pictures learned from jump or rise. Here it falls.",
    "c",
)

rising_loss.mistake(
    "needs_longer",
    "More epochs go on in the same direction: the fit to these pictures gets better, and that to new ones gets worse.",
    "d",
)
