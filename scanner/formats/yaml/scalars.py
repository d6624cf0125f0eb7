"""Plain scalars as PyYAML's `SafeLoader` resolves them (YAML 1.1): a word may be true, a number or null."""

from typing import Final

from scanner.limits import LEAF_CHARACTERS
from scanner.pattern import pattern

_WORDS: Final = {
    **{word: ("b", "true") for one in ("yes", "true", "on") for word in (one, one.title(), one.upper())},
    **{word: ("b", "false") for one in ("no", "false", "off") for word in (one, one.title(), one.upper())},
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), ("0", "")),
}
_NUMBERS: Final = frozenset("-+.0123456789")
_INT: Final = pattern(r"[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|0[0-7_]+|0|[1-9][0-9_]*(?P<sixty>(?::[0-5]?[0-9])+)?)")
_FLOAT: Final = pattern(
    r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|[0-9][0-9_]*(?P<sixty>(?::[0-5]?[0-9])+)\.[0-9_]*"
    r"|\.(?:inf|Inf|INF))|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|\.(?:nan|NaN|NAN)"
)
_LONGEST: Final = 1000
_TAG: Final = "tag:yaml.org,2002:"
_RESOLVED: Final = frozenset(("int", "float", "bool", "null"))


def scalar(text: str, tag: str | None) -> tuple[str, str]:
    """Return kind and value, as `Settings` has them, of a scalar without quotes or with a tag.

    Numbers are written in decimal: 0x1F and 037 and 0:31 are all 31.
    """
    if tag is not None and tag != "!" and tag.removeprefix(_TAG) not in _RESOLVED:
        return "t", text[:LEAF_CHARACTERS]
    if text[:1] in _NUMBERS:
        return _number(text)
    return _WORDS.get(text) or ("t", text[:LEAF_CHARACTERS])


def _number(text: str) -> tuple[str, str]:
    if text.isdigit() and text[0] != "0" and len(text) <= _LONGEST and text.isascii():
        return "n", text
    cut = text[:LEAF_CHARACTERS]
    if found := _INT.fullmatch(text):
        return ("n", str(_integer(text.replace("_", ""), found["sixty"]))) if len(text) <= _LONGEST else ("n", cut)
    if found := _FLOAT.fullmatch(text):
        return ("n", _real(text.replace("_", "").lower(), found["sixty"])) if len(text) <= _LONGEST else ("n", cut)
    return "t", cut


def _integer(text: str, sixty: str | None) -> int | str:
    sign = -1 if text[0] == "-" else 1
    digits = text.lstrip("+-")
    try:
        if sixty:
            total = 0
            for part in digits.split(":"):
                total = total * 60 + int(part)
            return sign * total
        if digits[:2] == "0b":
            return sign * int(digits, 2)
        if digits[:2] == "0x":
            return sign * int(digits, 16)
        return sign * int(digits, 8 if digits[0] == "0" and len(digits) > 1 else 10)
    except ValueError:
        return text


def _real(text: str, sixty: str | None) -> str:
    sign = -1.0 if text[0] == "-" else 1.0
    digits = text.lstrip("+-")
    if digits in (".inf", ".nan"):
        return "NaN" if digits == ".nan" else "Infinity" if sign > 0 else "-Infinity"
    try:
        if sixty:
            total = 0.0
            for part in digits.split(":"):
                total = total * 60 + float(part)
            return str(sign * total)
        return str(sign * float(digits))
    except (ValueError, OverflowError):
        return text
