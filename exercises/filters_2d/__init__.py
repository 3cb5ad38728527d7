"""Notebook 03: a filter slides over an image."""

from autograder.course import Notebook

notebook = Notebook("03_filters_2d")
