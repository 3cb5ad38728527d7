"""What a student's notebook imports: checks, hints, a summary, figures and data.

from helpers import check, hint
"""

from .check import Checked, Failing, check, failing, hint
from .summary import summary

__all__ = ["Checked", "Failing", "check", "failing", "hint", "summary"]
