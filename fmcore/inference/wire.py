"""What travels between a page and the worker: JSON values and numpy arrays, length first. No pickle, so nothing that arrives can run.

A message is 16 bytes (mark, length of the JSON, length of the arrays), the JSON, and the arrays' raw bytes one after the other.
"""

from __future__ import annotations

import dataclasses
import json
import math
import socket
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np

from fmcore.errors import InferenceError
from fmcore.records import Json, to_json

HEAD = struct.Struct("!4sIQ")
MARK = b"FMI1"
MOST_JSON = 256 * 1024 * 1024
MOST_ARRAYS = 2 * 1024 * 1024 * 1024
ARRAY, OBJECT = "$array", "$object"
DTYPES = frozenset(
    ("bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float16", "float32", "float64")
)  # plain numbers only: an object array would be pickle again


def pack(value: Any) -> bytes:
    """Return the message that :func:`receive` turns back into the value. Records become their JSON, tuples lists.

    Raises:
        InferenceError: something in it is neither JSON nor an array of numbers, or it is too large.
    """
    arrays: list[np.ndarray] = []
    text = json.dumps(_plain(value, arrays)).encode("ascii")  # escaped, so that half a surrogate pair survives the way
    size = sum(array.nbytes for array in arrays)
    if len(text) > MOST_JSON or size > MOST_ARRAYS:
        raise InferenceError("This is too much at once: {megabytes} MB. Ask for less.", megabytes=(len(text) + size) // 1_000_000)
    return b"".join([HEAD.pack(MARK, len(text), size), text, *(array.tobytes() for array in arrays)])


def expect_greeting(connection: socket.socket) -> None:
    """Wait for what a worker says to whoever comes: without it, nobody is there.

    Raises:
        ConnectionError, TimeoutError: as :func:`receive`.
    """
    if _exactly(connection, len(MARK)) != MARK:
        raise ConnectionError("not a worker of this kind")


def receive(connection: socket.socket) -> Any:
    """Return the next message's value.

    Raises:
        ConnectionError: the other side is gone, in the middle of a message or before one, or speaks otherwise.
        TimeoutError: the socket's own patience ran out.
    """
    mark, n_text, n_arrays = HEAD.unpack(_exactly(connection, HEAD.size))
    if mark != MARK or n_text > MOST_JSON or n_arrays > MOST_ARRAYS:
        raise ConnectionError("not a message of this kind")
    text, raw = _exactly(connection, n_text), _exactly(connection, n_arrays)
    try:
        return _rich(json.loads(bytes(text)), memoryview(raw))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ConnectionError("not a message of this kind") from error


def _exactly(connection: socket.socket, size: int) -> bytearray:
    found = bytearray(size)
    view, done = memoryview(found), 0
    while done < size:
        got = connection.recv_into(view[done:])
        if got == 0:
            raise ConnectionError("the other side is gone")
        done += got
    return found


def _plain(value: Any, arrays: list[np.ndarray]) -> Json:
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return _put(value, arrays)
    if isinstance(value, (list, tuple)):
        return [_plain(item, arrays) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _plain({f.name: getattr(value, f.name) for f in dataclasses.fields(value)}, arrays)
    if isinstance(value, Mapping):
        items = [(str(key), _plain(item, arrays)) for key, item in value.items()]
        return {OBJECT: [list(item) for item in items]} if any(key.startswith("$") for key, _ in items) else dict(items)
    raise InferenceError("{kind} can't be sent: only JSON values and arrays of numbers can.", kind=type(to_json(value)).__name__)


def _put(array: np.ndarray, arrays: list[np.ndarray]) -> Json:
    if array.dtype.name not in DTYPES:
        raise InferenceError("An array of {kind} can't be sent: only numbers can.", kind=array.dtype.name)
    start = sum(other.nbytes for other in arrays)
    arrays.append(np.ascontiguousarray(array, array.dtype.newbyteorder("=")))
    return {ARRAY: [array.dtype.name, list(array.shape), start]}


def _rich(value: Json, raw: memoryview) -> Any:
    if isinstance(value, list):
        return [_rich(item, raw) for item in value]
    if not isinstance(value, dict):
        return value
    if OBJECT in value:
        return {str(key): _rich(item, raw) for key, item in value[OBJECT]}
    if ARRAY not in value:
        return {key: _rich(item, raw) for key, item in value.items()}
    name, shape, start = value[ARRAY]
    if name not in DTYPES or any(type(size) is not int or size < 0 for size in (*shape, start)):
        raise ValueError("not an array")
    return np.frombuffer(raw, np.dtype(name), math.prod(shape), start).reshape(shape)
