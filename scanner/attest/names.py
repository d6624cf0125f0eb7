"""Names of signed files: relative, `/` between parts, one spelling only; and what two systems may take for one."""

import unicodedata
from collections.abc import Iterable

from scanner.attest.errors import AttestError, Code
from scanner.text import printable

DRIVE = 2
"""Length of a drive letter with its colon: such a name is absolute on Windows."""


def check(name: str, what: str = "resource") -> None:
    """Refuse a name that is not the canonical one of a file below the model (OMS v1.0 §5). Raises `AttestError`."""
    if found := _fault(name):
        code, reason = found
        raise AttestError(code, f"{what} {printable(name)!r} {reason}")


def _fault(name: str) -> tuple[Code, str] | None:
    parts = name.split("/")
    drive = name[1:DRIVE] == ":" and name[:1].isalpha() and name[DRIVE : DRIVE + 1] == "/"
    faults = (
        (not name, Code.PATH_EMPTY, "is no name"),
        ("\0" in name, Code.PATH_CONTROL, "has a byte that no name has"),
        (not name.isascii() and any("\ud800" <= one <= "\udfff" for one in name), Code.PATH_ENCODING, "is not UTF-8"),
        ("\\" in name, Code.PATH_BACKSLASH, "has a backslash, which some systems take for a separator"),
        (name.startswith("/") or drive, Code.PATH_ABSOLUTE, "is absolute"),
        (".." in parts, Code.PATH_PARENT, "leads out of the model"),
        ("." in parts, Code.PATH_DOT, "has a part that means nothing"),
        ("" in parts, Code.PATH_DOUBLE_SLASH, "has an empty part"),
    )
    return next(((code, reason) for wrong, code, reason in faults if wrong), None)


def check_distinct(names: Iterable[str]) -> None:
    """Refuse a name given twice, and two that a system without letter case takes for one. Raises `AttestError`."""
    seen: set[str] = set()
    folded: dict[str, str] = {}
    for name in names:
        if name in seen:
            raise AttestError(Code.RESOURCE_REPEATED, f"resource {printable(name)!r} is listed twice")
        seen.add(name)
        key = name.casefold() if name.isascii() else unicodedata.normalize("NFC", name).casefold()
        if folded.setdefault(key, name) != name:
            reason = f"resources {printable(folded[key])!r} and {printable(name)!r} are one file on some systems"
            raise AttestError(Code.RESOURCE_TWINS, reason)
