"""Digests that a signature lists against those that the Hub lists, of files that were not read whole."""

from collections.abc import Iterator, Sequence

from scanner.facts import Examined, Fact
from scanner.facts.hub import HubFile
from scanner.facts.provenance import SignedFiles, SignedMismatch


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Yield a mismatch a file; of files that were read whole, the digest of what was read is compared elsewhere."""
    read = {one.where.path for one in facts if isinstance(one, Examined) and one.sha256}
    listed = {one.where.path: one for one in facts if isinstance(one, HubFile) and one.sha256}
    for signed in facts:
        if isinstance(signed, SignedFiles):
            prefix = signed.where.path.rpartition("/")[0] + "/"
            for name, digest in zip(signed.names, signed.digests, strict=True):
                found = listed.get(prefix + name)
                if found and digest and found.where.path not in read and found.sha256 != digest:
                    yield SignedMismatch(
                        where=found.where, file=name, how="digest", expected=digest, found=found.sha256
                    )
