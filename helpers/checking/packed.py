"""Functions' source in a form that nobody reads by chance; it hides nothing from who wants to read it."""

from __future__ import annotations

import base64
import json
from typing import Any


def pack(value: Any) -> str:
    """JSON's values as lines of letters and digits: the same on every machine."""
    return base64.encodebytes(json.dumps(value).encode()).decode("ascii")


def unpack(text: str) -> Any:
    """The inverse of `pack`. Raises ValueError for what it did not write."""
    return json.loads(base64.b64decode(text))
