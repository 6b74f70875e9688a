"""Words on a page: gettext, and text of strangers made harmless.

Labels, file names, texts and run names come from people and files. Streamlit reads most strings as Markdown, so such text goes through
:func:`plain` wherever it is drawn by anything but ``st.text`` and tables.
"""

from __future__ import annotations

import html
import re

from fmcore.language import gettext, ngettext

__all__ = ["_", "in_badge", "in_html", "in_link", "isolated", "ngettext", "plain", "shorten", "storable"]

_ = gettext

IN_LINK = 26
"""Characters of a name that stand in one line at 390 pixels, beside an icon and a word or two."""
JOINER = "\u2060"
"""Word joiner: invisible, no width. Breaks what Streamlit replaces after parsing, where a backslash is already gone."""

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Controls, marks that reverse reading order, and halves of characters, which no page can hold."""
_REPLACED_LATER = re.compile(r"(:(?=\S)|@(?=\w)|www(?=\.)|[<>-](?=[<>-]))")  # :emoji: :material/…: http:// a@b.c www.a.b -> --


def plain(text: object, length: int | None = None) -> str:
    """Return Markdown that shows the text exactly as it is: no formatting, links, formulas, colours, icons or HTML.

    White space becomes single spaces; control characters become a replacement mark. ``length`` cuts to that many characters first.

    Example:
        >>> plain("# 5 * 3")
        '\\\\# 5 \\\\* 3'
    """
    line = " ".join(_UNSEEN.sub("\ufffd", re.sub(r"\s", " ", str(text))).split())
    line = _REPLACED_LATER.sub(rf"\1{JOINER}", line if length is None else shorten(line, length))
    return _PUNCTUATION.sub(r"\\\1", line)


def in_link(text: object) -> str:
    """Return the same as :func:`plain` for the label of a link: those never wrap, so it is cut to what a phone shows."""
    return plain(text, IN_LINK)


def in_badge(text: object, length: int | None = None) -> str:
    """Return the same as :func:`plain` for ``st.badge``, which escapes brackets itself and would show a second backslash.

    Example:
        >>> in_badge("[v2]")
        '[v2]'
    """
    return plain(text, length).replace("\\[", "[").replace("\\]", "]")


def in_html(text: object, length: int | None = None) -> str:
    """Return the same as :func:`plain` for ``st.html``, also within quotes; direction marks stay inside.

    Example:
        >>> in_html('<b>"5"</b>')
        '&lt;b&gt;&quot;5&quot;&lt;/b&gt;'
    """
    line = " ".join(_UNSEEN.sub("\ufffd", re.sub(r"\s", " ", str(text))).split())
    return html.escape(line if length is None else shorten(line, length))


def storable(text: str) -> str:
    """Return the text with a question mark where half a character stands (a lone surrogate), which no table and no page can hold.

    Example:
        >>> storable("a \\ud83d")
        'a ?'
    """
    return text.encode("utf-8", "replace").decode()


def isolated(text: str) -> str:
    """Return the text between marks that keep its reading order from what stands beside it, where no HTML can: a name before a number.

    Example:
        >>> isolated("a") == "\\u2068a\\u2069"
        True
    """
    return f"\u2068{text}\u2069"


def shorten(text: str, length: int) -> str:
    """Return at most ``length`` characters, the last one an ellipsis where something was cut.

    Example:
        >>> shorten("a long sentence", 7)
        'a long…'
    """
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
