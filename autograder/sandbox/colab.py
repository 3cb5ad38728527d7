"""The packages that Colab has and a solution may honestly use."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path


@cache
def packages() -> dict[str, str]:
    """The name that is imported, and pip's."""
    lines = Path(__file__).with_name("colab_packages.txt").read_text("utf-8").splitlines()
    names = [line.split() for line in lines if not line.startswith("#")]
    return {words[0]: words[-1] for words in names}


@cache
def absent() -> frozenset[str]:
    """Those that are not here. Of use once the stand-ins for some are in their places."""
    return frozenset(name for name in packages() if importlib.util.find_spec(name) is None)
