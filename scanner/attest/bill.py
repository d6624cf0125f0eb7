"""The noun of a bill of materials: what is known of a model, each value with the place that says so."""

from typing import Literal

from scanner.artifact import Location
from scanner.finding import Finding
from scanner.record import record
from scanner.report import Digested, RuleHelp, Tool, Verdict

Subject = Literal[
    "name", "version", "identifier", "supplier", "description", "released", "task", "family", "architecture",
    "library", "language", "tag", "quantization", "context", "link", "paper", "energy", "title", "size",
]  # fmt: skip
"""What of a model a claim is about."""


@record
class Claim:
    """A value as a file of the model states it, and where. `where.path` is relative to the model.

    `checked`: the value has the form that its subject asks for and is none that people write to fill a gap.
    It says that the value can be looked at, not that it is true.
    """

    about: Subject
    value: str
    where: Location
    checked: bool


@record
class Part:
    """One file of the model. `sha256` is of its bytes as they were read, "" where it was not digested.

    `complete`: it was read to its end. `media` is its media type, "" where it has none or several. `notes` are pairs
    that readers measured: tensors, parameters, dtypes.
    """

    name: str
    path: str
    sha256: str
    nbytes: int
    formats: tuple[str, ...]
    complete: bool
    media: str = ""
    notes: tuple[tuple[str, str], ...] = ()


@record
class Gap:
    """Something of the model that was not looked at, or not to its end, and why."""

    name: str
    reason: str


@record
class Relative:
    """A model or a set of data that this model says it comes from.

    `relation`: "base", "adapted" (an adapter that is nothing without it), "dataset". `identifier` is a package URL,
    "" where the name alone is known. `revision` is a commit, `digest` a SHA-256; "" where nothing says it.
    `checked` as in `Claim`; `named` are all places that name it.
    """

    name: str
    relation: Literal["base", "adapted", "dataset"]
    identifier: str
    revision: str
    digest: str
    how: str
    checked: bool
    named: tuple[Location, ...]


@record
class Licence:
    """A licence. `expression` is in SPDX ids, "" where `name`, as written, is all there is.

    `how`: "declared" (a file says it), "found" (its text is there). `link` is where the text can be read.
    `known` is its id in the knowledge base (`scanner.licenses`), with `kind` and `duties` as there; "" and () where
    nobody has read it for us.
    """

    expression: str
    name: str
    link: str
    how: Literal["declared", "found"]
    where: Location
    known: str = ""
    kind: str = ""
    duties: tuple[str, ...] = ()


@record
class Duty:
    """What a licence asks of those who hand the model on. `says` in a line, with who asks; `clause` and `source` of it.

    `state`: "met", "missing" or "open" (files cannot show it).
    """

    duty: str
    state: str
    says: str
    clause: str
    source: str


@record
class Metric:
    """A result of an evaluation, as the model card states it."""

    kind: str
    value: str
    data: str
    where: Location


@record
class Bill:
    """A model, its parts and relatives, what was found, and how far was looked.

    `root` is the digest that OpenSSF Model Signing gives the model: SHA-256 over the digests of its files in the order
    of their names; "" where it cannot be known. `signatures` are the files at its top that sign it or attest to it: no
    part of it, and not in its root. `adapter`: it is nothing without its base.
    """

    name: str
    root: str
    adapter: bool
    parts: tuple[Part, ...]
    signatures: tuple[Part, ...]
    gaps: tuple[Gap, ...]
    claims: tuple[Claim, ...]
    relatives: tuple[Relative, ...]
    licences: tuple[Licence, ...]
    duties: tuple[Duty, ...]
    metrics: tuple[Metric, ...]
    tool: Tool
    ruleset: Digested
    policy: Digested
    verdict: Verdict
    findings: tuple[Finding, ...]
    rules: tuple[RuleHelp, ...]

    @property
    def complete(self) -> bool:
        """Say whether every byte of every file was looked at: nothing less can pass."""
        return bool(self.parts) and not self.gaps and bool(self.root) and self.verdict != "incomplete"

    def about(self, subject: Subject) -> tuple[Claim, ...]:
        """Return what is claimed of one subject, checked values first."""
        return tuple(sorted((one for one in self.claims if one.about == subject), key=lambda one: not one.checked))

    def first(self, subject: Subject) -> Claim | None:
        """Return the first checked claim, else the first one."""
        return next(iter(self.about(subject)), None)


def source(where: Location) -> str:
    """Spell a place as `file#pointer`, or `file:line`, or the file alone."""
    if where.pointer is not None:
        return f"{where.path}#{where.pointer}"
    return where.path if where.line is None else f"{where.path}:{where.line}"
