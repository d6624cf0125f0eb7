"""How the parts of a bill are spelled in its documents, whatever the format: references, versions, addresses."""

import hashlib
import re
from collections.abc import Container
from urllib.parse import quote
from uuid import NAMESPACE_URL, UUID, uuid5

from scanner.attest.bill import Bill, Claim
from scanner.attest.predicates import HOME
from scanner.finding import Finding
from scanner.nesting import file_of
from scanner.text import printable

"""Begins the names that this program gives out."""

TEXT_CHARACTERS = 4096
"""Longest text of a file that a document repeats."""

_HUB = re.compile(r"pkg:huggingface/([^@?#]+)(?:@([0-9a-f]{40}))?")


def text(value: str) -> str:
    """Show a text on one line, without characters that hide or reorder."""
    return printable(value, TEXT_CHARACTERS)


def name(part: str) -> str:
    """Spell a file's name exactly, where JSON can: bytes that are no UTF-8 are escaped."""
    return part if part.isprintable() else printable(part, TEXT_CHARACTERS)


def reference(part: str) -> str:
    """Spell a name so that no other has the same spelling: one that is escaped or cut gets a mark of its own."""
    spelled = printable(part, TEXT_CHARACTERS)
    if spelled == part:
        return part
    mark = hashlib.sha256(part.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{spelled}~{mark}"


def identity(bill: Bill, form: str) -> UUID:
    """Make the document's own name: the same for the same bytes of the model and the same form of document."""
    if bill.root:
        return uuid5(NAMESPACE_URL, f"{HOME}/bom/{form}/{bill.root}")
    listed = "\n".join(f"{part.sha256} {part.nbytes} {name(part.name)}" for part in bill.parts)
    return uuid5(NAMESPACE_URL, f"{HOME}/bom/{form}/{name(bill.name)}\n{listed}")


def address(relative: str) -> str:
    """Spell a file's name as a relative reference (RFC 3986 §4.2)."""
    return quote(name(relative))


def files(bill: Bill) -> dict[str, str]:
    """Return the digest of each file by its name."""
    return {part.name: part.sha256 for part in bill.parts}


def file(finding: Finding, names: Container[str]) -> str:
    """Name the file that a finding is in, "" where it is in none of them."""
    found = file_of(finding.evidence[0].where.path, names)
    return found if found in names else ""


def version(bill: Bill) -> Claim | None:
    """Return what counts as the model's version: a checked claim."""
    return checked(bill.first("version"))


def checked(claim: Claim | None) -> Claim | None:
    """Keep a claim only if its form holds."""
    return claim if claim is not None and claim.checked else None


def download(identifier: str) -> str:
    """Return where a repository of the hub is, by its package URL; "" for any other."""
    match = _HUB.fullmatch(identifier)
    if match is None:
        return ""
    return f"https://huggingface.co/{match[1]}" + (f"/tree/{match[2]}" if match[2] else "")


def paper(value: str) -> str:
    """Return the address of a paper by its number on arXiv or its DOI."""
    return f"https://doi.org/{quote(value)}" if value.startswith("10.") else f"https://arxiv.org/abs/{quote(value)}"
