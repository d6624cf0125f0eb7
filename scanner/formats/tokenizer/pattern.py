"""What a pattern of the library can match, told from its text: patterns of strangers are never run here.

The library takes Oniguruma's syntax (https://github.com/kkos/oniguruma/blob/master/doc/RE).
"""

import re

_TOKEN = re.compile(
    r"\\[pP]\{(?P<property>\^?[\w ]*)\}|\\x\{(?P<wide>[0-9A-Fa-f]{1,8})[^}]*\}|\\x(?P<hex>[0-9A-Fa-f]{1,2})"
    r"|\\u(?P<four>[0-9A-Fa-f]{4})|\\(?P<escape>.)|\[:(?P<posix>\^?\w+):\]|(?P<around>\(\?<?[=!])|(?P<flags>\(\?[\w-]*[:)>]?)"
    r"|\{[0-9,]*\}|(?P<plain>.)",
    re.DOTALL,
)
_LETTERLESS = re.compile(
    r"(?i)(?:n|p|s|z|c|m)[a-z]?|number|punct(?:uation)?|symbol|separator|other|mark|digit|space|cntrl|blank"
)
_CLASSES_WITHOUT = "sdWRbBAzZGKntrfvae0123456789"
"""Escapes that match no letter: white space, digits, what is no word, line ends, places, control characters."""
_CLASSES_WITH = "wSDhHNOX"

LONGEST = 100_000
DEPTH = 32
"""Longest pattern that is looked at, in characters, and its deepest nest of brackets; beyond, it matches letters."""


def matches_letters(pattern: str) -> bool:
    """Tell whether a regular expression can match a letter; what stands in look-arounds is not matched."""
    if len(pattern) > LONGEST:
        return True
    return any(item == "letters" or _is_letter(item) for item in _items(pattern))


def longest_word(text: str) -> int:
    """Count the longest run of letters of a text."""
    return max((len(run) for run in re.findall(r"[^\W\d_]+", text[:LONGEST])), default=0)


def longest_literal(pattern: str) -> int:
    """Count the longest run of letters that a regular expression spells out, look-arounds included."""
    longest = run = 0
    depth = 0
    for token in _TOKEN.finditer(pattern[:LONGEST]):
        plain = token["plain"] or ""
        depth += (plain == "[") - (plain == "]" and depth > 0)
        run = run + 1 if plain.isalpha() and not depth else 0
        longest = max(longest, run)
    return longest


def _is_letter(item: str) -> bool:
    return len(item) == 1 and item.isalpha()


def _items(pattern: str) -> list[str]:
    """List what a pattern matches: single characters, "letters" for a class with some, "" for anything else."""
    found: list[str] = []
    skipped: list[bool] = []
    at = 0
    while token := _TOKEN.match(pattern, at):
        at = token.end()
        if token["around"] or token["flags"] or token["plain"] == "(":
            if not (token["flags"] or "").endswith(")"):
                skipped.append(bool(token["around"]) or (bool(skipped) and skipped[-1]))
            continue
        if token["plain"] == ")" and skipped:
            skipped.pop()
            continue
        if token["plain"] == "[":
            item, at = _class(pattern, at)
        elif token["plain"] == ".":
            item = "letters"
        else:
            item = _one(token)
        if not (skipped and skipped[-1]):
            found.append(item)
    return found


def _one(token: re.Match[str]) -> str:
    if token["property"] is not None or token["posix"] is not None:
        name = token["property"] or token["posix"] or ""
        negated = name.startswith("^") is not token[0].startswith("\\P")
        return "letters" if (_LETTERLESS.fullmatch(name.lstrip("^")) is None) is not negated else ""
    code = token["wide"] or token["hex"] or token["four"]
    if code:
        return chr(int(code, 16)) if int(code, 16) < 0x110000 else ""  # noqa: PLR2004 - the end of Unicode
    escape = token["escape"]
    if escape:
        return "letters" if escape in _CLASSES_WITH else "" if escape in _CLASSES_WITHOUT else escape
    return token["plain"] or ""


def _class(pattern: str, at: int, depth: int = 0) -> tuple[str, int]:
    """Read a bracket expression from behind its bracket on; return what it matches and where it ends."""
    negated = pattern[at : at + 1] == "^"
    at += negated
    items: list[str] = []
    start = at
    ranged = False
    while token := _TOKEN.match(pattern, at):
        at = token.end()
        plain = token["plain"]
        if plain == "]" and token.start() > start:
            break
        if plain == "[":
            item, at = _class(pattern, at, depth + 1) if depth < DEPTH else ("letters", len(pattern))
        elif token["around"] or token["flags"]:
            item = ""
            at = token.start() + 1
        else:
            item = _one(token)
        if plain == "-" and items and not ranged:
            ranged = True
        elif ranged:
            items.append(_between(items[-1], item))
            ranged = False
        else:
            items.append(item)
    letters = [item for item in items if item == "letters" or _is_letter(item)]
    if negated:
        # All letters are excluded where a class of them is; single letters leave the others.
        return ("" if "letters" in letters else "letters"), at
    return ("letters" if letters else ""), at


def _between(low: str, high: str) -> str:
    """Tell whether a range of characters holds letters."""
    if len(low) != 1 or len(high) != 1:
        return "letters" if "letters" in (low, high) else ""
    first, last = ord(low), ord(high)
    return "letters" if any(chr(code).isalpha() for code in range(first, min(last, first + 3000) + 1)) else ""
