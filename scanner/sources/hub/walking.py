"""From addresses to artifacts: ranges of the files where the Hub is reached, the cache where it is not."""

import os
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from scanner.artifact import Artifact, Location
from scanner.facts import Excluded, Fact
from scanner.sources import Keep, remote
from scanner.sources.hub import cached, fetching, listing
from scanner.sources.hub.address import Address, parse
from scanner.sources.hub.problems import told
from scanner.usage import UsageError
from scanner.version import VERSION

if TYPE_CHECKING:
    from huggingface_hub import HfApi


def walk(targets: Sequence[str], *, keep: Keep) -> Iterator[Artifact | Fact]:
    """Yield an artifact a file, and facts; every address is understood before anything is asked."""
    addresses = [parse(target) for target in dict.fromkeys(targets)]
    # Both are read at import: the client would first ask the Hub what runs it, and draw bars into files.
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    if not sys.stderr.isatty():
        os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    try:
        from huggingface_hub import HfApi, constants
        from huggingface_hub.errors import IncompleteSnapshotError  # noqa: F401 - older ones take a part for all
    except ImportError as error:
        message = f"{addresses[0].shown}: huggingface_hub is missing or older than 1.22; pip install 'modelassay[hub]'"
        raise UsageError(message) from error
    api = HfApi(library_name="assay", library_version=VERSION)
    return _walk(api, addresses, keep, offline=constants.HF_HUB_OFFLINE)


def _walk(api: "HfApi", addresses: Sequence[Address], keep: Keep, *, offline: bool) -> Iterator[Artifact | Fact]:
    for address in addresses:
        if offline:
            root = cached.snapshot(address, None)
            yield from cached.unlisted(address, root)
            yield from cached.walk(address, root, None, keep)
            continue
        with told(address):
            found = listing.ask(api, address)
        yield from found.facts
        if address.full:
            yield from cached.walk(address, cached.snapshot(address, found.commit), found, keep)
        else:
            yield from _ranges(api, found, keep)


def _ranges(api: "HfApi", found: listing.Listing, keep: Keep) -> Iterator[Artifact | Fact]:
    wanted = []
    for file in found.files:
        if pattern := keep(file.path):
            yield Excluded(where=Location(path=file.path), pattern=pattern)
        else:
            wanted.append(file)
    kept = found._replace(files=tuple(wanted))
    fetch = fetching.Fetch(fetching.places(kept, api.endpoint), fetching.headers())
    yield from remote.artifacts(kept.files, fetch)
