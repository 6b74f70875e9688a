"""Errors become sentences. Nobody who looks at a page ever reads a traceback; the log holds it under the same reference."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from fmcore.errors import FmcoreError
from fmcore.files import is_full
from fmcore.settings import get_settings
from pages.shared.words import _, plain

log = logging.getLogger("fmcommons.pages")


@contextmanager
def guard() -> Iterator[None]:
    """Run a block of a page, or a function as a decorator; whatever goes wrong inside is shown as one sentence.

    The page goes on after the block. A fragment needs a guard of its own: it reruns without the frame around it.
    Streamlit's own stop and rerun pass through.

    Example:
        with guard():
            st.dataframe(shelf.rows(dataset_id))
    """
    try:
        yield
    except Exception as error:  # the last place where anything can be told to a person; nothing is lost, told() logs it
        told(error)


def told(error: Exception) -> bool:
    """Show the error as one sentence and return True, which tells Streamlit that nothing is left to show."""
    if isinstance(error, FmcoreError):
        st.error(plain(error), icon=":material/error:")
        return True
    if is_full(error):
        log.error("the disk is full", exc_info=error)
        text = _("The disk of {folder} is full, so this was not done. Make room and try again.")
        st.error(plain(text.format(folder=get_settings().home)), icon=":material/error:")
        return True
    reference = secrets.token_hex(4)
    log.error("reference %s", reference, exc_info=error)
    sentence = _("Something went wrong here that is not your doing. The log holds the details under the reference {reference}.")
    st.error(plain(sentence.format(reference=reference)), icon=":material/error:")
    return True
