"""From solutions/ (text that people edit) to notebooks/, solutions/*.ipynb and the public cases."""

from .build import build, expected_files
from .source import BuildError

__all__ = ["BuildError", "build", "expected_files"]
