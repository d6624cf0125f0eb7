"""Front matter: the document of settings that a text opens with, between two lines of dashes."""

import re

_MARK = re.compile(r"\ufeff?\s{0,8}---[ \t]*\n")
_CLOSE = re.compile(r"(?m)^(?:---|\.\.\.)[ \t]*$")
_KEY = re.compile(r"(?m)^([A-Za-z][\w-]{0,60}:[ \t]+)(\S[^\n]*(?:\n[ \t]+[^\n]+)*)$")
_NEEDS = re.compile(r":\s|[ \t]#|:\Z|\A[*&!@`%]|\A-[ \t]")
_PLAIN = re.compile(r"\A(?:[\"'\[{]|[|>][+-]?\d?[+-]?[ \t]*(?:\n|\Z|#))")
_BROKEN = re.compile(r"\A(?:\[[^\[\]\n]*\]|\{[^{}\n]*\}|\"[^\"\n]*\"|'[^'\n]*')[ \t]*[^\s#,\]}]")


def front_matter(text: str) -> str:
    """Return the front matter without its marks, "" where a text opens with none."""
    start = _MARK.match(text)
    end = _CLOSE.search(text, start.end()) if start else None
    if start is None or end is None:
        return ""
    front = text[start.end() : end.start()]
    return front if ":" in front else ""


def lenient(front: str) -> str:
    """Put in quotes what only a lenient reader takes: `globs: *.py`, `argument-hint: [a] [b]`, `description: Use: it`.

    The readers of agents do, and one of them would otherwise see keys that we do not.
    """
    return _KEY.sub(_quote, front)


def _quote(found: re.Match[str]) -> str:
    value = found[2].strip()
    if not _BROKEN.match(value) and (_PLAIN.match(value) or not _NEEDS.search(value)):
        return found[0]
    quoted = value.replace("'", "''")
    return f"{found[1]}'{quoted}'"
