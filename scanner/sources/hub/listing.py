"""What the Hub lists of a repository at one commit: its files with their digests, and what it says of them."""

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from scanner.artifact import Location
from scanner.facts import Fact
from scanner.facts.hub import HubBase, HubFile, HubFlag, HubRepository
from scanner.limits import REMOTE_FILES
from scanner.sources.hub.address import Address
from scanner.sources.remote import File, answers, patience
from scanner.text import printable
from scanner.usage import UsageError

if TYPE_CHECKING:
    from huggingface_hub import DatasetInfo, HfApi, ModelInfo, SpaceInfo
    from huggingface_hub.hf_api import KernelInfo, RepoFile

BASE_TAG = "base_model:"
RELATIONS = frozenset(("adapter", "finetune", "merge", "quantized"))
PLAIN = frozenset(("", "safe", "unscanned", "queued", "error"))
"""Levels of the Hub's own scan that say nothing against a file."""

TIMEOUT_SECONDS = 30.0

WHOLE_NBYTES = 10 << 20
"""Files outside LFS are got whole up to here, the most that the Hub takes: of others it lists the SHA-256."""


class Listing(NamedTuple):
    """A repository at the commit that its revision named when it was listed; `files` are sorted by name."""

    address: Address
    commit: str
    files: tuple[File, ...]
    facts: tuple[Fact, ...]

    def name(self, file: File) -> str:
        """Return the name of a file within the repository."""
        return file.path.removeprefix(f"{self.address.shown}/")


def ask(api: "HfApi", address: Address) -> Listing:
    """Pin the revision to its commit and list the files there. Raises what the client raises, and `UsageError`."""
    info = patiently(lambda: _info(api, address))
    commit = str(info.sha or "")
    if not commit:
        message = f"{address.shown}: the Hub names no commit of it; check HF_ENDPOINT"
        raise UsageError(message)
    if getattr(info, "gated", None):
        api.auth_check(address.repository, repo_type=address.kind)
    found = sorted(_files(api, address, commit), key=lambda file: file.path.split("/"))
    if address.path and not found:
        message = f"{address.shown}: there is no {printable(address.path, 200)} in it; check the path"
        raise UsageError(message)
    files = tuple(_file(address, one) for one in found)
    return Listing(address, commit, files, (*_said(address, info, files), *_listed(files)))


T = TypeVar("T")


def patiently(call: Callable[[], T], sleep: Callable[[float], None] = time.sleep) -> T:
    """Ask the API again when it is busy, as late as it wishes. Raises what the client raises."""
    from huggingface_hub.errors import HfHubHTTPError

    for attempt in range(patience.ATTEMPTS - 1):
        try:
            return call()
        except HfHubHTTPError as error:
            after = answers.later(error.response.headers)
            wait = patience.FIRST_SECONDS * 2**attempt if after is None else after
            if error.response.status_code not in answers.BUSY or wait > patience.LONGEST_SECONDS:
                raise
        sleep(wait)
    return call()


def _info(api: "HfApi", address: Address) -> "ModelInfo | DatasetInfo | SpaceInfo | KernelInfo":
    if address.kind == "model":
        return api.model_info(
            address.repository, revision=address.revision, securityStatus=True, timeout=TIMEOUT_SECONDS
        )
    return api.repo_info(address.repository, revision=address.revision, repo_type=address.kind, timeout=TIMEOUT_SECONDS)


def _files(api: "HfApi", address: Address, commit: str) -> Iterator["RepoFile"]:
    from huggingface_hub.hf_api import RepoFile

    kind, below = address.kind, None
    if address.path:
        found = api.get_paths_info(address.repository, [address.path], revision=commit, repo_type=kind)
        yield from (one for one in found if isinstance(one, RepoFile))
        if not found or isinstance(found[0], RepoFile):
            return
        below = address.path
    tree = api.list_repo_tree(address.repository, below, recursive=True, revision=commit, repo_type=kind)
    for count, one in enumerate(tree):
        if count == REMOTE_FILES:
            message = f"{address.shown}: it lists more than {REMOTE_FILES} files; name a folder of it"
            raise UsageError(message)
        if isinstance(one, RepoFile):
            yield one


def _file(address: Address, found: "RepoFile") -> File:
    path, lfs = f"{address.shown}/{found.path}", found.lfs
    if lfs is None:
        return File(path, int(found.size), git_sha1=str(found.blob_id), whole=int(found.size) <= WHOLE_NBYTES)
    return File(path, int(lfs.size), sha256=str(lfs.sha256))


def _listed(files: tuple[File, ...]) -> Iterator[Fact]:
    for file in files:
        yield HubFile(where=Location(path=file.path), size=file.size, sha256=file.sha256, git_sha1=file.git_sha1)


def _said(address: Address, info: object, files: tuple[File, ...]) -> Iterator[Fact]:
    where = Location(path=address.shown)
    status = getattr(info, "security_repo_status", None)
    status = status if isinstance(status, dict) else {}
    yield HubRepository(
        where=where,
        kind=address.kind,
        repository=address.repository,
        revision=address.revision or "",
        commit=str(getattr(info, "sha", "")),
        gated=str(getattr(info, "gated", None) or ""),
        disabled=bool(getattr(info, "disabled", None)),
        private=bool(getattr(info, "private", None)),
        scanned=bool(status.get("scansDone")),
        files=len(files),
        nbytes=sum(file.size for file in files),
    )
    for tag in getattr(info, "tags", None) or ():
        relation, _, parent = str(tag).removeprefix(BASE_TAG).partition(":")
        if str(tag).startswith(BASE_TAG) and relation in RELATIONS and parent:
            yield HubBase(where=where, parent=parent, relation=relation)
    yield from _flags(address, status.get("filesWithIssues"))


def _flags(address: Address, found: object) -> Iterator[Fact]:
    for one in found if isinstance(found, list) else ():
        if isinstance(one, dict) and one.get("level") not in PLAIN:
            path = f"{address.shown}/{one.get('path', '')}"
            yield HubFlag(where=Location(path=path), level=str(one.get("level"))[:40])
