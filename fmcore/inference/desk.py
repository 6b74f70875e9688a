"""Answers for many askers at once: requests that arrive together are one batch, and nobody's thousand texts hold up another's one.

One thread answers. It waits a moment after the first request, then takes a portion from each that waits for the same model, turn by turn.
Runs in the worker.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from fmcore.inference import answers
from fmcore.pipeline.trained import Loaded
from fmcore.records import Json

GATHER_SECONDS = 0.003
"""Others who ask within this time are answered together."""
TURN_TEXTS = 2048
"""Texts of one turn: enough to sort by length, few enough that a newcomer waits seconds at most."""

FEW_TOKENS = 256
"""Below this, one thread answers: several would wait for each other longer than they work, most of all while a run trains."""


@dataclass(eq=False)
class Request:
    """Some texts that wait for answers, and the answers so far."""

    loaded: Loaded
    items: list[tuple[str, ...]]
    deadline: float
    """On the monotonic clock; who asked has given up then."""
    found: list[Json] = field(default_factory=list)
    error: BaseException | None = None
    done: threading.Event = field(default_factory=threading.Event)

    def end(self, error: BaseException | None = None) -> None:
        self.error = error
        self.done.set()


class Desk:
    """Where requests wait; :meth:`serve` is the thread that answers them."""

    def __init__(self) -> None:
        self._waiting: deque[Request] = deque()
        self._arrived = threading.Condition()

    def answer(self, loaded: Loaded, texts: Sequence[Any], *, seconds: float) -> list[Json]:
        """Return the answers, in the order of the texts.

        Raises:
            FmcoreError: a text can't be answered, or whatever went wrong for all that were answered together.
            TimeoutError: not in this time.
        """
        request = Request(loaded, answers.check(loaded, texts), time.monotonic() + seconds)
        if not request.items:
            return []
        with self._arrived:
            self._waiting.append(request)
            self._arrived.notify()
        if not request.done.wait(seconds):
            raise TimeoutError
        if request.error is not None:
            raise request.error
        return request.found

    def serve(self) -> None:
        """Answer for ever."""
        while True:
            with self._arrived:
                self._arrived.wait_for(lambda: self._waiting)
                is_first = all(not request.found for request in self._waiting)
            if is_first:
                time.sleep(GATHER_SECONDS)
            self._turn(self._next())

    def _next(self) -> list[Request]:
        """Take all that wait for the model of the one who waits longest."""
        with self._arrived:
            together = [request for request in self._waiting if request.loaded is self._waiting[0].loaded]
            self._waiting = deque(request for request in self._waiting if request not in together)
        return together

    def _turn(self, together: list[Request]) -> None:
        now = time.monotonic()
        wanted = [request for request in together if request.deadline > now]
        for request in together:
            if request not in wanted:
                request.end(TimeoutError())
        try:
            _answer_some(wanted)
        except Exception as error:  # travels to all who asked; the thread goes on
            for request in wanted:
                request.end(error)
        with self._arrived:
            for request in wanted:
                if request.done.is_set():
                    continue
                if len(request.found) == len(request.items):
                    request.end()
                else:
                    self._waiting.append(request)


def _answer_some(requests: list[Request]) -> None:
    """Answer a portion of each request together."""
    if not requests:
        return
    share = max(1, TURN_TEXTS // len(requests))
    parts = [request.items[len(request.found) : len(request.found) + share] for request in requests]
    loaded = requests[0].loaded
    encoded = answers.encode(loaded, [item for part in parts for item in part])
    use_threads(1 if int(encoded.lengths.sum()) < FEW_TOKENS else None)
    made = iter(answers.answered(loaded, encoded, answers.probabilities(loaded, encoded)))
    for request, part in zip(requests, parts, strict=True):
        request.found += [next(made) for _ in part]


def use_threads(n: int | None) -> None:
    """Let this thread's products use so many of the processor's threads; None is all that the worker may have."""
    global _all_threads
    import torch

    with _counting:
        _all_threads = _all_threads or torch.get_num_threads()
        torch.set_num_threads(n or _all_threads)


_counting, _all_threads = threading.Lock(), 0


def start(desk: Desk, name: str = "answers") -> Callable[[], bool]:
    """Start the thread that answers; gives what tells whether it lives."""
    thread = threading.Thread(target=desk.serve, name=name, daemon=True)
    thread.start()
    return thread.is_alive
