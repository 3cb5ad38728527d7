"""From results to what people read: grades.csv, nbgrader's gradebook, feedback for students, a page for the TA."""

import sys

# nbformat loads jsonschema, which spends more than a second on compiling a grammar of web addresses if it finds one.
# No notebook's schema asks for that check.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
