"""All facts of licences and lineage in one scan."""

from collections.abc import Iterator, Sequence

from scanner.facts import Fact
from scanner.facts.lineage import Use
from scanner.lineage.repository import Repository, repositories


def told(facts: Sequence[Fact]) -> Iterator[Fact]:
    """State for each repository its licence, what it comes from, and what follows from both."""
    found = [one for one in repositories(facts) if one.card or one.told or one.documents]
    if found:
        use = next((fact for fact in facts if isinstance(fact, Use)), None)
        yield from _told(found, use)


def _told(found: Sequence[Repository], use: Use | None) -> Iterator[Fact]:
    from scanner.lineage import conflicts, duties, limits, parents, stated  # the knowledge of licences takes a while

    weighed = [(one, stated.standing(one)) for one in found]
    by_name = {name.lower(): pair for pair in weighed for name in pair[0].names}
    for one, stands in weighed:
        yield from stated.facts(one, stands)
        yield from stated.disagreements(one, stands)
        comes = list(parents.lineages(one, stands, by_name))
        yield from comes
        yield from conflicts.conflicts(one, stands, comes, by_name)
        yield from limits.limits(one, stands, comes, use or limits.UNSAID)
        yield from duties.obligations(one, stands, comes, by_name)
