"""Why a rule pack of somebody else's is refused: one code for each cause, stable for machines."""

from enum import StrEnum

from scanner.usage import UsageError


class Code(StrEnum):
    """What is wrong with a pack, in one word. Codes are never reused or renamed, only retired."""

    # The container.
    UNREADABLE = "pack-unreadable"
    TOO_LARGE = "pack-too-large"
    TOO_MANY = "pack-too-many-files"
    LINK = "pack-link"
    PATH = "pack-path"
    KIND = "pack-file-kind"

    # What `pack.yaml` says.
    MANIFEST = "pack-manifest"
    FACTS = "pack-facts"
    ENGINE = "pack-engine"
    EXPIRED = "pack-expired"

    # Who says it, and of which bytes.
    UNSIGNED = "pack-unsigned"
    SIGNATURE = "pack-signature"
    OTHER_KEY = "pack-other-key"
    CHANGED = "pack-file-changed"
    MISSING = "pack-file-missing"
    UNLISTED = "pack-file-unlisted"

    # What was trusted before.
    NOT_LOCKED = "pack-not-locked"
    DIFFERS = "pack-differs-from-lock"
    ROLLED_BACK = "pack-rolled-back"
    REPUBLISHED = "pack-republished"

    # The rules.
    RULE = "pack-rule"
    ID_TAKEN = "pack-id-taken"
    ID_RETIRED = "pack-id-retired"
    NAME_TAKEN = "pack-name-taken"


class PackError(UsageError):
    """A pack is not what it must be; `str(error)` is one line, which ends with the code."""

    def __init__(self, code: Code, pack: str, reason: str) -> None:
        """Keep the cause for machines and the line for people."""
        super().__init__(f"{pack}: {reason} [{code}]")
        self.code = code
        self.reason = reason
