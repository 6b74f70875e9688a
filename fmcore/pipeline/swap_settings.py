"""What a person chooses before a swap test; the form, the command line and the record grow from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fmcore.bounds import refused
from fmcore.errors import SettingsError
from fmcore.records import Json, Run

STAGE = "swaps"
OWN_TABLE, BUILT_IN = "own table", "built in"
"""What stands in the spec for where the words or pairs came from; else the name of a person's own lexicon."""


class SwapSettings(BaseModel):
    """What a person chooses before looking."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: int = Field(
        2000, title="Most pairs", description="So many pairs of sentences at most, from the data or a table; drawn by the seed.",
        ge=20, le=200_000,
    )  # fmt: skip
    split: Literal["train", "validation", "test"] = Field(
        "test", title="Whose sentences", description="Rows of the data whose sentences are swapped. To look at test rows is counted."
    )
    in_place: bool = Field(True, title="Own sentences", description="Swap in the sentences of the data.")
    templates: bool = Field(False, title="Neutral sentences", description="Ask short neutral sentences of ours as well.")
    categories: str = Field("", title="Categories", description="gender, religion …, with commas; empty means all.")
    favourable: str | None = Field(None, title="Favourable answer", description="The answer that people hope for.")
    tolerance: float = Field(
        0.05, title="Acceptable change", gt=0, lt=1,
        description="The most that is acceptable: with 0.05 the answer to 5 of 100 sentences may change, and a score may move by 0.05.",
    )  # fmt: skip
    minimum: int = Field(
        20, title="Fewest sentences", description="Pairs of groups with fewer different sentences get no verdict.", ge=2,
        json_schema_extra={"group": "full"},
    )  # fmt: skip
    seed: int = Field(0, title="Seed", description="Decides which pairs are drawn.", json_schema_extra={"group": "full"})


def read_settings(values: Mapping[str, Json]) -> SwapSettings:
    """Return settings with these values and defaults elsewhere.

    Raises:
        SettingsError: values out of bounds or unknown.
    """
    try:
        return SwapSettings(**values)
    except ValidationError as error:
        raise SettingsError("Some settings can't be used: {wrong}.", wrong=refused(error, SwapSettings)) from error


def settings_of(test: Run) -> SwapSettings:
    """Return what was chosen for a swap test."""
    chosen = test.spec.settings
    return SwapSettings(**{name: chosen[name] for name in SwapSettings.model_fields if name in chosen})


def asks_test_rows(test: Run) -> bool:
    """Return whether a swap test holds sentences of the sealed test split, so that looking at it is a look."""
    settings = settings_of(test)
    return settings.split == "test" and settings.in_place and test.spec.settings.get("words") != OWN_TABLE
