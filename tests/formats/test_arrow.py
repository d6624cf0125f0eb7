"""Tables in columns: schemas, metadata, and types that are pickles."""

import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import arrow as subject
from scanner.limits import Limits
from tests.builders import longtail as make
from tests.builders.judged import judged
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT
ECHO = b"cposix\nsystem\n(S'echo hi'\ntR."
TYPE = ((b"ARROW:extension:name", b"arrow.py_extension_type"), (b"ARROW:extension:metadata", ECHO))
FORMS = {"arrow-file": make.arrow_file, "arrow-stream": make.arrow_stream, "parquet": make.parquet_with_schema}


def read(content, limits=None):
    return read_as(FORMAT, content, "x.arrow", limits or Limits())


@pytest.mark.parametrize("form", FORMS)
def test_a_table_is_summed_up_and_not_judged(form):
    content = FORMS[form](make.schema(metadata=((b"k", b"v"),)))
    facts, members = read(content)
    (table,) = of(facts, "ColumnTable")
    assert (table.format, table.columns, members) == (form, 1, [])
    assert [(one.key, one.value) for one in of(facts, "MetadataEntry")] == [("k", "v")]
    assert FORMAT.claims(content, "x")
    assert judged(content, "x.arrow") == {}


@pytest.mark.parametrize("form", FORMS)
def test_a_pickled_type_is_stated_handed_on_and_judged(form):
    content = FORMS[form](make.schema(pairs=TYPE))
    facts, members = read(content)
    (fact,) = of(facts, "ExtensionType")
    assert (fact.column, fact.name, fact.size, fact.pickled) == ("x", "arrow.py_extension_type", len(ECHO), True)
    assert members == [("extension-1", ECHO)]
    found = judged(content, "x.arrow")
    assert found["column-type-is-pickled"] == "high"
    assert found["pickle-starts-process"] == "critical"


def test_another_extension_is_not_judged():
    pairs = ((b"ARROW:extension:name", b"geoarrow.point"), (b"ARROW:extension:metadata", b"{}"))
    assert judged(make.arrow_file(make.schema(pairs=pairs)), "x.arrow") == {}


def test_parquet_shows_rows_and_keys():
    facts, _ = read(make.parquet(b"pandas", b"{}"))
    (table,) = of(facts, "ColumnTable")
    assert (table.columns, table.rows, table.keys) == (1, 3, ("pandas",))


def test_an_encrypted_footer_is_told():
    assert of(read(make.parquet()[:-4] + b"PARE")[0], "Encrypted")


def test_feather_of_old_is_recognised():
    assert of(read(b"FEA1" + bytes(20))[0], "ColumnTable")[0].format == "feather-1"


@pytest.mark.parametrize("content", [make.arrow_file(make.schema()), make.parquet(), make.arrow_stream(make.schema())])
def test_a_file_cut_anywhere_is_malformed(content):
    for end in range(8, len(content)):
        with contextlib.suppress(MalformedError):
            read(content[:end])
            assert content.startswith(b"\xff"), end
    with pytest.raises(MalformedError):
        read(content[:8])


def test_an_empty_file_is_not_claimed():
    assert not FORMAT.claims(b"", "x.parquet")


def test_lying_lengths_are_malformed():
    for content in (make.arrow_file(make.schema()), make.parquet()):
        tail = 10 if content.startswith(b"ARROW") else 8
        for length in (0xFFFFFFFF, len(content), 0):
            with pytest.raises(MalformedError):
                read(
                    content[:-tail] + struct.pack("<I", length) + content[4 - tail :]
                    if tail == 8
                    else content[:-tail] + struct.pack("<I", length) + b"ARROW1"
                )


def test_a_nest_deeper_than_the_limit_is_malformed():
    with pytest.raises(MalformedError, match="deeper"):
        read(make.arrow_file(make.nested(80)))
    deep = b"\x1c" * 200
    with pytest.raises(MalformedError, match="deeper"):
        read(b"PAR1" + deep + struct.pack("<I", len(deep)) + b"PAR1")


def test_a_long_footer_is_told():
    assert of(read(make.parquet(), Limits(header_nbytes=5))[0], "LimitReached")[0].limit == "header"


@given(st.sampled_from(sorted(FORMS)), st.binary(max_size=12), st.integers(8, 300))
def test_only_malformed_leaves_the_reader(form, junk, at):
    content = FORMS[form](make.schema(pairs=TYPE))
    at = min(at, len(content) - 12)
    with contextlib.suppress(MalformedError):
        read(content[:at] + junk + content[at + len(junk) :])
