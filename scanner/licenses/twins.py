"""Licences of one family that differ by a clause: the clause tells them apart, whatever else a copy changed."""

BSD = frozenset(
    {
        "BSD-1-Clause", "BSD-2-Clause", "BSD-2-Clause-Views", "BSD-3-Clause", "BSD-3-Clause-Clear",
        "BSD-3-Clause-LBNL", "BSD-3-Clause-No-Nuclear-Warranty", "BSD-4-Clause", "BSD-4-Clause-UC", "BSD-Source-Code",
    }
)  # fmt: skip

FAMILIES = BSD | {"MIT-0"}
"""Licences of which a look at the clauses may make another."""

_OWN = {
    # What such a text says beside the clauses of its family.
    "BSD-2-Clause-Views": "views and conclusions contained",
    "BSD-3-Clause-Clear": "no express or implied licenses to any party",
    "BSD-3-Clause-LBNL": "under no obligation whatsoever to provide any bug fixes",
    "BSD-3-Clause-No-Nuclear-Warranty": "nuclear facility",
}


def family_member(license: str, text: str) -> str:  # noqa: A002 - the word of the field
    """Return which member of its family a text is, or the licence itself. `text` as `words.title_text` writes it."""
    if license == "MIT-0" and "shall be included in all copies" in text:
        return "MIT"
    if license not in BSD:
        return license
    binary = "in binary form" in text or "in bytecode form" in text
    endorse = "endorse or promote" in text or "used to endorse" in text or "used to promote" in text
    if "advertising materials mentioning" in text or "advertising material mentioning" in text:
        return "BSD-4-Clause-UC" if "developed by the university of california" in text else "BSD-4-Clause"
    own = next((name for name, words in _OWN.items() if words in text), "")
    if own:
        return own
    if endorse:
        return "BSD-3-Clause" if binary else "BSD-Source-Code"
    return "BSD-2-Clause" if binary else "BSD-1-Clause"
