"""Documents of settings: JSON, with or without comments, TOML and INI, told as one list of leaves."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits
from scanner.pattern import pattern

JSON = (".json", ".jsonc", ".json5", ".ipynb", ".webmanifest", ".geojson", ".code-workspace", ".avsc")
TOML = (".toml", "/pipfile", "/poetry.lock", "/uv.lock", "/cargo.lock", "/pdm.lock")
INI = (
    ".ini", ".cfg", ".conf", ".properties", ".editorconfig", ".gitconfig", ".gitmodules", ".git/config", ".npmrc",
    ".pypirc", ".pylintrc", ".coveragerc", ".flake8", ".env",
)  # fmt: skip

BLANK = b" \t\r\n"
MARK = b"\xef\xbb\xbf"
_WIDE = (b"{\0", b"\0{", b"[\0", b"\0[", b"\xff\xfe", b"\xfe\xff", b"\0\0")
# What can follow: a key, the end, a comment; of a list any value. A row of a log or a section of INI is no list.
START = pattern(
    rb'\{\s*+(?:["}]|//|/\*)|\[\s*+(?:["\]{\[]|//|/\*|(?:-?\d[\d.eE+-]*+|true|false|null|NaN)'
    rb"\s*+(?:,|\][ \t]*+(?:\r?\n|\Z)))"
)
# A section on a line of its own before anything but comments, and a key with a value behind it.
_SECTION = pattern(
    rb"(?:\s*+[#;][^\n]*+\n)*+\s*+\[[^\]\r\n]{1,200}\][ \t]*+(?:[#;][^\n]*+)?\r?\n"
    rb"(?:\s*+[#;\[][^\n]*+\n)*+\s*+[\w.\"'-]{1,99}[ \t]*+[=:]"
)


def claims(head: bytes, path: str) -> bool:
    """The start of an object or a list, a section of INI with a key, or a name that such files have.

    YAML has a reader of its own, which lists what stands in braces as well.
    """
    if path.lower().endswith((".yaml", ".yml")):
        return False
    start = head.removeprefix(MARK)
    start = start.lstrip(BLANK)
    if start[:1] in (b"{", b"["):
        if START.match(start):
            return True
    elif start[:1] not in (b"#", b";") or b"[" not in start:
        return bool(start) and kind_of_name(path) != ""
    return _SECTION.match(start) is not None or kind_of_name(path) != ""


def kind_of_name(path: str) -> str:
    """Tell which notation a name speaks for: "json", "toml", "ini", or ""."""
    name = f"/{path.lower().replace('!', '/')}"
    if name.endswith(JSON):
        return "json"
    if name.endswith(TOML):
        return "toml"
    return "ini" if name.endswith(INI) or "/.env." in name else ""


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the leaves in parts and what parsers may read differently; `Malformed` where a name promised more."""
    from scanner.formats.document.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="document",
    spec="https://www.rfc-editor.org/rfc/rfc8259",
    claims=claims,
    read=read,
    opens=b"{[#;" + BLANK + b"\xef",
    named=(*(one.lstrip("/") for one in (*JSON, *TOML, *INI)), ".env."),
    reads="every value of JSON (with comments or trailing commas, too), TOML and INI up to 4 MB, with its pointer; "
    "keys given twice, what is no number, depth",
    leaves="values of larger documents, but for keys that lead a loader to code; JSON lines",
)
