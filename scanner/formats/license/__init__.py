"""Licences: texts of them, notices, policies of use, and what a file says of its own licence."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits

# A name is what people call such a file; what stands in it is read all the same.
NAMED = ("licen", "copying", "notice", "copyright", "policy", "third", "terms", "eula", "readme")
HOLDS = (
    b"SPDX-License-Identifier", b"Permission is hereby granted", b"Permission to use, copy",
    b"Redistribution and use in source", b"General Public License", b"GENERAL PUBLIC LICENSE", b"Apache License",
    b"LICENSE AGREEMENT", b"License Agreement", b"License agreement", b"COMMUNITY LICENSE", b"Creative Commons",
    b"Open RAIL", b"OpenRAIL", b"Terms of Use", b"icensed under", b"RESEARCH LICENSE", b"Research License",
)  # fmt: skip
_WIDE = (b"\xff\xfe", b"\xfe\xff")


def claims(head: bytes, path: str) -> bool:
    """Text that is named as people name licences, or holds a mark of one."""
    if not head or (b"\0" in head and head[:2] not in _WIDE):
        return False
    lower = path.lower()
    return any(part in lower for part in NAMED) or any(mark in head for mark in HOLDS)


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the licences that stand in a text, and those that it says it is under."""
    from scanner.formats.license.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="license",
    spec="https://spdx.github.io/spdx-spec/v3.0.1/annexes/spdx-license-expressions/",
    claims=claims,
    read=read,
    everywhere=True,
    holds=HOLDS,
    named=NAMED,
    reads="licence texts, several in one file too, and what was added to them; SPDX lines; headers of the GNU "
    "licences; phrases that licences ask for",
    leaves="licences that are not known, and those in other languages: both are said to be unknown",
)
