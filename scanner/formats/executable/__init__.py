"""Programs and libraries: ELF, PE, Mach-O, WebAssembly, Java, Dalvik, scripts, and `.pth` files that Python runs."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import HEAD_NBYTES, Limits
from scanner.pattern import pattern

STARTS = (
    b"\x7fELF", b"MZ", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf", b"\x00asm", b"dex\n", b"#!",
)  # fmt: skip
_RUN = pattern(rb"(?:\A(?:\xef\xbb\xbf)?|[\r\n])import[ \t]")
"""A line that `site` executes: it starts with `import` and a space or tab."""


def claims(head: bytes, path: str) -> bool:
    """Claim what starts as one of them and stands a closer look; a `.pth` of text by a line that Python would run."""
    if not head.startswith(STARTS):
        return (
            path.endswith(".pth") and b"\0" not in head and (len(head) == HEAD_NBYTES or _RUN.search(head) is not None)
        )
    from scanner.formats.executable.header import identify

    return identify(head) is not None


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:  # noqa: ARG001 - the head is all that is read
    """State what the artifact is, with its machine or interpreter; of a `.pth` every line that Python runs."""
    from scanner.facts import LimitReached
    from scanner.facts.embedded import EmbeddedFile
    from scanner.formats.executable.header import STARTUP_NBYTES, identify, startup_lines

    with artifact.open() as stream:
        head = stream.read(STARTUP_NBYTES if artifact.path.endswith(".pth") else HEAD_NBYTES)
    place = "member" if "!" in artifact.path else "whole"
    found = identify(head)
    for kind, detail, offset in [(*found, 0)] if found else startup_lines(head):
        yield EmbeddedFile(where=artifact.at(offset), kind=kind, place=place, detail=detail, size=artifact.size)
    if found is None and artifact.size > STARTUP_NBYTES:
        yield LimitReached(where=artifact.at(STARTUP_NBYTES), limit="startup lines", bound=STARTUP_NBYTES, unit="bytes")


FORMAT = Format(
    name="executable",
    spec="https://refspecs.linuxfoundation.org/elf/elf.pdf",
    claims=claims,
    read=read,
    opens=bytes({start[0] for start in STARTS}),
    named=(".pth",),
    reads="the header: which system or interpreter runs it",
    leaves="the code itself",
)
