"""Signature bundles and statements in a scanned folder: recognised, and their departures stated."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats.signature import FORMAT
from scanner.limits import Limits
from tests.builders import bundles
from tests.builders.reading import of, read_as, read_deep

FILES = {"config.json": b"{}", "weights.bin": b"w"}
WHOLE = json.dumps(bundles.over(FILES, ignore_paths=["model.sig"])).encode()


def stated(value, name="SignatureFault"):
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return of(read_as(FORMAT, raw, "m/model.sig")[0], name)


def faults(value):
    return [one.how for one in stated(value)]


def test_a_bundle_says_how_it_is_signed_and_what_it_lists():
    one = stated(WHOLE, "SignatureFile")[0]
    assert (one.method, one.resources, one.model) == ("key", 2, True)
    assert one.signer == bundles.hint(bundles.key())
    files = stated(WHOLE, "SignedFiles")[0]
    assert files.names == tuple(FILES)
    assert files.digests == tuple(map(bundles.sha256, FILES.values()))
    assert files.ignored == ("model.sig",)
    assert faults(WHOLE) == []


def test_a_chain_and_a_keyless_certificate_are_told_apart():
    held, _ = bundles.chain()
    made = bundles.bundle(bundles.statement([]), material=bundles.chain_material(held))
    assert stated(made, "SignatureFile")[0].method == "certificate"
    made["verificationMaterial"] = {"certificate": {"rawBytes": ""}, "tlogEntries": []}
    assert stated(made, "SignatureFile")[0].method == "sigstore"


def test_a_statement_is_no_signature_over_a_model():
    made = {"_type": bundles.STATEMENT, "subject": [{}], "predicateType": "https://x.example/v1", "predicate": {}}
    one = stated(bundles.bundle(made), "SignatureFile")[0]
    assert (one.predicate, one.resources, one.model) == ("https://x.example/v1", 1, False)
    assert stated(bundles.bundle(made), "SignedFiles") == []


def test_every_line_of_a_file_of_statements_is_read():
    raw = WHOLE + b"\n\n" + WHOLE + b"\n"
    assert [one.where.line for one in stated(raw, "SignatureFile")] == [1, 3]


def test_an_envelope_alone_is_read_without_a_method():
    made = bundles.over(FILES)["dsseEnvelope"]
    assert stated(made, "SignatureFile")[0].method == ""
    assert faults(made) == []


def changed(**payload):
    made = bundles.statement(bundles.resources(FILES))
    return bundles.bundle({**made, **payload})


def test_each_departure_is_stated():
    made = bundles.over(FILES)
    envelope = made["dsseEnvelope"]
    two = {**made, "dsseEnvelope": {**envelope, "signatures": envelope["signatures"] * 2}}
    assert faults(two) == ["signatures"]
    assert faults({**made, "dsseEnvelope": {**envelope, "signatures": 1}}) == ["signatures"]
    assert faults({**made, "verificationMaterial": {}}) == ["material"]
    assert faults({**made, "dsseEnvelope": {**envelope, "payload": "e30"}}) == ["payload"]
    assert faults(bundles.bundle(b"[]")) == ["payload"]
    assert faults(bundles.bundle(b"{} {}")) == ["payload"]
    assert faults(bundles.bundle(bundles.statement([], ignore_paths=["."]))) == ["none-signed", "all-ignored"]
    assert faults(bundles.bundle(bundles.statement([{"name": "a", "digest": "AA"}]))) == ["resources"]
    twice = bundles.resources(FILES) * 2
    assert faults(bundles.bundle(bundles.statement(twice))) == ["name-repeated"]
    assert faults(bundles.bundle(bundles.statement(bundles.resources(FILES), digest="0" * 64))) == ["root"]
    assert faults(changed(subject=[])) == ["root"]


def test_a_key_given_twice_is_stated_wherever_it_stands():
    text = json.dumps(bundles.over(FILES))
    assert faults(text.replace('"keyid": ""', '"keyid": "", "keyid": "x"').encode()) == ["key-repeated"]
    payload = json.dumps(bundles.statement(bundles.resources(FILES)))
    again = payload.replace('"predicate": {', '"predicate": {"resources": [], ', 1).encode()
    assert faults(bundles.bundle(again)) == ["key-repeated"]


def test_shards_and_other_hashes_have_no_digest_to_compare():
    shard = [{"name": "w:0:1", "algorithm": "sha256-sharded-1", "digest": bundles.sha256(b"w")}]
    assert stated(bundles.bundle(bundles.statement(shard)), "SignedFiles")[0].digests == ("",)


def test_the_old_statement_lists_its_subjects():
    subject = [{"name": "a", "digest": {"sha256": bundles.sha256(b"a")}}]
    made = {"_type": bundles.STATEMENT, "subject": subject, "predicateType": "https://model_signing/Digests/v0.1"}
    files = stated(bundles.bundle(made), "SignedFiles")[0]
    assert (files.names, files.digests) == (("a",), (bundles.sha256(b"a"),))


@pytest.mark.parametrize("size", range(1, len(WHOLE), 7))
def test_a_cut_bundle_is_malformed(size):
    with pytest.raises(MalformedError):
        read_as(FORMAT, WHOLE[:size])


@pytest.mark.parametrize("raw", [b"", b"{", b'{"payloadType":' * 5000, WHOLE + b"\n{", WHOLE + b"\n{} {}"])
def test_what_is_no_json_is_malformed(raw):
    with pytest.raises(MalformedError):
        read_as(FORMAT, raw)


@pytest.mark.parametrize("raw", [b'{"a": {"payloadType": 1}}', b"[]", b'"x"', b'{"schema": "payloadType"}'])
def test_a_document_that_only_speaks_of_envelopes_is_passed_by(raw):
    assert read_as(FORMAT, raw)[0] == []


def test_a_bundle_without_an_envelope_is_stated():
    assert [one.reason for one in stated(b'{"verificationMaterial": {}}', "Malformed")] == [
        "a bundle without an envelope"
    ]


def test_a_bundle_beyond_the_limit_is_not_read():
    facts, _ = read_as(FORMAT, WHOLE, limits=Limits(header_nbytes=5))
    assert [type(fact).__name__ for fact in facts] == ["LimitReached"]


def test_more_lines_than_are_read_are_stated():
    facts, _ = read_as(FORMAT, b'{"payloadType": 1, "payload": ""}\n' * 1100)
    assert [one.limit for one in of(facts, "LimitReached")] == ["statements"]


@given(st.binary(max_size=300))
def test_only_malformed_leaves_the_reader(raw):
    for content in (raw, b'{"payloadType": ' + raw, WHOLE[:200] + raw):
        try:
            read_as(FORMAT, content)
        except MalformedError:
            continue


KEYS = ["subject", "predicate", "resources", "name", "digest", "serialization", "ignore_paths", "sha256"]
LEAVES = st.none() | st.integers() | st.text(max_size=5)


@given(st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(KEYS), inner)))
def test_no_shape_of_a_statement_breaks_the_reader(value):
    for kind in (bundles.PREDICATE, "https://model_signing/Digests/v0.1"):
        made = {**(value if isinstance(value, dict) else {"predicate": value}), "predicateType": kind}
        read_as(FORMAT, json.dumps(bundles.bundle(json.dumps(made).encode())).encode())


def test_only_objects_that_name_an_envelope_are_claimed():
    assert FORMAT.claims(WHOLE[:8192], "x")
    assert FORMAT.claims(b' {"payloadType": ""', "x")
    assert not FORMAT.claims(b'{"payload": ""', "model.sig")
    assert not FORMAT.claims(b'["payloadType"', "model.sig")
    assert of(read_deep(WHOLE, "m/any-name"), "SignatureFile")
