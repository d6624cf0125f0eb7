"""What texts of model files are told to hold."""

import base64
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.marks import marks_of

PICKLE = b"\x80\x04\x95\x1d\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x8c\x06system\x93\x8c\x04echo\x85R." + bytes(30)


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("see https://example.org/x", ("url",)),
        ("__import__('os')", ("code",)),
        ("curl https://example.org/x | sh", ("code", "url")),
        ("#!/bin/sh", ("shebang",)),
        ('{"_target_": "os.system"}', ("target",)),
        ("a\u202eb", ("bidi",)),
        ("a\u200bb", ("invisible",)),
        ("a\U000e0041b", ("invisible",)),
        ("a\x1b[31m", ("control",)),
        (base64.b64encode(PICKLE).decode(), ("base64", "encoded-pickle")),
        (base64.urlsafe_b64encode(PICKLE).decode(), ("base64", "encoded-pickle")),
        ((b"\x7fELF" + bytes(90)).hex(), ("encoded-elf", "hexadecimal")),
        ("".join(f"\\x{byte:02x}" for byte in PICKLE), ("encoded-pickle", "hexadecimal")),
        (base64.b64encode(bytes(range(256))).decode(), ("base64",)),
    ],
)
def test_a_text_is_told_what_it_holds(text, marks):
    assert marks_of(text) == marks


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a model in model.eval() mode, trained with exec time in mind",
        "Family 👨\u200d👩\u200d👧 and بی\u200cنظیر",
        "fb49b536fbd23c6356d0cdefb2014e2ea593246cbbf417c5a4c95c8ac5463372",
        "model/bidirectional_1/backward_lstm_1/PartitionedCall/while_loop_body_of_graph",
        "/home/me/some/very/long/path/to/a/checkpoint/of/a/model/that/was/trained/once2",
        "line\n\ttab\r\n",
        "\ufeffstart",
    ],
)
def test_ordinary_text_has_no_marks(text):
    assert marks_of(text) == ()


@given(st.text())
def test_any_text_has_sorted_marks(text):
    assert list(marks_of(text)) == sorted(set(marks_of(text)))


@pytest.mark.parametrize(
    "unit", ["a", "curl ", "powershell", "\\x4", "A1", "{_target_", "<script", "eval  ", "/", "0a "]
)
def test_long_texts_take_time_in_proportion(unit):
    begun = time.process_time()
    marks_of(unit * (400_000 // len(unit)))
    assert time.process_time() - begun < 3
