"""The program with all its commands, which register themselves when they are imported."""

from . import authoring, building, desk, doctor
from .app import app

try:
    from . import export, grading, reports, similar
except ModuleNotFoundError as error:
    if error.name not in ("fcntl", "resource"):  # which Windows lacks
        raise
    from . import no_grading as export  # type: ignore[no-redef]
    from . import no_grading as grading  # type: ignore[no-redef]
    from . import no_grading as reports  # type: ignore[no-redef]
    from . import no_grading as similar  # type: ignore[no-redef]

__all__ = ["app", "authoring", "building", "desk", "doctor", "export", "grading", "reports", "similar"]
