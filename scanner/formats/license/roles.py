"""What a file is to licences: by its name, else by how its text begins."""

import re

_NAMES = (
    (
        "third-party",
        re.compile(
            r"third[ _-]?part(?:y|ies)|3rd[ _-]?party|\bthirdparty|(?:^|[._-])licen[cs]es(?:[._-]\w+)*$|^credits\b"
        ),
    ),
    ("policy", re.compile(r"(?:use|usage)[ _-]?policy|prohibited[ _-]?use|acceptable[ _-]?use|(?:^|[._-])aup\b")),
    ("notice", re.compile(r"^(?:[\w-]*[._-])?notices?(?:\.(?:txt|md|rst))?$")),
    (
        "license",
        re.compile(
            r"^(?:[\w.+-]*[._ -])?(?:un)?licen[cs]e(?:[._ -][\w.+ -]*)?$|^copying(?:[._ -][\w.]*)?$"
            r"|^copyright(?:\.\w+)?$|^eula\b|terms[ _-]of[ _-](?:use|service)"
        ),
    ),
)
_CODE = re.compile(
    r"\.(?:py|pyx|pxd|pyi|c|h|cc|cpp|cxx|hpp|cu|cuh|js|mjs|ts|tsx|jsx|java|kt|scala|go|rs|rb|pl|pm|php|cs|swift|m|mm|sh"
    r"|bash|ps1|lua|r|jl|f90|sql|css|scss|vue|svelte|proto|cmake|ipynb)$"
)
_DATA = re.compile(r"\.(?:json|jsonl|ya?ml|toml|ini|cfg|csv|tsv|lock|xml|svg|html?|jinja)$")

_TITLE = re.compile(
    r"(?im)^[ \t#*=>\"'/;-]{0,8}(?=[^\n]{4,160}$)([^\n]{0,120}?\b(?:licen[cs]e|terms of use|acceptable use policy"
    r"|prohibited use policy|(?:public domain|open font) dedication|open rail(?:\+\+)?-m|openrail-m"
    r"|attribution[\w -]*\d\.\d)\b[^\n]{0,60})$"
)
TITLES = 12
"""Lines at the beginning among which a title stands."""

TITLE = 200
"""Characters of a title that are kept."""


def role_of(path: str) -> str:
    """Return the role that a name tells: "license", "notice", "policy" or "third-party", "" for none."""
    name = re.split(r"[/!\\]", path)[-1].lower()
    if _CODE.search(name) or _DATA.search(name):
        return ""
    folder = path.lower().replace("\\", "/").rpartition("/")[0]
    found = next((role for role, pattern in _NAMES if pattern.search(name)), "")
    return found or ("license" if folder.endswith(("licenses", "licences")) else "")


def is_code(path: str) -> bool:
    """Say whether a name is one of source code."""
    return _CODE.search(path.lower()) is not None


def is_data(path: str) -> bool:
    """Say whether a name is one of a document of data, whose words are values."""
    return _DATA.search(path.lower()) is not None


def title_of(text: str) -> str:
    """Return the line that names a licence, at the beginning of a text; "" where there is none."""
    head = "\n".join(line for line in text.lstrip("\ufeff").split("\n")[: 3 * TITLES] if line.strip())
    found = _TITLE.search("\n".join(head.split("\n")[:TITLES]))
    if found is None:
        return ""
    line = found[1].strip(" \t#*=-_\"'`")
    words = re.findall(r"[^\W\d_]{4,}", line)
    if _SENTENCE.search(line) or 2 * sum(word[0].isupper() for word in words) < len(words):
        return ""
    return re.sub(r"[*_`]{2,}", "", line)[:TITLE]


_SENTENCE = re.compile(
    r"(?i)\b(?:under|begin|is|are|was|be|you|see|find|this (?:software|project|file|work)|copy of)\b"
)
