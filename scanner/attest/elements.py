"""How complete a bill is: elements that governments ask for, each counted only on a value that was measured or checked.

G7 "Software Bill of Materials for Artificial Intelligence - Minimum Elements" (2026-05-12): 50 elements in 7 clusters.
NTIA "The Minimum Elements for a Software Bill of Materials" (2021-07-12): 7 data fields.
"""

from collections.abc import Callable

from scanner.attest.bill import Bill, Subject, source
from scanner.attest.worth import NUMBER, filler
from scanner.record import record

Answer = tuple[str, str] | None
"""A value, and where it comes from; None where nothing that counts is known."""

MEASURED = "measured"
HERE = "this document"


@record
class Document:
    """What the document itself adds: its format and version, its time (RFC 3339), who answers for it ("" for nobody).

    `signed`: it is in an envelope with a signature.
    """

    form: str
    version: str
    moment: str
    author: str = ""
    signed: bool = False


@record
class Element:
    """One element of a profile. `value` and `source` are "" where it is missing."""

    profile: str
    cluster: str
    name: str
    value: str
    source: str


def elements(bill: Bill, document: Document) -> tuple[Element, ...]:
    """Answer every element of every profile, in their order."""
    return tuple(
        Element(profile=profile, cluster=cluster, name=name, value=answer[0], source=answer[1])
        for profile, cluster, name, ask in TABLE
        for answer in (ask(bill, document) or ("", ""),)
    )


def _nothing(_bill: Bill, _document: Document) -> Answer:
    """Files of a model have no place that would say it in a form that can be checked."""
    return None


def _claimed(*subjects: Subject) -> Callable[[Bill, Document], Answer]:
    def ask(bill: Bill, _document: Document) -> Answer:
        for subject in subjects:
            claim = bill.first(subject)
            if claim is not None and claim.checked:
                return claim.value, source(claim.where)
        return None

    return ask


def _of(text: Callable[[Bill, Document], str]) -> Callable[[Bill, Document], Answer]:
    return lambda bill, document: (value, HERE) if (value := text(bill, document)) else None


def _author(_bill: Bill, document: Document) -> Answer:
    return (document.author, "command line") if document.author and not filler(document.author) else None


def _relations(bill: Bill, _document: Document) -> Answer:
    bases = [one.name for one in bill.relatives if one.relation != "dataset" and one.checked]
    if bases:
        return ", ".join(bases), _places(bill)
    return (f"{len(bill.parts)} files", MEASURED) if bill.parts else None


def _places(bill: Bill) -> str:
    return ", ".join(source(one.named[0]) for one in bill.relatives if one.relation != "dataset" and one.checked)


def _digest(bill: Bill, _document: Document) -> Answer:
    return (bill.root, MEASURED) if bill.root else None


def _algorithm(bill: Bill, _document: Document) -> Answer:
    return ("SHA-256", MEASURED) if bill.root else None


def _identifier(bill: Bill, document: Document) -> Answer:
    return _claimed("identifier")(bill, document) or _digest(bill, document)


def _properties(bill: Bill, document: Document) -> Answer:
    counted = [int(dict(part.notes)["parameters"]) for part in bill.parts if dict(part.notes).get("parameters")]
    if any(counted):
        return f"{max(counted)} parameters in one file", MEASURED
    return _claimed("architecture", "family")(bill, document)


def _licence(bill: Bill, _document: Document) -> Answer:
    return next(((named, source(one.where)) for one in bill.licences if (named := one.expression or one.known)), None)


def _data(bill: Bill, _document: Document) -> Answer:
    known = [one for one in bill.relatives if one.relation == "dataset" and one.checked]
    return (", ".join(one.name for one in known), source(known[0].named[0])) if known else None


def _findings(bill: Bill, _document: Document) -> Answer:
    """Referencing vulnerabilities counts only where everything was looked at: an empty list says something then."""
    return (f"{len(bill.findings)} findings", MEASURED) if bill.complete else None


def _performance(bill: Bill, _document: Document) -> Answer:
    for one in bill.metrics:
        if NUMBER.fullmatch(one.value) and not filler(one.kind) and not filler(one.data):
            return f"{one.kind} {one.value} on {one.data}", source(one.where)
    return None


_METADATA: tuple[tuple[str, Callable[[Bill, Document], Answer]], ...] = (
    ("author", _author),
    ("version", _of(lambda _bill, _document: "1")),
    ("data format name", _of(lambda _bill, document: document.form)),
    ("data format version", _of(lambda _bill, document: document.version)),
    ("author signature", _of(lambda _bill, document: "signed" if document.signed else "")),
    ("tool name", _of(lambda bill, _document: bill.tool.name)),
    ("tool version", _of(lambda bill, _document: bill.tool.version)),
    ("generation context", _of(lambda _bill, _document: "analysed after it was built")),
    ("timestamp", _of(lambda _bill, document: document.moment)),
    ("dependency relationship", _relations),
)
_SYSTEM = (
    "name", "components", "producer", "version", "timestamp", "data flow", "data usage", "input and output",
    "intended application area",
)  # fmt: skip
"""A system is more than its model: what a folder of files is part of, they do not say."""
_MODEL: tuple[tuple[str, Callable[[Bill, Document], Answer]], ...] = (
    ("name", _claimed("name", "title")),
    ("identifier", _identifier),
    ("version", _claimed("version")),
    ("timestamp", _claimed("released")),
    ("producer", _claimed("supplier")),
    ("description", _claimed("description")),
    ("hash value", _digest),
    ("hash algorithm", _algorithm),
    ("properties", _properties),
    ("input and output", _nothing),
    ("training properties", _nothing),
    ("licence", _licence),
    ("external references", _claimed("link", "paper")),
)
_DATASET: tuple[tuple[str, Callable[[Bill, Document], Answer]], ...] = (
    ("name", _data),
    ("description", _nothing),
    ("content", _nothing),
    ("identifier", _data),
    ("hash", _nothing),
    ("provenance", _nothing),
    ("statistical properties", _nothing),
    ("sensitivity", _nothing),
    ("dependency relationship", _data),
    ("licence", _nothing),
)
_OTHERS: tuple[tuple[str, str, Callable[[Bill, Document], Answer]], ...] = (
    ("infrastructure", "software", _claimed("library")),
    ("infrastructure", "hardware", _nothing),
    ("security", "controls", _nothing),
    ("security", "compliance", _nothing),
    ("security", "policy", _nothing),
    ("security", "vulnerability referencing", _findings),
    ("indicators", "security metrics", _nothing),
    ("indicators", "operational performance", _performance),
)
_NTIA: tuple[tuple[str, Callable[[Bill, Document], Answer]], ...] = (
    ("supplier name", _claimed("supplier")),
    ("component name", _claimed("name", "title")),
    ("component version", _claimed("version")),
    ("other unique identifier", _identifier),
    ("dependency relationship", _relations),
    ("author of the data", _author),
    ("timestamp", _of(lambda _bill, document: document.moment)),
)

TABLE: tuple[tuple[str, str, str, Callable[[Bill, Document], Answer]], ...] = (
    *(("g7", "metadata", name, ask) for name, ask in _METADATA),
    *(("g7", "system", name, _nothing) for name in _SYSTEM),
    *(("g7", "model", name, ask) for name, ask in _MODEL),
    *(("g7", "dataset", name, ask) for name, ask in _DATASET),
    *(("g7", cluster, name, ask) for cluster, name, ask in _OTHERS),
    *(("ntia", "data fields", name, ask) for name, ask in _NTIA),
)
"""Profile, cluster, element, and what answers it."""
