"""Notebook 04: filters with depth, banks of filters, and the whole convolutional layer."""

from autograder.course import Notebook

notebook = Notebook("04_tensors_filter_banks")
