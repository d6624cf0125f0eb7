"""Licences of a model in SPDX 3.0.1: declared by its files, concluded only where all of them agree."""

import re
from collections.abc import Iterator

from scanner.attest import shown
from scanner.attest.bill import Bill, Licence, source
from scanner.attest.spdx_model import CREATION, Namer, Node, relationship

NO_ASSERTION = "https://spdx.org/rdf/3.0.1/terms/ExpandedLicensing/NoAssertionLicense"
"""Stands for a licence that nobody says anything of (spdx-spec 3.0.1, ExpandedLicensing/Individuals)."""

_NOT_ID = re.compile(r"[^A-Za-z0-9.-]+")


def licensing(bill: Bill, namer: Namer) -> Iterator[Node]:
    """Write each expression once, and how the model is related to it."""
    spelled: dict[str, list[Licence]] = {}
    for one in bill.licences:
        spelled.setdefault(expression(one), []).append(one)
    for text, named in spelled.items():
        yield {
            "type": "simplelicensing_LicenseExpression",
            "spdxId": namer.of("licence", text),
            "creationInfo": CREATION,
            "simplelicensing_licenseExpression": text,
            "comment": "; ".join(map(_because, named)),
        }
    declared = [text for text, named in spelled.items() if any(one.how == "declared" for one in named)]
    found = [text for text, named in spelled.items() if any(one.how == "found" for one in named)]
    yield _related(namer, "hasDeclaredLicense", declared)
    if found:
        agreed = found if len(set(found)) == 1 and (not declared or declared == found) else []
        yield _related(namer, "hasConcludedLicense", agreed)


def _because(one: Licence) -> str:
    asks = f"; asks for {', '.join(one.duties)}" if one.duties else ""
    kind = f" ({one.kind})" if one.kind else ""
    return shown.text(f"{one.name}{kind}: {one.how} in {source(one.where)}{asks}")


def expression(one: Licence) -> str:
    """Spell a licence as an SPDX expression; a name that is none becomes a reference of its own."""
    if one.expression:
        return one.expression
    for name in (one.known, one.name):
        if name.startswith("LicenseRef-") and not _NOT_ID.search(name):
            return name
    return "LicenseRef-" + (_NOT_ID.sub("-", one.name).strip("-.")[:80] or "unnamed")


def _related(namer: Namer, kind: str, texts: list[str]) -> Node:
    targets = [namer.of("licence", text) for text in texts] or [NO_ASSERTION]
    return relationship(namer, kind, "model", targets)
