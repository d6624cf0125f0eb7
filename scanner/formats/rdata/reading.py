"""From a file that R saved to facts: the header, then everything that is no plain data."""

import re
from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact, LimitReached, Malformed
from scanner.facts.rdata import RFile, RPromise
from scanner.format import MalformedError
from scanner.formats.rdata.cursor import Binary, Words
from scanner.formats.rdata.walk import FullError, Walk
from scanner.limits import Limits

_START = re.compile(rb"(?:RD[XAB][23]\n)?([XAB])\n")
_ENCODINGS = {b"X": "xdr", b"A": "ascii", b"B": "native"}
PROMISES = 1000
CURRENT = 3
"""Version with the native encoding named in the header; version 2 goes without."""


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact]:
    """Yield the facts of a file; see `Format.read`. What was read before a break is stated before it is raised."""
    with artifact.open() as stream:
        found = _START.match(stream.read(8))
        if found is None:
            message = "no encoding is named"
            raise MalformedError(message, 0)
        cursor: Binary | Words
        if found[1] == b"A":
            if artifact.size > limits.header_nbytes:
                yield LimitReached(where=artifact.at(0), limit="header", bound=limits.header_nbytes, unit="bytes")
                return
            stream.seek(0)
            cursor = Words(stream.read(artifact.size), found.end())
        else:
            cursor = Binary(stream, artifact.size, found.end(), "big" if found[1] == b"X" else "little")
        version = _version(cursor)
        walk = Walk(cursor, limits.entries)
        broken = _walked(artifact, walk)
        yield from _told(artifact, walk, _ENCODINGS[found[1]], version)
        if isinstance(broken, MalformedError):
            raise broken
        if broken is not None:
            yield broken
        elif cursor.position < artifact.size and found[1] != b"A":
            reason = f"{artifact.size - cursor.position} bytes follow the last item"
            yield Malformed(where=artifact.at(cursor.position), format="rdata", reason=reason)


def _version(cursor: Binary | Words) -> int:
    """Read the header behind the encoding. Raises `MalformedError` for a version that does not exist."""
    version = cursor.integer()
    if version not in (2, CURRENT):
        message = f"version {version} of the format"
        raise MalformedError(message, cursor.position)
    cursor.integer()
    cursor.integer()
    if version == CURRENT:
        cursor.text(cursor.integer())
    return version


def _walked(artifact: Artifact, walk: Walk) -> MalformedError | LimitReached | None:
    try:
        walk.run()
    except MalformedError as error:
        return error
    except FullError as full:
        return LimitReached(where=artifact.at(walk.cursor.position), limit=full.limit, bound=full.bound, unit="items")
    return None


def _told(artifact: Artifact, walk: Walk, encoding: str, version: int) -> Iterator[Fact]:
    yield RFile(
        where=artifact.at(0),
        encoding=encoding,
        version=version,
        items=walk.items,
        kinds=tuple(sorted(walk.kinds)),
        primitives=tuple(walk.primitives),
        namespaces=tuple(walk.namespaces),
    )
    for promise in walk.promises[:PROMISES]:
        yield RPromise(
            where=artifact.at(promise.at),
            pending=promise.pending,
            code=promise.code,
            place="environment" if promise.below else "data",
            calls=tuple(promise.calls),
        )
    if len(walk.promises) > PROMISES:
        at = walk.promises[PROMISES].at
        yield LimitReached(where=artifact.at(at), limit="promises", bound=PROMISES, unit="promises")
