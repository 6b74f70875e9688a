"""The only module that talks to a model hub: asks what a name is, downloads what is allowed. Never runs code from there.

Downloaded models lie in the cache folder, one folder per name, and are then used without the hub.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fmcore.errors import ModelError
from fmcore.files import is_full
from fmcore.models import weights
from fmcore.models.config import check_config, max_length, short
from fmcore.models.folder import check_folder, check_tokenizer_names
from fmcore.records import BaseModel
from fmcore.settings import Settings

PATTERNS = (
    "config.json", "model.safetensors", "model.safetensors.index.json", "model-*-of-*.safetensors",
    "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.txt", "vocab.json", "merges.txt",
    "sentencepiece.bpe.model", "spiece.model", "spm.model", "LICENSE*", "README.md",
)  # fmt: skip
SECONDS = 10  # to wait for the hub's first answer
_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,95}(/[A-Za-z0-9][\w.-]{0,95})?")


def kept(name: str, settings: Settings) -> Path | None:
    """Return the folder of a hub model that was downloaded before, or None."""
    _check_name(name)
    folder = _place(name, settings)
    return folder if folder.is_dir() else None


def ask(name: str, settings: Settings) -> BaseModel:
    """Return what the hub says of a model, after checking its config; downloads nothing but small JSON files.

    Raises:
        ModelError: offline, not reached, not found, closed, or a model that may not be used.
    """
    with _reach(name, settings) as api:
        info = api.model_info(name, files_metadata=True, timeout=SECONDS)
        files = {item.rfilename: item for item in info.siblings or ()}
        if "config.json" not in files:
            raise ModelError("The hub's {name} has no config.json, so it is not a transformers model. Choose another.", name=name)
        config = _json(api, name, "config.json", info.sha)
        kind = check_config(config, model=name)
        check_tokenizer_names(files, model=name)
        names = _weight_files(api, name, files, info.sha)
        hashes = {file: item.lfs.sha256 for file, item in files.items() if file in names and item.lfs is not None}
        total = info.safetensors.total if info.safetensors is not None else None
        sha256 = weights.combine(hashes) if len(hashes) == len(names) else None
    return BaseModel(name, kind, sha256, total, max_length(config, model=name), "hub")


def download(name: str, settings: Settings) -> Path:
    """Return the folder of a hub model, downloading it when it is not kept yet. Nothing half-downloaded is ever kept.

    Raises:
        ModelError: as :func:`ask`.
    """
    found = kept(name, settings)
    if found is not None:
        return found
    place = _place(name, settings)
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=".download-", dir=place.parent))
    try:
        with _reach(name, settings) as api:
            info = api.model_info(name, timeout=SECONDS)
            check_config(_json(api, name, "config.json", info.sha), model=name)
            api.snapshot_download(name, revision=info.sha, local_dir=beside, allow_patterns=list(PATTERNS), etag_timeout=SECONDS)
        shutil.rmtree(beside / ".cache", ignore_errors=True)
        check_folder(beside, name=name, source="hub")  # what is kept may be used
        if not place.is_dir():  # another process may have been faster
            beside.rename(place)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return place


def _weight_files(api: Any, name: str, files: dict[str, Any], revision: str) -> list[str]:
    if weights.SINGLE in files:
        return [weights.SINGLE]
    if weights.INDEX not in files:
        raise ModelError("The hub's {name} has no safetensors weights, and no others are used. Choose a model that has them.", name=name)
    return weights.shards(_json(api, name, weights.INDEX, revision))


def _json(api: Any, name: str, file: str, revision: str) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        return weights.read_json(Path(api.hf_hub_download(name, file, revision=revision, local_dir=folder, etag_timeout=SECONDS)))


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name) or ".." in name or "--" in name:
        raise ModelError("{name} is neither a folder nor a hub name such as distilbert/distilbert-base-uncased.", name=short(name))


def _place(name: str, settings: Settings) -> Path:
    return settings.cache() / "hub" / name.replace("/", "--")


@contextmanager
def _reach(name: str, settings: Settings) -> Iterator[Any]:
    """Give the hub's client; whatever goes wrong on the way becomes one sentence."""
    if settings.offline:
        raise ModelError(
            "{name} would have to come from the hub, and this installation is set to stay offline. "
            "Use the embedded model, or copy the model's folder here and give its path.",
            name=name,
        )
    from huggingface_hub import HfApi
    from huggingface_hub import errors as hub_errors

    # hub_errors.HTTPError: the base class of whichever HTTP client this version of the hub's package uses
    try:
        yield HfApi()
    except hub_errors.GatedRepoError as error:
        raise ModelError(
            "{name} is closed: its owner has to grant access. Ask for it at the hub and set HF_TOKEN, or choose another model.", name=name
        ) from error
    except hub_errors.RepositoryNotFoundError as error:
        raise ModelError("The hub has no model {name}, or it is private. Check the spelling, or set HF_TOKEN.", name=name) from error
    except (
        hub_errors.HTTPError,
        OSError,
        hub_errors.HFValidationError,
        hub_errors.EntryNotFoundError,
        hub_errors.XetDownloadError,
    ) as error:
        if isinstance(error, hub_errors.HfHubHTTPError) and error.response is not None and error.response.status_code < 500:
            status = error.response.status_code
            raise ModelError("The hub refused {name} (status {status}). Try later.", name=name, status=status) from error
        if is_full(error):
            raise ModelError("The disk is full; {name} could not be stored. Make room and try again.", name=name) from error
        raise ModelError(
            "{name} would have to come from the hub, which can't be reached from here. "
            "Use the embedded model, or copy the model's folder here and give its path.",
            name=name,
        ) from error
