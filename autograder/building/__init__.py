"""From solutions/ (text that people edit) to notebooks/, solutions/*.ipynb and the public cases."""

from .build import build, expected_files

__all__ = ["build", "expected_files"]
