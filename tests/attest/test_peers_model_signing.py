"""Against the reference implementation, `model-signing` 1.1.1: each verifies what the other signed.

It is no dependency. These tests run where it is installed beside Assay, and are skipped elsewhere:

    pip install model-signing==1.1.1 pyOpenSSL
    python -m pytest tests/attest/test_peers_model_signing.py

(1.1.1 imports pyOpenSSL and does not say so.)
"""

import hashlib
import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives import serialization

from scanner.attest import keys, making, oms
from scanner.attest.authenticate import TrustedRoots
from scanner.attest.comparison import Asked
from scanner.attest.sign import Shape, sign
from scanner.attest.verify import verify
from tests.builders import bundles, stamps
from tests.builders.bundles import lay, said
from tests.builders.instance import GITHUB, WORKFLOW, Instance

pytest.importorskip("model_signing")
pytest.importorskip("OpenSSL")

FILES = {"config.json": b"{}", "sub/b.txt": b"bb", "unet-ft.st": b"1", "unet/x": b"2", "unet.json": b"3", "é": b"4"}
CURVES = ["p256", "p384", "p521"]


@pytest.fixture
def model(tmp_path):
    return lay(tmp_path / "m", FILES)


def pem(tmp_path, curve="p256"):
    """Write a pair of keys for the other program."""
    key = bundles.key(7, curve)
    private = keys.private_pem(key, None)
    (tmp_path / "k.pem").write_bytes(private)
    (tmp_path / "k.pub").write_bytes(keys.public_pem(key.public_key()))
    return tmp_path / "k.pem", tmp_path / "k.pub"


def theirs(*line) -> bool:
    command = [sys.executable, "-m", "model_signing", *map(str, line)]
    result = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=120, env={**os.environ, "HOME": "/nonexistent"}
    )
    assert "Traceback" not in result.stderr, result.stderr
    return result.returncode == 0


@pytest.mark.parametrize("curve", CURVES)
def test_it_accepts_what_we_sign_with_a_key_and_notices_a_change(curve, model, tmp_path):
    _, public = pem(tmp_path, curve)
    sign(model, making.with_key(bundles.key(7, curve)), said())
    check = ("verify", "key", model, "--signature", model / "model.sig", "--public_key", public)
    assert theirs(*check)
    (model / "config.json").write_bytes(b"[]")
    assert not theirs(*check)


@pytest.mark.parametrize("curve", CURVES)
def test_we_accept_what_it_signs_with_a_key_and_notice_a_change(curve, model, tmp_path):
    private, _ = pem(tmp_path, curve)
    assert theirs("sign", "key", model, "--signature", model / "model.sig", "--private_key", private)
    trusted = bundles.trusted(7, curve)
    decision, _ = verify(model, trusted)
    assert (decision.verdict, decision.legacy) == ("pass", ())
    assert decision.manifest is not None
    assert not oms.ordered(decision.manifest)  # it sorts by the parts of a path
    (model / "config.json").write_bytes(b"[]")
    assert verify(model, trusted)[0].verdict == "fail"


def test_both_accept_what_the_other_signs_with_a_certificate(model, tmp_path):
    today = (datetime.now(UTC) - bundles.NOW).days
    held, top = bundles.chain(days=(today - 1, today + 30))
    now = [one.public_bytes(serialization.Encoding.PEM) for one in (*held, top)]
    for name, raw in zip(("leaf", "between", "root"), now, strict=True):
        (tmp_path / name).write_bytes(raw)
    private, _ = pem(tmp_path)
    signature = tmp_path / "m.sig"
    sign(model, making.with_certificate(bundles.key(), held[0], held[1:]), said(), out=signature)
    check = ("verify", "certificate", model, "--signature", signature, "--certificate_chain", tmp_path / "root")
    assert theirs(*check)
    line = ("--private_key", private, "--signing_certificate", tmp_path / "leaf")
    chain = ("--certificate_chain", tmp_path / "between")
    assert theirs("sign", "certificate", model, "--signature", signature, *line, *chain)
    assert verify(model, TrustedRoots(roots=[top]), signature=signature)[0].verdict == "pass"


@pytest.mark.parametrize("rekor", [1, 2])
def test_it_accepts_what_we_sign_without_a_key_and_notices_another_signer_and_a_change(rekor, model, tmp_path):
    pytest.importorskip("sigstore")
    with Instance(rekor=rekor, clock=stamps.Clock()).maker(tmp_path) as make:
        sign(model, make, said())
    check = ("verify", "sigstore", model, "--signature", model / "model.sig", "--trust_config",
             tmp_path / "services.json", "--identity_provider", GITHUB, "--identity")  # fmt: skip
    assert theirs(*check, WORKFLOW)
    assert not theirs(*check, WORKFLOW + "0")
    (model / "config.json").write_bytes(b"[]")
    assert not theirs(*check, WORKFLOW)


@pytest.mark.parametrize("curve", CURVES)
def test_it_accepts_a_signature_with_a_timestamp_in_it(curve, model, tmp_path):
    _, public = pem(tmp_path, curve)
    stamp = lambda signature: stamps.Clock().token(hashlib.sha256(signature).digest())  # noqa: E731
    sign(model, making.stamped(making.with_key(bundles.key(7, curve)), stamp), said())
    assert theirs("verify", "key", model, "--signature", model / "model.sig", "--public_key", public)


def test_it_accepts_a_signature_that_records_a_failed_scan(model, tmp_path):
    _, public = pem(tmp_path)
    sign(model, making.with_key(bundles.key()), said("fail"), anyway=True)
    assert theirs("verify", "key", model, "--signature", model / "model.sig", "--public_key", public)


def test_we_read_its_single_file_only_with_the_switch_and_it_reads_ours_by_name(tmp_path):
    file = lay(tmp_path, {"one.bin": b"1"}) / "one.bin"
    private, _ = pem(tmp_path)
    assert theirs("sign", "key", file, "--signature", tmp_path / "one.bin.sig", "--private_key", private)
    assert verify(file, bundles.trusted())[0].verdict == "fail"
    assert verify(file, bundles.trusted(), asked=Asked(legacy=("single-file-dot",)))[0].verdict == "pass"


@pytest.mark.parametrize("algorithm", ["sha256", "blake2b"])
def test_we_read_its_shards_only_with_the_switch_to_the_same_root(algorithm, model, tmp_path):
    private, _ = pem(tmp_path)
    code = (
        "import model_signing, pathlib, sys\n"
        "model, signature, key = map(pathlib.Path, sys.argv[1:4])\n"
        "config = model_signing.hashing.Config()\n"
        "config.use_shard_serialization(hashing_algorithm=sys.argv[4], shard_size=10)\n"
        "config.set_ignored_paths(paths=[signature])\n"
        "signing = model_signing.signing.Config().use_elliptic_key_signer(private_key=key)\n"
        "signing.set_hashing_config(config).sign(model, signature)\n"
    )
    line = [
        sys.executable,
        "-c",
        code,
        str(model),
        str(model / "model.sig"),
        str(private),
        "blake2" if algorithm == "blake2b" else algorithm,
    ]
    subprocess.run(line, check=True, capture_output=True, timeout=120)
    assert verify(model, bundles.trusted())[0].verdict == "fail"
    asked = Asked(legacy=("shard-spelling",))
    decision, _ = verify(model, bundles.trusted(), asked=asked)
    assert decision.verdict == "pass"
    shape = Shape(algorithm=algorithm, shard_nbytes=10)
    ours = sign(model, making.with_key(bundles.key()), said(), shape=shape, out=tmp_path / "ours.sig")
    assert ours.manifest is not None
    assert decision.manifest is not None
    assert set(ours.manifest.resources) == set(decision.manifest.resources)
