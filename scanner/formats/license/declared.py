"""What a file says of its own licence: SPDX lines, headers of the GNU licences, "is licensed under ..."."""

import re
from collections.abc import Iterator

from scanner.artifact import Location
from scanner.facts.license import LicenseDeclared
from scanner.licenses import expressions, knowledge, names

SHOWN = 200
"""Characters of a statement that are kept."""

STATED = 8
"""Different statements of one file that are told."""

_SPDX = re.compile(r"SPDX-License-Identifier:[ \t]*([^\n\r]{1,300})")
_SPDX_END = re.compile(r"(?:\*/|-->|\*\)|#}|%>|\"|'|`|\\n|</|<br)[\s\S]*$")
_GAP = r"[\s#*/;%-]+"
"""What parts words in comments of several lines."""

_GNU = re.compile(
    rf"(?i)under{_GAP}the{_GAP}terms{_GAP}of{_GAP}(?:version{_GAP}(?P<before>\d(?:\.\d)?){_GAP}of{_GAP})?the{_GAP}gnu{_GAP}"
    r"(?P<which>affero|lesser|library)?[\s#*/;%-]*general"
    rf"{_GAP}public{_GAP}licen[cs]e(?P<rest>[^.]{{0,300}}(?:\.\d[^.]{{0,200}})?)"
)
_VERSION = re.compile(r"(?i)version[\s#*/;%-]+(\d(?:\.\d)?)")
_LATER = re.compile(r"(?i)any[\s#*/;%-]+later[\s#*/;%-]+version|or[\s#*/;%-]+later")
_FAMILY = {"affero": "AGPL", "lesser": "LGPL", "library": "LGPL", "": "GPL"}
_UNDER = re.compile(
    r"(?i)\blicensed[ \t]+under[ \t]+(?:the[ \t]+)?(?:terms[ \t]+of[ \t]+)?(?:the[ \t]+)?"
    r"(?P<name>[A-Za-z][^\n\r,;:()\[\]<>]{2,80})"
)
_NAME_END = re.compile(
    r"(?i)\s+(?:found|as|which|see|and|or|with|in|you|except|unless|copyright|available|terms)\b.*$"
    r"|\.(?:\s.*)?$|[\"'*`_]+.*$"
)


def declared(path: str, text: str, *, code: bool, prose: bool) -> Iterator[LicenseDeclared]:
    """Yield what a text states, each expression once; of prose the SPDX lines: its sentences speak of others too."""
    seen: set[str] = set()
    for source, value, read, at in _stated(text, prose=prose):
        if (read.text or read.unknown) and f"{source} {read.text or value}" not in seen and len(seen) < STATED:
            seen.add(f"{source} {read.text or value}")
            yield LicenseDeclared(
                where=Location(path=path, line=text.count("\n", 0, at) + 1), source=source, value=value[:SHOWN],
                expression=read.text, licenses=read.licenses, kinds=tuple(map(_kind, read.licenses)),
                unknown=read.unknown, relation=read.relation, code=code,
            )  # fmt: skip


def _kind(name: str) -> str:
    known = knowledge.get(name)
    return known.kind if known is not None else ""


def _stated(text: str, *, prose: bool) -> Iterator[tuple[str, str, expressions.Expression, int]]:
    for found in _SPDX.finditer(text):
        value = _SPDX_END.sub("", found[1]).strip()
        if value:
            yield "spdx-line", value, expressions.read(value), found.start()
    if prose:
        return
    for found in _GNU.finditer(text):
        value = " ".join(re.sub(r"[\s#*/;%]+", " ", found[0]).split())
        yield "header", value, expressions.read(_gnu(found)), found.start()
    for found in _UNDER.finditer(text):
        name = _NAME_END.sub("", found["name"]).strip()
        known = names.by_name(name)
        if known is not None and not known.judged_as:
            yield "notice", " ".join(found[0].split()), expressions.read(known.id), found.start()


def _gnu(found: re.Match[str]) -> str:
    """Write what a header of the GNU licences says as an id; without a version it is the family."""
    family = _FAMILY[(found["which"] or "").lower()]
    version = found["before"] or next(iter(_VERSION.findall(found["rest"])), "")
    if not version:
        return family
    full = version if "." in version else f"{version}.0"
    return f"{family}-{full}-{'or-later' if _LATER.search(found['rest']) else 'only'}"
