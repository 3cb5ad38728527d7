"""weights_conv: how many numbers must be learned for a filter of size 3 with a bias."""

from __future__ import annotations

from autograder.course import answer

weights_conv = answer(
    "weights_conv",
    4,
    points=1,
    hints=[
        "Which numbers must be learned? Count only those. The window's position is not one of them.",
        "There are three weights, which all positions share, and one number that is added to each output.",
    ],
)


weights_conv.mistake("bias_left_out", "3 counts only the filter. The bias is learned as well.", 3)


weights_conv.mistake(
    "a_filter_for_each_output",
    "30 counts a filter of 3 weights for each of 10 outputs. They all share one filter, and there is a bias.",
    30,
)


weights_conv.mistake(
    "nothing_shared",
    "40 counts a filter and a bias for each of the 10 outputs. All positions share one filter and one bias.",
    40,
)


weights_conv.mistake(
    "a_bias_for_each_output",
    "13 counts a bias for each of the 10 outputs. They all share one bias.",
    13,
)


weights_conv.mistake(
    "a_bias_for_each_weight", "6 counts a bias for each weight. There is one bias, added to the dot product.", 6
)


weights_conv.mistake(
    "outputs_counted",
    "10 is the number of outputs. Count the numbers that must be learned.",
    10,
)


weights_conv.mistake(
    "fully_connected",
    "110 is right for the fully connected layer. How many different numbers does the filter have?",
    110,
)
