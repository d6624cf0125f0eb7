"""Files known by their first bytes alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner import pipeline, writers
from scanner.formats import recognised as subject
from tests.builders.judged import judged
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT
HEADS = {
    "TensorRT engine": b"ftrt\0\0\0\0",
    "RKNN model": b"RKNN\0\0\0\0",
    "ExecuTorch tensors": b"\x1c\0\0\0FT01",
    "CRFsuite model": b"lCRF\0\0\0\0FOMC",
    "CNTK model": "BCN\0BVersion\0".encode("utf-16-le"),
}


@pytest.mark.parametrize("kind", HEADS)
def test_a_head_is_recognised_and_told(kind):
    content = HEADS[kind] + bytes(40)
    assert FORMAT.claims(content, "x")
    (fact,) = of(read_as(FORMAT, content)[0], "RecognisedOnly")
    assert fact.kind == kind
    severity = "low" if fact.native else "info"
    assert judged(content, "x.bin") == {"file-recognised-not-read": severity}


def test_what_only_its_first_bytes_tell_is_not_counted_as_examined(tmp_path):
    (tmp_path / "engine.plan").write_bytes(HEADS["TensorRT engine"] + bytes(40))
    (tmp_path / "config.json").write_text("{}")
    report = pipeline.scan(tmp_path)
    assert [(one.size, one.bytes_examined, one.complete) for one in report.examined] == [(2, 2, True), (48, 0, True)]
    text = writers.discover()["text"](report)
    assert "2 files, 2 bytes of 50 bytes, all as far as readers ask" in text
    assert "48 bytes in 1 file: known by headers, first bytes" in text


@pytest.mark.parametrize("kind", HEADS)
def test_a_head_cut_anywhere_is_not_claimed(kind):
    assert not any(FORMAT.claims(HEADS[kind][:end], "x") for end in range(6))


def test_texts_are_not_claimed():
    assert not any(FORMAT.claims(head, "x") for head in (b"", b"ORC is a word", b"ftrt and more", b"RKNN"))


@given(st.binary(max_size=40))
def test_reading_states_at_most_one_kind(content):
    assert len(read_as(FORMAT, content)[0]) <= 1
