"""shuffled_accuracy: what a fixed shuffle of the pixels does to a fully connected classifier."""

from __future__ import annotations

from autograder.course import answer

shuffled_accuracy = answer(
    "shuffled_accuracy",
    "c",
    points=1,
    hints=[
        "A fully connected layer adds up w1 * x1 + w2 * x2 + ... What happens to a sum when its terms change places?",
        "The same shuffle is used for all images, in training and testing, so a weight can move along with its pixel.",
    ],
)


shuffled_accuracy.mistake(
    "falls_to_guessing",
    "To you a shuffled digit is noise, but the classifier never saw it as a picture: "
    "pixel 7 has moved, and its weight can move with it.",
    "a",
)


shuffled_accuracy.mistake(
    "falls_a_little",
    "You expect it to miss the neighbours. But a fully connected layer doesn't know which pixels are "
    "neighbours in the first place.",
    "b",
)


shuffled_accuracy.mistake(
    "rises",
    "A fixed shuffle adds no information: it can be undone. "
    "What could the classifier know now that it did not know before?",
    "d",
)
