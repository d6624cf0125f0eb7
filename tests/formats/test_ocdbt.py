"""OCDBT: records with their checksums, data files that lie elsewhere, and what a store's data files end with."""

import contextlib

import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import ocdbt as subject
from scanner.formats.ocdbt import reading
from scanner.limits import Limits
from tests.builders import checkpoints as make
from tests.builders import pickles
from tests.builders.judged import judged
from tests.builders.reading import of, read_as, read_deep

FORMAT = subject.FORMAT
FILE = make.DATA.encode()
SMALLEST = make.manifest(FILE)
UNREAD = {"artifact-unrecognised": "info"}
"""The numbers of an array are of no known format."""

LEAF = make.leaf({b"w/.zarray": make.zarray(), b"w/0.0": zstd.compress(bytes(24))})


def read(content, path="manifest.ocdbt", limits=None):
    return read_as(FORMAT, content, path, limits or Limits())


def test_a_manifest_names_its_data_files():
    facts, _ = read(SMALLEST)
    (one,) = of(facts, "StoreRecord")
    assert (one.kind, one.entries, one.files) == ("manifest", 1, 1)
    (data,) = of(facts, "ExternalData")
    assert (data.location, data.how, data.end) == (make.DATA, "", 90)
    assert FORMAT.claims(SMALLEST, "x")
    assert judged(SMALLEST, "m/manifest.ocdbt") == {}


@pytest.mark.parametrize("packed", [True, False])
def test_a_leaf_hands_on_metadata_and_not_its_chunks(packed):
    content = make.leaf({b"w/.zarray": make.zarray(), b"w/0.0": bytes(24)}, packed=packed)
    facts, members = read(content, make.DATA)
    assert of(facts, "StoreRecord")[0].entries == 2
    assert members == [("w/.zarray", make.zarray())]


def test_chunks_of_a_leaf_are_handed_on_where_its_array_is_pickled():
    content = make.leaf({b"w/.zarray": make.PICKLED, b"w/0": pickles.system4()})
    found = judged(content, make.DATA)
    assert found["zarr-chunks-are-pickles"] == "high"
    assert found["pickle-starts-process"] == "critical"


def test_a_loadable_value_is_handed_on():
    assert judged(make.leaf({b"w/0": pickles.system4()}), make.DATA)["pickle-starts-process"] == "critical"


@pytest.mark.parametrize("name", [b"../../etc/passwd", b"/etc/passwd", b"gs://bucket/d/x", b"ocdbt.process_0/../../x"])
@pytest.mark.parametrize("build", [make.manifest, make.branch, make.older, lambda *files: make.leaf({}, files, 9)])
def test_a_data_file_that_lies_elsewhere_is_judged(build, name):
    assert judged(build(name), "m/d/x") == {"graph-takes-data-from-elsewhere": "high"}


def test_several_data_files_share_prefixes():
    files = (b"d/" + b"a" * 32, b"d/" + b"b" * 32, b"ocdbt.process_0/d/" + b"c" * 32)
    facts, _ = read(make.manifest(*files))
    assert [fact.location.encode() for fact in of(facts, "ExternalData")] == list(files)


def test_nodes_of_the_version_tree_are_read():
    for height in (0, 1):
        (one,) = of(read(make.older(FILE, FILE + b"x", height=height))[0], "StoreRecord")
        assert (one.kind, one.entries, one.files) == ("versions", 2, 2)


def test_a_record_behind_values_is_found_by_its_checksum():
    evil = make.branch(b"../x")
    content = b"\x01\x02" * 700_000 + make.TREE + bytes(40) + evil + b"raw"
    assert FORMAT.claims(content[:8192], f"ck/{make.DATA}")
    facts, _ = read(content, f"ck/{make.DATA}")
    assert [fact.how for fact in of(facts, "ExternalData")] == ["parent"]


def test_a_record_behind_compressed_values_is_read_and_hides_nothing():
    chunks = zstd.compress(bytes(9000)) + zstd.compress(b"x" * 90)
    assert judged(chunks + LEAF, make.DATA) == UNREAD
    elsewhere = judged(chunks + make.branch(b"../x"), make.DATA)
    assert elsewhere == {"graph-takes-data-from-elsewhere": "high", **UNREAD}


def test_shards_in_a_data_file_hide_nothing():
    one = make.shard(zstd.compress(bytes(900)), b"", zstd.compress(b"y" * 9))
    content = one + make.shard(zstd.compress(b"z" * 99)) + LEAF
    assert judged(content, make.DATA) == UNREAD
    assert judged(one, "c/0/0") == UNREAD


def test_what_only_looks_like_an_index_is_hidden_bytes():
    one = make.shard(zstd.compress(bytes(900)))
    assert judged(one[:-1] + bytes((one[-1] ^ 1,)), "c/0")["archive-hides-bytes"] == "medium"
    assert judged(one + pickles.system4(), "c/0")["archive-hides-bytes"] == "high"


def test_a_wrong_checksum_is_told():
    facts, _ = read(make.manifest(FILE, checksum=7))
    assert "checksum" in of(facts, "Malformed")[0].reason


def test_bytes_behind_a_manifest_are_hidden():
    (fact,) = of(read(SMALLEST + pickles.system4())[0], "HiddenBytes")
    assert (fact.place, fact.kind) == ("after", "pickle")
    assert judged(SMALLEST + pickles.system4(), "manifest.ocdbt")["pickle-starts-process"] == "critical"


def test_records_follow_each_other():
    facts, _ = read(LEAF + LEAF, make.DATA)
    assert len(of(facts, "StoreRecord")) == 2


def test_other_bytes_are_not_claimed():
    assert not any(FORMAT.claims(head, "x") for head in (b"", b"\x0c\xdb", make.TREE, make.TREE + b"\xff" * 20))
    assert not FORMAT.claims(b"abc", "d/readme")


@pytest.mark.parametrize("content", [SMALLEST, make.leaf({b"a": b"b"}, (FILE,), 9, packed=False)])
def test_a_record_cut_anywhere_is_malformed(content):
    for end in range(14, len(content)):
        with pytest.raises(MalformedError):
            read(content[:end])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\0\xff",
        b"\0\0" + b"\xff" * 9 + b"\x01",
        b"\0" + make.varint(1 << 40),
        b"\0\0\1\5ab",
        b"\0\0\2\x63\1\1ab",
        b"\1\0\3",
        b"\0\1\x7f\0",
    ],
)
def test_lying_counts_are_malformed(body):
    with pytest.raises(MalformedError):
        read(make.record(make.TREE, body, packed=False))


def test_a_body_that_does_not_decompress_is_malformed():
    raw = bytearray(make.record(make.TREE, b"abc", packed=False))
    raw[13] = 1
    with pytest.raises(MalformedError, match="decompress"):
        read(bytes(raw))


def test_bounds_are_told():
    bomb = make.record(make.TREE, bytes(70_000))
    assert of(read(bomb, limits=Limits(header_nbytes=65_536))[0], "LimitReached")[0].limit == "record"
    long = make.TREE + (17 << 20).to_bytes(8, "little") + bytes(17 << 20)
    assert of(read(long, make.DATA)[0], "LimitReached")[0].limit == "record"
    many = make.manifest(*(b"d/%032d" % number for number in range(1001)))
    assert of(read(many)[0], "LimitReached")[0].limit == "files"


def test_candidates_that_are_none_cost_a_bounded_time(monkeypatch):
    monkeypatch.setattr(reading, "CHECKED_NBYTES", 5000)
    head = make.TREE + (2000).to_bytes(8, "little") + b"\0\1"
    facts, _ = read(b"raw" + head * 3 + bytes(2000), make.DATA)
    assert of(facts, "LimitReached")[0].limit == "records"


@given(st.binary(max_size=60), st.integers(0, 120))
def test_only_malformed_leaves_the_reader(junk, at):
    plain = make.leaf({b"w/.zarray": make.zarray()}, (FILE,), 9, packed=False)
    for content in (SMALLEST, plain):
        with contextlib.suppress(MalformedError):
            read(content[:at] + junk + content[at + len(junk) :], make.DATA)
    for kind in (make.TREE, make.MANIFEST, make.VERSIONS):
        with contextlib.suppress(MalformedError):
            read(make.record(kind, junk, packed=False))


def test_what_is_read_twice_is_equal():
    assert read_deep(LEAF, make.DATA) == read_deep(LEAF, make.DATA)


def test_values_of_one_key_in_two_records_are_two_members():
    leaf = make.leaf({b"w/.zarray": make.zarray()})
    assert [name for name, _ in read(leaf + leaf, make.DATA)[1]] == ["w/.zarray", "w/.zarray#2"]
