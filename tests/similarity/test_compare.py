"""What counts as alike in a class: not what everybody may have, and not what many have."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from autograder.similarity import page
from autograder.similarity.compare import Alike, compare, few, line
from autograder.similarity.fingerprints import NEXT_CELL, fingerprints, of_each
from autograder.similarity.handed_in import HandedIn

OWN = """def f(x, w):
    n = len(x) - len(w) + 1
    out = []
    for i in range(n):
        out.append(sum(x[i + j] * w[j] for j in range(len(w))))
    return np.array(out, dtype=float)
"""
OTHER = """def f(x, w):
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[0])
    return np.einsum("ij,j->i", windows, w).astype(np.float64)
"""


def student(name: str, code: str = "", wrong: str = "", content: str = "", cells: int = 9) -> HandedIn:
    return HandedIn(name, content or name, cells, {"f": code} if code else {}, {"f": wrong} if wrong else {})


def paired(*handed_in: HandedIn, known: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    return [(pair.first.student, pair.second.student) for pair in compare("01", handed_in, {"f": known}).pairs]


def test_code_of_one_structure_is_paired_and_no_other() -> None:
    assert paired(student("ann", OWN), student("bob", OTHER), student("cem", OWN.replace("out", "y"))) == [
        ("ann", "cem")
    ]


def test_what_has_no_value_is_no_expression() -> None:
    code = "def f(x, *, w):\n{}    n = len(x) - len(w) + 1\n    return 2 * n * x[n:]\n"
    assert fingerprints(code.format("")) == fingerprints(code.format("    n: int\n") + "    return\n")
    assert fingerprints("def f(x, *, w):\n    n: int\n    return\n") == set()


def test_what_everybody_may_have_is_left_out() -> None:
    both = student("ann", OWN), student("bob", OWN)
    assert paired(*both, known=(OTHER,)) == [("ann", "bob")]
    assert paired(*both, known=(OTHER, OWN)) == []


def test_a_rare_piece_counts_more_where_all_is_the_same_and_less_where_much_is_not() -> None:
    close, loose = Alike("f", 8, 0.8), Alike("f", 8, 0.79)
    assert (Alike("f", 8, 1.0, whole=True).strength, close.strength, loose.strength) == (24, 8, 4)


def alike(one: str, other: str, *more: str, known: str = OTHER) -> list[tuple[int, bool]]:
    """What two students have in common besides what is known, in a class with more."""
    codes = {"ann": one, "bob": other, **{f"s{number}": code for number, code in enumerate(more)}}
    pairs = compare("01", [student(name, code) for name, code in codes.items()], {"f": (known,)}).pairs
    return [
        (item.shared, item.whole)
        for pair in pairs
        for item in pair.alike
        if (pair.first.student, pair.second.student) == ("ann", "bob")
    ]


def test_a_whole_is_all_of_the_code_and_not_too_little_of_it() -> None:
    changed = OWN.replace("dtype=float", "dtype=np.float32")
    few_own = fingerprints(changed) - fingerprints(OWN)
    assert 2 <= len(few_own) < line(2) and alike(changed, changed, known=OWN) == [(len(few_own), True)]
    # The rest is another one's.
    other = changed.replace("len(x) - len(w) + 1", "x.size - w.size + 1")
    assert alike(changed, other, known=OWN + NEXT_CELL + other.replace("np.float32", "float")) == []
    # Four have the same, and then a fifth: it is a common solution.
    assert alike(changed, changed, changed, changed, known=OWN) == [(len(few_own), True)]
    everybody = [OTHER] * 200
    assert alike(OWN, OWN, *everybody, OWN, OWN) == [(15, True)]
    assert alike(OWN, OWN, *everybody, OWN, OWN, OWN) == [(15, False)]
    for ends, count in (("[2::3]", 5), ("[::3][1:]", 7), ("[::3][1:4]", 8)):  # 5 is the line
        short = f"def f(x, w):\n    return np.dot(x{ends}, w)\n"
        assert alike(short, short) == [(count, count == 8)]


def test_what_many_have_is_left_out() -> None:
    for count, pairs in ((few(4), 6), (few(5) + 1, 0)):
        assert len(paired(*(student(f"s{number}", OWN) for number in range(count)))) == pairs
    assert few(400) > few(30)


def test_the_line_rises_with_the_class() -> None:
    assert line(2) == line(10) == 5 < line(60) < line(400) < 20 and line(80) == 11


def test_equal_hand_ins_are_one_group_and_compared_with_the_others_once() -> None:
    same = [student(name, OWN, "abc", "one") for name in ("ann", "bob", "cem")]
    found = compare("01", [*same, student("dee", OWN), student("eve", OTHER, "abc")], {"f": ()})
    assert found.identical == (("ann", "bob", "cem"),)
    assert [(pair.first.student, pair.second.student) for pair in found.pairs] == [("ann", "dee")]
    assert found.wrong == ((("ann", "eve"), ("f",)),)


@pytest.mark.parametrize("cells", [0, 1])
def test_a_hand_in_with_next_to_nothing_in_it_is_no_equal_one(cells: int) -> None:
    both = [student(name, content="x", cells=cells) for name in ("ann", "bob")]
    assert compare("01", both, {}).identical == ()


def test_three_cells_are_enough_for_an_equal_hand_in_to_count() -> None:
    def groups(cells: int) -> list[tuple[str, ...]]:
        given = [("ann", "x"), ("bob", "x"), ("cem", "y"), ("dee", "y"), ("eve", "y"), ("fay", ""), ("gil", "")]
        return list(compare("01", [student(*one, cells) for one in given], {}).identical)

    def student(name: str, content: str, cells: int) -> HandedIn:
        return HandedIn(name, content, cells, {}, {})

    assert groups(3) == [("cem", "dee", "eve"), ("ann", "bob")] and groups(2) == []
    for cells, pairs in ((3, 0), (2, 1)):
        both = [HandedIn(name, "x", cells, {"f": OWN}, {}) for name in ("ann", "bob")]
        assert len(compare("01", both, {"f": ()}).pairs) == pairs


def test_pairs_below_the_line_are_counted_and_the_strongest_come_first() -> None:
    small = "def f(a, b):\n    return [p * q + 1 for p, q in zip(a, b)]\n"
    codes = {"ann": OWN, "bob": OWN, "cem": OTHER, "dee": OTHER + OWN, "eve": OTHER + OWN, "fay": small, "gil": small}
    found = compare("01", [student(name, code) for name, code in codes.items()], {"f": ()})
    strengths = [pair.strength for pair in found.pairs]
    assert strengths == sorted(strengths, reverse=True) and min(strengths) >= found.line and found.students == 7
    assert (found.pairs[0].first.student, found.pairs[0].second.student) == ("dee", "eve")
    assert all(0.7 <= item.share <= 1 for pair in found.pairs for item in pair.alike)
    (whole,) = [pair.alike for pair in found.pairs if pair.first.student == "ann" and pair.second.student == "bob"]
    assert whole[0].share == 1 and whole[0].exercise == "f"
    named = {(pair.first.student, pair.second.student) for pair in found.pairs}
    assert found.below == int(("fay", "gil") not in named)
    assert compare("01", [student("ann", OWN), student("bob", OWN)], {}).pairs == ()


def test_wrong_values_in_more_exercises_come_first() -> None:
    both = [HandedIn(name, name, 9, {}, {"f": "1", "g": "2"}) for name in ("cem", "dee")]
    one = [HandedIn(name, name, 9, {}, {"h": "3"}) for name in ("ann", "bob")]
    assert compare("01", [*one, *both], {}).wrong == ((("cem", "dee"), ("f", "g")), (("ann", "bob"), ("h",)))


def test_wrong_values_that_many_have_are_not_rare() -> None:
    values = {f"s{number}": "many" for number in range(few(9) + 1)} | {"ann": "rare", "bob": "rare", "cem": "own"}
    found = compare("01", [student(name, wrong=value) for name, value in values.items()], {"f": ()})
    assert found.wrong == ((("ann", "bob"), ("f",)),)
    del values["s0"]
    found = compare("01", [student(name, wrong=value) for name, value in values.items()], {"f": ()})
    assert [len(students) for students, _ in found.wrong] == [2, few(9)]


@pytest.mark.parametrize(
    "hostile",
    [
        "(" * 5000,
        "-" * 50_000 + "1",
        "x = " + "[" * 90 + "]" * 90,
        "x" + ".a" * 50_000,
        "\0",
        "x = '\ud800'",
        "9" * 200_000,
    ],
)
def test_hostile_code_costs_only_itself(hostile: str) -> None:
    first, _, last = of_each([OWN, hostile, OTHER])
    assert (first, last) == (fingerprints(OWN), fingerprints(OTHER))
    assert first and last


def test_code_that_ends_the_parser_costs_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.similarity.fingerprints.COMMAND", ["sh", "-c", "read a; echo '[\"x\"]'; read b"])
    assert of_each(["1", "2", "3"]) == [frozenset("x"), frozenset(), frozenset("x")]


def test_a_cell_that_is_not_python_hides_no_other() -> None:
    assert fingerprints(OWN + NEXT_CELL + "this is (not python") == fingerprints(OWN)
    assert fingerprints(OWN + NEXT_CELL + "%timeit f(x, w)\n!ls") == fingerprints(OWN)


def test_the_page_shows_code_and_names_as_text() -> None:
    name = "<script>alert(1)</script>\x1b[31m\u202e"
    code = OWN.replace("out", "alert") + "\n# </pre><script>alert(2)</script>\x1b[31m\n"
    both = [student(name, code), dataclasses.replace(student("bob", code), content="other")]
    text = page.page([compare("01", both, {"f": ()})], {"bob": "Robert <b>\u202e", name: ""})
    assert "Robert &lt;b&gt;" in text and 'class="quiet">bob<' in text
    assert "<script" not in text and "\x1b" not in text and "\u202e" not in text
    assert "&lt;script&gt;alert(1)" in text and "&lt;script&gt;alert(2)" in text
    assert "That says nothing about why" in text and not {"cheat", "plagiar", "copied"} & set(text.lower().split())


def test_the_page_is_its_owners_alone(tmp_path: Path) -> None:
    path = page.write([], {}, tmp_path)
    assert path == tmp_path / "report" / "same_work.html" and "<html" in path.read_text("utf-8")
    assert path.stat().st_mode & 0o077 == 0


def test_what_tells_two_expressions_apart() -> None:
    def same(*values: str) -> bool:
        found = {fingerprints(f"y = {value}") for value in values}
        assert frozenset() not in found and len(found) in (1, len(values))
        return len(found) == 1

    assert not same("a.b < c.d", "a.b < c.e", "a.z < c.d", "a.b <= c.d", "c.d < a.b", "a.b == c.d")
    assert same("a.b < c.d", "c.d > a.b") and same("a.b >= c.d", "c.d <= a.b") and same("a.b == c.d", "c.d == a.b")
    assert not same("a.b - c.d", "c.d - a.b", "a.b - c.e", "a.z - c.d") and same("a.b + c.d", "c.d + a.b")
    assert same("a.b + 1", "a.b + 1.0") and not same("f(a, 1)", "f(a, True)", "f(a, -1)")
    assert same("f(p=2, q=1)", "f(q=1, p=2)") and not same("f(p=2, q=1)", "f(p=1, q=2)", "f(p=1, **q)")
    assert same("x.shape", "x.shape  # two tokens are enough")


def test_a_name_alone_says_nothing() -> None:
    assert fingerprints("for a in x:\n    b = a\nif b:\n    b") == frozenset()


def test_as_many_as_few_may_share_wrong_values() -> None:
    rare, common = ([student(f"s{number}", wrong="same") for number in range(most)] for most in (few(9), few(9) + 1))
    assert compare("01", rare, {}).wrong == ((tuple(f"s{number}" for number in range(few(9))), ("f",)),)
    assert compare("01", common, {}).wrong == ()
