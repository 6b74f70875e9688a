"""Browser tests need a browser: without one they are skipped on a person's machine and fail in CI."""

from __future__ import annotations

import os

import pytest

from tests.browser.served import CHROMIUM


@pytest.fixture(scope="session", autouse=True)
def chromium() -> None:
    if CHROMIUM is None and os.environ.get("CI"):
        pytest.fail("no Chromium was found, and in CI no browser test may be skipped: install the package chromium")
    if CHROMIUM is None:
        pytest.skip("no Chromium was found on this machine")
