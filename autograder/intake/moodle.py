"""Moodle's "Download all submissions": a folder or file for each participant, `{name}_{id}_assignsubmission_...`.

Where groups hand in, a version before 4.0 puts the group before each member's name, `{group}-{name}_{id}_...`, and a
newer one names the group alone, `{group}_{id of the group}_...`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise

from .naming import common_start
from .tree import File, Folder
from .uploads import Claim, Owner

IDENTIFIER = "Identifier"
# Without an id it is everybody's who is in no group.
_NAME = re.compile(
    r"(?:(?P<who>.+?)_(?P<id>\d+)|(?P<rest>[^_]+))_assignsubmission_(?:file|onlinetext)(?:_(?P<name>.*))?", re.DOTALL
)
# What stands for the name where hand-ins are marked without names, in the languages of many sites.
_PARTICIPANT = (
    r"participant[es]?s?|partecipante|teilnehmer\W?(?:in)?|deelnemer|deltag?are|deltaker|deltager|osallistuja|uczestnik"
    r"|účastník|udeleženec|sudionik|résztvevő|katılımcı|partaidea|участник|учасник|учесник|συμμετέχων|(?:ال)?مشارك|משתתף"
    r"|参加者|参与者|참여자"
)
_BLIND = re.compile(_PARTICIPANT, re.IGNORECASE)
_IDENTIFIER = re.compile(rf"(?:{_PARTICIPANT})\s*\d+", re.IGNORECASE)
MAX_LOOKS = 20  # at hand-ins that may be a group's


def claims(names: Iterable[str], person: Callable[[str], str] = str) -> dict[str, Claim]:
    """What each file's or folder's name says, for those that Moodle may have written.

    `person` takes the group off a name. The id is the hand-in's, not the participant's: only where two have the same
    name does it tell them apart.
    """
    found = {name: match for name in names if (match := _NAME.fullmatch(name))}
    called = {name: person(_who(match)) for name, match in found.items()}
    ids: defaultdict[str, set[str | None]] = defaultdict(set)
    for name, match in found.items():
        ids[called[name]].add(match["id"])
    claimed = {}
    for name, match in found.items():
        who, number = called[name], match["id"] or ""
        blind = bool(_BLIND.fullmatch(who))
        owner_key = f"{who} {number}" if blind or len(ids[who]) > 1 else who
        owner = Owner(owner_key, "" if blind else who, ids={IDENTIFIER: number} if number else {})
        group = _who(match).removesuffix(who).removesuffix("-")
        claimed[name] = Claim((owner,), match["name"] or "", lms_id=number, group=group)
    return claimed


def without_group(folder: Folder, is_person: Callable[[str], bool]) -> Callable[[str], str]:
    """What takes the group off the names in a folder, where groups hand in; a double name stays whole.

    Known people tell where a group's name ends. Else names that begin alike do, where their hand-ins are the same.
    """
    entries = (*folder.folders, *(file.name for file in folder.files))
    whole = {_who(match): name for name in entries if (match := _NAME.fullmatch(name))}
    if not all("-" in who for who in whole):  # each would have one
        return str
    parts = _group_parts(folder, whole)

    def person(who: str) -> str:
        words = who.split("-")
        rests = ["-".join(words[at:]) for at in range(len(words))]
        known = next((rest for rest in rests if is_person(rest)), "")
        return known or rests[min(parts, len(rests) - 1)]

    return person


def is_identifier(text: str) -> bool:
    """Whether a cell of a list is an identifier as Moodle writes it, `Participant 123`, in some language."""
    return bool(_IDENTIFIER.fullmatch(text.strip()))


def number(identifier: str) -> str:
    """The number in an identifier."""
    return re.sub(r"\D", "", identifier)


def _who(match: re.Match[str]) -> str:
    return match["who"] or match["rest"]


def _group_parts(folder: Folder, whole: Mapping[str, str]) -> int:
    """How many parts of a name, between hyphens, are a group's: so many as members with the same hand-in share."""
    alike = [pair for pair in pairwise(sorted(whole)) if "-" in common_start(pair)]
    counts = [
        common_start(pair).count("-")
        for pair in alike[:MAX_LOOKS]
        if (found := _notebooks(folder, whole[pair[0]])) and found == _notebooks(folder, whole[pair[1]])
    ]
    return min(counts, default=0)


def _notebooks(folder: Folder, name: str) -> Sequence[bytes]:
    """What may be notebooks in a folder's entry; nothing where one can't be read."""
    inner = folder.folders.get(name, Folder()).all_files()
    files = [file for file in (*inner, *folder.files) if file.inner and name in file.parts]
    try:
        return [_read(file) for file in files]
    except OSError:
        return ()


def _read(file: File) -> bytes:
    with file.open() as opened:
        return opened.read()
