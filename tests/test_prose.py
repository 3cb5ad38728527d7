"""The notebooks' prose is easy to read: short sentences."""

from __future__ import annotations

import ast
import re

import pytest
from conftest import COURSE
from prose import sentences

MAX_WORDS = 30
WIDEST = 88  # characters of a docstring's line
# Longer ones that are easy to read all the same, by their beginnings, with the reason.
LONGER: dict[str, str] = {}

# Where cells train for minutes, a reader waits besides.
WAITING = {"07_backprop": 1.3}


@pytest.mark.parametrize("notebook", COURSE.notebooks)
def test_sentences_are_short(notebook: str) -> None:
    long = [sentence for sentence in sentences(notebook) if len(re.findall(r"[\w`$][^\s]*", sentence)) > MAX_WORDS]
    long = [sentence for sentence in long if not sentence.startswith(tuple(LONGER))]
    assert not long, f"more than {MAX_WORDS} words: make two sentences of each\n" + "\n".join(long)


def test_no_exception_is_left_over() -> None:
    everything = [sentence for notebook in COURSE.notebooks for sentence in sentences(notebook)]
    assert [start for start in LONGER if not any(sentence.startswith(start) for sentence in everything)] == []


@pytest.mark.parametrize("notebook", COURSE.notebooks)
def test_the_minutes_add_up(notebook: str) -> None:
    """Those of the exercises that have points, 200 words a minute, a minute for a figure and half of one to predict."""
    source = COURSE.source(notebook).read_text("utf-8")
    stated = int(re.findall(r"⏱ about (\d+) minutes", source)[0])
    headings = re.findall(r"^# ###.*⏱ (\d+) min(.*)$", source, re.MULTILINE)
    exercises = sum(int(minutes) for minutes, more in headings if "no points" not in more)
    words = sum(
        len(cell.split()) for cell in re.split(r"^# %%", source, flags=re.MULTILINE) if "[markdown]" in cell[:20]
    )
    figures = len(re.findall(r"^(?:figures\.\w+|slide|pool|depth|backward|network)\(", source, re.MULTILINE))
    guesses = len(re.findall(r'^(?:helpers\.)?predict\("', source, re.MULTILINE))
    of_exercises = re.findall(r"minutes, (\d+) of them for the exercises with points", source)
    assert of_exercises in ([], [str(exercises)]), f"the exercises with points take {exercises} minutes in all"
    added = exercises + words / 200 + figures + guesses / 2
    assert 0.85 <= stated / added <= WAITING.get(notebook, 1.15), (
        f"the title says about {stated} minutes, but it is about {added:.0f}: {exercises} for exercises with points, "
        f"{words / 200:.0f} for {words} words, {figures} for figures, {guesses / 2:g} for predictions"
    )


@pytest.mark.parametrize("notebook", COURSE.notebooks)
def test_docstrings_fit_the_page(notebook: str) -> None:
    """The web pages cut longer lines off, in the place where a student writes."""
    tree = ast.parse(COURSE.source(notebook).read_text("utf-8"))
    wide = []
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and (text := ast.get_docstring(node, clean=False)):
            lines = (" " * (node.col_offset + 4) + '"""' + text).split("\n")
            wide += [line for line in lines if len(line) > WIDEST]
    assert not wide, f"more than {WIDEST} characters in a line: break it\n" + "\n".join(wide)


@pytest.mark.parametrize("notebook", COURSE.notebooks)
def test_each_column_of_a_table_has_a_heading(notebook: str) -> None:
    source = (COURSE.root / "solutions" / f"{notebook}.py").read_text()
    headings = re.findall(r"^# (\|.*\|)\n# \|[-:| ]+\|$", source, re.MULTILINE)
    assert [row for row in headings if any(not cell.strip() for cell in row.strip("|").split("|"))] == []
