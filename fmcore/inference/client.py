"""Ask the worker: find it, start it when there is none, and once more when it ends in mid-answer. Torch-free, safe from many threads."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Mapping
from typing import Any

from fmcore import errors
from fmcore.errors import FmcoreError, InferenceError
from fmcore.inference import place, wire
from fmcore.jobs import launcher
from fmcore.records import Sentence, from_json

START_SECONDS = 30.0
"""Longest time between starting a worker and its socket; loading torch comes after that."""
LOOK_SECONDS = 0.01


def call(request: Mapping[str, Any], *, timeout: float, watch: Callable[[float, Sentence], None] | None = None) -> Any:
    """Return what the worker answers; ``watch`` hears meanwhile how far it is, where the operation tells it.

    Raises:
        FmcoreError: what it says, or that it does not answer in time, ended twice, or can't be started.
    """
    deadline, deaths = time.monotonic() + timeout, 0
    while deaths < 2:
        try:
            with _connect(deadline) as connection:
                deaths += 1  # counts only when it ends before the reply
                return _unwrap(_talk(connection, request, deadline, watch))
        except TimeoutError as error:
            raise InferenceError(
                "No answer within {seconds} seconds: the model is busy or the question is large. Try again, or ask for less.",
                seconds=round(timeout, 1),
            ) from error
        except ConnectionError:  # killed in mid-answer, or about to leave because nobody had asked: another one answers
            continue
    raise InferenceError("The process that answers ended twice while it worked on this. Its log is {file}.", file=str(place.log_file()))


def _talk(connection: socket.socket, request: Mapping[str, Any], deadline: float, watch: Callable[[float, Sentence], None] | None) -> Any:
    message = wire.pack({**request, "seconds": _left(deadline), "watch": watch is not None})
    connection.settimeout(_left(deadline))
    connection.sendall(message)
    while True:
        connection.settimeout(_left(deadline))
        reply = wire.receive(connection)
        if watch is None or not isinstance(reply, dict) or "share" not in reply:
            return reply
        watch(float(reply["share"]), from_json(Sentence, reply["said"]))


def _left(deadline: float) -> float:
    return max(0.01, deadline - time.monotonic())


def _unwrap(reply: Any) -> Any:
    if not isinstance(reply, dict) or "error" not in reply:
        return reply["value"]
    kind = getattr(errors, str(reply["error"]["kind"]), FmcoreError)
    sentence = from_json(Sentence, reply["error"]["sentence"])
    if not (isinstance(kind, type) and issubclass(kind, FmcoreError)):
        kind = FmcoreError
    raise kind(sentence.template, **sentence.values)


def _connect(deadline: float) -> socket.socket:
    found = _try(deadline)
    if found is not None:
        return found
    with place.lock("start", wait=True):  # fifty who find nobody start one, not fifty
        found = _try(deadline)
        return found if found is not None else _start(min(deadline, time.monotonic() + START_SECONDS))


def _try(deadline: float) -> socket.socket | None:
    """Return a connection to somebody who is alive: the door of one who was killed stays open until its memory is given back."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(_left(deadline))
        connection.connect(str(place.address()))
        wire.expect_greeting(connection)
    except (FileNotFoundError, ConnectionError):
        connection.close()
        return None
    except BaseException:
        connection.close()
        raise
    return connection


def _start(deadline: float) -> socket.socket:
    extra = {
        "TOKENIZERS_PARALLELISM": "true",
        "HF_HUB_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "TRANSFORMERS_VERBOSITY": "error",
    }
    try:
        process = launcher.start(["inference-worker"], log=place.log_file(), extra=extra)
    except OSError as error:
        raise InferenceError("The process that answers can't be started: {why}.", why=error.strerror or type(error).__name__) from error
    while time.monotonic() < deadline:
        found = _try(deadline)
        if found is not None:
            return found
        if process.poll() not in (None, 0):  # 0: another one was quicker, and its socket is about to be there
            raise InferenceError("The process that answers can't be started. Its log says why: {file}.", file=str(place.log_file()))
        time.sleep(LOOK_SECONDS)
    raise TimeoutError("no worker")
