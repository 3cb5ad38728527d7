"""Judges a student's work without any reference code. Both `check` in the notebook and the grader use it."""
