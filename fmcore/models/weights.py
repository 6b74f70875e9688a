"""What safetensors files hold: sizes and hashes, read from the header. Never loads a tensor, never reads a pickle."""

from __future__ import annotations

import functools
import hashlib
import json
import math
import os
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fmcore.errors import ModelError

SINGLE = "model.safetensors"
INDEX = "model.safetensors.index.json"
LARGEST_HEADER = 100_000_000  # bytes; the limit of the format's own reader
LARGEST_INDEX = 50_000_000  # bytes

_BITS = {"F64": 64, "F32": 32, "F16": 16, "BF16": 16, "F8_E4M3": 8, "F8_E5M2": 8}
_BITS |= {"I64": 64, "I32": 32, "I16": 16, "I8": 8, "U64": 64, "U32": 32, "U16": 16, "U8": 8, "BOOL": 8}


def files(folder: Path) -> tuple[Path, ...]:
    """Return the weight files of a folder: one, or the shards that the index names, sorted.

    Raises:
        ModelError: no safetensors, or an index that is broken or names files that are not there.
    """
    if (folder / SINGLE).is_file():
        return (folder / SINGLE,)
    if not (folder / INDEX).is_file():
        raise ModelError(
            "{folder} has no {name}. Only safetensors weights are used; save the model again with save_pretrained.",
            folder=str(folder),
            name=SINGLE,
        )
    names = shards(read_json(folder / INDEX, LARGEST_INDEX))
    missing = [name for name in names if not (folder / name).is_file()]
    if missing:
        raise ModelError("{folder} lacks the weight file {name} that its index names. Copy it again.", folder=str(folder), name=missing[0])
    return tuple(folder / name for name in names)


def shards(index: Any) -> list[str]:
    """Return the sorted file names of a shard index.

    Raises:
        ModelError: not an index, or a name that is not a plain .safetensors file name beside it.
    """
    weight_map = index.get("weight_map") if isinstance(index, dict) else None
    if not isinstance(weight_map, dict) or not weight_map:
        raise ModelError("{name} names no weight files. Copy the model again.", name=INDEX)
    names = sorted({str(name) for name in weight_map.values()})
    for name in names:
        if Path(name).name != name or not name.endswith(".safetensors"):
            raise ModelError("{index} names {name}, which is not a safetensors file beside it.", index=INDEX, name=name[:100])
    return names


def shapes(path: Path) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Return tensor name → (dtype, shape) of one file, after checking that the header describes the file exactly.

    Raises:
        ModelError: the file is cut short, padded, or its header is broken.
    """
    size = path.stat().st_size
    try:
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            if length > min(LARGEST_HEADER, size - 8):
                raise ValueError("header longer than the file")
            header = json.loads(file.read(length))
        found, spans = {}, []
        for name, entry in header.items():
            if name != "__metadata__":
                found[name], span = _tensor(entry)
                spans.append(span)
        end = 0
        for start, stop in sorted(spans):
            if start != end:
                raise ValueError("gap or overlap between tensors")
            end = stop
        if end != size - 8 - length or not found:
            raise ValueError("size differs from the header")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, struct.error) as error:
        why = str(error)[:80]
        raise ModelError("{file} is damaged or not a safetensors file ({why}). Copy it again.", file=str(path), why=why) from error
    return found


def _tensor(entry: Mapping[str, Any]) -> tuple[tuple[str, tuple[int, ...]], tuple[int, int]]:
    shape, (start, stop) = tuple(entry["shape"]), entry["data_offsets"]
    if any(not isinstance(side, int) or side < 0 for side in shape) or not 0 <= start <= stop:
        raise ValueError("negative or broken sizes")
    if math.prod(shape) * _BITS[entry["dtype"]] != (stop - start) * 8:
        raise ValueError("a tensor's size differs from its shape")
    return (entry["dtype"], shape), (start, stop)


def n_parameters(tensors: Mapping[str, tuple[str, tuple[int, ...]]]) -> int:
    """Return how many floating-point numbers the tensors hold; whole-number buffers such as position ids do not count."""
    return sum(math.prod(shape) for dtype, shape in tensors.values() if "F" in dtype)


def sha256(paths: tuple[Path, ...]) -> str:
    """Return the sha256 of one file, or of the lines ``<sha256>  <name>`` of several."""
    return combine({path.name: _sha256_of(path) for path in paths})


def combine(hashes: Mapping[str, str]) -> str:
    """Return one hash for a set of weight files: name → sha256."""
    if len(hashes) == 1:
        return next(iter(hashes.values()))
    return hashlib.sha256("".join(f"{hashes[name]}  {name}\n" for name in sorted(hashes)).encode()).hexdigest()


def _sha256_of(path: Path) -> str:
    state = path.stat()
    return _hash(os.fspath(path), state.st_size, state.st_mtime_ns, state.st_ino)


@functools.lru_cache(maxsize=256)
def _hash(path: str, size: int, changed: int, inode: int) -> str:
    # The arguments beside the path are the key: hashing 90 MB at every page view would cost a tenth of a second or more
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_json(path: Path, limit: int = 50_000_000) -> Any:
    """Return the content of a JSON file of at most ``limit`` bytes.

    Raises:
        ModelError: too large, unreadable, or not JSON.
    """
    try:
        if path.stat().st_size > limit:
            raise ModelError("{file} is larger than {limit} bytes, which no model needs.", file=str(path), limit=limit)
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError("{file} can't be read as JSON ({why}). Copy the model again.", file=str(path), why=str(error)[:80]) from error
