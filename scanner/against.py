"""A model against its base, from two paths to a report: source, compare in a worker, judge, decide."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from scanner import isolate, judgement, pack, sources
from scanner import policy as policies
from scanner.artifact import Artifact, Location
from scanner.facts import Examined, Fact, Unreadable
from scanner.limits import DEFAULT, Limits
from scanner.policy import Policy
from scanner.report import Report
from scanner.usage import UsageError

if TYPE_CHECKING:
    from scanner.compare.lock import Print

NBYTES_PER_SECOND = 4 << 20
"""Slowest that tensors are compared: a worker gets the time that this asks for, and its usual time before."""

NUMPY = "comparing weights needs numpy: pip install 'modelassay[weights]'"

THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
"""A worker starts no threads, and a library of matrices that wants some would not start either."""


class Compared:
    """A report, and the facts that it was judged by."""

    __slots__ = ("facts", "report")

    def __init__(self, report: Report, facts: tuple[Fact, ...]) -> None:
        """Keep both."""
        self.report, self.facts = report, facts


def compare(
    base: str, model: str, *, relation: str = "", policy: Policy = policies.DEFAULT, limits: Limits = DEFAULT
) -> Compared:
    """Compare a model with its base, folders or files. Raises `UsageError` for a path that is not there."""
    sides = _artifacts(base), _artifacts(model)
    return _judged(
        _run(model, [*sides[0], *sides[1]], partial(_delta, base, model, sides, relation, limits), limits), policy
    )


def observed(base: str, model: str, *, relation: str = "", limits: Limits = DEFAULT) -> list[Fact]:
    """Return the facts of a comparison, for a scan of the model that judges them too.

    Where something was not compared, the base counts as examined in part. Raises `UsageError`.
    """
    sides = _artifacts(base), _artifacts(model)
    facts = _run(model, [*sides[0], *sides[1]], partial(_delta, base, model, sides, relation, limits), limits)
    return [
        replace(fact, where=Location(path=base), size=sum(one.size for one in sides[0]))
        if isinstance(fact, Examined) else fact
        for fact in facts
        if not (isinstance(fact, Examined) and fact.complete)
    ]  # fmt: skip


def likely(
    known: "Mapping[str, Mapping[str, Print]]", model: str, *, policy: Policy = policies.DEFAULT,
    limits: Limits = DEFAULT,
) -> Compared:  # fmt: skip
    """Compare a model with the fingerprints of many. Raises `UsageError` for a path that is not there."""
    artifacts = _artifacts(model)
    return _judged(_run(model, artifacts, partial(_likely, known, model, artifacts, limits), limits), policy)


def check(
    known: "Mapping[str, Print]", lock: str, model: str, *, policy: Policy = policies.DEFAULT, limits: Limits = DEFAULT
) -> Compared:
    """Compare a model with fingerprints. Raises `UsageError` for a path that is not there."""
    artifacts = _artifacts(model)
    return _judged(_run(model, artifacts, partial(_locked, known, lock, model, artifacts, limits), limits), policy)


def trust(lock: str, model: str, *, policy: Policy = policies.DEFAULT, limits: Limits = DEFAULT) -> Compared:
    """Take the fingerprints of a model: `TensorPrint` facts. Raises `UsageError` for a path that is not there."""
    artifacts = _artifacts(model)
    return _judged(_run(model, artifacts, partial(_prints, lock, model, artifacts, limits), limits), policy)


def _delta(
    base: str, model: str, sides: tuple[list[Artifact], list[Artifact]], relation: str, limits: Limits, _: Artifact
) -> Iterator[Fact]:
    from scanner.compare import delta, models

    left, right = models.pair(base, sides[0], model, sides[1], limits)
    yield from delta.facts(left, right, relation=relation, limits=limits)


def _locked(
    known: "Mapping[str, Print]", lock: str, model: str, artifacts: list[Artifact], limits: Limits, _: Artifact
) -> Iterator[Fact]:
    from scanner.compare import locked, models

    yield from locked.facts(known, lock, models.load(model, artifacts, limits))


def _likely(
    known: "Mapping[str, Mapping[str, Print]]", model: str, artifacts: list[Artifact], limits: Limits, _: Artifact
) -> Iterator[Fact]:
    from scanner.compare import likely as nearest
    from scanner.compare import models

    yield from nearest.facts(known, models.load(model, artifacts, limits))


def _prints(lock: str, model: str, artifacts: list[Artifact], limits: Limits, _: Artifact) -> Iterator[Fact]:
    from scanner.compare import locked, models

    yield from locked.prints(lock, models.load(model, artifacts, limits))


def _artifacts(path: str) -> list[Artifact]:
    """List the files below a path; links out of it are not followed.

    Raises `UsageError` for one that cannot be read, and for one of which only parts would be fetched.
    """
    found = []
    for one in sources.walk([path], keep=lambda _: None):
        if isinstance(one, Unreadable):
            message = f"{one.where.path}: {one.reason}; it cannot be compared"
            raise UsageError(message)
        if isinstance(one, Artifact):
            if one.remote:
                message = f"{path}: comparing reads all bytes of this machine's files; download it first"
                raise UsageError(message)
            found.append(one)
    return found


def _run(
    root: str, artifacts: Sequence[Artifact], read: Callable[[Artifact], Iterable[Fact]], limits: Limits
) -> list[Fact]:
    """Read in one worker; nothing that the files hold can end this process."""
    for name in THREADS:
        os.environ.setdefault(name, "1")
    try:
        import numpy  # noqa: F401, ICN001 - before the fork: a worker that cannot write still has it
    except ImportError as error:
        raise UsageError(NUMPY) from error
    size = sum(one.size for one in artifacts)
    seconds = size // NBYTES_PER_SECOND
    wider = replace(
        limits,
        worker_cpu_seconds=limits.worker_cpu_seconds + seconds,
        worker_wall_seconds=limits.worker_wall_seconds + 2 * seconds,
    )
    if not artifacts:
        message = f"{root}: there is no file in it"
        raise UsageError(message)
    whole = Artifact(path=root, size=size, open=artifacts[0].open)
    return [
        fact
        for facts in isolate.read_all([whole], partial(_closed, read, whole), limits=wider, jobs=1)
        for fact in facts
    ]


def _closed(read: Callable[[Artifact], Iterable[Fact]], whole: Artifact, artifact: Artifact) -> Iterator[Fact]:
    """Read, then say whether everything was compared."""
    from scanner.facts.delta import DeltaUnread, TensorDelta

    complete = True
    for fact in read(artifact):
        complete &= not isinstance(fact, DeltaUnread)
        complete &= not (isinstance(fact, TensorDelta) and fact.kind == "not-compared")
        yield fact
    yield Examined(
        where=whole.at(), sha256="", size=whole.size, formats=(), bytes_examined=whole.size if complete else 0,
        complete=complete,
    )  # fmt: skip


def _judged(facts: list[Fact], policy: Policy) -> Compared:
    bundle = pack.load()
    return Compared(judgement.report(judgement.judge(facts, bundle), bundle, policy), tuple(facts))
