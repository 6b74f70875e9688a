"""Text of strangers on a page: shown as it is, never as formatting. tests/browser/test_tour.py looks at the result in a browser."""

from __future__ import annotations

import re
import string

from hypothesis import given
from hypothesis import strategies as some

from pages.shared import words
from pages.shared.words import JOINER, plain, shorten

ESCAPED = re.compile(r"\\[!-/:-@\[-`{-~]")


@given(some.text())
def test_no_punctuation_is_left_that_markdown_could_read(text: str) -> None:
    assert not set(ESCAPED.sub("", plain(text))) & set(string.punctuation)


@given(some.text(alphabet=string.ascii_letters + string.digits + string.punctuation + " "))
def test_taking_the_escapes_off_gives_the_text_back(text: str) -> None:
    assert re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", plain(text)).replace(JOINER, "") == " ".join(text.split())


def test_what_streamlit_replaces_after_parsing_is_broken_by_a_joiner():
    for text in (":smile:", ":material/home:", "https://a.b", "www.a.b", "a@b.c", "->", "<-", "--"):
        assert JOINER in plain(text), text


def test_a_line_stays_one_line_and_marks_that_turn_the_reading_order_are_replaced():
    assert plain("a\n\n# b") == "a \\# b"
    assert plain("a\u202eb\x00c") == "a\ufffdb\ufffdc"


def test_shortening_counts_the_ellipsis():
    assert shorten("abcdef", 4) == "abc…" and shorten("abcd", 4) == "abcd"


def test_brackets_in_a_badge_are_escaped_once_since_streamlit_does_it_again():
    for text in ("[v2]", ":red[x]", "\\[", "a]b"):
        assert words.in_badge(text).replace("[", "\\[").replace("]", "\\]") == words.plain(text)
