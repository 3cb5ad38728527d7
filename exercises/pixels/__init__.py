"""Notebook 01: an image as a list of numbers, and the fully connected network that classifies it."""

from autograder.course import Notebook

notebook = Notebook("01_pixels")
