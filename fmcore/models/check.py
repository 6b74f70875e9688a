"""Whether a base model may be used: the embedded one, a local folder, or a hub name. Torch-free, so pages may ask.

Refuses what could run code or would fail later. Knows nothing of tasks or training.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from fmcore.errors import ModelError
from fmcore.models import embedded, hub
from fmcore.models.folder import check_folder
from fmcore.records import BaseModel
from fmcore.settings import get_settings


def check_base(name: str) -> BaseModel:
    """Return what is known of a base model after checking that it may be used.

    ``name`` is ``embedded``, a folder, or a hub name such as ``distilbert/distilbert-base-uncased``. A hub model that was
    downloaded before is checked where it lies, without the hub.

    Raises:
        ModelError: it is not there, can't be reached, or may not be used; the sentence says which and what to do.
    """
    name = name.strip()
    if name in ("embedded", ""):
        return _embedded()
    if looks_like_folder(name):
        path = Path(name).expanduser().absolute()
        return check_folder(path, name=str(path), source="folder")
    kept = hub.kept(name, get_settings())
    if kept is not None:
        return check_folder(kept, name=name, source="hub")
    return hub.ask(name, get_settings())


def looks_like_folder(name: str) -> bool:
    """Return whether a name means a folder: it is written as a path, or such a folder is there."""
    return name.startswith(("/", "./", "../", "~", ".\\")) or bool(re.match(r"[A-Za-z]:[\\/]", name)) or os.path.isdir(name)


def _embedded() -> BaseModel:
    base = check_folder(embedded.folder(), name="embedded", source="embedded")
    if base.sha256 != embedded.SHA256:
        raise ModelError(
            "The weights of the embedded base model are not the published ones (sha256 {found}). Install the package {package} again.",
            found=str(base.sha256),
            package=embedded.PACKAGE,
        )
    return base
