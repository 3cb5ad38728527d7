"""shuffled_accuracy: what a fixed shuffle of the pixels does to a fully connected classifier."""

from __future__ import annotations

from autograder.course import answer

shuffled_accuracy = answer(
    "shuffled_accuracy",
    "c",
    points=1,
    hints=[
        "A fully connected layer adds up w1 * x1 + w2 * x2 + ... What happens to a sum when the order of its terms "
        "changes?",
        "The same shuffle is used for all images, in training and testing, so a weight can move with its pixel.",
    ],
)


shuffled_accuracy.mistake(
    "falls_to_guessing",
    "To you, a shuffled digit is noise. But the classifier never saw it as a picture: when pixel 7 moves, its weight "
    "can move too.",
    "a",
)


shuffled_accuracy.mistake(
    "falls_a_little",
    "You expect the classifier to miss the neighbours. But a fully connected layer never knew which pixels are "
    "neighbours.",
    "b",
)


shuffled_accuracy.mistake(
    "rises",
    "A fixed shuffle adds no information: it can be undone. What could the classifier know now that it didn't know "
    "before?",
    "d",
)
