"""Moodle's "Download all submissions": a folder or file for each participant, `{name}_{id}_assignsubmission_...`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from .uploads import Claim, Owner

IDENTIFIER = "Identifier"
_NAME = re.compile(r"(?P<who>.+?)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)(?:_(?P<name>.*))?", re.DOTALL)
# What stands for the name where hand-ins are marked without names, in the site's language.
_BLIND = re.compile(
    r"participants?|participante|partecipante|teilnehmer.*|deelnemer|deltag?are|deltaker", re.IGNORECASE
)


def claims(names: Iterable[str]) -> dict[str, Claim]:
    """What each file's or folder's name says, for those that Moodle may have written.

    The id is the hand-in's, not the participant's: only where two have the same name does it tell them apart.
    """
    found = {name: match for name in names if (match := _NAME.fullmatch(name))}
    ids: defaultdict[str, set[str]] = defaultdict(set)
    for match in found.values():
        ids[match["who"]].add(match["id"])
    claimed = {}
    for name, match in found.items():
        who, number = match["who"], match["id"]
        blind = bool(_BLIND.fullmatch(who))
        owner_key = f"{who} {number}" if blind or len(ids[who]) > 1 else who
        owner = Owner(owner_key, "" if blind else who, ids={IDENTIFIER: number})
        claimed[name] = Claim((owner,), match["name"] or "", lms_id=number)
    return claimed
