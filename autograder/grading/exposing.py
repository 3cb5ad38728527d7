"""Inputs that are to expose wrong functions, tried: in a fresh confined process, which gets nothing but the values.

No code of the student's is in it, so what it says is what the functions do. What a value could do to it (take all
memory, never end) it does there, and costs the exercise.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from autograder.sandbox.client import Sandbox
from autograder.sandbox.protocol import ExerciseRun
from autograder.sandbox.replies import Reply
from autograder.sandbox.slicing import CellCode
from helpers.checking import catching
from helpers.checking.spec import Case, Spec

_CELL = CellCode("functions", "from helpers.checking.suspects import run", "solution")
FAILED = "the functions could not work on these inputs: use smaller ones"


def with_reports(spec: Spec, reply: Reply, sandbox: Sandbox) -> Reply:
    """The reply with a report on the inputs in place of each value, where the exercise asks for such inputs.

    Raises SandboxLost when the fork server is gone.
    """
    if not spec.suspects or reply.values is None:
        return reply

    def run(packed: str, inputs: list[tuple[Any, ...]]) -> catching.Tried | str:
        case = Case("", {"packed": packed, "inputs": inputs})
        asked = Spec("run", spec.notebook, "function", 0.0, required=("packed", "inputs"), cases=(case,))
        answer = sandbox.run(ExerciseRun(asked, (0,), 1), (_CELL,))
        outcome = answer.outcomes[0] if answer.outcomes else None
        fault = answer.fault or (outcome.fault if outcome else None)
        if outcome is None or fault is not None or not isinstance(outcome.value, list):
            return catching.TOO_LONG if fault and fault.kind == "timeout" else FAILED
        return outcome.value

    return replace(reply, values=tuple(catching.tried(spec.suspects, value, run) for value in reply.values))
