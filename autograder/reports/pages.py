"""HTML pages from templates: everything that is put in is escaped, and free of terminal sequences."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from helpers.checking.messages import STYLE, Message

from . import statuses
from .grades_csv import number
from .names import plain, shown


def render(template: str, **values: Any) -> str:
    """The page that `templates/<template>` makes of the values."""
    return _environment().get_template(template).render(**values)


def cleaned(message: Message) -> Message:
    """The message without control characters and lone surrogates in what it quotes from a student's work."""
    return replace(
        message,
        title=plain(message.title),
        aspects=tuple((plain(name), passed) for name, passed in message.aspects),
        rows=tuple((plain(label), plain(value)) for label, value in message.rows),
        notes=tuple(map(plain, message.notes)),
        progress=plain(message.progress),
    )


def message_html(message: Message) -> Markup:
    """The message as `check` shows it; its style stands once in the page's head (`message_style`)."""
    # Message.html escapes what it is given.
    return Markup(cleaned(message).html().removeprefix(STYLE))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("autograder.reports"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=lambda value: plain(value) if type(value) is str else value,
    )
    environment.filters |= {"number": number, "name": shown, "message": message_html}
    environment.globals |= {
        "STATUS": statuses.STATUS,
        "GROUPS": statuses.GROUPS,
        "message_style": Markup(STYLE),
    }
    return environment
