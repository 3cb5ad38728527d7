"""Figures of notebook 08: ImageNet's story, a GPU's speed, and what a network for colour pictures learns.

Pictures are uint8 arrays (3, H, W) from 0 to 255. PyTorch loads when a figure asks for it.
"""

from .contest import alexnet, winners
from .learning import compare, depth, inside, learned, learning_rate, one_batch, residual_block, smoothed
from .pictures import crops, sheet, top_k
from .published import favourites, fooled, names, patches, photographs_for
from .seeing import activation_maps, first_filters, in_a_photograph, maps, most_wrong, untrained_filters
from .speed import compiled, ladder, race, same_numbers

__all__ = [
    "activation_maps",
    "alexnet",
    "compare",
    "compiled",
    "crops",
    "depth",
    "favourites",
    "first_filters",
    "fooled",
    "in_a_photograph",
    "inside",
    "ladder",
    "learned",
    "learning_rate",
    "maps",
    "most_wrong",
    "names",
    "one_batch",
    "patches",
    "photographs_for",
    "race",
    "residual_block",
    "same_numbers",
    "sheet",
    "smoothed",
    "top_k",
    "untrained_filters",
    "winners",
]
