"""What facts say of a whole repository: signatures, origins, how far weights were looked at, and what changed."""

from collections import Counter
from collections.abc import Iterable, Sequence

from scanner.details import Changed, Origin, SignatureSeen, WeightsSeen
from scanner.facts import Fact


def signatures(facts: Sequence[Fact]) -> tuple[SignatureSeen, ...]:
    """List the signature files, sorted."""
    if not _speaks_of(facts, "provenance"):
        return ()
    from scanner.facts.provenance import SignatureFile, SignedMismatch

    mismatched = Counter(fact.where.path for fact in facts if isinstance(fact, SignedMismatch))
    found = [
        SignatureSeen(
            path=fact.where.path, method=fact.method, signer=fact.signer, predicate=fact.predicate,
            resources=fact.resources, mismatched=mismatched[fact.where.path],
        )
        for fact in facts
        if isinstance(fact, SignatureFile)
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.path, one.signer, one.predicate)))


def origins(facts: Sequence[Fact]) -> tuple[Origin, ...]:
    """List what repositories come from, sorted, each statement once."""
    if not _speaks_of(facts, "lineage"):
        return ()
    from scanner.facts.lineage import Lineage

    found = {
        (fact.where.path, fact.parent, fact.relation): Origin(
            path=fact.where.path, license=fact.license, parent=fact.parent, relation=fact.relation,
            parent_license=fact.parent_license, how=fact.how, agrees=fact.agrees,
        )
        for fact in facts
        if isinstance(fact, Lineage)
    }  # fmt: skip
    return tuple(found[key] for key in sorted(found))


def weights(facts: Sequence[Fact]) -> tuple[WeightsSeen, ...]:
    """List the files whose numbers were looked at, sorted."""
    if not _speaks_of(facts, "weights"):
        return ()
    from scanner.facts.weights import WeightsMeasured

    found = [
        WeightsSeen(
            path=fact.where.path, profile=fact.profile, tensors=fact.tensors, measured=fact.measured,
            nbytes=fact.nbytes, read_nbytes=fact.read_nbytes,
        )
        for fact in facts
        if isinstance(fact, WeightsMeasured)
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: one.path))


def changed(facts: Sequence[Fact]) -> tuple[Changed, ...]:
    """Picture what was compared with a base."""
    if not _speaks_of(facts, "delta"):
        return ()
    from scanner import picture
    from scanner.facts.delta import ModelDelta, TensorDelta

    kinds = Counter(fact.kind for fact in facts if isinstance(fact, TensorDelta))
    models = [fact for fact in facts if isinstance(fact, ModelDelta)]
    if not kinds or not models:
        return ()
    says = ", ".join(f"{kinds[kind]:,} {kind}" for kind in sorted(kinds, key=lambda kind: (-kinds[kind], kind)))
    return (Changed(path=models[0].where.path, base=models[0].base, says=says, picture=picture.delta(facts)),)


def _speaks_of(facts: Iterable[Fact], subject: str) -> bool:
    """Say whether a subject's module was imported for any fact; if not, it need not be now."""
    return any(kind.__module__ == f"scanner.facts.{subject}" for kind in set(map(type, facts)))
