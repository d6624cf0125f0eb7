"""fastText: matrices against the dictionary, counts against the file."""

import contextlib
import struct
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import fasttext as subject
from scanner.formats.fasttext import dictionary
from scanner.limits import Limits
from tests.builders import longtail2 as make
from tests.builders.judged import judged
from tests.builders.pickles import system
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT


def read(content):
    return read_as(FORMAT, content, "lid.bin", Limits())


def one(content, name):
    (fact,) = of(read(content)[0], name)
    return fact


CODES = (b"\1" + make.fasttext_codes(5, 4, norms=True), b"\1" + make.fasttext_codes(1, 4))
GOOD = {
    "supervised": (make.fasttext(), "supervised", False),
    "skipgram": (make.fasttext(kind=2, labels=(), version=11), "skipgram", False),
    "pruned": (make.fasttext(pruned=2), "supervised", False),
    "quantised": (make.fasttext(matrices=CODES), "supervised", True),
    "half quantised": (
        make.fasttext(matrices=(CODES[0], b"\0" + make.fasttext_matrix(1, 4))), "supervised", True,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_a_model_is_summed_up_and_not_judged(name):
    content, kind, quantised = GOOD[name]
    fact = one(content, "FasttextModel")
    assert (fact.kind, fact.dim, fact.words, fact.quantised) == (kind, 4, 2, quantised)
    assert FORMAT.claims(content, "x")
    assert judged(content, "lid.bin") == {}


def test_a_matrix_with_fewer_rows_than_the_dictionary_needs_is_judged():
    for matrices in (
        (b"\0" + make.fasttext_matrix(4, 4), b"\0" + make.fasttext_matrix(1, 4)),
        (b"\0" + make.fasttext_matrix(5, 4), b"\0" + make.fasttext_matrix(0, 4)),
        (b"\0" + make.fasttext_matrix(5, 2), b"\0" + make.fasttext_matrix(1, 4)),
    ):
        content = make.fasttext(matrices=matrices)
        assert one(content, "TensorMismatch").how == "size"
        assert judged(content, "lid.bin") == {"tensor-size-differs-from-shape": "medium"}


def test_a_label_with_code_is_told():
    content = make.fasttext(labels=(b"os.system('echo hi')", b"plain"))
    assert one(content, "MetadataEntry").marks == ("code",)


def test_a_dictionary_longer_than_a_window_is_read(monkeypatch):
    monkeypatch.setattr(dictionary, "WINDOW_NBYTES", 64)
    content = make.fasttext(words=[b"word%d" % number for number in range(40)], buckets=0)
    assert one(content, "FasttextModel").words == 40


def test_a_matrix_that_is_a_pickle_is_handed_on():
    data = system().ljust(80, b"\0")
    matrices = (b"\0" + make.fasttext_matrix(5, 4, data), b"\0" + make.fasttext_matrix(1, 4))
    assert "pickle-starts-process" in judged(make.fasttext(matrices=matrices), "lid.bin")


def test_what_follows_the_matrices_is_told():
    assert judged(make.fasttext() + b"text behind", "lid.bin") == {"archive-hides-bytes": "low"}


@pytest.mark.parametrize(
    "content",
    [
        make.fasttext(version=9),
        make.fasttext(counts=(1 << 30, 1 << 30, 0)),
        make.fasttext(counts=(3, 1, 1)),
        make.fasttext(counts=(3, 3, 0)),
        make.fasttext(counts=(3, 4, -1)),
        make.fasttext()[:84] + struct.pack("<q", 1 << 50) + make.fasttext()[92:],
        make.fasttext(matrices=(b"\0" + make.fasttext_matrix(1 << 40, 1 << 40, b""), b"")),
        make.fasttext(matrices=(b"\0" + make.fasttext_matrix(-1, 4, b""), b"")),
    ],
)
def test_lying_counts_are_malformed(content):
    with pytest.raises(MalformedError):
        read(content)


def test_an_entry_without_an_end_is_malformed(monkeypatch):
    monkeypatch.setattr(dictionary, "WINDOW_NBYTES", 16)
    with pytest.raises(MalformedError, match="no end"):
        read(make.fasttext(words=[b"w" * 40]))


@pytest.mark.parametrize("name", ["supervised", "pruned"])
def test_a_model_cut_anywhere_is_malformed(name):
    content = GOOD[name][0]
    for end in range(len(content)):
        with pytest.raises(MalformedError):
            read(content[:end])


def test_other_bytes_are_not_claimed():
    assert not any(FORMAT.claims(head, "x.ftz") for head in (b"", b"\xba\x16\x4f\x2f", b"\xba\x16\x4f\x2f" + b"abcd"))


@given(st.data())
def test_any_changed_byte_leaves_only_malformed(data):
    content = bytearray(make.fasttext())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(MalformedError):
        read(bytes(content))


@given(st.binary(max_size=150))
def test_any_bytes_leave_only_malformed(raw):
    with contextlib.suppress(MalformedError):
        read(b"\xba\x16\x4f\x2f" + raw)


def test_entries_without_an_end_are_malformed_at_once():
    content = make.fasttext()
    start = content.index(b"the\0")
    clock = time.process_time()
    with pytest.raises(MalformedError, match="no end"):
        read(content[:start] + b"x" * 100_000)
    assert time.process_time() - clock < 0.5
