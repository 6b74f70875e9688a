"""Whatever goes wrong on a page is one sentence; the log holds the rest under the same reference."""

from __future__ import annotations

import logging
import re

import pytest
from streamlit.testing.v1 import AppTest


def test_an_error_of_ours_is_shown_as_its_sentence_and_escaped():
    def script() -> None:
        import streamlit as st

        from fmcore.errors import DataError
        from pages.shared.guard import guard

        with guard():
            raise DataError("{file} is empty.", file="*a*.csv")
        st.text("the page goes on")

    test = AppTest.from_function(script).run()
    assert [e.value for e in test.error] == [r"\*a\*\.csv is empty\."]
    assert test.text[0].value == "the page goes on" and not test.exception


def test_any_other_error_is_a_reference_to_the_log_and_no_detail(caplog: pytest.LogCaptureFixture):
    def script() -> None:
        from pages.shared.guard import guard

        with guard():
            raise RuntimeError("password=hunter2")

    with caplog.at_level(logging.ERROR, logger="fmcommons.pages"):
        test = AppTest.from_function(script).run()
    [shown] = [e.value for e in test.error]
    assert "hunter2" not in shown and "RuntimeError" not in shown and not test.exception
    reference = re.search(r"[0-9a-f]{8}", shown)
    assert reference and reference.group() in caplog.text and "hunter2" in caplog.text


def test_stopping_a_page_is_not_an_error():
    def script() -> None:
        import streamlit as st

        from pages.shared.guard import guard

        with guard():
            st.stop()

    test = AppTest.from_function(script).run()
    assert not test.error and not test.exception
