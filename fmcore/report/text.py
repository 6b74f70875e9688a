"""How text from data, models and people is written into figures and Markdown so that it is only ever text."""

from __future__ import annotations

import re
import unicodedata

_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # control, direction and private characters, line breaks
_MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|~^$:=@>])")


def one_line(text: object, length: int | None = None) -> str:
    """Return the text on one line: white space as single spaces, unseen characters as a replacement mark, cut to a length."""
    line = " ".join(str(text).split())
    line = "".join("\ufffd" if unicodedata.category(c) in _UNSEEN else c for c in line)
    return line if length is None or len(line) <= length else line[: length - 1].rstrip() + "…"


def for_figure(text: object, length: int | None = None) -> str:
    """Return the text for a plotly label or hover, which understands tags and links: here they are shown as they stand.

    Example:
        >>> for_figure('<a href="x">R&D</a>')
        '&lt;a href="x"&gt;R&amp;D&lt;/a&gt;'
    """
    return one_line(text, length).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def for_markdown(text: object, length: int | None = None) -> str:
    """Return the text for Markdown: no formatting, links, formulas, table bars or HTML come out of it.

    Example:
        >>> for_markdown("# 5 * 3 | <b>")
        '\\\\# 5 \\\\* 3 \\\\| &lt;b&gt;'
    """
    line = one_line(text, length).replace("&", "&amp;").replace("<", "&lt;").replace(">", "\0")
    # A bare www. or https:// becomes a link in many readers; a backslash before the dot or colon stops it
    return _MARKS.sub(r"\\\1", line).replace("\0", "&gt;")
