"""What the environment says, and what it leaves open."""

from __future__ import annotations

from pathlib import Path

import pytest

from fmcore.settings import ROOT, get_settings


def test_an_empty_variable_counts_as_not_set(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "DEVICE", "MAX_ROWS", "DATABASE_URL"):
        monkeypatch.setenv(f"FMCORE_{name}", "")
    get_settings.cache_clear()
    settings = get_settings()
    assert settings.home == ROOT / "data" / "local"  # and not the folder that the program was started in
    assert (settings.device, settings.max_rows, settings.database_url) == ("auto", 2_000_000, None)
    assert settings.url() == f"sqlite:///{settings.home / 'fmcore.db'}"
