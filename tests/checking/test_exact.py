"""Texts and types that lie about themselves are read as they are."""

from __future__ import annotations

from typing import Any

from helpers.checking.exact import exact_text, message_of, type_name


class Lying(str):
    """A text that says it is another."""

    def __str__(self) -> str:
        return "other"


class Disguised:
    """No text, but an instance of one by its own word."""

    @property
    def __class__(self) -> Any:
        return str


class Meta(type):
    """A type of types that calls each of them differently."""

    @property
    def __name__(cls) -> str:
        return "other"


class Odd(metaclass=Meta):
    """Called Odd."""


class Mute(Exception):
    """An exception without words, that would end the program."""

    def __str__(self) -> str:
        raise SystemExit


class Renamed(Exception):
    """An exception with a text of an own class."""

    def __str__(self) -> str:
        return Lying("true")


def test_a_text_is_its_characters() -> None:
    assert exact_text("a") == "a" and exact_text(Lying("true")) == "true" and type(exact_text(Lying("a"))) is str
    assert exact_text(3) == exact_text(Disguised()) == exact_text(None) == ""


def test_a_type_has_its_own_name() -> None:
    assert type_name(3) == "int" and type_name(Odd()) == "Odd" and type_name(Disguised()) == "Disguised"


def test_the_message_of_an_exception() -> None:
    assert message_of(ValueError("no")) == "no" and message_of(Mute()) == ""
    assert message_of(Renamed()) == "true" and type(message_of(Renamed())) is str
