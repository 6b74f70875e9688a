"""``python -m fmcore inference-worker``: one per home folder, holds models and answers whoever asks at its socket.

May be killed at any moment: whoever waits for an answer starts another and asks again. Leaves when nobody asked for a while, and when its
home folder is gone.
"""

from __future__ import annotations

import contextlib
import gc
import os
import secrets
import select
import socket
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fmcore.errors import FmcoreError, InferenceError
from fmcore.inference import place, wire
from fmcore.inference.desk import Desk, start, use_threads
from fmcore.inference.models import LIBRARIES, Held, Models
from fmcore.inference.operations import WATCHED, Watch, find, untold
from fmcore.records import Json, Sentence, say, to_json
from fmcore.settings import get_settings

NICENESS = 5
"""A person waits for an answer; a job, niced 10, does not."""
LOOK_SECONDS = 1.0
PATIENCE_SECONDS = 30.0
"""How long a client may take to send its question or to take its answer."""
MOST_AT_ONCE = 128
"""Questions under way; others wait at the door."""
LOCK_SECONDS = 2.0


def main() -> int:
    """Serve until nobody asks any more; return 0, also at once where another worker serves this home."""
    os.nice(max(0, NICENESS - os.nice(0)))
    gc.disable()  # until all is loaded: looking through half a million new objects again and again is a quarter of the loading time
    end = time.monotonic() + LOCK_SECONDS
    while True:
        with place.lock("worker", wait=False) as free:
            if free:
                path = place.address()
                with _listening(path) as door:
                    log(f"worker {os.getpid()} serves {path}")
                    Worker().serve(door, (path, place.log_file()))
                log(f"worker {os.getpid()} leaves")
                return 0
        if time.monotonic() > end or _answers_already():
            return 0
        time.sleep(0.05)


class Worker:
    """Takes questions at the door, one thread each."""

    def __init__(self) -> None:
        self.models, self.desk = Models(), Desk()
        self.free = threading.Semaphore(MOST_AT_ONCE)
        self.asked_at, self.at_work = time.monotonic(), 0
        self.count = threading.Lock()

    def serve(self, door: socket.socket, files: tuple[Path, ...]) -> None:
        """Take questions until there were none for so long, or one of these files is gone."""
        start(self.desk)
        threading.Thread(target=_warm_up, name="warm-up", daemon=True).start()
        while self._is_wanted() and all(path.exists() for path in files):
            if not select.select([door], [], [], LOOK_SECONDS)[0]:
                continue
            connection, _ = door.accept()
            self.free.acquire()
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _is_wanted(self) -> bool:
        return self.at_work > 0 or time.monotonic() - self.asked_at < get_settings().inference_idle_seconds

    def _talk(self, connection: socket.socket) -> None:
        try:
            with self._counted(), connection, contextlib.suppress(OSError):  # who asked may be gone by now
                connection.settimeout(PATIENCE_SECONDS)
                connection.sendall(wire.MARK)
                request = wire.receive(connection)
                connection.sendall(self._reply(request, lambda share, said: connection.sendall(wire.pack({"share": share, "said": said}))))
        finally:
            self.free.release()

    @contextlib.contextmanager
    def _counted(self) -> Iterator[None]:
        with self.count:
            self.at_work += 1
        try:
            yield
        finally:
            with self.count:
                self.at_work, self.asked_at = self.at_work - 1, time.monotonic()

    def _reply(self, request: Any, tell: Watch) -> bytes:
        try:
            return wire.pack({"value": self._do(request, tell)})
        except ConnectionError:  # who asked is gone, so nobody waits for the rest
            raise
        except FmcoreError as error:
            return wire.pack({"error": {"kind": type(error).__name__, "sentence": to_json(error.sentence)}})
        except TimeoutError:
            return _refusal(say("No answer in time: the model is busy or the question is large. Try again, or ask for less."))
        except Exception as error:  # a person gets a sentence, the log the rest
            return _refusal(_unexpected(error))

    def _do(self, request: Any, tell: Watch) -> Any:
        try:
            run_id, operation, asked, seconds = (request[name] for name in ("run", "operation", "asked", "seconds"))
            asked, seconds = {str(name): value for name, value in asked.items()}, float(seconds)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise InferenceError("This is no question: {kind}.", kind=type(error).__name__) from error
        if operation == "wake":
            if run_id is not None:
                threading.Thread(target=self._load, args=(run_id,), daemon=True).start()
            return None
        held = self.models.get(run_id)
        if operation == "answer":
            return self._answer(held, **asked, seconds=seconds)
        with LIBRARIES:
            function = find(operation)
        if operation in WATCHED:
            asked["watch"] = tell if request.get("watch") else untold
        if not held.turn.acquire(timeout=seconds):
            raise TimeoutError
        try:
            use_threads(None)
            return function(held.for_operations(), **asked)
        finally:
            held.turn.release()

    def _answer(self, held: Held, texts: Any, *, seconds: float, int8: bool = False) -> list[Json]:
        return self.desk.answer(held.answering_in_int8() if int8 else held.answering, texts, seconds=seconds)

    def _load(self, run_id: str) -> None:
        with contextlib.suppress(FmcoreError):  # whoever asks for an answer will read it
            self.models.get(run_id)


def log(line: str) -> None:
    with contextlib.suppress(OSError):
        print(time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), line, file=sys.stderr, flush=True)


def _refusal(sentence: Sentence) -> bytes:
    return wire.pack({"error": {"kind": "InferenceError", "sentence": to_json(sentence)}})


def _unexpected(error: Exception) -> Sentence:
    if isinstance(error, MemoryError) or "out of memory" in str(error).lower() or "can't allocate memory" in str(error).lower():
        log(traceback.format_exc())
        return say("There is not enough memory for this. Ask for fewer or shorter texts at once.")
    reference = secrets.token_hex(4)
    log(f"reference {reference}\n{traceback.format_exc()}")
    return say(
        "The model could not be asked, and that is not your doing. The log {file} holds the details under the reference {reference}.",
        file=str(place.log_file()),
        reference=reference,
    )


@contextlib.contextmanager
def _listening(path: Path) -> Iterator[socket.socket]:
    """Give the socket that questions arrive at; the file is gone afterwards."""
    path.unlink(missing_ok=True)  # of a worker that was killed: the lock says that none lives
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        door.bind(str(path))
        path.chmod(0o600)
        door.listen(512)
        try:
            yield door
        finally:
            path.unlink(missing_ok=True)


def _answers_already() -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        return probe.connect_ex(str(place.address())) == 0


@contextlib.contextmanager
def _collecting_afterwards() -> Iterator[None]:
    """Let garbage be collected again at the end, and what was loaded until then be left alone: it stays as long as the process."""
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@contextlib.contextmanager
def _without_scipy() -> Iterator[None]:
    """Let what transformers loads meanwhile do without scipy: only its losses for object detection want it, and it costs 0.4 of 3 s."""
    import transformers.utils

    asked = transformers.utils.is_scipy_available
    transformers.utils.is_scipy_available = lambda: False
    try:
        yield
    finally:
        transformers.utils.is_scipy_available = asked


def _warm_up() -> None:
    """Load what every answer needs, while nobody waits yet; who comes meanwhile waits for the lock. Then a model takes a second."""
    with LIBRARIES, _collecting_afterwards():
        import torch  # noqa: F401  the longest part
        import transformers

        with _without_scipy():
            import transformers.modeling_layers
            import transformers.modeling_utils
            from transformers import AutoModelForSequenceClassification, AutoTokenizer  # noqa: F401

        from fmcore.evaluation import swift, thresholds  # noqa: F401

        transformers.utils.logging.set_verbosity_error()
        transformers.utils.logging.disable_progress_bar()
        swift.pays()
        log(f"worker {os.getpid()} is ready")
