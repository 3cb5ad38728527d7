"""From results to what people read: grades.csv, nbgrader's gradebook, feedback for students, a page for the TA."""

import sys

# nbformat loads jsonschema, which compiles a grammar of web addresses for more than a second, if it finds one: for a
# check of addresses that no notebook's schema asks for.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
