"""Signing: what is signed is what was scanned, in one form, and never half."""

import json
import os
import stat

import pytest
from cryptography.hazmat.primitives import serialization

from scanner import pipeline
from scanner.attest import bundle, files, keys, making, oms
from scanner.attest.authenticate import TrustedRoots
from scanner.attest.comparison import Asked
from scanner.attest.errors import Code
from scanner.attest.sign import Shape, sign
from scanner.attest.verify import verify
from scanner.usage import UsageError
from tests.builders import bundles
from tests.builders.bundles import NOW, lay, said

FILES = {"config.json": b"{}", "sub/b.txt": b"bb", "unet-x": b"1", "unet/x": b"2"}
MAKER = making.with_key(bundles.key())


def signed(model, scan=None, **keys_):
    return sign(model, keys_.pop("maker", MAKER), scan or said(), **keys_)


def payload(file) -> dict:
    return json.loads(bundle.read(file).envelope.payload)


def test_what_is_signed_verifies_and_lists_every_file_in_the_order_of_the_specification(tmp_path):
    model = lay(tmp_path / "m", FILES)
    made = signed(model)
    assert made.file == model / "model.sig"
    assert made.manifest is not None
    assert made.manifest.names == ("config.json", "sub/b.txt", "unet-x", "unet/x")
    decision, _ = verify(model, bundles.trusted())
    assert (decision.verdict, decision.legacy) == ("pass", ())
    assert decision.manifest == made.manifest


def test_two_signers_of_equal_models_sign_the_same_bytes(tmp_path):
    one, other = lay(tmp_path / "1" / "m", FILES), lay(tmp_path / "2" / "m", dict(reversed(FILES.items())))
    signed(one)
    signed(other, maker=making.with_key(bundles.key(9)))
    assert bundle.read(one / "model.sig").envelope.payload == bundle.read(other / "model.sig").envelope.payload


@pytest.mark.parametrize("algorithm", ["sha256", "blake2b", "blake3"])
@pytest.mark.parametrize("shard", [0, 3])
@pytest.mark.parametrize("curve", ["p256", "p384", "p521"])
def test_every_hash_shape_and_curve_verifies(algorithm, shard, curve, tmp_path):
    if algorithm == "blake3":
        pytest.importorskip("blake3")
    model = lay(tmp_path / "m", {"a": b"0123456789", "b": b"x"})
    shape = Shape(algorithm=algorithm, shard_nbytes=shard)
    signed(model, maker=making.with_key(bundles.key(7, curve)), shape=shape)
    assert verify(model, bundles.trusted(7, curve))[0].verdict == "pass"
    (model / "a").write_bytes(b"012345678X")
    assert verify(model, bundles.trusted(7, curve))[0].changed == ("a",)
    (model / "a").write_bytes(b"01234567890")
    assert verify(model, bundles.trusted(7, curve))[0].changed == ("a",)


def test_the_statement_fits_the_schema_of_the_specification(tmp_path):
    model = lay(tmp_path / "m", FILES)
    signed(model, shape=Shape(shard_nbytes=2))
    made = payload(model / "model.sig")
    assert set(made) == {"_type", "subject", "predicateType", "predicate"}
    assert made["predicate"]["serialization"] == {
        "method": "shards", "hash_type": "sha256", "shard_size": 2, "allow_symlinks": False,
        "ignore_paths": [".git", ".gitattributes", ".github", ".gitignore", "model.sig"],
    }  # fmt: skip
    assert {one["algorithm"] for one in made["predicate"]["resources"]} == {"sha256"}
    assert made["subject"][0] == {"name": "m", "digest": {"sha256": oms.parse(json.dumps(made).encode()).root}}


def test_a_single_file_is_signed_by_its_own_name(tmp_path):
    file = lay(tmp_path, {"model.bin": b"x"}) / "model.bin"
    made = signed(file)
    assert made.file == tmp_path / "model.bin.sig"
    assert payload(made.file)["predicate"]["resources"][0]["name"] == "model.bin"
    assert verify(file, bundles.trusted())[0].verdict == "pass"
    file.rename(tmp_path / "other.bin")
    (tmp_path / "model.bin.sig").rename(tmp_path / "other.bin.sig")
    assert verify(tmp_path / "other.bin", bundles.trusted())[0].code == Code.FILE_MISSING


def test_a_certificate_signs_and_its_chain_comes_along(tmp_path):
    held, top = bundles.chain()
    model = lay(tmp_path / "m", FILES)
    signed(model, maker=making.with_certificate(bundles.key(), held[0], held[1:]))
    assert verify(model, TrustedRoots(roots=[top]), now=NOW)[0].verdict == "pass"
    with pytest.raises(UsageError, match="another key"):
        making.with_certificate(bundles.key(8), held[0], [])


def test_two_signers_sign_beside_each_other(tmp_path):
    model = lay(tmp_path / "m", FILES)
    signed(model)
    signed(model, maker=making.with_key(bundles.key(9)), out=model / "model.two.sig")
    assert verify(model, bundles.trusted())[0].verdict == "pass"
    second, _ = verify(model, bundles.trusted(9), signature=model / "model.two.sig")
    assert second.verdict == "pass"
    assert "model.sig" in second.ignored


def test_a_file_that_is_only_called_a_signature_is_signed_like_any_other(tmp_path):
    model = lay(tmp_path / "m", {**FILES, "weights.sig": b"weights"})
    made = signed(model)
    assert made.manifest is not None
    assert "weights.sig" in made.manifest.names


@pytest.mark.parametrize("verdict", ["fail", "incomplete"])
def test_a_model_that_does_not_pass_is_signed_only_on_demand_and_that_is_recorded(verdict, tmp_path):
    model = lay(tmp_path / "m", FILES)
    assert signed(model, said(verdict)).manifest is None
    assert sorted(path.name for path in model.iterdir()) == ["config.json", "sub", "unet", "unet-x"]
    assert signed(model, said(verdict), anyway=True).manifest is not None
    decision, _ = verify(model, bundles.trusted())
    assert decision.manifest is not None
    assert decision.manifest.declared == verdict


def test_a_hostile_model_is_not_signed(tmp_path):
    model = lay(tmp_path / "m", {"a.pkl": b"cposix\nsystem\n(S'echo'\ntR."})
    assert signed(model, lambda paths: pipeline.scan(*paths, jobs=1, digest=True)).manifest is None
    assert not (model / "model.sig").exists()


def test_the_digests_that_are_signed_are_those_of_the_scan(tmp_path, monkeypatch):
    model = lay(tmp_path / "m", FILES)
    monkeypatch.setattr("scanner.attest.hashing.ranges", None)  # a second read would fail
    made = signed(model, lambda paths: pipeline.scan(*paths, jobs=1, digest=True))
    assert made.manifest is not None
    monkeypatch.undo()
    assert verify(model, bundles.trusted())[0].verdict == "pass"


def test_nothing_is_signed_that_changes_while_it_is_scanned(tmp_path):
    model = lay(tmp_path / "m", FILES)

    def scan(_paths):
        content = (model / "unet-x").read_bytes()
        (model / "unet-x").write_bytes(b"?")
        (model / "unet-x").write_bytes(content)
        return bundles.report()

    with pytest.raises(UsageError, match="changed while it was read"):
        signed(model, scan)
    assert not (model / "model.sig").exists()


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda model: [path.unlink() for path in model.rglob("*") if path.is_file()], Code.MODEL_EMPTY),
        (lambda model: (model / "link").symlink_to("config.json"), Code.FILE_LINKED),
        (lambda model: os.mkfifo(model / "pipe"), Code.FILE_SPECIAL),
        (lambda model: (model / "CONFIG.json").write_bytes(b""), Code.RESOURCE_TWINS),
        (lambda model: (model / "a\\b").write_bytes(b""), Code.PATH_BACKSLASH),
        (lambda model: open(os.fsencode(model) + b"/\xff", "wb").close(), Code.PATH_ENCODING),  # noqa: PTH123
    ],
)
def test_what_cannot_be_named_or_read_the_same_everywhere_is_not_signed(spoil, code, tmp_path):
    model = lay(tmp_path / "m", FILES)
    spoil(model)
    with pytest.raises(UsageError, match=str(code)):
        signed(model)
    assert not (model / "model.sig").exists()


def test_what_is_left_out_is_named_in_the_signature_and_may_be_anything(tmp_path):
    model = lay(tmp_path / "m", {**FILES, "cache/x": b"1"})
    (model / "cache" / "link").symlink_to("x")
    made = signed(model, shape=Shape(ignored=("cache",)))
    assert made.manifest is not None
    assert "cache" in made.manifest.ignored
    lay(model, {"cache/y": b"2"})
    decision, _ = verify(model, bundles.trusted())
    assert decision.verdict == "pass"
    assert {"cache/x", "cache/y", "cache/link"} <= set(decision.ignored)
    for wrong in (".", "../x", "/x", "a//b"):
        with pytest.raises(UsageError):
            signed(model, shape=Shape(ignored=(wrong,)))


def test_an_unknown_hash_is_refused_before_anything_is_read(tmp_path):
    with pytest.raises(UsageError, match="hash-unknown"):
        signed(lay(tmp_path / "m", FILES), lambda _: 1 / 0, shape=Shape(algorithm="md5"))


def test_a_key_in_a_service_signs_like_one_in_a_file(tmp_path):
    pytest.importorskip("securesystemslib")
    key = bundles.key()
    (tmp_path / "k.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    uri = f"file2:{tmp_path / 'k.pem'}"
    model = lay(tmp_path / "m", FILES)
    signed(model, maker=making.with_service(uri, key.public_key()))
    assert verify(model, bundles.trusted())[0].verdict == "pass"
    with pytest.raises(UsageError):
        making.with_service(uri, bundles.key(8).public_key())(b"x")
    for wrong in ("nosuch:x", f"file2:{tmp_path}/none.pem", "x"):
        with pytest.raises(UsageError):
            making.with_service(wrong, key.public_key())


def test_a_file_that_cannot_be_finished_leaves_the_old_one_and_nothing_else(tmp_path, monkeypatch):
    model = lay(tmp_path / "m", FILES)
    signed(model)
    before = (model / "model.sig").read_bytes()

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UsageError, match="No space left"):
        signed(model, shape=Shape(name="other"))
    assert (model / "model.sig").read_bytes() == before
    assert [path.name for path in model.iterdir() if path.name.startswith(".")] == []


def test_a_private_key_is_written_for_its_owner_alone_and_never_over_a_file(tmp_path):
    file = tmp_path / "k.pem"
    files.write(file, keys.private_pem(bundles.key(), b"x"), mode=0o600, replace=False)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(UsageError, match="exists already"):
        files.write(file, b"", replace=False)
    assert list(tmp_path.iterdir()) == [file]


def test_a_signature_elsewhere_covers_all_of_the_folder(tmp_path):
    model = lay(tmp_path / "m", FILES)
    made = signed(model, out=tmp_path / "elsewhere.sig")
    assert made.manifest is not None
    assert "elsewhere.sig" not in made.manifest.ignored
    assert verify(model, bundles.trusted(), signature=tmp_path / "elsewhere.sig")[0].verdict == "pass"
    assert verify(model, bundles.trusted(), asked=Asked())[0].code == Code.SIGNATURE_MISSING
