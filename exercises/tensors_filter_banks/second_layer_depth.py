"""second_layer_depth: the depth of the filters of a second layer."""

from __future__ import annotations

from autograder.course import answer

second_layer_depth = answer(
    "second_layer_depth",
    16,
    points=1,
    hints=[
        "What does the first layer pass on? How many feature maps are in that stack?",
        "A filter is as deep as its input. The second layer's input is not the photograph.",
    ],
)


second_layer_depth.mistake(
    "depth_of_the_photograph",
    "That is the photograph's depth. The second layer's input is the first layer's output.",
    3,
)


second_layer_depth.mistake(
    "channels_times_filters",
    "That counts three maps for each filter. A filter adds up its channels: it gives one map.",
    48,
)


second_layer_depth.mistake("flat", "That filter would use only one of the feature maps. A filter spans them all.", 1)


second_layer_depth.mistake(
    "size_of_the_filter", "That is the filter's height and width. Its depth comes from the layer before it.", 5
)
