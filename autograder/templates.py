"""Pages and texts from Jinja templates: what goes into HTML is escaped, and a value that is missing is an error."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape


def environment(package: str, **options: Any) -> Environment:
    """The environment for the folder `templates` of a package; `options` are Jinja's."""
    return Environment(
        loader=PackageLoader(package),
        autoescape=select_autoescape(),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
        **options,
    )
