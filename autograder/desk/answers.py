"""The answers to a question, as OUT's notebooks hold them for formgrader, and which of them are equal."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from autograder.reports.names import strip_controls

_PICTURE = re.compile(
    r"!\[[^\[\]\n]*\]\((?:attachment:(?P<name>[^()\s]+)|data:(?P<type>image/(?:png|jpeg|gif|webp));base64,(?P<data>[A-Za-z0-9+/=]+))\)"
)
_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp")


@dataclass(frozen=True)
class Answer:
    """What a student wrote: a text in which `[picture 1]` stands for the first of `pictures` (media type, base64).

    `problem` says why there is no answer to show, or is empty.
    """

    text: str
    pictures: tuple[tuple[str, str], ...] = ()
    problem: str = ""

    @property
    def key(self) -> str:
        """The same for answers that differ in capitals, spaces or the form of characters at most."""
        words = " ".join(unicodedata.normalize("NFKC", self.text).casefold().split())
        return hashlib.sha256(json.dumps([words, self.pictures, self.problem]).encode()).hexdigest()


def read(out: Path, student_id: str, assignment: str, exercise: str) -> Answer:
    """The answer in OUT/autograded/<student id>/. Never raises: what can't be read is a problem of that answer."""
    if student_id in ("", ".", "..") or "/" in student_id or "\0" in student_id:
        return Answer("", problem="The gradebook has a student whose id is not the name of a folder.")
    path = out / "autograded" / student_id / assignment / f"{assignment}.ipynb"
    try:
        cells = json.loads(path.read_bytes())["cells"]
        cell = next(cell for cell in cells if cell["metadata"].get("nbgrader", {}).get("grade_id") == exercise)
        return _answer(cell)
    except FileNotFoundError:
        return Answer("", problem="The notebook is not in OUT: grade it again with `autograder grade`.")
    except StopIteration:
        return Answer("", problem="The notebook in OUT has no such answer: grade it again with `autograder grade`.")
    except Exception as error:  # a damaged file must not hide the others
        return Answer("", problem=f"The notebook in OUT can't be read ({type(error).__name__}): grade it again.")


def _answer(cell: dict[str, object]) -> Answer:
    source = cell["source"]
    source = "".join(source) if isinstance(source, list) else str(source)
    attached = _attached(cell.get("attachments"))
    pictures: list[tuple[str, str]] = []

    def numbered(found: re.Match[str]) -> str:
        picture = (found["type"], found["data"]) if found["type"] else attached.get(found["name"])
        if picture is None:
            return found[0]
        if picture not in pictures:
            pictures.append(picture)
        return f"[picture {pictures.index(picture) + 1}]"

    text = _PICTURE.sub(numbered, source)
    pictures += [picture for picture in attached.values() if picture not in pictures]
    return Answer(strip_controls(text).strip(), tuple(pictures))


def _attached(attachments: object) -> dict[str, tuple[str, str]]:
    """The pictures among a cell's attachments, by name."""
    if not isinstance(attachments, dict):
        return {}
    return {
        name: (kind, data)
        for name, bundle in attachments.items()
        for kind, data in bundle.items()
        if kind in _TYPES and isinstance(data, str)
    }
