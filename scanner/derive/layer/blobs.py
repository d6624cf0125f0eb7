"""Blobs of a store, which are named after their own SHA-256, against what was read of them."""

import re
from collections.abc import Iterator, Sequence

from scanner.facts import Examined, Fact
from scanner.facts.layer import BlobMismatch, ImagePart

# image-layout.md: blobs/sha256/HEX; Ollama: blobs/sha256-HEX.
_BLOB = re.compile(r"(?:^|/)blobs/sha256[/-]([0-9a-f]{64})$")


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Compare the name of every blob with its digest, and its size with what a manifest says."""
    sizes = {part.digest: part.size for part in facts if isinstance(part, ImagePart) and part.size >= 0}
    for fact in facts:
        match = _BLOB.search(fact.where.path) if isinstance(fact, Examined) else None
        if match is None or not isinstance(fact, Examined):
            continue
        if fact.sha256 and fact.sha256 != match[1]:
            yield BlobMismatch(where=fact.where, how="digest", expected=match[1], found=fact.sha256)
        said = sizes.get(f"sha256:{match[1]}", fact.size)
        if said != fact.size and (fact.size or fact.complete):  # of a blob that cannot be opened nothing is known
            yield BlobMismatch(where=fact.where, how="size", expected=str(said), found=str(fact.size))
