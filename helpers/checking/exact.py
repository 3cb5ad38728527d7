"""What an object is, by itself and not by what it says: a student's classes may answer anything."""

from __future__ import annotations

from typing import Any

_NAME = type.__dict__["__name__"]


def exact_text(value: Any) -> str:
    """The characters of a string, whatever its class makes of them; empty for what is no string."""
    return str.__str__(value) if issubclass(type(value), str) else ""


def type_name(value: Any) -> str:
    """The name of an object's type, also where the type's own type has another opinion."""
    return exact_text(_NAME.__get__(type(value)))


def message_of(error: BaseException) -> str:
    """An exception's text; empty where it can't say one."""
    try:
        return exact_text(str(error))
    except BaseException:  # its own code may raise anything
        return ""
