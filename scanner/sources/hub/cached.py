"""A repository in the Hub's own cache: downloaded now, or as it was left there."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from scanner.artifact import Artifact, Delivery, Location
from scanner.facts import Fact, Unreadable
from scanner.sources import Keep, folder
from scanner.sources.hub.address import Address
from scanner.sources.hub.listing import Listing
from scanner.sources.hub.problems import told
from scanner.sources.remote import File
from scanner.sources.remote.files import digest
from scanner.usage import UsageError

CHUNK_NBYTES = 1 << 20


def snapshot(address: Address, commit: str | None) -> Path:
    """Return the folder of a repository: downloaded at `commit`, or what the cache has. Raises `UsageError`."""
    from huggingface_hub import snapshot_download

    below = [address.path, f"{address.path}/*"] if address.path else None
    with told(address):
        # By the name of the revision, which the cache remembers: offline, it is all that there is to go by.
        found = snapshot_download(
            address.repository,
            repo_type=address.kind,
            revision=address.revision,
            allow_patterns=below,
            local_files_only=commit is None,
        )
    root = Path(found)
    if commit not in (None, root.name):
        message = f"{address.shown}: it moved from commit {commit} to {root.name} during the scan; scan it again"
        raise UsageError(message)
    return root


def unlisted(address: Address, root: Path) -> Iterator[Fact]:
    """State where nobody knows which files the repository has: the client keeps a list beside what it gets whole."""
    if not (root.parent.parent / "trees" / f"{root.name}.json").exists():
        reason = "the cache does not say which files there are besides those that it holds: only these were looked at"
        yield Unreadable(where=Location(path=address.shown), reason=reason)


def walk(address: Address, root: Path, listing: Listing | None, keep: Keep) -> Iterator[Artifact | Fact]:
    """Yield what lies in the folder under the names that it has on the Hub, each held against its listed digest."""
    listed = {file.path: file for file in listing.files} if listing else {}
    below = root / address.path
    if not below.resolve().is_relative_to(root.parent.parent.resolve()) or not below.exists():
        message = f"{address.shown}: there is no {address.path} in the cache; check the path"
        raise UsageError(message)
    prefix = root.as_posix()

    def named(path: str) -> str:
        return address.shown + path.removeprefix(prefix)

    for item in folder.walk([below], keep=lambda path: keep(named(path))):
        path = named(item.path if isinstance(item, Artifact) else item.where.path)
        if isinstance(item, Artifact):
            file = listed.get(path)
            check = partial(_delivered, item, file) if file else None
            yield replace(item, path=path, delivered=check)
        else:
            yield replace(item, where=replace(item.where, path=path))


def _delivered(artifact: Artifact, file: File) -> Delivery:
    """Digest a downloaded file: the client does not, and a broken one stays in the cache under the right name."""
    if artifact.size != file.size:
        return Delivery(nbytes=artifact.size, expected=f"size:{file.size}", found=f"size:{artifact.size}")
    try:
        with artifact.open() as stream:
            found = digest(file, iter(partial(stream.read, CHUNK_NBYTES), b""))
    except OSError as error:
        return Delivery(nbytes=0, fault=error.strerror or str(error))
    return Delivery(nbytes=artifact.size, sha256=found.sha256, expected=found.expected, found=found.found)
