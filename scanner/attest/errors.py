"""Why a signature is refused: one code for each cause, stable for machines, and the error that carries it."""

from enum import StrEnum


class Code(StrEnum):
    """What was wrong, in one word. Codes are never reused or renamed, only retired."""

    VERIFIED = "verified"

    # The file of the signature.
    SIGNATURE_MISSING = "signature-missing"
    BUNDLE_UNREADABLE = "bundle-unreadable"
    BUNDLE_TOO_LARGE = "bundle-too-large"
    BUNDLE_EMPTY = "bundle-empty"
    JSON_INVALID = "json-invalid"
    JSON_REPEATED_KEY = "json-repeated-key"
    JSON_TOO_DEEP = "json-too-deep"
    BUNDLE_SHAPE = "bundle-shape"
    MEDIA_TYPE = "media-type"
    MATERIAL_MISSING = "material-missing"
    MATERIAL_AMBIGUOUS = "material-ambiguous"
    LOG_ENTRY_MISSING = "log-entry-missing"
    LOG_ENTRY_UNEXPECTED = "log-entry-unexpected"
    ENVELOPE_MISSING = "envelope-missing"
    BASE64 = "base64"
    PAYLOAD_TYPE = "payload-type"
    SIGNATURE_COUNT = "signature-count"

    # The statement inside it.
    STATEMENT_SHAPE = "statement-shape"
    PREDICATE_TYPE = "predicate-type"
    SUBJECT_COUNT = "subject-count"
    HASH_UNKNOWN = "hash-unknown"
    HASH_LIBRARY_MISSING = "hash-library-missing"
    DIGEST_SPELLING = "digest-spelling"
    RESOURCES_EMPTY = "resources-empty"
    RESOURCES_TOO_MANY = "resources-too-many"
    RESOURCE_REPEATED = "resource-repeated"
    RESOURCE_TWINS = "resource-twins"
    RESOURCE_ALGORITHM = "resource-algorithm"
    SHARD_SPELLING = "shard-spelling"
    SHARD_COVERAGE = "shard-coverage"
    ROOT_DIGEST = "root-digest"
    PATH_EMPTY = "path-empty"
    PATH_ABSOLUTE = "path-absolute"
    PATH_PARENT = "path-parent"
    PATH_DOT = "path-dot"
    PATH_DOUBLE_SLASH = "path-double-slash"
    PATH_BACKSLASH = "path-backslash"
    PATH_CONTROL = "path-control"
    PATH_ENCODING = "path-encoding"
    IGNORES_EVERYTHING = "ignores-everything"

    # What older writers did; each has its own switch.
    LEGACY_PREDICATE = "legacy-predicate-v0.1"
    LEGACY_PAE = "legacy-pae-v0.2"
    LEGACY_RAW_KEY = "legacy-rawBytes-key"
    LEGACY_DOT = "legacy-single-file-dot"

    # The signer.
    NO_ANCHOR = "no-trust-anchor"
    METHOD_MISMATCH = "method-mismatch"
    HINT_MISSING = "hint-missing"
    HINT_MISMATCH = "hint-mismatch"
    KEY_MISMATCH = "key-mismatch"
    KEY_UNSUPPORTED = "key-unsupported"
    SIGNATURE_INVALID = "signature-invalid"
    CERTIFICATE_UNREADABLE = "certificate-unreadable"
    CHAIN_TOO_LONG = "chain-too-long"
    CERTIFICATE_EXPIRED = "certificate-expired"
    CERTIFICATE_NOT_YET_VALID = "certificate-not-yet-valid"
    CERTIFICATE_KEY_USAGE = "certificate-key-usage"
    CERTIFICATE_PURPOSE = "certificate-purpose"
    CERTIFICATE_UNTRUSTED = "certificate-untrusted"
    IDENTITY_MISMATCH = "identity-mismatch"
    ISSUER_MISMATCH = "issuer-mismatch"
    CERTIFICATE_UNLOGGED = "certificate-unlogged"
    LOG_ENTRY_INVALID = "log-entry-invalid"
    TIME_MISSING = "time-missing"
    KEYLESS_REFUSED = "keyless-refused"

    # The files.
    MODEL_EMPTY = "model-empty"
    FILE_MISSING = "file-missing"
    FILE_CHANGED = "file-changed"
    FILE_UNSIGNED = "file-unsigned"
    FILE_LINKED = "file-linked"
    FILE_SPECIAL = "file-special"
    FILE_UNREADABLE = "file-unreadable"
    CHANGED_WHILE_READ = "changed-while-read"
    NOTHING_VERIFIED = "nothing-verified"

    # What the scan of the same bytes says.
    SCAN_FAILED = "scan-failed"
    SCAN_INCOMPLETE = "scan-incomplete"

    # What else is said of the same bytes.
    ATTESTATION_MISSING = "attestation-missing"
    ATTESTATION_OTHER_BYTES = "attestation-other-bytes"
    ATTESTATION_NOT_PASSED = "attestation-not-passed"
    ATTESTATION_OUTDATED = "attestation-outdated"
    ATTESTATION_NOT_YET_VALID = "attestation-not-yet-valid"
    BOM_OTHER_BYTES = "bom-other-bytes"

    # What a trust policy asks for.
    NO_RULE = "no-rule"
    SIGNERS_TOO_FEW = "signers-too-few"
    KEY_NOT_YET_VALID = "key-not-yet-valid"
    KEY_EXPIRED = "key-expired"
    SIGNER_REVOKED = "signer-revoked"
    SUBJECT_MISMATCH = "subject-mismatch"
    TIMESTAMP_INVALID = "timestamp-invalid"
    TRUSTED_ROOT_DIFFERS = "trusted-root-differs"
    TRUSTED_ROOT_OUTDATED = "trusted-root-outdated"
    REVISION_MOVABLE = "revision-movable"
    BASE_UNKNOWN = "base-unknown"
    BASE_NOT_ALLOWED = "base-not-allowed"
    ATTESTATION_PROPERTY = "attestation-property"
    FILE_IGNORED = "file-ignored"


class AttestError(Exception):
    """A signature, its signer or the signed files are not what they must be. `str(error)` is one line."""

    def __init__(self, code: Code, reason: str) -> None:
        """Keep the cause for machines and the line for people."""
        super().__init__(reason)
        self.code = code
        self.reason = reason

    def __reduce__(self) -> tuple[type["AttestError"], tuple[Code, str]]:
        """Pickle by both parts: `Exception` would keep one."""
        return AttestError, (self.code, self.reason)
