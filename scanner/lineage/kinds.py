"""Licences by what they ask for: which of two allows more, and which ids mean one licence."""

import re

from scanner.licenses import knowledge
from scanner.licenses.knowledge import License

FREEDOM = {
    "public-domain": 0,
    "permissive": 1,
    "data": 1,
    "weak-copyleft": 2,
    "copyleft": 3,
    "share-alike": 3,
    "rail": 4,
    "community": 4,
    "source-available": 4,
    "no-derivatives": 5,
    "research": 5,
    "noncommercial": 5,
}
"""Kinds by what they keep from their users; "unknown" has no place among them."""

ENDS = ("-only", "-or-later")


def term(name: str) -> License | None:
    """Return what is known of a licence, None where its terms are not."""
    return knowledge.get(name) if name else None


def kind_of(name: str) -> str:
    """Return the kind of a licence, "" where it is not known."""
    known = term(name)
    return known.kind if known is not None and known.kind != "unknown" else ""


def same(left: str, right: str) -> bool:
    """Say whether two ids mean one licence: "GPL-3.0-only" and "GPL-3.0-or-later" share their text."""
    return _stem(left) == _stem(right)


def _stem(name: str) -> str:
    for end in ENDS:
        name = name.removesuffix(end)
    return name.lower()


def looser(left: str, right: str) -> bool | None:
    """Say whether a licence of kind `left` allows more than one of kind `right`; None where either is not known."""
    if left not in FREEDOM or right not in FREEDOM:
        return None
    return FREEDOM[left] < FREEDOM[right]


def strictest(names: list[str]) -> str:
    """Return the licence that keeps most from its users, the first of equals; "" of none."""
    return max(names, key=lambda one: FREEDOM.get(kind_of(one), -1), default="")


def family(name: str) -> str:
    """Return an id without its version: "LicenseRef-llama" of Llama 3 and Llama 3.1."""
    return _VERSION.sub("", name).lower()


def passes_to(name: str, other: str) -> bool:
    """Say whether a licence that asks for itself lets another take its place, as its own words have it.

    Share-alike licences of Creative Commons name later versions of themselves (3.0, section 4(b); 4.0, section 3(b)),
    and CC BY-SA 4.0 the GPL 3.0; "or later" of the GNU licences is what it says; the Lesser GPL lets the GPL of the
    same or a later version take its place (2.1, section 3; 3.0, section 4), and GPL and AGPL 3.0 allow works of both
    (section 13). MPL 2.0 (section 1.12) names GPL 2.0, LGPL 2.1, AGPL 3.0 and later ones, EUPL 1.2 some in its
    appendix.
    """
    one, two = _parts(name), _parts(other)
    if one is None or two is None:
        return False
    (left, low, later), (right, high, _) = one, two
    if left == right:
        return high == low or (high > low and (later or left.startswith("cc-by")))
    if left == "lgpl":
        return right == "gpl" and high >= (2.0 if low <= 2.1 else low)  # noqa: PLR2004 - versions of it
    if (left, right) in {("gpl", "agpl"), ("agpl", "gpl")}:
        return low == high == 3.0  # noqa: PLR2004 - both have section 13 for it
    return high >= _NAMED.get((f"{left}-{low}", right), 99.0)


_VERSION = re.compile(r"[-. ]?\d[\d.]*(?:-(?:only|or-later))?$")
_ID = re.compile(r"(cc-by(?:-nc)?-sa|a?gpl|lgpl|mpl|eupl)-(\d\.\d)(-or-later|-only)?")
_NAMED = {
    ("cc-by-sa-4.0", "gpl"): 3.0, ("mpl-2.0", "gpl"): 2.0, ("mpl-2.0", "lgpl"): 2.1, ("mpl-2.0", "agpl"): 3.0,
    ("eupl-1.2", "gpl"): 2.0, ("eupl-1.2", "agpl"): 3.0, ("eupl-1.2", "lgpl"): 2.1, ("eupl-1.2", "mpl"): 2.0,
}  # fmt: skip
"""Other licences that some name, from which version on."""


def _parts(name: str) -> tuple[str, float, bool] | None:
    found = _ID.fullmatch(name.lower())
    return None if found is None else (found[1], float(found[2]), found[3] == "-or-later")
