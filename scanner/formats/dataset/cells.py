"""What one text of a table holds that a training text has no use for. Patterns that run in linear time."""

import re

from scanner.pattern import pattern
from scanner.prose.unseen import REGION_FLAG

TAGS = pattern("[\U000e0020-\U000e007e]")

HIDDEN: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("variation-selectors", pattern("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{4}")),
    ("bidi-override", pattern("[\u202d\u202e]")),
    ("zero-width-run", pattern("[\u200b-\u200d\u2060-\u2064\ufeff]{4}")),
)

SPOKEN: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "idiom",
        pattern(
            r"(?i)\b(?:ignore|disregard|forget) (?:all |any )?(?:of )?(?:the |your |my )?"
            r"(?:previous|prior|above|earlier|preceding) (?:instructions?|prompts?|rules|directions|messages)\b"
            r"|\bdo not (?:tell|inform|reveal|mention)(?: this| it| anything)? to (?:the|any) (?:user|human|operator)"
            r"|\bdo not (?:tell|inform) (?:the|any) (?:user|human|operator)s?\b"
            r"|\byou are now (?:dan\b|in developer mode|unrestricted|jailbroken)"
            r"|<(?:important|system_override|admin_override)>"
        ),
    ),
    (
        "code",
        pattern(
            r"(?i)\b(?:curl|wget)\s[^|;\n]{0,200}\|\s*(?:sudo\s+)?(?:ba|z|da)?sh\b|/dev/tcp/\d|\bpowershell(?:\.exe)?\b[^\n]{0,80}\s-e(?:nc|c)?\s"
            r"|\bos\.(?:system|popen)\s*\(|\bsubprocess\.(?:run|call|Popen|check_output|check_call)\s*\("
            r"|\bexec\s*\(\s*(?:base64|zlib|marshal|requests|urllib)"
        ),
    ),
)  # fmt: skip

FORMULA = pattern(
    r"(?i)\A[\t\r ]*[=+@-][^\n]{0,200}?(?:\bcmd\s*\||\bDDE(?:AUTO)?\s*\(|\b(?:HYPERLINK|WEBSERVICE|IMPORTXML|IMPORTDATA"
    r"|IMPORTFEED|IMPORTHTML|IMPORTRANGE|FILTERXML|EXEC|REGISTER|CALL)\s*\(|\bmsexcel\s*\|"
    r"|\b(?:rundll32|mshta|powershell)\b[^\n]{0,40}[|!])"
)
"""A cell that a spreadsheet runs or fetches (OWASP, CSV injection)."""

HOST = pattern(r"(?i)\bhttps?://(?:[^\s/@\"'<>]{0,80}@)?([a-z0-9.-]{4,120})")
LINK = "://"


def kinds(text: str) -> list[tuple[str, int]]:
    """Name what a text holds, each kind once, with the offset of the first."""
    found: list[tuple[str, int]] = []
    if not text.isascii():
        plain = REGION_FLAG.sub("", text)
        tag = TAGS.search(plain)
        if tag is not None:
            found.append(("tag-characters", max(0, text.find(tag[0]))))
        found += [(kind, one.start()) for kind, shape in HIDDEN for one in [shape.search(text)] if one is not None]
    found += [(kind, one.start()) for kind, shape in SPOKEN for one in [shape.search(text)] if one is not None]
    return found


def spelled(text: str) -> str:
    """Return what the tag characters of a text spell."""
    return "".join(chr(ord(one) - 0xE0000) for one in TAGS.findall(REGION_FLAG.sub("", text)))[:200]
