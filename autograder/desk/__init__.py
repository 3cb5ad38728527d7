"""The desk for answers in words: a page per question on this machine, whose marks go into nbgrader's gradebook."""
