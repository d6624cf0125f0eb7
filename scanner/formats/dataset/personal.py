"""Personal data in a text, by kind: what has a form of its own or a check digit."""

import re
from collections.abc import Iterator

from scanner.pattern import pattern

_MAIL = pattern(r"\b[A-Za-z0-9][\w.+-]{0,63}@((?:[A-Za-z0-9-]{1,63}\.){1,4}[A-Za-z]{2,24})\b")
_IBAN = pattern(r"\b[A-Z]{2}\d{2} ?(?:[A-Z0-9]{4} ?){2,7}[A-Z0-9]{1,4}\b")
_CARD = pattern(r"(?<![\d.-])(?:3[47]\d{2}|4\d{3}|5[1-5]\d{2}|6011)(?:[ -]?\d{4}){2}[ -]?\d{3,4}(?![\d.-])")
_PHONE = pattern(r"(?<![\w+])\+[1-9]\d{0,2}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{2,4}(?:[ .-]?\d{2,4}){2,4}(?!\d)")

_NOBODY = pattern(
    r"(?i)(?:^|\.)(?:example|test|invalid|localhost|domain|email|company|acme|your\w*)\.|\.(?:example|test|invalid|local)$"
)
"""Hosts of addresses that stand for nobody (RFC 2606 and the habits of those who write samples)."""

_IBAN_CHARACTERS = range(15, 35)


def personal(text: str) -> Iterator[str]:
    """Yield the kinds of personal data that a text holds, each once."""
    if "@" in text and any(not _NOBODY.search(found[1]) for found in _MAIL.finditer(text)):
        yield "e-mail"
    if any(_valid(found[0]) for found in _IBAN.finditer(text)):
        yield "iban"
    if any(_luhn(found) for found in _CARD.finditer(text)):
        yield "card-number"
    if "+" in text and _PHONE.search(text):
        yield "phone"


def _valid(text: str) -> bool:
    """Check an account number (ISO 13616: remainder 1 modulo 97 with the first four characters at the end)."""
    plain = text.replace(" ", "")
    if len(plain) not in _IBAN_CHARACTERS:
        return False
    return int("".join(str(int(one, 36)) for one in plain[4:] + plain[:4])) % 97 == 1


def _luhn(found: re.Match[str]) -> bool:
    """Check a card's number (ISO/IEC 7812, annex B). One digit repeated is no number of a card."""
    digits = [int(one) for one in found[0] if one.isdigit()]
    if len(set(digits)) < 4:  # noqa: PLR2004 - 4111 1111 1111 1111 and its like are samples
        return False
    doubled = (2 * one - 9 * (one > 4) for one in digits[-2::-2])  # noqa: PLR2004 - two digits are added
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
