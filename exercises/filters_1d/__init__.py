"""Notebook 02: a filter slides over a 1D signal."""

from autograder.course import Notebook

notebook = Notebook("02_filters_1d")
