"""Blackboard's "Assignment File Download": a flat zip, and a text for each attempt that says who it was.

Names are `{assignment}_{username}_attempt_{time}_{file}`; the text is called the same without a file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from .naming import common_start
from .tree import File
from .uploads import Claim, Owner

MAX_TEXT = 2**18
_NAME = re.compile(r"(?P<head>.+?)_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:_(?P<name>.+)|(?P<text>\.txt))", re.DOTALL)
_WHO = re.compile(r"^\s*(?:Name|Nom|Nombre|Nome|Naam)\s*:\s*(?P<name>.*?)\s*\((?P<login>[^()\n]+)\)\s*$", re.MULTILINE)


def claims(files: Mapping[str, File | None]) -> dict[str, Claim]:
    """What each name says, for those that Blackboard may have written; None stands for a folder."""
    found = {name: match for name in files if (match := _NAME.fullmatch(name))}
    people: dict[tuple[str, str], tuple[str, str]] = {}
    for name, match in found.items():
        if match["text"] and (file := files[name]) and (who := _who(file)):
            people[match["head"], match["time"]] = who
    by_head = {head: who for (head, _), who in people.items()}
    heads = {match["head"] for match in found.values()}
    start = common_start(heads).rpartition("_")[0] + "_" if len(heads) > 1 else ""
    claimed = {}
    for name, match in found.items():
        head = match["head"]
        person, login = people.get((head, match["time"]), by_head.get(head, ("", "")))
        login = login or (head[len(start) :] if start else "") or head.rpartition("_")[2]
        when = _time(match["time"])
        rank = (when.timestamp() if when else 0.0,)
        claimed[name] = Claim((Owner(login, person, login=login),), match["name"] or name, when=when, rank=rank)
    return claimed


def _who(file: File) -> tuple[str, str] | None:
    """The name and the login that a text tells in its first lines, which the student has not written."""
    if not file.inner:
        return None
    try:
        with file.open() as opened:
            text = opened.read(MAX_TEXT).decode("utf-8-sig", "replace")
    except OSError:
        return None
    head = text.lstrip().partition("\n")[0]
    found = _WHO.match(head)
    return (found["name"], found["login"].strip()) if found else None


def _time(text: str) -> datetime | None:
    """A time as Blackboard writes it: the server's, which is taken for this machine's."""
    try:
        return datetime.strptime(text, "%Y-%m-%d-%H-%M-%S").astimezone()
    except ValueError:
        return None
