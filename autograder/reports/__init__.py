"""From results to what people read: grades.csv, nbgrader's gradebook, feedback for students, a page for the TA."""

import sys
from types import ModuleType

# nbformat loads jsonschema, which spends more than a second on compiling a grammar of web addresses if it finds one.
# No notebook's schema asks for that check.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

# nbgrader loads what it adds to Jupyter's server, and with it that server, which takes as long. Its gradebook and its
# formats need none of it.
for _extension in ("assignment_list", "course_list", "formgrader", "validate_assignment"):
    _stand_in = ModuleType(f"nbgrader.server_extensions.{_extension}")
    vars(_stand_in)["load_jupyter_server_extension"] = None
    sys.modules.setdefault(_stand_in.__name__, _stand_in)
