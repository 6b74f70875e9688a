"""What travels between page and worker comes out as it went in, and nothing else does."""

from __future__ import annotations

import socket
from typing import Any

import numpy as np
import pytest

from fmcore.errors import InferenceError
from fmcore.inference import wire
from fmcore.records import say


def through(value: Any) -> Any:
    here, there = socket.socketpair()
    with here, there:
        here.sendall(wire.pack(value))
        return wire.receive(there)


def test_json_values_come_out_as_they_went_in() -> None:
    value = {"a": [1, 2.5, None, True, "é\x00\u202e😀\ud800"], "$array": {"$object": [], "b": ()}, "": {}}
    assert through(value) == {"a": [1, 2.5, None, True, "é\x00\u202e😀\ud800"], "$array": {"$object": [], "b": []}, "": {}}


def test_arrays_come_out_with_their_kind_and_shape() -> None:
    arrays = {"x": np.arange(6, dtype=np.uint8).reshape(2, 3).T, "y": [np.float32([1, np.nan])], "z": np.zeros((0, 4)), "n": np.int64(7)}
    found = through(arrays)
    assert found["x"].tolist() == [[0, 3], [1, 4], [2, 5]]
    assert (found["x"].dtype, found["y"][0].dtype, found["z"].shape, found["n"]) == (np.uint8, np.float32, (0, 4), 7)
    assert np.isnan(found["y"][0][1])


def test_records_become_their_json() -> None:
    assert through(say("Found {n}.", n=3)) == {"template": "Found {n}.", "values": {"n": 3}}


@pytest.mark.parametrize("value", [object(), np.array([object()]), np.array(["text"]), {1j}])
def test_nothing_but_json_and_numbers_is_sent(value: Any) -> None:
    with pytest.raises(InferenceError, match="can't be sent"):
        wire.pack({"a": [value]})


def head(mark: bytes = wire.MARK, text: bytes = b"{}", size: int | None = None, arrays: int = 0) -> bytes:
    return wire.HEAD.pack(mark, len(text) if size is None else size, arrays) + text


@pytest.mark.parametrize(
    "message",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        head(mark=b"\x80\x04\x95\x00"),
        head(size=2**32 - 1),
        head(arrays=2**63),
        head(text=b"{"),
        head(text=b"\xff\xfe"),
        head(text=b"[" * 100_000),
        head(text=b'{"$array": ["object", [1], 0]}'),
        head(text=b'{"$array": ["float64", [9], 0]}', arrays=8) + bytes(8),
        head(text=b'{"$array": ["float64", [-1], 0]}', arrays=8) + bytes(8),
        head(text=b'{"$object": 3}'),
        b"",
    ],
)
def test_what_is_no_message_ends_the_talk_and_nothing_else(message: bytes) -> None:
    here, there = socket.socketpair()
    with there:
        with here:
            here.sendall(message)
        with pytest.raises(ConnectionError):
            wire.receive(there)
