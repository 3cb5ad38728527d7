"""Notebook 05: the maximum of each window, or its mean."""

from autograder.course import Notebook

notebook = Notebook("05_max_pooling")
