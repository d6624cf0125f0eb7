"""How bytes and strings of an artifact are shown: one printable line, escaped and cut."""

from scanner.limits import QUOTED_CHARACTERS


def printable(value: object, limit: int = QUOTED_CHARACTERS) -> str:
    """Show a value on one line: everything but printable ASCII and plain letters escaped, cut to `limit` characters.

    Control, bidirectional and invisible characters (Trojan Source, CVE-2021-42574) never reach a terminal.
    """
    text = value if isinstance(value, str) else ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    if len(text) <= limit and text.isprintable():
        return text
    shown = "".join(map(_escape, text[: limit + 1]))
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def _escape(character: str) -> str:
    if character.isprintable() and not 0xD800 <= ord(character) <= 0xDFFF:  # noqa: PLR2004 - UTF-16 surrogates
        return character
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
