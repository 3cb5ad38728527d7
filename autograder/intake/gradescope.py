"""Gradescope's export: a folder for each submission, and a YAML file that says whose it is and when it came."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import yaml

from .tree import METADATA, Folder
from .uploads import Claim, Owner

SID = "SID"
MAX_METADATA = 128 * 2**20
_SUBMISSION = re.compile(r"submission_\d+")
# Reads plain values; what has a tag of Ruby's is read without it. The loader in C is many times as fast.
_Loader: Any = type("_Loader", (getattr(yaml, "CSafeLoader", yaml.SafeLoader),), {})


def _without_tag(loader: Any, suffix: str, node: Any) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_scalar(node)


_Loader.add_multi_constructor("!", _without_tag)


def claims(folder: Folder) -> dict[str, Claim]:
    """What the export says of each of the folder's submissions; by their folders' names alone where it says nothing."""
    told = _metadata(folder)
    found: dict[str, Claim] = {}
    for name in folder.folders:
        entry = told.get(name)
        if entry is not None:
            found[name] = _claim(name, entry)
        elif _SUBMISSION.fullmatch(name):
            found[name] = Claim((Owner(name),), lms_id=name.removeprefix("submission_"))
    return found


def _metadata(folder: Folder) -> Mapping[str, Any]:
    for file in folder.files:
        if file.name in METADATA and file.inner:
            try:
                with file.open() as opened:
                    read = yaml.load(opened.read(MAX_METADATA), _Loader)
            except (OSError, yaml.YAMLError, ValueError, RecursionError, TypeError, AttributeError):
                continue
            if isinstance(read, dict):
                return {str(name): entry for name, entry in read.items() if isinstance(entry, dict)}
    return {}


def _claim(name: str, entry: Mapping[Any, Any]) -> Claim:
    given = _get(entry, "submitters")
    submitters = [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    owners = tuple(_owners(submitters)) or (Owner(name),)
    when = _time(_get(entry, "created_at"))
    return Claim(owners, when=when, lms_id=name.removeprefix("submission_"), rank=(when.timestamp() if when else 0.0,))


def _owners(submitters: Iterable[Mapping[Any, Any]]) -> Iterable[Owner]:
    for one in submitters:
        who, email, sid = (str(_get(one, name) or "").strip() for name in ("name", "email", "sid"))
        if who or email or sid:
            yield Owner(email or sid or who, who, email, ids={SID: sid} if sid else {})


def _get(entry: Mapping[Any, Any], name: str) -> Any:
    """The value of a key, which Ruby has written as a symbol, `:name`."""
    return entry.get(f":{name}", entry.get(name))


def _time(value: Any) -> datetime | None:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip().replace(" Z", "+00:00").replace(" UTC", "+00:00"))
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)
