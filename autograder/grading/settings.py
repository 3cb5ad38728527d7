"""How a run grades."""

from __future__ import annotations

from dataclasses import dataclass, field

from autograder.sandbox.client import Limits


@dataclass(frozen=True)
class RunSettings:
    """Submissions at the same time, the hidden cases' seed, limits, whether to confine, whether to start afresh.

    With `scheduler`, the address of a Dask scheduler, its workers grade, and their threads take the place of `jobs`.
    What the run writes is its owner's alone, or with `shared` whom the umask admits.
    """

    jobs: int = 1
    seed: int = 0
    limits: Limits = field(default_factory=Limits)
    confined: bool = True
    force: bool = False
    scheduler: str = ""
    shared: bool = False
