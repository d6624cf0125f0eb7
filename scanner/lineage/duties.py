"""What licences ask of those who hand a repository on, each with the file that does it, or the word missing."""

import re
from collections.abc import Callable, Iterator, Sequence

from scanner.artifact import Location
from scanner.facts.card import CardText
from scanner.facts.license import LicenseText, NoticeText
from scanner.facts.lineage import Lineage, Obligation, UseStatement
from scanner.facts.metadata import MetadataEntry
from scanner.licenses.knowledge import License
from scanner.lineage.identify import identify
from scanner.lineage.kinds import same, term
from scanner.lineage.parents import Found
from scanner.lineage.repository import Repository, folder_of
from scanner.lineage.stated import Standing

NOTICES = frozenset((
    "licence-copy", "licence-link", "copyright-notice", "notice-file", "attribution", "keep-notices", "state-changes",
))  # fmt: skip
"""Duties that stay where a licence lets other terms take its place."""

CALLED = frozenset(("name-prefix", "name-part"))
"""Duties that one file can show or break."""

NAMING = frozenset(("name-prefix", "name-part", "display", "notice-text"))

_NOTICE = re.compile(r"(?i)^(?:notice|third[-_]?party|attribution)")
_MODEL_NAME = re.compile(r"(?=[^\s]*\d)[\w.]+(?:-[\w.]+)+")
"""A title that is a model's name, and not a sentence."""

_POLICY = re.compile(r"(?i)(?:acceptable[-_ ]?)?use[-_ ]?(?:policy|restrictions)|prohibited[-_ ]?use")

Met = tuple[str, str]
"""The state and the file."""


def obligations(
    repository: Repository, stands: Standing, comes: Sequence[Lineage], found: Found
) -> Iterator[Obligation]:
    """State the duties of the own licence, and of each licence that follows what the repository comes from."""
    told: set[tuple[str, str]] = set()
    own = [(known, "own", "", repository.where) for name in stands.licenses if (known := term(name)) is not None]
    parents = [
        (known, one.relation, one.parent, one.where) for one in comes if (known := term(one.parent_license)) is not None
    ]
    for known, relation, parent, where in (*parents, *own):
        if known.judged_as:  # a family: which duties bind, its name does not say
            continue
        for duty in _asked(known, relation):
            if (known.id, duty) not in told:
                told.add((known.id, duty))
                beside = found.get(parent.lower())
                noticed = beside is not None and bool(_notices(beside[0]))
                yield _fact(repository, known, duty, relation, parent, where, noticed=noticed)


def _asked(known: License, relation: str) -> Iterator[str]:
    if relation == "own":
        yield from known.duties
        return
    if relation == "outputs":
        words = {"naming": NAMING, "notice": NOTICES}.get(known.outputs_train_others, frozenset())
        yield from (duty for duty in known.duties if duty.partition(":")[0] in words)
        return
    flow = known.flows.get(relation, "unspoken")
    if flow in {"same", "restrictions", "noncommercial", "duties"}:
        yield from known.duties
    elif flow == "notice":
        yield from (duty for duty in known.duties if duty in NOTICES)


def _fact(  # noqa: PLR0913, PLR0917 - the fact's own fields
    repository: Repository, known: License, duty: str, relation: str, parent: str, where: Location, *, noticed: bool
) -> Obligation:
    code, _, words = duty.partition(":")
    state, file = _CHECKS.get(code, _open)(repository, known, words)
    if state == "missing" and code not in CALLED and repository.card is None and len(repository.files) <= 1:
        state = "open"  # a file alone: what lies beside it is not in the scan
    if code == "notice-file" and state == "missing" and not (noticed or known.words_of("notice-text")):
        state = "open"  # it is to be kept where there is one, and none is seen
    return Obligation(
        where=where, repository=repository.folder.rstrip("/!"), duty=code, words=words, state=state, satisfied_by=file,
        relation=relation, parent=parent, license=known.id, clause=known.clause, source=known.url,
    )  # fmt: skip


def _open(_repository: Repository, _known: License, _words: str) -> Met:
    return "open", ""


def _met(file: str) -> Met:
    return ("met", file) if file else ("missing", "")


def _text(repository: Repository, known: License) -> str:
    """Find the text of a licence, whatever the file is called."""
    return next((one.where.path for one in repository.of(LicenseText) if same(one.license, known.id)), "")


def _linked(repository: Repository, known: License) -> str:
    """Find the card where it names the licence, or links to it."""
    keys = (("link", "license_link"), ("name", "license_name"), ("tag", "license"))
    said = [identify(source, value)[0] for source, key in keys for value in repository.listed(key)[:8]]
    return repository.where.path if any(same(name, known.id) for name in said if name) else ""


def _copied(repository: Repository, known: License, _words: str) -> Met:
    return _met(_text(repository, known))


def _link(repository: Repository, known: License, _words: str) -> Met:
    return _met(_text(repository, known) or _linked(repository, known))


def _notices(repository: Repository) -> list[str]:
    own = [path for path in repository.files if _NOTICE.match(path[len(folder_of(path)) :])]
    return sorted({*own, *(one.where.path for one in repository.of(NoticeText))})


def _notice(repository: Repository, _known: License, _words: str) -> Met:
    return _met(next(iter(_notices(repository)), ""))


def _copyright(repository: Repository, known: License, _words: str) -> Met:
    return _met(_text(repository, known) or next(iter(_notices(repository)), ""))


def _stated(repository: Repository, known: License, words: str) -> Met:
    """Find a file that says the words a licence asks for; its own text has them too, and does not."""
    folded = _folded(words)
    texts = {one.where.path for one in repository.of(LicenseText) if same(one.license, known.id)}
    for notice in repository.of(NoticeText):
        if notice.where.path not in texts and any(folded in _folded(one) for one in notice.statements):
            return "met", notice.where.path
    for one in repository.of(UseStatement):
        if one.kind == "display" and folded in _folded(one.text):
            return "met", one.where.path
    return "missing", ""


def _policy(repository: Repository, known: License, _words: str) -> Met:
    """Find a policy of use, or the licence that has it or leads to it."""
    texts = [one.where.path for one in repository.of(LicenseText) if one.role == "policy"]
    named = [path for path in repository.files if _POLICY.search(path[len(folder_of(path)) :])]
    return _met(next(iter((*texts, *named)), "") or _text(repository, known) or _linked(repository, known))


def _own(repository: Repository, known: License, _words: str) -> Met:
    return _met(_text(repository, known) or _linked(repository, known))


def _attributed(repository: Repository, known: License, _words: str) -> Met:
    """A card that names what it comes from, or the text with the holder's notice, attributes; more is for people."""
    if repository.listed("base_model") or repository.listed("datasets"):
        return "met", repository.where.path
    return ("met", text) if (text := _text(repository, known)) else ("open", "")


def _begins(repository: Repository, _known: License, words: str) -> Met:
    return _called(repository, lambda name: name.startswith(_folded(words)))


def _holds(repository: Repository, _known: License, words: str) -> Met:
    return _called(repository, lambda name: _folded(words) in name)


def _called(repository: Repository, fits: Callable[[str], bool]) -> Met:
    """Ask the names of a repository: its folder, else what weights and card call it; without any, nobody can tell."""
    folder = [name.rpartition("/")[2] for name in repository.names]
    told = {entry.value: entry.where.path for entry in repository.of(MetadataEntry) if entry.key == "general.name"}
    titles = {one.title: one.where.path for one in repository.of(CardText) if one.title}
    for names in (dict.fromkeys(folder, repository.where.path), told, titles):
        for name, path in names.items():
            if fits(_folded(name)):
                return "met", path
    return ("missing", "") if told or any(map(_MODEL_NAME.fullmatch, titles)) else ("open", "")


def _folded(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())


_CHECKS: dict[str, Callable[[Repository, License, str], Met]] = {
    "licence-copy": _copied,
    "licence-link": _link,
    "copyright-notice": _copyright,
    "notice-file": _notice,
    "notice-text": _stated,
    "display": _stated,
    "name-prefix": _begins,
    "name-part": _holds,
    "aup-passthrough": _policy,
    "restrictions-passthrough": _policy,
    "same-licence": _own,
    "attribution": _attributed,
}
