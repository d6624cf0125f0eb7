"""From the bytes of a text to facts about licences."""

import codecs
import re
from collections.abc import Iterator

from scanner.artifact import Artifact, Location
from scanner.facts import Fact, LimitReached
from scanner.facts.license import LicenseText, NoticeText
from scanner.formats.license.declared import declared
from scanner.formats.license.roles import is_code, is_data, role_of, title_of
from scanner.licenses import knowledge, names
from scanner.licenses.statements import statements
from scanner.licenses.texts import Match, matches
from scanner.limits import LICENSE_NBYTES, Limits

HEADER = 32 << 10
"""Characters at the beginning of a text that is no licence by name in which one is looked for."""

MOSTLY = 0.5
"""Share of a text from which a licence in it is what the text is."""

FEWEST = 60
"""Words of a licence file below which it refers to a licence and is none."""

BEFORE = 200
"""Characters around the beginning of one licence among several in which its title stands."""

MOST = 400
"""Licences of one file that are told, each once."""

_WORD = re.compile(r"\w+")
_CONTROL = re.compile(r"[\0-\x08\x0e-\x1a]")
_TERMS = re.compile(
    r"Permission (?:is hereby granted|to use, copy)|Redistribution\s+and\s+use\s+in\s+source"
    r"|(?i:general\s+public\s+licen[cs]e\s+.{0,20}version|apache license\s+version|licen[cs]e agreement)"
    r"|(?i:community licen[cs]e|terms of use|creative commons|open ?rail|research licen[cs]e)"
)
# Words that a contract has and prose about it has not.
_CONTRACT = re.compile(
    r"(?i)\b(?:licensor|licensee|sublicens\w+|hereby grants?|as is|warrant(?:y|ies)|liab(?:le|ility)"
    r"|terminat(?:es?|ion)|royalty-free|derivative works?|redistribut\w+|non-exclusive)\b"
)
CONTRACT = 4
"""Different words of a contract from which a text that is no known licence is one all the same."""


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:  # noqa: ARG001 - the bound of a text is its own
    """Yield all facts of a text; see `Format.read`."""
    role = role_of(artifact.path)
    with artifact.open() as stream:
        raw = stream.read(LICENSE_NBYTES)
    if role not in {"", "third-party"} and artifact.size > LICENSE_NBYTES:
        yield LimitReached(where=artifact.at(), limit="licence text", bound=LICENSE_NBYTES, unit="bytes")
    text = _decoded(raw)
    if _CONTROL.search(text[:HEADER]):
        return  # a picture, a printed document: no text
    code = is_code(artifact.path)
    found = list(_texts(artifact, text, role, code=code))
    yield from found
    if not found:
        prose = not role and not code
        stated = list(declared(artifact.path, text if role else text[:HEADER], code=code, prose=prose))
        yield from stated
        if not prose and not code:
            yield from _unknown(artifact, text, role, referred=bool(stated))
    said = statements(text) if not code and not is_data(artifact.path) else ()
    if said or role == "notice":
        yield NoticeText(where=artifact.at(), statements=said, words=len(_WORD.findall(text)))


def _decoded(raw: bytes) -> str:
    """Decode a text: UTF-16 by its mark, else UTF-8, else the Latin letters of old files."""
    if raw[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        return raw.decode("utf-16", "replace").replace("\r\n", "\n")
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        if error.start >= len(raw) - 4:
            return raw[: error.start].decode("utf-8-sig").replace("\r\n", "\n")
        return raw.decode("cp1252", "replace").replace("\r\n", "\n")


def _texts(artifact: Artifact, text: str, role: str, *, code: bool) -> Iterator[LicenseText]:
    """Yield the licences in a text, each once; a licence file that holds none that is known is said to be unknown."""
    looked = text if role else text[:HEADER]
    if not role and not _TERMS.search(looked):
        return
    title = "" if code else title_of(text)
    found = matches(looked)
    several = len(found) > 1
    seen: set[tuple[str, str]] = set()
    for match in found:
        if (match.license, match.version) in seen or len(seen) >= MOST:
            continue
        seen.add((match.license, match.version))
        what = _role(role, match, several=several, code=code)
        own = title_of(text[text.rfind("\n", 0, max(0, match.start - BEFORE)) + 1 : match.start + BEFORE])
        own = own if several else title
        at = Location(path=artifact.path, line=text.count("\n", 0, match.start) + 1)
        yield _fact(at, match, what, own)


def _role(role: str, match: Match, *, several: bool, code: bool) -> str:
    if role == "third-party" or (role and several):
        return "third-party" if role != "license" or match.start else role
    if role:
        return role
    return "license" if match.coverage >= MOSTLY and not several and not code else "part"


def _fact(where: Location, match: Match, role: str, title: str) -> LicenseText:
    titled = names.by_title(title) if title else None
    # A title that names a licence whose text is not known outweighs the likeness of its sister.
    by_title = titled is not None and not titled.texts and titled.id != match.license
    name = titled.id if by_title and titled is not None else match.license
    known = knowledge.get(name)
    return LicenseText(
        where=where, license=name,
        kind=known.kind if known is not None else "", role=role, title=title,
        names=titled.id if titled is not None else "",
        containment=0.0 if by_title else round(match.containment, 3),
        coverage=0.0 if by_title else round(match.coverage, 3),
        extra="" if by_title or role in {"third-party", "part"} else match.extra,
        extra_words=0 if by_title or role in {"third-party", "part"} else match.extra_words,
        alike=(match.license, *match.alike) if by_title and match.license else match.alike,
        version="" if by_title else match.version,
    )  # fmt: skip


def _unknown(artifact: Artifact, text: str, role: str, *, referred: bool) -> Iterator[LicenseText]:
    """State a licence that is not known by its words; its title alone may name one whose words nobody has.

    A text that refers to a licence and has few words of a contract is none; one in another language has none of them.
    """
    if role in {"notice", "third-party"} or len(_WORD.findall(text)) < FEWEST:
        return
    contract = len({word.lower() for word in _CONTRACT.findall(text)})
    title = title_of(text)
    if contract < CONTRACT and (referred or (contract and not title)):
        return
    titled = names.by_title(title) if title else None
    name = titled.id if titled is not None and not titled.texts and role != "policy" else ""
    known = knowledge.get(name)
    yield LicenseText(
        where=Location(path=artifact.path, line=1), license=name, kind=known.kind if known is not None else "",
        role=role, title=title, names=titled.id if titled is not None else "", containment=0.0, coverage=0.0, extra="",
        extra_words=0, alike=(), version="",
    )  # fmt: skip
