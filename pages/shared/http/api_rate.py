"""How often a key may ask: a bucket per key that fills steadily and holds a minute's worth. In this process's memory."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

MOST_KEYS = 10_000


class Rate:
    """Counts questions; safe from many threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        """Key → questions left, and when that was so."""
        self._lock = threading.Lock()

    def take(self, key: str, per_minute: int) -> int:
        """Return 0 and count one question, or the seconds to wait when the key has asked too often.

        Example:
            >>> rate = Rate(clock=lambda: 0.0)
            >>> [rate.take("a", 2) for _ in range(3)], rate.take("b", 2)
            ([0, 0, 30], 0)
        """
        now = self._clock()
        with self._lock:
            left, then = self._left.pop(key, (float(per_minute), now))
            left = min(per_minute, left + (now - then) * per_minute / 60)
            may = left >= 1
            self._left[key] = (left - may, now)
            if len(self._left) > MOST_KEYS:
                self._left.popitem(last=False)
        return 0 if may else math.ceil((1 - left) * 60 / per_minute)
