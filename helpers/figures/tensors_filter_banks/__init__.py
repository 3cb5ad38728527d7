"""Figures of notebook 04: channels, boxes that slide through depth, banks of filters, im2col, receptive fields."""

from ...attempt import attempt
from .banks import (
    batch_maps,
    by_channel,
    colour_edge,
    colour_map,
    feature_maps,
    in_two_steps,
    maps_of,
    two_layers,
    weights_needed,
)
from .im2col import copies, product, race, windows_as_rows
from .receptive_fields import seen, seen_on_photo
from .volumes import channels, letters_as_channels, motif, scan_slices, sliding_box, tensors, torn

__all__ = [
    "attempt",
    "batch_maps",
    "by_channel",
    "channels",
    "colour_edge",
    "colour_map",
    "copies",
    "feature_maps",
    "in_two_steps",
    "letters_as_channels",
    "maps_of",
    "motif",
    "product",
    "race",
    "scan_slices",
    "seen",
    "seen_on_photo",
    "sliding_box",
    "tensors",
    "torn",
    "two_layers",
    "weights_needed",
    "windows_as_rows",
]
