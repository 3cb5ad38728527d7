"""Whether a function is older than its cell: the cell was changed and run, but it ended in a SyntaxError."""

from __future__ import annotations

import ast
import re
import sys

STALE = "This is the previous version: the newest cell with `{}` has a SyntaxError. Correct that cell and run it first."


def is_stale(name: str) -> bool:
    """Whether the newest cell of the session that defines `name` can't be read as Python; False outside IPython."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    cells = shell.user_ns.get("In", ()) if shell is not None else ()
    defines = re.compile(rf"^\s*(?:def|class)\s+{re.escape(name)}\b", re.MULTILINE)
    newest = next((cell for cell in reversed(cells) if type(cell) is str and defines.search(cell)), None)
    if shell is None or newest is None:
        return False
    try:
        ast.parse(shell.transform_cell(newest))
    except SyntaxError:
        return True
    except (ValueError, RecursionError):
        pass
    return False
