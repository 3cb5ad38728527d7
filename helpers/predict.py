"""`predict` and `recall`: a guess before a picture opens, and the questions of the notebook before."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .checking.predictions import Prediction, find, guesses, load
from .display import in_notebook, show_html

MAX_SHOWN = 3  # questions that come back
STYLE = (
    "<style>.guess{font:14px/1.5 system-ui,sans-serif;max-width:52em;padding:.4em .8em;border-left:4px solid #0072b2;"
    "background:rgb(0 114 178 / .08)}.guess p{margin:.2em 0}.guess summary{cursor:pointer}"
    ".guess ul{margin:.2em 0;padding-left:1.4em}.guess table{border-collapse:collapse}"
    ".guess td{border:1px solid #888;width:1.9em;text-align:center}"
    ".guess td.other{outline:2px solid #cc79a7;outline-offset:-2px;font-weight:700}"
    ".guess .side{display:inline-block;margin:.2em 1.2em .2em 0;vertical-align:top}</style>"
)


def predict(name: str, guess: Any = ...) -> None:
    """Commits a guess, and shows it with the truth folded below. Never graded; never raises.

    `predict("dot_on_i", ...)` asks for a guess in place of the dots. The guess stays in the cell and, as data, in its
    output.
    """
    prediction = find(name) if isinstance(name, str) else None
    if prediction is None:
        print(f"predict: there is no question called {name!r}")
        return
    said, fold = _answered(prediction, guess)
    asked, listed = f"<p><b>{html.escape(prediction.question)}</b></p>", _choices(prediction)
    page, data = f"{asked}{listed}<p>{html.escape(said)}</p>{fold}", {}
    if prediction.readable(guess) is not None:
        data = {"name": name, "guess": prediction.in_words(guess), "right": prediction.is_right(guess)}
    choices = [f"  {key}: {meaning}" for key, meaning in prediction.choices.items()]
    _show(page, "\n".join([prediction.question, *choices, said]), data)


def recall(notebook: str) -> None:
    """Shows questions of another notebook again: those that its reader got wrong, else those that many do.

    What was predicted is read in the notebook itself, where it lies in this folder or in one beside it.
    """
    known = load(notebook)
    made = _made(notebook)
    wrong = [item for item in known.values() if item.name in made and not item.is_right(made[item.name])]
    chosen = [*wrong, *(item for item in known.values() if item.hard and item not in wrong)][:MAX_SHOWN]
    if not chosen:
        return
    rows = "".join(
        f"<li>{html.escape(item.question)}{_choices(item)}<details><summary>Answer</summary>{_truth(item)}</details></li>"
        for item in chosen
    )
    text = "\n".join(f"- {item.question}" for item in chosen)
    head = "Do you still know? From the chapter before:"
    _show(f"<p><b>{head}</b></p><ul>{rows}</ul>", f"{head}\n{text}", {})


def _answered(prediction: Prediction, guess: Any) -> tuple[str, str]:
    """What is said of a guess, and the truth to fold out, as HTML."""
    truth = _truth(prediction)
    if guess is ...:
        said = f"Write your guess in place of the dots, {prediction.form}, and run this cell. Then go on."
        return said, f"<details><summary>Answer, if you don't want to guess</summary>{truth}</details>"
    if prediction.readable(guess) is None:
        said = f"This question wants {prediction.form}. Change your guess and run this cell again."
        return said, f"<details><summary>Answer, if you don't want to guess</summary>{truth}</details>"
    said = f"Your guess: {prediction.in_words(guess)}. Now run the next cell and look."
    right = prediction.is_right(guess)
    close = " (near enough)" if right and not _exact(prediction, guess) else ""
    verdict = f"You were right{close}. " if right else ""
    return said, f"<details><summary>Compare</summary>{verdict}{_truth(prediction, guess)}</details>"


def _exact(prediction: Prediction, guess: Any) -> bool:
    return prediction.in_words(guess) == prediction.in_words(prediction.truth)


def _choices(prediction: Prediction) -> str:
    listed = "".join(f"<li><b>{key}</b> {html.escape(said)}</li>" for key, said in prediction.choices.items())
    return f"<ul>{listed}</ul>" if listed else ""


def _truth(prediction: Prediction, guess: Any = None) -> str:
    """The truth and why, as HTML; a grid beside the guess, with the cells that differ framed."""
    why = html.escape(prediction.because)
    truth = prediction.readable(prediction.truth)
    if getattr(truth, "ndim", 0) < 2:
        return f"<p><b>{html.escape(prediction.in_words(prediction.truth))}.</b> {why}</p>"
    sides = [("the truth", truth)]
    if guess is not None:
        sides.insert(0, ("your guess", prediction.readable(guess)))
    tables = "".join(f'<div class="side">{name}{_table(values, truth)}</div>' for name, values in sides)
    return f"<div>{tables}</div><p>{why}</p>"


def _table(values: Any, truth: Any) -> str:
    rows = (
        "".join(f"<td{' class=other' if value != true else ''}>{value:g}</td>" for value, true in zip(row, right))
        for row, right in zip(values, truth)
    )
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def _show(page: str, text: str, data: dict[str, Any]) -> None:
    if not in_notebook():
        print(text)
        return
    page = f'{STYLE}<div class="guess" role="status">{page}</div>'
    show_html(page, text, metadata={"prediction": data} if data else None)


def _made(notebook: str) -> dict[str, Any]:
    """The guesses in another notebook, where it can be read."""
    here = Path.cwd()
    for path in (here / f"{notebook}.ipynb", here.parent / notebook / f"{notebook}.ipynb"):
        try:
            cells: Sequence[Any] = json.loads(path.read_bytes())["cells"]
            return guesses("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
        except (OSError, ValueError, LookupError, TypeError):
            continue
    return {}
