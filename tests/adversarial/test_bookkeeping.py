"""Class 10: marks for what the process around a function says of itself, such as that no input was changed."""

from __future__ import annotations

import pytest
from conftest import COURSE

from adversarial.arena import BOOK, graded, row
from autograder.demo.notebooks import filled, solved
from autograder.sandbox.client import Sandbox
from helpers.checking.spec import UNCHANGED

VICTIM = "relu"
CHANGES = """
import copy, sys
import numpy as np
import helpers.checking.calls as calls, helpers.checking.spec as spec
{before}
def relu(z):
    result = np.where(z > 0, z, 0)
    {inside}
    z += 1
    return result
"""
PATCHES = {
    "none": ("", "pass"),
    "same-bits": ("calls._same_bits = lambda *given: True", "pass"),
    "same-bits-by-its-code": ("calls._same_bits.__code__ = (lambda before, after: True).__code__", "pass"),
    "changed-arguments": ("calls.changed_arguments = lambda *given: ()", "pass"),
    "outcome": ("spec.Outcome.changed = property(lambda self: (), lambda self, value: None)", "pass"),
    "outcome-in-the-frame": ("", "sys._getframe(1).f_locals.clear()"),
    "bytes": ("np.array_equal = np.allclose = lambda *given: True", "pass"),
    "any-and-all": ("calls.all = calls.any = calls.bool = calls.map = lambda *given: True", "pass"),
    "the-case-too": ("", "sys._getframe(1).f_locals['case'].arguments['z'] += 1"),
    "read-only-cases": ("", "sys._getframe(1).f_locals['given']['z'] = z"),
    "names": ("calls._passed = lambda *given: {}", "pass"),
}


def aspects(item) -> dict[str, bool]:  # type: ignore[no-untyped-def]
    return dict(item.message.aspects)


@pytest.mark.parametrize("patch", PATCHES)
def test_10_who_changes_its_input_has_no_mark_for_leaving_it(patch: str, sandbox: Sandbox) -> None:
    before, inside = PATCHES[patch]
    source = CHANGES.format(before=before, inside=inside)
    item = row(graded(filled(COURSE, BOOK, {VICTIM: source}, solved(COURSE, BOOK)), sandbox), VICTIM)
    assert item.status != "correct" and (item.score or 0) < item.max_score
    assert not aspects(item).get(UNCHANGED), item


def test_10_who_leaves_its_input_has_it(sandbox: Sandbox) -> None:
    """Also with views, in other types, and where something else is wrong."""
    for lines in ("z = z.copy()\n    z[z < 0] = 0\n    return z", "return np.maximum(z.astype(np.float32), 0)"):
        source = f"import numpy as np\ndef relu(z):\n    {lines}\n"
        item = row(graded(filled(COURSE, BOOK, {VICTIM: source}, solved(COURSE, BOOK)), sandbox), VICTIM)
        assert (item.status, item.score) == ("correct", item.max_score), item


def test_10_an_argument_that_has_grown_counts_as_changed(sandbox: Sandbox) -> None:
    lines = "result = np.maximum(z, 0)\n    z.resize(3 * 10**6, refcheck=False)\n    return result"
    source = f"import numpy as np\ndef relu(z):\n    {lines}\n"
    item = row(graded(filled(COURSE, BOOK, {VICTIM: source}, solved(COURSE, BOOK)), sandbox), VICTIM)
    assert item.status in ("wrong", "partial", "error", "timeout") and not aspects(item).get(UNCHANGED)
