"""The steps of a softmax that subtracts no maximum: as right as the others, until exp overflows."""

from __future__ import annotations

import numpy as np


def not_shifted(logits):
    """exp(logits) (N, K) and its sums (N,), for an exercise's steps; empty where exp overflows or gives 0."""
    with np.errstate(all="ignore"):
        e = np.exp(logits)
    return {"exp_logits": e, "exp_sums": e.sum(axis=1)} if np.isfinite(e).all() and (e > 0).all() else {}
