"""Against `@sigstore/verify` of npm: it accepts our bundles of the key method (P-256) and of the keyless one.

It is no dependency. These tests run where it is installed, and are skipped elsewhere:

    npm install --prefix /somewhere @sigstore/verify@4 @sigstore/bundle @sigstore/protobuf-specs
    NODE_PATH=/somewhere/node_modules python -m pytest tests/attest/test_peers_npm.py

It takes no chain of certificates in a bundle of version 0.3, and no key on P-384: neither is tried. Before version 4
it compares entries of the second version of the log with another digest than the log's specification says.
"""

import json
import shutil
import subprocess
from functools import cache

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from scanner.attest import making
from scanner.attest.sign import sign
from tests.builders import bundles, stamps
from tests.builders.bundles import lay, said
from tests.builders.instance import GITHUB, WORKFLOW, Instance

PROGRAM = """
const { bundleFromJSON } = require('@sigstore/bundle');
const { TrustedRoot } = require('@sigstore/protobuf-specs');
const { toSignedEntity, toTrustMaterial, Verifier } = require('@sigstore/verify');
const asked = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const keys = Object.fromEntries(Object.entries(asked.keys).map(
  ([hint, raw]) => [hint, { rawBytes: Buffer.from(raw, 'base64'), keyDetails: 5 }]));
const trust = toTrustMaterial(TrustedRoot.fromJSON(asked.root), keys);
const verifier = new Verifier(trust, asked.options);
try {
  verifier.verify(toSignedEntity(bundleFromJSON(asked.bundle)), asked.policy);
  console.log('accepted');
} catch (error) {
  console.log(`refused: ${error.code} ${error.message}`);
}
"""
NOBODY = {"tlogs": [], "certificateAuthorities": [], "ctlogs": [], "timestampAuthorities": []}
BARE = {"tlogThreshold": 0, "ctlogThreshold": 0, "timestampThreshold": 0}


@cache
def version() -> int:
    """Return the major version of what is installed; 0 for nothing."""
    if shutil.which("node") is None:
        return 0
    line = ["node", "-p", "require('@sigstore/verify/package.json').version"]
    found = subprocess.run(line, capture_output=True, text=True, check=False)
    return int(found.stdout.partition(".")[0]) if found.returncode == 0 else 0


@pytest.fixture(autouse=True)
def _installed():
    if not version():
        pytest.skip("@sigstore/verify of npm is not installed (NODE_PATH)")


def theirs(signature, *, keys=(), root=NOBODY, options=BARE, policy=None) -> str:
    """Have it verify a bundle; return what it says."""
    der = {
        bundles.hint(key): bundles.b64(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
        for key in keys
    }
    bundle = json.loads(signature) if isinstance(signature, str) else json.loads(signature.read_bytes())
    asked = {"bundle": bundle, "keys": der, "root": root, "options": options, "policy": policy}
    result = subprocess.run(
        ["node", "-e", PROGRAM], input=json.dumps(asked), capture_output=True, text=True, check=False, timeout=60
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


@pytest.fixture
def model(tmp_path):
    return lay(tmp_path / "m", {"config.json": b"{}", "sub/b.txt": b"bb"})


def changed(file) -> str:
    made = json.loads(file.read_bytes())
    made["dsseEnvelope"]["payload"] = bundles.b64(b"{}")
    return json.dumps(made)


def test_it_accepts_what_we_sign_with_a_key_and_no_other_key_or_statement(model):
    file = sign(model, making.with_key(bundles.key()), said()).file
    assert theirs(file, keys=[bundles.key()]) == "accepted"
    assert "key not found" in theirs(file, keys=[bundles.key(8)])
    assert "SIGNATURE_ERROR" in theirs(changed(file), keys=[bundles.key()])


@pytest.mark.parametrize(("rekor", "clock"), [(1, False), (1, True), (2, True)])
def test_it_accepts_what_we_sign_without_a_key_and_no_other_signer_root_or_statement(rekor, clock, model, tmp_path):
    pytest.importorskip("sigstore")
    if rekor > 1 and version() < 4:
        pytest.skip("it reads the second version of the log from its own version 4 on")
    made = Instance(rekor=rekor, clock=stamps.Clock() if clock else None)
    with made.maker(tmp_path) as make:
        file = sign(model, make, said()).file
    held = {"root": made.trusted_root(), "options": {}}
    by = {"subjectAlternativeName": WORKFLOW, "extensions": {"issuer": GITHUB}}
    assert theirs(file, policy=by, **held) == "accepted"
    assert "refused" in theirs(file, policy={**by, "subjectAlternativeName": "^nobody$"}, **held)
    assert "refused" in theirs(file, policy=by, root=Instance(number=401).trusted_root(), options={})
    assert "refused" in theirs(changed(file), policy=by, **held)
