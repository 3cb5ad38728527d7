"""weights_conv: how many numbers a filter of size 3 with a bias has to learn."""

from __future__ import annotations

from autograder.course import answer

weights_conv = answer(
    "weights_conv",
    4,
    points=1,
    hints=[
        "Which numbers would have to be learned? Count those only. The place of the window is not one of them.",
        "Three weights, used again at every place, and one number that is added to each output.",
    ],
)


weights_conv.mistake("bias_left_out", "3 is the filter alone. The bias is learned as well.", 3)


weights_conv.mistake(
    "a_filter_for_each_output",
    "30 is a filter of 3 for each of 10 outputs. They all share the same one, and there is a bias.",
    30,
)


weights_conv.mistake(
    "nothing_shared",
    "40 is a filter and a bias for each of the 10 outputs. All places share one filter and one bias.",
    40,
)


weights_conv.mistake(
    "a_bias_for_each_output",
    "13 has a bias for each of the 10 outputs. One bias is shared by all of them.",
    13,
)


weights_conv.mistake("a_bias_for_each_weight", "6 has a bias for each weight. It is added once, to the dot product.", 6)


weights_conv.mistake(
    "outputs_counted",
    "10 is the number of outputs. Asked are the numbers that have to be learned.",
    10,
)


weights_conv.mistake(
    "fully_connected",
    "110 is the fully connected layer. How many different numbers does the filter have?",
    110,
)
