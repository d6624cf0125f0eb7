"""What the requirements of a project ask an installer for: one line of a list taken apart.

PEP 508 (names, versions, markers), PEP 440 (versions), pip's requirements file format (options, addresses, paths).
"""

import re
from collections.abc import Iterator, Sequence

from scanner.artifact import Location
from scanner.credentials import concealed
from scanner.facts.requirement import Requirement, RequirementOption, RequirementSummary
from scanner.likeness import NAME_CHARACTERS, canonical, likeness
from scanner.pattern import pattern

CHARACTERS = 300
"""Most of a value that is shown."""

_NAME = pattern(r"\s*+([^\W_](?:[\w.-]*[^\W_])?)\s*+(\[[^\]]{0,300}\])?\s*+(.*)", re.DOTALL)
_ADDRESS = pattern(r"(?i)^(?:(?:git|hg|bzr|svn)(?:\+[a-z]+)?|https?|ftp|file|s3|gs|ssh):")
_VCS = pattern(r"(?i)^(?:git|hg|bzr|svn)(?:\+[a-z]+)?:|^git@")
_COMMIT = pattern(r"@[0-9a-fA-F]{40}(?:[#?]|$)")
_HOST = pattern(r"(?i)^[a-z0-9+.-]{1,20}://(?:[^/@\s]*@)?(\[[0-9a-fA-F:.]+\]|[^/:?#\s@]+)")
_DIGEST = pattern(r"(?i)[#&](?:md5|sha1|sha224|sha256|sha384|sha512)=[0-9a-f]{32,}")
_EXACT = pattern(r"\(?\s*={2,3}\s*[\w.!+-]+\s*\)?(?:\s*,.*)?$")
_CONDA = pattern(r"={1,2}\s*\d[\w.!+]*(?:=|$)")
_ARCHIVE = pattern(r"(?i)\.(?:whl|zip|tar|tar\.gz|tgz|tar\.bz2|tar\.xz|egg)(?:[#?]|$)")
_SHORT = {"i": "index-url", "f": "find-links", "r": "requirement", "c": "constraint", "e": "editable"}
_TAKING = frozenset(
    ("index-url", "extra-index-url", "find-links", "requirement", "constraint", "editable", "trusted-host", "no-binary",
     "only-binary", "use-feature", "hash", "global-option", "config-settings")
)  # fmt: skip
_OPTIONS = (*sorted(_TAKING), "pypi-url", "no-index", "prefer-binary", "require-hashes", "pre")
"""Options of a list of requirements; `_TAKING` those that a value follows."""

LINE_CHARACTERS = 10_000
"""Longest line whose quotes are minded."""

_QUOTED = pattern(r"[\"'\\]")
_SECRET = pattern(r"(?i)^([a-z0-9+.-]{1,20}://)[^/@\s:${}]+:[^/@\s${}]+@")
_PATHS = frozenset(("find-links", "requirement", "constraint", "index-url", "extra-index-url"))
_PATH = pattern(r"^(?:\.{1,2}(?:[/\\]|$)|[/\\~]|[A-Za-z]:[/\\])")


def requirement(where: Location, source: str, text: str, *, editable: bool = False) -> Requirement | None:
    """Take a requirement apart; None where the text is none. Options behind it (`--hash=...`) belong to it."""
    body, _, options = text.strip().partition(" --")
    body = body.strip()
    found = _NAME.match(body)
    if _ADDRESS.match(body) or _PATH.match(body) or body.startswith("git@"):
        name, version, target = "", "", body
    elif found:
        name, version = found[1], found[3].partition(";")[0].strip()
        target = version[1:].strip() if version.startswith("@") else ""
        if not target and ("/" in body.partition(";")[0] or (version and version[0] not in "<>=!~(@,")):
            name, version, target = "", "", body if "/" in body or _ARCHIVE.search(body) else ""
    else:
        return None
    if not name and not target:
        return None
    return _stated(where, source, name, version, target, f"{options} {body}", editable=editable)


def _stated(  # noqa: PLR0913, PLR0917 - the parts of a requirement
    where: Location, source: str, name: str, version: str, target: str, whole: str, *, editable: bool
) -> Requirement:
    kind = kind_of(target) if target else "name"
    known = canonical(name or _egg(target))
    near = likeness(known) if known else None
    digest = "hash=" in whole or _DIGEST.search(target) is not None
    exact = bool(_COMMIT.search(target)) if kind == "vcs" else digest if target else bool(_EXACT.match(version))
    return Requirement(
        where=where,
        source=source,
        name=known[:NAME_CHARACTERS],
        version=version[:CHARACTERS] if not target else "",
        kind=kind,
        target=_without_secret(target)[:CHARACTERS],
        host=host_of(target),
        scheme=scheme_of(target),
        leads=leads_of(target, where.path) if kind in {"path", "archive"} else "",
        exact=exact or digest,
        hashed=digest,
        editable=editable,
        near=near.name if near else "",
        how=near.how if near else "",
    )


def entries(where: Location, source: str, line: str) -> Iterator[Requirement | RequirementOption]:
    """Read one line as pip does: a requirement, or options, of which one line may hold several."""
    if not line.startswith("-"):
        yield from _named_or_addressed(where, source, line)
        return
    words = iter(_words(line))
    for word in words:
        name, value = _named(word)
        if name in _TAKING and not value:
            value = next(words, "")
        if name == "editable":
            found = requirement(where, source, value, editable=True)
            if found is not None:
                yield found
        elif name:
            yield option(where, source, name, value)


def _named_or_addressed(where: Location, source: str, line: str) -> Iterator[Requirement | RequirementOption]:
    """Read a line that is no option, and tell a password in its address as one of an index is told."""
    found = requirement(where, source, line)
    if found is not None:
        yield found
        address = line[line.find(found.scheme) :].strip() if found.scheme else ""
        if _without_secret(address) != address:
            yield option(where, source, "address", address)


def _words(line: str) -> list[str]:
    """Split a line as a shell does, as pip does: quotes and backslashes inside of a word are no part of it."""
    import shlex

    if len(line) > LINE_CHARACTERS or not _QUOTED.search(line):
        return line.split()
    try:
        return shlex.split(line)
    except ValueError:
        return line.split()


def _named(word: str) -> tuple[str, str]:
    """Tell the long name of an option, which may be cut as long as it stays clear, and the value that joins it."""
    if word.startswith("--"):
        name, _, value = word[2:].partition("=")
        longer = [one for one in _OPTIONS if one.startswith(name)] if name not in _OPTIONS else [name]
        name = longer[0] if len(longer) == 1 else name
        return "index-url" if name == "pypi-url" else name, value
    return (_SHORT.get(word[1:2], word[1:2]), word[2:].removeprefix("=")) if word.startswith("-") else ("", "")


def packaged(where: Location, source: str, name: str, version: str, *, near: bool = False) -> Requirement:
    """State a package that a table asks for by name. `near`: its name is one of the index that pip uses."""
    known = canonical(name)
    alike = likeness(known) if near else None
    exact = _EXACT.match(version) is not None or (source == "conda" and _CONDA.match(version) is not None)
    return Requirement(
        where=where,
        source=source,
        name=known[:NAME_CHARACTERS],
        version=version[:CHARACTERS],
        kind="name",
        target="",
        host="",
        scheme="",
        leads="",
        exact=exact or (source == "pyproject" and version[:1].isdigit()),
        hashed=False,
        editable=False,
        near=alike.name if alike else "",
        how=alike.how if alike else "",
    )


def _egg(target: str) -> str:
    return target.rpartition("#egg=")[2].partition("&")[0].partition("[")[0] if "#egg=" in target else ""


def kind_of(target: str) -> str:
    """Say what an address or path leads to: "vcs", "url" (over the network), "archive" or "path" (on this machine)."""
    if _VCS.match(target):
        return "vcs"
    if _ADDRESS.match(target) and not target.lower().startswith("file:"):
        return "url"
    return "archive" if _ARCHIVE.search(target) else "path"


def host_of(target: str) -> str:
    """The host of an address, in lower case, "" where it has none."""
    if target.startswith("git@"):
        return target[4:].partition(":")[0].lower()
    found = _HOST.match(target)
    return found[1].lower()[:CHARACTERS] if found else ""


def scheme_of(target: str) -> str:
    """The scheme of an address, in lower case: "git+https"; "" where it has none."""
    if target.startswith("git@"):
        return "git+ssh"
    scheme, colon, _ = target.partition(":")
    return scheme.lower() if colon and _ADDRESS.match(target) else ""


def leads_of(target: str, file: str) -> str:
    """Say how a path in `file` leaves all that is scanned: "absolute", "home", "drive", "parent", or "" for none."""
    path = re.sub(r"(?i)^file:(?://)?", "", target).partition("#")[0].partition("[")[0].replace("\\", "/")
    if path.startswith("~"):
        return "home"
    if path[1:2] == ":":
        return "drive"
    if path.startswith(("/", "${")):
        return "absolute"
    depth = file.rpartition("!")[2].count("/")
    for step in path.split("/"):
        depth += 0 if step in {"", "."} else -1 if step == ".." else 1
        if depth < 0:
            return "parent"
    return ""


def _without_secret(address: str) -> str:
    """Return an address without its name and password, or a token of access that stands for them."""
    return concealed(_SECRET.sub(r"\1", address))


def option(where: Location, source: str, name: str, value: str) -> RequirementOption:
    """State a setting of an installer. A name and password in its address are left out."""
    shown = _without_secret(value)
    place = value if name in _PATHS else ""
    return RequirementOption(
        where=where,
        source=source,
        option=name[:NAME_CHARACTERS],
        value=shown[:CHARACTERS],
        host=host_of(value) if "://" in value else _bare(value) if name == "trusted-host" else "",
        scheme=scheme_of(value),
        leads="" if not place or scheme_of(place) not in {"", "file"} else leads_of(place, where.path),
        secret=shown != value,
    )


def _bare(value: str) -> str:
    return value.partition(":")[0].lower()[:CHARACTERS]


def summary(where: Location, source: str, found: Sequence[Requirement]) -> RequirementSummary:
    """Add requirements up."""
    named = [one for one in found if one.kind == "name"]
    return RequirementSummary(
        where=where,
        source=source,
        requirements=len(found),
        named=len(named),
        exact=sum(one.exact for one in named),
        hashed=sum(one.hashed for one in named),
        loose=sum(not one.exact for one in named),
    )
