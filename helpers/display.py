"""Whether this runs in a notebook, and how something is shown there."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

_page: Callable[[str, str], None] | None = None


def in_notebook() -> bool:
    """Whether a notebook's kernel or a web page runs this; False in a script and in a terminal.

    Does not import IPython.
    """
    if _page is not None:
        return True
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return shell is not None and hasattr(shell, "kernel")


def show_through(page: Callable[[str, str], None] | None) -> None:
    """From now on, HTML and its text go to `page`, on a web page that runs Python; None ends that."""
    global _page
    _page = page


def show_html(page: str, text: str, updatable: bool = False, metadata: dict[str, Any] | None = None) -> Any:
    """Shows HTML in a notebook, with `text` where HTML can't be shown; `metadata` goes into the output.

    Returns None, or with `updatable` the handle whose `update(bundle(page, text), raw=True)` replaces what is shown.
    """
    if _page is not None:
        return _page(page, text)
    from IPython.display import display

    options: dict[str, Any] = {"display_id": True} if updatable else {}
    if metadata:
        options["metadata"] = metadata
    return display(bundle(page, text), raw=True, **options)


def bundle(page: str, text: str) -> dict[str, str]:
    """HTML and its text alternative by MIME type, as Jupyter wants them."""
    return {"text/html": page, "text/plain": text}
