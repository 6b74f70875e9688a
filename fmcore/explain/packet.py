"""What goes to the browser for one view: a header and arrays of numbers, packed. Knows no model and no screen.

Four bytes say how long the header is; the header is JSON; after it come the arrays, one after the other, deflated together. A browser
unpacks it without a library. Nothing of it is ever part of a script or of HTML.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np

KINDS = ("uint8", "float32")
LEVEL = 6


def pack(header: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> bytes:
    """Return one packet. The header gets ``arrays``: (name, kind, shape, start in the unpacked bytes) of each.

    Raises:
        ValueError: an array is neither of bytes nor of 32-bit floats.
    """
    places, parts, start = [], [], 0
    for name, array in arrays.items():
        if array.dtype.name not in KINDS:
            raise ValueError(f"{name} is {array.dtype.name}; the browser reads {', '.join(KINDS)}")
        raw = np.ascontiguousarray(array).tobytes()
        raw += b"\0" * (-len(raw) % 4)  # floats must start at a multiple of four
        places.append([name, array.dtype.name, list(array.shape), start])
        parts.append(raw)
        start += len(raw)
    head = json.dumps({**header, "arrays": places}, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return struct.pack("<I", len(head)) + head + zlib.compress(b"".join(parts), LEVEL)


def unpack(packet: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Return header and arrays of a packet: what the browser does."""
    (length,) = struct.unpack_from("<I", packet)
    header = json.loads(packet[4 : 4 + length])
    raw = zlib.decompress(packet[4 + length :])
    arrays = {name: np.frombuffer(raw, kind, int(np.prod(shape)), start).reshape(shape) for name, kind, shape, start in header["arrays"]}
    return header, arrays
