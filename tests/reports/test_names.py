"""Names as they come from folders: on a page, in a table, as nbgrader's student id."""

from __future__ import annotations

import pytest

from autograder.reports.names import encodable, escape_controls, nbgrader_id, spell_out_overrides, strip_controls


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("as it is: é 李 \t\n", "as it is: é 李 \t\n"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[?25h\x1b[2Jx", "x"),
        ("\x1b[1 qx", "x"),
        ("\x1b]x", "]x"),
        ("a\x00\x07\x0b\x1f\x7f\x9fb", "ab"),
        ("a\ud800b\udfffc", "a\ufffdb\ufffdc"),
    ],
)
def test_plain_text_has_no_control_characters(text: str, without: str) -> None:
    assert strip_controls(text) == without


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("é 李", "é 李"),
        ("a\\b", "a\\b"),
        ("odd \udcff", "odd \\udcff"),
        ("odd \\udcff", "odd \\\\udcff"),
        ("\\ and \udcff", "\\\\ and \\udcff"),
        ("\\u0041", "\\u0041"),
    ],
)
def test_odd_bytes_are_spelled_out_and_no_two_names_alike(name: str, written: str) -> None:
    assert encodable(name) == written


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("Zoë O'Brien", "Zoë O'Brien"),
        ("a\tb\nc\x7f\x9f", "a\\tb\\nc\\x7f\\x9f"),
        ("\u202eright to left\u200f", "\\u202eright to left\\u200f"),
        ("a\u2028b\ufeff", "a\\u2028b\\ufeff"),
        ("\udcff", "\\udcff"),
    ],
)
def test_a_page_shows_what_turns_or_hides(name: str, spelled: str) -> None:
    assert escape_controls(name) == spelled


def test_code_reads_as_it_runs() -> None:
    assert spell_out_overrides("x = 1\t# \u202e} \u2066a\u200f é\n") == "x = 1\t# \\u202e} \\u2066a\u200f é\n"


@pytest.mark.parametrize(
    "name",
    ["ann", "Zoë Müller", "o'brien@uni.example", "s1234567", "anna-maria_2", "李雷", "a (b)!", "a+b=c:d", "a b", "★"],
)
def test_ordinary_names_are_ids_as_they_are(name: str) -> None:
    assert nbgrader_id(name) == name


@pytest.mark.parametrize(
    ("name", "student_id"),
    [
        ("-rf", "~2Drf"),
        ("+1", "~2B1"),
        ("=1", "~3D1"),
        ("@sum", "~40sum"),
        (".hidden", "~2Ehidden"),
        ("..hidden", "~2E.hidden"),
        (" a ", "~20a~20"),
        (" ", "~20"),
        ("a-", "a-"),
        ("a*?[b]{c}", "a~2A~3F~5Bb~5D~7Bc~7D"),
        ("a,b", "a~2Cb"),
        ("a/b~c", "a~2Fb~7Ec"),
        ("<b>&", "~3Cb~3E~26"),
        ('"', "~22"),
        ("a\nb", "a~0Ab"),
        ("\u200f", "~E2~80~8F"),
        ("a\u00a0b", "a~C2~A0b"),
        ("a\u0301b", "a\u0301b"),
        ("\udcff", "~ED~B3~BF"),
        ("", ""),
    ],
)
def test_what_means_something_to_nbgrader_is_spelled_in_hex(name: str, student_id: str) -> None:
    assert nbgrader_id(name) == student_id


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("n" * 100, 100),
        ("é" * 100, 100),
        ("n" * 101, None),
        ("李" * 66, 66),
        ("李" * 67, None),
        ("*" * 33, 99),
        ("*" * 34, None),
    ],
)
def test_long_names_are_cut_and_get_a_digest(name: str, kept: int | None) -> None:
    found = nbgrader_id(name)
    if kept is not None:
        assert len(found) == kept and "~~" not in found
    else:
        start, _, digest = found.rpartition("~~")
        assert len(digest) == 20 and len(start.encode()) <= 100 and len(start.encode()) > 97 and len(found) <= 128
        assert nbgrader_id(name + "x") != found


def test_a_characters_half_is_not_left_by_the_cut() -> None:
    assert nbgrader_id("aé" * 60).startswith("aé" * 33 + "a~~")
