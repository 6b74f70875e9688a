"""A job's tie to the store while it trains: says that it lives, hands progress over in batches, hears of a stop request.

All of it happens on a thread of its own, so training never waits for the database. Knows nothing of training.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType

import sqlalchemy as sa

from fmcore.errors import StoreError
from fmcore.records import Progress
from fmcore.settings import get_settings
from fmcore.store import Claim, Store

BATCH_SECONDS = 0.25
"""What a kill may take from the curve; the next checkpoint's memory says these steps again."""
STOP_SECONDS = 0.75
PATIENCE_SECONDS = 1.0


class Pulse:
    """Use as a context: ``with Pulse(store, claim, on_lost=…) as pulse``.

    ``on_lost`` is called once, on the thread, when the run is no longer this worker's.
    """

    def __init__(self, store: Store, claim: Claim, *, on_lost: Callable[[], None]) -> None:
        self._store, self._run_id, self._token = store, claim.run.id, claim.token
        self._on_lost = on_lost
        self._lock, self._sending = threading.Lock(), threading.Lock()
        self._ended = threading.Event()
        self._stop = claim.run.stop_requested
        self._pending: list[Progress] = []
        self._thread = threading.Thread(target=self._beat, name="pulse", daemon=True)

    def __enter__(self) -> Pulse:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._ended.set()
        self._thread.join()

    def report(self, progress: Progress) -> None:
        """Take one step's figures; they are in the store within a fraction of a second."""
        with self._lock:
            self._pending.append(progress)

    def should_stop(self) -> bool:
        """Return whether somebody asked this run to stop, as known less than a second ago."""
        return self._stop

    def flush(self) -> None:
        """Hand over what is pending.

        Raises:
            StoreError: the store refuses.
        """
        with self._sending:  # one at a time, so that the newest step is written last
            with self._lock:
                sent, self._pending = self._pending, []
            try:
                self._store.add_progress(self._run_id, sent, token=self._token)
            except BaseException:
                with self._lock:
                    self._pending = sent + self._pending
                raise

    def _beat(self) -> None:
        beat_due = stop_due = 0.0
        while not self._ended.wait(BATCH_SECONDS):
            now = time.monotonic()
            try:
                if now >= beat_due:
                    if not self._store.heartbeat(self._run_id, self._token):
                        self._on_lost()
                        return
                    beat_due = now + get_settings().heartbeat_seconds
                if now >= stop_due:
                    self._stop = self._store.stop_requested(self._run_id)
                    stop_due = now + STOP_SECONDS
                self.flush()
            except (StoreError, sa.exc.SQLAlchemyError) as error:
                # A database that is out of reach for a while is no reason to lose hours of training: say so and try again.
                print(f"the store did not answer: {error}", file=sys.stderr, flush=True)
                beat_due = 0.0
                self._ended.wait(PATIENCE_SECONDS)
