"""pool_weights: how many weights a max pooling layer has."""

from __future__ import annotations

from autograder.course import answer

pool_weights = answer(
    "pool_weights",
    0,
    points=1,
    hints=[
        "Which numbers of this layer would gradient descent change?",
        "Size and stride are set by hand, before anything is learned. Is there any other number in it?",
    ],
)


pool_weights.mistake(
    "size_and_stride_counted",
    "2 counts size and stride. They are set by hand, and stay as they are when everything else is learned.",
    2,
)


pool_weights.mistake(
    "a_window_of_weights", "9 is one weight for each place in the window. A maximum multiplies by nothing.", 9
)


pool_weights.mistake(
    "window_and_bias",
    "10 is what a filter of size 3 and its bias have. A maximum multiplies by nothing and adds nothing.",
    10,
)


pool_weights.mistake("a_bias", "1 is a bias. A maximum adds nothing to what it finds.", 1)


pool_weights.mistake(
    "a_bias_for_each_channel", "16 is one number for each channel. A maximum adds nothing to what it finds.", 16
)


pool_weights.mistake(
    "a_window_for_each_channel",
    "144 is a window of 9 weights for each channel. A maximum multiplies by nothing.",
    144,
)


pool_weights.mistake(
    "a_filter_for_each_channel",
    "160 is a filter of 9 weights and a bias for each channel. A maximum multiplies by nothing and adds nothing.",
    160,
)
