"""A bill of materials as SPDX 3.0.1, in JSON-LD. Pure: equal bills give equal bytes.

https://spdx.github.io/spdx-spec/v3.0.1/. What is not known is not there. The AI profile asks five values of a model
(release time, supplier, download location, version, purpose): a document that lacks one does not claim to conform to
the profile, and says so in a comment. What SPDX has a word for is said with it: NoAssertionLicense, `noAssertion`.
"""

import json
from collections.abc import Iterator

from scanner.attest import predicates, shown
from scanner.attest.bill import Bill, Relative, source
from scanner.attest.spdx_licences import licensing
from scanner.attest.spdx_model import CREATION, Namer, Node, file_nodes, model_node, relationship

CONTEXT = predicates.SPDX_CONTEXT
VERSION = "3.0.1"

PROFILE = {
    "releaseTime": "release time",
    "suppliedBy": "supplier",
    "software_downloadLocation": "download location",
    "software_packageVersion": "version",
    "software_primaryPurpose": "purpose",
}
"""What the AI profile asks of a model (spdx-spec 3.0.1, AI/Classes/AIPackage, external properties restrictions)."""


def write(bill: Bill, *, moment: str, author: str = "") -> str:
    """Write the document. `moment` is its time (RFC 3339, UTC), `author` who answers for it, "" for the tool alone."""
    namer = Namer(f"{predicates.HOME}/spdx/{shown.identity(bill, 'spdx-3.0.1')}")
    body = list(_body(bill, namer))
    model = next(node for node in body if node["spdxId"] == namer.of("model"))
    lacks = [word for field, word in PROFILE.items() if field not in model]
    made = list(_makers(bill, namer, author))
    listed = sorted(str(node["spdxId"]) for node in (*made, *body))
    sbom: Node = {
        "type": "software_Sbom",
        "spdxId": namer.of("sbom"),
        "creationInfo": CREATION,
        "name": f"Bill of materials of {shown.name(bill.name)}",
        "profileConformance": _profiles(lacks, body),
        "rootElement": [namer.of("model")],
        "element": listed,
        "software_sbomType": ["analyzed"],
    }
    document: Node = {
        "type": "SpdxDocument",
        "spdxId": namer.of("document"),
        "creationInfo": CREATION,
        "name": shown.name(bill.name),
        "profileConformance": sbom["profileConformance"],
        "rootElement": [namer.of("sbom")],
        "element": sorted([*listed, namer.of("sbom")]),
    }
    if lacks:
        document["comment"] = f"Not known of the model, so that the AI profile is not claimed: {', '.join(lacks)}."
    graph = [_creation(namer, moment, author), document, sbom, *made, *body]
    return json.dumps({"@context": CONTEXT, "@graph": graph}, indent=2, allow_nan=False) + "\n"


def _creation(namer: Namer, moment: str, author: str) -> Node:
    return {
        "type": "CreationInfo",
        "@id": CREATION,
        "specVersion": VERSION,
        "created": moment,
        "createdBy": [namer.of("author" if author else "agent")],
        "createdUsing": [namer.of("tool")],
    }


def _makers(bill: Bill, namer: Namer, author: str) -> Iterator[Node]:
    """Name the tool, and who answers for the document: without an author the program itself, which is an agent."""
    named = f"{bill.tool.name} {bill.tool.version}"
    yield {"type": "Tool", "spdxId": namer.of("tool"), "creationInfo": CREATION, "name": named}
    if author:
        yield {"type": "Agent", "spdxId": namer.of("author"), "creationInfo": CREATION, "name": shown.text(author)}
    else:
        yield {"type": "SoftwareAgent", "spdxId": namer.of("agent"), "creationInfo": CREATION, "name": named}


def _profiles(lacks: list[str], body: list[Node]) -> list[str]:
    kinds = {str(node["type"]) for node in body}
    found = ["core", "software"]
    found += ["ai"] if not lacks else []
    found += ["simpleLicensing"] if "simplelicensing_LicenseExpression" in kinds else []
    found += ["security"] if "security_Vulnerability" in kinds else []
    return sorted(found)


def _body(bill: Bill, namer: Namer) -> Iterator[Node]:
    yield from model_node(bill, namer)
    yield from file_nodes(bill, namer)
    for one in bill.relatives:
        yield from _relative(one, namer)
    yield from licensing(bill, namer)
    yield from _findings(bill, namer)


def _relative(one: Relative, namer: Namer) -> Iterator[Node]:
    data = one.relation == "dataset"
    own = namer.of("dataset" if data else "base", one.name)
    node: Node = {
        "type": "dataset_DatasetPackage" if data else "ai_AIPackage",
        "spdxId": own,
        "creationInfo": CREATION,
        "name": shown.text(one.name),
        "software_primaryPurpose": "data" if data else "model",
        "comment": "named by " + ", ".join(shown.text(source(where)) for where in one.named),
    }
    if data:
        node["dataset_datasetType"] = ["noAssertion"]
    if one.identifier:
        node["software_packageUrl"] = one.identifier
    if one.revision:
        node["software_packageVersion"] = one.revision
    if one.digest:
        node["verifiedUsing"] = [{"type": "Hash", "algorithm": "sha256", "hashValue": one.digest}]
    yield node
    kind = "trainedOn" if data else "descendantOf"
    yield relationship(namer, kind, "model", [own], completeness="noAssertion")
    if one.relation == "adapted":
        yield relationship(namer, "dependsOn", "model", [own], completeness="noAssertion")


def _findings(bill: Bill, namer: Namer) -> Iterator[Node]:
    """Write each finding and the file that it is in."""
    rules = {rule.id: rule for rule in bill.rules}
    files = shown.files(bill)
    for number, finding in enumerate(bill.findings):
        own = namer.of("finding", f"{finding.fingerprint}-{number}")
        rule = rules.get(finding.rule)
        waived = f"; waived: {finding.waived}" if finding.waived else ""
        yield {
            "type": "security_Vulnerability",
            "spdxId": own,
            "creationInfo": CREATION,
            "name": finding.rule,
            "summary": finding.title,
            "description": shown.text(finding.evidence[0].says),
            "comment": shown.text(f"severity {finding.severity}, confidence {finding.confidence}{waived}"),
            **({"externalRef": references} if rule and (references := _references(rule.references)) else {}),
        }
        file = shown.file(finding, files)
        subject = namer.of("file", file) if file else namer.of("model")
        yield relationship(namer, "hasAssociatedVulnerability", subject, [own])


def _references(links: tuple[str, ...]) -> list[Node]:
    found = [one for one in links if one.startswith("https://")]
    return [{"type": "ExternalRef", "externalRefType": "securityAdvisory", "locator": [one]} for one in found]
