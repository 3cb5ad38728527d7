"""Finds observers and adapters by their names in specifications."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache
from typing import Any


@cache
def named(kind: str, name: str) -> Callable[..., Any]:
    """The function `name`, "<module>.<function>", of `helpers.observers` or `helpers.adapters`.

    Its module is imported on first use.
    """
    module, _, function = name.rpartition(".")
    package = f"{__name__.split('.')[0]}.{kind}.{module}"
    found: Callable[..., Any] = getattr(importlib.import_module(package), function)
    return found
