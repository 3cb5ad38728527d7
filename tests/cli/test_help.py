"""What `--help` says: flags without a type, and every text in the imperative."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner

from autograder.cli.commands import app

GROUP: Any = typer.main.get_command(app)
COMMANDS = sorted(GROUP.commands)
# A text that starts with another verb is welcome: add the verb. "Grades ..." or "Folder for ..." are not.
IMPERATIVES = {
    "Build",
    "Collect",
    "Create",
    "Draw",
    "Generate",
    "Give",
    "Grade",
    "Fill",
    "Include",
    "Keep",
    "Let",
    "Limit",
    "Listen",
    "Print",
    "Put",
    "Read",
    "Run",
    "Scale",
    "Set",
    "Show",
    "Take",
    "Try",
    "Use",
    "Write",
}


def texts(name: str, command: Any) -> Iterator[tuple[str, str]]:
    """(place, text) of a command and of each of its options; arguments are named by nouns."""
    yield name, command.help
    for parameter in command.params:
        if parameter.param_type_name == "option":
            yield f"{name} {parameter.opts[0]}", parameter.help


@pytest.mark.parametrize("arguments", [[], *([name] for name in COMMANDS)], ids=" ".join)
def test_help_shows_flags_without_a_type(arguments: list[str]) -> None:
    done = CliRunner().invoke(app, [*arguments, "--help"])
    assert done.exit_code == 0
    assert "--help" in done.output and "Show this message and exit." in done.output
    assert not re.search(r"[{}]", done.output)
    assert not re.search(r"<(?:bool|str|int|float|path|list|text)\b", done.output.lower())


def test_every_help_text_starts_with_a_verb_in_the_imperative() -> None:
    found = [*texts("autograder", GROUP), *(text for name in COMMANDS for text in texts(name, GROUP.commands[name]))]
    assert len(found) > 20
    assert [place for place, text in found if (text or "").split(" ")[0] not in IMPERATIVES] == []


def test_the_list_of_commands_shows_each_first_sentence_whole() -> None:
    output = CliRunner().invoke(app, ["--help"], terminal_width=80).output
    assert COMMANDS and all(f"  {name} " in output for name in COMMANDS)
    assert "..." not in output.partition("Commands:")[2]
