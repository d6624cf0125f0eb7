"""Which licence a name, a tag, a link or a title means, in the many ways that people write them.

The order of trust is text, link, name, tag: a text is what binds, a tag is chosen from a list in a hurry.
"""

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache

from scanner.licenses import knowledge

SAYS_NOTHING = frozenset({"unknown", "other", "noassertion", "none", "custom", "proprietary", "see license in license"})
"""Values that name no licence, lower case."""

DEPRECATED = {
    "AGPL-1.0": "AGPL-1.0-only", "AGPL-3.0": "AGPL-3.0-only", "AGPL-3.0+": "AGPL-3.0-or-later",
    "GPL-1.0": "GPL-1.0-only", "GPL-1.0+": "GPL-1.0-or-later", "GPL-2.0": "GPL-2.0-only",
    "GPL-2.0+": "GPL-2.0-or-later", "GPL-3.0": "GPL-3.0-only", "GPL-3.0+": "GPL-3.0-or-later",
    "LGPL-2.0": "LGPL-2.0-only", "LGPL-2.0+": "LGPL-2.0-or-later", "LGPL-2.1": "LGPL-2.1-only",
    "LGPL-2.1+": "LGPL-2.1-or-later", "LGPL-3.0": "LGPL-3.0-only", "LGPL-3.0+": "LGPL-3.0-or-later",
    "GFDL-1.1": "GFDL-1.1-only", "GFDL-1.2": "GFDL-1.2-only", "GFDL-1.3": "GFDL-1.3-only",
}  # fmt: skip
"""Ids that the SPDX list has replaced. Whether later versions are meant they do not say."""

_TOKEN = re.compile(r"[a-z0-9]+(?:\.\d+)*|\+\+?(?=\s|$|-)")
_LEFT_OUT = frozenset(
    {
        "the", "a", "license", "licence", "licenses", "licensing", "agreement", "version", "international", "unported",
        "generic", "universal", "software", "public",
    }
)  # fmt: skip
_VERSION = re.compile(r"(?<![a-z])v(?:er(?:sion)?)?\.?\s?(?=\d)|(?<=pl)v(?=\d)")
_ENDING = re.compile(r"(?<=\d)\.0(?![.\d])")
_LINK = re.compile(r"^(?:git\+)?https?://(?:www\.)?", re.IGNORECASE)
_LISTED = re.compile(
    r"^(?:spdx\.org/licenses|opensource\.org/licenses?|choosealicense\.com/licenses)/([\w.+-]+?)(?:\.html|\.php|\.txt|-license)?$"
)
_COMMONS = re.compile(r"^creativecommons\.org/(?:licenses/(by[a-z-]*)|(?:publicdomain/(zero)))/(\d\.\d)")
_GNU = re.compile(r"^gnu\.org/(?:licenses/(?:old-licenses/)?|copyleft/)(a?gpl|lgpl|fdl)(?:-(\d\.\d))?")


def name_key(name: str) -> str:
    """Write a name as names are compared: lower case, without punctuation and the words that say "licence"."""
    text = _ENDING.sub("", _VERSION.sub(" ", name.lower().replace("_", "-")))
    return "".join(word for word in _TOKEN.findall(text) if word not in _LEFT_OUT).replace(".", "")


def title_key(title: str) -> str:
    """Write a title as titles are compared; see `words.title_text`."""
    from scanner.licenses.words import title_text

    return title_text(title).strip()


def by_tag(tag: str) -> knowledge.License | None:
    """Return the licence that a tag of the hub means."""
    return _tags().get(tag.strip().lower())


def by_id(name: str) -> str:
    """Return the id as the SPDX list writes it, deprecated ones replaced; "" for what is no id of a known licence."""
    return _ids().get(name.strip().lower(), "")


def by_name(name: str) -> knowledge.License | None:
    """Return the licence of a name as people write it: an id, a tag, or what an entry lists as its names."""
    found = by_id(name)
    if found:
        return knowledge.get(found)
    return by_tag(name) or _names().get(name_key(name))


def by_link(link: str) -> knowledge.License | None:
    """Return the licence that a link leads to; one that is not known says nothing."""
    bare = re.split(r"[?#]", _LINK.sub("", link.strip()), maxsplit=1)[0].rstrip("/").lower()
    listed = _LISTED.match(bare)
    if listed:
        return by_name(listed[1])
    commons = _COMMONS.match(bare)
    if commons:
        return by_name(f"CC-{commons[1]}-{commons[3]}" if commons[1] else f"CC0-{commons[3]}")
    gnu = _GNU.match(bare)
    if gnu:
        return by_name(f"{gnu[1].replace('fdl', 'gfdl')}-{gnu[2]}" if gnu[2] else gnu[1].replace("fdl", "gfdl"))
    exact, patterns = _links()
    if bare in exact:
        return exact[bare]
    bare = bare.replace("/resolve/", "/blob/").replace("/raw/", "/blob/")
    return exact.get(bare) or next((known for one, known in patterns if fnmatchcase(bare, one)), None)


def by_title(text: str) -> knowledge.License | None:
    """Return the licence whose title opens a text: the longest of those in it, None where two are as long."""
    from scanner.licenses.words import title_text

    found: dict[str, int] = {}
    folded = title_text(text)
    for title, known in _titles().items():
        if f" {title} " in folded:
            found[known.id] = max(found.get(known.id, 0), len(title))
    best = max(found.values(), default=0)
    longest = [name for name, length in found.items() if length == best]
    return knowledge.get(longest[0]) if len(longest) == 1 else None


@cache
def _tags() -> Mapping[str, knowledge.License]:
    return {tag: known for known in knowledge.load().values() for tag in known.hf}


@cache
def _ids() -> Mapping[str, str]:
    known = {name.lower(): name for name in knowledge.load()}
    known |= {old.lower(): new for old, new in DEPRECATED.items() if new in knowledge.load()}
    return known | {name.removeprefix("licenseref-"): full for name, full in known.items()}


@cache
def _names() -> Mapping[str, knowledge.License]:
    found: dict[str, knowledge.License] = {}
    for known in knowledge.load().values():
        for name in (known.name, *known.names, known.id.removeprefix("LicenseRef-"), *known.hf):
            found.setdefault(name_key(name), known)
    return found


@cache
def _titles() -> Mapping[str, knowledge.License]:
    return {title_key(title): known for known in knowledge.load().values() for title in known.titles}


@cache
def _links() -> tuple[Mapping[str, knowledge.License], tuple[tuple[str, knowledge.License], ...]]:
    pairs = [(link.lower(), known) for known in knowledge.load().values() for link in known.links]
    return {link: known for link, known in pairs if "*" not in link}, tuple(pair for pair in pairs if "*" in pair[0])
