"""Bounds of use in the licences that bind a repository, against what the policy says of the use."""

from collections.abc import Iterator, Sequence

from scanner.artifact import Location
from scanner.facts.lineage import LicenseLimit, Lineage, Use
from scanner.licenses.knowledge import License
from scanner.lineage.kinds import term
from scanner.lineage.parents import DERIVED
from scanner.lineage.repository import Repository
from scanner.lineage.stated import Standing

UNSAID = Use(
    where=Location(path=""), name="", commercial="", redistributes=False, regions=(), users=-1, revenue=-1,
    strict_data=False,
)  # fmt: skip
"""The use where no profile is on."""

EU = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905 - a row
)
"""Member states, by their codes of ISO 3166; `EU` excludes each of them."""

OTHER_CODES = {"UK": "GB", "EEA": "EU"}

Bound = tuple[str, str, str]
"""The limit, its number or words, and whether the use meets it."""


def limits(repository: Repository, stands: Standing, comes: Sequence[Lineage], use: Use) -> Iterator[LicenseLimit]:
    """State the bounds of the own licence, and of each licence that follows what the repository comes from."""
    own = {name: term(name) for name in stands.licenses}
    for known in own.values():
        if known is not None:
            yield from _facts(repository, repository.where, known, "own", "", _bounds(known, use), use)
    for one in comes:
        known = term(one.parent_license)
        if known is not None and one.parent_license not in own and _follows(known, one.relation):
            bounds = [bound for bound in _bounds(known, use) if one.relation in DERIVED or bound[0] == "commercial"]
            yield from _facts(repository, one.where, known, one.relation, one.parent, bounds, use)


def _follows(known: License, relation: str) -> bool:
    """Say whether limits of a parent reach what is made from it; of data those of purpose may, which is unsettled."""
    if relation == "trained_on":
        return True
    if relation == "outputs":
        return known.outputs_train_others == "noncommercial"
    return known.flows.get(relation, "") in {"same", "noncommercial", "restrictions", "duties"}


def _bounds(known: License, use: Use) -> Iterator[Bound]:
    if known.allows["commercial"] == "no":
        yield "commercial", known.field_of_use, {"yes": "over", "no": "within"}.get(use.commercial, "unknown")
    elif known.allows["commercial"] == "limited" and not (known.mau_over or known.revenue_over):
        yield "commercial", "limited", "within" if use.commercial == "no" else "unknown"
    if known.mau_over:
        yield "users", str(known.mau_over), _over(use.users, known.mau_over)
    if known.revenue_over:
        yield "revenue", str(known.revenue_over), _over(use.revenue, known.revenue_over)
    for region in known.regions_excluded:
        met = any(_inside(one, region) for one in use.regions)
        yield "region", region, "unknown" if not use.regions else "over" if met else "within"
    if known.allows["redistribute"] == "no":
        yield "redistribute", "no", "over" if use.redistributes else "unknown"
    if known.field_of_use in {"aup", "restrictions"}:
        yield "field", known.field_of_use, "unknown"


def _over(number: int, bound: int) -> str:
    return "unknown" if number < 0 else "over" if number > bound else "within"


def _inside(region: str, excluded: str) -> bool:
    """Say whether a region of the use is one that a licence leaves out, or lies in it, or holds it."""
    left, right = (OTHER_CODES.get(one.upper(), one.upper()) for one in (region, excluded))
    return left == right or (right == "EU" and left in EU) or (left == "EU" and right in EU) or left == "WORLD"


def _facts(  # noqa: PLR0913, PLR0917 - the fact's own fields
    repository: Repository, where: Location, known: License, relation: str, parent: str,
    bounds: Iterator[Bound] | Sequence[Bound], use: Use,
) -> Iterator[LicenseLimit]:  # fmt: skip
    for limit, bound, meets in bounds:
        sure = meets if not known.judged_as else "unknown"  # a family: another member may ask for less
        yield LicenseLimit(
            where=where, repository=repository.folder.rstrip("/!"), limit=limit, bound=bound, meets=sure,
            relation=relation, parent=parent, license=known.id, kind=known.kind, strict=use.strict_data,
            clause=known.clause, source=known.url,
        )  # fmt: skip
