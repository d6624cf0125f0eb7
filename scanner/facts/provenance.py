"""Facts about signatures over models and statements about them, as they lie beside a model; none is verified here."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class SignatureFile(Fact):
    """A bundle or an envelope with a signature over a statement. `where.line` counts those of a file with several.

    `method`: "key", "certificate", "sigstore", "" for none. `signer` is the hint that names the key, "" where there is
    none. `predicate` is the statement's type; `resources` counts the files (or shards) that it lists.
    `model`: it signs the files of a model (OMS), and is no statement about them.
    """

    method: str
    signer: str
    predicate: str
    resources: int
    model: bool


@record
class SignatureFault(Fact):
    """A signature file that is not as its readers expect.

    `how`: "key-repeated" (two readers may take two values), "signatures" (none or several), "material" (no way to
    find the signer, or several), "payload" (no statement), "resources" (a file that has no proper name or digest),
    "name-repeated", "none-signed", "all-ignored" (it leaves out the whole model), "root" (the digest of the model is
    not that of its files).
    """

    how: str
    value: str


@record
class SignedFiles(Fact):
    """The files that a signature over a model lists, in its order, with SHA-256 digests ("" for other ones and shards).

    `ignored` are the files and folders that it says it leaves out.
    """

    names: tuple[str, ...]
    digests: tuple[str, ...]
    ignored: tuple[str, ...]


@record
class SignedMismatch(Fact):
    """A signed file that is not the signed one. `how`: "digest" or "missing" (other signed files are there)."""

    file: str
    how: str
    expected: str
    found: str


@record
class UnsignedFiles(Fact):
    """Files beside a signature that neither it nor another one there covers: how many, and the first by name."""

    count: int
    names: tuple[str, ...]
