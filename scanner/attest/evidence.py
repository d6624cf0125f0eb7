"""What lies with a model, sorted before anything of it is trusted: signatures over it, and statements about it."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from scanner.attest import bundle, files, signatures
from scanner.attest.bundle import Bundle
from scanner.attest.errors import AttestError
from scanner.attest.oms import PREDICATE, PREDICATE_V01
from scanner.attest.strict import loads
from scanner.attest.tree import Tree
from scanner.limits import SIGNATURE_NBYTES
from scanner.record import record


@record
class Piece:
    """One bundle, or why it could not be read. `shown` says which: a file, and the line of one that holds several."""

    shown: str
    made: Bundle | None = None
    error: AttestError | None = None


@record
class Evidence:
    """All that could be found. `apart` names the files of the model that hold it, and are none of its bytes."""

    signatures: tuple[Piece, ...]
    statements: tuple[Piece, ...]
    bills: tuple[tuple[str, bytes], ...]
    apart: tuple[str, ...]


def gather(
    model: Path, tree: Tree, given: Sequence[Path] = (), attestations: Sequence[Path] = (), bills: Sequence[Path] = ()
) -> Evidence:
    """Read what was named, and what lies at the top of the model. Raises `UsageError` for a file that is not there."""
    within = signatures.within(tree)
    beside = signatures.beside(model)
    files = [*given, *([beside] if beside.exists() else []), *(Path(tree.files[name].path) for name in within)]
    once = {one.resolve(): one for one in files}
    pieces = [_whole(one) for one in once.values()]
    lines = [piece for file in attestations for piece in _lines(file)]
    named = (signatures.below(tree, one) for one in (*given, *attestations, *bills))
    own = signatures.below(tree, beside) if beside.exists() else None
    return Evidence(
        signatures=tuple(one for one in pieces if not _is_statement(one)),
        statements=(*(one for one in pieces if _is_statement(one)), *lines),
        bills=tuple((str(file), raw(file)) for file in bills),
        apart=tuple(dict.fromkeys((*within, *(one for one in (*named, own) if one is not None)))),
    )


def raw(file: Path) -> bytes:
    """Read a file that was named. Raises `UsageError`."""
    return files.read(file, SIGNATURE_NBYTES)


def _whole(file: Path) -> Piece:
    try:
        return Piece(shown=str(file), made=bundle.read(file))
    except AttestError as error:
        return Piece(shown=str(file), error=error)


def _lines(file: Path) -> Iterator[Piece]:
    for number, line in enumerate(_filled(raw(file)), start=1):
        shown = f"{file}, statement {number}"
        try:
            yield Piece(shown=shown, made=bundle.parse(line))
        except AttestError as error:
            yield Piece(shown=shown, error=error)


def _filled(held: bytes) -> Iterable[bytes]:
    return filter(None, map(bytes.strip, held.splitlines()))


def _is_statement(piece: Piece) -> bool:
    """Say whether a bundle speaks of a model instead of signing it. Nothing of what it says is trusted by that."""
    if piece.made is None:
        return False
    try:
        payload = loads(piece.made.envelope.payload, "statement")
    except AttestError:
        return False
    kind = payload.get("predicateType") if isinstance(payload, dict) else None
    return kind not in {PREDICATE, PREDICATE_V01, None}
