"""Running a student's code in a confined process of its own that holds no reference code and no secret.

`client` and `replies` are the judge's side. `forkserver`, `student`, `cells`, `slicing` and `disarm` run on the other
side of the wall, behind `confine` and `call_filter`, and import nothing of exercises or grading. Between them go only
the plain values of `protocol`, by `wire`.
"""
