"""Solution regions: the lines between `### BEGIN SOLUTION` and `### END SOLUTION`, and the scaffold lines in them."""

from __future__ import annotations

import re
from dataclasses import dataclass

BEGIN, END, SCAFFOLD = "### BEGIN SOLUTION", "### END SOLUTION", "#>"
# nbgrader takes any line that contains the words for a mark; a mark in small letters it would overlook, and leak.
_LIKE_A_MARK = re.compile(r"BEGIN SOLUTION|END SOLUTION|^\s*#+\s*(?i:(begin|end)\s+solution)")


_COMPOUND = re.compile(r"\s*(?:for|while|if|elif|else|with|def|class|try|except|finally)\b.*:\s*(?:#.*)?$")


class RegionError(Exception):
    """What is wrong at line `index` (from 0) of a cell."""

    def __init__(self, index: int, message: str) -> None:
        super().__init__(message)
        self.index = index
        self.message = message


@dataclass(frozen=True)
class Region:
    """A solution region: indices of its two mark lines, and its indentation."""

    begin: int
    end: int
    indent: str


def find(source: str) -> list[Region]:
    """The solution regions of a cell; RegionError for a mark that is stray, nested, unclosed or misspelt."""
    found: list[Region] = []
    begin = -1
    lines = source.split("\n")
    for index, line in enumerate(lines):
        if not _LIKE_A_MARK.search(line):
            continue
        if line.strip() == BEGIN and begin < 0:
            begin = index
        elif line.strip() == END and begin >= 0:
            found.append(Region(begin, index, lines[begin][: -len(lines[begin].lstrip())]))
            begin = -1
        elif line.strip() == BEGIN:
            raise RegionError(index, f"{BEGIN} inside a solution: close the one above with {END} first")
        elif line.strip() == END:
            raise RegionError(index, f"{END} without {BEGIN} above it in this cell: add one or delete this line")
        else:
            raise RegionError(index, f"a solution mark must be exactly {BEGIN} or {END}, on a line of its own")
    if begin >= 0:
        raise RegionError(begin, f"{BEGIN} is never closed: add {END} before the cell ends")
    return found


def check_scaffold(source: str) -> None:
    """RegionError for a scaffold line outside a region, or one that matches no line of its region's solution."""
    lines = source.split("\n")
    regions = find(source)
    for index, line in enumerate(lines):
        if not _is_scaffold(line):
            continue
        region = next((item for item in regions if item.begin < index < item.end), None)
        if region is None:
            raise RegionError(index, f"a scaffold line ({SCAFFOLD}) outside a solution: move it between the marks")
        text = line.strip()[len(SCAFFOLD) :].strip()
        solution = [item for item in lines[region.begin + 1 : region.end] if item.strip() and not _is_scaffold(item)]
        if not any(_matches(text, item) for item in solution):
            raise RegionError(
                index, f"the scaffold `{text}` matches no line of its solution: `...` stands for anything"
            )


def without_scaffold(source: str) -> str:
    """The cell as a reader of the solution sees it."""
    return "\n".join(line for line in source.split("\n") if not _is_scaffold(line))


def hoisted(source: str) -> str:
    """The cell with each scaffold line as a plain comment above its region, where clearing the solution leaves it."""
    lines = source.split("\n")
    regions = find(source)
    above = {region.begin: _comments(lines[region.begin + 1 : region.end], region.indent) for region in regions}
    kept = []
    for index, line in enumerate(lines):
        kept += above.get(index, [])
        if not _is_scaffold(line):
            kept.append(line)
    return "\n".join(kept)


def emptied(source: str) -> str:
    """The cell with `pass` for each region, line numbers kept: what stands there before a student writes."""
    lines = source.split("\n")
    for region in find(source):
        lines[region.begin : region.end + 1] = [region.indent + "pass"] + [""] * (region.end - region.begin)
    return "\n".join(lines)


def _is_scaffold(line: str) -> bool:
    return line.lstrip().startswith(SCAFFOLD)


def _comments(lines: list[str], indent: str) -> list[str]:
    """The scaffold of a region's lines as comments, which are Python when the `# ` is taken off.

    So the statements around a scaffold line are shown, too, with `...` for what they say, and `...` stands for the body
    of one of which nothing else is shown.
    """
    shown: list[str] = []
    around: list[tuple[str, bool]] = []  # the compound statements that a line stands in, and whether each is shown
    for line in filter(str.strip, lines):
        depth = _depth(line)
        if not _is_scaffold(line):
            around = [item for item in around if _depth(item[0]) < depth]
            if _COMPOUND.match(line):
                told = bool(shown) and _depth(shown[-1]) == depth and _matches(shown[-1].strip(), line)
                around.append((line, told))
            continue
        enclosing = [item for item in around if _depth(item[0]) < depth]
        shown += [_elided(header) for header, told in enclosing if not told]
        around = [(header, True) for header, _ in enclosing] + around[len(enclosing) :]
        shown.append(line[:depth] + line.strip()[len(SCAFFOLD) :].removeprefix(" "))
    framed = []
    for line, after in zip(shown, [*shown[1:], ""]):
        framed.append(line)
        if line.rstrip().endswith(":") and _depth(after) <= _depth(line):
            framed.append(f"{line[: _depth(line)]}    ...")
    return [f"{indent}# {line.removeprefix(indent)}" for line in framed]


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _elided(header: str) -> str:
    """The first line of a compound statement, with `...` for what it says."""
    line = re.sub(r"\s+#.*", "", header)
    line = re.sub(r"\bin range\(.*\):$", "in range(...):", line)
    line = re.sub(r"\bin (?!range\().*:$", "in ...:", line)
    return re.sub(r"^(\s*(?:if|elif|while|with)) .*:$", r"\1 ...:", line)


def _matches(scaffold: str, line: str) -> bool:
    pattern = ".*".join(re.escape(part) for part in scaffold.split("..."))
    return any(re.fullmatch(pattern, item) for item in (line.strip(), re.sub(r"\s+#.*", "", line.strip())))
