"""weights_fc: how many a fully connected layer from 10 inputs to 10 outputs has to learn."""

from __future__ import annotations

from autograder.course import answer

weights_fc = answer(
    "weights_fc",
    110,
    points=1,
    hints=[
        "Look at one output alone: how many inputs does it listen to, and what is added at the end?",
        "10 outputs, and each has 10 weights and a bias of its own.",
    ],
)


weights_fc.mistake(
    "biases_left_out",
    "100 is a weight for each pair of input and output. Each output has a bias as well.",
    100,
)


weights_fc.mistake(
    "one_bias_for_all",
    "101 has one bias for all outputs. In a fully connected layer each output has its own.",
    101,
)


weights_fc.mistake("one_output", "11 is one output: 10 weights and a bias. There are 10 outputs.", 11)


weights_fc.mistake(
    "bias_on_both_sides",
    "121 has a bias among the outputs as well. 10 outputs, each with 10 weights and a bias.",
    121,
)


weights_fc.mistake(
    "inputs_and_outputs_added",
    "20 adds inputs and outputs up. There is a weight for each pair of them.",
    20,
)


weights_fc.mistake(
    "convolution",
    "4 is the filter with its bias. Here every output has weights of its own, for every input.",
    4,
)
