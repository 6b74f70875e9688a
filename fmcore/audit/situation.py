"""What a person said about the decision: what follows from an answer, who is harmed by an error. Draws no conclusion."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Decision(enum.StrEnum):
    """What follows from an answer."""

    CHANCE = "chance"
    """Somebody gets something that people want, or does not: a job, a loan, a refund."""
    BURDEN = "burden"
    """Somebody is checked, watched, refused, or is spared that."""
    SORTING = "sorting"
    """A case goes to a desk, a topic or an urgency."""
    ADVICE = "advice"
    """A person reads it and decides."""


class Harmed(enum.StrEnum):
    """Who is harmed by an error."""

    PERSON = "person"
    """The one whom the answer is about."""
    OTHERS = "others"
    """Those who rely on the answer."""
    NOBODY = "nobody"


@dataclass(frozen=True)
class Situation:
    """What a person said about the decision. None: not said yet."""

    decision: Decision | None = None
    by_alarm: Harmed | None = None
    """Who is harmed where somebody gets the answer who should not (a false alarm)."""
    by_miss: Harmed | None = None
    """Who is harmed where somebody who should get the answer does not (a miss)."""
    trusts_targets: bool | None = None
    """Whether what counts as right is free of unfairness of the past."""

    @property
    def is_told(self) -> bool:
        return None not in (self.decision, self.by_alarm, self.by_miss, self.trusts_targets)
