"""One file as a store lists it, and what its digests say of the bytes that came."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple


class File(NamedTuple):
    """A file: its path as it is shown, its size in bytes, and the digests that the store lists ("" for none).

    `git_sha1` is that of the blob that git makes of it: SHA-1 over "blob SIZE", a zero byte, and the content.
    `whole`: all of it is got, whatever readers ask for, so that its digest is known.
    """

    path: str
    size: int
    sha256: str = ""
    git_sha1: str = ""
    whole: bool = False


class Digests(NamedTuple):
    """The SHA-256 of a content, and the first listed digest that is not that of the content, named before a colon."""

    sha256: str
    expected: str = ""
    found: str = ""


def digest(file: File, chunks: Iterable[bytes]) -> Digests:
    """Digest a whole content and hold it against the listed digests."""
    sha256 = hashlib.sha256()
    git = hashlib.sha1(b"blob %d\0" % file.size, usedforsecurity=False)
    for chunk in chunks:
        sha256.update(chunk)
        if file.git_sha1:
            git.update(chunk)
    whole = sha256.hexdigest()
    return next(_differing(file, whole, git.hexdigest()), Digests(whole))


def _differing(file: File, sha256: str, git_sha1: str) -> Iterator[Digests]:
    if file.sha256 and file.sha256 != sha256:
        yield Digests(sha256, f"sha256:{file.sha256}", f"sha256:{sha256}")
    if file.git_sha1 and file.git_sha1 != git_sha1:
        yield Digests(sha256, f"git-sha1:{file.git_sha1}", f"git-sha1:{git_sha1}")
