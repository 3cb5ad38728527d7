"""How well a template finds the stop sign in drawn streets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .. import pictures


def is_hit(found: Sequence[Any], street: pictures.Street, side: int) -> bool:
    """Whether the middle of a window of that side, its top left corner `found`, is within two pixels of the sign's."""
    return all(abs(place + side / 2 - corner - street.size / 2) <= 2 for place, corner in zip(found, street.sign))


def share_found(
    best_match: Callable[[np.ndarray, np.ndarray], Any], template: np.ndarray, seeds: Sequence[int], **options: Any
) -> float:
    """In what share of the streets of these seeds `best_match(image, template)` finds the sign; all in grey.

    `options` go to `pictures.street`; the sign is as large as the template unless they say otherwise.
    """
    side, small = len(template), pictures.grey(template)
    streets = [pictures.street(seed, **{"size": side, **options}) for seed in seeds]
    return float(np.mean([is_hit(best_match(pictures.grey(street.image), small), street, side) for street in streets]))
