"""What stands for the commands that grade where Python lacks the modules of Unix: they say what to do."""

from __future__ import annotations

from .app import Command, app, fail
from .doctor import SEE_DOCTOR

_NEED_LINUX = {
    "collect": "Collect submissions",
    "grade": "Grade a folder of submissions",
    "demo": "Create a sample class and grade it",
    "report": "Write all pages again",
    "similar": "Show which hand-ins are alike",
    "export": "Write marks and feedback for an LMS",
    "gradescope": "Create the autograder zip for Gradescope",
}


def _refuse() -> None:
    fail(f"grading needs Linux: {SEE_DOCTOR}")


for _name, _does in _NEED_LINUX.items():
    app.command(
        _name,
        cls=Command,
        help=f"{_does} (not possible on this system).",
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    )(_refuse)
