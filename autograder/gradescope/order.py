"""What the zip's maker tells the container: which assignment, from which seed, within which limits, shown to whom."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

from autograder.sandbox.client import Limits

FILE = "order.json"
VISIBILITIES = ("visible", "hidden", "after_due_date", "after_published")
# Half a processor, 768 MB and ten minutes are what a container has unless it is given more. A submission that uses up
# its time still leaves some for its last exercises and for the judge.
SMALL_CONTAINER = Limits(cpu_seconds=10, wall_seconds=40.0, memory=320 * 2**20, submission_seconds=240.0)


@dataclass(frozen=True)
class Order:
    """How submissions of one assignment are graded. `visibility` is one of VISIBILITIES."""

    assignment: str
    seed: int
    visibility: str = "visible"
    limits: Limits = field(default=SMALL_CONTAINER)


def to_json(order: Order) -> str:
    """All of it."""
    return json.dumps(asdict(order), indent=1) + "\n"


def from_json(text: str) -> Order:
    """What `to_json` wrote."""
    raw = json.loads(text)
    return Order(**{**raw, "limits": Limits(**raw["limits"])})
