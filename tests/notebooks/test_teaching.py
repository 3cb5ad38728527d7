"""docs/teaching.md: every figure that a lecturer is told to show is in that notebook and section."""

from __future__ import annotations

import re

from conftest import COURSE, ROOT

TEXT = (ROOT / "docs" / "teaching.md").read_text("utf-8")
# An item of a week's list: the notebook, its sections (or none), and what is said of them.
ITEM = re.compile(
    r"^\d\. \*\*(\d\d)(?:, sections? ([\d to and]+))?\.\*\*(.*?)(?=^\d\. |^#|\Z)", re.MULTILINE | re.DOTALL
)


def test_each_figure_is_where_the_lecturer_looks_for_it() -> None:
    looked_for = 0
    for number, sections, said in ITEM.findall(TEXT):
        (name,) = [name for name in COURSE.notebooks if name.startswith(number)]
        source = COURSE.source(name).read_text("utf-8")
        ends = [int(section) for section in re.findall(r"\d+", sections)]
        wanted = range(ends[0], ends[-1] + 1) if "to" in sections else ends
        parts = dict(re.findall(r"^# ## (\d+)\. (.*?)(?=^# ## |\Z)", source, re.MULTILINE | re.DOTALL))
        text = "".join(parts[str(section)] for section in wanted) if ends else source
        for figure in re.findall(r"`(?:figures\.)?(\w+)`", said):
            looked_for += 1
            assert re.search(rf"\b{figure}\b", text), (number, sections, figure)
    assert looked_for > 35


def test_every_notebook_has_its_week() -> None:
    table = [line for line in TEXT.splitlines() if re.match(r"\| \d ", line)]
    assert len(table) == 4
    assert all(any(name[:2] in line for line in table) for name in COURSE.notebooks)
