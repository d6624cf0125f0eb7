"""One account of each repository: what may be done, what must be done, what forbids it, and what is not known."""

from collections.abc import Iterator, Sequence

from scanner.facts import Fact
from scanner.facts.lineage import LicenseConflict, LicenseLimit, Lineage, Obligation, RepositoryLicense
from scanner.licenses.knowledge import License
from scanner.licenses.schema import ALLOWS
from scanner.lineage.kinds import term
from scanner.record import record

STRICT = ("no", "limited", "unknown", "unspoken", "yes")
"""Answers, that which keeps most first."""

NAMED = 4
"""Parents of unknown licence that a sentence names; the others are counted."""

BINDING = frozenset(("same", "restrictions", "noncommercial", "duties"))
"""Flows with which the rights of a parent bound those of what is made from it."""


ABOUT = (Lineage, LicenseConflict, LicenseLimit, Obligation)


@record
class Right:
    """One right and the licence that decides it: of all that bind, the one that keeps most.

    `parent` is "" for the repository's own licence.
    """

    right: str
    answer: str
    license: str
    parent: str
    clause: str
    source: str


@record
class Bar:
    """What forbids something, or would for some uses: `kind` as in the fact, `says` in a sentence."""

    kind: str
    says: str
    license: str
    parent: str
    clause: str
    source: str


@record
class Account:
    """All of one repository. `unknown`: sentences about what is not known, of which nothing is concluded."""

    stands: RepositoryLicense
    comes: tuple[Lineage, ...]
    may: tuple[Right, ...]
    must: tuple[Obligation, ...]
    forbids: tuple[Bar, ...]
    depends: tuple[Bar, ...]
    unknown: tuple[str, ...]


def accounts(facts: Sequence[Fact]) -> Iterator[Account]:
    """Put together what joins have stated, one account a repository, in the order of the facts."""
    told: dict[str, list[Fact]] = {}
    for one in facts:
        if isinstance(one, ABOUT):
            told.setdefault(one.repository, []).append(one)
    for stands in facts:
        if isinstance(stands, RepositoryLicense):
            yield _account(stands, told.get(stands.repository, []))


def _account(stands: RepositoryLicense, facts: Sequence[Fact]) -> Account:
    comes = tuple(one for one in facts if isinstance(one, Lineage))
    limits = [one for one in facts if isinstance(one, LicenseLimit)]
    bars = [_conflict(one) for one in facts if isinstance(one, LicenseConflict)]
    return Account(
        stands=stands,
        comes=comes,
        may=tuple(_rights(stands, comes)),
        must=tuple(one for one in facts if isinstance(one, Obligation)),
        forbids=(*bars, *(_limit(one) for one in limits if _forbids(one))),
        depends=tuple(
            _limit(one) for one in limits if one.meets == "unknown" or (one.meets == "over" and not _forbids(one))
        ),
        unknown=tuple(_unknown(stands, comes)),
    )


def _forbids(one: LicenseLimit) -> bool:
    return one.meets == "over" and (one.relation != "trained_on" or one.strict)


def _rights(stands: RepositoryLicense, comes: Sequence[Lineage]) -> Iterator[Right]:
    """Yield each right as the strictest of the licences that bind has it; none while the own licence is not known."""
    own = [(known, "") for name in stands.licenses if (known := term(name)) is not None]
    bound = [
        (known, one.parent)
        for one in comes
        if (known := term(one.parent_license)) is not None and known.flows.get(one.relation, "") in BINDING
    ]
    if own:
        for right in ALLOWS:
            known, parent = min((*own, *bound), key=lambda pair: STRICT.index(pair[0].allows[right]))
            yield _right(right, known, parent)


def _right(right: str, known: License, parent: str) -> Right:
    return Right(
        right=right, answer=known.allows[right], license=known.id, parent=parent, clause=known.clause, source=known.url
    )


def _conflict(one: LicenseConflict) -> Bar:
    sentences = {
        "relabelled": f"{one.license} stands in place of {one.parent_license}, which follows {one.parent}",
        "no-derivatives": f"{one.parent_license} allows nothing that is made from {one.parent} ({one.relation})",
        "share-alike": f"{one.parent_license} asks for its own terms, and {one.license} stands here",
        "merge": f"{one.parent} asks for {one.parent_license} alone, {one.other} for its own",
        "outputs": f"{one.parent_license} keeps outputs of {one.parent} from training others ({one.other})",
    }
    return Bar(
        kind=one.conflict, says=sentences[one.conflict], license=one.parent_license, parent=one.parent,
        clause=one.clause, source=one.source,
    )  # fmt: skip


def _limit(one: LicenseLimit) -> Bar:
    sentences = {
        "commercial": "commercial use is limited" if one.bound == "limited" else "no commercial use",
        "users": f"no more than {one.bound} users a month",
        "revenue": f"no more than {one.bound} USD of revenue a year",
        "region": f"nothing is granted in {one.bound}",
        "redistribute": "it may not be handed on",
        "field": "uses on a list are closed" if one.bound == "restrictions" else "a policy of use binds",
    }
    return Bar(
        kind=one.limit, says=sentences[one.limit], license=one.license, parent=one.parent, clause=one.clause,
        source=one.source,
    )  # fmt: skip


def _unknown(stands: RepositoryLicense, comes: Sequence[Lineage]) -> Iterator[str]:
    if stands.state == "none":
        yield "any licence: none is stated, and nothing is allowed until one is"
    elif stands.state != "known":
        yield "which licence the statements mean: read them before anything else"
    elif any(term(name) is None for name in stands.licenses):
        yield "the terms of a licence that stands here"
    without = [f"{one.parent} ({one.relation})" for one in comes if not one.parent_license]
    if without:
        more = f" and {len(without) - NAMED} more" if len(without) > NAMED else ""
        yield f"which licence these have: {', '.join(without[:NAMED])}{more}"
