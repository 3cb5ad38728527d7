"""Figures of notebook 07: a gradient on its way back through the layers, its check, and a network while it learns.

Signals, maps and gradients are drawn blue where they are above 0 and orange below; digits as ink on paper.
"""

from ...attempt import attempt
from .checks import checked, nudged, side_by_side, step_sizes
from .clothes import kinds, over_starts, overfitting, wardrobe
from .layer_by_layer import one_window, probabilities, routed
from .learning import curves, film, filters, misread, raced, worth
from .lecture import chain, found_again, network, steps, waves

__all__ = [
    "attempt",
    "chain",
    "checked",
    "curves",
    "film",
    "filters",
    "found_again",
    "kinds",
    "misread",
    "network",
    "nudged",
    "one_window",
    "over_starts",
    "overfitting",
    "probabilities",
    "raced",
    "routed",
    "side_by_side",
    "step_sizes",
    "steps",
    "wardrobe",
    "waves",
    "worth",
]
