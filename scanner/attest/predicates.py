"""What statements and bills are told apart by. A reader of them needs these words and nothing of what writes them."""

from typing import Final

HOME: Final = "https://modelassay.dev"
"""Begins the identifiers that are this program's own."""

STATEMENT: Final = "https://in-toto.io/Statement/v1"
SVR: Final = "https://in-toto.io/attestation/svr/v0.2"
SCAN: Final = f"{HOME}/attestation/model-scan/v0.1"
VSA: Final = "https://slsa.dev/verification_summary/v1"
CYCLONEDX: Final = "https://cyclonedx.org/bom"

READ: Final = (SVR, SCAN, VSA, CYCLONEDX)
"""Types of statements that are read."""

PASSED: Final = "ASSAY_MODEL_SCAN_PASSED"
COMPLETE: Final = "ASSAY_COVERAGE_COMPLETE"
"""Properties without both of which a simple verification result is none of a pass."""

SPDX_CONTEXT: Final = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"
