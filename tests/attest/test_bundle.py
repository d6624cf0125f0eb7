"""Bundles: what is read, what is written, and every shape that is refused, with its code."""

import copy
import json

import pytest

from scanner.attest import bundle
from scanner.attest.errors import AttestError, Code
from scanner.limits import CHAIN_CERTIFICATES, SIGNATURE_NBYTES
from tests.builders import bundles

GOOD = bundles.over({"a": b"a"})
ENTRY = {"logIndex": "1"}
CERTIFICATE = {"rawBytes": bundles.b64(b"der")}


def refused(value) -> Code:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    with pytest.raises(AttestError) as caught:
        bundle.parse(raw)
    assert "\n" not in caught.value.reason
    return caught.value.code


def changed(path: str, value) -> dict:
    made = copy.deepcopy(GOOD)
    *parents, last = path.split("/")
    held = made
    for one in parents:
        held = held[int(one)] if isinstance(held, list) else held[one]
    if value is None:
        del held[last]
    else:
        held[last] = value
    return made


def material(**held) -> dict:
    return changed("verificationMaterial", held)


SHAPES = [
    (b"", Code.BUNDLE_EMPTY),
    (b" \n", Code.BUNDLE_EMPTY),
    ({}, Code.BUNDLE_EMPTY),
    (b"no json", Code.JSON_INVALID),
    (b"[]", Code.BUNDLE_SHAPE),
    (changed("more", 1), Code.BUNDLE_SHAPE),
    (changed("mediaType", "application/vnd.dev.sigstore.bundle.v0.4+json"), Code.MEDIA_TYPE),
    (changed("mediaType", None), Code.MEDIA_TYPE),
    (changed("verificationMaterial", None), Code.MATERIAL_MISSING),
    (material(), Code.MATERIAL_MISSING),
    (material(tlogEntries=[]), Code.MATERIAL_MISSING),
    (material(publicKey={"hint": "a"}, certificate=CERTIFICATE), Code.MATERIAL_AMBIGUOUS),
    (material(publicKey={"hint": "a", "rawBytes": "aa=="}), Code.BASE64),
    (material(publicKey={"hint": "a", "rawBytes": "YQ=="}), Code.MATERIAL_AMBIGUOUS),
    (material(publicKey={"hint": ""}), Code.HINT_MISSING),
    (material(publicKey={}), Code.HINT_MISSING),
    (material(publicKey={"hint": 1}), Code.BUNDLE_SHAPE),
    (material(publicKey="a"), Code.BUNDLE_SHAPE),
    (material(publicKey={"hint": "a", "more": 1}), Code.BUNDLE_SHAPE),
    (material(publicKey={"hint": "a"}, tlogEntries=[ENTRY]), Code.LOG_ENTRY_UNEXPECTED),
    (material(publicKey={"hint": "a"}, tlogEntries=[1]), Code.BUNDLE_SHAPE),
    (material(publicKey={"hint": "a"}, timestampVerificationData=[]), Code.BUNDLE_SHAPE),
    (material(certificate=CERTIFICATE), Code.LOG_ENTRY_MISSING),
    (material(certificate=CERTIFICATE, tlogEntries=[]), Code.LOG_ENTRY_MISSING),
    (material(x509CertificateChain={"certificates": []}), Code.MATERIAL_MISSING),
    (material(x509CertificateChain={"certificates": [CERTIFICATE] * (CHAIN_CERTIFICATES + 1)}), Code.CHAIN_TOO_LONG),
    (material(x509CertificateChain={"certificates": [{"rawBytes": ""}]}), Code.BASE64),
    (material(x509CertificateChain={"certificates": ["a"]}), Code.BUNDLE_SHAPE),
    (changed("dsseEnvelope", None), Code.ENVELOPE_MISSING),
    (changed("dsseEnvelope/more", 1), Code.BUNDLE_SHAPE),
    (changed("dsseEnvelope/payloadType", "text/plain"), Code.PAYLOAD_TYPE),
    (changed("dsseEnvelope/payload", "e30"), Code.BASE64),
    (changed("dsseEnvelope/payload", "e31="), Code.BASE64),
    (changed("dsseEnvelope/payload", "e3 0="), Code.BASE64),
    (changed("dsseEnvelope/payload", ""), Code.BASE64),
    (changed("dsseEnvelope/signatures", []), Code.SIGNATURE_COUNT),
    (changed("dsseEnvelope/signatures", {}), Code.SIGNATURE_COUNT),
    (changed("dsseEnvelope/signatures", [{"sig": "YQ=="}, {"sig": "YQ=="}]), Code.SIGNATURE_COUNT),
    (changed("dsseEnvelope/signatures", ["YQ=="]), Code.BUNDLE_SHAPE),
    (changed("dsseEnvelope/signatures/0/sig", "-_=="), Code.BASE64),
    (changed("dsseEnvelope/signatures/0/keyid", 1), Code.BUNDLE_SHAPE),
    (changed("dsseEnvelope/signatures/0/more", 1), Code.BUNDLE_SHAPE),
]


@pytest.mark.parametrize(("value", "code"), SHAPES, ids=lambda value: str(value)[:60])
def test_a_shape_that_means_nothing_is_refused_with_its_code(value, code):
    assert refused(value) == code


def test_a_bundle_of_more_bytes_than_the_bound_is_not_parsed(tmp_path):
    file = tmp_path / "model.sig"
    with file.open("wb") as stream:
        stream.truncate(SIGNATURE_NBYTES + 1)  # a hole: no bytes on the disk
    with pytest.raises(AttestError) as caught:
        bundle.read(file)
    assert caught.value.code == Code.BUNDLE_TOO_LARGE
    assert refused(b" " * (SIGNATURE_NBYTES + 1)) == Code.BUNDLE_TOO_LARGE


def test_a_bundle_cut_at_any_byte_is_refused():
    raw = json.dumps(GOOD).encode()
    for end in range(len(raw)):
        refused(raw[:end])


def test_a_folder_or_a_missing_file_is_no_signature(tmp_path):
    for file in (tmp_path, tmp_path / "none"):
        with pytest.raises(AttestError) as caught:
            bundle.read(file)
        assert caught.value.code == Code.BUNDLE_UNREADABLE


def test_both_spellings_of_the_media_type_are_read():
    assert bundle.parse(json.dumps(changed("mediaType", bundle.MEDIA_TYPES[1])).encode())


@pytest.mark.parametrize("keyid", [None, "", "some"])
def test_a_keyid_may_be_absent_null_or_any_text(keyid):
    made = changed("dsseEnvelope/signatures/0/keyid", None)
    bundle.parse(json.dumps(made).encode())
    made["dsseEnvelope"]["signatures"][0]["keyid"] = keyid
    assert bundle.parse(json.dumps(made).encode()).envelope.keyid == (keyid or "")


@pytest.mark.parametrize("how", ["key", "certificate", "timestamps"])
def test_a_bundle_that_is_written_reads_back_as_itself(how):
    held = GOOD if how != "certificate" else changed("verificationMaterial", bundles.chain_material(bundles.chain()[0]))
    read = bundle.parse(json.dumps(held).encode())
    if how == "timestamps":
        held = copy.deepcopy(GOOD)
        stamps = {"rfc3161Timestamps": [{"signedTimestamp": bundles.b64(b"stamp")}]}
        held["verificationMaterial"]["timestampVerificationData"] = stamps
        read = bundle.parse(json.dumps(held).encode())
        assert read.material.timestamps == (b"stamp",)
    raw = bundle.encode(read)
    again = bundle.parse(raw)
    assert (again.material, again.envelope) == (read.material, read.envelope)
    assert json.loads(raw) == held
