"""`assay license`: what may be done with a model, what must be done, and what forbids it."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from scanner.cli import terminal
from scanner.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scanner.facts.lineage import Lineage, Obligation
    from scanner.lineage.account import Account, Bar, Right
    from scanner.pipeline import Scanned

HELP = """Say what licences allow, ask for and forbid.

For every repository below PATH: its licence, by its text, links, names and tags; what it comes from; what may be done,
what must be done, with the file that does it or the word missing; and what forbids it. Each with the clause and its
source. This is no legal advice.

\b
  assay license models/mine
  assay license models/mine --profile commercial
  assay license models/mine --profile product --policy assay.toml --json

\b
Exit codes:
  0  nothing that is known forbids the use
  1  something forbids it
  2  the command cannot be carried out as it was given
  3  nothing forbids it, but a licence is not known, or a file was not read to its end
"""

NO_ADVICE = "This is no legal advice: it names the clauses that bind, so that they can be read."

RIGHTS = {
    "commercial": "commercial use", "modify": "change it", "redistribute": "hand it on",
    "relicense": "under other terms", "patent": "use patents",
}  # fmt: skip

WIDTH = 12
LINE_CHARACTERS = 1000


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("license", help=HELP)(license_)


def license_(
    path: Annotated[str, typer.Argument(metavar="PATH", help="A folder, or one file.")],
    *,
    profile: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The use: commercial, research, redistribute, or one of the policy."),
    ] = None,
    policy: Annotated[str | None, typer.Option(metavar="FILE", help="The policy that has the profile.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    jobs: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Worker processes; all cores unless said otherwise.")
    ] = None,
) -> int:
    """Print the account of each repository and answer with the exit code."""
    from scanner.cli import scanning
    from scanner.lineage.account import accounts

    scanned = scanning.observed([path], policy=policy, jobs=jobs, profile=profile, digest=False)
    found = list(accounts(scanned.facts))
    if as_json:
        terminal.say(json.dumps(_document(found, scanned), indent=2))
    else:
        for line in _lines(found, scanned):
            terminal.say(printable(line, LINE_CHARACTERS))
    return _code(found, scanned)


def _code(found: "Sequence[Account]", scanned: "Scanned") -> int:
    if any(one.forbids for one in found):
        return 1
    unread = any(not one.complete for one in scanned.report.examined)
    return 3 if unread or not found or any(one.unknown for one in found) else 0


def _profile(scanned: "Scanned") -> dict[str, object] | None:
    from dataclasses import asdict

    from scanner.facts.lineage import Use

    use = next((fact for fact in scanned.facts if isinstance(fact, Use)), None)
    return None if use is None else {key: value for key, value in asdict(use).items() if key != "where"}


def _lines(found: "Sequence[Account]", scanned: "Scanned") -> "Iterator[str]":
    for one in found:
        yield one.stands.repository or one.stands.where.path or "."
        yield from _section("licence", [_stands(one)])
        yield from _section("comes from", [f"{it.parent}: {it.relation}, {_terms(it)}" for it in one.comes])
        yield from _section("may", [f"{RIGHTS[it.right]}: {it.answer}{_by(it)}" for it in one.may])
        yield from _section("must", [f"{_duty(it)}: {it.satisfied_by or it.state}{_by(it)}" for it in one.must])
        yield from _section("forbidden", [f"{it.says}{_by(it)}" for it in one.forbids])
        yield from _section("by use", [f"{it.says}{_by(it)}" for it in one.depends])
        yield from _section("not known", one.unknown)
        yield from _section("sources", _sources(one))
        yield ""
    if not found:
        yield "No card, licence or weights that say what they come from: nothing is known of a licence here."
    use = _profile(scanned)
    yield f"Judged for the profile {use['name']}." if use else "No profile is on; --profile NAME judges for a use."
    yield NO_ADVICE


def _section(title: str, lines: "Sequence[str]") -> "Iterator[str]":
    for at, line in enumerate(lines):
        yield f"  {'' if at else title:<{WIDTH}}{line}"


def _stands(one: "Account") -> str:
    stands = one.stands
    if not stands.licenses:
        return {"none": "none is stated", "open": "another one, not named"}.get(stands.state, "not known")
    return f"{', '.join(stands.licenses)}{f' ({stands.kind})' if stands.kind else ''}, by its {stands.by}"


def _terms(one: "Lineage") -> str:
    if one.parent_license:
        return f"{one.parent_license} ({one.parent_kind})"
    return f"{one.parent_kind} terms" if one.parent_kind else "licence not known"


def _duty(one: "Obligation") -> str:
    return f'{one.duty} "{one.words}"' if one.words else one.duty


def _by(one: "Right | Bar | Obligation") -> str:
    return f"  [{one.license}{f' of {one.parent}' if one.parent else ''}, {one.clause or 'no clause named'}]"


def _sources(one: "Account") -> list[str]:
    """Name where the words of each licence stand that decided something."""
    deciding: tuple[Right | Bar | Obligation, ...] = (*one.may, *one.must, *one.forbids, *one.depends)
    told = {it.license: it.source for it in deciding}
    return [f"{name}: {source or 'not named'}" for name, source in sorted(told.items())]


def _document(found: "Sequence[Account]", scanned: "Scanned") -> dict[str, object]:
    from dataclasses import asdict

    repositories = []
    for one in found:
        whole = asdict(one)
        stands = whole.pop("stands")
        for part in (stands, *whole["comes"], *whole["must"]):
            part["path"] = part.pop("where")["path"]
        repositories.append({**stands, **whole})
    return {"advice": NO_ADVICE, "profile": _profile(scanned), "repositories": repositories}
