import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.exchange.ical_text import clean, escape, fold, one_line, parameter

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)
NASTY_TEXT = st.text(st.sampled_from(list("\\;,nN\r\n\t\0\x0b\x0c\x85\u2028\u2029\ud800\x1b^\"':한😀\u202e\ufeff")), max_size=150)


def unescaped(value: str) -> str:
    """TEXT as RFC 5545 reads it, one pass from the left."""
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)


@given(ANY_TEXT | NASTY_TEXT)
@settings(deadline=None, max_examples=300)
def test_escape_is_undone_by_the_rfc(text: str) -> None:
    assert unescaped(escape(text)) == clean(text)


@given(ANY_TEXT | NASTY_TEXT)
@settings(deadline=None, max_examples=300)
def test_fold_keeps_lines_short_whole_and_the_text_equal(text: str) -> None:
    line = "SUMMARY:" + escape(text)
    folded = fold(line)
    assert folded.endswith(b"\r\n")
    lines = folded[:-2].split(b"\r\n")
    assert all(len(each) <= 75 for each in lines)
    assert all(each.startswith(b" ") for each in lines[1:])
    unfolded = lines[0].decode() + "".join(each[1:].decode() for each in lines[1:])  # decode: each line is valid UTF-8
    assert unfolded == line
    # No reader, however it splits lines, sees a line of ours that we did not write.
    assert len(folded.decode().splitlines()) == len(lines)


@given(NASTY_TEXT)
@settings(deadline=None, max_examples=200)
def test_fold_never_cuts_an_escape(text: str) -> None:
    for each in fold("DESCRIPTION:" + escape("\\;" * 40 + text)).split(b"\r\n"):
        tail = len(each) - len(each.rstrip(b"\\"))
        assert tail % 2 == 0


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("a\r\nb", "a\nb"),
        ("a\rb", "a\nb"),
        ("a\x85b\u2028c\u2029d\x0be\x0cf", "a\nb\nc\nd\ne\nf"),
        ("a\0b\x1cc\x7fd\x9fe\ud83df\ufffe", "abcdef"),
        ("탭\t은 남는다 😀", "탭\t은 남는다 😀"),
    ],
)
def test_clean_keeps_breaks_as_newlines_and_drops_controls(given_text: str, expected: str) -> None:
    assert clean(given_text) == expected


def test_escape_writes_backslash_before_capital_n_as_two_backslashes() -> None:
    assert escape("C:\\New;a,b\n") == "C:\\\\New\\;a\\,b\\n"


def test_one_line_has_no_breaks() -> None:
    assert one_line(" 한빛\r\nUID:evil\u2028 x ") == "한빛 UID:evil x"


def test_parameter_cannot_be_left() -> None:
    assert parameter('a";X=1:mailto:b\r\nUID:c') == '"a\';X=1:mailto:b UID:c"'
