"""Exercises of notebook 02: finding a number in a sorted row."""

from autograder.course import Notebook

notebook = Notebook("02_searching")
