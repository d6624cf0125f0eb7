"""What comes with a model beside its signature: statements of a verdict and bills of materials, against its bytes.

Pure: digests come from whoever read the model. A statement counts only if a trusted signer made it, it is about these
very bytes and no others, it says that they passed, and it is not too old.
"""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta

from scanner.attest import attested, billed, bundle, manifest, predicates
from scanner.attest.attested import Attested
from scanner.attest.authenticate import Anchor, authenticate
from scanner.attest.decision import Problem
from scanner.attest.errors import AttestError, Code
from scanner.limits import SIGNATURE_NBYTES
from scanner.record import record
from scanner.text import printable

SKEW = timedelta(minutes=5)
"""How far a clock may be behind that of who made the statement."""

NAMED = 3


@record
class Bytes:
    """The bytes of a model: its root as `assay sign` gives it, and the SHA-256 of every file by name, hex."""

    root: str
    files: Mapping[str, str]


def of(digests: Mapping[str, bytes], apart: Collection[str]) -> Bytes:
    """Take the digests of a scan. `apart` names the files at the top that sign the model or attest to it."""
    own = {name: raw for name, raw in digests.items() if name not in apart and not manifest.kept_by_git(name)}
    signed = [
        manifest.Resource(name=name, digest=raw)
        for name, raw in own.items()
        if name.partition("/")[0] not in manifest.IGNORED
    ]
    root = manifest.root(manifest.in_order(signed)) if signed else ""
    return Bytes(root=root, files={name: raw.hex() for name, raw in own.items()})


def statements(
    raw: bytes, anchor: Anchor, held: Bytes, now: datetime, *, oldest: timedelta | None = None
) -> tuple[Problem, ...]:
    """Check a file of bundles, one a line. At least one must say that these bytes passed; none may speak of others.

    `oldest`: how long ago a statement may have been made. A statement that is a bill of materials is compared as one.
    """
    if len(raw) > SIGNATURE_NBYTES:
        return (Problem(code=Code.BUNDLE_TOO_LARGE, reason=f"attestations: more than {SIGNATURE_NBYTES} bytes"),)
    problems: list[Problem] = []
    passed = 0
    for number, line in enumerate(filter(None, map(bytes.strip, raw.splitlines())), start=1):
        try:
            one = _read(line, anchor, now)
        except AttestError as error:
            problems.append(Problem(code=error.code, reason=f"attestation {number}: {error.reason}"))
            continue
        found = against(one, held, now, oldest)
        problems.extend(Problem(code=code, reason=f"attestation {number}: {reason}") for code, reason in found)
        passed += not found and one.passed
    if not passed and not problems:
        problems.append(Problem(code=Code.ATTESTATION_MISSING, reason="no statement says that these bytes passed"))
    return tuple(problems)


def bill(raw: bytes, held: Bytes) -> tuple[Problem, ...]:
    """Compare a bill of materials with the bytes; by itself it is signed by nobody."""
    try:
        root, files = billed.read(raw)
    except AttestError as error:
        return (Problem(code=error.code, reason=error.reason),)
    differing = [name for name in {*files, *held.files} if files.get(name) != held.files.get(name)]
    if root == held.root and root and not differing:
        return ()
    return (Problem(code=Code.BOM_OTHER_BYTES, reason=f"the bill of materials is of other bytes{_names(differing)}"),)


def _read(line: bytes, anchor: Anchor, now: datetime) -> Attested:
    made = bundle.parse(line)
    authenticate(made, anchor, now)
    return attested.read(made.envelope.payload)


def against(one: Attested, held: Bytes, now: datetime, oldest: timedelta | None) -> list[tuple[Code, str]]:
    """List what is wrong with a statement whose signer is trusted. Fields as of `statements`."""
    found: list[tuple[Code, str]] = []
    if differing := attested.differences(one, held.root, held.files):
        found.append(
            (Code.ATTESTATION_OTHER_BYTES, f"is about other bytes{_names([name for name in differing if name])}")
        )
    if not one.passed and one.kind != predicates.CYCLONEDX:
        found.append((Code.ATTESTATION_NOT_PASSED, "says that the model did not pass"))
    made = moment(one.made)
    if made is None or (one.until and moment(one.until) is None):
        found.append((Code.STATEMENT_SHAPE, "has a time that is none"))
        return found
    until = moment(one.until)
    if made > now + SKEW:
        found.append((Code.ATTESTATION_NOT_YET_VALID, f"was made at {one.made}, which is yet to come"))
    if (until is not None and until < now) or (oldest is not None and made < now - oldest):
        found.append((Code.ATTESTATION_OUTDATED, f"was made at {one.made} and speaks no longer"))
    return found


def moment(value: str) -> datetime | None:
    """Read a time as statements write it; None where it is none."""
    try:
        found = datetime.fromisoformat(value)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _names(differing: Collection[str]) -> str:
    shown = ", ".join(printable(name) for name in sorted(differing)[:NAMED])
    more = f" and {len(differing) - NAMED} more" if len(differing) > NAMED else ""
    return f": {shown}{more}" if shown else ""
