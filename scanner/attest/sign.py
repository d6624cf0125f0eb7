"""Sign a model: list it, scan it, digest the bytes that were scanned, and sign the list of them."""

from collections.abc import Iterable
from pathlib import Path

from scanner.attest import comparison, files, hashing, names, oms, scanned, signatures, tree
from scanner.attest.errors import AttestError, Code
from scanner.attest.making import Maker
from scanner.attest.manifest import IGNORED, Manifest, Resource, in_order, shards
from scanner.attest.scanned import Scan, Scanned
from scanner.attest.tree import Tree
from scanner.record import record
from scanner.text import printable
from scanner.usage import UsageError


@record
class Shape:
    """How a manifest is made. `shard_nbytes` 0: whole files. `ignored` are files and folders below the model."""

    algorithm: str = "sha256"
    shard_nbytes: int = 0
    ignored: tuple[str, ...] = ()
    name: str = ""


@record
class Signed:
    """What came of signing. `manifest` is None where the model was not signed, because its scan does not pass."""

    manifest: Manifest | None
    file: Path
    scanned: Scanned


def sign(  # noqa: PLR0913 - each argument is one independent choice
    model: Path, make: Maker, scan: Scan, *, out: Path | None = None, shape: Shape | None = None, anyway: bool = False
) -> Signed:
    """Scan a model and sign what was scanned, if the scan passes or `anyway` says so; the signature then records it.

    Raises `UsageError`: nothing to sign, a link, an unreadable file, a file that changes meanwhile.
    """
    shape = shape or Shape()
    file = out or signatures.beside(model)
    try:
        hashing.maker(shape.algorithm)
        before = tree.listing(model)
        manifest = _manifest(model, before, file, shape)
        looked = scanned.scan(model, before, scan)
        if looked.verdict != "pass" and not anyway:
            return Signed(manifest=None, file=file, scanned=looked)
        manifest = _digested(manifest, before, looked, shape)
        tree.check_unchanged(before, model)
        files.write(file, make(oms.payload(manifest)))
    except AttestError as error:
        message = f"{error.reason} ({error.code})"
        raise UsageError(message) from error
    return Signed(manifest=manifest, file=file, scanned=looked)


def manifest_of(model: Path, out: Path, shape: Shape) -> Manifest:
    """Digest a model without a scan: for those who have scanned it. Raises `AttestError`, `UsageError`."""
    before = tree.listing(model)
    made = _digested(_manifest(model, before, out, shape), before, None, shape)
    tree.check_unchanged(before, model)
    return made


def _manifest(model: Path, held: Tree, out: Path, shape: Shape) -> Manifest:
    """Name what is to be signed, without digests yet. Raises `AttestError` for what cannot be."""
    own = signatures.below(held, out)
    leave = tuple(sorted({*shape.ignored, *signatures.within(held), *([own] if own else [])}))
    for one in leave:
        names.check(one, "ignored path")
    leave = tuple(dict.fromkeys((*IGNORED, *leave)))
    kept = [name for name in held.files if held.single or not comparison.covered(name, frozenset(leave))]
    _refuse(Code.FILE_LINKED, (name for name in held.linked if not comparison.covered(name, leave)), "is a link")
    _refuse(Code.FILE_SPECIAL, (name for name in held.special if not comparison.covered(name, leave)), "is no file")
    for name in kept:
        names.check(name, "file")
    names.check_distinct(kept)
    resources = [one for name in kept for one in _resources(name, held.files[name].size, shape.shard_nbytes)]
    if not resources:
        raise AttestError(Code.MODEL_EMPTY, f"{printable(str(model), 200)}: holds nothing to sign")
    return Manifest(
        model=shape.name or Path(held.root if not held.single else kept[0]).name or "model",
        algorithm=shape.algorithm,
        resources=in_order(resources),
        ignored=() if held.single else tuple(sorted(leave)),
        shard_nbytes=shape.shard_nbytes,
    )


def _refuse(code: Code, found: Iterable[str], what: str) -> None:
    for name in found:
        raise AttestError(code, f"{printable(name, 200)} {what}; only files are signed")


def _resources(name: str, size: int, shard_nbytes: int) -> Iterable[Resource]:
    if not shard_nbytes:
        return [Resource(name=name, digest=b"")]
    return [Resource(name=name, digest=b"", start=start, end=end) for start, end in shards(size, shard_nbytes)]


def _digested(manifest: Manifest, held: Tree, looked: Scanned | None, shape: Shape) -> Manifest:
    """Fill in the digests: those of the scan where they are of the kind that is asked for."""
    known = looked.digests if looked and shape.algorithm == "sha256" and not shape.shard_nbytes else {}
    spans: dict[str, list[tuple[int, int]]] = {}
    for one in manifest.resources:
        size = held.files[one.name].size
        spans.setdefault(one.name, []).append((one.start, size if one.end is None else one.end))
    tasks = {
        name: (held.files[name].path, held.files[name].size, parts)
        for name, parts in spans.items()
        if name not in known
    }
    digests = {name: iter(parts) for name, parts in hashing.many(tasks, shape.algorithm).items()}
    resources = tuple(
        Resource(
            name=one.name,
            digest=known[one.name] if one.name in known else next(digests[one.name]),
            start=one.start,
            end=one.end,
        )
        for one in manifest.resources
    )
    declared = "" if looked is None or looked.verdict == "pass" else looked.verdict
    return Manifest(
        model=manifest.model,
        algorithm=manifest.algorithm,
        resources=resources,
        ignored=manifest.ignored,
        shard_nbytes=manifest.shard_nbytes,
        declared=declared,
    )
