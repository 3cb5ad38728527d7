"""What the zip tells the container."""

from __future__ import annotations

from autograder.gradescope.order import Order, from_json, to_json
from autograder.sandbox.client import Limits


def test_an_order_comes_out_as_it_went_in() -> None:
    for order in (Order("a", 7), Order("a", 2**60, "hidden", Limits(1, 2.5, 3, 4.5))):
        assert from_json(to_json(order)) == order and to_json(order).endswith("}\n")


def test_the_smallest_container_has_room_for_a_submission() -> None:
    """Of its 768 MB two processes and the judge live, and of its ten minutes half a processor is had."""
    limits = Order("a", 7).limits
    assert 2**28 <= limits.memory <= 768 * 2**20 / 2
    assert limits.cpu_seconds < limits.wall_seconds < limits.submission_seconds <= 600 / 2
