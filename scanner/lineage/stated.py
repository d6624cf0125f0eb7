"""What is stated of a repository's licence, and what stands once all statements are weighed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from scanner.artifact import Location
from scanner.facts.license import LicenseDeclared, LicenseText
from scanner.facts.lineage import LicenseDisagreement, LicenseStatement, RepositoryLicense, UseStatement
from scanner.facts.metadata import MetadataEntry
from scanner.lineage.identify import identify
from scanner.lineage.kinds import kind_of, looser, same, strictest, term
from scanner.lineage.repository import Repository, folder_of

TRUST = ("text", "link", "name", "tag", "metadata")
"""Sources of statements, that of most weight first."""

VALUE_CHARACTERS = 200
DISAGREEMENTS = 20
"""Disagreements of one repository that are stated."""

_CODE = re.compile(r"(?i)(?:^|[^a-z])code(?:[^a-z]|$)|third|vendor|depend")
_MODEL = re.compile(r"(?i)model|weight")
_LICENSE_KEY = re.compile(r"(?i)(?:^|[._])licen[cs]e(?:[._](name|link))?$")


@dataclass(frozen=True)
class Standing:
    """The licence that stands: one id, or several side by side of which `license` is the strictest."""

    license: str
    by: str
    licenses: tuple[str, ...]
    statements: tuple[LicenseStatement, ...]
    text: LicenseText | None

    @property
    def kind(self) -> str:
        """Its kind, "" where that is not known."""
        return kind_of(self.license)


def standing(repository: Repository) -> Standing:
    """Weigh all statements: a text goes before a link, a name, a tag of the card, and metadata of weights."""
    text = own_text(repository)
    statements = tuple(_statements(repository, text))
    for source in TRUST:
        said = [one for one in statements if one.source == source and one.form in {"known", "family"}]
        if said:
            names = list(dict.fromkeys(one.license for one in said if one.license))
            if source == "link" and not names:
                continue
            return Standing(strictest(names), source, tuple(names), statements, text)
    return Standing("", "", (), statements, text)


def facts(repository: Repository, stands: Standing) -> Iterator[LicenseStatement | RepositoryLicense]:
    """State what is said, and what stands."""
    yield from stands.statements
    forms = {one.form for one in stands.statements}
    state = "known" if stands.license else "unknown" if "unknown" in forms else "open" if "open" in forms else "none"
    yield RepositoryLicense(
        where=repository.where,
        repository=repository.folder.rstrip("/!"),
        license=stands.license,
        kind=stands.kind,
        by=stands.by,
        licenses=stands.licenses,
        several=len(stands.licenses) > 1,
        state="unknown" if state in {"open", "none"} and stands.text is not None else state,
        text=any(one.role == "license" for one in repository.of(LicenseText)),
        card=repository.card is not None,
    )


def own_text(repository: Repository) -> LicenseText | None:
    """Choose the licence text of a repository: beside its card, that of the model before a plain one."""
    found = [
        one
        for one in repository.of(LicenseText)
        if one.role == "license" and folder_of(one.where.path) == repository.folder and not _CODE.search(_name(one))
    ]
    known = [one for one in found if one.license] or found
    return min(known, key=lambda one: (not _MODEL.search(_name(one)), one.where.path), default=None)


def _name(text: LicenseText) -> str:
    return text.where.path[len(folder_of(text.where.path)) :]


def _statements(repository: Repository, text: LicenseText | None) -> Iterator[LicenseStatement]:
    if text is not None and text.license:
        yield _made(repository, text.where, "text", text.title or _name(text), (text.license, "known", ""))
    for source, key in (("link", "license_link"), ("name", "license_name"), ("tag", "license")):
        for value in repository.listed(key)[:8]:
            found = _by_file(repository, value) if source == "link" else None
            yield _made(repository, repository.where, source, value, found or identify(source, value))
    told: set[tuple[str, str]] = set()
    for entry in repository.of(MetadataEntry):
        match = _LICENSE_KEY.search(entry.key)
        if match and entry.value and (entry.key, entry.value) not in told and len(told) < DISAGREEMENTS:
            told.add((entry.key, entry.value))
            yield _made(repository, entry.where, "metadata", entry.value, identify(match[1] or "tag", entry.value))


def _by_file(repository: Repository, link: str) -> tuple[str, str, str] | None:
    """Follow a link to a file of the repository."""
    path = repository.folder + link.removeprefix("./")
    found = next((one for one in repository.of(LicenseText) if one.where.path == path and one.license), None)
    return None if found is None else (found.license, "known", "")


def _made(
    repository: Repository, where: Location, source: str, value: str, found: tuple[str, str, str]
) -> LicenseStatement:
    name, form, nearest = found
    return LicenseStatement(
        where=where, repository=repository.folder.rstrip("/!"), source=source, value=value[:VALUE_CHARACTERS],
        license=name, kind=kind_of(name), form=form, nearest=nearest,
    )  # fmt: skip


def disagreements(repository: Repository, stands: Standing) -> Iterator[LicenseDisagreement]:
    """State where something else is said than what stands; families are left out, of which no member is named."""
    if not stands.license or any(one.form == "family" for one in stands.statements if one.source == stands.by):
        return
    told: set[tuple[str, str]] = set()
    for one in stands.statements:
        other = one.form == "known" and one.license and not any(same(one.license, known) for known in stands.licenses)
        if other and one.source != stands.by and (one.source, one.license) not in told:
            agreed = {said.license for said in stands.statements if said.source == one.source}
            if not any(same(name, known) for name in agreed for known in stands.licenses):
                told.add((one.source, one.license))
                yield _differing(repository, stands, one.where, one.source, one.license, one.kind)
    yield from _prose(repository, stands)
    yield from _code(repository, stands)


def _prose(repository: Repository, stands: Standing) -> Iterator[LicenseDisagreement]:
    known = term(stands.license)
    if known is None or known.allows["commercial"] != "yes":
        return
    for one in repository.of(UseStatement):
        if one.kind in {"noncommercial", "research-only"} and one.subject == "model":
            if folder_of(one.where.path) == repository.folder:
                yield _differing(repository, stands, one.where, "prose", one.text, "noncommercial")
            return


def _code(repository: Repository, stands: Standing) -> Iterator[LicenseDisagreement]:
    if stands.kind not in {"permissive", "public-domain"}:
        return
    told: set[str] = set()
    for one in repository.of(LicenseDeclared):
        if one.code and one.relation != "or":
            for name, kind in zip(one.licenses, one.kinds, strict=False):
                if kind in {"copyleft", "share-alike", "noncommercial"} and name not in told:
                    told.add(name)
                    yield _differing(repository, stands, one.where, "code", name, kind)


def _differing(  # noqa: PLR0913, PLR0917 - the sides of one disagreement
    repository: Repository, stands: Standing, where: Location, source: str, name: str, kind: str
) -> LicenseDisagreement:
    more = looser(stands.kind, kind)
    side = (
        "" if more is None or stands.kind == kind else "stands" if more else "said" if looser(kind, stands.kind) else ""
    )
    return LicenseDisagreement(
        where=where, repository=repository.folder.rstrip("/!"), stands=stands.license, stands_kind=stands.kind,
        stands_source=stands.by, said=name[:VALUE_CHARACTERS], said_kind=kind, said_source=source,
        differs="kind" if stands.kind != kind and stands.kind and kind else "id", looser=side,
    )  # fmt: skip
