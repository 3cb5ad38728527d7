"""Git's conflict markers, which a merge leaves in a file: the text as each of the two sides has it."""

from __future__ import annotations

OURS, BASE, SPLIT, THEIRS = "<<<<<<<", "|||||||", "=======", ">>>>>>>"


def sides(text: str) -> tuple[str, str] | None:
    """The text by its first and by its second side; None when it has no conflict in it.

    A comma behind the last marker belongs to the JSON around the conflict, and stays.
    """
    if OURS not in text or THEIRS not in text:
        return None
    both: tuple[list[str], list[str]] = ([], [])
    part, found = "", False
    for line in text.splitlines(keepends=True):
        mark = line.strip()
        if mark.startswith(OURS) and not part:
            part, found = OURS, True
        elif part in (OURS, BASE) and (mark == SPLIT or (part == OURS and mark.startswith(BASE))):
            part = SPLIT if mark == SPLIT else BASE
        elif mark.startswith(THEIRS) and part == SPLIT:
            part = ""
            if mark.endswith(","):
                for side in both:
                    side.append(",\n")
        elif part != BASE:
            for side, other in zip(both, (SPLIT, OURS), strict=True):
                if part != other:
                    side.append(line)
    return ("".join(both[0]), "".join(both[1])) if found and not part else None
