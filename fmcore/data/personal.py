"""What in a text looks like personal data: patterns, with check digits where the kind has them. Likely, never certain; names of people
are not looked for.

Every repetition in a pattern is bounded, so that a hostile text takes no more time than its length.
Check digits: ISO 7064 mod 97-10 for IBAN (ISO 13616), Luhn (ISO/IEC 7812-1) for cards, ISO 7064 mod 11-2 for Chinese identity numbers (GB
11643).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass

KINDS = ("url", "email", "iban", "card", "identity", "ip", "phone")
"""In the order in which they are looked for; what one kind took, a later one does not see."""


@dataclass(frozen=True)
class Find:
    """One likely piece of personal data."""

    kind: str
    text: str

    @property
    def masked(self) -> str:
        """The first two characters and a hint of the length, for showing."""
        return self.text[:2] + "•" * min(len(self.text) - 2, 8)


def find(text: str) -> list[Find]:
    """Return what looks like personal data, kind by kind.

    Example:
        >>> [(f.kind, f.masked) for f in find("Write to jo@example.org or call +49 30 1234567.")]
        [('email', 'jo••••••••'), ('phone', '+4••••••••')]
    """
    if "@" not in text and "://" not in text and not _SOME_DIGITS.search(text) and text.count(":") < 3:
        return []
    found: list[Find] = []
    for kind in KINDS:
        for pattern, is_real in _PATTERNS[kind]:

            def take(match: re.Match[str], kind: str = kind, is_real: Callable[[str], bool] = is_real) -> str:
                if not is_real(match.group()):
                    return match.group()
                found.append(Find(kind, match.group().strip()))
                return "\n"

            text = pattern.sub(take, text)
    return found


def is_iban(text: str) -> bool:
    """Return whether the text begins with an IBAN of a known country with right check digits (spaces aside)."""
    compact = text.replace(" ", "").upper()
    length = _IBAN_LENGTHS.get(compact[:2])
    if length is None or len(compact) != length:
        return False
    return int("".join(str(int(c, 36)) for c in compact[4:] + compact[:4])) % 97 == 1


def is_card(text: str) -> bool:
    """Return whether the digits are a payment card's: a known first digit and length, and the Luhn sum."""
    digits = [int(c) for c in text if c.isdigit()]
    if len(digits) not in (14, 15, 16, 19) or digits[0] not in (3, 4, 5, 6) or len(set(digits)) < 2:
        return False
    doubled = [d if i % 2 == 0 else sum(divmod(2 * d, 10)) for i, d in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0


def is_chinese_identity(text: str) -> bool:
    """Return whether the 18 characters are a Chinese resident identity number."""
    weights = [pow(2, 17 - i, 11) for i in range(17)]
    rest = sum(w * int(c) for w, c in zip(weights, text, strict=False)) % 11
    return "10X98765432"[rest] == text[17].upper() and text[6:8] in ("18", "19", "20")


def is_ip(text: str) -> bool:
    """Return whether the text is an address of one machine, not of the own one."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return not (address.is_loopback or address.is_unspecified)


def _has_digits(least: int, most: int) -> Callable[[str], bool]:
    return lambda text: least <= sum(c.isdigit() for c in text) <= most


def _always(text: str) -> bool:
    return True


_SOME_DIGITS = re.compile(r"\d(?:[ .\-/()]{0,2}[0-9A-Z]){5}", re.ASCII)
_PATTERNS: dict[str, list[tuple[re.Pattern[str], Callable[[str], bool]]]] = {
    "email": [(re.compile(r"(?<![\w.%+-])[\w.%+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w-])", re.ASCII), _always)],
    "url": [
        (re.compile(r"https?://[^\s/@:]{1,64}(?::[^\s/@]{0,64})?@[\w.-]{1,255}", re.ASCII), _always),
        (re.compile(r"https?://[\w.-]{1,255}/(?:~|@|(?:u|in|user|users|profile|people)/)[\w.-]{2,64}", re.ASCII), _always),
    ],
    "iban": [],
    "card": [(re.compile(r"(?<![\d.,])\d(?:[ -]?\d){12,18}(?!\d)", re.ASCII), is_card)],
    "identity": [
        (re.compile(r"(?<!\d)[1-9]\d{16}[\dXx](?!\w)", re.ASCII), is_chinese_identity),
        (re.compile(r"(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])", re.ASCII), _always),
    ],
    "ip": [
        (re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\d|\.\d)", re.ASCII), is_ip),
        (re.compile(r"(?<![\w:])(?:[0-9a-fA-F]{0,4}:){3,7}[0-9a-fA-F]{1,4}(?![\w:])", re.ASCII), is_ip),
    ],
    "phone": [
        (re.compile(r"(?<![\w+])(?<!\d )(?:\+|00)[1-9]\d{0,3}(?:[ .\-/()]{0,2}\d{1,4}){2,6}(?!\w)", re.ASCII), _has_digits(8, 15)),
        (re.compile(r"(?<![\w-])(?:1[ .-])?(?:\([2-9]\d\d\) ?|[2-9]\d\d[.-])[2-9]\d\d[.-]\d{4}(?![\w-])", re.ASCII), _always),
        (re.compile(r"(?<![\w.,+/-])(?<!\d )\(?0\d{2,4}\)?[ /-]\d{3,4}[ -]?\d{2,5}(?!\w)", re.ASCII), _has_digits(9, 12)),
        (re.compile(r"(?<![0-9A-Za-z])1[3-9]\d{9}(?![0-9A-Za-z])", re.ASCII), _always),
    ],
}
_IBAN_LENGTHS = dict(
    AD=24, AE=23, AT=20, BA=20, BE=16, BG=22, BH=22, BR=29, CH=21, CY=28, CZ=24, DE=22, DK=18, EE=20, ES=24, FI=18,
    FR=27, GB=22, GE=22, GI=23, GR=27, HR=21, HU=28, IE=22, IL=23, IS=26, IT=27, JO=30, KW=30, KZ=20, LB=28, LI=21,
    LT=20, LU=20, LV=21, MC=27, MD=24, ME=22, MK=19, MT=31, NL=18, NO=15, PK=24, PL=28, PT=25, QA=29, RO=24, RS=22,
    SA=24, SE=24, SI=19, SK=24, SM=27, TN=24, TR=26, UA=29, XK=20,
)  # fmt: skip
_BY_COUNTRY = "|".join(rf"{country}\d\d(?: ?[0-9A-Z]){{{length - 4}}}" for country, length in _IBAN_LENGTHS.items())
_PATTERNS["iban"] = [(re.compile(rf"(?<![0-9A-Za-z])(?:{_BY_COUNTRY})(?![0-9A-Za-z])", re.ASCII), is_iban)]
