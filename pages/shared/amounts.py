"""How figures, sizes and estimates are put into words. Knows no page and no store."""

from __future__ import annotations

import math

from fmcore.records import Estimate
from pages.shared.words import _


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


def rate(per_second: float | None) -> str:
    """Return a number per second: whole from ten on, with one digit below, where it would be lost.

    Example:
        >>> rate(126.4), rate(2.46), rate(None)
        ('126', '2.5', '–')
    """
    return number(per_second, 0 if per_second is None or per_second >= 9.95 else 1)


def megabytes(amount: float | None) -> str:
    """Return megabytes, or gigabytes from 1024 on.

    Example:
        >>> megabytes(312.4), megabytes(2048)
        ('312 MB', '2.0 GB')
    """
    if amount is None or not math.isfinite(amount):
        return "–"
    return f"{amount:,.0f} MB" if amount < 1024 else f"{amount / 1024:,.1f} GB"


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
