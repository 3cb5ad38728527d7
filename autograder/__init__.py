"""What a teaching assistant runs: exercises with their reference code, building of notebooks, grading, reports."""

import sys

# jsonschema, and so nbformat, takes 2 seconds to import where this package is: it builds 38 grammars for addresses,
# which no notebook's schema asks for. Without it they are not checked, and everything else is.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
