"""weights_fc: how many numbers must be learned for a fully connected layer from 10 inputs to 10 outputs."""

from __future__ import annotations

from autograder.course import answer

weights_fc = answer(
    "weights_fc",
    110,
    points=1,
    hints=[
        "Consider a single output: how many inputs does it use, and what is added at the end?",
        "There are 10 outputs, and each has 10 weights and one bias.",
    ],
)


weights_fc.mistake(
    "biases_left_out",
    "100 counts a weight for each pair of input and output. Each output also has a bias.",
    100,
)


weights_fc.mistake(
    "one_bias_for_all",
    "101 counts one bias for all outputs. In a fully connected layer, each output has its own.",
    101,
)


weights_fc.mistake("one_output", "11 counts one output: 10 weights and a bias. There are 10 outputs.", 11)


weights_fc.mistake(
    "bias_on_both_sides",
    "121 is 11 times 11. There are 10 outputs, each with 10 weights and a bias.",
    121,
)


weights_fc.mistake(
    "inputs_and_outputs_added",
    "20 is the sum of inputs and outputs. There is a weight for each pair of them.",
    20,
)


weights_fc.mistake(
    "convolution",
    "4 counts the filter with its bias. Here every output has its own weight for every input.",
    4,
)
