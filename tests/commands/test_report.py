"""``report`` writes what it was asked for, and refuses a place before it counts a look."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pandas as pd
import pytest

from fmcore.commands import main
from fmcore.store import open_store
from tests.pipeline import finished


@pytest.fixture
def run_id(home: Path, tiny_rows: pd.DataFrame) -> str:
    return finished.finish(finished.dataset(tiny_rows))


def test_it_writes_the_files_asked_for(run_id: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page, evidence = tmp_path / "page.html", tmp_path / "evidence.json"
    assert main(["report", run_id, "-o", str(page), "--json-file", str(evidence), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["html"] == {"file": str(page), "sha256": hashlib.sha256(page.read_bytes()).hexdigest()} and "model_card" not in said
    assert json.loads(evidence.read_text())["run"]["id"] == run_id


def test_without_a_place_all_three_are_written_here(run_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert main(["report", run_id]) == 0
    assert sorted(path.name for path in (tmp_path / "here").iterdir()) == [f"{run_id}.{kind}" for kind in ("html", "json", "md")]


def test_a_place_that_cannot_be_written_is_told_and_nothing_is_counted(
    run_id: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", run_id, "-o", str(tmp_path)]) == 1
    assert main(["report", run_id, "-o", str(tmp_path / "none" / "page.html")]) == 1
    said = capsys.readouterr().err
    assert "is a folder" in said and "There is no folder" in said
    assert open_store().looks(run_id) == []
