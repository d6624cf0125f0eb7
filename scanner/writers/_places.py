"""Places in SARIF: the table of artifacts, nested ones in their parents, and locations that point into it."""

from urllib.parse import quote

from scanner.artifact import Location
from scanner.facts import Examined
from scanner.finding import Evidence
from scanner.limits import DEFAULT
from scanner.nesting import SEPARATOR, file_of
from scanner.text import printable

Node = dict[str, object]

BASE = "%SRCROOT%"
"""The conventional name of the folder that relative paths start from (SARIF 2.1.0 §3.14.14)."""

ENCODED = ("http", "https")
"""Schemes whose targets are addresses already: what is encoded there stays so."""


class Places:
    """Artifacts by path, in the order of their indexes: the examined files, then members as they are named."""

    def __init__(self, examined: tuple[Examined, ...]) -> None:
        """Enter every examined file."""
        self.artifacts: list[Node] = []
        self._indexes: dict[tuple[str, ...], int] = {}
        self._files = frozenset(one.where.path for one in examined)
        for one in examined:
            node: Node = {"location": _file(one.where.path), "length": one.size, "roles": ["analysisTarget"]}
            if one.sha256:
                node["hashes"] = {"sha-256": one.sha256}
            self._enter((one.where.path,), node)

    def location(self, evidence: Evidence, *, message: str = "") -> Node:
        """Point to the place of an evidence, with `message` beside it where there is one."""
        where = evidence.where
        location: Node = {"physicalLocation": self.physical(where)}
        if where.pointer:
            location["logicalLocations"] = [{"fullyQualifiedName": printable(where.pointer, 2000), "kind": "value"}]
        if message:
            location["message"] = {"text": message}
        return location

    def physical(self, where: Location) -> Node:
        """Point to an artifact and a region of it: bytes, or a line."""
        index = self._index(self._names(where.path))
        physical: Node = {"artifactLocation": {**_as_node(self.artifacts[index]["location"]), "index": index}}
        region: Node = {}
        if where.line is not None:
            region["startLine"] = where.line
        if where.offset is not None:
            region["byteOffset"] = where.offset
            if where.length is not None:
                region["byteLength"] = where.length
        if region:
            physical["region"] = region
        return physical

    def _names(self, path: str) -> tuple[str, ...]:
        """Split a path into its file and the members below it, no deeper than a scan goes."""
        file = file_of(path, self._files)
        members = path[len(file) + len(SEPARATOR) :]
        return (file, *members.split(SEPARATOR, DEFAULT.depth - 1)) if members else (file,)

    def _index(self, names: tuple[str, ...]) -> int:
        known = self._indexes.get(names)
        if known is not None:
            return known
        if len(names) == 1:
            return self._enter(names, {"location": _file(names[0])})
        # SARIF 2.1.0 §3.24.2: a member's path begins with "/", the root of its container.
        location: Node = {"uri": "/" + _member_uri(names[-1])}
        return self._enter(names, {"location": location, "parentIndex": self._index(names[:-1])})

    def _enter(self, names: tuple[str, ...], node: Node) -> int:
        self._indexes[names] = len(self.artifacts)
        self.artifacts.append(node)
        return self._indexes[names]


def _as_node(value: object) -> Node:
    return value if isinstance(value, dict) else {}


def _file(path: str) -> Node:
    """Locate a file of the source: relative to the base where that is possible."""
    scheme, separator, rest = path.partition("://")
    if separator and scheme.isalnum():
        host, slash, inside = rest.partition("/")
        written = _uri(inside, "/%") if scheme in ENCODED else _uri(inside)
        return {"uri": f"{scheme}://{_uri(host, ':')}{slash}{written}"}
    if path.startswith("/"):
        return {"uri": "file:///" + _uri(path.lstrip("/"))}
    if path.split("/", 1)[0] == "..":
        return {"uri": _uri(path)}
    return {"uri": _uri(path), "uriBaseId": BASE}


def _member_uri(name: str) -> str:
    """Encode a member's name; dot segments are encoded too, lest a viewer resolves them to another path."""
    return "/".join(_uri(part) if part.strip(".") else part.replace(".", "%2E") for part in name.split("/"))


def _uri(path: str, safe: str = "/") -> str:
    """Percent-encode a path (RFC 3986 §2.1): the bytes that the system knows it by, whatever they spell."""
    try:
        return quote(path.encode("utf-8", "surrogateescape"), safe)
    except UnicodeEncodeError:
        return quote(path.encode("utf-8", "surrogatepass"), safe)
