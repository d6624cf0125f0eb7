"""Statements: written in one way, read strictly."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.attest import names, oms
from scanner.attest.errors import AttestError, Code
from scanner.attest.manifest import Manifest, Resource, in_order, root, shards
from tests.builders import bundles

A = bundles.resources({"a": b"a"})
D = "00" * 32


def refused(value, legacy=()) -> Code:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    with pytest.raises(AttestError) as caught:
        oms.parse(raw, legacy)
    return caught.value.code


def one(name: str, digest: str = D, algorithm: str = "sha256") -> dict:
    return {"name": name, "algorithm": algorithm, "digest": digest}


def with_(**parts) -> dict:
    return {**bundles.statement(A), **parts}


def listed(*found, **how) -> dict:
    return bundles.statement(list(found), **how)


SHARDS = {"method": "shards", "shard_size": 10}

STATEMENTS = [
    ([], Code.STATEMENT_SHAPE),
    (with_(more=1), Code.STATEMENT_SHAPE),
    (with_(_type="https://in-toto.io/Statement/v0.1"), Code.STATEMENT_SHAPE),
    (with_(predicateType="https://example.com/v1"), Code.PREDICATE_TYPE),
    (with_(predicateType=oms.PREDICATE_V01), Code.LEGACY_PREDICATE),
    (with_(subject=[]), Code.SUBJECT_COUNT),
    (with_(subject=bundles.statement(A)["subject"] * 2), Code.SUBJECT_COUNT),
    (with_(subject=[{"name": "m", "digest": {"sha512": D * 2}}]), Code.DIGEST_SPELLING),
    (with_(subject=[{"name": "", "digest": {"sha256": D}}]), Code.STATEMENT_SHAPE),
    (with_(predicate=[]), Code.STATEMENT_SHAPE),
    (with_(predicate={"serialization": {}, "resources": [], "more": 1}), Code.STATEMENT_SHAPE),
    (listed(*A, digest=D), Code.ROOT_DIGEST),
    (listed(), Code.RESOURCES_EMPTY),
    (listed(*A, more=1), Code.STATEMENT_SHAPE),
    (listed(*A, allow_symlinks=None), Code.STATEMENT_SHAPE),
    (listed(*A, method="tar"), Code.STATEMENT_SHAPE),
    (listed(*A, shard_size=1), Code.STATEMENT_SHAPE),
    (listed(*A, hash_type="md5"), Code.HASH_UNKNOWN),
    (listed(*A, hash_type="blake2b"), Code.RESOURCE_ALGORITHM),
    (listed(*A, ignore_paths="a"), Code.STATEMENT_SHAPE),
    (listed(*A, ignore_paths=["."]), Code.IGNORES_EVERYTHING),
    (listed(*A, ignore_paths=[""]), Code.IGNORES_EVERYTHING),
    (listed(*A, ignore_paths=["/"]), Code.IGNORES_EVERYTHING),
    (listed(*A, ignore_paths=["../x"]), Code.PATH_PARENT),
    (listed(*A, ignore_paths=["/etc"]), Code.PATH_ABSOLUTE),
    (listed(one("a"), one("a")), Code.RESOURCE_REPEATED),
    (listed(one("A.bin"), one("a.bin")), Code.RESOURCE_TWINS),
    (listed(one("\u00e9"), one("e\u0301")), Code.RESOURCE_TWINS),
    (listed(one("")), Code.PATH_EMPTY),
    (listed(one("/etc/passwd")), Code.PATH_ABSOLUTE),
    (listed(one("C:/x")), Code.PATH_ABSOLUTE),
    (listed(one("../x")), Code.PATH_PARENT),
    (listed(one("a/../x")), Code.PATH_PARENT),
    (listed(one("./a.bin")), Code.PATH_DOT),
    (listed(one("."), one("a")), Code.PATH_DOT),
    (listed(one("sub//b")), Code.PATH_DOUBLE_SLASH),
    (listed(one("sub/")), Code.PATH_DOUBLE_SLASH),
    (listed(one("a\\b")), Code.PATH_BACKSLASH),
    (listed(one("a\0b")), Code.PATH_CONTROL),
    (listed(one(".")), Code.LEGACY_DOT),
    (listed(one("a", D.upper().replace("0", "A"))), Code.DIGEST_SPELLING),
    (listed(one("a", "0" * 62)), Code.DIGEST_SPELLING),
    (listed(one("a", "\u0660" * 64)), Code.DIGEST_SPELLING),
    (listed(one("a", 1)), Code.DIGEST_SPELLING),
    (listed(one("a", algorithm="sha512")), Code.RESOURCE_ALGORITHM),
    (listed("a"), Code.STATEMENT_SHAPE),
    (listed(one("a"), **SHARDS), Code.SHARD_COVERAGE),
    (listed(one("a:0:0"), **SHARDS), Code.SHARD_COVERAGE),
    (listed(one("a:1:10"), **SHARDS), Code.SHARD_COVERAGE),
    (listed(one("a:0:10"), one("a:11:20"), **SHARDS), Code.SHARD_COVERAGE),
    (listed(one("a:0:10"), one("a:5:20"), **SHARDS), Code.SHARD_COVERAGE),
    (listed(one("a:00:10"), **SHARDS), Code.SHARD_COVERAGE),
    (listed(one("a:0:10"), one("A:0:10"), **SHARDS), Code.RESOURCE_TWINS),
    (listed(one("../a:0:10"), **SHARDS), Code.PATH_PARENT),
    (listed(one("a:0:10"), method="shards"), Code.STATEMENT_SHAPE),
    (listed(one("a:0:10"), method="shards", shard_size=0), Code.STATEMENT_SHAPE),
    (listed(one("a:0:10"), method="shards", shard_size=True), Code.STATEMENT_SHAPE),
    (listed(one("a:0:10"), method="shards", shard_size=10.0), Code.SHARD_SPELLING),
    (listed(one("a:0:10", algorithm="sha256-sharded-10"), **SHARDS), Code.SHARD_SPELLING),
    (listed(one("a:0:10", algorithm="sha256-sharded-11"), **SHARDS), Code.RESOURCE_ALGORITHM),
]


@pytest.mark.parametrize(("value", "code"), STATEMENTS, ids=lambda value: str(value)[-90:])
def test_a_statement_that_is_not_as_v1_0_has_it_is_refused_with_its_code(value, code):
    assert refused(value) == code


def test_a_million_resources_are_refused_in_one_line():
    made = bundles.statement([], digest=D)
    made["predicate"]["resources"] = [0] * 1_000_000
    assert refused(made) == Code.RESOURCES_TOO_MANY


def test_unknown_keys_of_a_resource_are_allowed_as_the_schema_has_it():
    oms.parse(json.dumps(listed({**A[0], "size": 1})).encode())


def test_the_statement_that_is_written_is_the_same_whatever_the_order_of_what_it_is_made_of():
    resources = [Resource(name=name, digest=bytes([index]) * 32) for index, name in enumerate("cab")]
    made = [
        oms.payload(Manifest(model="m", algorithm="sha256", resources=in_order(order), ignored=ignored))
        for order, ignored in ((resources, ("x", "y")), (reversed(resources), ("y", "x")))
    ]
    assert made[0] == made[1]
    assert b" " not in made[0]


def test_names_are_written_in_the_order_of_their_code_points_not_of_their_parts():
    names_ = ["unet/x", "unet-ft.st", "unet.json"]
    ordered = in_order(Resource(name=name, digest=b"") for name in names_)
    assert [one.name for one in ordered] == ["unet-ft.st", "unet.json", "unet/x"]


def test_listed_order_decides_the_root_and_another_order_is_read_as_listed():
    other = bundles.resources({"unet/x": b"1", "unet-ft.st": b"2"})
    read = oms.parse(json.dumps(bundles.statement(other)).encode())
    assert not oms.ordered(read)
    assert read.root != root(in_order(read.resources))


def test_shards_are_written_with_the_bytes_they_cover_and_an_empty_file_has_none():
    assert list(shards(25, 10)) == [(0, 10), (10, 20), (20, 25)]
    assert list(shards(0, 10)) == []
    held = in_order(Resource(name="a:b", digest=b"\1" * 32, start=s, end=e) for s, e in shards(25, 10))
    made = oms.payload(Manifest(model="m", algorithm="sha256", resources=held, shard_nbytes=10))
    assert json.loads(made)["predicate"]["serialization"]["shard_size"] == 10
    assert oms.parse(made).names == ("a:b",)
    assert oms.parse(made).resources == held


def test_a_verdict_that_is_no_pass_is_recorded_and_read_back():
    made = oms.payload(
        Manifest(model="m", algorithm="sha256", resources=(Resource(name="a", digest=b"\1" * 32),), declared="fail")
    )
    assert oms.parse(made).declared == "fail"


SEGMENT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\\\0"), min_size=1, max_size=6)
NAMES = st.lists(SEGMENT.filter(lambda text: text not in {".", ".."}), min_size=1, max_size=3).map("/".join)


@given(st.dictionaries(NAMES, st.binary(min_size=32, max_size=32), min_size=1, max_size=6))
def test_a_manifest_that_is_written_reads_back_as_itself(found):
    manifest = Manifest(
        model="m", algorithm="sha256", resources=in_order(Resource(name=n, digest=d) for n, d in found.items())
    )
    try:
        for name in found:
            names.check(name)
        names.check_distinct(found)
    except AttestError:
        return
    assert oms.parse(oms.payload(manifest)) == manifest


@given(
    st.recursive(
        st.none() | st.integers() | st.text() | st.sampled_from([oms.PREDICATE, oms.STATEMENT]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "_type",
                        "subject",
                        "predicateType",
                        "predicate",
                        "serialization",
                        "resources",
                        "name",
                        "digest",
                        "sha256",
                        "method",
                        "hash_type",
                    ]
                ),
                inner,
                max_size=5,
            )
        ),
    )
)
def test_nothing_but_an_attest_error_leaves_the_reader(value):
    try:
        oms.parse(json.dumps(value).encode(), oms.LEGACY)
    except AttestError:
        return
