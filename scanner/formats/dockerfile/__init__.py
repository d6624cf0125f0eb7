"""Dockerfiles and Containerfiles: where images come from, what builds and starts them, what they are given."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits
from scanner.pattern import pattern

# Blank lines, comments and arguments, then FROM as it is written: one image, perhaps a name for the stage.
_FROM = pattern(
    rb"\A(?:\xef\xbb\xbf)?(?:\s*+(?:#[^\n]*+|[Aa][Rr][Gg][ \t][^\n]*+|"
    rb"\{%[^\n]*+)\n)*+\s*+(?:FROM|[Ff]rom)[ \t]++(?:--\S++[ \t]++)?"
    rb"\S++(?:[ \t]++[Aa][Ss][ \t]++[^\s]++)?[ \t]*+\r?(?:\n|\Z)"
)
_NEXT = pattern(
    rb"(?m)^[ \t]*(?:RUN|COPY|CMD|ENTRYPOINT|WORKDIR|ENV|ADD|USER|EXPOSE|ONBUILD|LABEL|VOLUME|SHELL|HEALTHCHECK|ARG|"
    rb"MAINTAINER)[ \t]"
)
_NAMED = ("dockerfile", "containerfile")


def claims(head: bytes, path: str) -> bool:
    """Claim text that begins with FROM and goes on with an instruction, and what has exactly the name."""
    name = path.lower().replace("!", "/").rpartition("/")[2]
    if name in _NAMED or name.endswith((".dockerfile", ".containerfile")):
        return b"\0" not in head and bool(head.strip())
    return (
        b"\0" not in head
        and _FROM.match(head) is not None
        and (_NEXT.search(head) is not None or name.startswith(_NAMED))
    )


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield what the instructions take, run, set and allow."""
    from scanner.formats.dockerfile.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="dockerfile",
    spec="https://docs.docker.com/reference/dockerfile/",
    claims=claims,
    read=read,
    opens=b"\xef# \t\r\nFfAa{",
    holds=(b"FROM", b"from", b"From"),
    named=_NAMED,
    reads="every instruction with its here-documents: images, what is fetched and run, variables with secrets, users, "
    "options of servers, versions with known faults",
    leaves="the files that COPY names, which are artifacts of their own; variables without a default",
)
