"""How durations, moments, sizes and estimates are put into words. Knows no page and no store."""

from __future__ import annotations

import math
from datetime import UTC, datetime

from fmcore.records import Estimate
from pages.shared.words import _, ngettext


def number(value: float | None, digits: int = 3) -> str:
    """Return a figure with a fixed number of digits, or a dash where there is none.

    Example:
        >>> number(0.87449), number(None), number(12345.6, 0)
        ('0.874', '–', '12,346')
    """
    if value is None or not math.isfinite(value):
        return "–"
    return f"{value:,.{digits}f}"


def percent(share: float) -> str:
    """Return a share in whole percent; never "0 %" or "100 %" of what is neither.

    Example:
        >>> percent(0.824), percent(0.9991), percent(0.0004), percent(1.0)
        ('82\xa0%', 'over 99\xa0%', 'under 1\xa0%', '100\xa0%')
    """
    if 0 < share < 0.01:
        said = _("under 1 %")
    elif 0.99 < share < 1:
        said = _("over 99 %")
    else:
        said = _("{n} %").format(n=f"{share * 100:.0f}")
    return said.replace(" %", "\xa0%")  # a line does not end between a number and its sign


def short(value: float | str | None) -> str:
    """Return a setting or a rate as people write it: no trailing zeros, powers of ten where they are shorter.

    Example:
        >>> short(0.0001), short(32.0), short(0.06), short("linear"), short(None)
        ('1e-4', '32', '0.06', 'linear', '–')
    """
    if value is None:
        return "–"
    if isinstance(value, str | bool):
        return str(value)
    if value and abs(value) < 0.001:
        mantissa, exponent = f"{value:.3e}".split("e")
        return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"
    return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"


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


def rate(per_second: float | None) -> str:
    """Return a number per second: whole from ten on, with one digit below, where it would be lost.

    Example:
        >>> rate(126.4), rate(2.46), rate(None)
        ('126', '2.5', '–')
    """
    return number(per_second, 0 if per_second is None or per_second >= 9.95 else 1)


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


def megabytes(amount: float | None) -> str:
    """Return megabytes, or gigabytes from 1024 on.

    Example:
        >>> megabytes(312.4), megabytes(2048)
        ('312 MB', '2.0 GB')
    """
    if amount is None or not math.isfinite(amount):
        return "–"
    return f"{amount:,.0f} MB" if amount < 1024 else f"{amount / 1024:,.1f} GB"


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


def interval(estimate: Estimate) -> str:
    """Return the interval alone, or the reason why there is no value.

    Example:
        >>> interval(Estimate(0.5, 0.4, 0.6, 0.95, 100, "wilson"))
        '0.400 to 0.600'
    """
    if estimate.value is None:
        return no_value(estimate)
    if estimate.low is None or estimate.high is None:
        return _("no interval")
    return _("{low} to {high}").format(low=number(estimate.low), high=number(estimate.high))


def with_interval(estimate: Estimate) -> str:
    """Return value and interval as one text that sorts as the value does, or the reason why there is no value.

    Example:
        >>> with_interval(Estimate(0.5, 0.4, 0.6, 0.95, 100, "wilson"))
        '0.500 (0.400 to 0.600)'
    """
    return no_value(estimate) if estimate.value is None else f"{number(estimate.value)} ({interval(estimate)})"


def no_value(estimate: Estimate) -> str:
    """Return the sentence that stands where a number can't be computed."""
    return _("no value because: {reason}").format(reason=estimate.reason) if estimate.reason else _("no value")
