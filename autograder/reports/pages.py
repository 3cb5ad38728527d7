"""HTML pages from templates. Every value is escaped and freed of terminal sequences."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from autograder.templates import environment
from helpers.checking.messages import STYLE, Message

from . import statuses
from .csv_table import number
from .names import escape_controls, spell_out_overrides, strip_controls


def render(template: str, **values: Any) -> str:
    """The page made from `templates/<template>` and the values."""
    return _environment().get_template(template).render(**values)


@cache
def version() -> str:
    """Changes with the code and the templates that pages are made by."""
    digest = hashlib.sha256(STYLE.encode())
    for path in sorted(Path(__file__).parent.rglob("*")):
        if path.suffix in (".py", ".html"):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def cleaned(message: Message) -> Message:
    """The message without the control characters and lone surrogates that a student's work may hold."""
    return replace(
        message,
        title=strip_controls(message.title),
        aspects=tuple((strip_controls(name), passed) for name, passed in message.aspects),
        rows=tuple((strip_controls(label), strip_controls(value)) for label, value in message.rows),
        notes=tuple(map(strip_controls, message.notes)),
        folded=tuple((strip_controls(label), strip_controls(value)) for label, value in message.folded),
        progress=strip_controls(message.progress),
    )


def message_html(message: Message) -> Markup:
    """The message as `check` shows it, without its style, which the page's head has once (`message_style`)."""
    # Message.html escapes what it is given.
    return Markup(cleaned(message).html().removeprefix(STYLE))


@cache
def _environment() -> Environment:
    made = environment(
        "autograder.reports",
        finalize=lambda value: strip_controls(value) if type(value) is str else value,
    )
    made.filters |= {"number": number, "name": escape_controls, "shown": spell_out_overrides, "message": message_html}
    made.globals |= {
        "WORDS": statuses.WORDS,
        "GROUPS": statuses.GROUPS,
        "key_of": statuses.key,
        "group_of": statuses.group,
        "message_style": Markup(STYLE),
    }
    return made
