from __future__ import annotations

from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fmcore.bounds import refused, takes


class Chosen(BaseModel):
    model_config = ConfigDict(extra="forbid")

    rows: int = Field(20, ge=20)
    share: float = Field(0.5, gt=0, le=1)
    rate: float | None = Field(None, lt=1.5)
    kind: Literal["quick", "slow"] = "quick"
    device: str = Field("auto", pattern="auto|cpu", description="auto or cpu.")
    own: bool = True


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("rows", "x", "rows takes a whole number of 20 or more (found x)"),
        ("rows", 1.5, "rows takes a whole number of 20 or more (found 1.5)"),
        ("share", 0, "share takes a number above 0 and of 1 or less (found 0)"),
        ("share", None, "share takes a number above 0 and of 1 or less (found None)"),
        ("rate", 2, "rate takes a number below 1.5, or none (found 2)"),
        ("kind", "fast", "kind takes one of quick, slow (found fast)"),
        ("device", "mars", "device takes auto or cpu (found mars)"),
        ("own", "perhaps", "own takes true or false (found perhaps)"),
        ("hue", 1, "there is no setting called hue; known: device, kind, own, rate, rows, share"),
    ],
)
def test_a_refused_value_is_told_with_what_the_setting_takes(name: str, value: object, said: str) -> None:
    with pytest.raises(ValidationError) as error:
        Chosen(**{name: value})
    assert refused(error.value, Chosen) == said


def test_all_that_is_wrong_is_told_at_once_under_the_names_it_came_by_and_without_values_that_may_be_secret() -> None:
    with pytest.raises(ValidationError) as error:
        Chosen(rows=1, own="secret")
    said = refused(error.value, Chosen, name=lambda field: f"FMCORE_{field.upper()}", shows_values=False)
    assert said == "FMCORE_ROWS takes a whole number of 20 or more; FMCORE_OWN takes true or false"


def test_every_setting_of_ours_says_what_it_takes() -> None:
    from fmcore.pipeline.swap_settings import SwapSettings
    from fmcore.settings import Settings
    from fmcore.training.settings import FinetuneSettings

    for model in (SwapSettings, FinetuneSettings, Settings):
        for name, field in model.model_fields.items():
            assert "another value" not in takes(field), name
