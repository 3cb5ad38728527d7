"""Ways to call a student's function that takes or returns more than plain values: a module for each notebook.

An adapter takes the student's function and a case's arguments and returns plain values. It runs where the student's
code runs and holds nothing secret.
"""
