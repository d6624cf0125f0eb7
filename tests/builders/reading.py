"""Run a reader over bytes in memory, with or without what it holds."""

import io

from scanner import reader
from scanner.artifact import Artifact
from scanner.formats import discover
from scanner.limits import DEFAULT


def artifact_of(content: bytes, path: str = "x.bin") -> Artifact:
    return Artifact(path=path, size=len(content), open=lambda: io.BytesIO(content))


def read_as(format_, content: bytes, path: str = "x.bin", limits=DEFAULT):
    """Return the facts and the members of one format, each member as (path, bytes)."""
    facts, members = [], []
    for item in format_.read(artifact_of(content, path), limits):
        if isinstance(item, Artifact):
            with item.open() as stream:
                data = stream.read()
            assert len(data) == item.size
            members.append((item.path.removeprefix(f"{path}!"), data))
        else:
            facts.append(item)
    return facts, members


def read_deep(content: bytes, path: str = "x.bin", limits=DEFAULT):
    """Return every fact of an artifact and of all it holds."""
    return list(reader.read(artifact_of(content, path), discover(), limits))


def of(facts, name: str):
    return [fact for fact in facts if type(fact).__name__ == name]
