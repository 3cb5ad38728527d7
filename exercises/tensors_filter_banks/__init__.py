"""Notebook 04: filters with depth, filter banks, and the whole convolution layer."""

from autograder.course import Notebook

notebook = Notebook("04_tensors_filter_banks")
