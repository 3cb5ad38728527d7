"""Turns a verdict into feedback for the student: plain text and HTML from the same parts."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

import numpy as np

from . import typed
from .answers import is_wrong_form
from .catching import Report, rows
from .spec import UNCHANGED, Fault, Spec
from .suspects import unpack
from .unwritten import NOT_WRITTEN
from .values import as_array, show
from .verdict import Judged, Verdict

# All class names start with check-: Bootstrap, which some Jupyter pages load, defines `row` and `label` too.
STYLE = (
    "<style>.check-note{font:14px/1.5 system-ui,sans-serif;max-width:52em;"
    "border-left:4px solid;padding:.2em .9em;margin:.4em 0}"
    ".check-note.pass{border-color:#009e73}.check-note.fail{border-color:#d55e00}.check-note.open{border-color:#888}"
    ".check-note p{margin:.3em 0}.check-note .check-title{font-weight:600}"
    ".check-note .check-aspect{display:inline-block;margin-right:1.1em;white-space:nowrap}"
    ".check-note .check-row{display:grid;grid-template-columns:minmax(6em,13em) 1fr;gap:0 1em;margin:.15em 0}"
    ".check-note .check-box{display:inline-block;border:1px solid;border-radius:4px;padding:0 .5em;margin:.1em 0}"
    ".check-note .check-box.wrong{border-width:3px;border-color:#d55e00;font-weight:600}"
    ".check-note .check-label{opacity:.75}.check-note pre{margin:0;background:none;color:inherit;"
    "font:13px/1.4 ui-monospace,monospace;white-space:pre-wrap}.check-note .check-quiet{opacity:.75}</style>"
)

# Labels of the row that says why a call gave no value.
RAISED, STOPPED = FAULT_LABELS = ("raised", "stopped")
CHAIN = "your arrays"
# Faults that say themselves what to do.
SELF_EXPLAINING = ("not_written", "version", "memory", "crashed")


@dataclass(frozen=True)
class Message:
    """Feedback in parts. `tone` is pass, fail or open; `rows` are labelled values from the smallest failing case.

    `chain` are the arrays that a function makes on its way to the result, and whether each is right. `folded` are
    values that a page opens on demand; text leaves them out.
    """

    tone: str
    title: str
    aspects: tuple[tuple[str, bool], ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    progress: str = ""
    chain: tuple[tuple[str, bool], ...] = ()
    folded: tuple[tuple[str, str], ...] = ()

    def text(self) -> str:
        """For terminals and screen readers: no colour, no box."""
        parts = [self.title]
        if self.aspects:
            parts.append("  " + "   ".join(f"{_mark(passed)} {name}" for name, passed in self.aspects))
        width = max((len(label) for label, _ in self.rows), default=0)
        for label, value in self.rows:
            parts.append(f"  {label:<{width}}  " + value.replace("\n", "\n" + " " * (width + 4)))
        if self.chain:
            parts.append(f"  {CHAIN}  " + "  →  ".join(f"{_mark(right)} {name}" for name, right in self.chain))
        parts += [f"  {note}" for note in self.notes]
        if self.progress:
            parts.append(f"  {self.progress}")
        return "\n".join(parts)

    def html(self) -> str:
        """For a notebook or web page: colours come from the theme, and nothing is said by colour alone."""
        parts = [f'<p class="check-title">{html.escape(self.title)}</p>']
        if self.aspects:
            items = "".join(
                f'<span class="check-aspect">{_mark(passed)} {html.escape(name)}</span> '
                for name, passed in self.aspects
            )
            parts.append(f"<p>{items}</p>")
        for label, value in self.rows:
            cells = f'<span class="check-label">{html.escape(label)}</span> <pre>{html.escape(value)}</pre>'
            parts.append(f'<div class="check-row">{cells}</div>')
        for label, value in self.folded:
            summary = f"<summary>{html.escape(label)}</summary>"
            parts.append(f"<details>{summary}<pre>{html.escape(value)}</pre></details>")
        if self.chain:
            boxes = (
                f'<span class="check-box{"" if right else " wrong"}">{_mark(right)} {html.escape(name)}</span>'
                for name, right in self.chain
            )
            parts.append(f'<p><span class="check-label">{CHAIN}</span> {" → ".join(boxes)}</p>')
        parts += [f"<p>{_prose(note)}</p>" for note in self.notes]
        if self.progress:
            parts.append(f'<p class="check-quiet">{html.escape(self.progress)}</p>')
        return f'{STYLE}<div class="check-note {self.tone}" role="status">{"".join(parts)}</div>'


def explain(verdict: Verdict, which: str = "public checks") -> Message:
    """The message for a verdict. `which` names the checks that were run; in a notebook, the public checks."""
    spec = verdict.spec
    if verdict.status == "not_attempted":
        return Message("open", f"{spec.name}: {NOT_WRITTEN}", notes=(f'Stuck? Try hint("{spec.name}")',))
    if spec.kind == "answer":
        return _explain_answer(verdict)
    aspects = reported_aspects(verdict)
    if verdict.passed:
        return Message("pass", f"{spec.name}: {which} pass", tuple(aspects.items()), _tried(verdict))
    title = f"{spec.name}: {sum(aspects.values())} of {len(aspects)} {which} pass"
    assert verdict.failing is not None
    return Message(
        "fail",
        title,
        tuple(aspects.items()),
        _tried(verdict) or tuple(_rows(spec, verdict.failing)),
        tuple(_notes(verdict, verdict.failing)),
        folded=tuple(_folded(spec, verdict.failing)),
    )


def _tried(verdict: Verdict) -> tuple[tuple[str, str], ...]:
    """What inputs that are to expose wrong functions have shown; nothing for other exercises."""
    values = verdict.judged[0].outcome.value if verdict.spec.suspects and verdict.judged else None
    report = values[0] if values else None
    return tuple(rows(report, unpack(verdict.spec.suspects))) if isinstance(report, Report) else ()


def reported_aspects(verdict: Verdict) -> dict[str, bool]:
    """The aspects that are reported to the student, and whether they pass.

    "inputs unchanged" earns nothing until the basic cases are right. Until then it is left out, since a cross would say
    that inputs were changed.
    """
    changed = any(item.outcome.changed for item in verdict.judged)
    return {name: passed for name, passed in verdict.aspects.items() if passed or changed or name != UNCHANGED}


def signature(spec: Spec, judged: Judged) -> str:
    """The failing call, as a student would type it; large arrays in short where it is long."""
    if spec.observe and not spec.required:
        return ", ".join(f"{name} = {show(value)}" for name, value in judged.case.arguments.items())
    whole = typed.call(spec, judged.case)
    return typed.call(spec, judged.case, short=True) if typed.is_long(whole) else whole


def describe_fault(fault: Fault, exercise: str) -> list[str]:
    """Why a call gave no value, in one to three lines: the words, the student's line, the shapes in it."""
    where = f"your line {fault.line_number}:  {fault.line}" if fault.line else ""
    said = {
        "raised": f"{fault.type_name}: {fault.message}" if fault.message else fault.type_name,
        "not_written": f"{fault.message or exercise} is {NOT_WRITTEN}, and {exercise} uses it",
        "left": f"your line {fault.line_number} still raises NotImplementedError: delete it",
        "version": f"this code needs a newer Python ({fault.type_name} here: {fault.message})",
        "forbidden": f"{exercise} uses {fault.message}, but this exercise asks you to write that yourself",
        "timeout": "it did not finish in time: is there a loop that never ends?",
        "memory": "it ran out of memory: is an array much larger than it needs to be?",
        "crashed": fault.message or "it terminated the Python process",
    }[fault.kind]
    return [line for line in (said, where, fault.shapes) if line]


def _explain_answer(verdict: Verdict) -> Message:
    name = verdict.spec.name
    if verdict.passed:
        return Message("pass", f"{name}: right")
    notes = [verdict.mistake.sentence] if verdict.mistake else []
    said = "this answer does not have the form asked for" if is_wrong_form(verdict.mistake) else "not right yet"
    return Message("fail", f"{name}: {said}", notes=(*notes, f'Stuck? Try hint("{name}")'))


def _rows(spec: Spec, failing: Judged) -> list[tuple[str, str]]:
    case, fault = failing.case, failing.outcome.fault
    rows = [(f"smallest failing case ({case.aspect})", signature(spec, failing))]
    if what := typed.compared(case):
        rows.append(("compared", what))
    expected = [("expected", _result(case.expected))]
    if fault:
        told = [] if fault.kind in ("not_written", "forbidden") else expected
        label = RAISED if fault.kind == "raised" else STOPPED
        return rows + told + [(label, "\n".join(describe_fault(fault, spec.name)))]
    if failing.problem is None:
        changed = ", ".join(failing.outcome.changed)
        return [
            (f"case ({UNCHANGED})", rows[0][1]),
            ("changed", f"your function changed {changed}: work on a copy"),
        ]
    got = repr(float(failing.got)) if _is_a_float_for_an_integer(failing) else _result(failing.got)
    rows += [*expected, ("got", got)]
    if difference := _difference(failing):
        rows.append(difference)
    return [*rows, ("problem", failing.problem.text)]


def _folded(spec: Spec, failing: Judged) -> list[tuple[str, str]]:
    """What is told in short in the rows, in full; nothing of the student's is in it."""
    if spec.observe and not spec.required:
        return []
    whole = typed.call(spec, failing.case)
    return [("the whole call", whole)] if typed.is_long(whole) else []


def _result(value: object) -> str:
    text = show(value)
    long = typed.is_long(text, typed.MAX_LINES_OF_RESULT) or "..." in text
    return typed.in_short(value) if long and isinstance(value, (np.ndarray, dict)) else text


def _is_a_float_for_an_integer(failing: Judged) -> bool:
    kind = failing.problem is not None and failing.problem.kind
    return kind == "dtype" and isinstance(failing.got, (float, np.floating))


def _notes(verdict: Verdict, failing: Judged) -> list[str]:
    if verdict.mistake:
        return [verdict.mistake.sentence]
    fault = failing.outcome.fault
    if fault and fault.kind in SELF_EXPLAINING:
        return []
    aspect = failing.case.aspect if failing.problem or fault else UNCHANGED
    where = verdict.spec.aspects.get(aspect, "")
    if said := verdict.advice[1]:
        # A value of another kind than expected has no numbers to look at.
        kind = failing.problem is not None and failing.problem.kind == "type"
        return [said, f"Where to look: {where}"] if where and not kind and verdict.status != "timeout" else [said]
    return [f"Where to look: {where}"] if where else []


def _difference(failing: Judged) -> tuple[str, str] | None:
    expected, got = as_array(failing.case.expected), as_array(failing.got)
    if expected is None or got is None or expected.shape != got.shape or not expected.ndim:
        return None
    with np.errstate(all="ignore"):
        text = show(got.astype(float) - expected.astype(float))
    if typed.is_long(text, typed.MAX_LINES_OF_RESULT) or "..." in text:
        return "first wrong", typed.differences(expected, got)
    return "got - expected", text


def _prose(text: str) -> str:
    """Escaped text; what is between backticks becomes code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))


def _mark(passed: bool) -> str:
    return "✓" if passed else "✗"
