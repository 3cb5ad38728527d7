"""Answers in the forms and places in which people give them: numbers by other statements, words in other cells."""

from __future__ import annotations

import pytest
from autograder.demo.notebooks import Notebook, text

from .accidents import Accident, Trial, all_of, at, cell, gone, handed_out, named, put, typed
from .classroom import Graded, grade_trials, lost, said

B1, B2, B3, B4, B5 = (
    "01_pixels",
    "02_filters_1d",
    "03_filters_2d",
    "04_tensors_filter_banks",
    "05_max_pooling",
)
PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
BOOK = {"why_not_fc": B1, "what_does_it_do": B3}
WORDS = {
    "why_not_fc": "It does not know which pixels are neighbours, and learns each place anew: 82 million weights.",
    "what_does_it_do": "It finds thin bright horizontal lines. A plain area gives 0.",
}

# The answer's statements: in its own cell, and in a new cell below the cell as it was handed out.
STATEMENTS = {
    "annotated": (B2, "weights_conv", "weights_conv: int = 4"),
    "annotated-letter": (B1, "shuffled_accuracy", "shuffled_accuracy: str = 'c'"),
    "annotated-final": (B4, "tensor_axes", "from typing import Final\ntensor_axes: Final = 4"),
    "chained": (B4, "tensor_axes", "axes = tensor_axes = 4"),
    "chained-first": (B5, "pool_weights", "pool_weights = learned = 0"),
    "chained-letter": (B1, "shuffled_accuracy", "a = shuffled_accuracy = b = 'c'"),
    "walrus": (B2, "weights_fc", "print(weights_fc := 10 * 10 + 10)"),
    "walrus-in-brackets": (B5, "pool_weights", "(pool_weights := 0)"),
    "walrus-in-if": (B4, "second_layer_depth", "if (second_layer_depth := 16) > 3:\n    print('deep')"),
    "pair": (B2, "weights_conv", "weights_conv, other = 4, 110"),
    "pair-in-list": (B4, "tensor_axes", "[tensor_axes, rest] = [4, 3]"),
    "pair-starred": (B4, "second_layer_depth", "*_, second_layer_depth = range(17)"),
    "pair-in-two-lines": (B2, "weights_conv", "(weights_conv,\n other) = 4, 110"),
    "pair-continued": (B4, "tensor_axes", "rest, \\\n    tensor_axes = 3, 4"),
    "loop-in-a-line": (B2, "weights_conv", "for i in range(5): weights_conv = i"),
    "if-in-a-line": (B5, "pool_weights", "if (1 == 1): pool_weights = 0"),
    "with-in-a-line": (B4, "second_layer_depth", "with np.errstate(all='ignore') as x: second_layer_depth = 16"),
    "pair-nested": (B1, "shuffled_accuracy", "(n, (shuffled_accuracy, _)) = 1, ('c', 'd')"),
    "loop": (B4, "second_layer_depth", "second_layer_depth = 0\nfor _ in range(16):\n    second_layer_depth += 1"),
    "loop-variable": (B2, "weights_conv", "for weights_conv in range(5):\n    pass"),
    "loop-while": (B2, "weights_fc", "weights_fc = 0\nwhile weights_fc < 110:\n    weights_fc += 11"),
    "loop-of-letters": (B1, "shuffled_accuracy", "for letter in 'abcd':\n    if letter == 'c':\n"
                        "        shuffled_accuracy = letter"),
    "function": (B2, "weights_fc", "def dense(i, o):\n    return i * o + o\nweights_fc = dense(10, 10)"),
    "function-of-the-notebook": (B2, "weights_conv", "weights_conv = output_size(3, 1) + 1"),
    "function-of-numpy": (B5, "pool_weights", "pool_weights = np.zeros(0).size"),
    "function-lambda": (B4, "second_layer_depth", "second_layer_depth = (lambda maps: maps)(16)"),
    "function-global": (B5, "pool_weights", "def say():\n    global pool_weights\n    pool_weights = 0\nsay()"),
    "dimensions": (B4, "tensor_axes", "tensor_axes = np.zeros((32, 3, 5, 7)).ndim"),
    "comprehension": (B2, "weights_fc", "weights_fc = sum([1 for i in range(10) for o in range(11)])"),
    "dictionary": (B1, "shuffled_accuracy", "shuffled_accuracy = {'same': 'c'}['same']"),
    "match": (B4, "tensor_axes", "match (32, 3, 5, 7):\n    case (n, c, h, w):\n        tensor_axes = 4"),
    "try": (B5, "pool_weights", "try:\n    pool_weights = 0\nexcept Exception:\n    raise"),
    "with": (B2, "weights_conv", "import contextlib\nwith contextlib.nullcontext(4) as weights_conv:\n    pass"),
    "from-the-text": (B2, "weights_conv", "weights_conv = len(w) + 1"),
}  # fmt: skip
STATED = [
    *(Trial(f"own-{kind}", book, cell(name, code)) for kind, (book, name, code) in STATEMENTS.items()),
    *(Trial(f"below-{kind}", book, all_of(handed_out(book, name), put(name, code, 1)))
      for kind, (book, name, code) in STATEMENTS.items()),
    Trial("both-in-the-first-cell", B2, all_of(
        cell("weights_conv", "weights_conv, weights_fc = 4, 110"), gone("weights_fc"))),
    Trial("both-in-the-first-cell-the-second-empty", B2, all_of(
        cell("weights_conv", "weights_conv, weights_fc = 4, 110"), cell("weights_fc", ""))),
    Trial("both-above-the-cells", B2, all_of(
        put("weights_conv", "weights_conv, weights_fc = 4, 110", 0), gone("weights_conv", "weights_fc"))),
    Trial("both-above-the-check", B4, all_of(
        gone("tensor_axes", "second_layer_depth"),
        put("tensor_axes_check", "tensor_axes, second_layer_depth = 4, 16", 0))),
    Trial("both-in-two-lines", B4, all_of(
        gone("second_layer_depth"), cell("tensor_axes", "tensor_axes = 4; second_layer_depth = 16"))),
    Trial("both-of-a-function", B2, all_of(
        gone("weights_conv", "weights_fc"),
        put("weights_conv_check",
            "def counts():\n    return 3 + 1, 10 * 10 + 10\nweights_conv, weights_fc = counts()", 0))),
    Trial("both-of-a-design", B2, cell(
        "satellite_filter", "satellite_filter, satellite_bias = np.array([-1.0, 1.0, -1.0]), 0.0")),
    Trial("both-of-a-design-below", B2, all_of(
        handed_out(B2, "satellite_filter"),
        put("satellite_filter", "satellite_bias = 0.0", 1),
        put("satellite_filter", "satellite_filter = np.array([-1.0, 1.0, -1.0])", 1))),
    Trial("both-of-a-design-halved", B2, all_of(
        cell("satellite_filter", "satellite_filter = np.array([-1.0, 1.0, -1.0])\nsatellite_bias = None"),
        put("satellite_filter", "satellite_bias = 0.0", 1))),
    Trial("both-of-a-design-computed", B2, cell(
        "satellite_filter", "w = -np.ones(3)\nw[1] *= -1\nsatellite_filter = w\nsatellite_bias = float(w[0] + w[1])")),
]  # fmt: skip
# The second cell, as it was handed out, overwrites the answer: (trial, exercise).
TOLD = [
    (Trial("both-then-the-stub", B2, all_of(
        put("weights_conv", "weights_conv, weights_fc = 4, 110", 1), handed_out(B2, "weights_conv", "weights_fc"))),
     "weights_fc"),
    (Trial("both-then-the-stub-04", B4, all_of(
        cell("tensor_axes", "tensor_axes, second_layer_depth = 4, 16"), handed_out(B4, "second_layer_depth"))),
     "second_layer_depth"),
    (Trial("above-the-stub-05", B5, all_of(
        put("pool_weights", "pool_weights = 0", 0), handed_out(B5, "pool_weights"))),
     "pool_weights"),
    (Trial("above-the-stub-01", B1, all_of(
        put("shuffled_accuracy", "if True:\n    shuffled_accuracy = 'c'", 0), handed_out(B1, "shuffled_accuracy"))),
     "shuffled_accuracy"),
]  # fmt: skip


def question(name: str, change: str, *, before: bool = False) -> Accident:
    """The answer is typed into the cell that asks for it; its own cell is as it was handed out."""

    def happen(notebook: Notebook) -> Notebook:
        asks = at(notebook, name) - 1
        cells = [dict(one) for one in notebook["cells"]]
        asked = text(cells[asks])
        cells[asks]["source"] = f"{change}\n\n{asked}" if before else f"{asked}\n\n{change}"
        return {**notebook, "cells": cells}

    return all_of(handed_out(BOOK[name], name), happen)


def markdown(name: str, source: str, offset: int = 1, *, kind: str = "markdown", **more: object) -> Accident:
    """A new cell of words beside the answer's own."""

    def happen(notebook: Notebook) -> Notebook:
        cells = list(notebook["cells"])
        cells.insert(at(notebook, name) + offset, {"cell_type": kind, "metadata": {}, "source": source, **more})
        return {**notebook, "cells": cells}

    return happen


def pasted(name: str, source: str, media: str = "image/png") -> Accident:
    """The answer's own cell has a picture as its attachment."""

    def happen(notebook: Notebook) -> Notebook:
        cells = [dict(one) for one in notebook["cells"]]
        cells[at(notebook, name)].update(source=source, attachments={"image.png": {media: PICTURE}})
        return {**notebook, "cells": cells}

    return happen


def code_instead(name: str, source: str) -> Accident:
    """The answer's own cell was made a cell of code."""

    def happen(notebook: Notebook) -> Notebook:
        cells = [dict(one) for one in notebook["cells"]]
        cells[at(notebook, name)].update(cell_type="code", source=source, outputs=[], execution_count=None)
        return {**notebook, "cells": cells}

    return happen


def in_words(name: str) -> list[tuple[Trial, str]]:
    """What happens to one answer in words, and its exercise."""
    book, says = BOOK[name], WORDS[name]
    stub = handed_out(book, name)
    embedded = f"![](data:image/png;base64,{PICTURE})"
    comments = "\n".join(f"# {part}." for part in says.split(". "))
    accidents = {
        "question": question(name, says),
        "question-before": question(name, f"**{says}**", before=True),
        "question-quoted": question(name, f"> {says}"),
        "question-own-deleted": all_of(question(name, says), gone(name)),
        "new-below": all_of(stub, markdown(name, says)),
        "new-above": all_of(stub, markdown(name, says, 0)),
        "new-raw": all_of(stub, markdown(name, says, kind="raw")),
        "new-two": all_of(stub, markdown(name, "See above."), markdown(name, says, 0)),
        "new-own-empty": all_of(cell(name, ""), markdown(name, says)),
        "retyped": all_of(markdown(name, says), gone(name)),
        "retyped-with-title": all_of(markdown(name, f"### My answer\n\n{says}"), gone(name)),
        "retyped-in-two": all_of(markdown(name, says), markdown(name, "First."), gone(name)),
        "picture-only": pasted(name, "![image.png](attachment:image.png)"),
        "picture-below-the-stub": pasted(name, "YOUR ANSWER HERE\n\n![image.png](attachment:image.png)"),
        "picture-not-shown": pasted(name, "YOUR ANSWER HERE"),
        "picture-new-cell": all_of(stub, markdown(
            name, "![a](attachment:a.png)", attachments={"a.png": {"image/png": PICTURE}})),
        "picture-jpeg": pasted(name, "![image.png](attachment:image.png)", "image/jpeg"),
        "data-uri": cell(name, embedded),
        "data-uri-html": cell(name, f'<img src="data:image/png;base64,{PICTURE}"/>'),
        "data-uri-new": all_of(stub, markdown(name, embedded)),
        "data-uri-question": question(name, embedded),
        "comments-new": all_of(stub, put(name, comments, 1)),
        "comments-above": all_of(stub, put(name, comments, 0)),
        "comments-docstring": all_of(stub, put(name, f'"""{says}"""', 1)),
        "comments-print": all_of(stub, put(name, f"print({says!r})", 1)),
        "comments-own-cell": code_instead(name, comments),
        "words-in-a-code-cell": code_instead(name, says),
        "comments-own-deleted": all_of(put(name, comments, 1), gone(name)),
    }  # fmt: skip
    return [(Trial(f"{name}-{kind}", book, accident), name) for kind, accident in accidents.items()]


MANUAL = [*in_words("why_not_fc"), *in_words("what_does_it_do")]
# Nothing is answered here, and nobody has to read it.
EMPTY = [
    (Trial("why_not_fc-as-it-was", B1, handed_out(B1, "why_not_fc")), "why_not_fc"),
    (Trial("what_does_it_do-as-it-was", B3, handed_out(B3, "what_does_it_do")), "what_does_it_do"),
    (Trial("why_not_fc-spaces", B1, typed("why_not_fc", lambda own: "\n \n")), "why_not_fc"),
    (Trial("what_does_it_do-empty-cell-beside", B3, all_of(
        handed_out(B3, "what_does_it_do"), markdown("what_does_it_do", " "))), "what_does_it_do"),
]  # fmt: skip
FULL = STATED
ALL = [*STATED, *(trial for trial, _ in (*TOLD, *MANUAL, *EMPTY))]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    return grade_trials(ALL, tmp_path_factory.mktemp("answers"))


@pytest.mark.parametrize("trial", STATED, ids=named)
def test_an_answer_by_any_statement_is_right(graded: Graded, trial: Trial) -> None:
    assert lost(graded.of(trial.name)) == {}


@pytest.mark.parametrize(("trial", "exercise"), TOLD, ids=named)
def test_the_ta_is_told_of_an_answer_that_is_overwritten(graded: Graded, trial: Trial, exercise: str) -> None:
    row = graded.row(trial.name, exercise)
    if row.status != "correct":
        assert "There is code for it in cell" in said(row), said(row)
        assert exercise in graded.told(trial.name) and trial.name in graded.attention


@pytest.mark.parametrize(("trial", "exercise"), MANUAL, ids=named)
def test_a_person_reads_it(graded: Graded, trial: Trial, exercise: str) -> None:
    assert graded.row(trial.name, exercise).status == "manual"
    assert lost(graded.of(trial.name)) == {}


@pytest.mark.parametrize(("trial", "exercise"), EMPTY, ids=named)
def test_nobody_reads_what_is_not_there(graded: Graded, trial: Trial, exercise: str) -> None:
    assert graded.row(trial.name, exercise).status == "not_attempted"
