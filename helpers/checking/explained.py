"""Errors whose own words don't say what to do, and a sentence that does."""

from __future__ import annotations

import re

_EXPLAINED = (
    (
        r"not compiled with CUDA|no NVIDIA driver|No CUDA GPUs are available|Attempting to deserialize .* CUDA device",
        "There is no GPU here, and no grade depends on one. Use the model's device: next(model.parameters()).device",
    ),
)


def explained(message: str) -> str:
    """A sentence about an error, by its message; empty where there is none."""
    return next((sentence for pattern, sentence in _EXPLAINED if re.search(pattern, message)), "")
