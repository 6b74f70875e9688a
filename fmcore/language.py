"""Texts in the reader's language: one catalogue, found once. Knows no text.

The standard library's own ``gettext.gettext`` looks for the catalogue's file at every call, which takes 50 microseconds where there is
none: a page of a thousand texts waited for them longer than for its figures.
"""

from __future__ import annotations

import functools
from gettext import NullTranslations, translation

DOMAIN = "messages"


def gettext(message: str) -> str:
    """Return the text in the reader's language, or as it is where nobody translated it."""
    return _catalogue().gettext(message)


def ngettext(one: str, many: str, n: int) -> str:
    """Return the text for this number in the reader's language."""
    return _catalogue().ngettext(one, many, n)


@functools.cache
def _catalogue() -> NullTranslations:
    return translation(DOMAIN, fallback=True)
