"""Escaping: what comes from people is shown as it stands."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fmcore.report.text import for_figure, for_markdown, one_line


@given(st.text(max_size=60))
def test_nothing_that_is_written_can_open_a_tag_or_a_line(text: str) -> None:
    for made in (for_figure(text), for_markdown(text)):
        assert "<" not in made
        assert ">" not in made.replace("\\>", "")
        assert len(made.splitlines()) <= 1


def test_markdown_is_defused() -> None:
    assert for_markdown("[x](http://e)") == r"\[x\]\(http\://e\)"
    assert for_markdown("a|b") == r"a\|b"
    assert for_markdown("![i](j)") == r"\!\[i\]\(j\)"


def test_direction_marks_are_shown_as_unknown() -> None:
    assert one_line("a\u202eb") == "a\ufffdb"


def test_long_text_is_cut() -> None:
    assert one_line("abcdefgh", 5) == "abcd…"
