"""Verify a repository that was not downloaded: signed digests against those of what was read, or that its store lists.

What is small was read and digested here. Of weights the Hub lists the SHA-256, which is what a signature has too: that
is its word for what it would send, and the decision says how many files rest on it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from scanner.attest import bundle, comparison, signatures
from scanner.attest.authenticate import Anchor
from scanner.attest.comparison import Asked, Found
from scanner.attest.decision import Decision, Problem, refused, verdict, weigh
from scanner.attest.errors import AttestError, Code
from scanner.attest.manifest import Manifest
from scanner.attest.scanned import Scanned
from scanner.attest.verify import decide, read
from scanner.facts import Examined, Fact
from scanner.facts.hub import HubFile, HubRepository
from scanner.limits import SIGNATURE_NBYTES
from scanner.record import record
from scanner.usage import UsageError


@record
class Listed:
    """A repository at its commit: sizes by name, SHA-256 by name as far as it is known, and whose only is `claimed`.

    `address` is that of the commit, under which the same files are found again.
    """

    address: str
    sizes: Mapping[str, int]
    digests: Mapping[str, bytes]
    claimed: frozenset[str]


def of(facts: Iterable[Fact]) -> Listed:
    """Gather what a scan says of its one repository. Raises `UsageError` where it has none."""
    known = list(facts)
    repository = next((one for one in known if isinstance(one, HubRepository)), None)
    files = [one for one in known if isinstance(one, HubFile)]
    if repository is None or not files:
        message = "nothing lists digests of it: it was not asked for online, or is empty; verify a downloaded folder"
        raise UsageError(message)
    root = f"{repository.where.path}/"
    read_ = {one.where.path: one.sha256 for one in known if isinstance(one, Examined) and one.sha256}
    digests = {one.where.path.removeprefix(root): read_.get(one.where.path) or one.sha256 for one in files}
    prefix = "" if repository.kind == "model" else f"{repository.kind}s/"
    return Listed(
        address=f"hf://{prefix}{repository.repository}@{repository.commit}",
        sizes={one.where.path.removeprefix(root): one.size for one in files},
        digests={name: bytes.fromhex(digest) for name, digest in digests.items() if digest},
        claimed=frozenset(one.where.path.removeprefix(root) for one in files if one.where.path not in read_),
    )


def verify(  # noqa: PLR0913 - each argument is one independent choice
    held: Listed,
    anchor: Anchor,
    *,
    fetch: Callable[[str], bytes],
    looked: Scanned,
    signature: bytes | None = None,
    asked: Asked | None = None,
    now: datetime | None = None,
) -> Decision:
    """Decide whether a repository is what a trusted signer signed. `fetch` gets a file of it by name.

    `signature` is a bundle from elsewhere; without it the repository's own `model.sig` counts.
    """
    asked = asked or Asked()
    shown = "--signature" if signature is not None else f"{held.address}/{signatures.DEFAULT}"
    signer = None
    try:
        raw = _default(held, fetch) if signature is None else signature
        manifest, by = read(bundle.parse(raw), anchor, asked, now or datetime.now(UTC))
        signer = by.signer
        _fits(manifest)
        plan = comparison.plan(manifest, Found(sizes=held.sizes), comparison.ignoring(asked, _own(held, fetch)))
    except AttestError as error:
        return refused(error, shown, signer)
    known = {name: (held.digests[name],) for name in plan.wanted if name in held.digests}
    unread = [name for name in plan.wanted if name not in known and name not in plan.misfits]
    # What was not digested is not known to differ: it leaves the decision open.
    guessed = {name: tuple(one.digest for one in plan.wanted[name]) for name in unread}
    decision = decide(manifest, by, plan, {**known, **guessed}, asked, signature=shown, scan=looked.verdict)
    return _open(decision, unread) if unread else _on_its_word(decision, held)


def _default(held: Listed, fetch: Callable[[str], bytes]) -> bytes:
    """Get the repository's own signature. Raises `AttestError` where it has none."""
    if signatures.DEFAULT not in held.sizes:
        raise AttestError(Code.SIGNATURE_MISSING, f"there is no {signatures.DEFAULT}; nothing is verified")
    return fetch(signatures.DEFAULT)


def _fits(manifest: Manifest) -> None:
    """Refuse digests of a kind that no store lists. Raises `AttestError`."""
    if manifest.algorithm != "sha256" or manifest.shard_nbytes:
        what = "shards" if manifest.shard_nbytes else manifest.algorithm
        reason = f"it is signed by {what}, and the store lists SHA-256 of whole files; verify a downloaded folder"
        raise AttestError(Code.FILE_UNREADABLE, reason)


def _own(held: Listed, fetch: Callable[[str], bytes]) -> tuple[str, ...]:
    """Name the files at the top that are signatures, by name and content alike."""
    found = []
    for name, size in held.sizes.items():
        if "/" not in name and name.endswith(signatures.SUFFIXES) and size <= SIGNATURE_NBYTES:
            try:
                bundle.parse(fetch(name))
            except AttestError:
                continue
            found.append(name)
    return tuple(found)


def _open(decision: Decision, unread: list[str]) -> Decision:
    """Leave a decision open for files whose digest nobody knows."""
    reason = f"{len(unread)} signed files are in no store's list and were not read, such as {unread[0]}"
    problems = weigh((*decision.problems, Problem(code=Code.FILE_UNREADABLE, reason=reason)))
    verified = tuple(name for name in decision.verified if name not in unread)
    first = problems[0]
    return replace(
        decision, verdict=verdict(problems), code=first.code, reason=first.reason, problems=problems, verified=verified
    )


def _on_its_word(decision: Decision, held: Listed) -> Decision:
    """Say what a good decision rests on."""
    claimed = [name for name in decision.verified if name in held.claimed]
    if decision.problems or not claimed:
        return decision
    reason = (
        f"{decision.reason}, for {len(claimed)} of {len(decision.verified)} by the store's word: they were not read"
    )
    return replace(decision, reason=reason)
