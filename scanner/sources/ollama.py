"""A model of Ollama's local store by its name: its manifest, and the blobs that the manifest names.

`ollama://[HOST/][NAMESPACE/]MODEL[:TAG]`, looked up in `OLLAMA_MODELS` or where Ollama keeps them otherwise.
Layout: `manifests/HOST/NAMESPACE/MODEL/TAG` (JSON as of OCI) and `blobs/sha256-HEX`,
https://github.com/ollama/ollama/blob/main/docs/faq.md
"""

import json
import os
import re
import stat
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from scanner.artifact import Artifact, Location
from scanner.facts import Excluded, Fact, Unreadable
from scanner.limits import DEFAULT
from scanner.sources import Keep
from scanner.sources.window import open_file
from scanner.text import printable
from scanner.usage import UsageError

SCHEME: Final = "ollama:"
STORES: Final = ("~/.ollama/models", "/usr/share/ollama/.ollama/models", "/var/lib/ollama/.ollama/models")
HOST, NAMESPACE, TAG = "registry.ollama.ai", "library", "latest"

_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,79}")
_DIGEST = re.compile(r"sha256[:-]([0-9a-f]{64})")


def claims(target: str) -> bool:
    """Say whether a target names a model of Ollama."""
    return target.startswith(SCHEME)


def walk(targets: Sequence[str], *, keep: Keep) -> Iterator[Artifact | Fact]:
    """Yield the manifest and the blobs of each model, a blob that several share once.

    A blob that is named and not there is an `Unreadable`. Raises `UsageError` for a name that is none, and for a model
    that is in no store.
    """
    found = [_manifest(target) for target in targets]
    seen: set[Path] = set()
    for store, manifest in found:
        files = [manifest, *(store / "blobs" / f"sha256-{digest}" for digest in _blobs(manifest))]
        for file in files:
            if file not in seen:
                seen.add(file)
                yield _artifact(file, keep)


def _manifest(target: str) -> tuple[Path, Path]:
    """Find the store that has a model, and its manifest."""
    parts, tag = _parts(target)
    named = os.environ.get("OLLAMA_MODELS")
    stores = [Path(named)] if named else [Path(store).expanduser() for store in STORES]
    for store in stores:
        manifest = store.joinpath("manifests", *parts, tag)
        if manifest.is_file():
            return store, manifest
    shown = ", ".join(map(str, stores))
    message = (
        f"cannot scan {printable(target, 200)}: no such model in {printable(shown, 300)}; "
        "`ollama list` names those that are there, OLLAMA_MODELS another store"
    )
    raise UsageError(message)


def _parts(target: str) -> tuple[tuple[str, ...], str]:
    """Split a name as Ollama does: host, namespace and model, and the tag."""
    name, colon, tag = target.removeprefix(SCHEME).removeprefix("//").rpartition(":")
    if not colon or "/" in tag:  # a port, no tag
        name, tag = f"{name}{colon}{tag}", TAG
    parts = tuple(name.split("/"))
    parts = (HOST, NAMESPACE, "")[: max(0, 3 - len(parts))] + parts
    port = parts[0].replace(":", ".", 1)
    if len(parts) != len((HOST, NAMESPACE, "")) or not all(map(_PART.fullmatch, (port, *parts[1:], tag))):
        message = f"cannot scan {printable(target, 200)}: write ollama://[HOST/][NAMESPACE/]MODEL[:TAG]"
        raise UsageError(message)
    return parts, tag


def _blobs(manifest: Path) -> Iterator[str]:
    """Name the blobs of a manifest; what is wrong with it is its reader's to say."""
    try:
        with manifest.open("rb") as stream:
            found = json.loads(stream.read(DEFAULT.text_nbytes))
    except (OSError, ValueError, RecursionError):
        return
    layers = found.get("layers") if isinstance(found, dict) else None
    config = found.get("config") if isinstance(found, dict) else None
    for part in (config, *(layers if isinstance(layers, list) else ())):
        digest = part.get("digest") if isinstance(part, dict) else None
        if isinstance(digest, str) and (match := _DIGEST.fullmatch(digest)):
            yield match[1]


def _artifact(file: Path, keep: Keep) -> Artifact | Fact:
    shown = file.as_posix()
    if pattern := keep(shown):
        return Excluded(where=Location(path=shown), pattern=pattern)
    try:
        found = file.lstat()
    except OSError as error:
        return Unreadable(where=Location(path=shown), reason=f"the manifest names it: {error.strerror}")
    if not stat.S_ISREG(found.st_mode):
        return Unreadable(where=Location(path=shown), reason="the manifest names it, and it is no file")
    return Artifact(path=shown, size=found.st_size, open=partial(open_file, str(file), found.st_size))
