"""A bill of materials as CycloneDX 1.6 or 1.7 (ECMA-424), in JSON. Pure: equal bills give equal bytes.

The model is `metadata.component`, its files are that component's own; what it comes from is its pedigree. A value
stands in a field only if its form was checked, else among the properties. Each value names its source: properties
`assay:source:POINTER` in both versions, `citations` in 1.7.
"""

import json
from collections.abc import Iterator

from scanner.artifact import Location
from scanner.attest import cyclonedx_model, predicates, shown
from scanner.attest.bill import Bill, source
from scanner.attest.cyclonedx_findings import vulnerabilities
from scanner.attest.cyclonedx_model import MODEL, Cited, Node

PREDICATE = predicates.CYCLONEDX
"""Type of a statement that holds such a document (in-toto, predicate CycloneDX)."""


def write(bill: Bill, *, version: str, moment: str, author: str = "") -> str:
    """Write the document. `moment` is its time (RFC 3339, UTC), `author` who answers for it, "" for nobody."""
    cited: Cited = []
    component = cyclonedx_model.component(bill, cited)
    document: Node = {
        "$schema": f"http://cyclonedx.org/schema/bom-{version}.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": version,
        "serialNumber": f"urn:uuid:{shown.identity(bill, f'cyclonedx-{version}')}",
        "version": 1,
        "metadata": _metadata(bill, component, moment, author),
        "components": cyclonedx_model.datasets(bill),
        "dependencies": _dependencies(bill),
        "compositions": _compositions(bill),
        "vulnerabilities": list(vulnerabilities(bill)),
    }
    if version == "1.7":
        document["citations"] = list(_citations(cited, moment))
    kept = {key: value for key, value in document.items() if value != []}
    return json.dumps(kept, indent=2, allow_nan=False) + "\n"


def _metadata(bill: Bill, component: Node, moment: str, author: str) -> Node:
    tool = {"type": "application", "bom-ref": "tool", "name": bill.tool.name, "version": bill.tool.version}
    said = [
        ("assay:verdict", bill.verdict),
        ("assay:ruleset", f"{shown.text(bill.ruleset.name)} sha256:{bill.ruleset.sha256}"),
        ("assay:policy", f"{shown.text(bill.policy.name)} sha256:{bill.policy.sha256}"),
    ]
    return {
        "timestamp": moment,
        "lifecycles": [{"phase": "post-build"}],
        "tools": {"components": [tool]},
        **({"authors": [{"name": shown.text(author)}]} if author else {}),
        "component": component,
        "properties": [{"name": key, "value": value} for key, value in said],
    }


def _dependencies(bill: Bill) -> list[Node]:
    """An adapter needs its base; of every other model the files do not say what it needs, and so this does not."""
    needed = [cyclonedx_model.reference(one) for one in bill.relatives if one.relation == "adapted"]
    return [{"ref": MODEL, "dependsOn": needed}] if needed else []


def _compositions(bill: Bill) -> list[Node]:
    """How far the lists are complete: the files as far as they were read, what stands behind a base never."""
    whole = "complete" if bill.complete else "incomplete"
    behind = [MODEL, *(cyclonedx_model.reference(one) for one in bill.relatives)]
    return [
        {"aggregate": whole, "assemblies": [MODEL]},
        {"aggregate": "unknown", "dependencies": sorted(behind)},
    ]


def _citations(cited: Cited, moment: str) -> Iterator[Node]:
    """Say for each field which place of which file it comes from (CycloneDX 1.7, `citations`)."""
    by_source: dict[str, list[str]] = {}
    for pointer, where in cited:
        by_source.setdefault(_source(where), []).append(f"/metadata/component{pointer}")
    for number, (place, pointers) in enumerate(by_source.items(), start=1):
        yield {
            "bom-ref": f"citation:{number}",
            "pointers": pointers,
            "timestamp": moment,
            "attributedTo": "tool",
            "note": place,
        }


def _source(where: Location) -> str:
    return shown.text(source(where))
