"""Where the files of a checked base model lie, ready for from_pretrained. Torch-free; the task loads them."""

from __future__ import annotations

from pathlib import Path

from fmcore.errors import ModelError
from fmcore.models import embedded, hub
from fmcore.models.folder import check_folder
from fmcore.records import BaseModel
from fmcore.settings import get_settings


def folder(base: BaseModel) -> Path:
    """Return the folder of a base model: checked again, and its weights still the recorded ones. A hub model is downloaded when needed.

    Raises:
        ModelError: gone, changed since it was recorded, or may not be used.
    """
    if base.source == "embedded":
        place = embedded.folder()
    elif base.source == "hub":
        place = hub.download(base.name, get_settings())
    else:
        place = Path(base.name)
    found = check_folder(place, name=base.name, source=base.source)
    if base.sha256 is not None and found.sha256 != base.sha256:
        raise ModelError(
            "The weights of {name} are not the ones that were checked (sha256 {now} instead of {then}). "
            "Check the model again and start a new run.",
            name=base.name,
            now=str(found.sha256)[:12],
            then=base.sha256[:12],
        )
    return place
