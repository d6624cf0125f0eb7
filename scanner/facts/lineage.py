"""Facts about a repository's licence, what the repository comes from, and what follows from both.

A repository is a folder with a card, or one whose files name a base or a licence; `repository` is its path, "" for the
root of the scan. Licences go by their id in `scanner.licenses`, kinds as in `scanner.facts.license`; "" is unknown.
`relation`: "finetune", "adapter", "quantized", "merge" (of the weights named), "trained_on" (data), "outputs" (trained
on what the parent wrote), "bundled" (a file of the parent lies here), "own" (no parent: the repository's own licence).
`clause` and `source` say where the words of a licence stand, for a person who checks them.
"""

from scanner.facts.core import Fact
from scanner.record import record


@record
class Use(Fact):
    """What the one who scans wants to do, from the policy: no observation of a file, and stated at most once.

    `commercial`: "yes", "no", or "" where the profile does not say. `redistributes`: it is handed on to others.
    `regions`: where, as codes. `users` a month and `revenue` in USD a year are -1 where unsaid.
    `strict_data`: terms of data bind what was trained on it.
    """

    name: str
    commercial: str
    redistributes: bool
    regions: tuple[str, ...]
    users: int
    revenue: int
    strict_data: bool


@record
class UseStatement(Fact):
    """A passage of a card about use or origin. `kind`: "noncommercial", "research-only" or "display" (`text` is shown).

    `subject`: "data" where the sentence speaks of data, else "model".
    """

    kind: str
    subject: str
    text: str


@record
class LicenseStatement(Fact):
    """One statement of a repository's licence. `source`: "text", "link", "name", "tag" (of the card), "metadata".

    `form`: "known", "family" (several licences share it), "open" ("other": it names none), "unknown" (no licence is
    called so; `nearest` is the known name that looks most like it, "" for none).
    """

    repository: str
    source: str
    value: str
    license: str
    kind: str
    form: str
    nearest: str


@record
class RepositoryLicense(Fact):
    """What licence a repository has, all statements weighed: a text goes before a link, a name, a tag, metadata.

    `by`: which of them decided, "" where none is known. `licenses`: all that stand side by side.
    `state`: "known", "open" (a tag says "other", and nothing says which), "unknown" (statements that name no licence
    that is known), "none" (nothing is stated). `text`: a licence file is there. `card`: there is a card.
    """

    repository: str
    license: str
    kind: str
    by: str
    licenses: tuple[str, ...]
    several: bool
    state: str
    text: bool
    card: bool


@record
class LicenseDisagreement(Fact):
    """Two statements of one repository's licence that do not agree.

    `stands` is what the statement of more weight says, `said` the other one; sources as in `LicenseStatement`, or
    "prose" (a sentence of the card) and "code" (a notice in source code). `differs`: "kind" or "id".
    `looser`: the side that allows more, "stands" or "said", "" where neither does.
    """

    repository: str
    stands: str
    stands_kind: str
    stands_source: str
    said: str
    said_kind: str
    said_source: str
    differs: str
    looser: str


@record
class Lineage(Fact):
    """What a repository comes from. `parent` as it is named.

    `how`: what names it: "card", "adapter_config", "gguf", "metadata", "config", "merge_config", "vocabulary".
    `known_by`: where the parent's licence is known from: "scan" (it is there), "id" (by its name), "" where it is not.
    `declared`: the card names a base. `binding`: the parent's licence allows no other terms in its place.
    `agrees`: the repository has the same licence.
    """

    repository: str
    license: str
    kind: str
    parent: str
    relation: str
    parent_license: str
    parent_kind: str
    how: str
    known_by: str
    declared: bool
    binding: bool
    agrees: bool


@record
class LicenseConflict(Fact):
    """A licence of a repository that the licence of something it comes from does not allow.

    `conflict`: "relabelled" (other terms in place of those that bind), "no-derivatives", "share-alike", "merge" (two
    parents each ask for their own licence; `other` is the second), "outputs" (its outputs may not train this).
    `allows` is the answer in the knowledge base that says so ("no", "same", "limited" ...). `kin`: both parents of a
    merge have licences of one family (Llama 3 and Llama 3.1), which may be read as met by the stricter one.
    """

    repository: str
    conflict: str
    relation: str
    license: str
    kind: str
    parent: str
    parent_license: str
    parent_kind: str
    other: str
    kin: bool
    allows: str
    clause: str
    source: str


@record
class LicenseLimit(Fact):
    """A bound of use, of the repository's own licence or one it comes from, against the `Use` of the policy.

    `limit`: "commercial", "users" (a month), "revenue" (USD a year), "region", "redistribute", "field" (of use).
    `bound` is its number or words. `meets`: "over" (the use is beyond it), "within", "unknown" (the policy says
    nothing of it). `strict`: the policy says that terms of data bind what was trained on it.
    """

    repository: str
    limit: str
    bound: str
    meets: str
    relation: str
    parent: str
    license: str
    kind: str
    strict: bool
    clause: str
    source: str


@record
class Obligation(Fact):
    """What a licence asks of those who hand the repository on. `duty` as in the knowledge base, `words` what it shows.

    `state`: "met" (by the file `satisfied_by`), "missing", or "open" (files cannot show it).
    """

    repository: str
    duty: str
    words: str
    state: str
    satisfied_by: str
    relation: str
    parent: str
    license: str
    clause: str
    source: str
