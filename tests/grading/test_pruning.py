"""A notebook's bytes without its outputs and widgets, however they are written, and whole in all else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.grading import pruning
from autograder.grading.pruning import pruned

texts = st.text('ab"\\{}[]:, \n') | st.sampled_from(["outputs", "widgets", '"outputs": [', "cells"])
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=12,
)
containers = st.lists(anything, max_size=3) | st.dictionaries(texts, anything, max_size=3)
metadata = st.dictionaries(texts, texts, max_size=3)
cells = st.fixed_dictionaries({"outputs": st.lists(anything, max_size=3), "source": texts, "metadata": metadata})


@given(st.lists(cells, max_size=3), containers, st.sampled_from([None, 1]))
def test_only_outputs_and_widgets_are_left_out(found: list[dict[str, Any]], widgets: Any, indent: int | None) -> None:
    data = json.dumps({"cells": found, "metadata": {"widgets": widgets, "name": "x"}, "nbformat": 4}, indent=indent)
    kept = json.loads(pruned(data.encode()))
    assert kept["cells"] == [{**cell, "outputs": []} for cell in found]
    assert kept["metadata"] == {"widgets": [] if isinstance(widgets, list) else {}, "name": "x"}
    assert kept["nbformat"] == 4


def test_outputs_of_old_worksheets_are_left_out() -> None:
    cell = {"input": "x", "outputs": [{"text": "y"}]}
    kept = json.loads(pruned(json.dumps({"worksheets": [{"cells": [cell]}], "nbformat": 3}).encode()))
    assert kept["worksheets"] == [{"cells": [{"input": "x", "outputs": []}]}]


@pytest.mark.parametrize(
    "text",
    [
        '{"outputs": [1], "widgets": {"a": 1}}',
        '{"cells": [{"metadata": {"outputs": [1], "widgets": [2]}}]}',
        '{"cells": [{"source": "\\"outputs\\": [1]"}]}',
        '{"cells": [{"source": ["outputs", "widgets"]}]}',
        '{"cells": [{"outputs": "text"}], "metadata": {"widgets": null}}',
        '{"a": {"b": {"outputs": 3}}}',
        "",
        "no JSON at all ][}{",
    ],
)
def test_all_else_stays_byte_for_byte(text: str) -> None:
    assert pruned(text.encode()) == text.encode()


@pytest.mark.parametrize("output", ['{"data": "' + "A" * 99 + '"}', "[" * 50 + "]" * 50, '"a \\" ] b", "\\\\"'])
def test_a_damaged_file_is_pruned_as_far_as_it_goes(output: str) -> None:
    data = f'{{"cells": [{{"outputs": [{output}], "source": "a"}}, {{"outputs": [{output}], "source": "b"}}]}}'
    whole = '{"cells": [{"outputs": [], "source": "a"}, {"outputs": [], "source": "b"}]}'
    for end in range(len(data)):
        assert whole.startswith(pruned(data[:end].encode()).decode().removesuffix("]}").removesuffix("[]")), end
    assert pruned(data.encode()).decode() == whole


def test_pruning_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """What has far too many parts is left as it is from there on."""
    start, deep = '{"cells": [{"outputs": ', "[" * 100 + "]" * 100
    data = f'{start}{deep}, "source": "a"}}]}}'
    monkeypatch.setattr(pruning, "MAX_STEPS", 5 + 200)
    assert pruned(data.encode()).decode() == f'{start}[], "source": "a"}}]}}'
    monkeypatch.setattr(pruning, "MAX_STEPS", 5 + 20)
    assert pruned(data.encode()).decode() == f"{start}[]{data[len(start) + 20 :]}"
