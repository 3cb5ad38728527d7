"""What a student's code says, marked as its words: nothing of it may be taken for the grader's."""

from __future__ import annotations

import re
from dataclasses import replace

from autograder.sandbox.disarm import GUARDED
from helpers.checking.spec import Fault, Spec
from helpers.checking.verdict import Verdict

MAX_NAME = 60  # characters: no exception has a longer name
# As `helpers.checking.operands` writes them: expressions in backticks, and nothing else but shapes.
_SHAPE = r"`[\w .,:\[\]()+*/@-]{1,40}` is \([\d, ]{0,40}\)"
_SHAPES = re.compile(rf"{_SHAPE}(?:, {_SHAPE}){{0,3}}", re.ASCII)


def quoted(text: str) -> str:
    """A text in quotation marks that it can't close."""
    return "“" + re.sub("[“”]", '"', text) + "”" if text else ""


def helper(fault: Fault, spec: Spec) -> str:
    """What a forbidden call used: what the exercise or the guard forbids, not what the code says."""
    said = fault.message
    known = (*spec.forbidden, *GUARDED)
    if said in known:
        return said
    return next((entry for entry in spec.forbidden if said.split(".")[0] == entry.split(".")[0]), "another function")


def in_their_words(verdict: Verdict) -> Verdict:
    """The verdict with each fault told in the judge's words, and the code's own in quotation marks."""
    return replace(
        verdict,
        judged=tuple(
            replace(item, outcome=replace(item.outcome, fault=_marked(item.outcome.fault, verdict.spec)))
            for item in verdict.judged
        ),
    )


def _marked(fault: Fault | None, spec: Spec) -> Fault | None:
    if fault is None:
        return None
    is_name = fault.type_name.isidentifier() and len(fault.type_name) <= MAX_NAME
    message = {
        "forbidden": helper(fault, spec),
        "crashed": fault.message,  # the judge's own finding
        "not_written": fault.message if fault.message.isidentifier() else "a function",
    }.get(fault.kind, quoted(fault.message))
    shapes = fault.shapes if _SHAPES.fullmatch(fault.shapes) else ""
    return replace(fault, type_name=fault.type_name if is_name else "an exception", message=message, shapes=shapes)
