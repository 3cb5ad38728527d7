"""Properties of a student's answer, for exercises that have many right answers: a module for each notebook.

An observer takes the answer and a case's arguments and returns what is compared with the expected value: for example,
whether a filter fires on a series. It runs on the judge's side, on raw values, and holds nothing secret. ValueError
says what is wrong.
"""
