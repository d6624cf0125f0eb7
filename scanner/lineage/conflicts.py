"""Where a repository's licence is not one that what it comes from allows; derived from attributes, never a matrix."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from scanner.facts.lineage import LicenseConflict, Lineage
from scanner.licenses.knowledge import License
from scanner.lineage.kinds import family, looser, passes_to, same, term
from scanner.lineage.parents import DERIVED, Found
from scanner.lineage.repository import Repository
from scanner.lineage.stated import Standing

SHARED = frozenset(("copyleft", "weak-copyleft", "share-alike"))
"""Kinds that ask for their own terms, and are about works as a whole."""


def conflicts(
    repository: Repository, stands: Standing, comes: Sequence[Lineage], found: Found
) -> Iterator[LicenseConflict]:
    """State every conflict of one repository with its parents, and of its parents with each other."""
    for one in comes:
        known = term(one.parent_license)
        if known is not None:
            conflict, allows = _between(stands, one, known)
            if conflict:
                yield _fact(one, known, conflict, allows)
    yield from _merged([one for one in comes if one.relation == "merge"])
    yield from _outputs(repository, comes, found)


def _between(stands: Standing, one: Lineage, known: License) -> tuple[str, str]:
    """Name the conflict between a repository and one parent, and the attribute that says so; "" for none."""
    flow = known.flows.get(one.relation, "unspoken")
    if one.relation in DERIVED and ("no" in {flow, known.allows["modify"]}):
        return "no-derivatives", "no"
    if one.relation == "trained_on":
        shared = known.kind == "share-alike" and _other(stands, known)
        return ("share-alike", "same") if shared else ("", "")
    if one.relation not in DERIVED or not _other(stands, known):
        return "", ""
    if flow == "same" and known.kind in SHARED:
        return "share-alike", flow
    own = term(stands.license)
    if flow == "noncommercial":
        return ("relabelled", flow) if own is not None and own.allows["commercial"] == "yes" else ("", "")
    bound = flow == "same" or (flow in {"restrictions", "duties"} and known.allows["relicense"] == "no")
    return ("relabelled", flow) if bound and looser(stands.kind, known.kind) else ("", "")


def _other(stands: Standing, known: License) -> bool:
    """Say whether a licence is known and is another one than the parent's, or one that it lets take its place."""
    taken = any(same(name, known.id) or passes_to(known.id, name) for name in stands.licenses)
    return bool(stands.license and stands.kind) and not taken


def _merged(parents: Sequence[Lineage]) -> Iterator[LicenseConflict]:
    """State the first two parents of a merge whose licences no single licence can satisfy."""
    known = [(one, term(one.parent_license)) for one in parents]
    for (one, left), (other, right) in combinations(known, 2):
        if left is None or right is None or same(left.id, right.id) or _meet(left.id, right.id):
            continue
        flows = left.flows["merge"], right.flows["merge"]
        if flows == ("same", "same") or (set(flows) == {"same", "noncommercial"} and not _both_closed(left, right)):
            kin = family(left.id) == family(right.id)
            yield _fact(one, left, "merge", "same", other=f"{other.parent} ({right.id})", kin=kin)
            return


def _meet(left: str, right: str) -> bool:
    return passes_to(left, right) or passes_to(right, left)


def _both_closed(left: License, right: License) -> bool:
    return left.allows["commercial"] == right.allows["commercial"] == "no"


def _outputs(repository: Repository, comes: Sequence[Lineage], found: Found) -> Iterator[LicenseConflict]:
    """State data that a model wrote whose outputs may not train others, unless this comes from that model."""
    for data in comes:
        beside = found.get(data.parent.lower()) if data.relation == "trained_on" else None
        if beside is None:
            continue
        for written in _writers(beside[0], found):
            known = term(written.parent_license)
            kin = any(same(one.parent_license, written.parent_license) for one in comes if one.relation in DERIVED)
            if (
                known is not None
                and known.outputs_train_others == "no"
                and not kin
                and written.parent not in repository.names
            ):
                child = Lineage(
                    where=data.where, repository=data.repository, license=data.license, kind=data.kind,
                    parent=written.parent, relation="outputs", parent_license=written.parent_license,
                    parent_kind=written.parent_kind, how=written.how, known_by=written.known_by, declared=True,
                    binding=False, agrees=False,
                )  # fmt: skip
                yield _fact(child, known, "outputs", "no", other=data.parent)


def _writers(data: Repository, found: Found) -> Iterator[Lineage]:
    from scanner.lineage.parents import lineages

    own = found[data.names[0].lower()][1]
    yield from (one for one in lineages(data, own, found) if one.relation == "outputs")


def _fact(  # noqa: PLR0913 - the fact's own fields
    one: Lineage, known: License, conflict: str, allows: str, other: str = "", *, kin: bool = False
) -> LicenseConflict:
    return LicenseConflict(
        where=one.where, repository=one.repository, conflict=conflict, relation=one.relation, license=one.license,
        kind=one.kind, parent=one.parent, parent_license=known.id, parent_kind=known.kind, other=other, kin=kin,
        allows=allows, clause=known.clause, source=known.url,
    )  # fmt: skip
