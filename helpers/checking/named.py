"""Observers and adapters by the names that specifications have for them."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache
from typing import Any


@cache
def named(kind: str, name: str) -> Callable[..., Any]:
    """The function `name`, "<module>.<function>", of `helpers.observers` or `helpers.adapters`.

    Its module is imported when it is first asked for.
    """
    module, _, function = name.rpartition(".")
    package = f"{__name__.split('.')[0]}.{kind}.{module}"
    found: Callable[..., Any] = getattr(importlib.import_module(package), function)
    return found
