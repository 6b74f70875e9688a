"""How durations and moments are put into words. Knows no page and no store."""

from __future__ import annotations

import math
from datetime import UTC, datetime

from pages.shared.words import _, ngettext


def duration(seconds: float | None) -> str:
    """Return seconds in the two largest units that matter.

    Example:
        >>> duration(0.4), duration(200), duration(7500), duration(None)
        ('under 1 s', '3 min 20 s', '2 h 5 min', '–')
    """
    if seconds is None or not math.isfinite(seconds):
        return "–"
    if seconds < 1:
        return _("under 1 s")
    whole = round(seconds)
    if whole < 60:
        return _("{seconds} s").format(seconds=whole)
    if whole < 3600:
        return _("{minutes} min {seconds} s").format(minutes=whole // 60, seconds=whole % 60)
    return _("{hours} h {minutes} min").format(hours=whole // 3600, minutes=whole % 3600 // 60)


def minutes(seconds: float | None) -> str:
    """Return a rough duration, for forecasts: nobody needs the seconds of an hour.

    Example:
        >>> minutes(20), minutes(95), minutes(5400), minutes(None)
        ('20 s', '1.6 min', '1.5 h', '–')
    """
    if seconds is None or not math.isfinite(seconds):
        return "–"
    if seconds < 60:
        return _("{seconds} s").format(seconds=max(1, round(seconds)))
    if seconds < 3600:
        return _("{minutes} min").format(minutes=f"{seconds / 60:.2g}")
    return _("{hours} h").format(hours=f"{seconds / 3600:.2g}" if seconds < 360_000 else f"{seconds / 3600:,.0f}")


def moment(iso: str | None) -> str:
    """Return a stored UTC time to the minute.

    Example:
        >>> moment("2026-03-01T09:05:59.123456+00:00")
        '2026-03-01 09:05 UTC'
    """
    return f"{iso[:10]} {iso[11:16]} UTC" if iso else "–"


def ago(iso: str, now: datetime | None = None) -> str:
    """Return how long ago a stored UTC time was, in its largest unit.

    Example:
        >>> ago("2026-03-01T09:00:00+00:00", datetime(2026, 3, 1, 11, 30, tzinfo=UTC))
        '2 hours ago'
    """
    then = datetime.fromisoformat(iso)
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    seconds = max(0, int(((now or datetime.now(UTC)) - then).total_seconds()))
    if seconds < 60:
        return _("just now")
    if seconds < 3600:
        return ngettext("{n} minute ago", "{n} minutes ago", seconds // 60).format(n=seconds // 60)
    if seconds < 86400:
        return ngettext("{n} hour ago", "{n} hours ago", seconds // 3600).format(n=seconds // 3600)
    return ngettext("{n} day ago", "{n} days ago", seconds // 86400).format(n=seconds // 86400)
