"""Whether the files in a folder are a model that may be used: no code, no pickles, no links that lead out, known config, whole weights.

Refuses to load anything: it reads names, JSON and headers.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

from fmcore.errors import ModelError
from fmcore.models import weights
from fmcore.models.config import HEADS, LAYERS, WIDTHS, check_config, max_length, short
from fmcore.records import BaseModel

CODE = frozenset((".py", ".pyc", ".pyo", ".so", ".dll", ".dylib", ".sh", ".ipynb"))
PICKLES = frozenset(
    (".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".npy", ".npz", ".joblib", ".dill", ".msgpack", ".h5", ".keras", ".pb")
)
MOST_FILES = 2_000
LARGEST_CONFIG = 5_000_000  # bytes
LARGEST_TOKENIZER = 200_000_000  # bytes

TOKENIZERS = (("tokenizer.json",), ("vocab.txt",), ("vocab.json", "merges.txt"))
_LAYER = re.compile(r"(?:^|\.)(?:layers?|h)\.(\d+)\.")
SENTENCEPIECE = ("sentencepiece.bpe.model", "spiece.model", "spm.model")


def check_folder(folder: Path, *, name: str, source: str) -> BaseModel:
    """Return the base model that lies in a folder.

    Raises:
        ModelError: as :func:`check_base`.
    """
    if not folder.is_dir():
        raise ModelError("There is no model folder {folder}. Give one that holds config.json and model.safetensors.", folder=str(folder))
    _check_files(folder)
    if not (folder / "config.json").is_file():
        raise ModelError("{folder} has no config.json. Give the folder that save_pretrained wrote.", folder=str(folder))
    config = weights.read_json(folder / "config.json", LARGEST_CONFIG)
    kind = check_config(config, model=name)
    _check_tokenizer(folder)
    paths = weights.files(folder)
    tensors = {key: value for path in paths for key, value in weights.shapes(path).items()}
    _check_vocabulary(config, tensors, name)
    _check_shape(config, tensors, name)
    return BaseModel(name, kind, weights.sha256(paths), weights.n_parameters(tensors), max_length(config, model=name), source)


def _check_files(folder: Path) -> None:
    """Refuse code, pickles and links that lead out, at any depth: what lies there could be loaded by somebody later."""
    home = folder.resolve()
    seen = 0
    for where, folders, names in os.walk(folder):
        for entry in (*folders, *names):
            path = Path(where) / entry
            seen += 1
            if seen > MOST_FILES:
                raise ModelError("{folder} holds over {limit} files. Give the folder of one model.", folder=str(folder), limit=MOST_FILES)
            if path.is_symlink() and not path.resolve().is_relative_to(home):
                raise ModelError("{file} is a link out of the model's folder. Copy the model with its files (cp -rL).", file=str(path))
            if path.suffix.lower() in CODE and entry in names:
                raise ModelError("{file} is program code. Only models without code of their own are used; remove it.", file=str(path))
            if path.suffix.lower() in PICKLES and entry in names:
                raise ModelError(
                    "{file} can run code when it is loaded. Only safetensors weights are used; remove the file or save the model again.",
                    file=str(path),
                )


def _check_tokenizer(folder: Path) -> None:
    if (folder / "tokenizer_config.json").is_file():
        check_tokenizer_config(weights.read_json(folder / "tokenizer_config.json", LARGEST_CONFIG), model=str(folder))
    check_tokenizer_names([path.name for path in folder.iterdir()], model=str(folder))
    path = folder / "tokenizer.json"
    if path.is_file():
        state = path.stat()
        _check_tokenizer_file(path, state.st_mtime_ns, state.st_ino)


@functools.lru_cache(maxsize=64)
def _check_tokenizer_file(path: Path, changed: int, inode: int) -> None:
    # The arguments beside the path are the key: large vocabularies take a third of a second to read
    content = weights.read_json(path, LARGEST_TOKENIZER)
    if not isinstance(content, dict) or not isinstance(content.get("model"), dict):
        raise ModelError("{file} holds no tokenizer. Save the tokenizer again with save_pretrained.", file=str(path))


def check_tokenizer_names(names: Collection[str], *, model: str) -> None:
    """Return when these files hold a tokenizer.

    Raises:
        ModelError: they do not, or one that needs a package which is not here.
    """
    if any(set(group) <= set(names) for group in TOKENIZERS):
        return
    if not set(SENTENCEPIECE) & set(names):
        raise ModelError("{model} has no tokenizer ({name}). Save it into the same folder.", model=model, name="tokenizer.json")
    if importlib.util.find_spec("sentencepiece") is None:
        raise ModelError("{model} has no tokenizer.json. Load it elsewhere with its tokenizer and save a fast one into it.", model=model)


def check_tokenizer_config(config: Any, *, model: str) -> None:
    """Return when a tokenizer_config.json needs no code of its own.

    Raises:
        ModelError: it does, or names a class that is not a tokenizer's.
    """
    if not isinstance(config, dict) or "auto_map" in config:
        raise ModelError("The tokenizer of {model} asks to run Python code of its own (auto_map). Such models are not used.", model=model)
    kind = config.get("tokenizer_class")
    if kind is not None and not re.fullmatch(r"[A-Za-z0-9]{1,60}(Tokenizer|TokenizerFast|Backend)", str(kind)):
        raise ModelError("The tokenizer of {model} is of the kind {kind}, which is not known.", model=model, kind=short(kind))


def _check_vocabulary(config: dict[str, Any], tensors: dict[str, tuple[str, tuple[int, ...]]], name: str) -> None:
    # transformers fills whatever it does not find with random numbers and only warns: a wrong file would train from noise
    words = config.get("vocab_size")
    widths = {config[key] for key in (*WIDTHS, "embedding_size") if key in config}
    tables = [shape for _, shape in tensors.values() if len(shape) == 2 and shape[0] == words]
    if not tables or (widths and not any(width in widths for _, width in tables)):
        raise ModelError(
            "The weights of {name} have no table of {words} word vectors of the width that config.json promises. "
            "They belong to another model; copy it again.",
            name=name,
            words=short(words),
        )


def _check_shape(config: dict[str, Any], tensors: Collection[str], name: str) -> None:
    """Refuse layers that the weights lack, for the same reason, and heads that can't share the width."""
    layers = next((config[key] for key in LAYERS if isinstance(config.get(key), int)), None)
    found = {int(match[1]) for tensor in tensors if (match := _LAYER.search(tensor))}
    # albert uses one layer again and again
    if layers is not None and found and len(found) < layers and config.get("model_type") != "albert":
        raise ModelError(
            "The weights of {name} have {found} layers, but config.json promises {layers}. They belong to another model; copy it again.",
            name=name,
            found=len(found),
            layers=layers,
        )
    width, heads = (next((config[key] for key in keys if isinstance(config.get(key), int)), None) for keys in (WIDTHS, HEADS))
    if width and heads and width % heads:
        raise ModelError(
            "config.json of {name} deals a width of {width} to {heads} heads, which leaves a rest. Copy the model again.",
            name=name,
            width=width,
            heads=heads,
        )
