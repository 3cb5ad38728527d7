"""Running a student's code in a confined process of its own that holds no reference code and no secret.

The judge's side is `client`; `forkserver`, `student` and `slicing` run on the other side of the wall and import
nothing of exercises or grading. Between them go only plain values, by `wire`.
"""
