from __future__ import annotations

import subprocess
import sys

import pytest
from pydantic import ValidationError

from fmcore.training.settings import FinetuneSettings


def test_every_field_explains_itself() -> None:
    for name, field in FinetuneSettings.model_fields.items():
        assert field.title and field.description, name
        assert field.json_schema_extra["group"] in ("short", "full"), name


def test_settings_come_back_from_json_and_refuse_what_they_do_not_know() -> None:
    settings = FinetuneSettings(epochs=5, dropout=0.2)
    assert FinetuneSettings.model_validate_json(settings.model_dump_json()) == settings
    with pytest.raises(ValidationError):
        FinetuneSettings(epoch=5)
    with pytest.raises(ValidationError):
        FinetuneSettings(learning_rate=0)


def test_what_pages_import_brings_in_no_torch() -> None:
    code = (
        "import sys, fmcore.finetune, fmcore.tasks, fmcore.training.settings, fmcore.training.outcome, fmcore.evaluation.predict;"
        "assert not {'torch', 'transformers'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
