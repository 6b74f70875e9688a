"""One home, one run and one worker for all tests of a module: a worker needs seconds to load its libraries."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from fmcore.settings import get_settings
from tests.inference.trained import made_rows, trained, trained_on_pairs


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home folder; a worker that is started in it has one thread and leaves when the module's tests end."""
    home = tmp_path_factory.mktemp("served") / "home"
    given = {"FMCORE_HOME": str(home), "FMCORE_WHO": "tester", "FMCORE_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in given.items():
            patch.setenv(name, value)
        patch.delenv("FMCORE_DATABASE_URL", raising=False)
        get_settings.cache_clear()
        yield home
        shutil.rmtree(home / "inference", ignore_errors=True)
    get_settings.cache_clear()


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return made_rows()


@pytest.fixture(scope="module")
def run_id(served: Path, tiny_model: Path, rows: pd.DataFrame) -> str:
    """A run of a tiny model that answers bad or good."""
    return trained(tiny_model, rows)


@pytest.fixture(scope="module")
def pairs_id(served: Path, tiny_model: Path, rows: pd.DataFrame) -> str:
    """A run of a tiny model that reads pairs of texts."""
    return trained_on_pairs(tiny_model, rows)
