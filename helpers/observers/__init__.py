"""What follows from a student's answer, where many answers are right: a module for each notebook.

`observe(value, *arguments)` returns what is compared with what a case expects: does this filter fire on this series?
It runs on the judge's side, on raw values, and holds nothing secret. ValueError says what is wrong.
"""
