"""Files made from this room's templates."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment

from autograder.templates import environment


def render(template: str, **values: Any) -> str:
    """The text that `templates/<template>` makes of the values."""
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    return environment("autograder.building")
