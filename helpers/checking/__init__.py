"""How a student's work is judged, without any reference code: used by `check` in the notebook and by the grader."""
