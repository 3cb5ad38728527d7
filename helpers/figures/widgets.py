"""Sliders, where there is a notebook that can show them."""

from __future__ import annotations

import sys
from typing import Any


def widgets() -> Any:
    """The module ipywidgets; None outside a notebook and where it isn't installed."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is None or not hasattr(shell, "kernel"):
        return None
    try:
        import ipywidgets
    except ImportError:
        return None
    return ipywidgets
