"""What tests share: where the repository is, and the right variants of each function."""

from __future__ import annotations

import importlib
import inspect
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
os.environ.setdefault("OMP_NUM_THREADS", "1")


def variants() -> list[tuple[str, str, Callable[..., Any]]]:
    """(exercise, style, function) of every right variant in tests/variants."""
    found = []
    for path in sorted((ROOT / "tests" / "variants").glob("*.py")):
        module = importlib.import_module(f"variants.{path.stem}")
        for name, function in vars(module).items():
            if "__" in name.strip("_") and inspect.isfunction(function) and function.__module__ == module.__name__:
                exercise, style = name.split("__", 1)
                found.append((exercise, style, function))
    return found
