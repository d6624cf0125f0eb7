"""From the bytes of a document to its leaves and to what parsers of it may read differently."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact, LimitReached, Malformed, Unrecognised
from scanner.facts.document import DocumentOddity
from scanner.format import MalformedError
from scanner.formats.document import BLANK, MARK, START, kind_of_name
from scanner.formats.document.leaves import DEEP, Leaves, TooManyLeavesError
from scanner.formats.document.parse import Linewise, parse, text_of
from scanner.formats.document.parts import parts
from scanner.limits import DOCUMENT_LEAVES, DOCUMENT_NBYTES, Limits


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact]:
    """Yield the facts of a document; see `Format.read`."""
    named = kind_of_name(artifact.path)
    with artifact.open() as stream:
        raw = stream.read(min(artifact.size, DOCUMENT_NBYTES))
    start = raw[len(MARK) :].lstrip(BLANK) if raw.startswith(MARK) else raw.lstrip(BLANK)
    if not start:
        return
    if named == "json" or (named != "toml" and START.match(start)):
        yield from _json(artifact, raw, limits, declared=named == "json")
    elif named == "toml":
        yield from _toml(artifact, raw)
    else:
        yield from _ini(artifact, raw)


def _json(artifact: Artifact, raw: bytes, limits: Limits, *, declared: bool) -> Iterator[Fact]:
    if artifact.size > DOCUMENT_NBYTES:
        from scanner.formats.document.large import searched

        yield from searched(artifact, raw, limits)
        return
    try:
        top, form, skipped, controls = parse(text_of(raw))
    except Linewise:
        return
    except MalformedError as error:
        yield from _broken(artifact, raw, error, declared=declared)
        return
    if skipped:
        yield oddity(artifact, form, "comment", counted=skipped)
    if controls:
        yield oddity(artifact, form, "control", counted=controls)
    yield from listed(artifact, form, top)


def listed(artifact: Artifact, form: str, top: object) -> Iterator[Fact]:
    """Yield the leaves of a parsed document; of one that has too many, those at keys that loaders follow."""
    leaves = Leaves()
    try:
        leaves.walk(top)
    except TooManyLeavesError:
        from scanner.formats.document.large import key_leaves

        yield oddity(artifact, form, "unlisted", detail=f"more than {DOCUMENT_LEAVES} leaves, or too deep to list")
        leaves = key_leaves(top)
    yield from told(artifact, form, leaves)


def told(artifact: Artifact, form: str, leaves: Leaves) -> Iterator[Fact]:
    """Yield leaves in parts, and what was met on the way to them."""
    if leaves.pointers:
        yield from parts(artifact, form, leaves.pointers, leaves.kinds, leaves.values)
    if leaves.twice:
        from scanner.formats.document.twice import repeated

        yield from repeated(artifact, form, leaves.twice)
    if leaves.constants:
        pointer, text = leaves.constants[0]
        yield oddity(artifact, form, "not-a-number", pointer, text, len(leaves.constants))
    if leaves.depth > DEEP:
        yield oddity(artifact, form, "deep", detail=f"{leaves.depth} levels", counted=leaves.depth)


def oddity(  # noqa: PLR0913, PLR0917 - the fields of the fact
    artifact: Artifact, form: str, kind: str, key: str = "", detail: str = "", counted: int = 1
) -> DocumentOddity:
    """State an oddity of a whole document, or at a key."""
    return DocumentOddity(where=artifact.at(), format=form, kind=kind, key=key, detail=detail, counted=counted)


def _toml(artifact: Artifact, raw: bytes) -> Iterator[Fact]:
    from scanner.formats.document.toml import parsed

    if artifact.size > DOCUMENT_NBYTES:
        yield LimitReached(where=artifact.at(), limit="document", bound=DOCUMENT_NBYTES, unit="bytes")
        return
    try:
        top = parsed(raw)
    except MalformedError as error:
        yield from _broken(artifact, raw, error, declared=True)
        return
    yield from listed(artifact, "toml", top)


def _ini(artifact: Artifact, raw: bytes) -> Iterator[Fact]:
    from scanner.formats.document.ini import pairs

    found = pairs(raw.decode("utf-8", "replace"), artifact.path) if b"\0" not in raw else None
    if found is None:
        yield _unknown(artifact, raw)
        return
    if artifact.size > DOCUMENT_NBYTES:
        yield LimitReached(where=artifact.at(), limit="document", bound=DOCUMENT_NBYTES, unit="bytes")
    yield from parts(artifact, "ini", found.pointers, found.kinds, found.values, found.lines)


def _broken(artifact: Artifact, raw: bytes, error: MalformedError, *, declared: bool) -> Iterator[Fact]:
    """Say that a text broke, unless another reader does; what its name does not promise is merely not known."""
    if not declared:
        yield _unknown(artifact, raw)
        return
    from scanner.formats.document.others import break_told

    if not break_told(artifact):
        yield Malformed(where=artifact.at(error.offset), format="document", reason=error.reason)


def _unknown(artifact: Artifact, raw: bytes) -> Unrecognised:
    """Say that this is no document after all."""
    name = artifact.path.lower().rpartition("/")[2]
    suffix = f".{name.rpartition('.')[2]}" if "." in name[1:] else ""
    return Unrecognised(where=artifact.at(), suffix=suffix, size=artifact.size, entropy=0.0, text=b"\0" not in raw)
