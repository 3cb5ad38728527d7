"""A specification as JSON, the digest of an answer, the size of a case, and finding public specifications."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers.checking import spec as specs
from helpers.checking.spec import Case, Fault, Mistake, Outcome, Spec, answer_digest, from_json, load_public, to_json


@pytest.mark.parametrize(
    ("arguments", "size"),
    [
        ({}, 0),
        ({"x": 3}, 1),
        ({"x": "text"}, 1),
        ({"x": np.zeros((3, 4)), "n": 2}, 13),
        ({"x": np.zeros(0)}, 0),
        ({"x": [np.zeros(2), np.zeros(3)], "p": (1, 2)}, 7),
        ({"params": {"w": np.zeros((2, 2)), "b": [0.0, [1.0, 2.0]]}}, 7),
    ],
)
def test_the_size_of_a_case_is_the_number_of_its_entries(arguments: dict[str, Any], size: int) -> None:
    assert Case("values", arguments, np.zeros((2, 3))).size == size + 6, "the result counts as well"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (4, 4.0, True),
        (4, np.int64(4), True),
        (-0.0, 0, True),
        (1 / 3, 0.3333333333333, True),
        (12345678, 12345679, False),
        (123456789, 123456789.4, True),
        (4, 5, False),
        (4, "4", False),
        ("C", " c\n", True),
        ("C", "D", False),
        (float("nan"), float("inf"), False),
    ],
)
def test_equal_answers_have_equal_digests(one: Any, other: Any, same: bool) -> None:
    assert (answer_digest("count", one) == answer_digest("count", other)) is same
    assert answer_digest("count", one) != answer_digest("other", one)


def test_a_digest_stays_what_it_is() -> None:
    """Public files hold it."""
    assert answer_digest("count", 4) == "c02da78791361630f9792e9e"
    assert answer_digest("count", "C") == "8db0c2998830121c6d94fd27"


FULL = Spec(
    "f",
    "01_small",
    "function",
    1.5,
    aspects={"values": "look."},
    hints=("a", "ü"),
    weights={"values": 2},
    required=("x",),
    forbidden=("scipy",),
    integers=True,
    cases=(
        Case("values", {"x": np.arange(6, dtype=np.uint8).reshape(2, 3), "n": 2}, np.array(1.5)),
        Case("values", {"x": [np.zeros((0, 2)), {"a": (1, None)}], "flag": True}, {"a": "é"}),
    ),
    mistakes=(
        Mistake("m", "A sentence.", (Outcome(np.float32(0.5), changed=("x",)), Outcome(fault=Fault("raised", "E")))),
        Mistake("same_as_default", "", (Outcome(value=False), Outcome(value=0))),
    ),
)


def test_json_and_back() -> None:
    read = from_json(to_json(FULL))
    assert to_json(read) == to_json(FULL)
    for name in ("name", "kind", "points", "aspects", "hints", "weights", "required", "integers", "answers", "probe"):
        if hasattr(FULL, name):
            assert getattr(read, name) == getattr(FULL, name)
    x = read.cases[0].arguments["x"]
    assert x.dtype == np.uint8 and x.tolist() == [[0, 1, 2], [3, 4, 5]]
    expected = read.cases[0].expected
    assert isinstance(expected, np.ndarray) and expected.shape == () and expected == 1.5
    second = read.cases[1]
    assert second.arguments["x"][0].shape == (0, 2) and second.arguments["x"][1] == {"a": (1, None)}
    assert second.arguments["flag"] is True and second.expected == {"a": "é"}
    first, raised = read.mistakes[0].outcomes
    assert (first.value, first.changed, first.fault) == (0.5, ("x",), None)
    assert raised == Outcome(fault=Fault("raised", "E"))
    assert [type(item.value) for item in read.mistakes[1].outcomes] == [bool, int], "0 and False are not nothing"


def test_json_has_a_line_for_each_case_and_leaves_out_what_is_usual() -> None:
    lines = to_json(FULL).splitlines()
    assert lines[0] == '{"Spec": {' and lines[-1] == "}}" and to_json(FULL).endswith("}}\n")
    assert len([line for line in lines if '{"Case"' in line]) == 2
    assert len([line for line in lines if '{"Mistake"' in line]) == 2
    assert not any('"requires"' in line or '"variables"' in line for line in lines)
    assert any("é" in line for line in lines) and any("ü" in line for line in lines)
    json.loads(to_json(FULL))
    assert set(json.loads(to_json(Spec("f", "01", "answer", 0.0)))["Spec"]) == {"name", "notebook", "kind", "points"}


def test_what_is_usual() -> None:
    assert Fault("raised").line_number == 0 and Spec("f", "01", "answer", 0.0).integers is False


def test_a_specification_is_equal_to_itself_only() -> None:
    assert FULL == FULL and from_json(to_json(FULL)) != FULL
    assert Outcome(1) == Outcome(1)


@pytest.fixture
def cases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for notebook, names in (("02_later", ["relu"]), ("01_small", ["f", "g"])):
        (tmp_path / notebook).mkdir()
        (tmp_path / notebook / "order.json").write_text(json.dumps(names[::-1]))
        for name in names:
            (tmp_path / notebook / f"{name}.json").write_text(to_json(Spec(name, notebook, "answer", 1.0)))
    (tmp_path / "README").write_text("no notebook")
    monkeypatch.setattr(specs, "CASES", tmp_path)
    load_public.cache_clear()
    return tmp_path


def test_public_specifications_are_found_by_name(cases: Path) -> None:
    assert specs.notebooks() == ["01_small", "02_later"]
    assert specs.exercises("01_small") == ["g", "f"]
    found = load_public("g")
    assert found is not None and (found.name, found.notebook) == ("g", "01_small")
    assert load_public("relu") is load_public("relu")


@pytest.mark.parametrize("name", ["nothing", "", "*", "../f", "f.json", "a b", "f" * 101, "x" * 5000])
def test_what_is_no_exercises_name_finds_nothing(cases: Path, name: str) -> None:
    (cases / "01_small" / ("f" * 101 + ".json")).write_text("{}")
    assert load_public(name) is None


def test_the_longest_name(cases: Path) -> None:
    name = "f" * 100
    (cases / "01_small" / f"{name}.json").write_text(to_json(Spec(name, "01_small", "answer", 1.0)))
    assert load_public(name) is not None
