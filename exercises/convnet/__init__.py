"""Notebook 06: the whole network, from pixels to probabilities."""

from autograder.course import Notebook

notebook = Notebook("06_convnet")
