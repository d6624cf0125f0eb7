"""The texts of Parquet files, by page, encoding and compression."""

import contextlib
import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import arrow as subject
from scanner.formats.arrow import pages
from scanner.limits import Limits
from tests.builders import parquet as make
from tests.builders.judged import judged
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT
ROWS = ["one", None, "three \u00e9", "", "five", "five"] * 5
TAG = "look" + "".join(chr(0xE0000 + ord(one)) for one in "obey")


def read(content):
    return read_as(FORMAT, content, "x.parquet", Limits())[0]


def texts(content):
    """Read every text of a file, by column, with its row."""
    import io

    from scanner.formats.arrow.columns import groups, leaves
    from scanner.formats.arrow.columns import texts as of_chunk
    from scanner.formats.arrow.thrift import Compact

    length = int.from_bytes(content[-8:-4], "little")
    footer = Compact(content[-8 - length : -8])
    found = {field.number: field for field in footer.fields(0)}
    read_, base = {}, 0
    for rows, chunks in groups(footer, found[4]):
        for leaf in leaves(footer, found[2]):
            part = of_chunk(io.BytesIO(content), len(content), chunks[leaf.number], leaf)
            read_.setdefault(leaf.name, []).extend((base + row, text) for row, text in part)
        base += rows
    return read_


@pytest.mark.parametrize("codec", ["none", "snappy", "gzip", "brotli", "zstd", "lz4"])
@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("dictionary", [False, True])
def test_every_text_and_number_comes_back_in_its_row(codec, version, dictionary):
    lists = [["a", "b"], [], ["c"], [None, "d"], ["e"]] * 6
    content = make.parquet(
        {"text": ROWS, "label": list(range(30)), "tags": lists},
        codec=codec, version=version, dictionary=dictionary, groups=3,
    )  # fmt: skip
    found = texts(content)
    assert found["text"] == [(row, text) for row, text in enumerate(ROWS) if text is not None]
    assert found["label"] == [(row, str(row)) for row in range(30)]
    assert found["tags"] == [(row, text) for row, some in enumerate(lists) for text in some if text is not None]
    (sample,) = of(read(content), "DatasetSample")
    assert (sample.format, sample.rows, sample.total, sample.complete) == ("parquet", 30, 30, True)


def test_what_cells_hold_is_judged():
    content = make.parquet({"text": ["plain words"] * 30 + [TAG]}, codec="snappy")
    (fact,) = of(read(content), "DatasetText")
    assert (fact.kind, fact.column, fact.rows, fact.first, fact.text) == ("tag-characters", "text", 1, 30, "obey")
    assert judged(content, "x.parquet")["dataset-text-is-invisible"] == "critical"


def test_a_compression_that_is_not_read_is_said_and_others_go_on():
    facts = read(make.parquet({"text": ROWS}, codec="lzo"))
    (unread,) = of(facts, "DatasetColumnUnread")
    assert "compression 3" in unread.reason
    assert not of(facts, "DatasetSample")[0].complete
    assert "dataset-column-unread" in judged(make.parquet({"text": ROWS}, codec="lzo"), "x.parquet")


def test_delta_encodings_come_back():
    def numbers(values):
        block = make.varint(128) + make.varint(4) + make.varint(len(values)) + make.varint(values[0] * 2)
        rest = [one - before for before, one in pairwise(values)]
        least = min(rest, default=0)
        word = sum((one - least) << 16 * at for at, one in enumerate(rest))
        zigzag = least * 2 if least >= 0 else -least * 2 - 1
        return block + make.varint(zigzag) + bytes([16, 0, 0, 0]) + word.to_bytes(64, "little")

    words = [b"apple", b"apply", b"april", b"zoo"]
    shared, rest = [0, 4, 2, 0], [b"apple", b"y", b"ril", b"zoo"]
    lengths = numbers([len(one) for one in words]) + b"".join(words)
    assert pages.values(lengths, pages.DELTA_LENGTH, 4, (), 0) == words
    fronts = numbers(shared) + numbers([len(one) for one in rest]) + b"".join(rest)
    assert pages.values(fronts, pages.DELTA, 4, (), 0) == words
    assert pages.values(numbers([7, 3, 900]), pages.DELTA_NUMBERS, 3, (), 8) == [b"7", b"3", b"900"]


LIES = {
    "a value longer than its page": lambda: pages.plain(b"\xff\xff\xff\x7fabc", 1, 0),
    "a place no dictionary has": lambda: pages.values(b"\x01\x03\x01", 8, 8, [b"a"], 0),
    "numbers of 40 bits": lambda: pages.hybrid(b"\x03\x01", 40, 8),
    "a header that is cut": lambda: pages.hybrid(b"\xff\xff", 1, 8),
    "snappy that is none": lambda: pages.decompress(b"\xff\xff\xff", 1, 100),
    "gzip that is none": lambda: pages.decompress(b"abc", 2, 100),
    "a prefix that no text has": lambda: list(pages._delta(b"\x80\x01\x04\x01\x0a" * 2 + b"abcde", 7, 1)),
    "no blocks": lambda: pages._packed(b"\x80\x01\x00\x01\x00", 0, 1),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_page_that_lies_is_malformed(lie):
    with pytest.raises(MalformedError):
        LIES[lie]()


def test_a_page_larger_than_its_bound_is_not_decompressed():
    with pytest.raises(pages.UnreadError, match="page of 99999999999 bytes"):
        pages.decompress(b"", 1, 99_999_999_999)


@pytest.mark.parametrize("fields", [{9: 1 << 40}, {9: 0}, {7: 1 << 50}, {5: 1 << 50}, {4: 99}], ids=str)
def test_a_column_that_lies_about_its_place_costs_no_other(fields):
    facts = read(make.parquet({"text": ROWS}, fields=fields))
    assert of(facts, "DatasetSample")
    json.dumps(judged(make.parquet({"text": ROWS}, fields=fields), "x.parquet"))


def test_a_cut_at_every_byte_is_malformed_or_read():
    content = make.parquet({"text": ROWS, "n": list(range(30))}, dictionary=True, codec="snappy")
    for end in range(4, len(content)):
        with contextlib.suppress(MalformedError):
            read(content[:end])


@settings(max_examples=200)
@given(at=st.integers(4, 700), byte=st.integers(0, 255), version=st.sampled_from([1, 2]))
def test_one_changed_byte_raises_nothing_else(at, byte, version):
    content = bytearray(
        make.parquet({"text": ROWS, "tags": [["a"], ["b", "c"]] * 15}, version=version, dictionary=True)
    )
    content[min(at, len(content) - 9)] = byte
    with contextlib.suppress(MalformedError):
        read(bytes(content))
