"""pool_weights: the number of weights of a max pooling layer."""

from __future__ import annotations

from autograder.course import answer

pool_weights = answer(
    "pool_weights",
    0,
    points=1,
    hints=[
        "Which numbers of this layer does gradient descent change?",
        "Size and stride are set by hand, before training. Does the layer have any other number?",
    ],
)


pool_weights.mistake(
    "size_and_stride_counted",
    "2 counts size and stride. They are set by hand, and training does not change them.",
    2,
)


pool_weights.mistake(
    "a_window_of_weights", "9 counts a weight for each entry of the window. A maximum has no weights.", 9
)


pool_weights.mistake(
    "window_and_bias",
    "10 counts the weights of a 3 by 3 filter and its bias. A maximum has neither weights nor a bias.",
    10,
)


pool_weights.mistake("a_bias", "1 counts a bias. A maximum has no bias.", 1)


pool_weights.mistake("a_bias_for_each_channel", "16 counts one number for each channel. A maximum has no bias.", 16)


pool_weights.mistake(
    "a_window_for_each_channel",
    "144 counts 9 weights for each channel. A maximum has no weights.",
    144,
)


pool_weights.mistake(
    "a_filter_for_each_channel",
    "160 counts 9 weights and a bias for each channel. A maximum has neither weights nor a bias.",
    160,
)
