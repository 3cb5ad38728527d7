"""Notebook 07: gradients through every layer, and a network that learns its filters."""

from autograder.course import Notebook

notebook = Notebook("07_backprop")
