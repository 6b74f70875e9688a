"""Where files live, which database, which device, which limits: read from the environment once."""

from __future__ import annotations

import functools
import getpass
from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from fmcore.bounds import refused
from fmcore.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent
"""The checkout: app.py, data/samples/ and .streamlit/ lie here."""


def _somebody() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without a passwd entry
        return "somebody"


class Settings(BaseSettings):
    """Every field is an environment variable: ``FMCORE_`` and its name in capitals; an empty one counts as not set."""

    model_config = SettingsConfigDict(env_prefix="FMCORE_", env_ignore_empty=True, frozen=True)

    home: Path = Field(ROOT / "data" / "local", description="Folder for data sets, runs, models and the embedded database.")
    database_url: str | None = Field(None, description="SQLAlchemy URL of the store; empty means SQLite in the home folder.")
    device: str = Field("auto", pattern=r"^(auto|cpu|cuda(:\d+)?)$", description="auto, cpu, cuda or cuda:N.")
    who: str = Field(default_factory=_somebody, description="Name recorded with every act when nobody gave one.")
    max_upload_mb: int = Field(512, ge=1, description="Largest file that is read, in megabytes.")
    max_rows: int = Field(2_000_000, ge=10, description="Most rows in one data set.")
    max_columns: int = Field(512, ge=2, description="Most columns in one file.")
    max_cell_characters: int = Field(1_000_000, ge=1_000, description="Longest cell, in characters.")
    read_seconds: int = Field(120, ge=1, description="Longest time that reading one file may take.")
    read_memory_mb: int = Field(4096, ge=256, description="Most memory that reading one file may take.")
    lease_seconds: float = Field(30, gt=0, description="A run whose job was silent for this long is looked at.")
    heartbeat_seconds: float = Field(5, gt=0, description="How often a job says that it lives.")
    checkpoint_seconds: float = Field(60, ge=0, description="Least time between two checkpoints; 0 saves at every step.")
    inline_jobs: bool = Field(False, description="Run jobs inside the caller, for tests.")
    inference_memory_mb: int = Field(2048, ge=1, description="Models that the answering process holds at most, in megabytes.")
    inference_idle_seconds: float = Field(900, gt=0, description="The answering process leaves when nobody asked for this long.")
    api_requests_per_minute: int = Field(120, ge=1, description="Questions by HTTP that one API key may ask in a minute.")
    api_body_kb: int = Field(4096, ge=1, description="Largest question by HTTP, in kilobytes.")
    only_links: bool = Field(False, description="Serve demo links and the API and nothing else: for an address that partners can reach.")
    offline: bool = Field(False, description="Never ask a hub.")

    def url(self) -> str:
        """Return the database URL in force."""
        return self.database_url or f"sqlite:///{self.home / 'fmcore.db'}"

    def datasets(self) -> Path:
        return self.home / "datasets"

    def runs(self) -> Path:
        return self.home / "runs"

    def cache(self) -> Path:
        return self.home / "cache"


@functools.lru_cache(maxsize=1)
def get_settings() -> Settings:
    """Return the settings of this process. Tests that change the environment call ``get_settings.cache_clear()``.

    Raises:
        SettingsError: an environment variable holds what it can't mean.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        wrong = refused(error, Settings, name=lambda field: f"FMCORE_{field.upper()}", shows_values=False)
        raise SettingsError("The environment can't be used: {wrong}.", wrong=wrong) from error
    return settings.model_copy(update={"home": settings.home.expanduser().resolve()})
