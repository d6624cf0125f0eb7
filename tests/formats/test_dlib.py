"""dlib: what an object is, as far as its bytes say so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.formats import dlib as subject
from tests.builders import longtail2 as make
from tests.builders.judged import judged
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT


def one(content, name):
    (fact,) = of(read_as(FORMAT, content, "model.dat")[0], name)
    return fact


def test_a_network_is_recognised_by_its_loss():
    content = make.DLIB_NETWORK + bytes(40)
    fact = one(content, "DlibModel")
    assert (fact.kind, fact.loss, fact.layers, fact.parts) == ("network", "loss_metric_2", 2, 0)
    assert FORMAT.claims(content, "x")
    assert judged(content, "model.dat") == {"file-recognised-not-read": "info"}


def test_a_shape_predictor_is_recognised_by_its_mean_shape():
    fact = one(make.DLIB_SHAPE, "DlibModel")
    assert (fact.kind, fact.parts, fact.layers) == ("shape predictor", 5, 0)
    assert FORMAT.claims(make.DLIB_SHAPE, "x")
    assert one(make.DLIB_SHAPE, "RecognisedOnly").kind == "dlib shape predictor"


@pytest.mark.parametrize("gap", range(-20, 4))
def test_layers_are_counted_once_wherever_a_chunk_ends(gap):
    filler = bytes(subject.CHUNK_NBYTES - len(make.DLIB_NETWORK) + gap)
    content = make.DLIB_NETWORK + filler + b"\x01\x02" + make.dlib_text(b"con_4") + b"\x01\x02" + bytes(70)
    assert one(content, "DlibModel").layers == 3


@pytest.mark.parametrize("content", [make.DLIB_NETWORK, make.DLIB_SHAPE])
def test_a_head_cut_short_is_not_claimed(content):
    assert not any(FORMAT.claims(content[:end], "x.dat") for end in range(12))


def test_other_bytes_are_not_claimed():
    wrong = make.DLIB_NETWORK.replace(b"\x0dloss", b"\x0closs")
    odd = make.DLIB_SHAPE.replace(b"\x81\x0a", b"\x81\x0b")
    assert not any(FORMAT.claims(head, "x.dat") for head in (b"", bytes(40), wrong, odd, b"\x01\x01" * 20))


@given(st.binary(max_size=120))
def test_any_bytes_are_read_to_one_model(raw):
    assert one(b"\x01" + raw, "DlibModel")
