"""Exercises of notebook 01: sorting by insertion."""

from autograder.course import Notebook

notebook = Notebook("01_sorting")
