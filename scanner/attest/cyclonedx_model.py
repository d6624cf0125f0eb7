"""The model and what it is made of and from, as components of CycloneDX."""

from collections.abc import Iterator

from scanner.artifact import Location
from scanner.attest import shown
from scanner.attest.bill import Bill, Claim, Duty, Licence, Part, Relative, Subject, source

Node = dict[str, object]

Cited = list[tuple[str, Location]]
"""Pointers below the model's component, and where their values come from."""

MODEL = "model"
CARD = "readme.md"

PARAMETERS: tuple[tuple[Subject, str], ...] = (
    ("task", "task"),
    ("family", "architectureFamily"),
    ("architecture", "modelArchitecture"),
)
SINGLE: frozenset[Subject] = frozenset(("version", "supplier", "description", "identifier", "name"))
"""Subjects that a component has one field for."""


def component(bill: Bill, cited: Cited) -> Node:
    """Write the model; note in `cited` where each value comes from."""
    node: Node = {"type": "machine-learning-model", "bom-ref": MODEL, "name": shown.name(bill.name)}
    _single(bill, node, cited)
    if bill.root:
        node["hashes"] = [{"alg": "SHA-256", "content": bill.root}]
    node["licenses"] = _licenses(bill, cited)
    node["pedigree"] = _pedigree(bill, cited)
    node["modelCard"] = _card(bill, cited)
    node["externalReferences"] = _references(bill)
    node["components"] = [_part(part) for part in bill.parts]
    node["properties"] = _properties(bill, cited)
    return {key: value for key, value in node.items() if value not in ([], {})}


def reference(relative: Relative) -> str:
    """Name a relative inside the document."""
    kind = "dataset" if relative.relation == "dataset" else "base"
    return f"{kind}:{shown.reference(relative.name)}"


def datasets(bill: Bill) -> list[Node]:
    """Write the sets of data, which are no part of the model."""
    return [
        {
            "type": "data",
            "bom-ref": reference(one),
            "name": shown.text(one.name),
            "data": [{"type": "dataset", "name": shown.text(one.name)}],
            "properties": _sources(one),
        }
        for one in bill.relatives
        if one.relation == "dataset"
    ]


def _single(bill: Bill, node: Node, cited: Cited) -> None:
    fields: tuple[tuple[Subject, str], ...] = (
        ("supplier", "supplier"),
        ("version", "version"),
        ("description", "description"),
        ("identifier", "purl"),
    )
    for about, field in fields:
        if claim := shown.checked(bill.first(about)):
            value = shown.text(claim.value)
            node[field] = {"name": value} if field == "supplier" else value
            cited.append((f"/{field}/name" if field == "supplier" else f"/{field}", claim.where))
    if named := shown.checked(bill.first("name")):
        cited.append(("/name", named.where))


def _licenses(bill: Bill, cited: Cited) -> list[Node]:
    """List licences; version 1.6 has either names or one expression, so an expression stands alone."""
    declared = [one for one in bill.licences if one.how == "declared"]
    compound = [one for one in declared if " " in one.expression]
    if len(compound) == 1 and len(declared) == 1:
        cited.append(("/licenses/0", compound[0].where))
        return [{"expression": compound[0].expression, "acknowledgement": "declared"}]
    nodes: list[Node] = []
    for number, one in enumerate(bill.licences):
        cited.append((f"/licenses/{number}", one.where))
        nodes.append({"license": _license(one)})
    return nodes


def _license(one: Licence) -> Node:
    simple = one.expression and " " not in one.expression
    node: Node = {"id": one.expression} if simple else {"name": shown.text(one.name)}
    node["acknowledgement"] = "declared" if one.how == "declared" else "concluded"
    if one.link.startswith(("https://", "http://")) and not set(one.link) & set(' <>"{}|\\^`'):
        node["url"] = shown.text(one.link)
    said = [("assay:kind", one.kind), ("assay:known-as", one.known), *(("assay:duty", duty) for duty in one.duties)]
    if one.known:
        node["properties"] = [{"name": key, "value": value} for key, value in said]
    return node


def _pedigree(bill: Bill, cited: Cited) -> Node:
    ancestors: list[Node] = []
    for one in bill.relatives:
        if one.relation != "dataset":
            cited.extend((f"/pedigree/ancestors/{len(ancestors)}", where) for where in one.named)
            ancestors.append(_ancestor(one))
    return {"ancestors": ancestors} if ancestors else {}


def _ancestor(one: Relative) -> Node:
    node: Node = {"type": "machine-learning-model", "bom-ref": reference(one), "name": shown.text(one.name)}
    if one.revision:
        node["version"] = one.revision
    if one.identifier:
        node["purl"] = one.identifier
    if one.digest:
        node["hashes"] = [{"alg": "SHA-256", "content": one.digest}]
    relation = [{"name": "assay:relation", "value": shown.text(one.how)}] if one.how else []
    node["properties"] = [*relation, *_sources(one)]
    return node


def _card(bill: Bill, cited: Cited) -> Node:
    parameters: Node = {}
    for about, field in PARAMETERS:
        if claim := shown.checked(bill.first(about)):
            parameters[field] = shown.text(claim.value)
            cited.append((f"/modelCard/modelParameters/{field}", claim.where))
    data = [one for one in bill.relatives if one.relation == "dataset"]
    for number, one in enumerate(data):
        cited.append((f"/modelCard/modelParameters/datasets/{number}", one.named[0]))
    if data:
        parameters["datasets"] = [{"ref": reference(one)} for one in data]
    metrics: list[Node] = []
    for result in bill.metrics:
        cited.append((f"/modelCard/quantitativeAnalysis/performanceMetrics/{len(metrics)}", result.where))
        slice_ = {"slice": shown.text(result.data)} if result.data else {}
        metrics.append({"type": shown.text(result.kind), "value": shown.text(result.value), **slice_})
    card: Node = {"modelParameters": parameters} if parameters else {}
    if metrics:
        card["quantitativeAnalysis"] = {"performanceMetrics": metrics}
    return card


def _references(bill: Bill) -> list[Node]:
    """Link the card and signatures that lie in the model, by digest, and the addresses that it names."""
    nodes: list[Node] = []
    cards = [("model-card", part) for part in bill.parts if part.name.lower() == CARD]
    for kind, part in (*cards, *(("digital-signature", part) for part in bill.signatures)):
        hashes = [{"alg": "SHA-256", "content": part.sha256}]
        nodes.append({"type": kind, "url": shown.address(part.name), **({"hashes": hashes} if part.sha256 else {})})
    for claim in bill.claims:
        if claim.checked and claim.about in {"link", "paper"}:
            url = claim.value if claim.about == "link" else shown.paper(claim.value)
            kind = "website" if claim.about == "link" else "documentation"
            nodes.append({"type": kind, "url": shown.text(url), "comment": shown.text(source(claim.where))})
    return nodes


def _part(part: Part) -> Node:
    node: Node = {"type": "file", "bom-ref": f"file:{shown.reference(part.name)}", "name": shown.name(part.name)}
    if part.media:
        node["mime-type"] = part.media
    if part.sha256:
        node["hashes"] = [{"alg": "SHA-256", "content": part.sha256}]
    said = [("assay:nbytes", str(part.nbytes)), *(("assay:format", one) for one in part.formats)]
    said += [(f"assay:{key}", value) for key, value in part.notes]
    said += [] if part.complete else [("assay:examined", "incomplete")]
    node["properties"] = [{"name": key, "value": value} for key, value in said]
    return node


def _properties(bill: Bill, cited: Cited) -> list[Node]:
    """Say what has no field: further claims, the source of every field, and what was not looked at."""
    said = [("assay:oms-root", f"sha256:{bill.root}")] if bill.root else []
    said += [pair for claim in bill.claims if not _fielded(bill, claim) for pair in _claimed(claim)]
    said += [(f"assay:source:{pointer}", shown.text(source(where))) for pointer, where in cited]
    said += [(f"assay:obligation:{one.duty}", shown.text(_obligation(one))) for one in bill.duties]
    said += [(f"assay:gap:{shown.text(gap.name)}", shown.text(gap.reason)) for gap in bill.gaps]
    return [{"name": key, "value": value} for key, value in said]


def _obligation(one: Duty) -> str:
    return "; ".join(part for part in (one.state, one.says, one.clause, one.source) if part)


def _fielded(bill: Bill, claim: Claim) -> bool:
    single = SINGLE | {about for about, _ in PARAMETERS}
    if claim.about in {"link", "paper"}:
        return claim.checked
    return claim.about in single and claim.checked and claim == bill.first(claim.about)


def _claimed(claim: Claim) -> Iterator[tuple[str, str]]:
    kind = "claim" if claim.checked else "unchecked"
    yield f"assay:{kind}:{claim.about}", shown.text(claim.value)
    yield f"assay:source:{kind}:{claim.about}", shown.text(source(claim.where))


def _sources(one: Relative) -> list[Node]:
    return [{"name": "assay:source", "value": shown.text(source(where))} for where in one.named]
