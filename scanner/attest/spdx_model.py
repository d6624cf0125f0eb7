"""The model and its files as elements of SPDX 3.0.1, and how elements are named and related."""

from collections.abc import Iterator, Sequence
from urllib.parse import quote

from scanner.attest import shown
from scanner.attest.bill import Bill, Subject, source

Node = dict[str, object]

CREATION = "_:creation"
"""The one `CreationInfo`, which every element refers to."""


class Namer:
    """Gives each element its own IRI below that of the document."""

    def __init__(self, base: str) -> None:
        """Begin every name with `base`."""
        self.base = base

    def of(self, kind: str, name: str = "") -> str:
        """Name an element; one that is a full IRI already keeps it."""
        if kind.startswith("https://"):
            return kind
        return f"{self.base}#{kind}" + (f"/{quote(shown.reference(name), safe='')}" if name else "")


def relationship(
    namer: Namer, kind: str, subject: str, targets: Sequence[str], *, completeness: str = "complete"
) -> Node:
    """Relate an element to others."""
    start = namer.of(subject)
    return {
        "type": "Relationship",
        "spdxId": namer.of("relation", f"{kind} {start.rpartition('#')[2]} {targets[0].rpartition('#')[2]}"),
        "creationInfo": CREATION,
        "relationshipType": kind,
        "from": start,
        "to": list(targets),
        "completeness": completeness,
    }


def model_node(bill: Bill, namer: Namer) -> Iterator[Node]:
    """Write the model with what is known of it, its supplier, and where each value comes from."""
    sources: list[str] = []
    node: Node = {
        "type": "ai_AIPackage",
        "spdxId": namer.of("model"),
        "creationInfo": CREATION,
        "name": shown.name(bill.name),
        "software_primaryPurpose": "model",
    }
    if bill.root:
        node["verifiedUsing"] = [{"type": "Hash", "algorithm": "sha256", "hashValue": bill.root}]
    node |= _fields(bill, sources)
    node |= _kinds(bill, sources)
    supplier = shown.checked(bill.first("supplier"))
    if supplier is not None:
        node["suppliedBy"] = namer.of("supplier")
        sources.append(f"suppliedBy: {source(supplier.where)}")
        named = shown.text(supplier.value)
        yield {"type": "Agent", "spdxId": namer.of("supplier"), "creationInfo": CREATION, "name": named}
    yield node
    if sources:
        yield _annotation(namer, "sources", "source of each value: " + "; ".join(map(shown.text, sources)))
    if bill.duties:
        asked = "; ".join(shown.text(f"{one.duty} ({one.state}): {one.says}, {one.clause}") for one in bill.duties)
        yield _annotation(namer, "obligations", f"asked for by licences: {asked}")
    if bill.gaps:
        told = "; ".join(shown.text(f"{gap.name}: {gap.reason}") for gap in bill.gaps)
        yield _annotation(namer, "gaps", f"not looked at, or not to the end: {told}")


def _fields(bill: Bill, sources: list[str]) -> Node:
    """Write what SPDX has one field for, and note where it comes from."""
    node: Node = {}
    for about, field in _FIELDS:
        if claim := shown.checked(bill.first(about)):
            value = _moment(claim.value) if about == "released" else shown.text(claim.value)
            node |= {field: value} if value else {}
            sources.append(f"{field}: {source(claim.where)}")
    references = [
        {"type": "ExternalRef", "externalRefType": kind, "locator": [shown.text(url)], "comment": source(one.where)}
        for about, kind in (("link", "altWebPage"), ("paper", "documentation"))
        for one in bill.claims
        if one.about == about and one.checked
        for url in (shown.paper(one.value) if about == "paper" else one.value,)
    ]
    if references:
        node["externalRef"] = references
    if place := shown.download(str(node.get("software_packageUrl", ""))):
        node["software_downloadLocation"] = place
    return node


def _kinds(bill: Bill, sources: list[str]) -> Node:
    """Write what kind of model it is, and how it did in evaluations."""
    node: Node = {}
    types = [one for about in _TYPES for one in bill.about(about) if one.checked]
    if types:
        node["ai_typeOfModel"] = [shown.text(one.value) for one in types]
        sources += [f"ai_typeOfModel {one.value}: {source(one.where)}" for one in types]
    if bill.metrics:
        pairs = [(shown.text(f"{one.kind} {one.data}".strip()), shown.text(one.value)) for one in bill.metrics]
        node["ai_metric"] = [{"type": "DictionaryEntry", "key": key, "value": value} for key, value in pairs]
        sources += [f"ai_metric {one.kind}: {source(one.where)}" for one in bill.metrics]
    return node


_FIELDS: tuple[tuple[Subject, str], ...] = (
    ("version", "software_packageVersion"),
    ("description", "description"),
    ("identifier", "software_packageUrl"),
    ("released", "releaseTime"),
)
_TYPES: tuple[Subject, ...] = ("task", "family", "architecture")


def file_nodes(bill: Bill, namer: Namer) -> Iterator[Node]:
    """Write the files, and that the model contains them: completely only where everything was looked at."""
    for part in bill.parts:
        node: Node = {
            "type": "software_File",
            "spdxId": namer.of("file", part.name),
            "creationInfo": CREATION,
            "name": shown.name(part.name),
        }
        if part.sha256:
            node["verifiedUsing"] = [{"type": "Hash", "algorithm": "sha256", "hashValue": part.sha256}]
        if part.media:
            node["contentType"] = part.media
        said = [f"{part.nbytes} bytes", *part.formats, *(f"{key} {value}" for key, value in part.notes)]
        node["comment"] = "; ".join(said if part.complete else [*said, "not read to its end"])
        yield node
    if bill.parts:
        files = [namer.of("file", part.name) for part in bill.parts]
        whole = "complete" if bill.complete else "incomplete"
        yield relationship(namer, "contains", "model", files, completeness=whole)


def _annotation(namer: Namer, name: str, statement: str) -> Node:
    return {
        "type": "Annotation",
        "spdxId": namer.of("annotation", name),
        "creationInfo": CREATION,
        "annotationType": "other",
        "subject": namer.of("model"),
        "statement": statement,
    }


def _moment(value: str) -> str:
    """Spell a day or time as SPDX does: UTC, whole seconds; a day is its first second. "" for what is neither."""
    from datetime import UTC, datetime

    try:
        moment = datetime.fromisoformat(value)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError):
        return ""
