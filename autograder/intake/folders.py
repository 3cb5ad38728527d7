"""Folders that name a student in their own way: nbgrader's exchange, GitHub Classroom's clones, ILIAS."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from .naming import common_start, split_assignment
from .tree import Folder
from .uploads import Claim, Owner

CLONES = "-submissions"  # ends the name of the folder that GitHub's own program clones into
ILIAS_ID = "ILIAS id"
_CLOCK = r"\d\d[:_.]\d\d[:_.]\d\d\S*"
_EXCHANGE = re.compile(
    rf"(?P<who>[^+]+)\+(?P<assignment>[^+]+)\+(?P<time>\d{{4}}-\d\d-\d\d {_CLOCK})(?: (?P<zone>[^+]+))?(?:\+.*)?"
)
_TIMESTAMP = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?)(?: ([\w/+-]+))?\s*")
_ILIAS = re.compile(r"(?P<last>[^_]+)_(?P<first>.+)_(?P<login>[^_]+)_(?P<id>\d+)")
_ILIAS_TIME = re.compile(r"(\d{14})_(.+)", re.DOTALL)


def exchange_claims(names: Iterable[str], assignments: Collection[str]) -> dict[str, Claim]:
    """What the folders of nbgrader's exchange say, `{student}+{assignment}+{time}[+...]`."""
    found = {}
    for name in names:
        if match := _EXCHANGE.fullmatch(name):
            when = _exchange_time(match["time"], match["zone"] or "UTC")
            rank = (when.timestamp() if when else 0.0,)
            hint = match["assignment"] if match["assignment"] in assignments else ""
            found[name] = Claim((Owner(match["who"], login=match["who"]),), hint=hint, when=when, rank=rank)
    return found


def nbgrader_time(folder: Path) -> datetime | None:
    """The time in the `timestamp.txt` that nbgrader writes beside a notebook; None where there is none to read."""
    try:
        descriptor = os.open(folder / "timestamp.txt", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:
            match = _TIMESTAMP.fullmatch(file.read(100).decode("ascii"))
    except (OSError, ValueError):
        return None
    return _exchange_time(match[1], match[2] or "UTC") if match else None


def _exchange_time(text: str, zone: str) -> datetime | None:
    try:
        naive = datetime.fromisoformat(re.sub(r"(?<=\d)[_.](?=\d\d[:_.]|\d\d$)", ":", text[:19]) + text[19:26])
    except ValueError:
        return None
    try:
        return naive.replace(tzinfo=UTC if zone == "UTC" else ZoneInfo(zone))
    except (KeyError, ValueError, OSError):  # a zone's short name may be several zones'
        return naive.astimezone()


def github_claims(parent: str, folders: Sequence[Folder], assignments: Collection[str]) -> dict[str, Claim]:
    """What the folders of GitHub Classroom's clones say, `{assignment}-{login}`, by what is the same in all of them."""
    clones = [folder.name for folder in folders if folder.has_git or parent.endswith(CLONES)]
    start = _clones_start(parent, clones)
    found = {}
    for name in clones:
        login = name[len(start) :] if start else ""
        login = login or split_assignment(name, assignments)[0]
        hint = split_assignment(start or name, assignments)[1] or split_assignment(parent, assignments)[1]
        if login:
            found[name] = Claim((Owner(login, login=login),), hint=hint)
    return found


def _clones_start(parent: str, clones: Sequence[str]) -> str:
    given = parent.removesuffix(CLONES) + "-" if parent.endswith(CLONES) else ""
    if given and all(name.startswith(given) for name in clones):
        return given
    if len(clones) < 2:
        return ""
    common = common_start(clones)
    return common[: common.rfind("-") + 1]


def holds_clones(folder: Folder) -> bool:
    """Whether a folder seems to hold GitHub Classroom's clones."""
    return folder.name.endswith(CLONES) or any(one.has_git for one in folder.folders.values())


def ilias_claims(folders: Sequence[Folder]) -> dict[str, Claim]:
    """What ILIAS's folders say, `{last name}_{first name}_{login}_{id}`; nothing where only some are called so."""
    found = {}
    for folder in folders:
        match = _ILIAS.fullmatch(folder.name)
        if not match:
            return {}
        name = f"{match['first']} {match['last']}"
        owner = Owner(match["login"], name, login=match["login"], ids={ILIAS_ID: match["id"]})
        found[folder.name] = Claim((owner,))
    return found


def ilias_time(name: str) -> tuple[datetime | None, str]:
    """The time that ILIAS writes before a file's name, taken for this machine's, and the name."""
    if match := _ILIAS_TIME.fullmatch(name):
        try:
            return datetime.strptime(match[1], "%Y%m%d%H%M%S").astimezone(), match[2]
        except ValueError:
            pass
    return None, name
