"""Canvas's "Download Submissions": a flat zip whose file names say who, whether late, and which file.

Names are `{name}[_LATE]_{user id}_{file id}_{file}`; a name may hold digits and underscores, and so may a file's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from .naming import copy_number
from .uploads import Claim, Owner

USER_ID, ANONYMOUS_ID = "ID", "Anonymous ID"
_IDS = re.compile(r"_([1-9]\d*)_([1-9]\d*)_(?=.)", re.DOTALL)  # no id begins with a 0
_ANONYMOUS = re.compile(r"(?P<late>LATE_)?anon_(?P<user>[^\W_]+)_(?P<file>[1-9]\d*)_(?P<name>.+)", re.DOTALL)
_TEXT = re.compile(r"(?P<who>.*?)(?P<late>_LATE)?_(?P<user>[1-9]\d*|anon_[^\W_]+)_(?P<name>(?:text|link)\.html)")
_LATE = "_LATE"


@dataclass(frozen=True)
class _Reading:
    who: str
    late: bool
    user: str
    file: str
    name: str


def claims(names: Iterable[str], keys: Collection[str] = ()) -> dict[str, Claim]:
    """What each file's name says, for those that Canvas may have written. `keys` are those of a roster's people.

    Where a name can be read in several ways, it is read as a person's of the roster; else as the first way says, which
    no student chooses, unless its ids are far from as long as the others', or it leaves no letter for a name.
    """
    readings = {name: many for name in names if (many := _readings(name))}
    lengths = Counter(_lengths(many[0]) for many in readings.values() if len(many) == 1)
    usual = lengths.most_common(1)[0][0] if lengths else None

    def chosen(many: list[_Reading]) -> _Reading:
        known = [one for one in many if _key(one) in keys]
        likely = [one for one in many if usual is None or _lengths(one) == usual]
        first = many[0]
        strange = usual and any(abs(mine - other) > 1 for mine, other in zip(_lengths(first), usual))
        doubtful = strange or not re.search(r"[^\W\d_]", first.who)
        return next(iter(known or (likely if doubtful else []) or many))

    return {name: _claim(chosen(many)) for name, many in readings.items()}


def _readings(name: str) -> list[_Reading]:
    if match := _ANONYMOUS.fullmatch(name):
        return [_Reading("anon", bool(match["late"]), match["user"], match["file"], match["name"])]
    if match := _TEXT.fullmatch(name):
        return [_Reading(match["who"], bool(match["late"]), match["user"], "0", match["name"])]
    found: list[_Reading] = []
    place = _IDS.search(name)
    while place:  # further ids must follow at once: those in a file's own name don't count
        who = name[: place.start()]
        rest = name[place.end() :]
        found.append(_Reading(who.removesuffix(_LATE), who.endswith(_LATE), place[1], place[2], rest))
        place = _IDS.match(name, place.start(2) - 1)
    return found


def _lengths(one: _Reading) -> tuple[int, int]:
    return len(one.user), len(one.file)


def _key(one: _Reading) -> str:
    return f"{one.who}_{one.user}"


def _claim(one: _Reading) -> Claim:
    ids = {ANONYMOUS_ID if one.who == "anon" else USER_ID: one.user}
    owner = Owner(_key(one), "" if one.who == "anon" else one.who, ids=ids)
    rank = (float(copy_number(one.name)), float(one.file))
    return Claim((owner,), one.name, late=one.late, rank=rank)


def key(sortable_name: str, user_id: str) -> str:
    """The key of the owner whom Canvas's zip would name for a user of its gradebook."""
    name = re.sub(r"_(\d+)_", r"\1", sortable_name).lower()
    return re.sub(r"[^\w]", "", name) + f"_{user_id}"
