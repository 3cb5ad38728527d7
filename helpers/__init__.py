"""What a student's notebook imports: checks, hints, predictions, a summary, figures and data.

from helpers import check, hint, predict
"""

from .check import Checked, Failing, check, failing, hint
from .lent import lend
from .predict import predict, recall
from .summary import summary

__all__ = ["Checked", "Failing", "check", "failing", "hint", "lend", "predict", "recall", "summary"]
