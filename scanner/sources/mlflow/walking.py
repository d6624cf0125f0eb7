"""From an address of MLflow to artifacts: where it lies, and the files that lie there."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote

from scanner import sources
from scanner.artifact import Artifact, Location
from scanner.facts import Excluded, Fact, LimitReached, Unreadable
from scanner.limits import DEFAULT
from scanner.sources import Keep, folder
from scanner.sources.mlflow.stores import Server, Store, opened, path_of
from scanner.sources.remote import File, artifacts
from scanner.sources.web.files import Fetch, Page
from scanner.text import printable
from scanner.usage import UsageError

ARTIFACTS: Final = "/api/2.0/mlflow-artifacts/artifacts"
PROXIED: Final = "mlflow-artifacts:"
STEPS: Final = 3
"""Addresses followed from one: an alias, its version, the logged model behind it."""

_NAME = r"[^/:@%\x00-\x1f]+"
_LOGGED = re.compile(r"models:/(m-[0-9a-f]{32})")
_VERSION = re.compile(rf"models:/({_NAME})/([0-9]+)")
_ALIAS = re.compile(rf"models:/({_NAME})@({_NAME})")
_RUN = re.compile(r"runs:/([0-9A-Za-z_-]+)((?:/[^/]+)*)/?")


def walk(targets: Sequence[str], *, keep: Keep) -> Iterator[Artifact | Fact]:
    """Yield the files of each address. Raises `UsageError` where there is none."""
    store = opened()
    for target in dict.fromkeys(targets):
        place = _place(store, target, STEPS)
        if isinstance(store, Server) and place.startswith(PROXIED):
            yield from _served(store, target.rstrip("/"), place.removeprefix(PROXIED).strip("/"), keep)
        elif "://" in place and not place.startswith("file:"):
            yield from sources.walk([place], keep=keep)
        elif isinstance(store, Server):
            message = f"{printable(target, 200)}: the server says it lies in its own files; scan them there"
            raise UsageError(message)
        else:
            yield from folder.walk([Path(path_of(place))], keep=keep)


def _place(store: Store, address: str, steps: int) -> str:
    """Find where an address lies. Raises `UsageError`."""
    if not address.startswith(("models:/", "runs:/")):
        return address
    if not steps:
        message = f"{printable(address, 200)}: it leads from one address to the next"
        raise UsageError(message)
    if match := _LOGGED.fullmatch(address):
        return store.logged(match[1])
    if match := _ALIAS.fullmatch(address):
        return _place(store, f"models:/{match[1]}/{store.alias(*match.groups())}", steps - 1)
    if match := _VERSION.fullmatch(address):
        return _place(store, store.version(*match.groups()), steps - 1)
    if (match := _RUN.fullmatch(address)) and ".." not in match[2].split("/"):
        return store.run(match[1]) + match[2]
    message = (
        f"cannot scan {printable(address, 200)}: write models:/NAME/VERSION, models:/NAME@ALIAS, models:/m-ID "
        "or runs:/ID/PATH"
    )
    raise UsageError(message)


def _served(server: Server, shown: str, root: str, keep: Keep) -> Iterator[Artifact | Fact]:
    """Yield what a server hands on of the artifacts below a path."""
    pages: list[Page] = []
    for item in _listed(server, shown, root):
        if isinstance(item, Fact):
            yield item
            continue
        name, size = item
        path = f"{shown}/{name.removeprefix(root).strip('/')}"
        if pattern := keep(path):
            yield Excluded(where=Location(path=path), pattern=pattern)
        else:
            pages.append(Page(File(path=path, size=size), f"{server.url}{ARTIFACTS}/{quote(name)}", server.headers))
    yield from artifacts([page.file for page in pages], Fetch(pages))


def _listed(server: Server, shown: str, root: str) -> Iterator[tuple[str, int] | Fact]:
    """Yield name and size of every file below a path, folder by folder."""
    pending, seen = [root], 0
    while pending:
        below = pending.pop(0)
        found = server.get(ARTIFACTS, {"path": below})
        files = found.get("files", []) if isinstance(found, dict) else None
        for entry in files if isinstance(files, list) else (None,):
            said = entry if isinstance(entry, dict) else {}
            name, size = str(said.get("path", "")), said.get("file_size", -1)
            seen += 1
            if seen > DEFAULT.members:
                where = Location(path=shown)
                yield LimitReached(where=where, limit="members", bound=DEFAULT.members, unit="files")
                return
            if not name or "/" in name or name in {".", ".."}:
                yield _nameless(shown, "what the server lists there is no name of a file")
            elif said.get("is_dir"):
                pending.append(f"{below}/{name}")
            elif str(size).isdecimal():
                yield f"{below}/{name}", int(size)
            else:
                yield _nameless(f"{shown}/{name}", "the server does not say how long it is")


def _nameless(path: str, reason: str) -> Unreadable:
    return Unreadable(where=Location(path=path), reason=reason)
