"""What is kept of a call's prints."""

import pytest

from helpers.checking.printed import MAX_PRINTED, Printed


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (["a", "b\n"], "ab"),
        (["a" * MAX_PRINTED], "a" * MAX_PRINTED),
        (["a" * MAX_PRINTED, "b"], "a" * MAX_PRINTED + " ..."),
        (["a" * (MAX_PRINTED + 1), "bc"], "a" * MAX_PRINTED + " ..."),
        ([], ""),
    ],
    ids=["short", "as long as there is room", "more follows", "too long", "nothing"],
)
def test_the_beginning_is_kept_and_a_cut_is_seen(written: list[str], kept: str) -> None:
    stream = Printed()
    assert [stream.write(text) for text in written] == [len(text) for text in written]
    assert stream.text() == kept
