"""What is said of bytes that no format claims, or that a reader found to be another language after all."""

import math
from collections import Counter
from collections.abc import Iterable

from scanner.artifact import Artifact
from scanner.facts import Unrecognised
from scanner.limits import HEAD_NBYTES

ALL_BYTES = bytes(range(256))
FEW_BYTES = 64
"""Different bytes of a head up to which they are counted one by one."""


def unrecognised(artifact: Artifact, head: bytes) -> Unrecognised:
    """Describe an artifact by its first bytes."""
    entropy = -sum(n / len(head) * math.log2(n / len(head)) for n in _counts(head))
    return Unrecognised(
        where=artifact.at(),
        suffix=suffix(artifact.path),
        size=artifact.size,
        entropy=round(entropy, 2),
        text=_is_text(head),
    )


def suffix(path: str) -> str:
    """Return what follows the last dot of the last name, with the dot and in lower case; "" if there is none."""
    name = path.rpartition("/")[2].rpartition("!")[2]
    dot = name.rfind(".")
    return name[dot:].lower() if 0 < dot < len(name) - 1 else ""


def _counts(head: bytes) -> Iterable[int]:
    """Count each byte that is there. Zeros and text have few of them, and those are counted one by one."""
    there = ALL_BYTES.translate(None, ALL_BYTES.translate(None, head))
    return map(head.count, there) if len(there) <= FEW_BYTES else Counter(head).values()


def _is_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    try:
        head[:-4].decode("utf-8") if len(head) == HEAD_NBYTES else head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 8
    return True
