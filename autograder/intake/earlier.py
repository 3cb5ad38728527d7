"""What comes now against what OUT has already: an older notebook never takes a newer one's place."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from .choosing import Chosen, Key
from .collected import Handin
from .tree import File
from .uploads import Upload


@dataclass
class Against:
    """What is taken of what comes now, and what stays as OUT has it. `notes` say which file counts, and why.

    `unmatched` are lines for a person to look at.
    """

    taken: dict[Key, Chosen] = field(default_factory=dict)
    stays: dict[Key, Handin] = field(default_factory=dict)
    notes: dict[Key, str] = field(default_factory=dict)
    unmatched: list[str] = field(default_factory=list)


def against(chosen: Mapping[Key, Chosen], before: Mapping[Key, Handin], usual: Collection[str]) -> Against:
    """Sets what was chosen against what OUT has from `before`.

    `usual` are the assignments that were to be handed in. What an LMS gives with these and is another assignment's
    takes no earlier one's place.
    """
    found = Against()
    for key, entry in chosen.items():
        had, shown = before.get(key), entry.upload.file.shown
        strange = is_strange(entry, usual)
        came = f"{shown} came with {', '.join(usual)}"
        if had and strange and differs(entry, had):
            found.notes[key] = f"{had.source} stays: {came}"
            found.unmatched.append(f"{found.notes[key]}; if it is to count, grade it by itself")
        elif had and differs(entry, had) and is_older(entry.upload, had):
            found.notes[key] = f"{had.source} stays: {shown} is older"
        else:
            found.taken[key] = entry
            if said := took_place(entry, had) if had else f"{came} and was graded as {key[1]}" if strange else "":
                found.notes[key] = said
            continue
        others = (*had.others, shown, *entry.others)
        found.stays[key] = replace(had, others=tuple(dict.fromkeys(name for name in others if name != had.source)))
    return found


def differs(entry: Chosen, had: Handin) -> bool:
    """Whether a notebook surely is another one than OUT has."""
    return bool(had.digest) and had.digest != digest(entry.upload.file)


def is_older(upload: Upload, had: Handin) -> bool:
    """Whether a file came before what OUT has: by the LMS's time or marks, else by the times in zip archives."""
    if upload.when and had.when and upload.when != had.when:
        return upload.when < had.when
    if upload.rank or had.rank:
        return len(upload.rank) == len(had.rank) and upload.rank[-1] < had.rank[-1]
    return not upload.file.in_place and upload.file.time < had.time


def is_told(upload: Upload) -> bool:
    """Whether an LMS gives the file, as a hand-in for one assignment."""
    return bool(upload.rank or upload.lms_id)


def is_strange(entry: Chosen, usual: Collection[str]) -> bool:
    """Whether an LMS gives a notebook with those of another assignment."""
    ours = entry.assignment in usual or entry.upload.place == entry.assignment
    return bool(usual) and not ours and is_told(entry.upload)


def took_place(entry: Chosen, had: Handin) -> str:
    """A line, where a notebook takes the place of another one from elsewhere; else empty."""
    shown = entry.upload.file.shown
    return f"{shown} took the place of {had.source}" if shown != had.source and differs(entry, had) else ""


def digest(file: File) -> str:
    """What tells a file's content from any other; empty where it can't be read."""
    try:
        with file.open() as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError:
        return ""


def is_in_out(had: Handin, path: Path) -> bool:
    """Whether OUT's copy of a notebook at `path` is what counts."""
    try:
        with path.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest() == had.digest
    except OSError:
        return False


def handin(entry: Chosen) -> Handin:
    """What OUT keeps of a notebook that counts."""
    file, upload = entry.upload.file, entry.upload
    time = 0.0 if file.in_place else file.time
    told = (file.shown, upload.when, upload.late, upload.lms_id, entry.others)
    return Handin(entry.student, entry.assignment, *told, digest(file), upload.rank, time, upload.group)
