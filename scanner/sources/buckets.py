"""Objects of S3, Google Cloud Storage and Azure through fsspec's drivers, each an extra, read in ranges.

`s3://BUCKET/PREFIX`, `gs://`, `az://`, `abfs://`: one object, or all below a prefix. Credentials and endpoints are
those that the drivers find in their usual places. https://filesystem-spec.readthedocs.io/
"""

import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from scanner.artifact import Artifact, Location
from scanner.facts import Excluded, Fact
from scanner.foreign import ForeignError, foreign
from scanner.sources import Keep
from scanner.sources.remote import Again, File, artifacts
from scanner.text import printable
from scanner.usage import UsageError

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

EXTRAS: Final = {
    "s3": "s3", "s3a": "s3", "gs": "gs", "gcs": "gs", "az": "az", "abfs": "az", "abfss": "az",
}  # fmt: skip
"""Protocols, and the extra that brings the driver of each."""


def claims(target: str) -> bool:
    """Say whether a target is in a bucket."""
    protocol, separator, _ = target.partition("://")
    return bool(separator) and protocol in EXTRAS


def walk(targets: Sequence[str], *, keep: Keep) -> Iterator[Artifact | Fact]:
    """Yield an artifact an object. Raises `UsageError` where there is none, or the driver is not there."""
    for target in dict.fromkeys(targets):
        found: list[tuple[str, File]] = []
        for name, file in _listed(target):
            if pattern := keep(file.path):
                yield Excluded(where=Location(path=file.path), pattern=pattern)
            else:
                found.append((name, file))
        fetch = _Fetch(target, [name for name, _ in found])
        yield from artifacts([file for _, file in found], fetch)


class _Fetch:
    """Gets ranges of objects; used from many threads at once, by the broker alone."""

    def __init__(self, target: str, names: Sequence[str]) -> None:
        self._target = target
        self._names = names
        self._system: Any = None
        self._lock = threading.Lock()

    def __call__(self, index: int, start: int, end: int) -> bytes:
        with self._lock:
            self._system = self._system or _system(self._target, forked=True)[0]
        try:
            with foreign(FileNotFoundError, PermissionError):
                content: bytes = self._system.cat_file(self._names[index], start=start, end=end)
        except FileNotFoundError as error:
            raise OSError(0, "it was deleted since it was listed") from error
        except ForeignError as error:
            raise Again(str(error)) from error
        return content


def _listed(target: str) -> list[tuple[str, File]]:
    """List the objects below a target: the driver's name of each, and what it is to us."""
    system, root = _system(target, forked=False)
    try:
        with foreign():
            found = system.find(root, detail=True)
    except ForeignError as error:
        message = f"cannot scan {printable(target, 200)}: {error}; check address, credentials and network"
        raise UsageError(message) from error
    if not found:
        message = f"cannot scan {printable(target, 200)}: there is no object; check the address"
        raise UsageError(message)
    protocol = target.partition("://")[0]
    return [
        (name, File(path=f"{protocol}://{name}", size=int(about["size"])))
        for name, about in sorted(found.items())
        if about.get("type") == "file" and not name.endswith("/")
    ]


def _system(target: str, *, forked: bool) -> tuple["AbstractFileSystem", str]:
    """Make the driver of a target. `forked`: in a process that has none of the threads of the one that listed."""
    extra = EXTRAS[target.partition("://")[0]]
    try:
        from fsspec import asyn, url_to_fs

        if forked:
            asyn.reset_lock()
        system, root = url_to_fs(target, skip_instance_cache=True, use_listings_cache=False)
    except ImportError as error:
        message = f"cannot scan {printable(target, 200)}: it needs a driver: pip install 'modelassay[{extra}]'"
        raise UsageError(message) from error
    except (ValueError, OSError) as error:
        message = f"cannot scan {printable(target, 200)}: {error}"
        raise UsageError(message) from error
    return system, root
