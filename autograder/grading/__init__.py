"""Grading: from a folder of submissions to results. Knows nothing of the command line."""
