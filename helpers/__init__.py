"""What a student's notebook imports: checks, hints, figures and data.

from helpers import check, hint
"""

from .check import Checked, check, hint

__all__ = ["Checked", "check", "hint"]
