"""Likely personal data: found where check digits are right, left alone where they are not, and never slow."""

from __future__ import annotations

import pytest

from fmcore.data.personal import find, is_card, is_iban


def kinds(text: str) -> list[str]:
    return [found.kind for found in find(text)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Write to anna.b+x@mail.example.co.uk, please", "email"),
        ("邮箱jo@example.org谢谢", "email"),
        ("see https://jo:secret@example.org/x", "url"),
        ("see https://example.org/users/jo", "url"),
        ("pay to DE89 3704 0044 0532 0130 00 today", "iban"),
        ("GB82WEST12345698765432", "iban"),
        ("card 4111 1111 1111 1111 exp", "card"),
        ("5555-5555-5555-4444", "card"),
        ("身份证11010519491231002X。", "identity"),
        ("SSN 123-45-6789", "identity"),
        ("from 192.168.17.4.", "ip"),
        ("from 2001:db8:85a3::8a2e:370:7334 today", "ip"),
        ("call +49 (30) 123 4567", "phone"),
        ("call (212) 555-0142", "phone"),
        ("ring 020 7946 0958", "phone"),
        ("电话13800138000谢谢", "phone"),
    ],
)
def test_each_kind_is_found_once(text: str, kind: str) -> None:
    assert kinds(text) == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "DE89 3704 0044 0532 0130 01",  # wrong check digits
        "4111 1111 1111 1112",
        "version 1.2.3.400 at 12:30:45",
        "127.0.0.1 and 999.1.1.1",
        "in 1999-2004, 3,000,000 of 12,500,000 people",
        "the score was 3-2, 10-9, 7-6",
        "jo@localhost and @jo and a@b",
        "ISBN 978-3-16-148410-0",
        "https://example.org/path?x=1",
        "order 123456789",
        "",
    ],
)
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert kinds(text) == []


def test_what_one_kind_took_no_other_kind_sees() -> None:
    assert kinds("IBAN DE89370400440532013000, card 4111111111111111, call 13800138000") == ["iban", "card", "phone"]


def test_a_find_is_shown_masked() -> None:
    assert find("jo.smith@example.org")[0].masked == "jo••••••••"


def test_check_digits() -> None:
    assert is_iban("NL91 ABNA 0417 1643 00") and not is_iban("NL91 ABNA 0417 1643 01") and not is_iban("ZZ91ABNA0417164300")
    assert is_card("378282246310005") is True and not is_card("0000 0000 0000 0000")


@pytest.mark.parametrize("piece", ["1", "a@", "1 ", "1-", "a.", ":", "1:", "https://", "A1", "DE89 ", "(", "+1 ", "0-", "ab@cd.ef "])
def test_a_long_hostile_text_comes_to_an_end(piece: str) -> None:
    find(piece * (200_000 // len(piece)))  # a pattern that backtracks without bound would still be at it tomorrow
